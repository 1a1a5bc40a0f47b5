//! `rate_limit` and what belongs to it, where the section can say how requests are counted.

use toml_edit::Value;

use super::group::action;
use super::{text, toml};
use crate::aws::wafv2::{Json, Rule};
use crate::import::Scene;
use crate::import::lines::{Lines, inline, list};

/// The rule that limits.
pub const RULE: &str = "rate-limit";

/// A line of the section.
pub type Line = (&'static str, Value);

/// The lines that stand for the rule.
pub fn of(rule: &Rule, block: &Json, scene: &Scene) -> Option<Vec<Line>> {
    let rate = rule.get("Statement")?.get("RateBasedStatement")?;
    let mut lines: Vec<Line> = vec![("rate_limit", rate.get("Limit")?.number()?.into())];
    let window = rate.get("EvaluationWindowSec").and_then(Json::number).filter(|window| *window != 300);
    lines.extend(window.map(|window| ("rate_window", window.into())));
    let keys = keys(rate)?;
    lines.extend((!keys.is_empty()).then(|| ("rate_keys", list(keys))));
    lines.extend(rate.get("ScopeDownStatement").map(|scope| ("rate_scope_down", toml(scope, scene))));
    let does = rule.get("Action")?;
    if does != block {
        lines.push(("rate_action", action(does).filter(|action| *action != "block")?.into()));
    }
    if let Some(forwarded) = rate.get("ForwardedIPConfig") {
        let mut of = Lines::new();
        of.set_unless("header", text(forwarded.get("HeaderName")?)?, "X-Forwarded-For".to_owned());
        of.set_unless("matches_invalid", text(forwarded.get("FallbackBehavior")?)? == "MATCH", false);
        lines.extend((!of.is_empty()).then(|| ("forwarded_ip", of.inline())));
    }
    Some(lines)
}

/// What is counted apart; nothing is written of what is so anyway.
fn keys(rate: &Json) -> Option<Vec<Value>> {
    let aggregate = text(rate.get("AggregateKeyType")?)?;
    match (aggregate.as_str(), rate.get("CustomKeys")) {
        ("IP", None) => Some(Vec::new()),
        ("FORWARDED_IP", None) => Some(vec!["forwarded_ip".into()]),
        ("CONSTANT", None) => Some(vec!["constant".into()]),
        ("CUSTOM_KEYS", Some(Json::List(keys))) => keys.iter().map(key).collect(),
        _ => None,
    }
}

fn key(json: &Json) -> Option<Value> {
    let (name, of) = json.object()?.iter().next()?;
    let plain = [
        ("ASN", "asn"),
        ("ForwardedIP", "forwarded_ip"),
        ("HTTPMethod", "http_method"),
        ("IP", "ip"),
        ("JA3Fingerprint", "ja3_fingerprint"),
        ("JA4Fingerprint", "ja4_fingerprint"),
        ("QueryString", "query_string"),
        ("UriPath", "uri_path"),
    ];
    if let Some((_, ours)) = plain.into_iter().find(|(of_aws, _)| name == of_aws) {
        let falls_back = of.get("FallbackBehavior").and_then(text);
        let is_usual = falls_back.is_none_or(|to| to == "NO_MATCH") && transformations(of)?.is_empty();
        return is_usual.then(|| ours.into());
    }
    let mut lines = Lines::new();
    match name.as_str() {
        "Header" => lines.set("header", text(of.get("Name")?)?),
        "Cookie" => lines.set("cookie", text(of.get("Name")?)?),
        "QueryArgument" => lines.set("query_argument", text(of.get("Name")?)?),
        "LabelNamespace" => return Some(inline([("label_namespace", text(of.get("Namespace")?)?)])),
        _ => return None,
    }
    lines.set_list("transform", transformations(of)?);
    Some(lines.inline())
}

/// What is done to the value, in order; `None` where it is numbered otherwise than from 0 on.
fn transformations(of: &Json) -> Option<Vec<String>> {
    let Some(Json::List(all)) = of.get("TextTransformations") else { return Some(Vec::new()) };
    let mut names = Vec::new();
    for (priority, one) in (0..).zip(all) {
        if one.get("Priority")?.number()? != priority {
            return None;
        }
        names.push(text(one.get("Type")?)?);
    }
    Some(if names == ["NONE"] { Vec::new() } else { names })
}
