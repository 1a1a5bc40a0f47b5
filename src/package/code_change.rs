//! What a change of functions' code consists of, for people: facts beside a plan, which are never applied.

use serde::{Deserialize, Serialize};

use super::lines::LineCount;
use crate::name::Name;

/// The code of functions that share a zip, beside what the base branch has for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeChange {
    /// The functions, by name; one at least.
    pub functions: Vec<Name>,
    /// The size of the new zip, in bytes.
    pub size: u64,
    /// What it is compared with.
    pub beside: Beside,
    /// Files of the functions' own that differ, by path; those of packages are reported as packages.
    #[serde(default)]
    pub files: Listed<FileChange>,
    /// Vendored packages that differ, by name; all of the new zip where it is compared with nothing.
    #[serde(default)]
    pub packages: Listed<PackageChange>,
}

/// What new code is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Beside {
    /// No base branch was given, or it cannot be planned.
    Nothing,
    /// The base branch has no such function.
    New,
    /// The base branch's code.
    Base {
        /// The size of its zip, in bytes.
        size: u64,
        /// True if that zip is what is live; `None` where nothing is live.
        is_live: Option<bool>,
    },
}

/// The first few of a list, and how many more there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed<T> {
    /// The first ones.
    pub first: Vec<T>,
    /// How many are not listed.
    pub more: usize,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { first: Vec::new(), more: 0 }
    }
}

impl<T> Listed<T> {
    /// How many of each list are shown: the pull request decides how many there are.
    pub const MOST: usize = 20;

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty() && self.more == 0
    }
}

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileChange {
    /// Its path in the function's folder: text of whoever wrote the pull request.
    pub path: String,
    /// What becomes of it.
    pub action: FileAction,
    /// The lines that differ; `None` where a side is no text, or too large to be compared.
    pub lines: Option<LineCount>,
    /// Its size before and after, in bytes; 0 where there is none.
    pub sizes: (u64, u64),
    /// Whether it can be executed from now on, where that changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executable: Option<bool>,
}

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileAction {
    /// It is new.
    Added,
    /// It is another one.
    Changed,
    /// It is gone.
    Removed,
}

/// A vendored package that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackageChange {
    /// As indexes compare it.
    pub name: String,
    /// Its version before; `None` where it was not there.
    pub old: Option<String>,
    /// Its version after; `None` where it is gone. The same as before where another file of that version is taken.
    pub new: Option<String>,
}
