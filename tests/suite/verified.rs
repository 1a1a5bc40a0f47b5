//! `docs/what-is-verified.md` names every field that lies between review and apply, and a test that exists.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where the types are that lie between review and apply, and which.
const TYPES: &[(&str, &[&str])] = &[
    ("src/plan.rs", &["Plan", "Change", "Step", "Watch", "AttributeDiff", "Note"]),
    ("src/plan/blob.rs", &["Blob"]),
    ("src/bundle.rs", &["Envelope"]),
    ("src/render.rs", &["Extra", "NotAllowed"]),
    ("src/github/artifact.rs", &["Artifact"]),
    ("src/github/check_run.rs", &["CheckRun"]),
    ("src/github/comment.rs", &["Comment"]),
    ("src/github/provenance/answer.rs", &["WorkflowRun", "Review"]),
    ("src/github/event.rs", &["PullRequest", "Push", "MergeGroup"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// `Type.field` of each field of a type, as its source declares them.
fn fields(source: &str, name: &str) -> Vec<String> {
    let start = [format!("struct {name} {{\n"), format!("struct {name}<'a> {{\n")];
    let at = start.iter().find_map(|start| source.split_once(start.as_str())).expect(name);
    let body = at.1.split("\n}\n").next().expect("a body");
    let declared = body.lines().filter_map(|line| {
        let line = line.strip_prefix("    ")?;
        let line = line.strip_prefix("pub(crate) ").or(line.strip_prefix("pub ")).unwrap_or(line);
        let (field, _) = line.split_once(':')?;
        field.chars().all(|c| c.is_ascii_lowercase() || c == '_').then(|| format!("{name}.{field}"))
    });
    declared.collect()
}

/// The first and the last cell of each row of the page's tables.
fn rows(page: &str) -> Vec<(String, String)> {
    let cell = |text: &str| text.trim().trim_matches('`').to_owned();
    let row = |line: &str| {
        let cells: Vec<&str> = line.strip_prefix('|')?.strip_suffix('|')?.split(" | ").collect();
        assert_eq!(cells.len(), 4, "{line}");
        Some((cell(cells[0]), cell(cells[3])))
    };
    page.lines().filter(|line| line.starts_with("| `")).filter_map(row).collect()
}

/// Every source of the tests.
fn sources() -> Vec<PathBuf> {
    let (mut folders, mut found) = (vec![root().join("src"), root().join("tests")], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    found.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    found
}

#[test]
fn the_page_on_what_is_verified_has_each_field_and_a_test_for_it() {
    let rows = rows(&read(&root().join("docs/what-is-verified.md")));
    let said: BTreeSet<&str> = rows.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(said.len(), rows.len(), "a field has two rows");
    let declared: BTreeSet<String> = TYPES
        .iter()
        .flat_map(|(path, names)| {
            let source = read(&root().join(path));
            names.iter().flat_map(move |name| fields(&source, name)).collect::<Vec<_>>()
        })
        .collect();
    assert!(declared.len() > 60, "{declared:?}");
    let lacking: Vec<&String> = declared.iter().filter(|field| !said.contains(field.as_str())).collect();
    assert!(lacking.is_empty(), "no row says what is verified of {lacking:?}");
    let strange: Vec<&&str> = said.iter().filter(|field| !declared.contains(**field)).collect();
    assert!(strange.is_empty(), "no such fields: {strange:?}");
    let code: String = sources().iter().map(|path| read(path)).collect();
    for (field, test) in &rows {
        assert!(code.contains(&format!("fn {test}(")), "{field}: there is no test {test}");
    }
}
