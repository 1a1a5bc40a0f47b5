//! Firewalls: what they stop, what passes them by, and what they stand before.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::finding::{Finding, NAMED};
use super::kind::RiskKind;
use super::life::Life;
use super::network;
use super::sentence::Sentence;
use super::sides::{Attributes, Sides};
use crate::kind::Kind;
use crate::plan::Action;

const RULES: &str = "Rules.";
const RATE: &str = "Statement.RateBasedStatement.Limit";
const WINDOW: &str = "Statement.RateBasedStatement.EvaluationWindowSec";
const GROUP: &str = "Statement.ManagedRuleGroupStatement.Name";
const LOG: &str = "LoggingConfiguration.LogDestinationConfigs";
const OVERRIDES: &str = "Statement.ManagedRuleGroupStatement.RuleActionOverrides";

/// What is dangerous about a change of a firewall, one of its IP sets, or what ties it to an API.
pub fn findings(sides: &Sides, life: &Life) -> Vec<Finding> {
    match (sides.change.address.kind, sides.change.action) {
        // The whole app goes: life says so.
        (_, Action::Delete) if life.all_goes => Vec::new(),
        (Kind::WebAcl, Action::Create) => {
            vec![about(sides, RiskKind::Cost, text(": charged by the month and the request"))]
        }
        (Kind::WebAcl, Action::Delete) => vec![weaker(sides, text(": deleted"))],
        (Kind::WebAcl, _) => rules(sides),
        (Kind::IpSet, Action::Create | Action::Delete) => Vec::new(),
        (Kind::IpSet, _) => addresses(sides).into_iter().collect(),
        (_, Action::Delete) if sides.change.name.starts_with("arn:") => vec![open(sides, ("resource ", "resources "))],
        (_, Action::Delete) if !life.goes_with_its_api(&sides.change.name) => {
            vec![open(sides, ("stage ", "stages "))]
        }
        _ => Vec::new(),
    }
}

/// Of what stood behind a firewall.
fn open(sides: &Sides, nouns: (&'static str, &'static str)) -> Finding {
    let name = &sides.change.name;
    Finding::of(RiskKind::Firewall, sides.change, nouns, name, |_| text(" has no firewall any more"))
}

fn text(words: &str) -> Sentence {
    Sentence::default().words(words)
}

fn about(sides: &Sides, kind: RiskKind, said: Sentence) -> Finding {
    Finding::about(kind, sides.change, |_| said.clone())
}

fn weaker(sides: &Sides, said: Sentence) -> Finding {
    about(sides, RiskKind::Firewall, said)
}

/// More addresses that pass the other rules, or fewer that are stopped.
fn addresses(sides: &Sides) -> Option<Finding> {
    let list = |side: &Attributes| side.texts("Addresses").into_iter().map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (list(&sides.old), list(&sides.new));
    let is_blocked = sides.change.address.name.as_str().contains("-block-v");
    let (kind, words, moved) = match is_blocked {
        true => (RiskKind::Firewall, ": no longer blocked: ", network::beyond(&old, &new)),
        false => (RiskKind::Addresses, ": also allowed: ", network::beyond(&new, &old)),
    };
    (!moved.is_empty()).then(|| about(sides, kind, text(words).values(&moved, NAMED)))
}

fn rules(sides: &Sides) -> Vec<Finding> {
    let names = |side: &Attributes| side.between(RULES, ".Priority").map(|(name, _)| name.to_owned()).collect();
    let (old, new): (BTreeSet<String>, BTreeSet<String>) = (names(&sides.old), names(&sides.new));
    let mut found = Vec::new();
    let (before, after) = (action(&sides.old, "DefaultAction"), action(&sides.new, "DefaultAction"));
    if strength(after) < strength(before) {
        let said = text(": requests that no rule matches:  ").value(before.unwrap_or_default()).words(" → ");
        found.push(weaker(sides, said.value(after.unwrap_or_default())));
    }
    found.extend(answers(sides, old.intersection(&new)));
    if sides.turned_off_list(LOG) {
        found.push(about(sides, RiskKind::Logs, text(": no longer logged")));
    }
    for name in &old {
        match new.contains(name) {
            true => found.extend(rule(sides, name)),
            // A rule that let requests pass is missed by nobody who attacks.
            false if action(&sides.old, &format!("{RULES}{name}.Action")) == Some("Allow") => {}
            false => found.push(weaker(sides, text(": rule ").short(name).words(" goes"))),
        }
    }
    for name in new.difference(&old) {
        if action(&sides.new, &format!("{RULES}{name}.Action")) == Some("Allow") {
            found.push(weaker(sides, text(": rule ").short(name).words(" lets requests pass the other rules")));
        }
    }
    found
}

/// Where requests are blocked as before, and answered without what the firewall had them answered: by default, or by one of
/// these rules.
fn answers<'r>(sides: &Sides, rules: impl Iterator<Item = &'r String>) -> Option<Finding> {
    let by_default = ("the default".to_owned(), "DefaultAction".to_owned());
    let by_rules = rules.map(|name| (format!("rule {name}"), format!("{RULES}{name}.Action")));
    let lost = std::iter::once(by_default).chain(by_rules).filter(|(_, path)| {
        let blocks = action(&sides.new, path) == Some("Block");
        blocks && !answer(&sides.old, path).is_subset(&answer(&sides.new, path))
    });
    let lost: Vec<String> = lost.map(|(name, _)| name).collect();
    let said = text(": blocked requests lose their own answer, or a part of it: ").values(&lost, NAMED);
    (!lost.is_empty()).then(|| about(sides, RiskKind::Answers, said))
}

/// What an action that blocks answers beside 403.
fn answer<'a>(side: &Attributes<'a>, action: &str) -> BTreeSet<&'a str> {
    side.below(&format!("{action}.Block.CustomResponse.")).map(|(member, _)| member).collect()
}

/// The name of an action, whatever it holds.
fn action<'a>(side: &Attributes<'a>, path: &str) -> Option<&'a str> {
    let inner = format!("{path}.");
    let within = side.below(&inner).next().and_then(|(rest, _)| rest.split('.').next());
    side.text(path).or(within)
}

/// How much an action stops.
fn strength(action: Option<&str>) -> u8 {
    match action {
        Some("Allow") => 0,
        Some("Count") => 1,
        Some("Captcha" | "Challenge" | "Monetize") => 2,
        // A group whose actions stand, or another action.
        _ => 3,
    }
}

/// True if what a rule matches differs by more than what is said of it otherwise.
fn matches_otherwise(sides: &Sides, path: &str) -> bool {
    let said =
        [RATE, WINDOW, GROUP, OVERRIDES].map(|attribute| attribute.strip_prefix("Statement.").unwrap_or_default());
    let statement = format!("{path}.Statement.");
    let all = |side: &Attributes| -> BTreeMap<String, Value> {
        let below = side.below(&statement).filter(|(rest, _)| !said.contains(rest));
        below.map(|(rest, value)| (rest.to_owned(), value.clone())).collect()
    };
    all(&sides.old) != all(&sides.new)
}

/// What a rule that stays no longer stops.
fn rule(sides: &Sides, name: &str) -> Vec<Finding> {
    let path = |attribute: &str| format!("{RULES}{name}.{attribute}");
    let rule = || text(": rule ").short(name);
    let mut found = Vec::new();
    for attribute in ["Action", "OverrideAction"] {
        let (old, new) = (action(&sides.old, &path(attribute)), action(&sides.new, &path(attribute)));
        if strength(new) < strength(old) {
            let said = rule().words(": ").value(old.unwrap_or("Block")).words(" → ").value(new.unwrap_or_default());
            found.push(weaker(sides, said));
        }
    }
    for (attribute, words) in [(RATE, " requests"), (WINDOW, " seconds for its limit")] {
        let (old, new) = (sides.old.number(&path(attribute)), sides.new.number(&path(attribute)));
        let more = if attribute == RATE { new > old } else { new < old };
        if let (Some(old), Some(new), true) = (old, new, more) {
            found.push(weaker(sides, rule().words(": ").value(old).words(" → ").value(new).words(words)));
        }
    }
    let (old, new) = (sides.old.text(&path(GROUP)), sides.new.text(&path(GROUP)));
    if let Some(old) = old.filter(|old| new != Some(*old)) {
        let said = rule().words(": ").short(old).words(" → ");
        found.push(weaker(sides, new.map_or(said.clone().words("another statement"), |new| said.short(new))));
    }
    if matches_otherwise(sides, &format!("{RULES}{name}")) {
        found.push(weaker(sides, rule().words(": matches other requests than before")));
    }
    let counted = &lenient(&sides.new, &path(OVERRIDES)) - &lenient(&sides.old, &path(OVERRIDES));
    if !counted.is_empty() {
        found.push(weaker(sides, rule().words(": no longer blocks by ").values(&counted, NAMED)));
    }
    found
}

/// Rules of a group that count or let pass what they would stop.
fn lenient<'a>(side: &Attributes<'a>, path: &str) -> BTreeSet<&'a str> {
    let overrides = side.items(path).iter();
    let lenient = overrides.filter(|one| one["ActionToUse"].get("Block").is_none());
    lenient.filter_map(|one| one.get("Name").and_then(Value::as_str)).collect()
}
