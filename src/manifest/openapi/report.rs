//! What is wrong in a document.

use std::cell::RefCell;

use super::node::Place;

/// One thing that is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub place: Place,
    pub message: String,
    pub help: Option<String>,
}

impl Wrong {
    /// Something wrong at a place of the document.
    pub fn at(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into(), help: None }
    }

    /// The same with what to do about it.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// As many as are reported of one document.
const MOST: usize = 100;

/// What is wrong in a document, and what its author should look at.
#[derive(Debug, Default)]
pub(super) struct Report {
    wrongs: RefCell<Vec<Wrong>>,
    warnings: RefCell<Vec<Wrong>>,
}

impl Report {
    /// Limits the number of problems, since nobody reads more. A problem that concerns several operations is reported
    /// once.
    pub fn add(&self, wrong: Wrong) {
        note(&self.wrongs, wrong);
    }

    /// Notes what is no problem, but worth a look.
    pub fn warn(&self, wrong: Wrong) {
        note(&self.warnings, wrong);
    }

    /// The value, or nothing where it is wrong, which is reported.
    pub fn ok<T>(&self, result: Result<T, Wrong>) -> Option<T> {
        result.map_err(|wrong| self.add(wrong)).ok()
    }

    /// What is wrong, and what is warned of.
    pub fn into_parts(self) -> (Vec<Wrong>, Vec<Wrong>) {
        (self.wrongs.into_inner(), self.warnings.into_inner())
    }
}

fn note(all: &RefCell<Vec<Wrong>>, wrong: Wrong) {
    let mut all = all.borrow_mut();
    if all.len() < MOST && !all.contains(&wrong) {
        all.push(wrong);
    }
}
