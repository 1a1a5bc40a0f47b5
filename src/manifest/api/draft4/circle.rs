//! Schemas that refer to themselves without descending into the value: checking a value by one would never end.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The name of a definition that is made of itself, by `allOf` and the like and by references; the empty one for the schema as a
/// whole. A circle that leads by way of a property or an item is none.
pub(in crate::manifest) fn circle(schema: &Value) -> Option<String> {
    let definitions = schema.get("definitions").and_then(Value::as_object);
    let named = definitions.into_iter().flatten().map(|(name, schema)| (name.clone(), schema));
    let parts = [(String::new(), schema)].into_iter().chain(named).map(|(name, schema)| {
        let mut parts = Vec::new();
        add_parts(schema, &mut parts);
        (name, parts)
    });
    let parts: BTreeMap<String, Vec<String>> = parts.collect();
    let (mut open, mut done) = (BTreeSet::new(), BTreeSet::new());
    for start in parts.keys() {
        let mut path: Vec<(&str, usize)> = vec![(start.as_str(), 0)];
        while let Some((name, next)) = path.last_mut() {
            let name = *name;
            open.insert(name);
            let part = parts.get(name).and_then(|parts| parts.get(*next)).map(String::as_str);
            *next += 1;
            match part {
                Some(part) if open.contains(part) => return Some(part.to_owned()),
                Some(part) if done.contains(part) => {}
                Some(part) => path.push((part, 0)),
                None => {
                    open.remove(name);
                    done.insert(name);
                    path.pop();
                }
            }
        }
    }
    None
}

/// Adds the definitions that a value has to match as a whole to match the schema, or of which it is asked whether it does.
fn add_parts(schema: &Value, parts: &mut Vec<String>) {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = reference.strip_prefix("#/definitions/").or_else(|| (reference == "#").then_some(""));
        parts.extend(name.map(|name| name.replace("~1", "/").replace("~0", "~")));
        return;
    }
    for word in ["allOf", "anyOf", "oneOf"] {
        let schemas = schema.get(word).and_then(Value::as_array);
        schemas.into_iter().flatten().for_each(|schema| add_parts(schema, parts));
    }
    if let Some(schema) = schema.get("not") {
        add_parts(schema, parts);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_that_is_made_of_itself_is_found() {
        let to = |name: &str| json!({"$ref": format!("#/definitions/{name}")});
        for (schema, expected) in [
            (json!({"allOf": [{"$ref": "#"}]}), ""),
            (json!({"definitions": {"a/b": {"not": {"anyOf": [to("a~1b")]}}}}), "a/b"),
            (json!({"definitions": {"a": to("b"), "b": to("c"), "c": {"oneOf": [{"type": "null"}, to("b")]}}}), "b"),
        ] {
            assert_eq!(circle(&schema).as_deref(), Some(expected), "{schema}");
        }
    }

    #[test]
    fn a_circle_by_way_of_a_property_or_an_item_ends_with_the_value() {
        let to = |name: &str| json!({"$ref": format!("#/definitions/{name}")});
        let tree = json!({
            "allOf": [to("a"), to("b"), to("a"), to("gone")], "properties": {"root": {"$ref": "#"}},
            "definitions": {"a": {"allOf": [to("b")]}, "b": {"items": to("a"), "properties": {"b": to("b")}}},
        });
        assert_eq!(circle(&tree), None);
    }
}
