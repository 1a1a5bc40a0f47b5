//! How many lines of a text came and went, in bounded time.
//!
//! The fewest that can have: the length of the shortest edit script, by Myers' algorithm ("An O(ND) Difference Algorithm
//! and Its Variations", 1986). Only its length is needed, so no path is kept. Lines that one side alone has are part of no
//! common sequence and are counted beforehand, which makes texts that have little in common the cheap ones.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// How many comparisons the files of one function may take: a blink for whoever waits.
pub(super) const STEPS: u64 = 20_000_000;

/// Lines that came and went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineCount {
    /// How many the new text has and the old one has not.
    pub added: usize,
    /// How many the old text has and the new one has not.
    pub removed: usize,
    /// True where the exact numbers would have taken too long: there are no more than these.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_most: bool,
}

/// Counts the lines that differ; a last line without an end is another than one with it. `steps` is what may still be
/// spent, and is.
pub(super) fn count(old: &str, new: &str, steps: &mut u64) -> LineCount {
    let (old, new) = numbered(old, new);
    let (old, new) = middle(&old, &new);
    let (old_common, new_common) = (shared(old, new), shared(new, old));
    let alone = (old.len() - old_common.len(), new.len() - new_common.len());
    match edits(&old_common, &new_common, steps) {
        // So many lines of the common ones go and come in all, and what goes less what comes is the difference in length.
        Some(edits) => {
            let removed = (edits + old_common.len() - new_common.len()) / 2;
            LineCount { added: alone.1 + edits - removed, removed: alone.0 + removed, at_most: false }
        }
        None => LineCount { added: new.len(), removed: old.len(), at_most: true },
    }
}

/// Both texts' lines as numbers; equal lines have equal ones.
fn numbered(old: &str, new: &str) -> (Vec<u32>, Vec<u32>) {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut number = |line| {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        *numbers.entry(line).or_insert(next)
    };
    let old = old.split_inclusive('\n').map(&mut number).collect();
    (old, new.split_inclusive('\n').map(number).collect())
}

/// What is between the first and the last line that differ.
fn middle<'a>(old: &'a [u32], new: &'a [u32]) -> (&'a [u32], &'a [u32]) {
    let start = old.iter().zip(new).take_while(|(one, other)| one == other).count();
    let (old, new) = (&old[start..], &new[start..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(one, other)| one == other).count();
    (&old[..old.len() - end], &new[..new.len() - end])
}

/// Those of the lines that the other side has as well.
fn shared(lines: &[u32], other: &[u32]) -> Vec<u32> {
    let other: std::collections::HashSet<u32> = other.iter().copied().collect();
    lines.iter().copied().filter(|line| other.contains(line)).collect()
}

/// The length of the shortest edit script; `None` where finding it takes more than `steps`.
fn edits(old: &[u32], new: &[u32], steps: &mut u64) -> Option<usize> {
    if old.is_empty() || new.is_empty() {
        return Some(old.len() + new.len());
    }
    // Diagonals are numbered from the middle outwards: 0, -1, 1, -2, 2, …
    let at = |k: isize| if k < 0 { 2 * k.unsigned_abs() - 1 } else { 2 * k.unsigned_abs() };
    let goal = old.len() as isize - new.len() as isize;
    // By diagonal, how many old lines are behind the furthest point that this many edits reach.
    let mut furthest: Vec<usize> = vec![0; 3];
    for d in 0..=(old.len() + new.len()) as isize {
        furthest.resize(at(d + 1) + 1, 0);
        for k in (-d..=d).step_by(2) {
            let comes = k == -d || k != d && furthest[at(k - 1)] < furthest[at(k + 1)];
            let from = if comes { furthest[at(k + 1)] } else { furthest[at(k - 1)] + 1 };
            let same = old.iter().skip(from).zip(new.iter().skip((from as isize - k).unsigned_abs()));
            let run = same.take_while(|(one, other)| one == other).count();
            furthest[at(k)] = from + run;
            if k == goal && from + run >= old.len() {
                return Some(d.unsigned_abs());
            }
            *steps = steps.checked_sub(1 + run as u64)?;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counted(old: &str, new: &str) -> LineCount {
        let mut steps = STEPS;
        count(old, new, &mut steps)
    }

    fn lines(added: usize, removed: usize) -> LineCount {
        LineCount { added, removed, at_most: false }
    }

    /// How many lines both have in common, in order, by the table that everybody knows.
    fn common(old: &[&str], new: &[&str]) -> usize {
        let mut table = vec![vec![0; new.len() + 1]; old.len() + 1];
        for (i, one) in old.iter().enumerate() {
            for (j, other) in new.iter().enumerate() {
                table[i + 1][j + 1] = if one == other { table[i][j] + 1 } else { table[i][j + 1].max(table[i + 1][j]) };
            }
        }
        table[old.len()][new.len()]
    }

    #[test]
    fn lines_that_come_and_go_are_counted_as_git_counts_them() {
        assert_eq!(counted("a\nb\nc\n", "a\nB\nc\nd\n"), lines(2, 1));
        assert_eq!(counted("", "a\nb"), lines(2, 0));
        assert_eq!(counted("a\n", ""), lines(0, 1));
        assert_eq!(counted("a", "a\n"), lines(1, 1), "the end of the last line counts");
        assert_eq!(counted("a\nb\n", "b\na\n"), lines(1, 1));
        assert_eq!(counted("a\r\n", "a\n"), lines(1, 1));
    }

    #[test]
    fn what_would_take_too_long_is_counted_from_the_first_to_the_last_difference() {
        let text = |step: usize| (0..1_000).map(|n| format!("{}\n", n * step % 1_009)).collect::<String>();
        let (old, new) = (text(1), text(377));
        let mut steps = 1_000;
        let counted = count(&old, &new, &mut steps);
        assert!(counted.at_most && counted.added <= 1_000 && counted.removed <= 1_000 && steps < 1_000, "{counted:?}");
        let exact = self::counted(&old, &new);
        assert!(!exact.at_most && exact.added <= counted.added && exact.removed <= counted.removed, "{exact:?}");
    }

    #[test]
    fn large_texts_with_nothing_in_common_take_no_steps() {
        let text = |mark: char| (0..200_000).map(|n| format!("{mark}{n}\n")).collect::<String>();
        let mut steps = 1;
        assert_eq!(count(&text('a'), &text('b'), &mut steps), lines(200_000, 200_000));
    }

    proptest! {
        #[test]
        fn the_numbers_are_the_fewest_that_can_be(
            old in prop::collection::vec("[abcd]\n", 0..14), new in prop::collection::vec("[abcd]\n", 0..14)
        ) {
            let (one, other) = (old.concat(), new.concat());
            let both = common(
                &old.iter().map(String::as_str).collect::<Vec<_>>(), &new.iter().map(String::as_str).collect::<Vec<_>>()
            );
            prop_assert_eq!(counted(&one, &other), lines(new.len() - both, old.len() - both));
        }
    }
}
