//! Draft 4 of JSON Schema, which API Gateway's models use: what each of its keywords may contain.
//!
//! Source: <https://datatracker.ietf.org/doc/html/draft-fge-json-schema-validation-00>. A model that does not follow it
//! is refused in the middle of an apply, or checks less than it seems to.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

pub(in crate::manifest) use circle::circle;

mod circle;

/// A step into a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::manifest) enum Step {
    /// The member of this name.
    Member(String),
    /// The item of a list, from 0.
    Item(usize),
}

/// One thing that is wrong with a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::manifest) struct Fault {
    /// Where: from the outermost schema on.
    pub at: Vec<Step>,
    /// What.
    pub message: String,
}

/// As many as are reported of one schema.
const MOST: usize = 100;
const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// What is wrong with the value of a schema's word, if it is one of draft 4's. Schemas in it are not looked into.
pub(in crate::manifest) fn fault(word: &str, schema: &Map<String, Value>) -> Option<String> {
    let value = schema.get(word)?;
    let is_type = |value: &Value| value.as_str().is_some_and(|of| TYPES.contains(&of));
    let (fits, form) = match word {
        "$ref" | "$schema" | "description" | "format" | "id" | "pattern" | "title" => (value.is_string(), "a text"),
        "maximum" | "minimum" => (value.is_number(), "a number"),
        "multipleOf" => (value.as_f64().is_some_and(|number| number > 0.0), "a number above 0"),
        "maxItems" | "maxLength" | "maxProperties" | "minItems" | "minLength" | "minProperties" => {
            (value.is_u64(), "a whole number, 0 or more")
        }
        "exclusiveMaximum" | "exclusiveMinimum" if value.is_boolean() => {
            let bound = if word == "exclusiveMaximum" { "maximum" } else { "minimum" };
            let message = format!("{word} has no effect without {bound}");
            return (!schema.contains_key(bound)).then_some(message);
        }
        "exclusiveMaximum" | "exclusiveMinimum" | "uniqueItems" => (value.is_boolean(), "true or false"),
        "enum" => (is_set_of(value, |_| true), "a list with at least one value, each of them once"),
        "required" => (is_set_of(value, Value::is_string), "a list with at least one name, each of them once"),
        "type" => (
            is_type(value) || is_set_of(value, is_type),
            "array, boolean, integer, null, number, object or string, or a list of these",
        ),
        "allOf" | "anyOf" | "oneOf" => (is_list(value), "a list with at least one schema"),
        "items" => (value.is_object() || is_list(value), "a schema, or a list of schemas"),
        "additionalItems" | "additionalProperties" => {
            (value.is_object() || value.is_boolean(), "a schema, or true or false")
        }
        "not" => (value.is_object(), "a schema"),
        "definitions" | "patternProperties" | "properties" => (value.is_object(), "an object of schemas"),
        "dependencies" => (value.is_object(), "an object whose values are schemas or lists of names"),
        _ => return None,
    };
    (!fits).then(|| format!("{word} must be {form}, but this is {}", shown(value)))
}

/// Everything that is wrong with a schema.
pub(in crate::manifest) fn faults(schema: &Value) -> Vec<Fault> {
    let mut walk = Walk::default();
    walk.schema(schema);
    if let Some(name) = circle(schema) {
        let message = made_of_itself(&name);
        let at = match name.as_str() {
            "" => Vec::new(),
            _ => vec![Step::Member("definitions".to_owned()), Step::Member(name)],
        };
        walk.found.push(Fault { at, message });
    }
    walk.found
}

/// What is wrong with a schema in a [`circle`].
pub(in crate::manifest) fn made_of_itself(name: &str) -> String {
    let what = if name.is_empty() { "the schema".to_owned() } else { format!("the schema {name:?}") };
    format!("{what} refers only to itself, so it checks nothing")
}

#[derive(Default)]
struct Walk {
    at: Vec<Step>,
    found: Vec<Fault>,
}

impl Walk {
    fn add(&mut self, message: String) {
        if self.found.len() < MOST {
            self.found.push(Fault { at: self.at.clone(), message });
        }
    }

    fn within(&mut self, step: Step, look: impl FnOnce(&mut Self)) {
        self.at.push(step);
        look(self);
        self.at.pop();
    }

    fn schema(&mut self, schema: &Value) {
        let Some(words) = schema.as_object() else {
            return self.add(format!("a schema must be an object, but this is {}", shown(schema)));
        };
        // Beside a reference nothing else counts.
        let is_reference = words.get("$ref").is_some_and(Value::is_string);
        for (word, value) in words.iter().filter(|(word, _)| !is_reference || *word == "definitions") {
            self.within(Step::Member(word.clone()), |walk| match fault(word, words) {
                Some(message) => walk.add(message),
                None => walk.below(word, value),
            });
        }
    }

    fn below(&mut self, word: &str, value: &Value) {
        match (word, value) {
            ("additionalItems" | "additionalProperties" | "items" | "not", Value::Object(_)) => self.schema(value),
            ("allOf" | "anyOf" | "items" | "oneOf", Value::Array(schemas)) => {
                for (index, schema) in schemas.iter().enumerate() {
                    self.within(Step::Item(index), |walk| walk.schema(schema));
                }
            }
            ("definitions" | "dependencies" | "patternProperties" | "properties", Value::Object(schemas)) => {
                for (name, schema) in schemas {
                    let is_names = word == "dependencies" && is_set_of(schema, Value::is_string);
                    if !is_names {
                        self.within(Step::Member(name.clone()), |walk| walk.schema(schema));
                    }
                }
            }
            _ => {}
        }
    }
}

fn is_list(value: &Value) -> bool {
    value.as_array().is_some_and(|items| !items.is_empty())
}

/// True for a list of such values, one at least and each once.
fn is_set_of(value: &Value, fits: impl Fn(&Value) -> bool) -> bool {
    let mut seen = BTreeSet::new();
    let is_new = |item: &Value| fits(item) && seen.insert(item.to_string());
    is_list(value) && value.as_array().is_some_and(|items| items.iter().all(is_new))
}

/// A value in few words.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(is) => is.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.chars().count() <= 40 => format!("{text:?}"),
        Value::String(_) => "a longer text".to_owned(),
        Value::Array(items) if items.is_empty() => "an empty list".to_owned(),
        Value::Array(_) => "another list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(schema: &Value) -> Vec<String> {
        let step = |step: &Step| match step {
            Step::Member(name) => format!("/{name}"),
            Step::Item(index) => format!("[{index}]"),
        };
        let said = |fault: &Fault| format!("{} {}", fault.at.iter().map(step).collect::<String>(), fault.message);
        faults(schema).iter().map(said).collect()
    }

    #[test]
    fn a_word_that_holds_what_draft_4_does_not_know_is_named_where_it_stands() {
        let types = "type must be array, boolean, integer, null, number, object or string, or a list of these";
        for (schema, expected) in [
            (json!({"type": "text"}), format!("/type {types}, but this is \"text\"")),
            (json!({"type": []}), format!("/type {types}, but this is an empty list")),
            (json!({"type": ["null", "null"]}), format!("/type {types}, but this is another list")),
            (json!({"minimum": "5"}), "/minimum minimum must be a number, but this is \"5\"".into()),
            (json!({"multipleOf": 0}), "/multipleOf multipleOf must be a number above 0, but this is 0".into()),
            (
                json!({"items": [{"maxLength": -1}]}),
                "/items[0]/maxLength maxLength must be a whole number, 0 or more, but this is -1".into(),
            ),
            (
                json!({"enum": [1, 1]}),
                "/enum enum must be a list with at least one value, each of them once, but this is another list".into(),
            ),
            (
                json!({"properties": {"a": {"required": true}}}),
                "/properties/a/required required must be a list with at least one name, each of them once, but this is \
                 true"
                    .into(),
            ),
            (
                json!({"anyOf": {}}),
                "/anyOf anyOf must be a list with at least one schema, but this is an object".into(),
            ),
            (
                json!({"definitions": {"a/b": true}}),
                "/definitions/a/b a schema must be an object, but this is true".into(),
            ),
            (
                json!({"dependencies": {"a": []}}),
                "/dependencies/a a schema must be an object, but this is an empty list".into(),
            ),
            (
                json!({"exclusiveMaximum": true, "minimum": 1}),
                "/exclusiveMaximum exclusiveMaximum has no effect without maximum".into(),
            ),
            (json!({"description": 5}), "/description description must be a text, but this is 5".into()),
        ] {
            assert_eq!(said(&schema), [expected], "{schema}");
        }
    }

    #[test]
    fn a_definition_that_is_made_of_itself_is_wrong_where_it_stands() {
        let schema = json!({"definitions": {"a": {"allOf": [{"$ref": "#/definitions/a"}]}}});
        let expected = "/definitions/a the schema \"a\" refers only to itself, so it checks nothing";
        assert_eq!(said(&schema), [expected]);
    }

    #[test]
    fn what_draft_4_knows_and_what_is_said_beside_it_is_let_be() {
        let schema = json!({
            "$schema": "http://json-schema.org/draft-04/schema#", "type": ["object", "null"], "required": ["a"],
            "properties": {"a": {"$ref": "#/definitions/a", "type": 5}, "type": {"type": "string", "format": "date"}},
            "patternProperties": {"^x": {"enum": [null, 1, "1"]}}, "additionalProperties": false,
            "dependencies": {"a": ["b"], "b": {"minProperties": 2}},
            "definitions": {"a": {"items": {"not": {}}, "minItems": 0, "additionalItems": true}},
            "allOf": [{"minimum": 1.5, "exclusiveMinimum": false, "multipleOf": 0.01}], "default": {"type": 1}, "x": 1,
        });
        assert_eq!(said(&schema), [""; 0]);
    }
}
