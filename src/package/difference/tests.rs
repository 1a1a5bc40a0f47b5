use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::package::LineCount;

/// A function's folder with these files.
fn function(files: &[(&str, &[u8])]) -> (tempfile::TempDir, FunctionSource) {
    let root = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = root.path().join("app").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let source = FunctionSource {
        root: root.path().to_owned(),
        folder: "app".into(),
        runtime: "python3.12".into(),
        handler: "main.handler".into(),
        exclude: vec!["tests".into()],
        ..FunctionSource::default()
    };
    (root, source)
}

fn lines(added: usize, removed: usize) -> Option<LineCount> {
    Some(LineCount { added, removed, at_most: false })
}

fn found(path: &str, action: FileAction, lines: Option<LineCount>, sizes: (u64, u64)) -> FileChange {
    FileChange { path: path.into(), action, lines, sizes, executable: None }
}

#[test]
fn files_that_go_into_the_zip_are_compared_one_by_one_and_no_others() {
    let (_old, old) = function(&[
        ("main.py", b"a\nb\nc\n"),
        ("same.py", b"x"),
        ("logo.png", b"\x89PNG\0old"),
        ("gone.py", b"1\n2\n"),
        ("tests/t.py", b"1"),
        ("requirements.txt", b"requests"),
        ("__pycache__/main.pyc", b"1"),
    ]);
    let (_new, new) = function(&[
        ("main.py", b"a\nB\nc\nd\n"),
        ("same.py", b"x"),
        ("logo.png", b"\x89PNG\0newer"),
        ("lib/new.py", b"1\n"),
        ("tests/t.py", b"2"),
        ("requirements.txt", b"flask"),
        ("__pycache__/main.pyc", b"2"),
    ]);
    let expected = [
        found("gone.py", FileAction::Removed, lines(0, 2), (4, 0)),
        found("lib/new.py", FileAction::Added, lines(1, 0), (0, 2)),
        found("logo.png", FileAction::Changed, None, (8, 10)),
        found("main.py", FileAction::Changed, lines(2, 1), (6, 8)),
    ];
    let all = files(Some(&old), &new).unwrap();
    assert_eq!((&all.first[..], all.more), (&expected[..], 0));
    assert!(files(Some(&new), &new).unwrap().is_empty());
}

#[test]
fn a_new_function_has_new_files_and_their_number_is_bounded() {
    let names: Vec<String> = (0..25).map(|n| format!("f{n:02}.py")).collect();
    let all: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"1\n"[..])).collect();
    let (_root, new) = function(&all);
    let listed = files(None, &new).unwrap();
    assert_eq!((listed.first.len(), listed.more), (Listed::<FileChange>::MOST, 5));
    assert!(listed.first.iter().all(|file| file.action == FileAction::Added && file.lines == lines(1, 0)));
}

#[test]
fn a_file_that_can_be_executed_from_now_on_is_another_one() {
    let (_old, old) = function(&[("bootstrap", b"#!/bin/sh\n")]);
    let (_new, new) = function(&[("bootstrap", b"#!/bin/sh\n")]);
    let path = new.root.join("app/bootstrap");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    let all = files(Some(&old), &new).unwrap();
    let expected =
        FileChange { executable: Some(true), ..found("bootstrap", FileAction::Changed, lines(0, 0), (10, 10)) };
    assert_eq!(all.first, [expected]);
}

#[test]
fn packages_come_go_and_change_and_the_same_version_may_be_another_wheel() {
    let package = |name: &str, version: &str, sha256: &str| Requirement {
        name: name.into(),
        version: version.into(),
        sha256: sha256.into(),
    };
    let old = [package("a", "1", "x"), package("b", "1", "x"), package("c", "1", "x"), package("d", "1", "x")];
    let new = [package("b", "2", "y"), package("c", "1", "y"), package("d", "1", "x"), package("e", "3", "x")];
    let change = |name: &str, old: Option<&str>, new: Option<&str>| PackageChange {
        name: name.into(),
        old: old.map(str::to_owned),
        new: new.map(str::to_owned),
    };
    let expected = [
        change("a", Some("1"), None),
        change("b", Some("1"), Some("2")),
        change("c", Some("1"), Some("1")),
        change("e", None, Some("3")),
    ];
    assert_eq!(packages(&old, &new).first, expected);
    assert!(packages(&new, &new).is_empty());
}
