//! The conditions under which something is allowed.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::manifest::{Cursor, problem};

/// Values by operator and key.
pub type Condition = BTreeMap<String, BTreeMap<String, Values>>;

/// The values of a key.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a string or a list of strings")]
pub enum Values {
    /// One.
    One(String),
    /// Any of these.
    Any(Vec<String>),
}

/// Operators, which `IfExists` may follow.
const OPERATORS: &[&str] = &[
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "BinaryEquals",
    "Bool",
    "DateEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateNotEquals",
    "IpAddress",
    "NotIpAddress",
    "NumericEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericNotEquals",
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "StringNotEquals",
    "StringNotEqualsIgnoreCase",
    "StringNotLike",
];
/// The one that `IfExists` does not follow.
const NULL: &str = "Null";
/// What may stand before an operator, for keys that have several values.
const OVER_VALUES: [&str; 2] = ["ForAllValues:", "ForAnyValue:"];

/// The condition as IAM has it, with `${...}` filled in; `None` where there is none. Reports what IAM would refuse.
pub fn lowered(condition: &Condition, here: &Cursor) -> Option<Map<String, Value>> {
    let lowered = condition.iter().map(|(operator, keys)| {
        let here = here.at(operator);
        check_operator(operator, &here);
        let keys = keys.iter().map(|(key, values)| (key.clone(), json!(texts(key, values, &here.at(key)))));
        (operator.clone(), Value::Object(keys.collect()))
    });
    let lowered: Map<String, Value> = lowered.collect();
    (!lowered.is_empty()).then_some(lowered)
}

fn check_operator(operator: &str, here: &Cursor) {
    let bare = OVER_VALUES.iter().find_map(|over| operator.strip_prefix(over)).unwrap_or(operator);
    let plain = bare.strip_suffix("IfExists").unwrap_or(bare);
    if bare != NULL && !OPERATORS.contains(&plain) {
        let known = OPERATORS.iter().copied().chain([NULL]);
        here.problem(problem::unknown("condition operator", plain, known), None);
    }
}

fn texts(key: &str, values: &Values, here: &Cursor) -> Vec<String> {
    if !key.split_once(':').is_some_and(|(service, name)| !service.is_empty() && !name.is_empty()) {
        let help = "write a key as AWS does, such as aws:SourceVpce";
        here.problem(format!("{key:?} is not a condition key"), Some(help));
    }
    match values {
        Values::One(value) => vec![here.literal(value)],
        Values::Any(values) => here.each(values).map(|(here, value)| here.literal(value)).collect(),
    }
}

/// Adds a condition to those that a statement has.
pub fn and(statement: &mut Value, condition: &Map<String, Value>) {
    for (operator, keys) in condition {
        for (key, values) in keys.as_object().into_iter().flatten() {
            let own = &mut statement["Condition"][operator][key];
            if own.is_null() {
                *own = json!(values);
            }
        }
    }
}
