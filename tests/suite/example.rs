//! The example function in `lambda/`: its own tests, its lock, and the zip that it becomes.

use serde_json::Value;
use serverless_app::package::{self, Architecture, Cache, FunctionSource, LockOutcome};
use std::fs;
use std::path::Path;
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn cache() -> Cache {
    Cache::own(Path::new(env!("CARGO_TARGET_TMPDIR")).join("package"))
}

fn source(root: &Path) -> FunctionSource {
    FunctionSource {
        root: root.to_owned(),
        folder: "lambda".to_owned(),
        runtime: "python3.11".to_owned(),
        architecture: Architecture::X86_64,
        handler: "main.handler".to_owned(),
        exclude: vec!["test_*.py".to_owned(), "*.asl.json".to_owned()],
        has_layers: false,
        build: None,
        layer: None,
    }
}

/// Runs python3 apart from whatever this machine has installed or configured; returns what it printed.
fn python(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("python3");
    command.current_dir(folder).env_clear().env("PYTHONDONTWRITEBYTECODE", "1").args(arguments);
    command.envs(std::env::vars_os().filter(|(name, _)| name == "PATH"));
    let output = command.output().expect("python3 starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    format!("{}{stderr}", String::from_utf8_lossy(&output.stdout))
}

#[test]
fn the_handler_passes_its_own_tests() {
    let report = python(&root().join("lambda"), &["-m", "unittest", "--verbose"]);
    assert!(report.contains("Ran ") && !report.contains("Ran 0 tests"), "{report}");
}

#[test]
fn the_lock_is_what_lock_writes() {
    let copy = tempfile::tempdir().unwrap();
    let folder = copy.path().join("lambda");
    fs::create_dir(&folder).unwrap();
    for name in ["requirements.txt", "pylock.toml"] {
        fs::copy(root().join("lambda").join(name), folder.join(name)).unwrap();
    }
    // Only what requirements.txt pins stays the same for ever: the newest versions of the rest are not ours to know.
    let report = package::lock(&source(copy.path()), &cache()).unwrap();
    assert_ne!(report.outcome, LockOutcome::NothingToLock);
    let names: Vec<&str> = report.requirements.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["aws-lambda-powertools", "jmespath", "typing-extensions"]);
    let lock = fs::read_to_string(folder.join("pylock.toml")).unwrap();
    assert!(lock.contains("url = \"https://") && lock.contains("size = ") && !lock.contains('@'), "{lock}");
    let again = package::lock(&source(copy.path()), &cache()).unwrap();
    assert_eq!(again.outcome, LockOutcome::Unchanged);
}

/// Imports the handler from the zip, with stand-ins for boto3 only, and stores one item.
const USE_ZIP: &str = r#"
import sys, types
from unittest.mock import MagicMock
boto3 = types.ModuleType("boto3")
boto3.resource, boto3.client = MagicMock(), MagicMock()
sys.modules["boto3"] = boto3
sys.path.insert(0, sys.argv[1])
import os
os.environ["DYNAMODB_TABLE"] = "items"
import main
print(main.handler({"body": '{"id": "a", "data": 1.5}'}, None)["statusCode"])
print(boto3.resource.return_value.Table.return_value.put_item.call_args.kwargs["Item"]["data"])
"#;

#[test]
fn the_zip_is_small_reproducible_and_runs() {
    let source = source(root());
    let package = package::build(&source, &cache()).unwrap();
    assert!(package.zip.size() < 3_000_000, "{} bytes", package.zip.size());
    assert_eq!(package::build(&source, &cache()).unwrap().sha256, package.sha256);

    let unpacked = tempfile::tempdir().unwrap();
    let zip = unpacked.path().join("function.zip");
    package.zip.write(&zip).unwrap();
    let output = python(unpacked.path(), &["-S", "-c", USE_ZIP, &zip.display().to_string()]);
    assert!(output.contains("item stored"), "no structured log in: {output}");
    assert!(output.contains("200\n1.5\n"), "{output}");
}

#[test]
fn the_workflow_s_states_all_exist_and_it_calls_the_function() {
    let text = fs::read_to_string(root().join("lambda/workflow.asl.json")).unwrap();
    assert!(text.contains("\"${function.api-handler.arn}\""));
    let workflow: Value = serde_json::from_str(&text).unwrap();
    let states = workflow["States"].as_object().unwrap();
    let mut targets = vec![&workflow["StartAt"]];
    collect(&workflow["States"], &mut targets);
    assert!(targets.len() > 4);
    for target in targets {
        assert!(states.contains_key(target.as_str().unwrap()), "{target}");
    }
}

/// Every `Next` and `Default`, at any depth.
fn collect<'a>(value: &'a Value, into: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => {
            into.extend(fields.get("Next").into_iter().chain(fields.get("Default")));
            fields.values().for_each(|field| collect(field, into));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        _ => {}
    }
}
