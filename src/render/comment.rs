//! A plan with what was found out beside it: what `plan.json` says, word for word, and around it what the plan id does
//! not cover.
//!
//! If the plan may not be applied, the reason comes first. Otherwise nothing comes before what the plan says, and
//! `verify` accepts no comment in which anything does.

use super::{Extra, beside, markdown, shown};
use crate::canonical::Sha;
use crate::plan::Plan;

/// The most bytes of a comment, without its first line and its footer.
pub const COMMENT: usize = STOPS + SHOWN + shown::MARKERS + CODE + FACTS;
/// The most bytes of what the plan says. They are fixed, so that nothing beside the plan changes what is shown of it.
pub const SHOWN: usize = 48 * 1024;
/// The most bytes of why the plan may not be applied.
const STOPS: usize = 2 * 1024;
/// The most bytes of what changes in the functions' code.
const CODE: usize = 8 * 1024;
/// The most bytes of everything else that was found out.
const FACTS: usize = 3_584;

/// The whole plan, for the bundle's `plan.md`.
pub fn document(plan: &Plan, id: &Sha, extra: &Extra) -> String {
    composed(plan, id, extra, [usize::MAX; 3])
}

/// The whole plan if it takes at most `limit` bytes, for a job's summary; else as much of it as fits.
pub fn document_within(plan: &Plan, id: &Sha, extra: &Extra, limit: usize) -> String {
    let whole = document(plan, id, extra);
    let shown = limit.saturating_sub(COMMENT - SHOWN);
    if whole.len() <= limit { whole } else { composed(plan, id, extra, [STOPS, shown, CODE + FACTS]) }
}

/// The plan in at most [`COMMENT`] bytes, for a comment or an issue.
pub fn comment(plan: &Plan, id: &Sha, extra: &Extra) -> String {
    composed(plan, id, extra, [STOPS, SHOWN, CODE + FACTS])
}

/// What matters of the plan in at most [`COMMENT`] bytes, for a check run: without diffs, calls and ids.
pub fn brief(plan: &Plan, extra: &Extra) -> String {
    let beside = beside::facts(plan, extra, CODE + FACTS);
    beside::stops(extra, STOPS) + &markdown::brief_within(plan, SHOWN) + &beside
}

/// Why the plan may not be applied, what it says, and what was found out beside it.
fn composed(plan: &Plan, id: &Sha, extra: &Extra, [stops, shown, facts]: [usize; 3]) -> String {
    let beside = beside::facts(plan, extra, facts.saturating_sub(1));
    let gap = if beside.is_empty() { "" } else { "\n" };
    beside::stops(extra, stops) + &shown::shown(plan, id, shown) + gap + &beside
}
