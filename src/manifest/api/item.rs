//! `put` of a route: an event for a bus, or an item for a table.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::template::{self, Place};
use crate::manifest::Cursor;
use crate::manifest::http_api::key::RouteKey;
use crate::manifest::table::{Key, Table};
use crate::name::Name;

/// Where a request goes that is put: a bus, or a table.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected the name of a bus, or { table = \"<name>\", item = { ... } }")]
pub enum Put {
    /// The `[bus.<name>]` that gets an event, or `default`.
    Event(Name),
    /// The table that gets an item.
    Item(PutItem),
}

/// An item for a table.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PutItem {
    /// The `[table.<name>]`.
    pub table: Name,
    /// Its attributes: `id = "$context.requestId"`, `price = { N = "$request.body.price" }`. They are text, except keys
    /// that are numbers.
    #[serde(default)]
    pub item: BTreeMap<String, Attribute>,
}

/// The value of an attribute of an item.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a string, { S = \"...\" } or { N = \"...\" }")]
pub enum Attribute {
    /// What the table says that it is: text, or a number.
    Plain(String),
    /// Text.
    Text(TextValue),
    /// A number.
    Number(NumberValue),
}

/// `{ S = "…" }`
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TextValue {
    /// The text, or where to take it from.
    #[serde(rename = "S")]
    pub text: String,
}

/// `{ N = "…" }`
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NumberValue {
    /// The digits, or where to take them from.
    #[serde(rename = "N")]
    pub number: String,
}

impl PutItem {
    /// The members of the item; reports keys that it lacks.
    pub(super) fn lower(&self, table: &Table, route: RouteKey, here: &Cursor) -> String {
        let keys: Vec<&Key> = table.keys().collect();
        for key in std::iter::once(&table.hash_key).chain(&table.range_key) {
            if !self.item.contains_key(&key.name) {
                let help = format!("set {}, for example to \"$context.requestId\"", key.name);
                here.problem(format!("items of {} need the key {}", self.table, key.name), Some(&help));
            }
        }
        let attribute = |(name, value): (&String, &Attribute)| {
            let at = here.at(name);
            let of_key = keys.iter().find(|key| key.name == *name).map(|key| key.key_type.lower());
            let (of, raw, at) = match value {
                Attribute::Plain(raw) => (of_key.unwrap_or("S"), raw, at),
                Attribute::Text(of) => ("S", &of.text, at.at("S")),
                Attribute::Number(of) => ("N", &of.number, at.at("N")),
            };
            if let Some(of_key) = of_key.filter(|of_key| *of_key != of || *of_key == "B") {
                let message = format!("{name} is a key of {}, with the type {of_key}", self.table);
                let help = "write a string for S, { N = \"...\" } for N; for B, use a request template of your own";
                at.problem(message, Some(help));
            }
            let written = template::value(raw, route, Place::Json, &at);
            format!("\"{}\":{{\"{of}\":\"{written}\"}}", Place::Json.text(name))
        };
        self.item.iter().map(attribute).collect::<Vec<_>>().join(",")
    }
}
