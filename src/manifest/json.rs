//! Values of the manifest that are sent as JSON, which has fewer of them than TOML.

use serde_json::Value;

use crate::manifest::Cursor;

/// By this key a TOML date is known once it is JSON.
pub(super) const DATE: &str = "$__toml_private_datetime";

/// Reports dates, and numbers that JSON does not have: what they have become would be sent.
pub(super) fn report_what_is_no_json(value: &Value, here: &Cursor) {
    match value {
        Value::Null => here.problem("this is no number of JSON", Some("write a finite number")),
        Value::Object(_) if is_date(value) => here.problem("JSON has no dates", Some("write it as a text, in quotes")),
        Value::Object(fields) => fields.iter().for_each(|(name, field)| report_what_is_no_json(field, &here.at(name))),
        Value::Array(items) => here.each(items).for_each(|(here, item)| report_what_is_no_json(item, &here)),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// True for a TOML date.
pub(super) fn is_date(value: &Value) -> bool {
    value.get(DATE).is_some()
}

/// True if a TOML date is in it.
pub(super) fn has_date(value: &Value) -> bool {
    match value {
        Value::Object(fields) => is_date(value) || fields.values().any(has_date),
        Value::Array(items) => items.iter().any(has_date),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
