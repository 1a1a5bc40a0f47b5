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
