//! Which parts of a manifest could not be read, so that the rest can be checked nevertheless.

use std::collections::BTreeSet;

/// The paths of values that could not be read, and were left out or stood in for. What is wrong there has been reported; what
/// seems wrong because of it must not be.
#[derive(Debug, Clone, Default)]
pub struct Doubts(BTreeSet<String>);

impl Doubts {
    /// Adds the path of a value that could not be read.
    pub fn add(&mut self, path: &str) {
        self.0.insert(path.to_owned());
    }

    /// True if a problem at a path may come of what could not be read: it stands at, below or around such a value, or it is one
    /// of a whole section, in which there is one. `is_written`: the path is that of a value in the file.
    pub fn cover(&self, path: &str, is_written: bool) -> bool {
        let whole = if is_written && depth(path) > 2 { None } else { Some(section(path)) };
        let covers = |doubt: &String| is_within(path, doubt) || is_within(doubt, whole.unwrap_or(path));
        self.0.iter().any(covers)
    }

    /// True if the section, or all sections of its kind, could not be read: it may be what a name means.
    pub fn hide(&self, section: &str, name: &str) -> bool {
        self.0.contains(section) || self.0.contains(&format!("{section}.{name}"))
    }
}

/// True if a path is the other one or leads on from it.
fn is_within(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn depth(path: &str) -> usize {
    path.split('.').count()
}

/// The path of the section that a path leads into: `table.orders`.
fn section(path: &str) -> &str {
    path.match_indices('.').nth(1).map_or(path, |(end, _)| &path[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_come_of_a_value_that_was_not_read_is_covered_and_nothing_else() {
        let mut doubts = Doubts::default();
        doubts.add("table.a.hash_key");
        doubts.add("topic.gone");
        assert!(doubts.cover("table.a.hash_key", true) && doubts.cover("table.a.hash_key.name", true));
        assert!(doubts.cover("table.a", true), "of the whole section");
        assert!(doubts.cover("table.a.range_key", false), "what is not written is judged by the rest");
        doubts.add("topic.t.subscriptions[0].sms");
        assert!(doubts.cover("topic.t.subscriptions[0]", true), "around it");
        assert!(!doubts.cover("topic.t.subscriptions[1].email", true), "another entry");
        assert!(!doubts.cover("table.a.billing", true) && !doubts.cover("table.b", true));
        assert!(!doubts.cover("table.a.hash_keys", true), "another key");
        assert!(doubts.hide("topic", "gone") && !doubts.hide("topic", "there") && !doubts.hide("table", "a"));
        doubts.add("topic");
        assert!(doubts.hide("topic", "there"));
    }
}
