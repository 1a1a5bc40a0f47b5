//! What is wrong with a manifest: where, what, and what to do about it.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::manifest::secret;
use crate::position::{Excerpt, line_and_column};

mod doubts;

pub use doubts::Doubts;

/// One problem, with its place in the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, as the user named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The line, unless it may hold a secret.
    pub excerpt: Option<Excerpt>,
}

impl Problem {
    /// A problem at a line and column of a file with this text, from 1.
    pub fn at(file: &str, text: &str, place: (usize, usize), message: String, help: Option<String>) -> Self {
        let excerpt = Excerpt::at(text, place, 1).filter(|_| !secret::may_be_in_line(text, place.0));
        Self { file: file.into(), line: place.0, column: place.1, message, help, excerpt }
    }

    /// The same without its line, for a value that must not be repeated.
    pub fn without_excerpt(self) -> Self {
        Self { excerpt: None, ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        self.excerpt.iter().try_for_each(|excerpt| write!(f, "\n{excerpt}"))?;
        self.help.iter().try_for_each(|help| write!(f, "\n  help: {help}"))
    }
}

/// All problems of one manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(Problem::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Problems {}

/// The path of a value in a manifest, such as `api.api.routes[0].path`; that of the whole manifest is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyPath(String);

impl KeyPath {
    /// The path of the value of a key.
    pub fn at(&self, key: impl fmt::Display) -> Self {
        Self(if self.0.is_empty() { key.to_string() } else { format!("{}.{key}", self.0) })
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path of an entry of a list, from 0.
    pub fn nth(&self, index: usize) -> Self {
        Self(format!("{}[{index}]", self.0))
    }
}

/// A file beside the manifest, some of whose values stand for values of the manifest.
#[derive(Debug, Clone)]
pub struct Elsewhere {
    /// Its path, as the manifest names it.
    pub file: String,
    /// What it says.
    pub text: String,
}

/// Where each value of a manifest stands, by its path.
#[derive(Debug, Clone)]
pub struct Places {
    file: String,
    text: String,
    spans: BTreeMap<String, Range<usize>>,
    /// Values that stand in other files, by the paths that they would have here: line and column, from 1.
    elsewhere: BTreeMap<String, (Arc<Elsewhere>, (usize, usize))>,
    /// What is not as the file says.
    pub doubts: Doubts,
}

impl Places {
    /// Walks a parsed manifest.
    pub fn new(file: &str, text: &str, root: &DeTable<'_>) -> Self {
        let (spans, elsewhere, doubts) = (BTreeMap::new(), BTreeMap::new(), Doubts::default());
        let mut places = Self { file: file.into(), text: text.into(), spans, elsewhere, doubts };
        places.walk_table(&KeyPath::default(), root);
        places
    }

    fn walk_table(&mut self, path: &KeyPath, table: &DeTable<'_>) {
        for (key, value) in table {
            let span = if value.get_ref().is_table() { key.span() } else { value.span() };
            self.walk(path.at(key.get_ref()), span, value);
        }
    }

    fn walk(&mut self, path: KeyPath, span: Range<usize>, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Table(table) => self.walk_table(&path, table),
            DeValue::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.walk(path.nth(index), item.span(), item);
                }
            }
            _ => {}
        }
        self.spans.insert(path.0, span);
    }

    /// Notes that the value of a path is in another file, at a line and column from 1.
    pub fn add_elsewhere(&mut self, path: KeyPath, file: &Arc<Elsewhere>, place: (usize, usize)) {
        self.elsewhere.insert(path.0, (Arc::clone(file), place));
    }

    /// The file's name.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line of the value at a path, from 1; `None` where the path is not in the file.
    pub fn line(&self, path: &str) -> Option<usize> {
        self.spans.get(path).map(|span| line_and_column(&self.text, span.start).0)
    }

    /// A problem at a path; at the nearest enclosing value where the path itself is not in the file.
    pub fn problem(&self, path: &KeyPath, message: String, help: Option<String>) -> Problem {
        let mut at = path.0.as_str();
        loop {
            if let Some(span) = self.spans.get(at) {
                return self.problem_at(span, message, help);
            }
            if let Some((other, place)) = self.elsewhere.get(at) {
                return Problem::at(&other.file, &other.text, *place, message, help);
            }
            match at.rfind(['.', '[']) {
                Some(end) => at = &at[..end],
                None => return self.problem_at(&(0..0), message, help),
            }
        }
    }

    /// A problem at a range of bytes of the text.
    pub fn problem_at(&self, span: &Range<usize>, message: String, help: Option<String>) -> Problem {
        let (line, column) = line_and_column(&self.text, span.start);
        // A problem of the whole file stands at its first character.
        let shown = Excerpt::new(&self.text, span).filter(|_| span.end > 0);
        let excerpt = shown.filter(|_| !secret::may_be_in_line(&self.text, line));
        Problem { file: self.file.clone(), line, column, message, help, excerpt }
    }

    /// True if what is wrong at a path may come of what could not be read.
    pub fn are_in_doubt(&self, path: &KeyPath) -> bool {
        let is_written = self.spans.contains_key(path.as_str()) || self.elsewhere.contains_key(path.as_str());
        self.doubts.cover(path.as_str(), is_written)
    }
}

/// `there is no <what> "x"`, with the nearest known one or the list of them.
pub fn unknown<'a>(what: &str, given: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<_> = known.collect();
    match nearest(given, &known) {
        Some(near) => format!("there is no {what} {given:?}; did you mean {near:?}?"),
        None if known.is_empty() => format!("there is no {what} {given:?}"),
        None => format!("there is no {what} {given:?}; known: {}", known.join(", ")),
    }
}

/// The known word that looks most like the given one, if any is near.
pub fn nearest<'a>(given: &str, known: &[&'a str]) -> Option<&'a str> {
    let scored = known.iter().map(|word| (strsim::jaro_winkler(given, word), *word));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(score, _)| *score >= 0.8).map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_not_in_the_file_points_to_what_encloses_it() {
        let text = "[table.a]\nkeys = [1,\n  { x = 2 }]\n";
        let root = DeTable::parse(text).unwrap();
        let places = Places::new("m.toml", text, root.get_ref());
        let at = |path: &str| {
            let p = places.problem(&KeyPath(path.into()), String::new(), None);
            (p.line, p.column)
        };
        assert_eq!(at("table.a.keys[1].x"), (3, 9));
        assert_eq!(at("table.a.keys[1].y"), (3, 3));
        assert_eq!(at("table.a.other"), (1, 8));
        assert_eq!(at("nothing"), (1, 1));
    }

    #[test]
    fn the_nearest_word_is_offered() {
        assert_eq!(
            unknown("key", "hash_kye", ["hash_key", "range_key"].into_iter()),
            "there is no key \"hash_kye\"; did you mean \"hash_key\"?"
        );
        assert_eq!(unknown("key", "zzz", ["a", "b"].into_iter()), "there is no key \"zzz\"; known: a, b");
    }
}
