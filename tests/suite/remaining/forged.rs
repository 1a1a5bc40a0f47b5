//! A plan file with one value changed, for each of its values.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Every field of a plan file, of its changes, of their steps. A field that is not here fails the tests.
pub const FIELDS: &[(&[&str], &[&str])] = &[
    (&[], &["format", "app", "stage", "site", "mode", "changes", "unchanged", "known", "blobs", "outputs", "notes"]),
    (&["site"], &["account", "region", "partition", "endpoint"]),
    (
        &["changes", "*"],
        &["address", "name", "action", "lane", "waits_for", "tags", "before", "identity", "was", "diff", "steps"],
    ),
    (&["changes", "*", "steps", "*"], &["call", "leads_to", "watch"]),
    (&["changes", "*", "steps", "*", "watch"], &["minutes", "alarms", "otherwise", "leads_back_to"]),
    (&["notes", "*"], &["address", "message"]),
];

/// What may stand in a text's place somewhere.
const WORDS: [&str; 12] = [
    "other",
    "create",
    "update",
    "replace",
    "delete",
    "destroy",
    "destroy-data",
    "absent",
    "sha256:0000000000000000000000000000000000000000000000000000000000000000",
    "sns.topic/other",
    "210987654321",
    "eu-central-1",
];

/// About so many changed values of one plan are tried: a copy of the plan each.
const SAMPLES: usize = 100;
/// So many of each field are tried at least.
const OF_A_FIELD: usize = 32;

/// The plan with its values changed in several ways, and where: some of each field, and every so many of all.
pub fn each(plan: &Value) -> Vec<(Vec<String>, Value)> {
    let (mut found, mut count, mut number) = (Vec::new(), 0_usize, 0_usize);
    walk(plan, &mut Vec::new(), &mut |_, _| count += 1);
    let every = (count / SAMPLES).max(1);
    let mut of_field: BTreeMap<(String, String), usize> = BTreeMap::new();
    walk(plan, &mut Vec::new(), &mut |path, other| {
        number += 1;
        let tried = of_field.entry(field(path)).or_default();
        if number % every != 0 && *tried >= OF_A_FIELD {
            return;
        }
        *tried += 1;
        let mut forged = plan.clone();
        let pointer: String =
            path.iter().map(|part| format!("/{}", part.replace('~', "~0").replace('/', "~1"))).collect();
        *forged.pointer_mut(&pointer).expect("a place") = other;
        found.push((path.to_vec(), forged));
    });
    for (name, value) in [("mode", json!("destroy")), ("mode", json!("destroy-data"))] {
        let mut forged = plan.clone();
        forged[name] = value;
        found.push((vec![name.to_owned()], forged));
    }
    found
}

fn walk(value: &Value, path: &mut Vec<String>, tell: &mut dyn FnMut(&[String], Value)) {
    match value {
        Value::String(text) => {
            WORDS.iter().filter(|word| *word != text).for_each(|word| tell(path, json!(word)));
            tell(path, json!(format!("{text}x")));
        }
        Value::Number(number) => tell(path, json!(number.as_u64().unwrap_or_default() + 1)),
        Value::Bool(is) => tell(path, json!(!is)),
        Value::Null => tell(path, json!("other")),
        Value::Array(items) => {
            (0..items.len()).for_each(|at| tell(path, Value::Array(without(items, at))));
            tell(path, Value::Array([items.as_slice(), &[json!("sns.topic/other")]].concat()));
            items
                .last()
                .into_iter()
                .for_each(|last| tell(path, Value::Array([items.as_slice(), std::slice::from_ref(last)].concat())));
            let turned: Vec<Value> = items.iter().rev().cloned().collect();
            tell(path, Value::Array(turned));
            below(items.iter().enumerate().map(|(at, item)| (at.to_string(), item)), path, tell);
        }
        Value::Object(map) => {
            for key in map.keys() {
                let mut less = map.clone();
                less.remove(key);
                tell(path, Value::Object(less));
            }
            tell(path, Value::Object(with(map, "sns.topic/other.id", json!("other"))));
            tell(path, Value::Object(with(map, "Other", json!({"value": 1}))));
            below(map.iter().map(|(key, value)| (key.clone(), value)), path, tell);
        }
    }
}

fn below<'a>(
    items: impl Iterator<Item = (String, &'a Value)>,
    path: &mut Vec<String>,
    tell: &mut dyn FnMut(&[String], Value),
) {
    for (name, item) in items {
        path.push(name);
        walk(item, path, tell);
        path.pop();
    }
}

fn without(items: &[Value], at: usize) -> Vec<Value> {
    items.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, item)| item.clone()).collect()
}

fn with(map: &Map<String, Value>, key: &str, value: Value) -> Map<String, Value> {
    let mut more = map.clone();
    more.insert(key.into(), value);
    more
}

/// The innermost field of [`FIELDS`] that a changed value is part of, with the place of its table.
pub fn field(path: &[String]) -> (String, String) {
    let fits =
        |at: &[&str]| path.len() > at.len() && at.iter().zip(path).all(|(part, found)| *part == "*" || part == found);
    let deepest = FIELDS.iter().filter(|(at, _)| fits(at)).max_by_key(|(at, _)| at.len());
    deepest.map(|(at, _)| (at.concat(), path[at.len()].clone())).unwrap_or_default()
}
