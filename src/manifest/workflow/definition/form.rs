//! What a field may contain.

use super::check::{At, Check, Language};
use super::json::Value;
use super::path::{self, Root};
use super::timestamp::is_timestamp;

const NUMBER: &str = "a number";
const WHOLE: &str = "a whole number";

/// What a field may contain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    /// Anything.
    Any,
    /// Judged by a rule of its own.
    Elsewhere,
    /// A string.
    Text,
    /// A string, or an expression.
    Said,
    /// `true` or `false`.
    Bool,
    /// One of some words.
    Word(&'static [&'static str]),
    /// A whole number, or an expression.
    Whole {
        /// The least.
        least: f64,
        /// The most.
        most: f64,
    },
    /// A whole number, whatever the language.
    Fixed {
        /// The least.
        least: f64,
        /// The most.
        most: f64,
    },
    /// A number, or an expression.
    Number {
        /// The least.
        least: f64,
        /// The most.
        most: f64,
    },
    /// A point in time, or an expression.
    Timestamp,
    /// A path.
    Path,
    /// A path, or `null`.
    PathOrNull,
    /// A path, or an intrinsic function.
    PathOrCall,
    /// A reference path into the input, or `null`.
    ResultPath,
    /// JSON with paths and calls, or with expressions.
    Template,
    /// An object of variables.
    Assign,
    /// The same, where an error is at hand.
    Caught,
    /// A list, or an expression.
    Items,
}

impl Check {
    /// Checks what stands in a field.
    pub fn form(&self, at: &At<'_>, form: &Form, language: Language) {
        let expression = language == Language::Jsonata && at.text().is_some_and(|text| text.starts_with("{%"));
        match form {
            Form::Any | Form::Elsewhere => {}
            Form::Text => self.is(at, at.text().is_some(), "a string"),
            Form::Bool => self.is(at, matches!(at.node.value, Value::Bool(_)), "true or false"),
            Form::Word(words) => self.word(at, words),
            Form::Fixed { least, most } => self.number(at, WHOLE, *least, *most),
            Form::Path => self.path(at),
            Form::PathOrNull => self.path_or_null(at),
            Form::PathOrCall => self.path_or_call(at),
            Form::ResultPath => self.result_path(at),
            Form::Template => self.template(at, language, false),
            Form::Caught => self.template(at, language, true),
            Form::Assign => self.assign(at, language),
            _ if expression => self.expression(at, false),
            Form::Said => self.is(at, at.text().is_some(), "a string"),
            Form::Items => self.items(at),
            Form::Whole { least, most } => self.number(at, WHOLE, *least, *most),
            Form::Number { least, most } => self.number(at, NUMBER, *least, *most),
            Form::Timestamp => {
                let is = at.text().is_some_and(is_timestamp);
                self.is(at, is, "a point in time such as 2026-01-31T12:00:00Z");
            }
        }
    }

    fn is(&self, at: &At<'_>, is: bool, what: &str) {
        if !is {
            self.fault(at, format!("expected {what}"));
        }
    }

    /// One of some words.
    pub fn word(&self, at: &At<'_>, words: &[&str]) {
        self.is(at, at.text().is_some_and(|text| words.contains(&text)), &format!("one of {}", words.join(", ")));
    }

    fn number(&self, at: &At<'_>, what: &str, least: f64, most: f64) {
        let number = match &at.node.value {
            Value::Number(number) => number.as_f64(),
            _ => None,
        };
        let fits = |number: &f64| (least..=most).contains(number) && (what == NUMBER || number.fract() == 0.0);
        let range = match (least, most) {
            (f64::MIN, f64::MAX) => String::new(),
            (_, f64::MAX) => format!(" from {least} up"),
            _ => format!(" from {least} to {most}"),
        };
        self.is(at, number.is_some_and(|number| fits(&number)), &format!("{what}{range}"));
    }

    fn items(&self, at: &At<'_>) {
        self.is(at, matches!(at.node.value, Value::List(_)), "a list or an expression in {% %}");
        self.template(at, Language::Jsonata, false);
    }

    /// A path.
    pub fn path(&self, at: &At<'_>) {
        match at.text() {
            Some(text) => {
                if let Err(why) = path::read(text) {
                    self.fault(at, format!("{text:?} is not a path: {why}"));
                }
            }
            None => self.is(at, false, "a path"),
        }
    }

    fn path_or_null(&self, at: &At<'_>) {
        if !matches!(at.node.value, Value::Null) {
            self.path(at);
        }
    }

    fn result_path(&self, at: &At<'_>) {
        let Some(text) = at.text() else {
            return self.is(at, matches!(at.node.value, Value::Null), "a path or null");
        };
        match path::reference(text) {
            Ok(path) if path.root == Root::Input => {}
            Ok(_) => self.fault(at, format!("{text:?} does not point into the input: a result is stored below $")),
            Err(why) => self.fault(at, format!("{text:?} is not a reference path: {why}")),
        }
    }
}
