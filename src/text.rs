//! Text that can contain ids which AWS generates, such as a REST API's.
//!
//! Wanted state is complete before anything exists: where an id is not known yet, it contains a reference. In JSON, a
//! reference is `{"$output": "<address>.<attribute>"}`, and text around one is `{"$join": [...]}`; both are objects, so
//! neither can collide with a string that a user wrote.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer, de};
use serde_json::Value;

use crate::name::{Address, AddressError};

/// An attribute of a resource that only AWS knows, such as `apigateway.rest-api/api.id`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputRef {
    /// Whose attribute it is.
    pub address: Address,
    /// Its name, such as `id`, or `resource:/items` for one part of many.
    pub attribute: String,
}

impl OutputRef {
    /// Refers to an attribute of a resource.
    pub fn new(address: &Address, attribute: impl Into<String>) -> Self {
        Self { address: address.clone(), attribute: attribute.into() }
    }
}

/// The ids that are known so far.
pub type Outputs = BTreeMap<OutputRef, String>;

impl fmt::Display for OutputRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.address, self.attribute)
    }
}

impl FromStr for OutputRef {
    type Err = AddressError;
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let form = || AddressError::Form(text.into());
        let slash = text.find('/').ok_or_else(form)?;
        let dot = text[slash..].find('.').ok_or_else(form)? + slash;
        Ok(Self { address: text[..dot].parse()?, attribute: text[dot + 1..].into() })
    }
}

impl Serialize for OutputRef {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OutputRef {
    fn deserialize<D: de::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(de::Error::custom)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Part {
    Literal(String),
    Output(OutputRef),
}

/// Text with any number of references in it. Two texts that read the same are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Text(Vec<Part>);

impl Text {
    /// A reference alone.
    pub fn output(reference: OutputRef) -> Self {
        Self(vec![Part::Output(reference)])
    }

    /// Text after text.
    pub fn then(mut self, next: impl Into<Text>) -> Self {
        for part in next.into().0 {
            match (self.0.last_mut(), part) {
                (Some(Part::Literal(last)), Part::Literal(more)) => last.push_str(&more),
                (_, part) => self.0.push(part),
            }
        }
        self
    }

    /// The text, if it holds no reference.
    pub fn literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The references that it holds.
    pub fn references(&self) -> impl Iterator<Item = &OutputRef> {
        self.0.iter().filter_map(|part| match part {
            Part::Output(reference) => Some(reference),
            Part::Literal(_) => None,
        })
    }

    /// The text as it is written elsewhere: `literal` says how what stands between references is, `output` how a
    /// reference.
    pub fn written(&self, literal: impl Fn(&str) -> String, output: impl Fn(&OutputRef) -> String) -> String {
        let part = |part: &Part| match part {
            Part::Literal(text) => literal(text),
            Part::Output(reference) => output(reference),
        };
        self.0.iter().map(part).collect()
    }

    /// The same text with every known reference filled in.
    pub fn resolve(&self, outputs: &Outputs) -> Self {
        self.0.iter().fold(Self::default(), |text, part| match part {
            Part::Output(reference) => match outputs.get(reference) {
                Some(known) => text.then(known.as_str()),
                None => text.then(Self::output(reference.clone())),
            },
            Part::Literal(literal) => text.then(literal.as_str()),
        })
    }

    /// The text as its length is checked: each id that AWS has not generated yet counts as ten letters, which a REST
    /// API's id has, and no id is shorter.
    pub fn shortest(&self) -> String {
        let ids = self.references().map(|reference| (reference.clone(), "0123456789".to_owned())).collect();
        self.resolve(&ids).to_string()
    }

    /// The same text with every known id turned back into its reference: how live state is made comparable.
    /// An id counts only as a whole word, and a foreign or stale one stays literal.
    pub fn symbolise(&self, outputs: &Outputs) -> Self {
        outputs.iter().filter(|(_, id)| !id.is_empty()).fold(self.clone(), |text, (reference, id)| {
            text.0.iter().fold(Self::default(), |done, part| match part {
                Part::Literal(literal) => done.then(replace_word(literal, id, reference)),
                Part::Output(other) => done.then(Self::output(other.clone())),
            })
        })
    }
}

fn replace_word(text: &str, id: &str, reference: &OutputRef) -> Text {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let (mut done, mut start, mut from) = (Text::default(), 0, 0);
    while let Some(at) = text[from..].find(id).map(|at| at + from) {
        let end = at + id.len();
        let alone = !text[..at].ends_with(is_word) && !text[end..].starts_with(is_word);
        if alone {
            done = done.then(&text[start..at]).then(Text::output(reference.clone()));
            start = end;
        }
        from = end;
    }
    done.then(&text[start..])
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::default() } else { Self(vec![Part::Literal(text.into())]) }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<OutputRef> for Text {
    fn from(reference: OutputRef) -> Self {
        Self::output(reference)
    }
}

impl fmt::Display for Text {
    /// References appear as `${address.attribute}`: for people, never for AWS.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Literal(literal) => f.write_str(literal),
            Part::Output(reference) => write!(f, "${{{reference}}}"),
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutputObject {
    #[serde(rename = "$output")]
    output: OutputRef,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Piece {
    Literal(String),
    Output(OutputObject),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JoinObject {
    #[serde(rename = "$join")]
    join: Vec<Piece>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a string, {\"$output\": ...} or {\"$join\": [...]}")]
enum Form {
    Piece(Piece),
    Join(JoinObject),
}

impl From<&Part> for Piece {
    fn from(part: &Part) -> Self {
        match part {
            Part::Literal(literal) => Piece::Literal(literal.clone()),
            Part::Output(reference) => Piece::Output(OutputObject { output: reference.clone() }),
        }
    }
}

impl From<Piece> for Text {
    fn from(piece: Piece) -> Self {
        match piece {
            Piece::Literal(literal) => literal.into(),
            Piece::Output(object) => object.output.into(),
        }
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [] => output.serialize_str(""),
            [one] => Piece::from(one).serialize(output),
            many => JoinObject { join: many.iter().map(Piece::from).collect() }.serialize(output),
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: de::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Ok(match Form::deserialize(input)? {
            Form::Piece(piece) => piece.into(),
            Form::Join(object) => object.join.into_iter().fold(Text::default(), Text::then),
        })
    }
}

/// Fills in every known reference anywhere in a JSON value. What stays unknown stays a reference.
pub fn resolve_json(value: &mut Value, outputs: &Outputs) {
    match value {
        Value::Object(map) if map.contains_key("$output") || map.contains_key("$join") => {
            if let Ok(text) = serde_json::from_value::<Text>(value.clone()) {
                *value = serde_json::to_value(text.resolve(outputs)).unwrap_or_default();
            }
        }
        Value::Object(map) => map.values_mut().for_each(|v| resolve_json(v, outputs)),
        Value::Array(items) => items.iter_mut().for_each(|v| resolve_json(v, outputs)),
        _ => {}
    }
}

/// Every reference in a JSON value, in order of appearance.
pub fn references_json(value: &Value, found: &mut Vec<OutputRef>) {
    match value {
        Value::Object(map) => match map.get("$output").and_then(Value::as_str).map(str::parse) {
            Some(Ok(reference)) => found.push(reference),
            _ => map.values().for_each(|v| references_json(v, found)),
        },
        Value::Array(items) => items.iter().for_each(|v| references_json(v, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn id() -> OutputRef {
        "apigateway.rest-api/api.id".parse().unwrap()
    }

    #[test]
    fn an_id_becomes_a_reference_only_as_a_whole_word() {
        let outputs = Outputs::from([(id(), "abc123".into())]);
        let text = Text::from("arn:x:abc123/stage/abc1234/abc123").symbolise(&outputs);
        assert_eq!(text.references().count(), 2);
        assert_eq!(text.to_string(), format!("arn:x:${{{0}}}/stage/abc1234/${{{0}}}", id()));
        assert_eq!(text.resolve(&outputs).literal(), Some("arn:x:abc123/stage/abc1234/abc123"));
    }

    #[test]
    fn every_form_survives_json() {
        let joined = Text::from("a").then(id()).then("b");
        for text in [Text::default(), "plain".into(), Text::output(id()), joined] {
            let json = serde_json::to_value(&text).unwrap();
            assert_eq!(serde_json::from_value::<Text>(json).unwrap(), text);
        }
        assert!(serde_json::from_value::<Text>(json!({"$output": "x"})).is_err());
    }

    #[test]
    fn references_are_filled_in_anywhere_in_a_value() {
        let mut value =
            json!({"a": [{"$output": id().to_string()}], "b": {"$join": ["x", {"$output": id().to_string()}]}});
        resolve_json(&mut value, &Outputs::from([(id(), "k".into())]));
        assert_eq!(value, json!({"a": ["k"], "b": "xk"}));
    }
}
