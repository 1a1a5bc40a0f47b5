//! What a change changes, in the manifest's words and fields: `memory 256 → 512` where AWS says `MemorySize`.
//!
//! A pure function of the plan. An attribute that the manifest has a field for is called by it ([`field`]), and its values as
//! they would be written there (`value`); one that it has none for is called as AWS calls it. Left out are our own
//! ownership tags, what follows from something else that is shown, and on a create all but the few facts that matter.
//! The plan file, and the diff of a change, have everything.
//!
//! - `called`: what a route of an HTTP API calls.
//! - [`mod@subject`]: whose resource it is: `role of function orders`.
//! - `entry`: parts by name, such as routes and indexes, that come, go or change.
//! - `files`: files of buckets, counted.
//! - `rights`: policies as what is allowed now and was not before.

use std::collections::BTreeMap;

use crate::plan::{Action, AttributeDiff, Change, Plan};

mod called;
mod entry;
pub mod field;
mod files;
mod form;
pub mod rights;
pub mod subject;
mod value;

pub use super::words::Sentence;
pub use subject::subject;

use field::{Field, Form};
use value::Naming;

/// One thing that a change changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct What {
    /// The manifest's field, such as `memory` or `routes.*.auth`, where `*` stands for a part's name; AWS's path where the
    /// manifest has no such field.
    pub field: String,
    /// Field and change: `memory 256 → 512`, `environment + LOG_LEVEL`.
    pub sentence: Sentence,
    /// True if no call changes it, so that the resource has to be replaced.
    pub forces_replacement: bool,
}

/// What a change changes, what forces a replacement first. Empty where the resource as a whole comes or goes and nothing of it
/// matters more than that.
pub fn what(plan: &Plan, change: &Change) -> Vec<What> {
    if matches!(change.action, Action::Delete | Action::Release) {
        return Vec::new();
    }
    let all = gather(plan, change);
    let mut found = sentences(&all);
    if found.is_empty() && change.action != Action::Create {
        found = all.implied.iter().map(|diff| aws(&all, diff)).collect();
    }
    found
}

/// The attributes of a change, by what is said of them.
struct Gathered<'a> {
    naming: Naming<'a>,
    change: &'a Change,
    /// Attributes under one field, in the order of the table.
    fields: BTreeMap<usize, (&'static Field, Vec<&'a AttributeDiff>)>,
    /// Those that no field has.
    others: Vec<&'a AttributeDiff>,
    /// Those that follow from another.
    implied: Vec<&'a AttributeDiff>,
}

fn gather<'a>(plan: &'a Plan, change: &'a Change) -> Gathered<'a> {
    let naming = Naming::new(plan, change);
    let mut all = Gathered { naming, change, fields: BTreeMap::new(), others: Vec::new(), implied: Vec::new() };
    let fields = field::fields(&change.address);
    // A tag of ours that says what no other attribute does has a field of its own.
    let is_said = |path: &str| !field::is_ours(path) || fields.iter().any(|field| field.path == path);
    for diff in change.diff.iter().filter(|diff| is_said(&diff.path)) {
        let Some(field) = fields.iter().find(|field| field.keys(&diff.path).is_some()) else {
            all.others.push(diff);
            continue;
        };
        // Attributes that are one field of the manifest are one thing to say.
        let at = fields.iter().position(|other| (other.field, other.form) == (field.field, field.form));
        match field.form {
            Form::Implied => all.implied.push(diff),
            _ => all.fields.entry(at.unwrap_or_default()).or_insert((field, Vec::new())).1.push(diff),
        }
    }
    all
}

/// What forces a replacement first, then in the order of the table, which begins with what matters most.
fn sentences(all: &Gathered) -> Vec<What> {
    let mut found = entry::whats(all);
    for (at, (field, diffs)) in all.fields.iter().filter(|(_, (field, _))| !field.is_of_entry()) {
        let said = match all.is_born() {
            true => form::born(&all.naming, field, diffs),
            false => form::changed(&all.naming, field, diffs),
        };
        found.extend(said.map(|sentence| (*at, all.what(field, diffs, sentence))));
    }
    if !all.is_born() {
        found.extend(all.others.iter().map(|diff| (usize::MAX, aws(all, diff))));
    }
    found.sort_by_key(|(at, what)| (!what.forces_replacement, *at));
    found.into_iter().map(|(_, what)| what).collect()
}

/// An attribute that no field of the manifest stands for.
fn aws(all: &Gathered, diff: &AttributeDiff) -> What {
    let sentence = Sentence::default().value(&diff.path).words(" ").then(value::change(&all.naming, diff, &[]));
    What { field: diff.path.clone(), sentence, forces_replacement: all.is_forcing(&diff.path) }
}

impl Gathered<'_> {
    /// True if the resource is new, so that only what matters most is said of it.
    fn is_born(&self) -> bool {
        self.change.action == Action::Create
    }

    fn is_forcing(&self, path: &str) -> bool {
        let is_in =
            |fixed: &&str| path.strip_prefix(*fixed).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.change.action == Action::Replace && self.change.address.kind.fixed().iter().any(is_in)
    }

    fn what(&self, field: &Field, diffs: &[&AttributeDiff], sentence: Sentence) -> What {
        let forces_replacement = diffs.iter().any(|diff| self.is_forcing(&diff.path));
        What { field: field.field.to_owned(), sentence, forces_replacement }
    }
}

#[cfg(test)]
mod tests;
