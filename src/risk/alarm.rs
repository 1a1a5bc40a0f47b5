//! Alarms: whether they notify, and whom.

use std::collections::BTreeSet;

use super::finding::{Finding, NAMED};
use super::kind::RiskKind;
use super::life::Life;
use super::sentence::Sentence;
use super::sides::{Attributes, Sides};
use crate::plan::Action;

const ENABLED: &str = "ActionsEnabled";
/// Whom a change of the alarm's state notifies, and of which.
const RECIPIENTS: [&str; 3] = ["AlarmActions", "InsufficientDataActions", "OKActions"];

/// What is dangerous about a change of an alarm.
pub fn findings(sides: &Sides, life: &Life) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut find = |said: Sentence| found.push(Finding::about(RiskKind::Alarms, sides.change, |_| said.clone()));
    match sides.change.action {
        // The whole app goes: life says so.
        Action::Delete if life.all_goes => {}
        Action::Delete => find(Sentence::default().words(": deleted")),
        action => {
            let was = sides.old.is(ENABLED) || action == Action::Create;
            if was && !sides.new.is(ENABLED) {
                find(Sentence::default().words(": its actions are disabled, so it notifies nobody"));
            }
            let lost = lost(&sides.old, &sides.new);
            if !lost.is_empty() {
                find(Sentence::default().words(": no longer notifies ").values(lost, NAMED));
            }
        }
    }
    found
}

fn lost<'a>(old: &Attributes<'a>, new: &Attributes<'a>) -> BTreeSet<&'a str> {
    RECIPIENTS.iter().flat_map(|path| &old.texts(path) - &new.texts(path)).collect()
}
