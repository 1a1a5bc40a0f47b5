//! Files of buckets: how many come, change and go, how large they are, and the names of the first. There may be thousands.

use serde_json::Value;

use super::super::words::{self, Sentence};
use super::field::Field;
use super::value;
use crate::plan::{AttributeDiff, Shown};

/// Names of each sort.
const NAMED: usize = 4;

/// All that come with a new bucket.
pub(super) fn born(field: &Field, diffs: &[&AttributeDiff]) -> Option<Sentence> {
    Files::of(field, diffs, |diff| !diff.new.is_absent(), |diff| &diff.new).said("")
}

/// What comes, goes and changes.
pub(super) fn changed(field: &Field, diffs: &[&AttributeDiff]) -> Option<Sentence> {
    let parts = [
        Files::of(field, diffs, |diff| diff.old.is_absent(), |diff| &diff.new).said("+ "),
        Files::of(field, diffs, |diff| diff.new.is_absent(), |diff| &diff.old).said("− "),
        Files::of(field, diffs, |diff| !diff.old.is_absent() && !diff.new.is_absent(), |diff| &diff.new).said("~ "),
    ];
    let parts: Vec<Sentence> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| Sentence::joined(parts, ", "))
}

/// Files of one sort.
struct Files {
    names: Vec<String>,
    /// In bytes; `None` where a plan does not say it.
    size: Option<u64>,
}

impl Files {
    fn of(
        field: &Field,
        diffs: &[&AttributeDiff],
        is_it: fn(&AttributeDiff) -> bool,
        side: fn(&AttributeDiff) -> &Shown,
    ) -> Self {
        let found = || diffs.iter().filter(|diff| is_it(diff));
        let names = found().filter_map(|diff| field.keys(&diff.path)).map(|(name, _)| name.to_owned()).collect();
        let add = |sum: u64, diff: &&AttributeDiff| sum.checked_add(size(side(diff))?);
        Self { names, size: found().try_fold(0, add) }
    }

    /// `+ 2 of 21 bytes (a.js, b.js)`; nothing of none.
    fn said(&self, sign: &str) -> Option<Sentence> {
        let size = self.size.map(|size| format!(" of {}", value::size(size))).unwrap_or_default();
        let count = words::grouped(self.names.len() as u64);
        let said = Sentence::default().words(format!("{sign}{count}{size} (")).then(value::list(&self.names, NAMED));
        (!self.names.is_empty()).then(|| said.words(")"))
    }
}

/// A file's size, which stands behind its ETag.
fn size(shown: &Shown) -> Option<u64> {
    let Shown::Value(Value::String(text)) = shown else { return None };
    text.rsplit_once(' ')?.1.parse().ok()
}
