//! The lines of a section while they are written: keys in the order in which they are set, and nothing that says what is so
//! anyway.

use toml_edit::{Array, ArrayOfTables, InlineTable, Item, Table, Value};

/// The most characters of a list on one line.
const WIDTH: usize = 100;

/// A table of the manifest.
#[derive(Debug, Clone, Default)]
pub struct Lines(Table);

impl Lines {
    /// Without any line yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A key and its value. A float, an integer, a text or a truth will do, and what [`inline`] and [`list`] make.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key, Item::Value(value.into()));
    }

    /// The same where there is a value.
    pub fn set_some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    /// The same unless it is what holds without the line.
    pub fn set_unless<T: Into<Value> + PartialEq>(&mut self, key: &str, value: T, default: T) {
        if value != default {
            self.set(key, value);
        }
    }

    /// The same unless the list is empty.
    pub fn set_list(&mut self, key: &str, values: impl IntoIterator<Item = impl Into<Value>>) {
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        if !values.is_empty() {
            self.set(key, list(values));
        }
    }

    /// A table of its own, `[section.name.key]`, unless it is empty.
    pub fn set_table(&mut self, key: &str, table: Lines) {
        if !table.is_empty() {
            self.0.insert(key, Item::Table(table.0));
        }
    }

    /// Tables of their own below a key, `[section.name.key.each]`.
    pub fn set_tables(&mut self, key: &str, tables: impl IntoIterator<Item = (String, Lines)>) {
        let mut all = Table::new();
        all.set_implicit(true);
        for (name, lines) in tables {
            all.insert(&name, Item::Table(lines.0));
        }
        if !all.is_empty() {
            self.0.insert(key, Item::Table(all));
        }
    }

    /// A list of tables, `[[section.name.key]]`, unless it is empty.
    pub fn set_table_list(&mut self, key: &str, tables: impl IntoIterator<Item = Lines>) {
        let all: ArrayOfTables = tables.into_iter().map(|lines| lines.0).collect();
        if !all.is_empty() {
            self.0.insert(key, Item::ArrayOfTables(all));
        }
    }

    /// Inside a line: `{ ... }`.
    pub fn inline(self) -> Value {
        let mut table = self.0.into_inline_table();
        table.iter_mut().for_each(|(_, value)| on_one_line(value));
        Value::InlineTable(table)
    }

    /// True without any line.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The table.
    pub fn into_table(self) -> Table {
        self.0
    }
}

/// `{ key = value, ... }`
pub fn inline<K: AsRef<str>, V: Into<Value>>(pairs: impl IntoIterator<Item = (K, V)>) -> Value {
    let mut table = InlineTable::new();
    for (key, value) in pairs {
        let mut value = value.into();
        on_one_line(&mut value);
        table.insert(key.as_ref(), value);
    }
    Value::InlineTable(table)
}

/// A list inside of a line is on that line too.
fn on_one_line(value: &mut Value) {
    if let Value::Array(list) = value {
        list.iter_mut().for_each(|item| item.decor_mut().clear());
        list.set_trailing("");
        list.set_trailing_comma(false);
    }
}

/// `[value, ...]`, a line each where they are too long for one.
pub fn list<V: Into<Value>>(values: impl IntoIterator<Item = V>) -> Value {
    let mut array: Array = values.into_iter().map(Into::into).collect();
    if array.to_string().len() > WIDTH {
        array.iter_mut().for_each(|value| value.decor_mut().set_prefix("\n    "));
        array.set_trailing("\n");
        array.set_trailing_comma(true);
    }
    Value::Array(array)
}

/// A JSON value as TOML; none for `null`, which TOML has not.
pub fn json(value: &serde_json::Value) -> Option<Value> {
    use serde_json::Value as Json;
    Some(match value {
        Json::Null => return None,
        Json::Bool(truth) => (*truth).into(),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64()?.into(),
        },
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => list(items.iter().map(json).collect::<Option<Vec<_>>>()?),
        Json::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| Some((key, json(value)?)));
            inline(fields.collect::<Option<Vec<_>>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_so_anyway_is_not_written_and_a_long_list_has_a_line_for_each() {
        let mut lines = Lines::new();
        lines.set("name", "Orders");
        lines.set_unless("fifo", false, false);
        lines.set_unless("delay", 5, 0);
        lines.set_some("kms_key", None::<String>);
        lines.set_list("nothing", [""; 0]);
        lines.set("hash_key", inline([("name", "id"), ("type", "S")]));
        lines.set_list("actions", (0..9).map(|number| format!("service:Operation{number}")));
        let long = list((0..40).map(|number| format!("number{number}")));
        lines.set("inside", inline([("long", long)]));
        let mut index = Lines::new();
        index.set("projection", "keys-only");
        lines.set_tables("global_index", [("by date".to_owned(), index)]);
        let text = toml_edit::DocumentMut::from(lines.into_table()).to_string();
        let start =
            "name = \"Orders\"\ndelay = 5\nhash_key = { name = \"id\", type = \"S\" }\nactions = [\n    \"service:";
        assert!(text.starts_with(start), "{text}");
        assert!(text.contains("Operation8\",\n]\n"), "{text}");
        assert!(text.contains("\"number38\", \"number39\"] }\n"), "{text}");
        assert!(text.ends_with("[global_index.\"by date\"]\nprojection = \"keys-only\"\n"), "{text}");
        toml::from_str::<toml::Table>(&text).expect("TOML");
    }

    #[test]
    fn json_is_written_but_for_null() {
        let value = serde_json::json!({ "a": [1, 2.5, "x", true], "b": {} });
        assert_eq!(
            json(&value).map(|value| value.to_string()).as_deref(),
            Some("{ a = [1, 2.5, \"x\", true], b = {} }")
        );
        assert!(json(&serde_json::json!({ "a": [null] })).is_none());
    }
}
