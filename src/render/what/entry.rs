//! Parts by name (routes, indexes, lifecycle rules, subscriptions): which of them come and go, and what changes of those that
//! stay. The same change of several is said once.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::words::Sentence;
use super::field::{Born, Field};
use super::{Gathered, What, form, value};
use crate::plan::{AttributeDiff, Shown};

/// What an `OPTIONS` method is that answers a browser's preflight.
const MOCK: &str = "MOCK";
/// The header by which it says who may call.
const ORIGIN: &str = ".Access-Control-Allow-Origin";

/// The changed attributes of one part.
#[derive(Default)]
struct Entry<'a> {
    /// How the paths of its attributes begin.
    start: String,
    rows: Vec<(&'static Field, Vec<&'a AttributeDiff>)>,
}

/// What is said of all parts, each with its place in the table of fields.
pub(super) fn whats(all: &Gathered) -> Vec<(usize, What)> {
    let index: BTreeMap<&str, &AttributeDiff> = all.change.diff.iter().map(|diff| (diff.path.as_str(), diff)).collect();
    let mut bases: BTreeMap<&'static str, (usize, BTreeMap<String, Entry>)> = BTreeMap::new();
    for (at, (field, diffs)) in all.fields.iter().filter(|(_, (field, _))| field.is_of_entry()) {
        let base = field.field.split_once(".*").map_or(field.field, |(base, _)| base);
        for diff in diffs {
            let Some((key, _)) = field.keys(&diff.path) else { continue };
            let start = format!("{}{key}.", field.path.split_once('*').map_or("", |(before, _)| before));
            let is_preflight = base == "routes" && is_preflight(all, &index, &start, key);
            let base = if is_preflight { "cors" } else { base };
            let (_, entries) = bases.entry(base).or_insert_with(|| (*at, BTreeMap::new()));
            let entry = entries.entry(key.to_owned()).or_insert_with(|| Entry { start, rows: Vec::new() });
            match entry.rows.iter_mut().find(|(known, _)| known.path == field.path) {
                Some((_, rows)) => rows.push(diff),
                None => entry.rows.push((field, vec![diff])),
            }
        }
    }
    let mut found = Vec::new();
    for (base, (at, entries)) in bases {
        let whats = match base {
            "cors" => cors(all, &entries).into_iter().collect(),
            _ => of_base(all, &index, base, &entries),
        };
        found.extend(whats.into_iter().map(|what| (at, what)));
    }
    found
}

fn is_preflight(all: &Gathered, index: &BTreeMap<&str, &AttributeDiff>, start: &str, key: &str) -> bool {
    let path = format!("{start}integration.type");
    let is_mock = |shown: &Shown| *shown == Shown::Value(Value::String(MOCK.into()));
    let changes = index.get(path.as_str()).is_some_and(|diff| is_mock(&diff.old) || is_mock(&diff.new));
    key.starts_with("OPTIONS ") && (changes || all.change.was.get(&path).is_some_and(is_mock))
}

fn of_base(
    all: &Gathered,
    index: &BTreeMap<&str, &AttributeDiff>,
    base: &str,
    entries: &BTreeMap<String, Entry>,
) -> Vec<What> {
    let (mut come, mut go, mut stay) = (Vec::new(), Vec::new(), Vec::new());
    for (key, entry) in entries {
        match (was(all, index, &entry.start), will_be(all, index, &entry.start)) {
            (false, _) => come.push(key.clone()),
            (true, false) => go.push(key.clone()),
            (true, true) => stay.push((key, entry)),
        }
    }
    let is_quiet = || entries.values().flat_map(|entry| &entry.rows).all(|(field, _)| field.born == Born::Never);
    let label = Sentence::default().words(format!("{base} "));
    let named = match all.is_born() {
        true if is_quiet() => None,
        true => Some(label.then(value::list(&come, 4))),
        false => moved(&come, &go).map(|said| label.then(said)),
    };
    let forces = |entry: &Entry| entry.rows.iter().flat_map(|(_, diffs)| diffs).any(|diff| all.is_forcing(&diff.path));
    let forces_replacement = come.iter().chain(&go).any(|key| entries.get(key).is_some_and(forces));
    let named = named.map(|sentence| What { field: base.to_owned(), sentence, forces_replacement });
    named.into_iter().chain(staying(all, base, &stay)).collect()
}

/// A few by their names, more by their number.
fn moved(come: &[String], go: &[String]) -> Option<Sentence> {
    let part = |sign: &str, names: &[String]| match names.len() {
        0 => None,
        1..=3 => Some(Sentence::default().words(format!("{sign} ")).then(value::list(names, 3))),
        count => Some(Sentence::default().words(format!("{sign} {count}"))),
    };
    let parts: Vec<Sentence> = [part("+", come), part("−", go)].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| Sentence::joined(parts, ", "))
}

/// What changes of parts that stay: the same change of several as `2 routes auth iam → none`.
fn staying(all: &Gathered, base: &str, stay: &[(&String, &Entry)]) -> Vec<What> {
    let mut said: Vec<(&Field, &str, Sentence, Vec<&String>, bool)> = Vec::new();
    for (key, entry) in stay {
        for (field, diffs) in &entry.rows {
            let Some(sentence) = form::change(&all.naming, field, diffs) else { continue };
            let forces = diffs.iter().any(|diff| all.is_forcing(&diff.path));
            let label = label(field, diffs);
            let is_same = |other: &&str, same: &Sentence| *other == label && *same == sentence;
            match said.iter_mut().find(|(_, other, same, _, _)| is_same(other, same)) {
                Some((.., keys, forcing)) => {
                    keys.push(key);
                    *forcing |= forces;
                }
                None => said.push((field, label, sentence, vec![key], forces)),
            }
        }
    }
    let what = |(field, rest, change, keys, forces_replacement): (&Field, &str, Sentence, Vec<&String>, bool)| {
        let is_labelled = field.form == super::field::Form::Keys;
        let of = match &keys[..] {
            [key] => Sentence::default().words(format!("{base} ")).value(key),
            keys => Sentence::default().words(format!("{} {base}", keys.len())),
        };
        let sentence = if is_labelled { of.words(" ") } else { of.words(format!(" {rest} ")) }.then(change);
        What { field: field.field.to_owned(), sentence, forces_replacement }
    };
    said.into_iter().map(what).collect()
}

/// What a change of a part is called. Not everything that a route calls is a function.
fn label(field: &Field, diffs: &[&AttributeDiff]) -> &'static str {
    let is_other = |shown: &Shown| match shown {
        Shown::Value(Value::String(uri)) => !uri.contains(":lambda:"),
        other => other.is_absent(),
    };
    let is_called = field.path == "methods.*.integration.uri";
    match field.field.split_once(".*.") {
        Some(_) if is_called && diffs.iter().any(|diff| is_other(&diff.old) || is_other(&diff.new)) => "calls",
        Some((_, rest)) => rest,
        None => "",
    }
}

/// True if a part with paths that begin so existed.
fn was(all: &Gathered, index: &BTreeMap<&str, &AttributeDiff>, start: &str) -> bool {
    below(index, start).any(|(_, diff)| !diff.old.is_absent()) || live(all, start).next().is_some()
}

/// True if it will exist.
fn will_be(all: &Gathered, index: &BTreeMap<&str, &AttributeDiff>, start: &str) -> bool {
    below(index, start).any(|(_, diff)| !diff.new.is_absent()) || live(all, start).any(|path| !index.contains_key(path))
}

fn below<'i>(
    index: &'i BTreeMap<&str, &AttributeDiff>,
    start: &'i str,
) -> impl Iterator<Item = (&'i &'i str, &'i &'i AttributeDiff)> {
    index.range(start..).take_while(move |(path, _)| path.starts_with(start))
}

fn live<'i>(all: &'i Gathered, start: &'i str) -> impl Iterator<Item = &'i str> {
    let from = all.change.was.range(start.to_owned()..);
    from.map(|(path, _)| path.as_str()).take_while(move |path| path.starts_with(start))
}

/// Preflights are answered for all paths alike: what matters is who may call. That they come and go with routes follows.
fn cors(all: &Gathered, entries: &BTreeMap<String, Entry>) -> Option<What> {
    let diffs = || entries.values().flat_map(|entry| &entry.rows).flat_map(|(_, diffs)| diffs);
    let origin = |side: fn(&AttributeDiff) -> &Shown| {
        diffs().filter(|diff| diff.path.ends_with(ORIGIN)).find_map(|diff| header(side(diff)))
    };
    let before = origin(|diff| &diff.old)
        .or_else(|| all.change.was.iter().filter(|(path, _)| is_origin(path)).find_map(|(_, shown)| header(shown)));
    let gone =
        entries.values().all(|entry| entry.rows.iter().flat_map(|(_, diffs)| diffs).all(|diff| diff.new.is_absent()));
    let kept = before.clone().filter(|_| !gone || lasts(all, entries));
    let after = origin(|diff| &diff.new).or(kept);
    let changes = diffs().any(|diff| !diff.old.is_absent() && !diff.new.is_absent());
    let side = |origin: &Option<String>| match origin {
        Some(origin) => Sentence::default().words("origin ").value(origin),
        None => Sentence::default().words("none"),
    };
    let label = Sentence::default().words("cors ");
    let sentence = match (all.is_born(), before == after) {
        (true, _) => label.then(side(&after)),
        (false, false) => label.then(side(&before)).words(" → ").then(side(&after)),
        (false, true) if changes => label.words("changed"),
        (false, true) => return None,
    };
    Some(What { field: "cors".into(), sentence, forces_replacement: false })
}

/// True if there are preflights beside these.
fn lasts(all: &Gathered, entries: &BTreeMap<String, Entry>) -> bool {
    let others = all.change.was.keys().filter(|path| is_origin(path));
    others.count() > entries.len()
}

/// True for who may call, as preflights have it. Errors have it as well.
fn is_origin(path: &str) -> bool {
    path.starts_with("methods.OPTIONS ") && path.ends_with(ORIGIN)
}

/// A header's value, which API Gateway has in single quotes.
fn header(shown: &Shown) -> Option<String> {
    let Shown::Value(Value::String(text)) = shown else { return None };
    Some(text.trim_matches('\'').to_owned())
}
