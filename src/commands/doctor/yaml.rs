//! YAML to values, as far as workflows need it: anchors, tags and other types than text stand for nothing of their own.

use saphyr_parser::{Event, Parser};
use serde_json::{Map, Value};

/// Values that lie in each other.
const DEPTH: usize = 64;
/// Bytes of a workflow.
const BYTES: usize = 1024 * 1024;

/// A list or a table that is being read.
enum Open {
    List(Vec<Value>),
    /// With the key whose value comes next.
    Table(Map<String, Value>, Option<String>),
}

/// The first document of a text; every scalar is a text. `None` where it is none that is worth reading.
pub fn read(text: &str) -> Option<Value> {
    if text.len() > BYTES {
        return None;
    }
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let done = match event.ok()?.0 {
            Event::Scalar(text, ..) => Some(Value::String(text.into_owned())),
            Event::Alias(_) => Some(Value::Null),
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                None
            }
            Event::MappingStart(..) => {
                open.push(Open::Table(Map::new(), None));
                None
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop()? {
                Open::List(items) => Some(Value::Array(items)),
                Open::Table(members, _) => Some(Value::Object(members)),
            },
            _ => None,
        };
        if open.len() > DEPTH {
            return None;
        }
        let Some(value) = done else { continue };
        match open.last_mut() {
            None => return Some(value),
            Some(Open::List(items)) => items.push(value),
            Some(Open::Table(members, key)) => match key.take() {
                Some(name) => drop(members.insert(name, value)),
                None => *key = Some(value.as_str().unwrap_or_default().to_owned()),
            },
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tables_lists_and_texts_are_read_and_nothing_that_is_broken() {
        let text = "on: push\na: { b: [1, 'x: y'] }\nd:\n  - e: &f g\n  - *f\n? [h]\n: i\n";
        let expected = json!({"on": "push", "a": {"b": ["1", "x: y"]}, "d": [{"e": "g"}, null], "": "i"});
        assert_eq!(read(text), Some(expected));
        for broken in ["a: [", "a: *b", &format!("{}1", "- ".repeat(100)), &"a".repeat(BYTES + 1)] {
            assert_eq!(read(broken), None, "{broken:.40}");
        }
    }
}
