//! Tables, queues and log groups: keys, backups, protection, what expires, and what costs money.

use super::exposure;
use super::finding::Finding;
use super::kind::RiskKind;
use super::sentence::Sentence;
use super::sides::{Attributes, Sides};
use crate::plan::Action;

/// What encrypts data at rest. A higher rank is more in the user's own hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// How much.
    pub rank: u8,
    /// What it is called.
    pub name: String,
}

/// Encryption that is weaker than it was.
pub fn weaker(sides: &Sides, keys: impl Fn(&Attributes) -> Option<Keys>) -> Option<Finding> {
    let (old, new) = (keys(&sides.old)?, keys(&sides.new)?);
    let said = Sentence::default().words(": key ").short(&old.name).words(" → ").short(&new.name);
    (new.rank < old.rank).then(|| Finding::about(RiskKind::Encryption, sides.change, |_| said.clone()))
}

/// What is dangerous about a change of a table, beyond its data.
pub fn table(sides: &Sides) -> Vec<Finding> {
    let mut found: Vec<Finding> = weaker(sides, table_keys).into_iter().collect();
    let mut find = |kind, said: Sentence| found.push(Finding::about(kind, sides.change, |_| said.clone()));
    let text = |words: &str| Sentence::default().words(words);
    if sides.turned_off("PointInTimeRecoveryEnabled") {
        find(RiskKind::Backups, text(": point-in-time recovery is switched off, and what it could restore is gone"));
    }
    if sides.turned_off("DeletionProtectionEnabled") {
        find(RiskKind::DeletionProtection, text(": it can be deleted from now on"));
    }
    let attribute = "TimeToLiveAttribute";
    let (old, new) = (sides.old.text(attribute), sides.new.text(attribute));
    if let Some(new) = new.filter(|_| sides.stays() && old != new) {
        find(RiskKind::Expiry, text(": items expire once the time in ").short(new).words(" has passed"));
    }
    if let Some((old, new)) = reserved(sides) {
        let said = match old {
            Some(old) => text(": reserved capacity units ").value(old).words(" → "),
            None => text(": billed by use → reserved capacity units "),
        };
        find(
            RiskKind::Cost,
            if sides.stays() { said.value(new) } else { text(": reserved capacity units ").value(new) },
        );
    }
    found
}

fn table_keys(side: &Attributes) -> Option<Keys> {
    const SSE: &str = "SSESpecification.";
    side.get(&format!("{SSE}Enabled"))?;
    let key = side.text(&format!("{SSE}KMSMasterKeyId"));
    let (rank, name) = match (side.is(&format!("{SSE}Enabled")), key) {
        (false, _) => (1, "owned by AWS"),
        (true, None) => (2, "managed by AWS"),
        (true, Some(key)) => (3, key),
    };
    Some(Keys { rank, name: name.to_owned() })
}

/// Reserved units, where they are more than before: of the table and its indexes, for reads and writes together.
fn reserved(sides: &Sides) -> Option<(Option<f64>, f64)> {
    let units = |side: &Attributes| -> Option<f64> {
        let all = side.below("");
        let of_units = all.filter(|(path, _)| path.ends_with("CapacityUnits")).filter_map(|(_, units)| units.as_f64());
        of_units.fold(None, |sum, units| Some(sum.unwrap_or(0.0) + units))
    };
    let (old, new) = (units(&sides.old), units(&sides.new)?);
    (new > old.unwrap_or(0.0)).then_some((old, new))
}

/// What is dangerous about a change of a queue, beyond its messages.
pub fn queue(sides: &Sides) -> Vec<Finding> {
    if sides.change.action == Action::Delete {
        return Vec::new();
    }
    let mut found = exposure::findings(sides, "Policy");
    found.extend(exposure::denials(sides, "Policy"));
    found.extend(exposure::turned_away(sides, "Policy"));
    let mut find = |kind, said: Sentence| found.push(Finding::about(kind, sides.change, |_| said.clone()));
    let is_plain = |side: &Attributes| queue_keys(side).is_some_and(|keys| keys.rank == 0);
    if is_plain(&sides.new) && !is_plain(&sides.old) {
        find(RiskKind::Encryption, Sentence::default().words(": messages are not encrypted at rest"));
    } else if sides.stays() {
        found.extend(weaker(sides, queue_keys));
    }
    let mut find = |kind, said: Sentence| found.push(Finding::about(kind, sides.change, |_| said.clone()));
    if let Some(said) = sooner(sides, "MessageRetentionPeriod", "messages", "seconds") {
        find(RiskKind::Expiry, said);
    }
    found
}

fn queue_keys(side: &Attributes) -> Option<Keys> {
    let managed = side.get("SqsManagedSseEnabled")?;
    let (rank, name) = match side.text("KmsMasterKeyId") {
        Some(key) => (if key.ends_with("alias/aws/sqs") { 2 } else { 3 }, key),
        None if managed == true => (1, "owned by SQS"),
        None => (0, "none"),
    };
    Some(Keys { rank, name: name.to_owned() })
}

/// What is dangerous about a change of a log group, beyond its events.
pub fn log_group(sides: &Sides) -> Vec<Finding> {
    let said = sooner(sides, "retentionInDays", "events", "days");
    said.map(|said| Finding::about(RiskKind::Expiry, sides.change, |_| said.clone())).into_iter().collect()
}

/// What goes earlier than it did, or at all.
fn sooner(sides: &Sides, path: &str, what: &str, unit: &str) -> Option<Sentence> {
    let (old, new) = (sides.old.number(path), sides.new.number(path)?);
    let said = Sentence::default().words(format!(": {what} expire after "));
    let said = match old {
        Some(old) => said.value(old).words(" → ").value(new),
        None => said.words("never → ").value(new),
    };
    (sides.stays() && old.is_none_or(|old| new < old)).then(|| said.words(format!(" {unit}")))
}
