//! Imports point one way, and what is pure stays so.

use std::path::{Path, PathBuf};

/// The sources of a module: its file and its folder, without tests of their own.
fn sources(module: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = vec![root.join(format!("{module}.rs"))];
    let mut folders = vec![root.join(module)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.expect("an entry").path()) {
            match path.is_dir() {
                true => folders.push(path),
                false => paths.push(path),
            }
        }
    }
    paths.retain(|path| {
        path.exists()
            && path.extension().is_some_and(|e| e == "rs")
            && !path.ends_with("tests.rs")
            && !path.ends_with("golden.rs")
    });
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a source");
        let product = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
        (path, product)
    };
    paths.into_iter().map(read).collect()
}

/// Each module, and what must not occur in it.
const WALLS: &[(&str, &[&str])] = &[
    (
        "plan",
        &[
            "tokio",
            "std::fs",
            "std::env",
            "SystemTime",
            "Instant",
            "crate::commands",
            "crate::apply",
            "crate::github",
            "async fn",
        ],
    ),
    ("apply", &["crate::manifest", "crate::commands", "crate::github", "crate::render", "crate::package"]),
    ("render", &["crate::manifest", "crate::commands", "crate::github", "crate::bundle", "std::fs", "tokio"]),
    ("manifest", &["crate::commands", "crate::apply", "crate::github", "crate::render", "tokio", "async fn"]),
    ("aws", &["crate::commands", "crate::apply", "crate::github", "crate::render", "crate::package"]),
    ("github", &["crate::commands", "crate::apply", "crate::manifest", "crate::aws"]),
    ("bootstrap", &["tokio", "std::fs", "std::env", "crate::commands", "crate::apply", "crate::github", "async fn"]),
    ("policy", &["tokio", "std::fs", "std::env", "crate::commands", "crate::apply", "crate::github", "async fn"]),
];

#[test]
fn imports_point_one_way() {
    for (module, forbidden) in WALLS {
        let sources = sources(module);
        assert!(!sources.is_empty());
        for (path, text) in sources {
            let found = forbidden.iter().find(|word| text.contains(**word));
            assert_eq!(found, None, "{} must not use it", path.display());
        }
    }
}

/// All sources without tests of their own, by their path below `src`.
pub fn all_sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let relative = |path: PathBuf| path.strip_prefix(&root).expect("a source").display().to_string();
    sources(".").into_iter().map(|(path, text)| (relative(path), text)).collect()
}

#[test]
fn one_module_starts_other_programs() {
    let sources = all_sources();
    assert!(sources.len() > 200, "{}", sources.len());
    for (path, text) in sources {
        let found =
            ["Command::new", "process::Command::", "posix_spawn", "execvp"].iter().find(|word| text.contains(**word));
        assert_eq!(found.is_some(), path == "child.rs", "{path} starts {found:?}; src/child.rs does that");
    }
}

/// A runner takes some lines for commands, so what is printed passes one module.
#[test]
fn one_module_prints() {
    let words =
        ["print!(", "println!(", "dbg!(", "io::stdout", "io::stderr", "anstream", ".print()", ".exit()", "Cli::parse("];
    for (path, text) in all_sources() {
        let found: Vec<&&str> = words.iter().filter(|word| text.contains(**word)).collect();
        let prints = path == "github/runner/print.rs";
        assert_eq!(!found.is_empty(), prints, "{path} prints by {found:?}; src/github/runner/print.rs does that");
    }
}

#[test]
fn no_file_is_longer_than_500_lines() {
    for module in ["aws", "apply", "commands", "emulator", "github", "manifest", "package", "plan", "policy", "render"]
    {
        for (path, _) in sources(module) {
            let lines = std::fs::read_to_string(&path).expect("a source").lines().count();
            assert!(lines <= 500, "{} has {lines} lines", path.display());
        }
    }
}
