//! JSON in which values are filled in: by fields that end in `.$` in JSONPath, by strings in `{% %}` in JSONata.

use std::collections::BTreeMap;

use super::check::{At, Check, Language};
use super::json::Value;
use super::{call, jsonata, path};

/// The longest name of a variable, in characters.
const VARIABLE: usize = 80;

impl Check {
    /// A template; `caught` where an error is at hand.
    pub fn template(&self, at: &At<'_>, language: Language, caught: bool) {
        match (&at.node.value, language) {
            (Value::Text(text), Language::Jsonata) if text.starts_with("{%") || text.ends_with("%}") => {
                self.expression(at, caught);
            }
            (Value::List(_), _) => at.items().for_each(|item| self.template(&item, language, caught)),
            (Value::Object(_), Language::Jsonata) => {
                at.members().for_each(|(.., value)| self.template(&value, language, caught));
            }
            (Value::Object(_), Language::JsonPath) => self.payload(at),
            _ => {}
        }
    }

    /// An object whose fields that end in `.$` are paths or calls.
    fn payload(&self, at: &At<'_>) {
        let mut names = BTreeMap::new();
        for (name, key, value) in at.members() {
            let plain = name.strip_suffix(".$");
            let becomes = plain.unwrap_or(name);
            if names.insert(becomes, name).is_some_and(|other| other != name) {
                self.fault(&key, format!("two fields would have the name {becomes:?}"));
            }
            match plain {
                Some(_) => self.path_or_call(&value),
                None => self.template(&value, Language::JsonPath, false),
            }
        }
    }

    /// A path or an intrinsic function.
    pub fn path_or_call(&self, at: &At<'_>) {
        let Some(text) = at.text() else { return self.fault(at, "expected a path or an intrinsic function") };
        let read = if text.trim_start().starts_with('$') { path::read(text).map(|_| ()) } else { call::read(text) };
        if let Err(why) = read {
            self.fault(at, format!("{text:?} cannot be read: {why}"));
        }
    }

    /// A string that is an expression.
    pub fn expression(&self, at: &At<'_>, caught: bool) {
        let text = at.text().unwrap_or_default();
        let Some(inner) = text.strip_prefix("{%").and_then(|rest| rest.strip_suffix("%}")) else {
            return self.fault(at, "an expression must be between {% and %}");
        };
        match jsonata::read(inner) {
            Err(why) => self.fault(at, format!("its expression cannot be read: {why}")),
            Ok(reads) => self.reads(at, &reads, caught),
        }
    }

    fn reads(&self, at: &At<'_>, reads: &jsonata::Reads, caught: bool) {
        for name in &reads.names {
            self.fault(at, format!("{name:?} refers to nothing: an expression starts with $states or a variable"));
        }
        if reads.root {
            self.fault(at, "$$ cannot be used; write $states.input or $states.context");
        }
        if reads.error_output && !caught {
            self.fault(at, "$states.errorOutput can be used only in Catch");
        }
    }

    /// The variables that a state sets.
    pub fn assign(&self, at: &At<'_>, language: Language) {
        if !self.object(at) {
            return;
        }
        for (name, key, _) in at.members() {
            let name = name.strip_suffix(".$").filter(|_| language == Language::JsonPath).unwrap_or(name);
            if name == "states" {
                self.fault(&key, "a variable cannot have the name states");
            }
            if name.is_empty() || name.chars().count() > VARIABLE {
                self.fault(&key, format!("a variable's name has 1 to {VARIABLE} characters"));
            }
        }
        self.template(at, language, false);
    }
}
