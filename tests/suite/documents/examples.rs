//! Apps to start from: each is sound at each of its stages, passes its own tests, and is found. `.ci/run examples` rehearses them.

use std::path::PathBuf;
use std::process::Command;

use serverless_app::manifest::read::stages;

use super::{read, root};
use crate::support::command::Cli;

/// Their names.
fn examples() -> Vec<String> {
    let entries = std::fs::read_dir(root().join("examples")).expect("the examples");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect();
    names.sort();
    assert!(["api", "minimal", "two-stages"].iter().all(|name| names.iter().any(|known| known == name)), "{names:?}");
    names
}

#[test]
fn every_example_is_sound_at_each_of_its_stages() {
    for name in examples() {
        let manifest = format!("examples/{name}/serverless-app.toml");
        let declared = stages(&read(&manifest));
        let all = if declared.is_empty() { vec!["production".to_owned()] } else { declared };
        for stage in all {
            let ran =
                Cli::new(&["check", "--offline", "--manifest", &manifest, "--stage", &stage]).folder(root()).run();
            assert_eq!(ran.code, Some(0), "{name} at {stage}: {}", ran.stderr);
            assert!(ran.stdout.starts_with("The manifest is sound"), "{name} at {stage}: {}", ran.stdout);
        }
    }
}

#[test]
fn every_example_is_named_on_the_front_page_and_says_how_it_is_rehearsed() {
    let readme = read("README.md");
    for name in examples() {
        assert!(readme.contains(&format!("(examples/{name})")), "README.md does not name examples/{name}");
        let manifest = format!("examples/{name}/serverless-app.toml");
        let command = format!("serverless-app rehearse --manifest {manifest}");
        assert!(read(&manifest).contains(&command), "{manifest} does not say how it is rehearsed");
    }
}

#[test]
fn the_examples_pass_their_own_tests() {
    let files = walkdir::WalkDir::new(root().join("examples")).into_iter().map(|entry| entry.expect("an entry"));
    let folders: Vec<PathBuf> = files
        .filter(|entry| entry.file_name() == "test_main.py")
        .filter_map(|entry| entry.path().parent().map(PathBuf::from))
        .collect();
    assert!(folders.len() >= 2, "{folders:?}");
    for folder in folders {
        let mut command = Command::new("python3");
        command.current_dir(&folder).env_clear().env("PYTHONDONTWRITEBYTECODE", "1").args(["-m", "unittest"]);
        command.envs(std::env::vars_os().filter(|(name, _)| name == "PATH"));
        let output = command.output().expect("python3 starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("\nOK"), "{}: {said}", folder.display());
    }
}
