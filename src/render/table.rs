//! The table of what changes: the most dangerous first, one row for all that one section of the manifest creates or loses
//! together, and one for all sections that change alike.

use std::collections::HashMap;

use super::escape::{code, visible_code};
use super::fit::{Item, List};
use super::visible::{plain, shortened};
use super::what::subject::{Section, section};
use super::what::{Sentence, what};
use super::words;
use crate::kind::Kind;
use crate::plan::{Action, Change, Plan};

/// Names in a row.
const NAMES: usize = 8;
/// Things that change in a row.
const WHATS: usize = 10;
/// Characters of a value in a row; the diff has all of them.
const VALUE: usize = 80;

/// How dangerous a change is: the least first.
pub fn danger(change: &Change) -> u8 {
    match (change.action, change.address.kind.holds_data()) {
        (Action::Replace | Action::Delete, true) => 0,
        (Action::Delete, false) => 1,
        (Action::Replace, false) => 2,
        (Action::Update, _) => 3,
        (Action::Adopt, _) => 4,
        (Action::Create, _) => 5,
        (Action::Release, _) => 6,
    }
}

/// An action with its sign, which no line is broken between.
pub fn action(action: Action) -> &'static str {
    match action {
        Action::Create => "+\u{a0}create",
        Action::Update => "~\u{a0}update",
        Action::Replace => "±\u{a0}**replace**",
        Action::Delete => "−\u{a0}**delete**",
        Action::Release => "⤺\u{a0}release",
        Action::Adopt => "⤻\u{a0}adopt",
    }
}

/// What rows have in common that differ in nothing but their names: danger, action, what the names are names of, what changes.
type Key = (u8, Action, String, String);

/// The table of a plan.
pub fn table(plan: &Plan) -> List {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: HashMap<Key, usize> = HashMap::new();
    for row in rows(plan) {
        let (names, key) = row.key(plan);
        match places.get(&key) {
            Some(at) => groups[*at].names.extend(names),
            None => {
                places.insert(key.clone(), groups.len());
                groups.push(Group { key, names: names.into_iter().collect() });
            }
        }
    }
    groups.sort_by_key(|group| group.key.0);
    let items = groups.iter().map(|group| Item { rank: group.key.0, text: group.markdown() }).collect();
    List {
        noun: "table row",
        head: "|   | Resource | What changes |\n| :-- | :-- | :-- |\n".into(),
        items,
        more: ["\n… and ", " more rows.\n"],
        end: "\n",
        share: 40,
        stays: true,
    }
}

/// What one section of the manifest creates or loses together, or one change.
struct Row<'a> {
    section: Option<Section>,
    /// The first one is the section's main resource, if that is among them.
    changes: Vec<&'a Change>,
}

/// Rows that say the same of several names.
struct Group {
    key: Key,
    names: Vec<String>,
}

/// One row for each change, but for parts that come and go with the section's main resource.
fn rows(plan: &Plan) -> Vec<Row<'_>> {
    let mut rows: Vec<Row> = Vec::with_capacity(plan.changes.len());
    let mut mains: HashMap<(String, Action), usize> = HashMap::new();
    let (main, parts): (Vec<_>, Vec<_>) = plan
        .changes
        .iter()
        .map(|change| (section(&change.address), change))
        .partition(|(section, _)| section.as_ref().is_some_and(|section| section.part.is_empty()));
    for (section, change) in main.into_iter().chain(parts) {
        let section = section.or_else(|| association(change, &mains));
        let key = section.as_ref().map(|section| (section.path(), change.action));
        let has_main = key.as_ref().and_then(|key| mains.get(key)).copied().filter(|_| comes_or_goes(change.action));
        match (has_main, key) {
            (Some(at), _) => rows[at].changes.push(change),
            (None, key) => {
                let leads = section.as_ref().is_some_and(|section| section.part.is_empty() || section.name.is_none());
                if let Some(key) = key.filter(|_| leads) {
                    mains.insert(key, rows.len());
                }
                rows.push(Row { section, changes: vec![change] });
            }
        }
    }
    rows
}

/// The firewall that an association belongs to, which its name begins with, where the two come or go together.
fn association(change: &Change, mains: &HashMap<(String, Action), usize>) -> Option<Section> {
    let name = change.address.name.as_str();
    let is_firewall = |name: &&str| mains.contains_key(&(format!("firewall.{name}"), change.action));
    let mut beginnings = name.rmatch_indices('-').map(|(at, _)| &name[..at]);
    let firewall = beginnings.find(is_firewall).filter(|_| change.address.kind == Kind::Association)?;
    Some(Section { section: "firewall", name: Some(firewall.to_owned()), part: "association" })
}

/// True where a part says nothing that its main resource does not say already.
fn comes_or_goes(action: Action) -> bool {
    matches!(action, Action::Create | Action::Delete | Action::Release | Action::Adopt)
}

impl Row<'_> {
    /// The row's name, if it has one, and the rest.
    fn key(&self, plan: &Plan) -> (Option<String>, Key) {
        let danger = self.changes.iter().map(|change| danger(change)).min().unwrap_or_default();
        let action = self.changes.first().map_or(Action::Update, |change| change.action);
        let (name, of) = self.subject();
        (name, (danger, action, of, self.what(plan)))
    }

    /// The name, and what it is the name of.
    fn subject(&self) -> (Option<String>, String) {
        let Some(first) = self.changes.first() else { return (None, String::new()) };
        let own = Some(first.address.name.to_string());
        match (&self.section, first.address.kind) {
            (_, Kind::OidcProvider) => (own, "identity provider".into()),
            (_, Kind::ApiAccount) => (own, "API Gateway account setting".into()),
            (None, Kind::Association) => (own, "firewall association".into()),
            (None, kind) => (own, kind.name().rsplit('.').next().unwrap_or_default().replace('-', " ")),
            (Some(Section { section, name, part }), _) => {
                let section = section.replace('.', " ");
                let of = match (name, *part) {
                    (None, _) | (_, "") => section,
                    (_, part @ "permission to invoke") => format!("{part} {section}"),
                    (_, part) => format!("{part} of {section}"),
                };
                (name.clone(), of)
            }
        }
    }

    /// True if it has a name; the parts of the section `compliance` have none, and only their number matters together.
    fn is_named(&self) -> bool {
        self.section.as_ref().is_none_or(|section| section.name.is_some())
    }

    /// What changes, as the content of a cell.
    fn what(&self, plan: &Plan) -> String {
        let said = self.changes.iter().filter(|_| self.is_named() || self.changes.len() == 1);
        let whats: Vec<String> = said.flat_map(|change| whats(plan, change)).collect();
        let more = whats.len().checked_sub(WHATS).filter(|more| *more > 0);
        let mut said: Vec<String> = whats.into_iter().take(WHATS).collect();
        said.extend(more.map(|more| format!("{} more", words::grouped(more as u64))));
        said.extend(self.parts());
        let holds_data = self.changes.iter().any(|change| change.address.kind.holds_data());
        said.extend(self.changes.first().and_then(|change| end(change.action, holds_data)).map(str::to_owned));
        said.join(" · ")
    }

    /// `with role, policy`; the parts of a section without a name by themselves. The address ranges of a firewall are said.
    fn parts(&self) -> Option<String> {
        let part = |change: &&Change| match change.address.kind {
            Kind::Association => Some("association"),
            Kind::IpSet => None,
            _ => section(&change.address).map(|section| section.part).filter(|part| !part.is_empty()),
        };
        let all: Vec<String> = self.changes.iter().filter_map(part).map(str::to_owned).collect();
        match (self.changes.len(), self.is_named()) {
            _ if all.is_empty() => None,
            (0 | 1, _) => None,
            (_, true) => Some(format!("with {}", words::few(&all, NAMES))),
            (_, false) => Some(words::few(&all, NAMES)),
        }
    }
}

/// What becomes of it where no attribute says that.
fn end(action: Action, holds_data: bool) -> Option<&'static str> {
    match (action, holds_data) {
        (Action::Delete, true) => Some("deleted with all its data"),
        (Action::Replace, true) => Some("recreated empty: all its data is deleted"),
        (Action::Replace, false) => Some("deleted and recreated"),
        (Action::Release, true) => Some("kept with its data, no longer managed"),
        (Action::Release, false) => Some("kept, no longer managed"),
        (Action::Adopt, _) => Some("exists already, managed from now on"),
        (Action::Delete | Action::Create | Action::Update, _) => None,
    }
}

fn whats(plan: &Plan, change: &Change) -> Vec<String> {
    let said = |sentence: &Sentence| sentence.render(|value| visible_code(&shortened(&plain(value), VALUE)));
    let one = |what: super::What| match what.forces_replacement {
        true => format!("{} (forces replacement)", said(&what.sentence)),
        false => said(&what.sentence),
    };
    what(plan, change).into_iter().map(one).collect()
}

impl Group {
    fn markdown(&self) -> String {
        let (_, action, of, what) = &self.key;
        let names: Vec<String> = self.names.iter().take(NAMES + 1).map(|name| code(name)).collect();
        let more = self.names.len().saturating_sub(NAMES);
        let names = match more {
            0 => names.join(", "),
            more => format!("{} and {} more", names[..NAMES].join(", "), words::grouped(more as u64)),
        };
        let of = if self.names.len() > 1 { plural(of) } else { of.clone() };
        format!("| {} | {} | {what} |\n", self::action(*action), [of, names].join(" ").trim_end())
    }
}

/// Of more than one: `functions`, `role of functions`.
fn plural(of: &str) -> String {
    match of.strip_suffix('y') {
        Some(start) => format!("{start}ies"),
        None => format!("{of}s"),
    }
}
