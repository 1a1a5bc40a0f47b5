//! REST APIs: routes that open, addresses that are let in, origins, limits, logs, and what callers notice.

use std::collections::BTreeSet;

use serde_json::Value;

use super::document::statements;
use super::exposure;
use super::finding::{Finding, NAMED, Number};
use super::kind::RiskKind;
use super::network;
use super::sentence::Sentence;
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
    let mut found = routes(sides);
    found.extend(addresses(sides));
    found.extend(exposure::denials(sides, "policy"));
    found.extend(origins(sides));
    found.extend(gone(sides));
    let stages: BTreeSet<&str> = sides.new.between(STAGES, ".deployment").map(|(name, _)| name).collect();
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
    methods.filter(|method| !is_mock(method)).collect()
}

fn routes(sides: &Sides) -> Vec<Finding> {
    let is_private = |side: &Attributes| side.text("endpointType") == Some(PRIVATE);
    let limited = limits(&sides.new).is_some() || is_private(&sides.new);
    let leaves_vpcs = is_private(&sides.old) && !limited;
    let mut found = Vec::new();
    for method in routes_of(&sides.new) {
        let Some((auth, key)) = protection(&sides.new, method) else { continue };
        let old = protection(&sides.old, method);
        found.extend(match old {
            _ if auth != NO_AUTH => None,
            Some((old, _)) if old != NO_AUTH => Some(opened(sides, method, "authorization ", old, limited)),
            Some((_, true)) if !key => Some(opened(sides, method, "the ", "API key", limited)),
            Some(_) if !key && leaves_vpcs => Some(opened(sides, method, "the endpoint ", PRIVATE, limited)),
            None if !key && !limited => Some(open(sides, method)),
            _ => None,
        });
    }
    found
}

fn opened(sides: &Sides, method: &str, what: &str, old: &str, limited: bool) -> Finding {
    let who = if limited { "whoever may reach the API may call " } else { "anybody may call " };
    Finding::of(RiskKind::OpenRoute, sides.change, ROUTE, method, |number| {
        let sentence = Sentence::default().words(" of API ").value(&sides.change.address.name);
        let sentence = sentence.words(format!(" {} {what}", number.of("loses", "lose"))).value(old);
        sentence.words(format!(": {who}{}", number.of("it", "them")))
    })
}

fn open(sides: &Sides, method: &str) -> Finding {
    Finding::of(RiskKind::OpenApi, sides.change, ROUTE, method, |number| {
        let sentence = Sentence::default().words(" of API ").value(&sides.change.address.name);
        let new = number.of(" is new and needs", " are new and need");
        sentence.words(format!("{new} no authorization: anybody may call {}", number.of("it", "them")))
    })
}

/// The addresses that an API's policy lets in; `None`: all.
fn limits(side: &Attributes) -> Option<Vec<String>> {
    network::ranges(&statements(side.items("policy.Statement")))
}

fn addresses(sides: &Sides) -> Option<Finding> {
    let old = limits(&sides.old).filter(|_| sides.stays())?;
    let new = limits(&sides.new);
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
    let (settings, of) = (path("otherSettings."), ".throttlingRateLimit");
    for (route, _) in sides.old.between(&settings, of) {
        let limit =
            |side: &Attributes| side.text(&format!("{settings}{route}{of}")).and_then(|text| text.parse::<f64>().ok());
        let (Some(old), new) = (limit(&sides.old), limit(&sides.new)) else { continue };
        let stays = protection(&sides.new, &setting_of(route)).is_some();
        if stays && new.is_none_or(|new| new > old) {
            let said = text(": ").value(setting_of(route)).words(" ").value(old).words(" → ");
            find(
                RiskKind::Throttle,
                match new {
                    Some(new) => said.value(new).words(" requests a second"),
                    None => said.words("no limit of its own (requests a second)"),
                },
            );
        }
    }
    if sides.old.get(&path("deployment")) != sides.new.get(&path("deployment")) {
        let said = |number: Number| {
            let meets = number.of("callers meet its", "callers meet their");
            Sentence::default().words(format!(": {meets} new definition from one moment to the next"))
        };
        found.push(Finding::about(RiskKind::Downtime, sides.change, said));
    }
    found
}

/// `~1items/POST` as `POST /items`.
fn setting_of(key: &str) -> String {
    let (path, method) = key.rsplit_once('/').unwrap_or((key, ""));
    format!("{method} {}", path.replace("~1", "/").replace("~0", "~"))
}

/// A limit that goes, or is higher than it was.
pub fn raised(sides: &Sides, path: &str, unit: &str) -> Option<Sentence> {
    let old = sides.old.number(path).filter(|_| sides.stays())?;
    let said = Sentence::default().words(": ").value(old).words(" → ");
    match sides.new.number(path) {
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
