//! What Lambda fetches for functions.

use super::finding::Finding;
use super::kind::RiskKind;
use super::sentence::Sentence;
use super::sides::Sides;
use crate::plan::Action;

/// What is dangerous about a change of a mapping. Deleting one loses nothing: what it fetched stays where it is.
pub fn findings(sides: &Sides) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut find = |kind, said: Sentence| found.push(Finding::about(kind, sides.change, |_| said.clone()));
    let replaced = sides.change.action == Action::Replace;
    if replaced && sides.new.text("StartingPosition") == Some("LATEST") {
        find(RiskKind::Expiry, Sentence::default().words(": replaced, so records that come in between are skipped"));
    }
    if replaced && sides.new.text("StartingPosition") == Some("TRIM_HORIZON") {
        find(RiskKind::Downtime, Sentence::default().words(": replaced, so existing records are delivered again"));
    }
    if sides.turned_off("Enabled") {
        find(RiskKind::Downtime, Sentence::default().words(": nothing is read any more"));
    }
    let filters = |side: &super::sides::Attributes| side.texts("Filters").len();
    if sides.stays() && sides.old.texts("Filters") != sides.new.texts("Filters") && filters(&sides.new) > 0 {
        find(
            RiskKind::Expiry,
            Sentence::default().words(": records that match no pattern are dropped, and the patterns change"),
        );
    }
    let limited = |side: &super::sides::Attributes| {
        ["MaximumRetryAttempts", "MaximumRecordAgeInSeconds"].map(|of| side.number(of).filter(|number| *number >= 0.0))
    };
    let (old, new) = (limited(&sides.old), limited(&sides.new));
    let sooner = old.iter().zip(&new).any(|(old, new)| new.is_some_and(|new| old.is_none_or(|old| new < old)));
    if sides.stays() && sooner {
        find(RiskKind::Expiry, Sentence::default().words(": failed records are given up sooner"));
    }
    found
}
