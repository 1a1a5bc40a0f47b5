//! Values in words: what this app owns by its name in the manifest, anything else as it is.

use serde_json::Value;

use super::super::visible::shortened;
use super::super::words::Sentence;
use crate::aws::logs;
use crate::name::{Address, Site};
use crate::plan::{AttributeDiff, Change, Plan, Shown};
use crate::text::references_json;

/// Longer values are cut; the plan file has them whole.
const LONGEST: usize = 80;

/// What it takes to call things by the manifest's names.
pub(super) struct Naming<'a> {
    pub(super) plan: &'a Plan,
    pub(super) change: &'a Change,
    /// How physical names of this app and stage begin.
    prefix: String,
    /// How those of buckets end.
    place: String,
}

impl<'a> Naming<'a> {
    pub(super) fn new(plan: &'a Plan, change: &'a Change) -> Self {
        let place = format!("-{}-{}", plan.site.account, plan.site.region);
        Self { plan, change, prefix: plan.owner().prefix(), place }
    }

    /// The manifest's name for what an ARN or a physical name of this app and stage stands for, the name alone of a
    /// policy of AWS's, and any other text as it is.
    pub(super) fn name<'t>(&self, text: &'t str) -> &'t str {
        let text = self.invoked(text);
        let own = match arn(text) {
            Some((partition, region, account, _)) if self.is_here(partition, region, account) => self.own(text),
            Some((_, _, "aws", resource)) if text.contains(":iam::aws:policy/") => resource.rsplit('/').next(),
            Some(_) => None,
            None if text.strip_prefix(logs::OF_SECTIONS).unwrap_or(text).starts_with(&self.prefix) => self.own(text),
            None => None,
        };
        own.unwrap_or(text)
    }

    /// The ARN of the function that an API calls, in the form that API Gateway needs; of a service what is asked of it,
    /// such as `states:action/StartExecution`.
    fn invoked<'t>(&self, text: &'t str) -> &'t str {
        let site = &self.plan.site;
        let Some(asked) = text.strip_prefix(&format!("arn:{}:apigateway:{}:", site.partition, site.region)) else {
            return text;
        };
        match asked.strip_prefix("lambda:path/2015-03-31/functions/") {
            Some(function) => function.strip_suffix("/invocations").unwrap_or(text),
            None if asked.contains(":path/") || asked.contains(":action/") => asked,
            None => text,
        }
    }

    fn is_here(&self, partition: &str, region: &str, account: &str) -> bool {
        let Site { account: own, region: here, partition: ours, .. } = &self.plan.site;
        partition == ours && [here.as_str(), ""].contains(&region) && [own.as_str(), ""].contains(&account)
    }

    fn own<'t>(&self, text: &'t str) -> Option<&'t str> {
        let at = text.rfind(&self.prefix)?;
        let begins = text[..at].is_empty() || text[..at].ends_with([':', '/']);
        let name = &text[at + self.prefix.len()..];
        let name = name.strip_suffix(":*").unwrap_or(name);
        let name = name.strip_suffix(self.place.as_str()).unwrap_or(name);
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        (begins && is_name).then_some(name)
    }

    /// The kind of thing and what is left of its name of an ARN in a policy: objects and indexes count as what they are
    /// in.
    pub(super) fn target(&self, arn: &str) -> String {
        if let Some(section) = self.made_by_the_app(arn) {
            return section.to_owned();
        }
        let whole = arn.strip_suffix("/index/*").or_else(|| arn.strip_suffix("/*")).unwrap_or(arn);
        let name = self.name(whole);
        if name == whole { arn.to_owned() } else { name.to_owned() }
    }

    /// The section that schedules are named after which the app makes in its group by itself.
    fn made_by_the_app<'t>(&self, text: &'t str) -> Option<&'t str> {
        let (partition, region, account, resource) = arn(text)?;
        let own = resource.strip_prefix("schedule/").filter(|_| self.is_here(partition, region, account))?;
        let (group, name) = own.split_once('/')?;
        name.strip_suffix(".*").filter(|_| group.starts_with(&self.prefix))
    }
}

/// Partition, region, account and resource of an ARN.
fn arn(text: &str) -> Option<(&str, &str, &str, &str)> {
    let mut parts = text.splitn(6, ':');
    let (Some("arn"), Some(partition), Some(_)) = (parts.next(), parts.next(), parts.next()) else { return None };
    Some((partition, parts.next()?, parts.next()?, parts.next()?))
}

/// `old → new`. AWS's values are looked up in `spelling`, an absent one as empty text.
pub(super) fn change(naming: &Naming, diff: &AttributeDiff, spelling: &[(&str, &str)]) -> Sentence {
    between(naming, &diff.old, &diff.new, spelling)
}

/// `old → new`; both whole where they would read alike.
pub(super) fn between(naming: &Naming, old: &Shown, new: &Shown, spelling: &[(&str, &str)]) -> Sentence {
    let side = |shown, whole| one(naming, shown, spelling, whole);
    let (before, after) = match (side(old, false), side(new, false)) {
        (before, after) if before == after => (side(old, true), side(new, true)),
        sides => sides,
    };
    before.words(" → ").then(after)
}

/// One side of a change.
pub(super) fn one(naming: &Naming, shown: &Shown, spelling: &[(&str, &str)], whole: bool) -> Sentence {
    let sentence = Sentence::default();
    let plain = match shown {
        Shown::Value(Value::String(text)) => text.clone(),
        Shown::Value(value) => value.to_string(),
        Shown::Absent | Shown::Hidden => String::new(),
    };
    let spelled = spelling.iter().find(|(aws, _)| *aws == plain && *shown != Shown::Hidden);
    match (shown, spelled) {
        (_, Some((_, ours))) if ours.contains(['<', '>']) => sentence.value(ours),
        (_, Some((_, ours))) => sentence.words(*ours),
        (Shown::Absent, None) => sentence.words("none"),
        (Shown::Hidden, None) => sentence.words("(hidden)"),
        (Shown::Value(Value::String(text)), None) if text.is_empty() => sentence.words("(empty)"),
        (Shown::Value(Value::String(text)), None) if whole => sentence.value(text),
        (Shown::Value(Value::String(text)), None) => sentence.value(shortened(naming.name(text), LONGEST)),
        (Shown::Value(Value::Number(_) | Value::Bool(_) | Value::Null), None) => sentence.words(plain),
        (Shown::Value(value), None) => match reference(value) {
            Some(address) => sentence.value(address),
            None if whole => sentence.value(plain),
            None => sentence.value(shortened(&plain, LONGEST)),
        },
    }
}

/// Whose id a text holds that AWS makes up.
fn reference(value: &Value) -> Option<Address> {
    let is_text = value.as_object().is_some_and(|map| map.contains_key("$output") || map.contains_key("$join"));
    let mut found = Vec::new();
    references_json(value, &mut found);
    found.into_iter().next().filter(|_| is_text).map(|reference| reference.address)
}

/// The items of a list as text; nothing for what is none.
pub(super) fn items(shown: &Shown) -> Vec<String> {
    let text = |item: &Value| match (item.as_str(), reference(item)) {
        (Some(text), _) => text.to_owned(),
        (None, Some(address)) => address.to_string(),
        (None, None) => item.to_string(),
    };
    match shown {
        Shown::Value(Value::Array(items)) => items.iter().map(text).collect(),
        Shown::Value(value) => vec![text(value)],
        Shown::Absent | Shown::Hidden => Vec::new(),
    }
}

/// Names one after another as far as there is room for them, then their number.
pub(super) fn list(names: &[String], most: usize) -> Sentence {
    let shown = names.len().min(if names.len() > most { most.saturating_sub(1).max(1) } else { most });
    let named = names[..shown].iter().map(|name| Sentence::default().value(shortened(name, LONGEST)));
    let sentence = Sentence::joined(named, ", ");
    match names.len() - shown {
        0 => sentence,
        more => sentence.words(format!(" and {more} more")),
    }
}

/// `+ a, b − c`: what comes, goes and stays otherwise. `None` where that is nothing.
pub(super) fn moved(come: &[String], go: &[String], other: &[String]) -> Option<Sentence> {
    let part = |sign: &str, names: &[String]| {
        (!names.is_empty()).then(|| Sentence::default().words(format!("{sign} ")).then(list(names, 4)))
    };
    let parts: Vec<Sentence> = [part("+", come), part("−", go), part("~", other)].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| Sentence::joined(parts, ", "))
}

/// A size in bytes as it is read most easily.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", (bytes + 500) / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
