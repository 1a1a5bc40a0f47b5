//! Usage plans and API keys: who is refused from now on, and who may call more often.

use std::collections::BTreeSet;

use serde_json::Value;

use super::api::raised;
use super::finding::{Finding, NAMED, Number};
use super::kind::RiskKind;
use super::sentence::Sentence;
use super::sides::{Attributes, Sides};

/// What is dangerous about a change of an API key, beyond its deletion.
pub fn key(sides: &Sides) -> Vec<Finding> {
    let said = |number: Number| {
        Sentence::default().words(number.of(": whoever has it is refused", ": whoever has one is refused"))
    };
    let is_off = sides.turned_off("enabled");
    is_off.then(|| Finding::about(RiskKind::LockedOut, sides.change, said)).into_iter().collect()
}

/// What is dangerous about a change of a usage plan.
pub fn plan(sides: &Sides) -> Vec<Finding> {
    if !sides.stays() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut find = |kind, said: Sentence| found.push(Finding::about(kind, sides.change, |_| said.clone()));
    for (list, before, after) in [
        ("keys", ": keys ", " no longer give access through it"),
        ("apiStages", ": its keys no longer give access to ", ""),
    ] {
        let lost = &texts(&sides.old, list) - &texts(&sides.new, list);
        if !lost.is_empty() {
            let said = Sentence::default().words(before).values(lost, NAMED).words(after);
            find(RiskKind::LockedOut, said);
        }
    }
    for (path, unit) in [("throttle.rateLimit", " requests a second"), ("throttle.burstLimit", " at once")] {
        if let Some(said) = raised(sides, path, unit) {
            find(RiskKind::Throttle, said);
        }
    }
    if let Some(said) = quota(sides) {
        find(RiskKind::Throttle, said);
    }
    found
}

/// The texts of a list; an id that AWS makes up by whose it is.
fn texts(side: &Attributes, list: &str) -> BTreeSet<String> {
    side.items(list).iter().map(text).collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(parts) => match (parts.get("$output"), parts.get("$join")) {
            (Some(output), _) => output.as_str().unwrap_or_default().trim_end_matches(".id").to_owned(),
            (_, Some(Value::Array(parts))) => parts.iter().map(text).collect(),
            _ => value.to_string(),
        },
        other => other.to_string(),
    }
}

/// A quota that goes, or is higher by the day than it was.
fn quota(sides: &Sides) -> Option<Sentence> {
    let of = |side: &Attributes| {
        let (limit, period) = (side.number("quota.limit")?, side.text("quota.period")?.to_lowercase());
        let days = match period.as_str() {
            "day" => 1.0,
            "week" => 7.0,
            _ => 30.0,
        };
        Some((limit, limit / days, period))
    };
    let (old, old_by_day, old_period) = of(&sides.old)?;
    let said = Sentence::default().words(": ").value(old).words(format!(" requests a {old_period} → "));
    match of(&sides.new) {
        None => Some(said.words("no quota")),
        Some((new, by_day, period)) if by_day > old_by_day => {
            Some(said.value(new).words(format!(" requests a {period}")))
        }
        Some(_) => None,
    }
}
