//! `docs/style.md` has words that users do not read. They stand in no message, no help, no document, no workflow and no rendering.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::walls::source;

/// Whose documentation comments are help.
const HELP: &str = "src/cli";

/// What renderings say is kept by golden files of their own.
const RENDERED: &[&str] = &[];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The words of the style's first table.
fn words() -> Vec<String> {
    let style = std::fs::read_to_string(root().join("docs/style.md")).expect("the style");
    let table = style.split("| not | but |\n| --- | --- |\n").nth(1).expect("a table").split("\n\n").next();
    let rows = table.expect("rows").lines().filter_map(|row| row.split('|').nth(1));
    rows.flat_map(|words| words.split(',').map(|word| word.trim().to_owned()).collect::<Vec<_>>()).collect()
}

/// Those words that stand in a text, whatever their case. What stands in braces is filled in.
fn found(text: &str, words: &[String]) -> BTreeSet<String> {
    let mut plain = String::new();
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            _ if c.is_alphanumeric() || c == '-' || c == '_' || c == '\'' => plain.extend(c.to_lowercase()),
            _ => plain.push(' '),
        }
    }
    let plain = format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "));
    words.iter().filter(|word| plain.contains(&format!(" {word} "))).cloned().collect()
}

/// The texts of a file's code: its strings; of help, its documentation comments too.
fn texts(tokens: TokenStream, with_docs: bool, into: &mut Vec<(usize, String)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => {
                let inside = group.stream();
                let first = inside.clone().into_iter().next();
                let is_doc = matches!(first, Some(TokenTree::Ident(word)) if word == "doc");
                let is_attribute = group.delimiter() == Delimiter::Bracket
                    && at.checked_sub(1).is_some_and(|before| matches!(tokens[before].to_string().as_str(), "#" | "!"));
                if !(is_doc && is_attribute) || with_docs {
                    texts(inside, with_docs, into);
                }
            }
            TokenTree::Literal(literal) => {
                if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                    into.push((literal.span().start().line, text.value()));
                }
            }
            _ => {}
        }
    }
}

fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![root().join(folder)]);
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn below(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn is_rendered(path: &str) -> bool {
    RENDERED.iter().any(|folder| path.starts_with(folder))
}

/// What an editor shows of the manifest's schema.
#[test]
fn no_hint_of_an_editor_has_a_word_that_users_do_not_read() {
    let schema = serde_json::to_string_pretty(&serverless_app::manifest::schema()).expect("JSON");
    let hints = schema.lines().filter(|line| line.trim_start().starts_with("\"description\":"));
    let words = words();
    let wrong: Vec<String> = hints.filter(|hint| !found(hint, &words).is_empty()).map(str::to_owned).collect();
    assert!(schema.contains("\"description\":") && wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_string_of_the_program_has_a_word_that_users_do_not_read() {
    let words = words();
    let mut wrong = Vec::new();
    for file in source::program().iter().filter(|file| !is_rendered(&file.path)) {
        let tokens: TokenStream = file.product().parse().unwrap_or_else(|error| panic!("{}: {error}", file.path));
        let mut all = Vec::new();
        texts(tokens, file.path.starts_with(HELP), &mut all);
        for (line, text) in all {
            wrong.extend(found(&text, &words).into_iter().map(|word| format!("{}:{line}: {word}", file.path)));
        }
    }
    assert!(wrong.is_empty(), "docs/style.md has other words for these:\n{}", wrong.join("\n"));
}

#[test]
fn no_document_workflow_or_rendering_has_a_word_that_users_do_not_read() {
    let words = words();
    let mut all = vec![root().join("README.md"), root().join("action.yml"), root().join("serverless-app.toml")];
    for (folder, endings) in [
        ("docs", ["md"].as_slice()),
        ("src/commands/init", &["yml"]),
        ("fixtures/render", &["md", "txt"]),
        ("fixtures/manifest", &["txt"]),
    ] {
        let found = files(folder, endings);
        assert!(!found.is_empty(), "{folder}");
        all.extend(found.into_iter().filter(|path| !is_rendered(&below(path))));
    }
    let mut wrong = Vec::new();
    for path in all.iter().filter(|path| !path.ends_with("docs/style.md")) {
        let text = std::fs::read_to_string(path).expect("a text");
        for (number, line) in text.lines().enumerate() {
            let place = format!("{}:{}", below(path), number + 1);
            wrong.extend(found(line, &words).into_iter().map(|word| format!("{place}: {word}")));
        }
    }
    assert!(wrong.is_empty(), "docs/style.md has other words for these:\n{}", wrong.join("\n"));
}

#[test]
fn words_are_found_in_every_case_and_inside_no_other_word() {
    let words = words();
    assert!(words.len() >= 9 && words.contains(&"second door".to_owned()), "{words:?}");
    assert_eq!(
        found("Use the Second\n door; it is Told", &words).into_iter().collect::<Vec<_>>(),
        ["second door", "told"]
    );
    assert!(found("{told} foretold, hotels, second-door", &words).is_empty());
    let mut all = Vec::new();
    let code = "/// told\n#[error(\"it is told\")]\nconst A: &str = concat!(\"anew\");";
    texts(code.parse().unwrap(), false, &mut all);
    assert_eq!(
        all.iter().map(|(line, text)| (*line, text.as_str())).collect::<Vec<_>>(),
        [(2, "it is told"), (3, "anew")]
    );
    texts(code.parse().unwrap(), true, &mut all);
    assert_eq!(all.len(), 5);
}
