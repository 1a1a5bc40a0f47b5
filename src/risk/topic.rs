//! Topics: who may publish and subscribe, whom their messages reach, and what encrypts them.

use std::collections::BTreeSet;

use super::exposure;
use super::finding::{Finding, NAMED};
use super::kind::RiskKind;
use super::sentence::Sentence;
use super::sides::{Attributes, Sides};
use super::store::{Keys, weaker};
use crate::plan::Action;

/// What is dangerous about a change of a topic.
pub fn findings(sides: &Sides) -> Vec<Finding> {
    if sides.change.action == Action::Delete {
        return Vec::new();
    }
    let mut found = exposure::findings(sides, "Policy");
    found.extend(exposure::denials(sides, "Policy"));
    found.extend(exposure::turned_away(sides, "Policy"));
    if sides.stays() {
        found.extend(weaker(sides, |side| Some(keys(side))));
        let lost = &subscribers(&sides.old) - &subscribers(&sides.new);
        let said = Sentence::default().words(": no longer reaches ").values(&lost, NAMED);
        found.extend((!lost.is_empty()).then(|| Finding::about(RiskKind::Alarms, sides.change, |_| said.clone())));
    }
    found
}

fn keys(side: &Attributes) -> Keys {
    match side.text("KmsMasterKeyId") {
        None => Keys { rank: 0, name: "none".into() },
        Some(key) => Keys { rank: if key.ends_with("alias/aws/sns") { 2 } else { 3 }, name: key.into() },
    }
}

fn subscribers<'a>(side: &Attributes<'a>) -> BTreeSet<&'a str> {
    side.between("Subscriptions.", ".RawMessageDelivery").map(|(key, _)| key).collect()
}
