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
    let files = Files::of(field, diffs, |diff| !diff.new.is_absent(), |diff| &diff.new);
    let said = Sentence::default().words(format!("{}: ", files.counted())).then(value::list(&files.names, NAMED));
    (!files.names.is_empty()).then_some(said)
}

/// What comes, goes and changes: all of it counted before any is named, for there may be no room for names.
pub(super) fn changed(field: &Field, diffs: &[&AttributeDiff]) -> Option<Sentence> {
    let old: Side = |diff| &diff.old;
    let new: Side = |diff| &diff.new;
    let come = Files::of(field, diffs, |diff| diff.old.is_absent(), new);
    let go = Files::of(field, diffs, |diff| diff.new.is_absent(), old);
    let stay = Files::of(field, diffs, |diff| !diff.old.is_absent() && !diff.new.is_absent(), new);
    let counts = [("+", &come), ("−", &go), ("~", &stay)].into_iter().filter(|(_, files)| !files.names.is_empty());
    let counts: Vec<String> = counts.map(|(sign, files)| format!("{sign} {}", files.counted())).collect();
    let names = value::moved(&come.names, &go.names, &stay.names)?;
    Some(Sentence::default().words(format!("{}: ", counts.join(", "))).then(names))
}

/// What is shown of a file, as it was or as it becomes.
type Side = fn(&AttributeDiff) -> &Shown;

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

    /// `2 of 21 bytes`
    fn counted(&self) -> String {
        let size = self.size.map(|size| format!(" of {}", value::size(size))).unwrap_or_default();
        format!("{}{size}", words::grouped(self.names.len() as u64))
    }
}

/// A file's size, which stands behind its ETag.
fn size(shown: &Shown) -> Option<u64> {
    let Shown::Value(Value::String(text)) = shown else { return None };
    text.rsplit_once(' ')?.1.parse().ok()
}
