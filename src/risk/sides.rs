//! A change's attributes before and after, by path.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use serde_json::Value;

use crate::name::Site;
use crate::plan::{Action, Change, Plan, Shown};

/// What a change does to its resource.
pub struct Sides<'a> {
    /// The change.
    pub change: &'a Change,
    /// The plan's site.
    pub site: &'a Site,
    /// As it is; nothing for what does not exist.
    pub old: Attributes<'a>,
    /// As it will be; nothing for what is deleted.
    pub new: Attributes<'a>,
}

/// Attributes by path. A value that may be a secret is no attribute here.
#[derive(Default)]
pub struct Attributes<'a>(BTreeMap<&'a str, &'a Value>);

impl<'a> Sides<'a> {
    /// Both sides of a change.
    pub fn of(plan: &'a Plan, change: &'a Change) -> Self {
        let mut old: BTreeMap<&str, &Value> = BTreeMap::new();
        old.extend(change.was.iter().filter_map(|(path, shown)| Some((path.as_str(), value(shown)?))));
        old.extend(change.diff.iter().filter_map(|diff| Some((diff.path.as_str(), value(&diff.old)?))));
        let mut new = if change.action == Action::Delete { BTreeMap::new() } else { old.clone() };
        for diff in &change.diff {
            match value(&diff.new) {
                Some(value) => drop(new.insert(&diff.path, value)),
                None => drop(new.remove(diff.path.as_str())),
            }
        }
        Self { change, site: &plan.site, old: Attributes(old), new: Attributes(new) }
    }

    /// True if there is a resource before and after.
    pub fn stays(&self) -> bool {
        !matches!(self.change.action, Action::Create | Action::Delete)
    }

    /// True if a list that held something holds nothing afterwards.
    pub fn turned_off_list(&self, path: &str) -> bool {
        self.stays() && !self.old.items(path).is_empty() && self.new.items(path).is_empty()
    }

    /// True if a flag that was on is off afterwards.
    pub fn turned_off(&self, path: &str) -> bool {
        self.stays() && self.old.is(path) && !self.new.is(path)
    }
}

fn value(shown: &Shown) -> Option<&Value> {
    match shown {
        Shown::Value(value) => Some(value),
        Shown::Absent | Shown::Hidden => None,
    }
}

impl<'a> Attributes<'a> {
    /// An attribute.
    pub fn get(&self, path: &str) -> Option<&'a Value> {
        self.0.get(path).copied()
    }

    /// A text.
    pub fn text(&self, path: &str) -> Option<&'a str> {
        self.get(path)?.as_str()
    }

    /// A number.
    pub fn number(&self, path: &str) -> Option<f64> {
        self.get(path)?.as_f64()
    }

    /// True for a flag that is on.
    pub fn is(&self, path: &str) -> bool {
        self.get(path) == Some(&Value::Bool(true))
    }

    /// The items of a list; nothing where there is none.
    pub fn items(&self, path: &str) -> &'a [Value] {
        self.get(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The texts of a list.
    pub fn texts(&self, path: &str) -> BTreeSet<&'a str> {
        self.items(path).iter().filter_map(Value::as_str).collect()
    }

    /// Everything below a path, by the rest of its own path.
    pub fn below<'s>(&'s self, prefix: &'s str) -> impl Iterator<Item = (&'a str, &'a Value)> + 's {
        let from = self.0.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        let from = from.take_while(move |(path, _)| path.starts_with(prefix));
        from.map(move |(path, value)| {
            let path: &'a str = path;
            (&path[prefix.len()..], *value)
        })
    }

    /// What stands between a prefix and a suffix, with its value: `Rules.` and `.Priority` give rules' names.
    pub fn between<'s>(&'s self, prefix: &'s str, suffix: &'s str) -> impl Iterator<Item = (&'a str, &'a Value)> + 's {
        self.below(prefix).filter_map(move |(rest, value)| Some((rest.strip_suffix(suffix)?, value)))
    }
}
