//! Buckets: who gets in, and how objects are kept.

use std::collections::BTreeSet;

use serde_json::Value;

use super::api::from_to;
use super::finding::{Finding, NAMED};
use super::kind::RiskKind;
use super::sentence::Sentence;
use super::sides::{Attributes, Sides};
use super::store::{Keys, weaker};
use super::{expiry, exposure, notification};
use crate::plan::Action;

const BLOCKS: &str = "PublicAccessBlockConfiguration.";
const OWNERSHIP: &str = "ObjectOwnership";
const ENFORCED: &str = "BucketOwnerEnforced";
const VERSIONING: &str = "VersioningStatus";

/// What is dangerous about a change of a bucket.
pub fn findings(sides: &Sides) -> Vec<Finding> {
    if sides.change.action == Action::Delete {
        return Vec::new();
    }
    let mut found = exposure::findings(sides, "Policy");
    found.extend(blocks(sides));
    found.extend(exposure::denials(sides, "Policy"));
    found.extend(exposure::turned_away(sides, "Policy"));
    found.extend(origins(sides));
    let mut find = |kind, said: Sentence| found.push(Finding::about(kind, sides.change, |_| said.clone()));
    let was_enforced = sides.change.action == Action::Create || sides.old.text(OWNERSHIP) == Some(ENFORCED);
    if let Some(new) = sides.new.text(OWNERSHIP).filter(|new| was_enforced && *new != ENFORCED) {
        let said = Sentence::default().words(": object ownership ").value(ENFORCED).words(" → ").short(new);
        find(RiskKind::Acls, said);
    }
    if sides.old.text(VERSIONING) == Some("Enabled") && sides.new.text(VERSIONING) != Some("Enabled") {
        find(RiskKind::Versioning, Sentence::default().words(": a write no longer keeps what it replaces"));
    }
    found.extend(weaker(sides, keys));
    found.extend(expiry::findings(sides));
    found.extend(notification::findings(sides));
    found
}

/// Those that are not on: that were on, or for a new bucket, that would have been.
fn blocks(sides: &Sides) -> Option<Finding> {
    let was = |name: &str| sides.change.action == Action::Create || sides.old.is(&format!("{BLOCKS}{name}"));
    let is_off = |value: &Value| *value != Value::Bool(true);
    let off = sides.new.below(BLOCKS).filter(|(name, value)| is_off(value) && was(name)).map(|(name, _)| name);
    let off: Vec<&str> = off.collect();
    let said = Sentence::default().words(": off: ").values(&off, NAMED);
    (!off.is_empty()).then(|| Finding::about(RiskKind::AccessBlock, sides.change, |_| said.clone()))
}

fn keys(side: &Attributes) -> Option<Keys> {
    const ENCRYPTION: &str = "ServerSideEncryptionConfiguration.";
    let algorithm = side.text(&format!("{ENCRYPTION}SSEAlgorithm"))?;
    let key = side.text(&format!("{ENCRYPTION}KMSMasterKeyID"));
    let rank = match (algorithm.starts_with("aws:kms"), key) {
        (false, _) => 1,
        (true, None) => 2,
        (true, Some(_)) => 3,
    };
    Some(Keys { rank, name: key.unwrap_or(algorithm).to_owned() })
}

/// The origins of each rule, with what they may do.
fn any_origin(side: &Attributes) -> BTreeSet<String> {
    let rules = side.items("CORSRules").iter();
    let any = |rule: &&Value| rule["AllowedOrigins"].as_array().is_some_and(|all| all.iter().any(|one| one == "*"));
    let methods = |rule: &Value| rule["AllowedMethods"].as_array().cloned().unwrap_or_default();
    let names = rules.filter(any).flat_map(methods).filter_map(|method| method.as_str().map(str::to_owned));
    names.collect()
}

fn origins(sides: &Sides) -> Option<Finding> {
    let (old, new) = (any_origin(&sides.old), any_origin(&sides.new));
    let gained: Vec<&String> = new.difference(&old).collect();
    let named = sides.old.items("CORSRules").iter().filter_map(|rule| rule["AllowedOrigins"].as_array()).flatten();
    let named: BTreeSet<&str> = named.filter_map(Value::as_str).collect();
    let said = from_to(": origins ", named).value("*").words(" for ").values(&gained, NAMED);
    (!gained.is_empty()).then(|| Finding::about(RiskKind::AnyOrigin, sides.change, |_| said.clone()))
}
