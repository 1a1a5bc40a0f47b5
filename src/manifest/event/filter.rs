//! What Lambda would refuse of a filter's patterns.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::aws::lambda;
use crate::manifest::matching::{Language, OR};
use crate::manifest::{Cursor, json};

/// Patterns of one mapping where AWS has raised the quota.
const PATTERNS: usize = 10;
/// Patterns of one mapping otherwise.
const WITHOUT_ASKING: usize = 5;
/// Characters of a pattern.
const LENGTH: usize = 4096;

/// What Lambda takes in a list of values.
const LANGUAGE: Language = Language {
    service: "Lambda",
    noun: "filter",
    operators: &["anything-but", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"],
    largest: None,
    is_strict: false,
};

/// The patterns in the form in which they are compared; reports what is wrong with each, at its place.
pub(super) fn lower(patterns: &[Value], here: &Cursor) -> BTreeSet<String> {
    if patterns.len() > PATTERNS {
        here.problem(format!("there are {} patterns", patterns.len()), Some("write ten at most"));
    } else if patterns.len() > WITHOUT_ASKING {
        let help = "write five at most, unless AWS has raised the account's quota for it";
        here.advise(format!("{} patterns are more than AWS allows by default", patterns.len()), help);
    }
    here.each(patterns).filter_map(|(here, pattern)| lower_one(pattern, &here)).collect()
}

fn lower_one(pattern: &Value, here: &Cursor) -> Option<String> {
    let help = Some("write a table such as { body = { kind = [\"order\"] } }, or the same as JSON text");
    let parsed = match pattern {
        Value::String(text) => match json::read(text) {
            Ok(parsed) => Some(parsed),
            Err(json::Unread::NoJson(_)) => None,
            Err(twice) => {
                here.problem(format!("in the pattern {}", twice.message()), twice.help());
                return None;
            }
        },
        other => {
            json::report_what_is_no_json(other, here);
            Some(other.clone())
        }
    };
    let Some(fields @ Value::Object(_)) = parsed else {
        here.problem("a pattern must be a table", help);
        return None;
    };
    check(&fields, here);
    let text = lambda::filter_pattern(&fields.to_string());
    if text.chars().count() > LENGTH {
        here.problem("the pattern is longer than 4096 characters", Some("shorten it, or write several patterns"));
    }
    Some(text)
}

/// Each field has a table of fields, or a list of what it may be.
fn check(pattern: &Value, here: &Cursor) {
    for (field, value) in pattern.as_object().into_iter().flatten().filter(|_| !json::is_date(pattern)) {
        let here = here.at(field);
        match value {
            Value::Object(inner) if !inner.is_empty() => check(value, &here),
            Value::Array(values) if !values.is_empty() => {
                for (here, value) in here.each(values) {
                    match field == OR && value.is_object() {
                        true => check(value, &here),
                        false => LANGUAGE.check(value, &here),
                    }
                }
            }
            _ => {
                let help = "write a list of accepted values, such as [\"order\", { prefix = \"re\" }]";
                here.problem(format!("{field} is not a list of accepted values"), Some(help));
            }
        }
    }
}
