//! AWS's own JSON, in a file beside the manifest or in the manifest itself.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::check::faults;
use super::fault::{Fault, Step};
use super::rule;
use crate::aws::wafv2::{Json, normalise};
use crate::manifest::Cursor;
use crate::manifest::json::{self, report_what_is_no_json};
use crate::manifest::workflow::{STAND_IN, place};

/// JSON in the shape that WAF's API documents.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected the name of a JSON file, or its contents")]
#[schemars(rename = "WafJson")]
pub enum Source {
    /// A file with it, relative to the manifest; `${...}` is filled in.
    File(String),
    /// The JSON itself, as TOML.
    Here(Value),
}

/// What was given: as it stands there, and as it may come to be.
pub(super) struct Given<'s> {
    source: &'s Source,
    value: Value,
    /// With what stands for `${...}` filled in.
    pub likely: Value,
}

impl Source {
    /// The file's name, if it is one.
    pub fn file(&self) -> Option<&String> {
        match self {
            Self::File(file) => Some(file),
            Self::Here(_) => None,
        }
    }

    /// Reads it; what is no JSON is reported.
    pub(super) fn read(&self, here: &Cursor) -> Option<Given<'_>> {
        let value = match self {
            Self::File(file) => {
                let text = here.file(file)?;
                let is_clear = here.are_references_clear(file, text);
                match json::read(text) {
                    Ok(value) if is_clear => value,
                    Ok(_) => return None,
                    Err(unread) => {
                        here.problem_in(file, unread.place(), unread.message(), unread.help());
                        return None;
                    }
                }
            }
            Self::Here(value) => {
                report_what_is_no_json(value, here);
                value.clone()
            }
        };
        let likely = mapped(&value, &|text| here.likely(text, STAND_IN));
        Some(Given { source: self, value, likely })
    }

    /// One value of this shape, checked; `None` where something is wrong with it.
    pub(super) fn lower(&self, shape: &str, here: &Cursor) -> Option<Json> {
        let given = self.read(here)?;
        let found = faults(shape, &given.likely);
        given.report(&found, here);
        found.is_empty().then(|| given.json(shape, here))
    }
}

impl Given<'_> {
    /// The value, normalised, with `${...}` filled in.
    pub(super) fn json(&self, shape: &str, here: &Cursor) -> Json {
        let mut json = Json::filled(&self.value, &|text| here.text(text));
        match &mut json {
            Json::List(items) => items.iter_mut().for_each(|item| normalise(shape, item)),
            json => normalise(shape, json),
        }
        json
    }

    /// Reports what is wrong where it stands.
    pub(super) fn report(&self, faults: &[Fault], here: &Cursor) {
        for Fault { at, message, help } in faults {
            match self.source {
                Source::File(file) => {
                    let text = here.file(file).unwrap_or_default();
                    here.problem_in(file, place(text, &location(at)), message, help.as_deref());
                }
                Source::Here(_) => at
                    .iter()
                    .fold(here.clone(), |here, step| match step {
                        Step::Key(key) => here.at(key),
                        Step::Nth(index) => here.nth(*index),
                    })
                    .problem(message, help.as_deref()),
            }
        }
        if faults.is_empty() {
            for text in rule::doubtful(&self.likely) {
                let message = format!("{text:?} is decoded from base64, and its bytes are not text");
                here.advise(message, "make sure that it is in base64, as in WAF's API");
            }
        }
    }
}

/// Where a fault is, as [`place`] takes it.
fn location(at: &[Step]) -> String {
    let step = |step: &Step| match step {
        Step::Key(key) => format!("/{key}"),
        Step::Nth(index) => format!("[{index}]"),
    };
    at.iter().map(step).collect()
}

/// The value with every text replaced.
fn mapped(value: &Value, map: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(map(text)),
        Value::Array(items) => items.iter().map(|item| mapped(item, map)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), mapped(field, map))).collect(),
        other => other.clone(),
    }
}
