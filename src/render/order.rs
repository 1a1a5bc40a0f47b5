//! What waits for what, without what follows from the rest.

use std::collections::HashMap;

use crate::name::Address;
use crate::plan::Plan;

/// Steps of work after which edges are kept as they are, so that no plan takes long.
const BUDGET: usize = 20_000_000;

/// For each change, by its place in the plan, the places of the changes that it waits for, the least first.
/// Where one waits for another through a third, that is left out: the order is the same.
pub fn direct(plan: &Plan) -> Vec<Vec<usize>> {
    let places: HashMap<&Address, usize> = plan.changes.iter().enumerate().map(|(at, c)| (&c.address, at)).collect();
    let words = plan.changes.len().div_ceil(64);
    let mut before: Vec<Vec<u64>> = Vec::with_capacity(plan.changes.len());
    let (mut direct, mut budget) = (Vec::with_capacity(plan.changes.len()), BUDGET);
    for change in &plan.changes {
        let mut waits: Vec<usize> = change.waits_for.iter().filter_map(|a| places.get(a).copied()).collect();
        waits.sort_unstable();
        let mut reached = vec![0u64; words];
        let mut kept = Vec::new();
        // The last first: what another one waits for is before it in the plan.
        for place in waits.into_iter().rev() {
            if reached[place / 64] & (1 << (place % 64)) != 0 {
                continue;
            }
            kept.push(place);
            reached[place / 64] |= 1 << (place % 64);
            if let (Some(left), Some(theirs)) = (budget.checked_sub(words), before.get(place)) {
                budget = left;
                reached.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine |= theirs);
            }
        }
        kept.reverse();
        direct.push(kept);
        before.push(reached);
    }
    direct
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::canonical::Fingerprint;
    use crate::plan::{Action, Change, FORMAT};

    fn address(n: usize) -> Address {
        format!("logs.log-group/g{n:04}").parse().unwrap()
    }

    fn plan(waits: &[&[usize]]) -> Plan {
        let change = |(at, waits): (usize, &&[usize])| Change {
            was: Default::default(),
            address: address(at),
            name: String::new(),
            action: Action::Create,
            lane: String::new(),
            waits_for: waits.iter().map(|at| address(*at)).collect(),
            tags: BTreeSet::new(),
            before: Fingerprint::Absent,
            identity: None,
            diff: Vec::new(),
            steps: Vec::new(),
        };
        Plan {
            mode: Default::default(),
            format: FORMAT,
            app: "shop".parse().unwrap(),
            stage: "test".parse().unwrap(),
            site: crate::aws::test_support::test_id(crate::aws::Kind::LogGroup, "").site,
            changes: waits.iter().enumerate().map(change).collect(),
            unchanged: 0,
            known: Default::default(),
            blobs: Default::default(),
            outputs: Default::default(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn what_follows_from_the_rest_is_left_out() {
        let chain: [&[usize]; 5] = [&[], &[0], &[0, 1], &[0, 1, 2], &[0, 3]];
        assert_eq!(direct(&plan(&chain)), [vec![], vec![0], vec![1], vec![2], vec![3]]);
        let diamond: [&[usize]; 4] = [&[], &[0], &[0], &[0, 1, 2]];
        assert_eq!(direct(&plan(&diamond)), [vec![], vec![0], vec![0], vec![1, 2]]);
    }

    #[test]
    fn more_places_than_a_word_has_bits_are_kept_apart() {
        let before: Vec<Vec<usize>> = (0..200).map(|at| (0..at).collect()).collect();
        let before: Vec<&[usize]> = before.iter().map(Vec::as_slice).collect();
        let expected: Vec<Vec<usize>> = (0..200usize).map(|at| at.checked_sub(1).into_iter().collect()).collect();
        assert_eq!(direct(&plan(&before)), expected);
    }
}
