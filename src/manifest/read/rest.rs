//! All type problems of a manifest, and the manifest without them.
//!
//! Serde stops at the first problem. So the value with the problem is removed and the rest is read again; a missing key
//! gets a placeholder if a text will do. What is left has the form of a manifest and can be checked further. What was
//! removed or replaced is remembered ([`Doubts`](crate::manifest::problem::Doubts)).

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::{Broken, Source, span, words};
use crate::manifest::Manifest;
use crate::manifest::problem::{KeyPath, Places, Problem, Problems};

/// The text that stands in for a missing one.
const STAND_IN: &str = "stand-in";

/// Where texts that stand in stand: behind every text, each at a place of its own, so that it is known again.
const STAND_INS: usize = usize::MAX / 2;

/// What stands in for a missing `[app]`.
const APP: &str = "[app]\nname = \"app\"\nregion = \"us-east-1\"\n";

/// A step to a value of the tree.
enum Step {
    Key(String),
    Index(usize),
}

/// Reads the tree; `problems` are those that are known already.
pub(super) fn read(root: Spanned<DeTable<'_>>, places: Places, problems: Vec<Problem>) -> Result<Source, Broken> {
    let mut reading = Reading { root, places, problems, meant: Vec::new(), stand_ins: 0 };
    let manifest = reading.all();
    let Reading { places, mut problems, .. } = reading;
    problems.sort();
    problems.dedup();
    match manifest {
        Some(manifest) if problems.is_empty() => {
            Ok(Source { manifest, places, declares_stages: false, own_names: None })
        }
        manifest => {
            let rest =
                manifest.map(|manifest| Box::new(Source { manifest, places, declares_stages: false, own_names: None }));
            Err(Broken { problems: Problems(problems), rest })
        }
    }
}

struct Reading<'i> {
    root: Spanned<DeTable<'i>>,
    places: Places,
    problems: Vec<Problem>,
    /// Keys that are not missing: they were only misspelt, or their value has been taken out.
    meant: Vec<String>,
    /// How many texts stand in.
    stand_ins: usize,
}

impl Reading<'_> {
    /// Notes every problem; gives what is left.
    fn all(&mut self) -> Option<Manifest> {
        loop {
            let error = match self.parse() {
                Ok(manifest) => return Some(manifest),
                Err(error) => error,
            };
            let (span, missing) = (span(&error), words::missing(error.message()));
            // Of the whole manifest there is no value.
            let root = self.root.get_ref();
            let steps = if missing == Some("app") { None } else { key(root, &span).or_else(|| find(root, &span)) };
            let steps = steps.unwrap_or_default();
            let is_stand_in = span.start >= STAND_INS;
            if !is_stand_in {
                self.report(&error, &span, &steps);
            }
            let is_mended = match missing {
                // Where no text will do, what it was put into is taken out.
                _ if is_stand_in => self.take_out(steps.split_last().map_or(&[], |(_, above)| above)),
                Some("app") => self.stand_in_for_app(),
                Some(field) => self.stand_in(&steps, field) || self.take_out(&steps),
                None => self.take_out(&steps),
            };
            if !is_mended {
                return None;
            }
        }
    }

    fn parse(&self) -> Result<Manifest, toml::de::Error> {
        Manifest::deserialize(Deserializer::from(self.root.clone()))
    }

    fn report(&mut self, error: &toml::de::Error, span: &Range<usize>, steps: &[Step]) {
        let keys: Vec<&str> = steps.iter().filter_map(Step::key).collect();
        let said = words::of_api_key(error.message(), &keys).unwrap_or_else(|| words::reword(error.message(), &keys));
        self.meant.extend(said.meant.clone());
        if let (Some(meant), [before @ .., _]) = (&said.meant, keys.as_slice()) {
            let meant = before.iter().chain([&meant.as_str()]).fold(KeyPath::default(), |path, key| path.at(key));
            self.places.doubts.add(meant.as_str());
        }
        let is_new = words::missing(error.message()).is_none_or(|field| !self.meant.iter().any(|one| one == field));
        if is_new {
            self.problems.push(self.places.problem_at(span, said.message, said.help));
        }
    }

    /// Takes a value out of the tree. False if there is none.
    fn take_out(&mut self, steps: &[Step]) -> bool {
        let Some((last, above)) = steps.split_last() else { return false };
        match (table(self.root.get_mut(), above), last) {
            (Some(table), Step::Key(key)) => {
                self.meant.push(key.clone());
                self.places.doubts.add(path(steps).as_str());
                table.remove(key.as_str()).is_some()
            }
            (None, Step::Index(index)) => {
                // Those behind it move up, so nothing in the list is where it was.
                self.places.doubts.add(path(above).as_str());
                let Some(items) = list(self.root.get_mut(), above) else { return false };
                *items = items.iter().enumerate().filter(|(at, _)| at != index).map(|(_, item)| item.clone()).collect();
                true
            }
            _ => false,
        }
    }

    /// Gives a table a text for a key that is missing. False if there is no table.
    fn stand_in(&mut self, steps: &[Step], field: &str) -> bool {
        let Some(table) = table(self.root.get_mut(), steps).filter(|_| !steps.is_empty()) else { return false };
        self.stand_ins += 1;
        let place = STAND_INS + self.stand_ins;
        let (key, text) = (field.to_owned().into(), DeValue::String(STAND_IN.into()));
        table.insert(Spanned::new(place..place, key), Spanned::new(place..place, text));
        self.places.doubts.add(path(steps).at(field).as_str());
        true
    }

    fn stand_in_for_app(&mut self) -> bool {
        let root = self.root.get_mut();
        let app = DeTable::parse(APP).ok().and_then(|app| app.into_inner().into_iter().next());
        self.places.doubts.add("app");
        match app {
            Some((key, value)) if !root.contains_key("app") => root.insert(key, value).is_none(),
            _ => false,
        }
    }
}

impl Step {
    fn key(&self) -> Option<&str> {
        match self {
            Self::Key(key) => Some(key),
            Self::Index(_) => None,
        }
    }
}

fn path(steps: &[Step]) -> KeyPath {
    steps.iter().fold(KeyPath::default(), |path, step| match step {
        Step::Key(key) => path.at(key),
        Step::Index(index) => path.nth(*index),
    })
}

/// The way to the key that is written at a span.
fn key(table: &DeTable<'_>, span: &Range<usize>) -> Option<Vec<Step>> {
    table.iter().find_map(|(key_here, value)| match value.get_ref() {
        _ if key_here.span() == *span => Some(vec![Step::Key(key_here.get_ref().to_string())]),
        DeValue::Table(below) => key(below, span).map(|steps| onwards(key_here.get_ref(), steps)),
        _ => None,
    })
}

fn onwards(key: &str, mut steps: Vec<Step>) -> Vec<Step> {
    steps.insert(0, Step::Key(key.to_owned()));
    steps
}

/// The way to the innermost entry that a span stands in.
fn find(table: &DeTable<'_>, span: &Range<usize>) -> Option<Vec<Step>> {
    let within = |outer: Range<usize>| outer.start <= span.start && span.end <= outer.end;
    let deeper =
        table.iter().find_map(|(key, value)| find_inside(value, span).map(|steps| onwards(key.get_ref(), steps)));
    let hit = || table.iter().find(|(key, value)| within(key.span()) || within(value.span()));
    deeper.or_else(|| hit().map(|(key, _)| onwards(key.get_ref(), Vec::new())))
}

fn find_inside(value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> Option<Vec<Step>> {
    match value.get_ref() {
        DeValue::Table(table) => find(table, span),
        DeValue::Array(items) => items.iter().enumerate().find_map(|(index, item)| {
            let is_within = item.span().start <= span.start && span.end <= item.span().end;
            let mut steps = find_inside(item, span).or_else(|| is_within.then(Vec::new))?;
            steps.insert(0, Step::Index(index));
            Some(steps)
        }),
        _ => None,
    }
}

/// The value at the end of a way.
fn value<'t, 'i>(root: &'t mut DeTable<'i>, steps: &[Step]) -> Option<&'t mut DeValue<'i>> {
    let (Step::Key(first), rest) = steps.split_first()? else { return None };
    let mut value = root.get_mut(first.as_str())?.get_mut();
    for step in rest {
        value = match (value, step) {
            (DeValue::Table(table), Step::Key(key)) => table.get_mut(key.as_str())?.get_mut(),
            (DeValue::Array(items), Step::Index(index)) => items.get_mut(*index)?.get_mut(),
            _ => return None,
        };
    }
    Some(value)
}

fn table<'t, 'i>(root: &'t mut DeTable<'i>, steps: &[Step]) -> Option<&'t mut DeTable<'i>> {
    if steps.is_empty() {
        return Some(root);
    }
    match value(root, steps)? {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

fn list<'t, 'i>(root: &'t mut DeTable<'i>, steps: &[Step]) -> Option<&'t mut toml::de::DeArray<'i>> {
    match value(root, steps)? {
        DeValue::Array(items) => Some(items),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
