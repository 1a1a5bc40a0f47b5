//! Values that are sent as JSON: in files and texts, and in the manifest, where TOML has more of them.

use serde_json::Value;

use crate::manifest::Cursor;
use crate::manifest::workflow::definition::json;
use crate::position::line_and_column;

/// By this key a TOML date is known once it is JSON.
pub(super) const DATE: &str = "$__toml_private_datetime";

/// Reports dates, and numbers that JSON does not have: what they have become would be sent.
pub(super) fn report_what_is_no_json(value: &Value, here: &Cursor) {
    match value {
        Value::Null => here.problem("JSON cannot contain this number", Some("write a finite number")),
        Value::Object(_) if is_date(value) => here.problem("JSON has no dates", Some("write it as a string")),
        Value::Object(fields) => fields.iter().for_each(|(name, field)| report_what_is_no_json(field, &here.at(name))),
        Value::Array(items) => here.each(items).for_each(|(here, item)| report_what_is_no_json(item, &here)),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Why a text is not read as JSON.
#[derive(Debug)]
pub(super) enum Unread {
    /// It is none.
    NoJson(serde_json::Error),
    /// An object has two members with the same name, and readers use one or the other: neither is reliable.
    Twice {
        /// Their name.
        name: String,
        /// Line and column of the first, from 1.
        first: (usize, usize),
        /// Line and column of the second.
        place: (usize, usize),
    },
}

impl Unread {
    /// Line and column, from 1.
    pub(super) fn place(&self) -> (usize, usize) {
        match self {
            Self::NoJson(error) => (error.line().max(1), error.column().max(1)),
            Self::Twice { place, .. } => *place,
        }
    }

    /// What is wrong, said at its place.
    pub(super) fn message(&self) -> String {
        match self {
            Self::NoJson(error) => {
                let said = error.to_string();
                format!(
                    "this is not valid JSON: {}",
                    said.rsplit_once(" at line ").map_or(said.as_str(), |(reason, _)| reason)
                )
            }
            Self::Twice { name, first: (line, column), .. } => {
                format!("{name:?} is defined twice, first at {line}:{column}")
            }
        }
    }

    /// What to do about it.
    pub(super) fn help(&self) -> Option<&'static str> {
        match self {
            Self::NoJson(_) => None,
            Self::Twice { .. } => Some("remove one of them"),
        }
    }
}

/// Reads a text in which each object has each member once.
pub(super) fn read(text: &str) -> Result<Value, Unread> {
    let value = serde_json::from_str(text).map_err(Unread::NoJson)?;
    let root = json::read(text, &str::to_owned).map_err(Unread::NoJson)?;
    let Some((first, again)) = root.twice() else { return Ok(value) };
    let place = |at: usize| line_and_column(text, at);
    Err(Unread::Twice { name: again.name.clone(), first: place(first.at), place: place(again.at) })
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
