//! What the repository holds, out of a clone of it: files at a commit, as GitHub shows them.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Answer, contract};

/// What GitHub puts into an answer itself; more is to be had as a blob alone.
const INLINE: usize = 1024 * 1024;

/// A path at a ref: the two ways of not being there differ in their words alone.
pub fn contents(clone: &Option<PathBuf>, method: &str, path: &str, file: &str, at: &str) -> Answer {
    let Some(clone) = clone else { return Answer::error(404, "Not Found") };
    let file = percent_encoding::percent_decode_str(file).decode_utf8_lossy();
    if git(clone, &["cat-file", "-e", &format!("{at}^{{commit}}")]).is_none() {
        return Answer::error(404, &format!("No commit found for the ref {at}"));
    }
    let Some(entry) = git(clone, &["ls-tree", "--full-tree", at, "--", &file]).filter(|entry| !entry.is_empty()) else {
        return Answer::error(404, "Not Found");
    };
    let entry = String::from_utf8(entry).expect("a line");
    let [_, kind, rest] = entry.splitn(3, ' ').collect::<Vec<_>>()[..] else { panic!("{entry}") };
    if kind == "tree" {
        return Answer::json(200, &json!([]));
    }
    let sha = rest.split('\t').next().expect("a digest");
    let bytes = git(clone, &["cat-file", "blob", sha]).expect("a blob");
    let (content, encoding) = if bytes.len() > INLINE { (String::new(), "none") } else { (lines(&bytes), "base64") };
    let name = file.rsplit('/').next();
    let found = json!({"type": "file", "name": name, "path": file, "sha": sha, "size": bytes.len(),
        "content": content, "encoding": encoding});
    Answer::json(200, &contract::filled(method, path, found))
}

/// A blob by its digest.
pub fn blob(clone: &Option<PathBuf>, sha: &str) -> Option<Value> {
    let bytes = git(clone.as_ref()?, &["cat-file", "blob", sha])?;
    Some(json!({"sha": sha, "size": bytes.len(), "content": lines(&bytes), "encoding": "base64"}))
}

/// A commit by its digest.
pub fn commit(clone: &Option<PathBuf>, sha: &str) -> Option<Value> {
    git(clone.as_ref()?, &["cat-file", "-e", &format!("{sha}^{{commit}}")])?;
    Some(json!({"sha": sha, "parents": []}))
}

/// Base64 as GitHub sends it: a line break after every 60 digits and at the end.
fn lines(bytes: &[u8]) -> String {
    let digits = STANDARD.encode(bytes);
    digits.as_bytes().chunks(60).map(|line| format!("{}\n", String::from_utf8_lossy(line))).collect()
}

fn git(clone: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let mut command = Command::new("git");
    command.current_dir(clone).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.output().expect("git");
    output.status.success().then_some(output.stdout)
}
