//! Writes a document as text. The same document always gives the same text: what people look for comes first, the rest
//! in alphabetical order.

use std::fmt::Write;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Map, Value as Json};

/// Words that come before others, in this order.
const FIRST: &[&str] = &[
    "openapi",
    "info",
    "title",
    "version",
    "description",
    "servers",
    "paths",
    "components",
    "operationId",
    "tags",
    "x-function",
    "x-route",
    "security",
    "name",
    "in",
    "parameters",
    "requestBody",
    "responses",
];

fn ordered(fields: &Map<String, Json>) -> Vec<(&String, &Json)> {
    let rank = |name: &str| FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len());
    let mut all: Vec<(&String, &Json)> = fields.iter().collect();
    all.sort_by(|(a, _), (b, _)| (rank(a), a).cmp(&(rank(b), b)));
    all
}

struct Ordered<'j>(&'j Json);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Json::Object(fields) => {
                let mut map = output.serialize_map(Some(fields.len()))?;
                for (name, value) in ordered(fields) {
                    map.serialize_entry(name, &Self(value))?;
                }
                map.end()
            }
            Json::Array(items) => {
                let mut list = output.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Self(item))?;
                }
                list.end()
            }
            plain => plain.serialize(output),
        }
    }
}

/// As JSON, with a line's end.
pub fn json(document: &Json) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&Ordered(document)).map(|text| text + "\n")
}

/// As YAML. Texts that YAML might take for something else stand in quotes, as JSON writes them.
pub fn yaml(document: &Json) -> String {
    let mut text = String::new();
    match document {
        Json::Object(fields) if !fields.is_empty() => table(fields, 0, &mut text),
        Json::Array(items) if !items.is_empty() => list(items, 0, &mut text),
        other => text = format!("{}\n", scalar(other)),
    }
    text
}

fn table(fields: &Map<String, Json>, indent: usize, out: &mut String) {
    for (name, value) in ordered(fields) {
        let _ = write!(out, "{:indent$}{}:", "", plain_or_quoted(name));
        below(value, indent, out);
    }
}

/// A value behind a name.
fn below(value: &Json, indent: usize, out: &mut String) {
    match value {
        Json::Object(fields) if !fields.is_empty() => {
            out.push('\n');
            table(fields, indent + 2, out);
        }
        Json::Array(items) if !items.is_empty() => {
            out.push('\n');
            list(items, indent + 2, out);
        }
        other => {
            let _ = writeln!(out, " {}", scalar(other));
        }
    }
}

fn list(items: &[Json], indent: usize, out: &mut String) {
    for item in items {
        match item {
            Json::Object(fields) if !fields.is_empty() => {
                let mut text = String::new();
                table(fields, indent + 2, &mut text);
                // The first name stands behind the dash.
                let _ = write!(out, "{:indent$}- {}", "", text.trim_start_matches(' '));
            }
            Json::Array(inner) if !inner.is_empty() => {
                let _ = writeln!(out, "{:indent$}-", "");
                list(inner, indent + 2, out);
            }
            other => {
                let _ = writeln!(out, "{:indent$}- {}", "", scalar(other));
            }
        }
    }
}

fn scalar(value: &Json) -> String {
    match value {
        Json::String(text) => plain_or_quoted(text),
        Json::Object(_) => "{}".into(),
        Json::Array(_) => "[]".into(),
        other => other.to_string(),
    }
}

/// Words that YAML, of this version or an older one, takes for something else than a text.
const TAKEN: &[&str] = &["false", "n", "no", "null", "off", "on", "true", "y", "yes"];

fn plain_or_quoted(text: &str) -> String {
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || "/$".contains(c));
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || " /$._-{}+()".contains(c)) && !text.ends_with(' ');
    if begins && is_plain && !TAKEN.contains(&text.to_ascii_lowercase().as_str()) {
        return text.to_owned();
    }
    // Every string of JSON is one of YAML, but for what stands beyond 16 bits: that stands for itself.
    Json::String(text.to_owned()).to_string()
}
