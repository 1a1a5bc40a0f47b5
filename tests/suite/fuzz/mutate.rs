//! Changes of what is well-formed: of bytes, of lines, and of JSON values in their structure.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

/// One change of a text.
#[derive(Debug, Clone)]
pub enum Edit {
    /// A bit of a byte turns round.
    Flip(Index, u8),
    /// So many bytes go.
    Remove(Index, usize),
    /// Something comes in.
    Insert(Index, String),
    /// A line stands there twice, or in another place.
    Repeat(Index, Index),
    /// What follows the first equals sign of a line becomes something else.
    Assign(Index, String),
    /// The rest goes.
    Cut(Index),
}

const WORDS: [&str; 30] = [
    "\0",
    "ÜñΪ\u{202e}\u{1f4a9}",
    "99999999999999999999999999",
    "-1",
    "-9223372036854775808",
    "1e999",
    "nan",
    "inf",
    "\"",
    "'''",
    "\"\"\"",
    "[[",
    "]]",
    "{",
    "}",
    "[a.b.c]",
    "true",
    "[]",
    "{}",
    "\"${table.x.name}\"",
    "\"${${\"",
    "\"$${\"",
    "\"\"",
    "1979-05-27",
    "\r",
    " = ",
    "\"\\u0000\"",
    "[[[1]]]",
    "\"{a+}\"",
    "[stage.test.table]\n",
];

/// Something hostile: odd words, and nesting that is deep.
fn hostile() -> impl Strategy<Value = String> {
    let deep = (select(vec!["[", "{a=", "a.", "[a.", "{\"a\":", "[[a.", "(", "\"", "x"]), 1..4000usize);
    prop_oneof![
        6 => select(WORDS.to_vec()).prop_map(str::to_owned),
        1 => deep.prop_map(|(part, times)| part.repeat(times)),
        1 => any::<String>(),
    ]
}

/// Some changes of a text.
pub fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let at = any::<Index>;
    let edit = prop_oneof![
        (at(), 0..8u8).prop_map(|(at, bit)| Edit::Flip(at, bit)),
        (at(), 1..40usize).prop_map(|(at, count)| Edit::Remove(at, count)),
        (at(), hostile()).prop_map(|(at, text)| Edit::Insert(at, text)),
        (at(), at()).prop_map(|(from, to)| Edit::Repeat(from, to)),
        (at(), hostile()).prop_map(|(line, text)| Edit::Assign(line, text)),
        at().prop_map(Edit::Cut),
    ];
    prop::collection::vec(edit, 1..5)
}

/// The text with these changes.
pub fn edited(text: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for edit in edits.iter().filter(|_| !text.is_empty()) {
        if bytes.is_empty() {
            break;
        }
        let place = |index: &Index, bytes: &[u8]| index.index(bytes.len());
        match edit {
            Edit::Flip(at, bit) => {
                let at = place(at, &bytes);
                bytes[at] ^= 1 << bit;
            }
            Edit::Remove(at, count) => {
                let at = place(at, &bytes);
                bytes.drain(at..(at + count).min(text.len()).min(bytes.len()).max(at));
            }
            Edit::Insert(at, more) => {
                let at = place(at, &bytes);
                bytes.splice(at..at, more.bytes());
            }
            Edit::Repeat(from, to) => {
                let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
                let line = lines[from.index(lines.len())];
                lines.insert(to.index(lines.len()), line);
                bytes = lines.join(&b'\n');
            }
            Edit::Assign(line, value) => bytes = assigned(&bytes, line, value),
            Edit::Cut(at) => bytes.truncate(place(at, &bytes)),
        }
    }
    bytes
}

fn assigned(bytes: &[u8], line: &Index, value: &str) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let at = line.index(lines.len());
    if let Some(equals) = lines[at].iter().position(|byte| *byte == b'=') {
        lines[at].truncate(equals + 1);
        lines[at].extend(value.bytes());
    }
    lines.join(&b'\n')
}

/// One change of a JSON value: which of the values inside it, and what becomes of it.
#[derive(Debug, Clone)]
pub struct Turn {
    at: Index,
    to: Become,
}

/// What becomes of a value.
#[derive(Debug, Clone)]
enum Become {
    Gone,
    Twice,
    Named(String),
    This(Value),
}

/// Some changes of a JSON value.
pub fn turns(most: usize) -> impl Strategy<Value = Vec<Turn>> {
    let deep = (0..200usize).prop_map(|depth| (0..depth).fold(json!(0), |inner, _| json!([inner])));
    let value = prop_oneof![
        4 => select(vec![
            json!(null), json!(true), json!(-1), json!(0), json!(u64::MAX), json!(i64::MIN), json!(1.5e300), json!(""),
            json!("a\u{0}b"), json!("ÜñΪ\u{202e}"), json!("arn:aws:x"), json!("../../etc/passwd"), json!([]), json!({}),
            json!({"$output": "sns.topic/a.arn"}), json!({"$output": ""}), json!([null]), json!("%7B%"), json!("{\"a\":"),
        ]),
        1 => deep,
        1 => any::<String>().prop_map(Value::String),
    ];
    let to = prop_oneof![
        3 => Just(Become::Gone),
        1 => Just(Become::Twice),
        1 => "[a-zA-Z$]{0,9}".prop_map(Become::Named),
        4 => value.prop_map(Become::This),
    ];
    prop::collection::vec((any::<Index>(), to).prop_map(|(at, to)| Turn { at, to }), 1..=most)
}

/// The value with these changes.
pub fn turned(value: &Value, turns: &[Turn]) -> Value {
    let mut value = value.clone();
    for turn in turns {
        let count = count(&value);
        if count > 0 {
            let mut at = turn.at.index(count);
            turn_at(&mut value, &mut at, &turn.to);
        }
    }
    value
}

/// How many values are inside.
fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(|item| 1 + count(item)).sum(),
        Value::Object(entries) => entries.values().map(|item| 1 + count(item)).sum(),
        _ => 0,
    }
}

/// Changes the value with the number `at`; true if it was inside.
fn turn_at(value: &mut Value, at: &mut usize, to: &Become) -> bool {
    match value {
        Value::Array(items) => {
            for place in 0..items.len() {
                if *at == 0 {
                    match to {
                        Become::Gone => drop(items.remove(place)),
                        Become::Twice | Become::Named(_) => items.insert(place, items[place].clone()),
                        Become::This(new) => items[place] = new.clone(),
                    }
                    return true;
                }
                *at -= 1;
                if turn_at(&mut items[place], at, to) {
                    return true;
                }
            }
            false
        }
        Value::Object(entries) => {
            for key in entries.keys().cloned().collect::<Vec<_>>() {
                if *at == 0 {
                    turn_entry(entries, &key, to);
                    return true;
                }
                *at -= 1;
                if entries.get_mut(&key).is_some_and(|inner| turn_at(inner, at, to)) {
                    return true;
                }
            }
            false
        }
        _ => false,
    }
}

fn turn_entry(entries: &mut serde_json::Map<String, Value>, key: &str, to: &Become) {
    let old = entries.remove(key).unwrap_or_default();
    match to {
        Become::Gone => {}
        Become::Twice => {
            entries.insert(format!("{key}2"), old.clone());
            entries.insert(key.to_owned(), old);
        }
        Become::Named(name) => drop(entries.insert(name.clone(), old)),
        Become::This(new) => drop(entries.insert(key.to_owned(), new.clone())),
    }
}
