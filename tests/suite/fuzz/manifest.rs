//! Manifests that somebody has spoilt.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;
use serverless_app::manifest::lower::{Sources, lower};
use serverless_app::manifest::problem::Problems;
use serverless_app::manifest::read::{app_name, deny, read, stages};
use serverless_app::name::{Owner, Site, Stage};
use serverless_app::package::Package;

use super::mutate::{Edit, edited, edits};
use super::{config, quickly};

/// Every manifest that there is in the repository, with the definition that some of them name.
fn corpus() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders =
        std::fs::read_dir(root.join("fixtures/plan")).expect("fixtures").map(|entry| entry.expect("one").path());
    let files = folders.flat_map(|folder| ["before.toml", "after.toml"].map(|name| folder.join(name)));
    let files = files.chain([root.join("serverless-app.toml")]);
    let mut texts: Vec<String> = files.filter_map(|file| std::fs::read_to_string(file).ok()).collect();
    texts.push(format!("{}\n[stage.test]\ntags = {{ a = \"b\" }}\n[stage.test.table.more]\nhash_key = {{ name = \"k\", type = \"S\" }}\n", texts[0]));
    texts.sort();
    texts
}

fn site() -> Site {
    Site {
        account: "123456789012".parse().expect("an account"),
        region: "us-west-2".parse().expect("a region"),
        partition: "aws".into(),
        endpoint: Site::AWS.into(),
    }
}

/// As far as a plan goes without AWS.
fn lowered(text: &str, definition: &str) -> Result<(), Problems> {
    let stage: Stage = "test".parse().expect("a stage");
    assert!(stages(text).len() <= text.len() && app_name(text).is_none_or(|name| text.contains(name.as_str())));
    let denied = deny("m.toml", text, &stage);
    let source = read("m.toml", text, &stage)?;
    denied?;
    let packages = source.manifest.function.keys().map(|name| {
        (name.clone(), Package { zip: Vec::new().into(), sha256: "0".repeat(64), requirements: Vec::new() })
    });
    let packages = packages.collect();
    let files: BTreeMap<_, _> =
        source.manifest.files().into_iter().map(|file| (file, Ok(definition.to_owned()))).collect();
    let owner = Owner { app: source.manifest.app.name.clone(), stage };
    let sources = Sources { packages, files, ..Sources::default() };
    lower(&source, &owner, &site(), &sources).map(|_| ())
}

/// Each problem says where and what, in words.
fn assert_clear(problems: &Problems, texts: &[&str]) {
    assert!(!problems.0.is_empty());
    let longest = texts.iter().map(|text| text.matches('\n').count() + 1).max().unwrap_or(1);
    for problem in &problems.0 {
        assert!((1..=longest).contains(&problem.line) && problem.column >= 1, "{problem:?}");
        assert!(!problem.file.is_empty() && !problem.message.trim().is_empty(), "{problem:?}");
        for inner in ["expected struct", "expected enum", "untagged", "internal error", "tuple", "newtype", "panicked"]
        {
            assert!(!problem.message.contains(inner), "{problem:?} speaks of what only we know");
        }
    }
}

fn check(which: &Index, changes: &[Edit], definition: &[Edit]) {
    let corpus = corpus();
    let text = edited(which.get(&corpus).as_bytes(), changes);
    let text = String::from_utf8_lossy(&text).into_owned();
    let flow = edited(include_bytes!("../../../lambda/workflow.asl.json"), definition);
    let flow = String::from_utf8_lossy(&flow).into_owned();
    if let Err(problems) = quickly(|| lowered(&text, &flow)) {
        assert_clear(&problems, &[&text, &flow]);
    }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn any_manifest_is_read_or_has_problems_with_their_places(which: Index, changes in edits()) {
        check(&which, &changes, &[]);
    }

    #[test]
    fn any_definition_is_read_or_has_problems_with_their_places(which: Index, changes in edits()) {
        check(&which, &[], &changes);
    }

    #[test]
    fn any_text_at_all_is_no_manifest_with_a_reason(text: String) {
        if let Err(problems) = quickly(|| lowered(&text, "")) {
            assert_clear(&problems, &[&text]);
        }
    }
}
