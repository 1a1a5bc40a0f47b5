//! What differs between two packages of a function: its own files, and what is vendored.

use std::collections::{BTreeMap, BTreeSet};

use super::code_change::{FileAction, FileChange, Listed, PackageChange};
use super::files::{File, Files};
use super::folder::{Exclude, Folder};
use super::lines::{self, STEPS};
use super::runtime::Target;
use super::{FunctionSource, LIMITS, PackageError, Requirement, own_files};

/// Larger files are not compared line by line; bytes.
const LARGEST_TEXT: usize = 4 * 1024 * 1024;

/// The files of a function's own that differ, by path: all of the new ones where there is no old function.
pub fn files(old: Option<&FunctionSource>, new: &FunctionSource) -> Result<Listed<FileChange>, PackageError> {
    let old = old.map(collected).transpose()?;
    let (old, new) = (old.as_ref().map(by_path).unwrap_or_default(), collected(new)?);
    let new = by_path(&new);
    let paths: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let is_same = |path: &&str| match (old.get(path), new.get(path)) {
        (Some(old), Some(new)) => old.bytes() == new.bytes() && old.executable == new.executable,
        _ => false,
    };
    let differing: Vec<&str> = paths.into_iter().filter(|path| !is_same(path)).collect();
    let mut steps = STEPS;
    Ok(listed(&differing, |path| change(path, old.get(path).copied(), new.get(path).copied(), &mut steps)))
}

/// The packages that differ, by name.
pub fn packages(old: &[Requirement], new: &[Requirement]) -> Listed<PackageChange> {
    let by_name = |all: &[Requirement]| all.iter().map(|one| (one.name.clone(), one.clone())).collect();
    let (old, new): (BTreeMap<String, Requirement>, BTreeMap<String, Requirement>) = (by_name(old), by_name(new));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differing: Vec<&String> = names.into_iter().filter(|name| old.get(*name) != new.get(*name)).collect();
    let version = |of: &BTreeMap<String, Requirement>, name: &String| of.get(name).map(|one| one.version.clone());
    listed(&differing, |name| PackageChange { name: name.clone(), old: version(&old, name), new: version(&new, name) })
}

/// The first few, worked out, and how many more there are.
fn listed<I: Copy, T>(all: &[I], work_out: impl FnMut(I) -> T) -> Listed<T> {
    let first: Vec<T> = all.iter().copied().take(Listed::<T>::MOST).map(work_out).collect();
    Listed { more: all.len() - first.len(), first }
}

/// The files that a function's zip has of its own folder.
pub(super) fn collected(source: &FunctionSource) -> Result<Files, PackageError> {
    let exclude = Exclude::new(&source.exclude, Target::of(source)?.is_some())?;
    own_files(&Folder::open(source)?, &exclude, LIMITS)
}

fn by_path(files: &Files) -> BTreeMap<&str, &File> {
    files.iter().collect()
}

fn change(path: &str, old: Option<&File>, new: Option<&File>, steps: &mut u64) -> FileChange {
    let action = match (old, new) {
        (None, _) => FileAction::Added,
        (_, None) => FileAction::Removed,
        _ => FileAction::Changed,
    };
    let (before, after) = (bytes(old), bytes(new));
    let lines = text(before).zip(text(after)).map(|(before, after)| lines::count(before, after, steps));
    let was = old.is_some_and(|file| file.executable);
    let executable = new.map(|file| file.executable).filter(|is| *is != was);
    let sizes = (before.len() as u64, after.len() as u64);
    FileChange { path: path.to_owned(), action, lines, sizes, executable }
}

fn bytes(file: Option<&File>) -> &[u8] {
    file.and_then(File::bytes).unwrap_or_default()
}

/// Bytes that people read as lines.
fn text(bytes: &[u8]) -> Option<&str> {
    if bytes.len() > LARGEST_TEXT || bytes.contains(&0) {
        return None;
    }
    std::str::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests;
