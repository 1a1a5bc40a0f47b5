//! An event that a pattern matches, where that is simple: patterns are EventBridge's, and those of mappings and topics' filters.

use serde_json::{Map, Value};

/// What stands where a pattern asks for anything at all.
const ANYTHING: &str = "rehearsal";

/// An event that this pattern matches; `None` where it asks for what is not made up here, such as a number in a range.
pub fn matching(pattern: &Value) -> Option<Value> {
    let mut event = Map::new();
    for (key, wanted) in pattern.as_object()? {
        match (key.as_str(), wanted) {
            ("$or", Value::Array(choices)) => {
                let choice = choices.iter().find_map(matching)?;
                event.extend(choice.as_object()?.clone());
            }
            (_, Value::Object(_)) => drop(event.insert(key.clone(), matching(wanted)?)),
            (_, Value::Array(values)) => event.extend(values.iter().find_map(value)?.map(|value| (key.clone(), value))),
            _ => return None,
        }
    }
    Some(Value::Object(event))
}

/// A value that fits; `Some(None)` for the absence of any, `None` where none is made up.
fn value(wanted: &Value) -> Option<Option<Value>> {
    let Value::Object(rule) = wanted else { return Some(Some(wanted.clone())) };
    let (name, argument) = rule.iter().next()?;
    match (name.as_str(), argument) {
        ("exists", Value::Bool(false)) => Some(None),
        ("exists", _) => Some(Some(ANYTHING.into())),
        ("prefix" | "suffix" | "equals-ignore-case", Value::String(text)) => Some(Some(text.as_str().into())),
        ("wildcard", Value::String(text)) => Some(Some(text.replace('*', "").into())),
        ("anything-but", Value::String(text)) => (text != ANYTHING).then(|| Some(ANYTHING.into())),
        ("anything-but", Value::Array(all)) => (!all.iter().any(|one| one == ANYTHING)).then(|| Some(ANYTHING.into())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_event_has_the_first_value_that_a_pattern_takes() {
        let pattern = json!({"source": ["shop", "other"], "detail-type": [{"prefix": "Order"}],
            "detail": {"state": [{"anything-but": "open"}], "note": [{"exists": false}], "by": [{"exists": true}],
                "total": [{"numeric": [">", 5]}, 7], "$or": [{"at": [{"numeric": ["<", 1]}]}, {"file": [{"wildcard": "a*.csv"}]}]}});
        let expected = json!({"source": "shop", "detail-type": "Order",
            "detail": {"state": "rehearsal", "by": "rehearsal", "total": 7, "file": "a.csv"}});
        assert_eq!(matching(&pattern), Some(expected));
    }

    #[test]
    fn what_would_have_to_be_computed_is_not_made_up() {
        for pattern in [
            json!({"n": [{"numeric": [">", 5]}]}),
            json!({"ip": [{"cidr": "10.0.0.0/8"}]}),
            json!({"a": [{"anything-but": {"prefix": "x"}}]}),
            json!({"a": []}),
            json!({"a": "no list"}),
            json!("no pattern"),
        ] {
            assert_eq!(matching(&pattern), None, "{pattern}");
        }
    }
}
