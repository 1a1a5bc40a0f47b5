//! Event patterns: reports what EventBridge would refuse, at the place where it is.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::manifest::matching::{Language, OR};
use crate::manifest::{Cursor, json};
use crate::name::Address;
use crate::text::Text;

/// Which events match: for each field, a list of accepted values.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a table such as { source = [\"shop\"] }, or its JSON as a text")]
pub enum Pattern {
    /// Fields, such as `source`, `detail-type` and `detail`.
    Fields(BTreeMap<String, Value>),
    /// The same as JSON, which knows `null`.
    Json(String),
}

/// The longest pattern by default, in characters.
const USUAL: usize = 2048;
/// The longest one that AWS can be asked to allow.
const LONGEST: usize = 4096;
/// How deep fields may be within one another, so that no pattern is beyond what can be checked.
const DEEPEST: usize = 100;

/// What EventBridge takes in a list of values.
const LANGUAGE: Language = Language {
    service: "EventBridge",
    noun: "pattern",
    operators: &["anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"],
    largest: Some(5e9),
    is_strict: true,
};

const LIST: &str = "write a list of accepted values, such as [\"paid\", { prefix = \"re\" }]";

impl Pattern {
    /// The pattern as it is sent: compact JSON with sorted keys and references filled in.
    pub fn lower(&self, here: &Cursor) -> Option<Text> {
        let fields = match self {
            Self::Fields(fields) => Value::Object(fields.clone().into_iter().collect()),
            Self::Json(text) => match json::read(text) {
                Ok(fields @ Value::Object(_)) => fields,
                Ok(_) => {
                    here.problem(
                        "a pattern must be an object",
                        Some("write an object such as {\"source\": [\"shop\"]}"),
                    );
                    return None;
                }
                Err(json::Unread::NoJson(error)) => {
                    here.problem(format!("the pattern is not JSON: {error}"), None);
                    return None;
                }
                Err(twice) => {
                    here.problem(format!("in the pattern {}", twice.message()), twice.help());
                    return None;
                }
            },
        };
        if matches!(self, Self::Fields(_)) {
            json::report_what_is_no_json(&fields, here);
        }
        check_fields(&fields, 0, here);
        Some(here.text(&fields.to_string()))
    }
}

/// Reports a pattern that is too long, and warns of one for which a quota must have been raised.
pub(super) fn check_length(pattern: &Text, rule: &Address, here: &Cursor) {
    let length = pattern.shortest().chars().count();
    let message = format!("the pattern has {length} characters");
    if length > LONGEST {
        here.problem(message, Some(&format!("AWS allows {LONGEST} at most: write several rules")));
    } else if length > USUAL {
        here.warn(rule, message, &format!("AWS allows {USUAL}, unless it has raised the account's quota"));
    }
}

fn check_fields(pattern: &Value, depth: usize, here: &Cursor) {
    let Some(fields) = pattern.as_object() else {
        here.problem("an alternative must be an object", Some("write { <field> = [...] }"));
        return;
    };
    if json::is_date(pattern) {
        return;
    }
    if fields.is_empty() {
        here.problem("the pattern names no field", Some("write accepted values for at least one field"));
    }
    if depth > DEEPEST {
        here.problem(format!("fields are nested more than {DEEPEST} levels deep"), Some("nest them less"));
        return;
    }
    for (name, value) in fields {
        let here = here.at(name);
        match value {
            Value::Array(alternatives) if name == OR => check_or(alternatives, depth, &here),
            Value::Array(values) => check_values(name, values, &here),
            Value::Object(_) if name != OR => check_fields(value, depth + 1, &here),
            _ if name == OR => here.problem("$or must be a list of patterns", Some("write [{ ... }, { ... }]")),
            _ => here.problem(format!("{name} must be a list of accepted values"), Some(LIST)),
        }
    }
}

fn check_or(alternatives: &[Value], depth: usize, here: &Cursor) {
    if alternatives.len() < 2 {
        here.problem("$or has fewer than two patterns", Some("add another, or move its fields up beside the others"));
    }
    here.each(alternatives).for_each(|(here, alternative)| check_fields(alternative, depth + 1, &here));
}

fn check_values(name: &str, values: &[Value], here: &Cursor) {
    if values.is_empty() {
        here.problem(format!("{name} has an empty list"), Some(LIST));
    }
    here.each(values).for_each(|(here, value)| LANGUAGE.check(value, &here));
}

#[cfg(test)]
mod tests;
