//! `requirements.lock`, which earlier releases have written in pip's `--require-hashes` format: the wheels' hashes and no
//! address, so that each is looked for on the index.
//!
//! ```text
//! # Written by `serverless-app lock`; do not edit.
//! # runtime: python3.11
//! # architecture: x86_64
//! # requirements.txt: sha256:…
//! jmespath==1.1.0 \
//!     --hash=sha256:…
//! ```

use super::super::folder::LOCK;
use super::{Lock, Locked, PackageError, Requirement, TITLE, is_digest, is_plain};

pub(super) fn parse(folder: &str, bytes: &[u8]) -> Result<Lock, PackageError> {
    let invalid = |line: usize, reason: &str| PackageError::LockInvalid {
        folder: folder.to_owned(),
        file: LOCK,
        line,
        reason: reason.to_owned(),
    };
    let text = std::str::from_utf8(bytes).map_err(|_| invalid(1, "it is not UTF-8"))?;
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim_end()));
    lines.next().filter(|(_, line)| *line == TITLE).ok_or_else(|| invalid(1, "its title is missing"))?;
    let mut field = |name: &str| {
        let (number, line) = lines.next().ok_or_else(|| invalid(1, "its header is incomplete"))?;
        let value = line.strip_prefix("# ").and_then(|rest| rest.strip_prefix(name)?.strip_prefix(": "));
        value.map(str::to_owned).ok_or_else(|| invalid(number, &format!("`# {name}: …` should be here")))
    };
    let (runtime, architecture) = (field("runtime")?, field("architecture")?);
    let digest = field("requirements.txt")?;
    let wheels = entries(lines, &invalid)?;
    Ok(Lock { runtime, architecture, digest, wheels })
}

/// The entries, two lines each, by name and each name once.
fn entries<'a>(
    mut lines: impl Iterator<Item = (usize, &'a str)>,
    invalid: &dyn Fn(usize, &str) -> PackageError,
) -> Result<Vec<Locked>, PackageError> {
    let mut entries: Vec<Locked> = Vec::new();
    while let Some((number, pin)) = lines.next() {
        let (name, version) = pin
            .strip_suffix(" \\")
            .and_then(|pin| pin.split_once("=="))
            .filter(|(name, version)| is_plain(name) && is_plain(version))
            .ok_or_else(|| invalid(number, "`name==version \\` should be here"))?;
        let sha256 = lines
            .next()
            .and_then(|(_, line)| line.strip_prefix("    --hash=sha256:"))
            .filter(|hex| is_digest(hex))
            .ok_or_else(|| invalid(number + 1, "`    --hash=sha256:<64 hex digits>` should be here"))?;
        if entries.last().is_some_and(|last| last.requirement.name.as_str() >= name) {
            return Err(invalid(number, "the packages are not in order, or one appears twice"));
        }
        let requirement = Requirement { name: name.into(), version: version.into(), sha256: sha256.into() };
        entries.push(Locked { requirement, file_name: None, url: None, size: None, index: None, file: LOCK });
    }
    Ok(entries)
}
