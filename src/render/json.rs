//! JSON laid out for reading, without changing what it says.
//!
//! Order, numbers and repeated keys stay as they are, also in JSON that is the text of a value (a policy, a state
//! machine's definition). References are shown as `${address.attribute}`.

use serde_json::{Map, Value};

use super::visible;
use super::words;
use crate::kind::Kind;
use crate::plan::Change;
use crate::text::OutputRef;

/// An array or object that fits into so many characters stays on its line.
const WIDTH: usize = 100;

/// A value, line by line.
pub fn lines(value: &Value) -> Vec<String> {
    let mut compact = String::new();
    write(value, &mut compact);
    lay_out(&compact)
}

/// Lines of a change of files.
const FILES: usize = 100;

/// Leaves out what only repeats itself: of files, of which there are thousands, all but the first lines. The plan file has them.
pub fn cut(change: &Change, lines: &mut Vec<String>) {
    if change.address.kind == Kind::Files && lines.len() > FILES {
        let more = words::count_of(lines.split_off(FILES).len(), "line");
        lines.push(format!("  … {more} more: plan.json has all of them"));
    }
}

/// JSON that is the text of a value, line by line; `None` for any other text.
pub fn embedded(text: &str) -> Option<Vec<String>> {
    let structured = text.trim_start().starts_with(['{', '[']);
    // Read as a value so that the depth is bounded; what is laid out is the text itself.
    let valid = structured && serde_json::from_str::<Value>(text).is_ok();
    valid.then(|| lay_out(&visible::json(text.trim())))
}

/// Text with references in it as one line; `None` if the value is no such text.
pub fn reference(map: &Map<String, Value>) -> Option<String> {
    let mut entries = map.iter();
    let (Some((key, value)), None) = (entries.next(), entries.next()) else { return None };
    match (key.as_str(), value) {
        ("$output", Value::String(text)) => text.parse::<OutputRef>().ok().map(|r| visible::reference(&r)),
        ("$join", Value::Array(pieces)) => pieces.iter().map(piece).collect(),
        _ => None,
    }
}

fn piece(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => {
            let quoted = visible::quoted(text);
            Some(quoted[1..quoted.len() - 1].to_owned())
        }
        Value::Object(map) if map.contains_key("$output") => reference(map),
        _ => None,
    }
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => out.push_str(&visible::quoted(text)),
        Value::Array(items) => separated(out, '[', items, ']', |out, item| write(item, out)),
        Value::Object(map) => match reference(map) {
            Some(text) => ["\"", &text, "\""].into_iter().for_each(|part| out.push_str(part)),
            None => separated(out, '{', map, '}', |out, (key, value)| {
                out.push_str(&visible::quoted(key));
                out.push(':');
                write(value, out);
            }),
        },
        scalar => out.push_str(&scalar.to_string()),
    }
}

fn separated<T>(
    out: &mut String,
    open: char,
    items: impl IntoIterator<Item = T>,
    close: char,
    each: impl Fn(&mut String, T),
) {
    out.push(open);
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        each(out, item);
    }
    out.push(close);
}

/// Valid JSON text with a line for each part, where the whole does not fit on one.
fn lay_out(text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let (mut lines, mut line, mut depth, mut at) = (Vec::new(), String::new(), 0usize, 0);
    while let Some(&token) = tokens.get(at) {
        at += 1;
        match token {
            "{" | "[" => match on_one_line(&tokens[at - 1..], WIDTH.saturating_sub(line.chars().count())) {
                Some((short, taken)) => {
                    line.push_str(&short);
                    at += taken - 1;
                }
                None => {
                    depth += 1;
                    line.push_str(token);
                    lines.push(std::mem::replace(&mut line, indent(depth)));
                }
            },
            "}" | "]" => {
                depth = depth.saturating_sub(1);
                lines.push(std::mem::replace(&mut line, indent(depth)));
                line.push_str(token);
            }
            "," => {
                line.push_str(token);
                lines.push(std::mem::replace(&mut line, indent(depth)));
            }
            ":" => line.push_str(": "),
            other => line.push_str(other),
        }
    }
    lines.push(line);
    lines
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth)
}

/// The array or object that `tokens` begin with on one line, and how many tokens it is, if it fits.
fn on_one_line(tokens: &[&str], room: usize) -> Option<(String, usize)> {
    let (mut line, mut depth, mut length) = (String::new(), 0usize, 0);
    for (index, &token) in tokens.iter().enumerate() {
        line.push_str(match token {
            "," => ", ",
            ":" => ": ",
            other => other,
        });
        length += token.chars().count() + usize::from(matches!(token, "," | ":"));
        match token {
            "{" | "[" => depth += 1,
            "}" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        // An empty one is never worth a line of its own.
        if length > room && index > 0 && !(depth == 0 && index == 1) {
            return None;
        }
        if depth == 0 {
            return Some((line, index + 1));
        }
    }
    None
}

/// Brackets, commas, colons, strings and other scalars; no space between them.
fn tokens(text: &str) -> Vec<&str> {
    let (mut tokens, mut rest) = (Vec::new(), text.trim_ascii_start());
    while let Some(first) = rest.bytes().next() {
        let length = match first {
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
            b'"' => string_length(rest),
            _ => rest.find(|c: char| "{}[],:\"".contains(c) || c.is_ascii_whitespace()).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after.trim_ascii_start();
    }
    tokens
}

/// The length of the string that `text` begins with, its quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().enumerate().skip(1).find(|(_, byte)| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn what_fits_stays_on_its_line() {
        assert_eq!(lines(&json!({"a": [1, "x"], "b": {}})), [r#"{"a": [1, "x"], "b": {}}"#]);
        let long = "y".repeat(90);
        assert_eq!(
            lines(&json!({"a": [1, 2], "b": long})),
            ["{", r#"  "a": [1, 2],"#, &format!("  \"b\": \"{long}\""), "}"]
        );
    }

    #[test]
    fn references_read_as_what_they_are_and_literals_never_as_references() {
        let value = json!({
            "one": {"$output": "logs.log-group/api.id"},
            "two": {"$join": ["a\"", {"$output": "logs.log-group/api.id"}]},
            "no": "${logs.log-group/api.id}",
            "bad": {"$output": 1},
        });
        let text = lines(&value).join("\n");
        assert!(text.contains(r#""one": "${logs.log-group/api.id}""#), "{text}");
        assert!(text.contains(r#""two": "a\"${logs.log-group/api.id}""#), "{text}");
        assert!(text.contains(r#""no": "\u0024{logs.log-group/api.id}""#), "{text}");
        assert!(text.contains(r#""bad": {"$output": 1}"#), "{text}");
    }

    #[test]
    fn embedded_json_keeps_order_numbers_and_repeated_keys() {
        let text = "{ \"b\" : 1.0, \"a\":[], \"b\": \"x\u{202e}, {\\\"\" }";
        assert_eq!(embedded(text).unwrap(), [r#"{"b": 1.0, "a": [], "b": "x\u202e, {\""}"#]);
        assert_eq!(embedded("{not json"), None);
        assert_eq!(embedded("12"), None);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![any::<String>().prop_map(Value::from), any::<i64>().prop_map(Value::from)];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[^$]*", inner, 0..5).prop_map(|m| m.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn laying_out_changes_nothing(value in any_json()) {
            prop_assert_eq!(serde_json::from_str::<Value>(&lines(&value).join("\n")).unwrap(), value.clone());
            if let Some(lines) = embedded(&value.to_string()) {
                prop_assert_eq!(serde_json::from_str::<Value>(&lines.join("\n")).unwrap(), value);
            }
        }
    }
}
