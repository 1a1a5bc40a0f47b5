//! A plan with what was found out beside it: what `plan.json` says, word for word, and around it what nothing binds.
//!
//! Where the plan may not be applied, why stands first. Otherwise nothing stands before what the plan says, and
//! `verify` accepts no comment in which anything does.

use super::{Extra, beside, shown};
use crate::canonical::Sha;
use crate::plan::Plan;

/// The most bytes of a comment, without its first line and its links.
pub const COMMENT: usize = SHOWN + shown::MARKERS + 2 * BESIDE;
/// The most bytes of what the plan says. They are fixed, so that nothing beside the plan changes what is shown of it.
pub const SHOWN: usize = 56 * 1024;
/// The most bytes of what stands above, and of what stands below.
const BESIDE: usize = 3_456;

/// The whole plan, for a job's summary and the bundle's `plan.md`.
pub fn document(plan: &Plan, id: &Sha, extra: &Extra) -> String {
    composed(plan, id, extra, usize::MAX, usize::MAX)
}

/// The plan in at most [`COMMENT`] bytes, for a comment or an issue.
pub fn comment(plan: &Plan, id: &Sha, extra: &Extra) -> String {
    composed(plan, id, extra, SHOWN, BESIDE)
}

fn composed(plan: &Plan, id: &Sha, extra: &Extra, shown: usize, beside: usize) -> String {
    let (stops, facts) = (beside::stops(extra, beside), beside::facts(plan, extra, beside.saturating_sub(1)));
    let gap = if facts.is_empty() { "" } else { "\n" };
    stops + &shown::shown(plan, id, shown) + gap + &facts
}
