//! Who is no longer notified of what happens to a bucket's objects.

use std::collections::BTreeSet;

use super::finding::{Finding, NAMED};
use super::kind::RiskKind;
use super::sentence::Sentence;
use super::sides::{Attributes, Sides};
use crate::plan::Action;

const ENTRIES: &str = "NotificationConfiguration.Entries.";
const BRIDGE: &str = "NotificationConfiguration.EventBridge";

/// What one destination learns of.
struct Entry<'a> {
    destination: &'a str,
    events: BTreeSet<&'a str>,
    prefix: &'a str,
    suffix: &'a str,
}

impl Entry<'_> {
    /// True if the destination learns of this event of every such object by the other entry as well.
    fn is_within(&self, event: &str, other: &Self) -> bool {
        let is_same = |wide: &&str| *wide == event || wide.strip_suffix('*').is_some_and(|all| event.starts_with(all));
        self.destination == other.destination
            && self.prefix.starts_with(other.prefix)
            && self.suffix.ends_with(other.suffix)
            && other.events.iter().any(is_same)
    }
}

fn entries<'a>(side: &Attributes<'a>) -> Vec<Entry<'a>> {
    let arns = ["LambdaFunctionArn", "QueueArn", "TopicArn"];
    let ids = side.between(ENTRIES, ".Events").map(|(id, _)| id);
    let entry = |id: &str| {
        let text = |name: &str| side.text(&format!("{ENTRIES}{id}.{name}"));
        Entry {
            destination: arns.into_iter().find_map(text).unwrap_or_default(),
            events: side.texts(&format!("{ENTRIES}{id}.Events")),
            prefix: text("Prefix").unwrap_or_default(),
            suffix: text("Suffix").unwrap_or_default(),
        }
    };
    ids.map(entry).collect()
}

/// Who learns of less. A bucket that leaves the app leaves all of them.
pub fn findings(sides: &Sides) -> Vec<Finding> {
    if !sides.stays() || sides.change.action == Action::Release {
        return Vec::new();
    }
    let new = entries(&sides.new);
    let mut found = Vec::new();
    for old in entries(&sides.old) {
        let is_lost = |event: &&&str| !new.iter().any(|entry| old.is_within(event, entry));
        let lost: Vec<&str> = old.events.iter().filter(is_lost).copied().collect();
        if !lost.is_empty() {
            let said = Sentence::default().words(": ").short(old.destination).words(" no longer learns of ");
            let said = said.values(&lost, NAMED);
            found.push(Finding::about(RiskKind::Notifications, sides.change, |_| said.clone()));
        }
    }
    if sides.turned_off(BRIDGE) {
        let said = Sentence::default().words(": EventBridge no longer learns of its objects");
        found.push(Finding::about(RiskKind::Notifications, sides.change, |_| said.clone()));
    }
    found
}
