//! Buses, rules and archives: who may send, what encrypts events, what no longer arrives, what expires.

use std::collections::BTreeSet;

use super::exposure;
use super::finding::{Finding, NAMED};
use super::kind::RiskKind;
use super::sentence::Sentence;
use super::sides::{Attributes, Sides};
use super::store::{Keys, weaker};
use crate::plan::Action;

/// What is dangerous about a change of a bus.
pub fn bus(sides: &Sides) -> Vec<Finding> {
    if sides.change.action == Action::Delete {
        return Vec::new();
    }
    let mut found = exposure::findings(sides, "Policy");
    found.extend(exposure::denials(sides, "Policy"));
    found.extend(exposure::turned_away(sides, "Policy"));
    if sides.stays() {
        found.extend(weaker(sides, |side| Some(keys(side))));
    }
    found
}

fn keys(side: &Attributes) -> Keys {
    match side.text("KmsKeyIdentifier") {
        None => Keys { rank: 1, name: "owned by AWS".into() },
        Some(key) => Keys { rank: 3, name: key.into() },
    }
}

/// What is dangerous about a change of a rule.
pub fn rule(sides: &Sides) -> Vec<Finding> {
    if !sides.stays() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut find = |said: Sentence| found.push(Finding::about(RiskKind::Alarms, sides.change, |_| said.clone()));
    if sides.old.text("State") != Some("DISABLED") && sides.new.text("State") == Some("DISABLED") {
        find(Sentence::default().words(": matches no events from now on"));
    }
    let lost = &receivers(&sides.old) - &receivers(&sides.new);
    if !lost.is_empty() {
        find(Sentence::default().words(": no longer reaches ").values(&lost, NAMED));
    }
    found
}

fn receivers<'a>(side: &Attributes<'a>) -> BTreeSet<&'a str> {
    side.between("Targets.", ".Arn").filter(|(id, _)| !id.contains('.')).filter_map(|(_, arn)| arn.as_str()).collect()
}

/// What is dangerous about a change of an archive, beyond its deletion.
pub fn archive(sides: &Sides) -> Vec<Finding> {
    let days = |side: &Attributes| side.number("RetentionDays").filter(|days| *days > 0.0);
    let (old, new) = (days(&sides.old), days(&sides.new));
    let Some(new) = new.filter(|new| sides.stays() && old.is_none_or(|old| *new < old)) else { return Vec::new() };
    let said = Sentence::default().words(": events expire after ");
    let said = match old {
        Some(old) => said.value(old),
        None => said.words("never"),
    };
    let said = said.words(" → ").value(new).words(" days");
    vec![Finding::about(RiskKind::Expiry, sides.change, |_| said.clone())]
}
