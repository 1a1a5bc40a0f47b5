//! What waits for what.

use std::collections::{BTreeMap, BTreeSet};

/// The nodes of `needs` so that each comes after all that it needs; among those that could come next, the least
/// first. What is needed but is no node itself is taken as given. `Err` holds a circle, its first node repeated
/// at the end.
pub fn sort<T: Ord + Clone>(needs: &BTreeMap<T, BTreeSet<T>>) -> Result<Vec<T>, Vec<T>> {
    let mut open: BTreeMap<&T, usize> = BTreeMap::new();
    let mut followers: BTreeMap<&T, Vec<&T>> = BTreeMap::new();
    for (node, wants) in needs {
        let wants: Vec<&T> = wants.iter().filter(|want| needs.contains_key(*want)).collect();
        open.insert(node, wants.len());
        wants.into_iter().for_each(|want| followers.entry(want).or_default().push(node));
    }
    let mut ready: BTreeSet<&T> = open.iter().filter(|(_, count)| **count == 0).map(|(node, _)| *node).collect();
    let mut sorted = Vec::with_capacity(needs.len());
    while let Some(node) = ready.pop_first() {
        open.remove(node);
        sorted.push(node.clone());
        for follower in followers.get(node).into_iter().flatten() {
            if let Some(count) = open.get_mut(follower) {
                *count -= 1;
                if *count == 0 {
                    ready.insert(follower);
                }
            }
        }
    }
    if open.is_empty() { Ok(sorted) } else { Err(circle(needs, &open)) }
}

/// A circle in `needs`, if there is one.
pub fn cycle<T: Ord + Clone>(needs: &BTreeMap<T, BTreeSet<T>>) -> Option<Vec<T>> {
    sort(needs).err()
}

/// Walks among the nodes that could not be sorted, each of which needs another of them, until one comes again.
fn circle<T: Ord + Clone>(needs: &BTreeMap<T, BTreeSet<T>>, open: &BTreeMap<&T, usize>) -> Vec<T> {
    let mut walk: Vec<T> = Vec::new();
    let mut next = open.keys().next().map(|node| (*node).clone());
    while let Some(node) = next {
        if let Some(start) = walk.iter().position(|seen| *seen == node) {
            walk.drain(..start);
            walk.push(node);
            break;
        }
        next = needs.get(&node).and_then(|wants| wants.iter().find(|want| open.contains_key(want)).cloned());
        walk.push(node);
    }
    walk
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(pairs: &[(&'static str, &[&'static str])]) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        pairs.iter().map(|(node, wants)| (*node, wants.iter().copied().collect())).collect()
    }

    #[test]
    fn each_comes_after_what_it_needs_and_the_least_first() {
        let graph = needs(&[("a", &["c"]), ("b", &[]), ("c", &["given"]), ("d", &["a", "b"])]);
        assert_eq!(sort(&graph), Ok(vec!["b", "c", "a", "d"]));
    }

    #[test]
    fn a_circle_is_told_without_what_hangs_on_it() {
        let graph = needs(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"]), ("d", &[])]);
        assert_eq!(cycle(&graph), Some(vec!["b", "c", "b"]));
        assert_eq!(cycle(&needs(&[("x", &["x"])])), Some(vec!["x", "x"]));
    }
}
