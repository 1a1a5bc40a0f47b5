//! The input that a schedule gives its target.

use serde_json::Value;

use super::Schedule;
use crate::manifest::{Cursor, json};
use crate::text::Text;

/// As many bytes as EventBridge Scheduler takes.
const LONGEST: usize = 256 * 1024;

impl Schedule {
    /// The input as JSON text, with what it refers to filled in.
    pub(super) fn lower_input(&self, here: &Cursor) -> Option<Text> {
        let mut value = self.input.clone()?;
        plain(&mut value, here);
        if self.bus.is_some() && !value.is_object() {
            here.problem("an event's detail must be an object", Some("write a table, such as { kind = \"full\" }"));
        }
        // References are inside of texts, and what they stand for needs no escape.
        let text = here.text(&value.to_string());
        let bytes = text.shortest().len();
        if bytes > LONGEST {
            let help = "store long data in a bucket or a table, and pass on where it is";
            here.problem(format!("the input has {bytes} bytes; AWS allows {LONGEST}"), Some(help));
        }
        Some(text)
    }
}

/// Makes texts of TOML's dates, and reports numbers that JSON does not have.
fn plain(value: &mut Value, here: &Cursor) {
    match value {
        Value::Null => here.problem("JSON cannot contain this number", Some("write a finite number, or a string")),
        Value::Array(entries) => here.each(entries).for_each(|(here, entry)| plain(entry, &here)),
        Value::Object(fields) => match fields.get(json::DATE) {
            Some(Value::String(date)) if fields.len() == 1 => *value = Value::String(date.clone()),
            _ => fields.iter_mut().for_each(|(key, field)| plain(field, &here.at(key))),
        },
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
