//! What tests write into their folders, and read of a bundle there.

use std::fs;
use std::io::{Cursor, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use serverless_app::canonical::Sha;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Writes a file, and makes the folders above it.
pub fn write(folder: &Path, path: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, bytes).expect("a file");
}

/// Writes a program.
pub fn executable(path: &Path, text: &str) {
    fs::write(path, text).expect("a program");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program");
}

/// Runs git in a folder, as somebody and with nobody's settings; gives what it prints.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Somebody").env(format!("GIT_{role}_EMAIL"), "some@example.org");
    }
    let output = command.output().expect("git");
    assert!(output.status.success(), "git {arguments:?}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A zip of one file.
pub fn zip(path: &str, text: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(path, SimpleFileOptions::default()).expect("an entry");
    zip.write_all(text.as_bytes()).expect("its bytes");
    zip.finish().expect("a zip").into_inner()
}

/// The plan in a bundle's folder.
pub fn plan(bundle: &Path) -> Value {
    serde_json::from_slice(&fs::read(bundle.join("plan.json")).expect("a plan")).expect("JSON")
}

/// Its id, as `sha256sum` would tell it.
pub fn plan_id(bundle: &Path) -> String {
    Sha::of(&fs::read(bundle.join("plan.json")).expect("a plan")).to_string()
}
