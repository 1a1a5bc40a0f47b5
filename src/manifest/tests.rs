//! Every way in which a manifest can be wrong, as it is reported.
//!
//! `UPDATE_GOLDEN=1 cargo test manifest` writes `fixtures/manifest/broken.txt`; its diff is then what to review.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::aws::config::RecorderOwner;
use crate::aws::test_support::test_id;
use crate::manifest::Manifest;
use crate::manifest::lower::{LayerCode, Sources, lower};
use crate::manifest::read::read;
use crate::package::{Package, static_files};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/manifest").join(name)
}

/// The text of a fixture, in which `<300 x>` stands for a word of 300 letters.
fn text(name: &str) -> Result<String, String> {
    let raw = std::fs::read_to_string(fixture(name)).map_err(|_| "there is no such file".to_owned())?;
    let mut parts = raw.split('<');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let word = part.split_once('>').and_then(|(word, rest)| Some((word.split_once(' ')?, rest)));
        match word.and_then(|((count, letter), rest)| Some((letter.repeat(count.parse().ok()?), rest))) {
            Some((word, rest)) => text.push_str(&format!("{word}{rest}")),
            None => text.push_str(&format!("<{part}")),
        }
    }
    Ok(text)
}

#[test]
fn every_problem_of_a_manifest_is_reported_with_its_place_and_help_as_the_golden_file_says() {
    let id = test_id(crate::aws::Kind::Function, "any");
    let source = read("serverless-app.toml", &text("broken.toml").unwrap(), &id.owner.stage).expect("a manifest");
    let package = Package { zip: Vec::new().into(), sha256: "0".repeat(64), requirements: Vec::new() };
    let packaged = source.manifest.function.keys().filter(|name| name.as_str() != "unpacked");
    let packages: BTreeMap<_, _> = packaged.map(|name| (name.clone(), package.clone())).collect();
    let layers = source.manifest.layer.keys().filter(|name| name.as_str() != "unpacked");
    let layers = layers.map(|name| (name.clone(), Ok(LayerCode { package: package.clone(), built_from: None })));
    let layers = layers.collect();
    let files = source.manifest.files().into_iter().map(|file| (file.clone(), text(&file))).collect();
    let (recorder, api_logging) = (RecorderOwner::OnlyChannel, Some(false));
    let folders = source.manifest.folders().into_iter();
    let folders = folders.map(|(name, folder)| (name, static_files(&fixture(""), &folder))).collect();
    let sources = Sources { packages, layers, recorder, api_logging, files, folders, ..Sources::default() };
    let problems = lower(&source, &id.owner, &id.site, &sources).expect_err("it has problems");
    let actual: String = problems.0.into_iter().map(|problem| format!("{}\n", problem.without_excerpt())).collect();
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(fixture("broken.txt"), &actual).unwrap();
    }
    let expected = std::fs::read_to_string(fixture("broken.txt")).unwrap_or_default();
    for (number, (expected, actual)) in expected.lines().zip(actual.lines()).enumerate() {
        assert_eq!(actual, expected, "line {} of fixtures/manifest/broken.txt (UPDATE_GOLDEN=1 renews it)", number + 1);
    }
    assert_eq!(actual.lines().count(), expected.lines().count());
}

/// The product files of this module, with their texts.
fn sources() -> Vec<(PathBuf, String)> {
    let (mut found, mut open) = (Vec::new(), vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/manifest")]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if !path.ends_with("tests.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
                found.push((path, product));
            }
        }
    }
    found
}

/// The places where a text holds the path of a value, put together by hand: a section or another path, then a key.
fn paths_by_hand(text: &str) -> usize {
    let sections = Manifest::SECTIONS.iter().chain(&["app", "compliance", "outputs", "stage"]);
    let starts = sections.map(|section| format!("\"{section}."));
    let paths = ["path", "at", "here", "place"].map(|path| format!("\"{{{path}}}"));
    let starts = starts.chain(paths.iter().flat_map(|path| [format!("{path}."), format!("{path}[")]));
    starts.map(|start| text.matches(&start).count()).sum()
}

#[test]
fn no_path_in_the_manifest_is_put_together_by_hand() {
    assert_eq!(paths_by_hand("format!(\"{path}.name\"), format!(\"table.{name}\"), format!(\"{at}[{index}]\")"), 3);
    let sources = sources();
    assert!(sources.iter().any(|(path, _)| path.ends_with("function/check.rs")));
    for (path, text) in sources {
        assert_eq!(paths_by_hand(&text), 0, "{}: a cursor gives the path (`here.at(\"key\")`)", path.display());
    }
}
