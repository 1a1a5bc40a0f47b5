//! REST APIs: routes that open, addresses that are let in, origins, limits, logs, and what callers notice.

use std::collections::BTreeSet;

use serde_json::Value;

use super::api_stage;
use super::exposure;
use super::finding::{Finding, NAMED, Number};
use super::kind::RiskKind;
use super::network;
use super::reach::{Gate, Reach};
use super::sentence::Sentence;
use super::service;
use super::sides::{Attributes, Sides};
use crate::plan::Action;

const METHODS: &str = "methods.";
const STAGES: &str = "stages.";
const NO_AUTH: &str = "NONE";
const PRIVATE: &str = "PRIVATE";
const ROUTE: (&str, &str) = ("", "");

/// What is dangerous about a change of an API.
pub fn findings(sides: &Sides) -> Vec<Finding> {
    if sides.change.action == Action::Delete {
        return Vec::new();
    }
    let (old, new) = (Gate::of(&sides.old, sides), Gate::of(&sides.new, sides));
    let mut found = routes(sides, &old, &new);
    found.extend(everybody(sides, &old, &new));
    found.extend(spared(sides, &old, &new));
    found.extend(exposure::named(sides, "policy"));
    found.extend(addresses(sides, &old, &new));
    found.extend(endpoints(sides, &old, &new));
    found.extend(exposure::lost(sides, &old.other_denials(), &new.denials()));
    found.extend(origins(sides));
    found.extend(gone(sides));
    let stages: BTreeSet<&str> = sides.new.between(STAGES, ".deployment").map(|(name, _)| name).collect();
    found.extend(stages.iter().flat_map(|stage| api_stage::findings(sides, stage)));
    for stage in stages.iter().filter(|stage| sides.old.get(&format!("{STAGES}{stage}.deployment")).is_some()) {
        found.extend(stage_findings(sides, stage));
    }
    found.extend(endpoint(sides));
    found
}

/// How a method is protected: how callers are authorized, and whether they need a key.
fn protection<'a>(side: &Attributes<'a>, method: &str) -> Option<(&'a str, bool)> {
    let auth = side.text(&format!("{METHODS}{method}.authorizationType"))?;
    Some((auth, side.is(&format!("{METHODS}{method}.apiKeyRequired"))))
}

/// The routes of a side. What answers a browser's question before its request is none.
fn routes_of<'a>(side: &Attributes<'a>) -> Vec<&'a str> {
    let is_mock = |method: &str| side.text(&format!("{METHODS}{method}.integration.type")) == Some("MOCK");
    let methods = side.between(METHODS, ".authorizationType").map(|(method, _)| method);
    methods.filter(|method| !(method.starts_with("OPTIONS ") && is_mock(method))).collect()
}

fn routes(sides: &Sides, old: &Gate, new: &Gate) -> Vec<Finding> {
    let reach = new.reach();
    let leaves_vpcs = old.is_private && reach == Reach::Everybody;
    let mut found = Vec::new();
    for method in routes_of(&sides.new) {
        let Some((auth, key)) = protection(&sides.new, method) else { continue };
        found.extend(match protection(&sides.old, method) {
            _ if auth != NO_AUTH => None,
            Some((old, _)) if old != NO_AUTH => Some(opened(sides, method, "authorization ", old, reach)),
            Some((_, true)) if !key => Some(opened(sides, method, "the ", "API key", reach)),
            Some(_) if !key && leaves_vpcs => Some(opened(sides, method, "the endpoint ", PRIVATE, reach)),
            Some(_) if !key && reach.is_open() => service::asks_now(sides, method, reach),
            None if !key && reach.is_open() => Some(open(sides, method, reach)),
            _ => None,
        });
    }
    found
}

fn opened(sides: &Sides, method: &str, what: &str, old: &str, reach: Reach) -> Finding {
    Finding::of(RiskKind::OpenRoute, sides.change, ROUTE, method, |number| {
        let sentence = Sentence::default().words(" of API ").value(&sides.change.address.name);
        let sentence = sentence.words(format!(" {} {what}", number.of("loses", "lose"))).value(old);
        sentence.words(format!(": {} may call {}", reach.who(), number.of("it", "them")))
    })
}

fn open(sides: &Sides, method: &str, reach: Reach) -> Finding {
    Finding::of(RiskKind::OpenApi, sides.change, ROUTE, method, |number| {
        let sentence = Sentence::default().words(" of API ").value(&sides.change.address.name);
        let new = number.of(" is new and needs", " are new and need");
        let (it, asks) = (number.of("it", "them"), service::asks(&sides.new, method));
        sentence.words(format!("{new} no authorization: {} may call {it}{asks}", reach.who()))
    })
}

/// The policy lets everybody in, or nothing stands any more where a policy limited who may call. Routes say it of an
/// API that never had one and of one that leaves its VPCs, addresses of one that was limited to some.
fn everybody(sides: &Sides, old: &Gate, new: &Gate) -> Option<Finding> {
    let (was, is) = (if old.has_policy() { old.reach() } else { Reach::Named }, new.reach());
    let loses_policy = sides.stays() && old.has_policy() && !old.is_private;
    let counts = new.has_policy() || loses_policy;
    let by_address = sides.stays() && old.addresses().is_some();
    let said = Sentence::default().words(format!(": {} may ", is.who())).value("execute-api:Invoke");
    (counts && is > was && !by_address).then(|| Finding::about(RiskKind::Everybody, sides.change, |_| said.clone()))
}

/// Everybody is let in but whom the policy denies, and that spares others than before.
fn spared(sides: &Sides, old: &Gate, new: &Gate) -> Option<Finding> {
    let who = new.spared().filter(|who| old.spared().as_ref() != Some(who))?;
    let said = Sentence::default().words(": ").short(who).words(" may ").value("execute-api:Invoke");
    Some(Finding::about(RiskKind::OtherAccount, sides.change, |_| said.clone()))
}

fn addresses(sides: &Sides, old: &Gate, new: &Gate) -> Option<Finding> {
    let old = old.addresses().filter(|_| sides.stays())?;
    let new = new.addresses();
    let beyond = new.as_ref().map(|new| network::beyond(new, &old));
    if beyond.as_ref().is_some_and(Vec::is_empty) {
        return None;
    }
    let said = Sentence::default().words(": ").values(&old, NAMED).words(" → ");
    let said = match &beyond {
        Some(beyond) => said.words("also ").values(beyond, NAMED),
        None => said.words("all addresses"),
    };
    Some(Finding::about(RiskKind::Addresses, sides.change, |_| said.clone()))
}

/// VPCs and VPC endpoints beside those that were let in. That all are is said as such.
fn endpoints(sides: &Sides, old: &Gate, new: &Gate) -> Option<Finding> {
    let (old, new) = (old.endpoints().filter(|_| sides.stays())?, new.endpoints()?);
    let more: Vec<&String> = new.iter().filter(|one| !old.contains(one)).collect();
    let said = Sentence::default().words(": ").values(&old, NAMED).words(" → also ").values(&more, NAMED);
    (!more.is_empty()).then(|| Finding::about(RiskKind::Addresses, sides.change, |_| said.clone()))
}

/// The origins whose pages may call, as API Gateway writes them: in quotes.
fn allowed_origins<'a>(side: &Attributes<'a>) -> BTreeSet<&'a str> {
    let values = side.between(METHODS, ".method.response.header.Access-Control-Allow-Origin");
    values.filter_map(|(_, value)| value.as_str()).map(|text| text.trim_matches('\'')).collect()
}

fn origins(sides: &Sides) -> Option<Finding> {
    let (old, new) = (allowed_origins(&sides.old), allowed_origins(&sides.new));
    if old.contains("*") || !new.contains("*") {
        return None;
    }
    let said = from_to(": origins ", &old).value("*");
    Some(Finding::about(RiskKind::AnyOrigin, sides.change, |_| said.clone()))
}

/// `: origins a, b → `
pub fn from_to<T: ToString>(words: &str, old: impl IntoIterator<Item = T>) -> Sentence {
    let mut old = old.into_iter().peekable();
    match old.peek() {
        None => Sentence::default().words(format!("{words}none → ")),
        Some(_) => Sentence::default().words(words).values(old, NAMED).words(" → "),
    }
}

fn gone(sides: &Sides) -> Vec<Finding> {
    let gone = routes_of(&sides.old).into_iter().filter(|method| protection(&sides.new, method).is_none());
    let finding = |method| {
        Finding::of(RiskKind::Gone, sides.change, ("route ", "routes "), method, |_| {
            Sentence::default().words(" of API ").value(&sides.change.address.name)
        })
    };
    gone.map(finding).collect()
}

/// What happens to a stage that callers reach already.
fn stage_findings(sides: &Sides, stage: &str) -> Vec<Finding> {
    let path = |attribute: &str| format!("{STAGES}{stage}.{attribute}");
    let mut found = Vec::new();
    let mut find = |kind, said: Sentence| found.push(Finding::about(kind, sides.change, |_| said.clone()));
    let text = |words: &str| Sentence::default().words(words);
    if sides.turned_off(&path("tracingEnabled")) {
        find(RiskKind::Tracing, text(": requests are no longer traced"));
    }
    let logs = path("accessLogSettings.destinationArn");
    if let (Some(old), None) = (sides.old.text(&logs), sides.new.text(&logs)) {
        find(RiskKind::Logs, text(": requests are no longer logged to ").short(old));
    }
    for (attribute, unit) in [("throttling.rateLimit", " requests a second"), ("throttling.burstLimit", " at once")] {
        if let Some(said) = raised(sides, &path(attribute), unit) {
            find(RiskKind::Throttle, said);
        }
    }
    limits_of_routes(sides, stage).into_iter().for_each(|said| find(RiskKind::Throttle, said));
    if sides.old.get(&path("deployment")) != sides.new.get(&path("deployment")) {
        let said = |number: Number| {
            let meets = number.of("callers get its", "callers get their");
            Sentence::default().words(format!(": {meets} new definition all at once"))
        };
        found.push(Finding::about(RiskKind::Downtime, sides.change, said));
    }
    found
}

/// Limits of routes that are higher than those that hold for them so far: their own, or those of all routes. A new
/// route is held against all others.
fn limits_of_routes(sides: &Sides, stage: &str) -> Vec<Sentence> {
    const LIMITS: [(&str, &str, &str); 2] = [
        ("throttlingRateLimit", "rateLimit", " requests a second"),
        ("throttlingBurstLimit", "burstLimit", " at once"),
    ];
    let settings = format!("{STAGES}{stage}.otherSettings.");
    let keys = |side: &Attributes| -> BTreeSet<String> {
        side.between(&settings, ".throttlingRateLimit").map(|(key, _)| key.to_owned()).collect()
    };
    let mut said = Vec::new();
    for key in keys(&sides.old).union(&keys(&sides.new)) {
        let route = setting_of(key);
        let is_new = protection(&sides.old, &route).is_none();
        if protection(&sides.new, &route).is_none() {
            continue;
        }
        for (own, all, unit) in LIMITS {
            let all = |side: &Attributes| side.number(&format!("{STAGES}{stage}.throttling.{all}"));
            let limit = |side: &Attributes| {
                let own = side.text(&format!("{settings}{key}.{own}")).and_then(|text| text.parse::<f64>().ok());
                own.or_else(|| all(side))
            };
            let before = if is_new { all(&sides.new) } else { limit(&sides.old) };
            let higher = higher(before, limit(&sides.new), unit);
            said.extend(higher.map(|said| Sentence::default().words(": ").value(&route).words(" ").then(said)));
        }
    }
    said
}

/// `~1items/POST` as `POST /items`.
fn setting_of(key: &str) -> String {
    let (path, method) = key.rsplit_once('/').unwrap_or((key, ""));
    format!("{method} {}", path.replace("~1", "/").replace("~0", "~"))
}

/// A limit that is removed, or is higher than it was.
pub fn raised(sides: &Sides, path: &str, unit: &str) -> Option<Sentence> {
    let old = sides.old.number(path).filter(|_| sides.stays());
    higher(old, sides.new.number(path), unit).map(|higher| Sentence::default().words(": ").then(higher))
}

/// `<old> → <new> requests a second`, if that is more.
pub fn higher(old: Option<f64>, new: Option<f64>, unit: &str) -> Option<Sentence> {
    let old = old?;
    let said = Sentence::default().value(old).words(" → ");
    match new {
        None => Some(said.words(format!("no limit of its own{}", after(unit)))),
        Some(new) if new > old => Some(said.value(new).words(unit)),
        Some(_) => None,
    }
}

fn after(unit: &str) -> String {
    format!(" ({})", unit.trim())
}

/// A change of the endpoint's type takes minutes, in which the API answers from either place.
fn endpoint(sides: &Sides) -> Option<Finding> {
    let value = |side: &Attributes| side.get("endpointType").and_then(Value::as_str).map(str::to_owned);
    let (old, new) = (value(&sides.old)?, value(&sides.new)?);
    let said = Sentence::default().words(": endpoint ").value(&old).words(" → ").value(&new);
    (old != new).then(|| Finding::about(RiskKind::Downtime, sides.change, |_| said.clone()))
}
