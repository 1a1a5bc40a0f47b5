//! Schedules: what no longer runs.
//!
//! Deliberately absent: what is deleted with a group. That is shown with its call, with the names
//! ([`crate::aws::Resource::sweep`]).

use super::finding::Finding;
use super::kind::RiskKind;
use super::sentence::Sentence;
use super::sides::Sides;
use crate::aws::scheduler::schedule::DISABLED;

/// What is dangerous about a change of a schedule.
pub fn findings(sides: &Sides) -> Vec<Finding> {
    let is_off = |state: Option<&str>| state == Some(DISABLED);
    let turned_off = sides.stays() && is_off(sides.new.text("State")) && !is_off(sides.old.text("State"));
    let said = Sentence::default().words(": it no longer fires");
    turned_off.then(|| Finding::about(RiskKind::SwitchedOff, sides.change, |_| said.clone())).into_iter().collect()
}
