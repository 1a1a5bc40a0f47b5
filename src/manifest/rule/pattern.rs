//! Patterns of events: what EventBridge would refuse of one, each where it stands.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::manifest::{Cursor, problem};
use crate::name::Address;
use crate::text::Text;

/// Which events are meant: for each field a list of what it may be.
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
/// The largest number that EventBridge compares, and below zero the smallest.
const LARGEST: f64 = 5e9;
/// How deep fields may be within one another, so that no pattern is beyond what can be checked.
const DEEPEST: usize = 100;
/// What stands for alternatives: a list of patterns, one of which must fit.
const OR: &str = "$or";
/// By this key a TOML date is known once it is JSON.
const DATE: &str = "$__toml_private_datetime";

/// What an element of a list can ask for beside a value itself.
const OPERATORS: [&str; 8] =
    ["anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"];
/// What `anything-but` can stand before.
const BUT: [&str; 4] = ["equals-ignore-case", "prefix", "suffix", "wildcard"];
/// The comparisons of `numeric`.
const COMPARISONS: [&str; 5] = ["<", "<=", "=", ">", ">="];

const LIST: &str = "write a list of what it may be, such as [\"paid\", { prefix = \"re\" }]";

impl Pattern {
    /// The pattern as it is sent: compact JSON with sorted keys and references filled in.
    pub fn lower(&self, here: &Cursor) -> Option<Text> {
        let fields = match self {
            Self::Fields(fields) => Value::Object(fields.clone().into_iter().collect()),
            Self::Json(text) => match serde_json::from_str(text) {
                Ok(fields @ Value::Object(_)) => fields,
                Ok(_) => {
                    here.problem("a pattern is an object", Some("write {\"source\": [\"shop\"]} or the like"));
                    return None;
                }
                Err(error) => {
                    here.problem(format!("the pattern is not JSON: {error}"), None);
                    return None;
                }
            },
        };
        if matches!(self, Self::Fields(_)) {
            report_what_is_no_json(&fields, here);
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

/// Reports dates, and numbers that JSON does not have: what they have become would be sent.
pub(super) fn report_what_is_no_json(value: &Value, here: &Cursor) {
    match value {
        Value::Null => here.problem("this is no number of JSON", Some("write a finite number")),
        Value::Object(fields) if fields.contains_key(DATE) => {
            here.problem("JSON has no dates", Some("write it as a text, in quotes"));
        }
        Value::Object(fields) => fields.iter().for_each(|(name, field)| report_what_is_no_json(field, &here.at(name))),
        Value::Array(items) => here.each(items).for_each(|(here, item)| report_what_is_no_json(item, &here)),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn check_fields(pattern: &Value, depth: usize, here: &Cursor) {
    let Some(fields) = pattern.as_object() else {
        here.problem("an alternative is an object", Some("write { <field> = [...] }"));
        return;
    };
    if fields.contains_key(DATE) {
        return;
    }
    if fields.is_empty() {
        here.problem("it names no field", Some("say at least what one field may be"));
    }
    if depth > DEEPEST {
        here.problem(format!("fields are more than {DEEPEST} deep"), Some("name fewer"));
        return;
    }
    for (name, value) in fields {
        let here = here.at(name);
        match value {
            Value::Array(alternatives) if name == OR => check_or(alternatives, depth, &here),
            Value::Array(values) => check_values(name, values, &here),
            Value::Object(_) if name != OR => check_fields(value, depth + 1, &here),
            _ if name == OR => here.problem("$or has no list of patterns", Some("write [{ ... }, { ... }]")),
            _ => here.problem(format!("{name} has no list of values"), Some(LIST)),
        }
    }
}

fn check_or(alternatives: &[Value], depth: usize, here: &Cursor) {
    if alternatives.len() < 2 {
        here.problem("$or has fewer than two patterns", Some("add another, or write its fields beside the others"));
    }
    here.each(alternatives).for_each(|(here, alternative)| check_fields(alternative, depth + 1, &here));
}

fn check_values(name: &str, values: &[Value], here: &Cursor) {
    if values.is_empty() {
        here.problem(format!("{name} has an empty list"), Some(LIST));
    }
    for (here, value) in here.each(values) {
        match value {
            Value::Array(_) => here.problem("a list stands inside a list", Some("write one list of values")),
            Value::Object(operator) if operator.contains_key(DATE) => {}
            Value::Object(operator) => match operator.iter().next().filter(|_| operator.len() == 1) {
                Some((operator, operand)) => check_operator(operator, operand, &here),
                None => {
                    let help = "write { prefix = \"...\" } or the like; fields within fields stand in no list";
                    here.problem("an operator stands alone", Some(help));
                }
            },
            other => check_number(other, &here),
        }
    }
}

fn check_operator(operator: &str, operand: &Value, here: &Cursor) {
    let here = here.at(operator);
    let wrong = |help: &str| here.problem(format!("{operator} cannot be {operand}"), Some(help));
    match operator {
        "prefix" | "suffix" => match operand {
            Value::String(_) => {}
            Value::Object(nested) if is_one_text(nested, "equals-ignore-case") => {}
            _ => wrong("write a text, or { equals-ignore-case = \"...\" }"),
        },
        "equals-ignore-case" if !operand.is_string() => wrong("write a text"),
        "wildcard" if operand.as_str().is_none_or(|text| text.contains("**")) => {
            wrong("write a text in which * stands for anything, without two of them in a row");
        }
        "exists" if !operand.is_boolean() => wrong("write true or false"),
        "cidr" if !operand.as_str().is_some_and(is_cidr) => wrong("write a range such as \"10.0.0.0/24\""),
        "numeric" => check_numeric(operand, &here),
        "anything-but" => check_but(operand, &here),
        _ if OPERATORS.contains(&operator) => {}
        unknown => here.problem(problem::unknown("pattern operator", unknown, OPERATORS.into_iter()), None),
    }
}

fn is_one_text(object: &serde_json::Map<String, Value>, key: &str) -> bool {
    object.len() == 1 && object.get(key).is_some_and(Value::is_string)
}

/// An IPv4 or IPv6 range.
fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let (Ok(address), Ok(bits)) = (address.parse::<std::net::IpAddr>(), bits.parse::<u8>()) else { return false };
    bits <= if address.is_ipv4() { 32 } else { 128 }
}

/// One comparison, or two that make a range.
fn check_numeric(operand: &Value, here: &Cursor) {
    let help = "write [\">\", 0] or [\">\", 0, \"<=\", 5], with <, <=, =, > or >=";
    let list = operand.as_array().filter(|list| matches!(list.len(), 2 | 4));
    let Some(list) = list else {
        return here.problem(format!("numeric cannot be {operand}"), Some(help));
    };
    for pair in list.chunks(2) {
        if !pair[0].as_str().is_some_and(|text| COMPARISONS.contains(&text)) || !pair[1].is_number() {
            return here.problem(format!("numeric cannot be {operand}"), Some(help));
        }
        check_number(&pair[1], here);
    }
    let operators: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
    let is_range = matches!(operators.as_slice(), [from, to] if from.starts_with('>') && to.starts_with('<'));
    let ends: Vec<f64> = list.iter().filter_map(Value::as_f64).collect();
    if list.len() == 4 && !(is_range && ends[0] < ends[1]) {
        here.problem("the two comparisons are no range", Some("write the lower end first: [\">\", 0, \"<=\", 5]"));
    }
}

/// A value, values of one type, or an operator of its own.
fn check_but(operand: &Value, here: &Cursor) {
    let is_texts = |value: &Value| match value {
        Value::String(_) => true,
        Value::Array(all) => !all.is_empty() && all.iter().all(Value::is_string),
        _ => false,
    };
    let is_numbers = |value: &Value| match value {
        Value::Number(_) => true,
        Value::Array(all) => !all.is_empty() && all.iter().all(Value::is_number),
        _ => false,
    };
    match operand {
        Value::Object(nested) => {
            let one = nested.iter().next().filter(|_| nested.len() == 1);
            let known = |name: &str| BUT.contains(&name);
            match one {
                Some((name, value)) if known(name) && is_texts(value) => {}
                Some((name, _)) if !known(name) => {
                    here.problem(problem::unknown("operator of anything-but", name, BUT.into_iter()), None);
                }
                _ => {
                    let help = "write { prefix = \"...\" } or { prefix = [\"...\"] }";
                    here.problem(format!("anything-but cannot be {operand}"), Some(help));
                }
            }
        }
        value if is_texts(value) => {}
        value if is_numbers(value) => {
            let numbers = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            numbers.iter().for_each(|number| check_number(number, here));
        }
        _ => {
            let help = "write a text, a number, or a list of texts or of numbers";
            here.problem(format!("anything-but cannot be {operand}"), Some(help));
        }
    }
}

fn check_number(value: &Value, here: &Cursor) {
    if let Some(number) = value.as_f64().filter(|number| number.abs() > LARGEST) {
        let message = format!("EventBridge compares no number as large as {number}");
        here.problem(message, Some("write one from -5000000000 to 5000000000, or compare a text"));
    }
}

#[cfg(test)]
mod tests;
