//! The book and the front page: every page is found, every link leads somewhere, and what is shown is what is made.

mod examples;
mod links;
mod reference;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What people read: the pages of the book, and the documents beside it. Paths below the checkout.
pub fn documents() -> Vec<String> {
    let listed = |folder: &str| {
        let entries = std::fs::read_dir(root().join(folder)).expect("a folder");
        let paths = entries.map(|entry| PathBuf::from(folder).join(entry.expect("an entry").file_name()));
        paths.filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect::<Vec<_>>()
    };
    let mut all: Vec<String> =
        ["", "docs", ".github"].into_iter().flat_map(listed).map(|path| path.display().to_string()).collect();
    all.sort();
    assert!(all.contains(&"README.md".to_owned()) && all.len() > 40, "{all:?}");
    all
}

#[test]
fn the_summary_has_every_page_of_the_book_once() {
    let summary = read("docs/SUMMARY.md");
    let listed: Vec<&str> = summary.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    let unique: BTreeSet<&str> = listed.iter().copied().collect();
    assert_eq!(listed.len(), unique.len(), "a page stands twice in docs/SUMMARY.md");
    let pages: BTreeSet<String> =
        documents().iter().filter_map(|path| Some(path.strip_prefix("docs/")?.to_owned())).collect();
    let pages: BTreeSet<&str> = pages.iter().map(String::as_str).filter(|page| *page != "SUMMARY.md").collect();
    assert_eq!(unique, pages, "docs/SUMMARY.md has these pages, and docs has those");
}

#[test]
fn the_front_page_is_short_and_has_the_two_commands_of_a_checkout() {
    let readme = read("README.md");
    assert!(readme.lines().count() <= 150, "README.md is a front page: put it on a page of docs");
    for command in ["cargo run -- rehearse", "cargo test"] {
        assert!(readme.contains(&format!("\n```\n{command}\n```\n")), "README.md has no `{command}`");
    }
}

/// The text of an SVG, an element each, without marks and with single blanks.
fn texts(svg: &str) -> Vec<String> {
    let elements = svg.split("<text ").skip(1).filter_map(|rest| rest.split_once('>')?.1.split_once("</text>"));
    let plain = |text: &str| {
        let text: String = text
            .split('<')
            .enumerate()
            .map(|(at, part)| if at == 0 { part } else { part.split_once('>').map_or("", |(_, rest)| rest) })
            .collect();
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        text.trim_start_matches(['•', '▸']).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    elements.map(|(text, _)| plain(text)).collect()
}

#[test]
fn the_picture_of_a_comment_shows_what_a_comment_says() {
    let comment =
        read("fixtures/render/comment/dangerous.md").replace(['`', '*'], " ").replace("[!", " ").replace('|', " ");
    let squeezed =
        |text: &str| text.chars().filter(|c| !c.is_whitespace() && *c != '*').collect::<String>().to_lowercase();
    let comment = squeezed(&comment);
    let shown = texts(&read("docs/plan-comment.svg"));
    assert!(shown.len() > 20, "{shown:?}");
    for text in shown {
        assert!(
            comment.contains(&squeezed(&text)),
            "docs/plan-comment.svg shows what fixtures/render/comment/dangerous.md does not: {text}"
        );
    }
}

/// Blocks of TOML that are manifests, or parts of one, with the page that they stand on.
fn manifests() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for path in documents() {
        let text = read(&path);
        let blocks = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
        all.extend(
            blocks
                .filter(|block| block.contains('[') && block.contains('='))
                .map(|block| (path.clone(), block.to_owned())),
        );
    }
    assert!(all.len() > 20, "{}", all.len());
    all
}

/// A part of a manifest gets the head that it lacks. What stands in a section of another block may be left out of it.
#[test]
fn every_manifest_that_is_shown_has_fields_that_there_are() {
    let validator = jsonschema::validator_for(&serverless_app::manifest::schema()).expect("a schema");
    let mut wrong = Vec::new();
    for (path, block) in manifests() {
        let mut table: toml::Table = block.parse().unwrap_or_else(|error| panic!("{path}: {error}\n{block}"));
        let app = table.entry("app").or_insert_with(|| toml::Value::Table(toml::Table::new()));
        for (key, value) in [("name", "shop"), ("region", "us-west-2")] {
            let app = app.as_table_mut().unwrap_or_else(|| panic!("{path}: [app] is a table"));
            app.entry(key).or_insert_with(|| value.into());
        }
        let manifest = serde_json::to_value(table).expect("JSON");
        let errors = validator.iter_errors(&manifest).map(|error| error.to_string());
        let errors = errors.filter(|error| !error.contains("is a required property"));
        wrong.extend(errors.map(|error| format!("{path}: {error}\n{block}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
