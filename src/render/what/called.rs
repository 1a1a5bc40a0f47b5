//! What a route of an HTTP API calls. An integration is known by what it is, so a route that calls another one in the same way,
//! or the same one in another way, has another integration: what differs between the two is what there is to say.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::words::Sentence;
use super::value::{self, Naming};
use crate::plan::Shown;

/// What an integration has that a route's change is put into, and what it is called.
const FIELDS: [(&str, &str); 7] = [
    ("integrationUri", "calls"),
    ("integrationSubtype", "service"),
    ("integrationMethod", "method"),
    ("payloadFormatVersion", "payload"),
    ("timeoutInMillis", "timeout_ms"),
    ("credentialsArn", "role"),
    ("connectionId", "connection"),
];
/// What it has of which only that it differs is said.
const MAPS: [(&str, &str); 4] = [
    ("requestParameters", "parameters"),
    ("responseParameters", "responses"),
    ("tlsConfig", "tls"),
    ("other", "other"),
];

/// What differs between two integrations.
pub(super) fn changed(naming: &Naming, old: &Shown, new: &Shown) -> Sentence {
    let (Some(before), Some(after)) = (start(old), start(new)) else { return value::between(naming, old, new, &[]) };
    let (before, after) = (attributes(naming, &before, true), attributes(naming, &after, false));
    let field = |(attribute, label): &(&str, &str)| {
        let of = |all: &BTreeMap<&str, &Shown>| all.get(attribute).copied().cloned().unwrap_or(Shown::Absent);
        let (old, new) = (of(&before), of(&after));
        let said = || Sentence::default().words(format!("{label} ")).then(value::between(naming, &old, &new, &[]));
        (old != new).then(said)
    };
    let map = |(attribute, label): &(&str, &str)| {
        let of = |all: &BTreeMap<&str, &Shown>| -> Vec<(String, Shown)> {
            let start = format!("{attribute}.");
            let found = all.iter().filter(|(path, _)| path.starts_with(&start));
            found.map(|(path, shown)| ((*path).to_owned(), (*shown).clone())).collect()
        };
        (of(&before) != of(&after)).then(|| Sentence::default().words(format!("{label} changed")))
    };
    let said: Vec<Sentence> = FIELDS.iter().filter_map(field).chain(MAPS.iter().filter_map(map)).collect();
    match said.is_empty() {
        true => value::between(naming, old, new, &[]),
        false => Sentence::joined(said, ", "),
    }
}

/// How the paths of an integration's attributes begin.
fn start(shown: &Shown) -> Option<String> {
    match shown {
        Shown::Value(Value::String(key)) => Some(format!("integrations.{key}.")),
        _ => None,
    }
}

/// The attributes with paths that begin so, by the rest of them: as they were, or as they will be.
fn attributes<'n>(naming: &'n Naming, start: &str, were: bool) -> BTreeMap<&'n str, &'n Shown> {
    let change = naming.change;
    let mut found: BTreeMap<&str, &Shown> =
        change.was.iter().filter_map(|(path, shown)| Some((path.strip_prefix(start)?, shown))).collect();
    for diff in &change.diff {
        if let Some(rest) = diff.path.strip_prefix(start) {
            found.insert(rest, if were { &diff.old } else { &diff.new });
        }
    }
    found.retain(|_, shown| !shown.is_absent());
    found
}
