//! The page about exit codes and reasons, against the lists that its tables are made of.
//!
//! `UPDATE_GOLDEN=1` writes them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Error;
use crate::reason::{Exit, OF_THE_ACTION, Reason};

const EXIT_CODES: &str = "| exit code | meaning |\n| --- | --- |\n";
const REASONS: &str = "| reason | exit code | what it means, and what to do |\n| --- | --- | --- |\n";

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors.md")
}

/// Every reason, with the exit codes that it comes with.
fn exits() -> BTreeMap<Reason, BTreeSet<Exit>> {
    let mut exits: BTreeMap<Reason, BTreeSet<Exit>> = BTreeMap::new();
    for (reason, exit) in Error::failures().into_iter().chain(OF_THE_ACTION) {
        exits.entry(reason).or_default().insert(exit);
    }
    exits
}

fn exit_table() -> String {
    let rows = Exit::ALL.iter().map(|exit| format!("| {} | {} |\n", exit.codes(), exit.meaning()));
    EXIT_CODES.to_owned() + &rows.collect::<String>()
}

fn reason_table() -> String {
    let exits = exits();
    let rows = Reason::ALL.iter().map(|reason| {
        let codes: Vec<String> = exits.get(reason).into_iter().flatten().map(|exit| exit.codes()).collect();
        format!("| `{reason}` | {} | {} |\n", codes.join(", "), reason.meaning())
    });
    REASONS.to_owned() + &rows.collect::<String>()
}

/// The text with this table, which begins with `head`, in the place of its own.
fn with(text: &str, head: &str, table: &str) -> String {
    let start = text.find(head).unwrap_or_else(|| panic!("docs/errors.md has no table {head:?}"));
    let end = text[start..].find("\n\n").map_or(text.len(), |end| start + end + 1);
    format!("{}{table}{}", &text[..start], &text[end..])
}

#[test]
fn the_page_about_errors_has_every_exit_code_and_every_reason_word_for_word() {
    let text = std::fs::read_to_string(page()).expect("the page");
    let written = with(&with(&text, EXIT_CODES, &exit_table()), REASONS, &reason_table());
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(page(), &written).expect("the page can be written");
        return;
    }
    for (number, (actual, wanted)) in text.lines().zip(written.lines()).enumerate() {
        assert_eq!(actual, wanted, "line {} of docs/errors.md (UPDATE_GOLDEN=1 renews its tables)", number + 1);
    }
    assert_eq!(text.lines().count(), written.lines().count());
}

#[test]
fn every_reason_is_some_failures_and_has_a_word_of_its_own() {
    let exits = exits();
    let words: BTreeSet<&str> = Reason::ALL.iter().map(|reason| reason.word()).collect();
    assert_eq!(words.len(), Reason::ALL.len());
    for reason in Reason::ALL {
        assert!(exits.contains_key(reason), "nothing fails with `{reason}`");
        let word = reason.word();
        assert!(word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{word}");
    }
}

#[test]
fn a_fault_of_the_program_itself_is_no_wrong_usage() {
    let error = Error::Internal("packaging was interrupted".into());
    assert_eq!((error.reason().word(), error.exit_code()), ("internal", 1));
    assert!(error.to_string().contains("report it"));
}

#[test]
fn exit_codes_are_as_they_have_always_been() {
    let codes = Exit::ALL.map(|exit| exit.codes());
    assert_eq!(codes, ["0", "1", "2", "3", "4", "5", "6", "7", "64", "130, 143"]);
    assert_eq!([2, 15, 200].map(|signal| Error::Stopped(signal).exit_code()), [130, 143, u8::MAX]);
}
