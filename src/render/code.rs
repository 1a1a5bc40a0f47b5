//! Which files and packages the changes of functions' code consist of: facts beside the plan.
//!
//! Paths are the text of whoever wrote the pull request, so they are values like any other: escaped by the format, cut
//! where they are long, and few.

use super::Extra;
use super::escape::code;
use super::visible::{plain, shortened};
use super::words::{Sentence, count_of, grouped};
use crate::kind::Kind;
use crate::name::Address;
use crate::package::{Beside, CodeChange, FileAction, FileChange, LineCount, Listed, PackageChange};

/// How many files and packages are listed of each: the first of these that takes no more room than there is.
const MOST: [usize; 4] = [Listed::<()>::MOST, 8, 3, 0];
/// The same at a terminal.
const FEW: usize = 5;
/// Longer paths and versions are cut after so many characters.
const LONGEST: usize = 100;
/// What a reviewer has to know where the base branch is not what is live.
const NOT_LIVE: &str = "What is live was not built from the base branch.";

/// The section's items, one for the functions that share a zip, in at most `limit` bytes each where that can be.
pub fn markdown(extra: &Extra, limit: usize) -> Vec<String> {
    let item = |change: &CodeChange| {
        let with = |most: usize| {
            let functions = names(change, most.max(1)).render(code);
            let live = if is_live(change) { String::new() } else { format!(" **{NOT_LIVE}**") };
            format!("- {functions}: {}.{live}\n", difference(change, most).render(code))
        };
        MOST.iter().map(|most| with(*most)).find(|item| item.len() <= limit).unwrap_or_else(|| with(0))
    };
    extra.code.iter().map(item).collect()
}

/// The lines under a function, without their indentation; none where its code stays.
pub fn terminal(extra: &Extra, address: &Address) -> Vec<String> {
    let is_its = |change: &&CodeChange| address.kind == Kind::Function && change.functions.contains(&address.name);
    let Some(change) = extra.code.iter().find(is_its) else { return Vec::new() };
    match change.functions.first() {
        Some(first) if *first != address.name => vec![format!("code: the same as that of {first}")],
        _ => {
            let live = (!is_live(change)).then(|| format!("! {NOT_LIVE}"));
            std::iter::once(format!("code: {}", difference(change, FEW).render(plain))).chain(live).collect()
        }
    }
}

/// False where what is live is known to be another code than the base branch's.
fn is_live(change: &CodeChange) -> bool {
    !matches!(change.beside, Beside::Base { is_live: Some(false), .. })
}

fn names(change: &CodeChange, most: usize) -> Sentence {
    let shown = change.functions.iter().take(most).map(|name| Sentence::default().value(name));
    more(Sentence::joined(shown, ", "), change.functions.len().saturating_sub(most))
}

/// `app.py +3 −1, requests 2.31.0 → 2.32.3, 678 kB → 679 kB`
fn difference(change: &CodeChange, most: usize) -> Sentence {
    let files = list(&change.files, most, "file", file);
    let packages = list(&change.packages, most, "package", package);
    let is_same = change.files.is_empty() && change.packages.is_empty();
    let first = match change.beside {
        Beside::New => Some(Sentence::default().words("new")),
        Beside::Base { is_live: Some(false), .. } if is_same => {
            Some(Sentence::default().words("the same as in the base branch"))
        }
        Beside::Base { .. } if is_same => Some(Sentence::default().words("no file and no package differs")),
        Beside::Base { .. } | Beside::Nothing => None,
    };
    let size = Sentence::default().words(sizes(change));
    Sentence::joined(first.into_iter().chain(files).chain(packages).chain([size]), ", ")
}

/// The first few, and how many more there are; nothing where there is none.
fn list<T>(all: &Listed<T>, most: usize, noun: &str, one: impl Fn(&T) -> Sentence) -> Option<Sentence> {
    let count = all.first.len() + all.more;
    match most {
        _ if count == 0 => None,
        0 => Some(Sentence::default().words(count_of(count, noun))),
        _ => {
            let shown = all.first.iter().take(most);
            let rest = count - shown.len();
            let shown = shown.map(one);
            Some(more(Sentence::joined(shown, ", "), rest))
        }
    }
}

fn more(sentence: Sentence, rest: usize) -> Sentence {
    if rest == 0 { sentence } else { sentence.words(format!(" and {} more", grouped(rest as u64))) }
}

/// `app.py +3 −1`, `logo.png 3.1 kB → 4.0 kB`, `new.py +40 (new)`
fn file(file: &FileChange) -> Sentence {
    let sentence = Sentence::default().value(shortened(&file.path, LONGEST));
    let (old, new) = file.sizes;
    let what = match (file.lines, file.action) {
        (Some(lines), _) => counted(lines),
        (None, FileAction::Added) => format!(" {}", size(new)),
        (None, FileAction::Removed) => format!(" {}", size(old)),
        (None, FileAction::Changed) => format!(" {}", from_to(old, new)),
    };
    let action = match file.action {
        FileAction::Added => " (new)",
        FileAction::Removed => " (removed)",
        FileAction::Changed => "",
    };
    let executable = match file.executable {
        Some(true) => " (executable)",
        Some(false) if file.action == FileAction::Changed => " (no longer executable)",
        _ => "",
    };
    sentence.words(format!("{what}{action}{executable}"))
}

/// ` +3 −1`; nothing where no line differs.
fn counted(lines: LineCount) -> String {
    let LineCount { added, removed, at_most } = lines;
    let side =
        |sign, count: usize| if count == 0 { String::new() } else { format!(" {sign}{}", grouped(count as u64)) };
    let (added, removed) = (side('+', added), side('−', removed));
    let bound = if at_most { " at most" } else { "" };
    format!("{bound}{added}{removed}")
}

/// `requests 2.31.0 → 2.32.3`, `+ idna 3.7`, `− chardet 5.2.0`
fn package(package: &PackageChange) -> Sentence {
    let cut = |text: &str| shortened(text, LONGEST);
    let named = |before: &str| Sentence::default().words(before).value(cut(&package.name)).words(" ");
    match (&package.old, &package.new) {
        (Some(old), Some(new)) if old == new => named("").value(cut(new)).words(" (another wheel)"),
        (Some(old), Some(new)) => named("").value(cut(old)).words(" → ").value(cut(new)),
        (None, Some(new)) => named("+ ").value(cut(new)),
        (Some(old), None) => named("− ").value(cut(old)),
        (None, None) => named(""),
    }
}

fn sizes(change: &CodeChange) -> String {
    match change.beside {
        Beside::Base { size: old, .. } => from_to(old, change.size),
        Beside::New | Beside::Nothing => size(change.size),
    }
}

/// Both sizes, or the one where they read the same.
fn from_to(old: u64, new: u64) -> String {
    let (old, new) = (size(old), size(new));
    if old == new { new } else { format!("{old} → {new}") }
}

/// `999 bytes`, `1.2 kB`, `678 kB`, `1.4 MB`
fn size(bytes: u64) -> String {
    let unit = |unit: u64, name: &str| match bytes / unit {
        0..10 => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        whole => format!("{} {name}", grouped(whole)),
    };
    match bytes {
        0..1_000 => count_of(usize::try_from(bytes).unwrap_or(usize::MAX), "byte"),
        1_000..1_000_000 => unit(1_000, "kB"),
        _ => unit(1_000_000, "MB"),
    }
}

#[cfg(test)]
mod tests;
