//! Pages that follow from the code: every option of every command, every field of the manifest, and the index of findings.
//!
//! `UPDATE_GOLDEN=1` writes them; look at the difference before committing it.

mod commands;
mod fields;

use super::{read, root};
use crate::planner::expect;

/// Compares what stands between two marks of a page with what is made, or writes it.
fn check(page: &str, begin: &str, end: &str, made: &str) {
    let text = read(page);
    let begin = format!("<!-- {begin} -->\n");
    let end = format!("<!-- {end} -->\n");
    let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("{page} has no {begin}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{page} has no {end}"));
    expect(&root().join(page), &format!("{before}{begin}\n{made}\n{end}{after}"));
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

#[test]
fn the_page_about_commands_has_every_option() {
    check("docs/commands.md", "commands: written by a test from src/cli.rs", "end of commands", &commands::page());
}

#[test]
fn the_page_about_the_manifest_has_every_field() {
    check("docs/reference.md", "fields: written by a test from the schema", "end of fields", &fields::page());
}

/// Its first comment says what a finding is about.
#[test]
fn the_index_has_every_finding() {
    let entries = std::fs::read_dir(root().join("findings")).expect("the findings");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect();
    names.sort();
    let row = |name: &String| {
        let text = read(&format!("findings/{name}"));
        let about = text.lines().nth(1).and_then(|line| line.strip_prefix("# "));
        let about = about.unwrap_or_else(|| panic!("findings/{name} does not say in its second line what it is about"));
        let address = format!("https://github.com/org/serverless-app-action/blob/main/findings/{name}");
        format!("| [{}]({address}) | {} |\n", name.trim_end_matches(".sh"), cell(about))
    };
    let rows: String = names.iter().map(row).collect();
    check(
        "docs/findings.md",
        "findings: written by a test from their first lines",
        "end of findings",
        &format!("| finding | what it shows |\n| --- | --- |\n{rows}"),
    );
}
