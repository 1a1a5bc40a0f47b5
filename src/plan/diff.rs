//! Two states of one resource, attribute by attribute.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::aws::{Kind, State};
use crate::plan::{AttributeDiff, Change, Shown};

/// What differs between `live` and `want`, by path. Old values at hidden paths never show.
pub fn diff(kind: Kind, want: Option<&State>, live: Option<&State>) -> serde_json::Result<Vec<AttributeDiff>> {
    let (want, live) = (leaves(want)?, leaves(live)?);
    let paths: BTreeSet<&String> = want.keys().chain(live.keys()).collect();
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

/// The attributes of a state by path, with what must not show hidden.
pub fn attributes(kind: Kind, state: Option<&State>) -> serde_json::Result<BTreeMap<String, Shown>> {
    let hide = |(path, value): (String, Value)| {
        let shown = if kind.hidden(&path) { Shown::Hidden } else { Shown::Value(value) };
        (path, shown)
    };
    Ok(leaves(state)?.into_iter().map(hide).collect())
}

/// The paths at which two sets of attributes differ.
pub fn moved(was: &BTreeMap<String, Shown>, now: &BTreeMap<String, Shown>) -> Vec<String> {
    let paths: BTreeSet<&String> = was.keys().chain(now.keys()).collect();
    paths.into_iter().filter(|path| was.get(*path) != now.get(*path)).cloned().collect()
}

/// The attributes of the state that a change's last call leads to, as people were shown it.
pub fn goal(change: &Change) -> BTreeMap<String, Shown> {
    let mut goal = change.was.clone();
    for AttributeDiff { path, new, .. } in &change.diff {
        goal.remove(path);
        if !new.is_absent() {
            goal.insert(path.clone(), new.clone());
        }
    }
    goal
}

/// True if each attribute is now what it was or what it is to be; one that changes may be absent in between.
pub fn has_moved_as_planned(change: &Change, now: &BTreeMap<String, Shown>) -> bool {
    let goal = goal(change);
    let paths: BTreeSet<&String> = change.was.keys().chain(goal.keys()).chain(now.keys()).collect();
    paths.into_iter().all(|path| {
        let (was, goal, now) = (change.was.get(path), goal.get(path), now.get(path));
        now == was || now == goal || now.is_none() && was != goal
    })
}

fn shown(value: Option<&Value>) -> Shown {
    value.map_or(Shown::Absent, |value| Shown::Value(value.clone()))
}

/// The attributes of a state by path, hidden ones too.
pub fn leaves(state: Option<&State>) -> serde_json::Result<BTreeMap<String, Value>> {
    let mut found = BTreeMap::new();
    if let Some(state) = state {
        collect("", serde_json::to_value(state)?, &mut found);
    }
    Ok(found)
}

/// Objects are walked into; references, lists, and everything else are leaves, and so is the name of a choice such as
/// `{"Block": {}}`. `null` and empty say nothing.
fn collect(path: &str, value: Value, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(map) if !path.is_empty() && variant(&map).is_some() => {
            found.extend(variant(&map).map(|name| (path.to_owned(), Value::String(name.to_owned()))));
        }
        Value::Object(map) if !is_reference(&map) => {
            for (key, value) in map {
                let path = if path.is_empty() { key } else { format!("{path}.{key}") };
                collect(&path, value, found);
            }
        }
        Value::Null => {}
        Value::Array(items) if items.is_empty() => {}
        leaf => {
            found.insert(path.to_owned(), plain(leaf));
        }
    }
}

/// True for a text with references. Names of files may begin with a dollar sign too.
fn is_reference(map: &Map<String, Value>) -> bool {
    let is_one = |name: &str, is: fn(&Value) -> bool| map.len() == 1 && map.get(name).is_some_and(is);
    is_one("$output", |value| value.as_str().is_some_and(|text| text.contains('/'))) || is_one("$join", Value::is_array)
}

/// The name of one of AWS's choices that hold nothing, such as `{"Block": {}}`: the one key is the value.
fn variant(map: &Map<String, Value>) -> Option<&str> {
    let mut entries = map.iter();
    let (name, value) = entries.next()?;
    let is_empty = value.as_object().is_some_and(Map::is_empty);
    (is_empty && entries.next().is_none()).then_some(name)
}

/// A number as it is read back from canonical JSON, where `10.0` is written `10`.
fn plain(value: Value) -> Value {
    match value.as_f64().filter(|number| value.is_f64() && number.fract() == 0.0 && number.abs() < 1e15) {
        Some(number) => Value::from(number as i64),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::wafv2::{Json, VisibilityConfig, WebAcl};

    #[test]
    fn what_aws_calls_by_a_dollar_is_no_reference() {
        use crate::aws::apigatewayv2::{HttpApi, Integration, Route, Stage};
        let mut api = HttpApi::default();
        api.route("$default", Route::default(), Integration::function("arn"));
        let paths = leaves(Some(&State::from(api.deployed("$default", Stage::default())))).unwrap();
        for path in ["routes.$default.authorizationType", "stages.$default.autoDeploy"] {
            assert!(paths.contains_key(path), "{path}: {paths:?}");
        }
    }

    #[test]
    fn a_choice_without_anything_in_it_is_an_attribute_too() {
        let acl = |default_action| {
            State::from(WebAcl {
                description: None,
                default_action,
                rules: BTreeMap::new(),
                visibility_config: VisibilityConfig::full("m"),
                custom_response_bodies: BTreeMap::new(),
                logging_configuration: None,
                tags: BTreeMap::new(),
            })
        };
        let action = |name: &str| Json::of(&serde_json::json!({ name: {} }));
        let (block, allow) = (acl(action("Block")), acl(action("Allow")));
        let differing = diff(Kind::WebAcl, Some(&allow), Some(&block)).unwrap();
        let choice = |name: &str| Shown::Value(name.into());
        let expected = AttributeDiff { path: "DefaultAction".into(), old: choice("Block"), new: choice("Allow") };
        assert_eq!(differing, [expected]);
    }
}
