//! What Lambda would refuse of a filter's patterns.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::aws::lambda;
use crate::manifest::{Cursor, problem};

/// Patterns of one mapping where AWS has raised the quota.
const PATTERNS: usize = 10;
/// Patterns of one mapping otherwise.
const WITHOUT_ASKING: usize = 5;
/// Characters of a pattern.
const LENGTH: usize = 4096;
/// What stands for alternatives: a list of patterns, one of which must fit.
const OR: &str = "$or";
/// What an element of a pattern can ask for beside a value itself.
const OPERATORS: [&str; 7] =
    ["anything-but", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"];

/// The patterns in the form in which they are compared; reports what is wrong with each, at its place.
pub(super) fn lower(patterns: &[Value], here: &Cursor) -> BTreeSet<String> {
    if patterns.len() > PATTERNS {
        here.problem(format!("there are {} patterns", patterns.len()), Some("write ten at most"));
    } else if patterns.len() > WITHOUT_ASKING {
        let help = "write five at most, unless AWS has raised the account's quota for it";
        here.advise(format!("{} patterns are more than AWS takes without asking", patterns.len()), help);
    }
    here.each(patterns).filter_map(|(here, pattern)| lower_one(pattern, &here)).collect()
}

fn lower_one(pattern: &Value, here: &Cursor) -> Option<String> {
    let help = Some("write a table such as { body = { kind = [\"order\"] } }, or the same as JSON text");
    let parsed = match pattern {
        Value::String(text) => serde_json::from_str::<Value>(text).ok(),
        other => Some(other.clone()),
    };
    let Some(Value::Object(fields)) = parsed else {
        here.problem("a pattern is a table", help);
        return None;
    };
    check(&fields, here);
    let text = lambda::filter_pattern(&Value::Object(fields).to_string());
    if text.chars().count() > LENGTH {
        here.problem("the pattern is longer than 4096 characters", Some("ask for less, or write several"));
    }
    Some(text)
}

/// Each field has a table of fields, or a list of what it may be.
fn check(fields: &Map<String, Value>, here: &Cursor) {
    for (field, value) in fields {
        let here = here.at(field);
        match value {
            Value::Object(inner) if !inner.is_empty() => check(inner, &here),
            Value::Array(values) if !values.is_empty() => {
                for (here, value) in here.each(values) {
                    match value {
                        Value::Object(alternative) if field == OR => check(alternative, &here),
                        Value::Object(operators) => check_operators(operators, &here),
                        Value::Array(_) => {
                            here.problem("a list stands inside a list", Some("write one list of values"))
                        }
                        _ => {}
                    }
                }
            }
            _ => {
                let help = "write a list of what it may be, such as [\"order\", { prefix = \"re\" }]";
                here.problem(format!("{field} has no list of values"), Some(help));
            }
        }
    }
}

fn check_operators(operators: &Map<String, Value>, here: &Cursor) {
    if operators.len() != 1 {
        here.problem("an element asks for one thing", Some("write one operator, such as { exists = true }"));
    }
    for operator in operators.keys().filter(|operator| !OPERATORS.contains(&operator.as_str())) {
        here.problem(problem::unknown("filter operator", operator, OPERATORS.into_iter()), None);
    }
}
