//! AWS Config: what is recorded and judged, and what that costs.

use std::collections::BTreeSet;

use super::finding::{Finding, NAMED};
use super::kind::RiskKind;
use super::life::Life;
use super::sentence::Sentence;
use super::sides::Sides;
use crate::kind::Kind;
use crate::plan::Action;

const ALL: &str = "recordingGroup.allSupported";
const GLOBAL: &str = "recordingGroup.includeGlobalResourceTypes";
const TYPES: &str = "recordingGroup.resourceTypes";
const BUT: &str = "recordingGroup.exclusionByResourceTypes";

/// What is dangerous about a change of a recorder, its channel or a rule.
pub fn findings(sides: &Sides, life: &Life) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut find = |kind, said: Sentence| found.push(Finding::about(kind, sides.change, |_| said.clone()));
    let text = |words: &str| Sentence::default().words(words);
    match (sides.change.action, sides.change.address.kind) {
        // The whole app goes: life says so.
        (Action::Delete, _) if life.all_goes => {}
        (Action::Delete, _) => find(RiskKind::Recorder, text(": deleted")),
        (Action::Create, Kind::Rule) => find(RiskKind::Cost, text(": each evaluation is charged")),
        (_, Kind::DeliveryChannel) => {
            if sides.turned_off("recording") {
                find(RiskKind::Recorder, text(": recording stops"));
            }
            if !sides.old.is("recording") && sides.new.is("recording") {
                find(RiskKind::Cost, text(": recording starts, and each recorded change is charged"));
            }
        }
        (Action::Create, _) => {}
        (_, Kind::Recorder) => {
            let lost = unrecorded(sides);
            if !lost.is_empty() {
                find(RiskKind::Recorder, text(": no longer records ").values(&lost, NAMED));
            }
        }
        // Whether a rule judges more or less than before, its attributes do not tell.
        (_, _) => {}
    }
    found
}

fn unrecorded(sides: &Sides) -> BTreeSet<String> {
    let (old, new) = (&sides.old, &sides.new);
    let owned = |texts: BTreeSet<&str>| texts.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    // Those that are left out now, of all.
    let mut lost = &owned(new.texts(BUT)) - &owned(old.texts(BUT));
    let was_all = old.is(ALL) || !old.texts(BUT).is_empty();
    let is_all = new.is(ALL) || !new.texts(BUT).is_empty();
    if was_all && !is_all {
        lost = BTreeSet::from(["what is not listed".to_owned()]);
    }
    if !is_all {
        lost.extend(&owned(old.texts(TYPES)) - &owned(new.texts(TYPES)));
    }
    if old.is(GLOBAL) && !new.is(GLOBAL) {
        lost.insert("types without regions".into());
    }
    lost
}
