//! Two states of one resource, attribute by attribute.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::aws::{Kind, State};
use crate::plan::{AttributeDiff, Shown};

/// What differs between `live` and `want`, by path. Old values at hidden paths never show.
pub fn diff(kind: Kind, want: Option<&State>, live: Option<&State>) -> serde_json::Result<Vec<AttributeDiff>> {
    let (want, live) = (leaves(want)?, leaves(live)?);
    let paths: std::collections::BTreeSet<&String> = want.keys().chain(live.keys()).collect();
    let differing = paths.into_iter().filter(|path| want.get(*path) != live.get(*path));
    Ok(differing
        .map(|path| AttributeDiff {
            path: path.clone(),
            old: match live.get(path) {
                Some(_) if kind.hidden(path) => Shown::Hidden,
                other => shown(other),
            },
            new: shown(want.get(path)),
        })
        .collect())
}

fn shown(value: Option<&Value>) -> Shown {
    value.map_or(Shown::Absent, |value| Shown::Value(value.clone()))
}

fn leaves(state: Option<&State>) -> serde_json::Result<BTreeMap<String, Value>> {
    let mut found = BTreeMap::new();
    if let Some(state) = state {
        collect("", serde_json::to_value(state)?, &mut found);
    }
    Ok(found)
}

/// Objects are walked into; references, lists, and everything else are leaves. `null` and empty say nothing.
fn collect(path: &str, value: Value, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(map) if !map.keys().any(|key| key.starts_with('$')) => {
            for (key, value) in map {
                let path = if path.is_empty() { key } else { format!("{path}.{key}") };
                collect(&path, value, found);
            }
        }
        Value::Null => {}
        Value::Array(items) if items.is_empty() => {}
        leaf => {
            found.insert(path.to_owned(), leaf);
        }
    }
}
