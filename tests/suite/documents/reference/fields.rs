//! The manifest as its schema has it: a chapter for each section, with the types that it needs first.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use serverless_app::manifest::{Manifest, schema};

use super::cell;

/// As many values are listed one by one.
const LISTED: usize = 24;

/// Every section, with every field.
pub fn page() -> String {
    let schema = schema();
    let mut page =
        Page { definitions: &schema["$defs"], shown: BTreeSet::new(), open: Vec::new(), text: String::new() };
    let named = Manifest::SECTIONS.iter().map(|section| (*section, format!("[{section}.<name>]")));
    let single = |section: &'static str| (section, format!("[{section}]"));
    let all = [single("app")].into_iter().chain(named).chain(["compliance", "outputs", "deny"].map(single));
    for (section, heading) in all {
        page.section(&heading, &schema["properties"][section]);
    }
    page.text += "## `[stage.<name>]`\n\nA stage. It has `account`, `region` and `tags`, and every section again, with nothing required: what stands here takes \
                  the place of what stands there. Lists are replaced as a whole.\n";
    page.text
}

struct Page<'s> {
    definitions: &'s Value,
    /// The types that have their place on the page.
    shown: BTreeSet<String>,
    /// Those that were named and come next.
    open: Vec<String>,
    text: String,
}

impl Page<'_> {
    fn section(&mut self, heading: &str, schema: &Value) {
        self.text += &format!("## `{heading}`\n\n{}\n\n", says(schema));
        let own = [&schema["$ref"], &schema["additionalProperties"]["$ref"], &schema["anyOf"][0]["$ref"]];
        match own.into_iter().find_map(Value::as_str) {
            Some(own) => {
                let name = own.rsplit('/').next().unwrap_or_default().to_owned();
                let definition = self.definitions[&name].clone();
                self.shown.insert(name);
                self.table(&definition);
            }
            None => {
                let value = self.value(schema);
                self.text += &format!("It is a {value}.\n\n");
            }
        }
        while let Some(name) = self.open.pop() {
            let definition = self.definitions[&name].clone();
            self.text += &format!("### {name}\n\n{}\n\n", says(&definition));
            self.table(&definition);
        }
    }

    /// A table's fields, or the shapes that a value can have.
    fn table(&mut self, definition: &Value) {
        // The types that a table names come after it in their order, each with its own behind it.
        let before = std::mem::take(&mut self.open);
        match definition["properties"].as_object() {
            Some(fields) => self.fields(fields, &definition["required"]),
            None => {
                for shape in shapes(definition) {
                    let value = self.shape(shape);
                    self.text += &format!("- {value}: {}\n", says(shape));
                }
                self.text.push('\n');
            }
        }
        let mut named = std::mem::take(&mut self.open);
        named.reverse();
        self.open = [before, named].concat();
    }

    fn fields(&mut self, fields: &Map<String, Value>, required: &Value) {
        self.text += "| field | value | what it says |\n| --- | --- | --- |\n";
        for (name, schema) in fields {
            let value = self.value(schema);
            let needed = required.as_array().is_some_and(|all| all.iter().any(|one| one == name));
            let mut about = says(schema);
            about += &self.choices(schema);
            match &schema["default"] {
                Value::Null => {}
                Value::Array(all) if all.is_empty() => {}
                Value::Object(all) if all.is_empty() => {}
                Value::String(text) if text.is_empty() => {}
                default => about += &format!(" Default: {}.", code(default)),
            }
            let needed = if needed { "**Required.** " } else { "" };
            self.text += &format!("| `{name}` | {} | {needed}{} |\n", cell(&value), cell(&about));
        }
        self.text.push('\n');
    }

    /// What each of a few words means.
    fn choices(&self, schema: &Value) -> String {
        let name = schema["$ref"].as_str().and_then(|own| own.rsplit('/').next());
        let Some(definition) = name.map(|name| &self.definitions[name]) else { return String::new() };
        if is_shown(definition) {
            return String::new();
        }
        let words = shapes(definition).filter(|shape| shape["const"].is_string() && shape["description"].is_string());
        words.map(|word| format!(" {}: {}", code(&word["const"]), says(word))).collect()
    }

    /// One of several shapes of a value.
    fn shape(&mut self, schema: &Value) -> String {
        match schema["properties"].as_object() {
            Some(fields) => {
                let fields: Vec<String> =
                    fields.iter().map(|(name, of)| format!("`{name}` = {}", self.value(of))).collect();
                format!("{{ {} }}", fields.join(", "))
            }
            None => self.value(schema),
        }
    }

    /// What a value is, in a few words.
    fn value(&mut self, schema: &Value) -> String {
        if let Some(own) = schema["$ref"].as_str() {
            return self.referred(own.rsplit('/').next().unwrap_or_default());
        }
        if !schema["const"].is_null() {
            return code(&schema["const"]);
        }
        if let Some(all) = schema["enum"].as_array() {
            let all: Vec<&Value> = all.iter().filter(|value| !value.is_null()).collect();
            if all.len() <= LISTED {
                return all.into_iter().map(code).collect::<Vec<_>>().join(", ");
            }
            return format!("{}, or one of {} others", code(all[0]), all.len() - 1);
        }
        let kind = [&schema["type"], &schema["type"][0]].into_iter().find_map(Value::as_str);
        match kind {
            Some("array") => format!("list of {}", self.value(&schema["items"])),
            Some("object") if schema["additionalProperties"].is_object() => {
                format!("table of {}", self.value(&schema["additionalProperties"]))
            }
            Some("object") => "table".into(),
            Some("string") => "text".into(),
            Some("boolean") => "`true` or `false`".into(),
            Some("integer" | "number") => match (&schema["minimum"], &schema["maximum"]) {
                (Value::Null, Value::Null) => "number".into(),
                (least, Value::Null) => format!("number, {least} at least"),
                (Value::Null, greatest) => format!("number, {greatest} at most"),
                (least, greatest) => format!("number, {least} to {greatest}"),
            },
            _ => {
                let offered = schema["anyOf"][0]["enum"].as_array().filter(|all| all.len() > LISTED);
                if let Some(offered) = offered {
                    return format!("text, such as {}", code(&offered[0]));
                }
                let parts: Vec<Value> = shapes(schema).filter(|shape| shape["type"] != "null").cloned().collect();
                let mut all: Vec<String> = parts.iter().map(|part| self.shape(part)).collect();
                all.dedup();
                if all.is_empty() { "any value".into() } else { all.join(" or ") }
            }
        }
    }

    fn referred(&mut self, name: &str) -> String {
        let definition = self.definitions[name].clone();
        if !is_shown(&definition) {
            let is_name = name.ends_with("Name") && definition["type"] == "string";
            return if is_name { "name".into() } else { self.value(&definition) };
        }
        if self.shown.insert(name.to_owned()) {
            self.open.push(name.to_owned());
        }
        format!("[{name}](#{})", name.to_lowercase())
    }
}

/// True for a type with a place of its own: a table, or a choice between shapes of which one is a table.
fn is_shown(definition: &Value) -> bool {
    definition["properties"].is_object() || shapes(definition).any(|shape| shape["properties"].is_object())
}

fn shapes(schema: &Value) -> impl Iterator<Item = &Value> {
    ["oneOf", "anyOf"].into_iter().filter_map(move |key| schema[key].as_array()).flatten()
}

fn code(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        value => format!("`{value}`"),
    }
}

/// What the type's documentation says.
fn says(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
