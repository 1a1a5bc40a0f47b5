//! What callers get: of a route that answers by itself, and of what a route has asked.

use std::collections::BTreeMap;

use toml_edit::Value;

use super::Around;
use super::asked::JSON;
use crate::aws::apigateway::{IntegrationResponse, Method};
use crate::import::lines::{Lines, inline};
use crate::import::section::mapped;
use crate::manifest::api::usual;

const HEADER: &str = "method.response.header.";
const ORIGIN: &str = "method.response.header.Access-Control-Allow-Origin";
const CONTENT_TYPE: &str = "method.response.header.Content-Type";

/// `responses` of a route that asks for this action, or calls a URL; none where they are as usual.
pub fn responses(key: &str, method: &Method, action: Option<&str>, around: &Around) -> Option<Value> {
    let live = &method.integration_responses;
    if *live == usual(action, around.origin.as_deref()) {
        return None;
    }
    let all = live.iter().map(|(status, one)| {
        let mut lines = Lines::new();
        lines.set_some("pattern", one.selection_pattern.as_deref());
        body(key, one, around, &mut lines);
        (status, lines.inline())
    });
    let all: BTreeMap<&String, Value> = all.collect();
    (!all.is_empty()).then(|| inline(all))
}

/// `respond` of a route that asks nobody.
pub fn respond(key: &str, method: &Method, around: &Around) -> Result<Value, String> {
    let (status, answer) = match method.integration_responses.iter().collect::<Vec<_>>().as_slice() {
        [one] => *one,
        _ => return Err("it has several mock responses, but a route has only one".into()),
    };
    let mut lines = Lines::new();
    let number = status.parse::<i64>().map_err(|_| format!("its status is {status}"))?;
    lines.set_unless("status", number, 200);
    body(key, answer, around, &mut lines);
    Ok(lines.inline())
}

/// `body`, `type` and `headers` of an answer.
fn body(key: &str, answer: &IntegrationResponse, around: &Around, lines: &mut Lines) {
    let (of, template) = match answer.response_templates.iter().collect::<Vec<_>>().as_slice() {
        [] => (JSON, None),
        [(of, template), rest @ ..] => {
            if !rest.is_empty() {
                around.unsaid(
                    key,
                    "a response has bodies of several content types, but a route has only one: the first is kept",
                );
            }
            (of.as_str(), Some(template.as_str()).filter(|text| !text.is_empty()))
        }
    };
    lines.set_some("body", template.map(|text| mapped::template(text, around.scene)));
    lines.set_unless("type", of, JSON);
    let is_brought = |name: &str, value: &str| {
        let plain = value.trim_matches('\'');
        name == ORIGIN && around.origin.as_deref() == Some(plain)
            || name == CONTENT_TYPE && template.is_some() && of != JSON && plain == of
    };
    let headers = answer.response_parameters.iter().filter(|(name, value)| !is_brought(name, value));
    let headers: BTreeMap<&str, String> =
        headers.map(|(name, value)| (name.strip_prefix(HEADER).unwrap_or(name), header(value, around))).collect();
    if !headers.is_empty() {
        lines.set("headers", inline(headers));
    }
    if answer.content_handling.is_some() {
        around.unsaid(key, "a route cannot set ContentHandling of a response: it will be removed");
    }
}

/// The value of a header as a manifest says it.
fn header(value: &str, around: &Around) -> String {
    if let Some(text) = value.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        return around.scene.string(text);
    }
    format!("${}", value.strip_prefix("integration.").unwrap_or(value))
}
