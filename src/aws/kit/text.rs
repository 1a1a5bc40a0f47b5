//! Texts in answers. If a text is not set, a service leaves it out or returns an empty one: both mean none.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;

/// A text, unless it is empty.
pub fn some_text(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The same of a text that nobody else has.
pub fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// Text under a name, unless it is absent, empty, or what it is by default.
pub fn unless(name: &str, value: Option<impl Display>, default: &str) -> Option<(String, String)> {
    let text = value?.to_string();
    (!text.is_empty() && text != default).then(|| (name.to_owned(), text))
}

/// A map as text, in a fixed order.
pub fn joined<V: Display>(map: Option<&HashMap<String, V>>) -> Option<String> {
    let sorted: BTreeMap<_, _> = map?.iter().collect();
    Some(sorted.into_iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_text_is_none_and_a_default_is_not_said() {
        assert_eq!([some_text(None), some_text(Some("")), some_text(Some("a"))], [None, None, Some("a".to_owned())]);
        assert_eq!([filled(Some(String::new())), filled(Some("a".into()))], [None, Some("a".to_owned())]);
        let said = |value: Option<&str>| unless("name", value, "default").map(|(_, text)| text);
        assert_eq!([None, Some(""), Some("default"), Some("x")].map(said), [None, None, None, Some("x".to_owned())]);
        let map = HashMap::from([("b".to_owned(), 2), ("a".to_owned(), 1)]);
        assert_eq!(joined(Some(&map)).as_deref(), Some("a=1, b=2"));
    }
}
