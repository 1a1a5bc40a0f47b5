//! `requirements.lock`: which wheels a function's zip vendors, in pip's `--require-hashes` format.
//!
//! A header says what the lock was made from, so that an outdated one shows without asking anybody. There is one hash
//! per package, the chosen wheel's, and no index: where wheels come from is the business of whoever fetches them.
//!
//! ```text
//! # Written by `serverless-app lock`; do not edit.
//! # runtime: python3.11
//! # architecture: x86_64
//! # requirements.txt: sha256:…
//! jmespath==1.1.0 \
//!     --hash=sha256:…
//! ```

use super::folder::{Folder, LOCK, REQUIREMENTS};
use super::{FunctionSource, PackageError, Requirement, hex_sha256};
use std::fmt::Write as _;

const TITLE: &str = "# Written by `serverless-app lock`; do not edit.";

/// A lock's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lock {
    runtime: String,
    architecture: String,
    /// `sha256:<hex>` of requirements.txt.
    digest: String,
    pub(super) requirements: Vec<Requirement>,
}

/// Reads a folder's lock, if it has requirements, and makes sure that it was made from them.
pub(super) fn read(source: &FunctionSource, folder: &Folder) -> Result<Option<Lock>, PackageError> {
    match (folder.read(REQUIREMENTS)?, folder.read(LOCK)?) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(PackageError::LockOrphaned { folder: folder.name.clone() }),
        (Some(_), None) => Err(PackageError::LockMissing { folder: folder.name.clone() }),
        (Some(requirements), Some(lock)) => {
            let lock = Lock::parse(&folder.name, &lock)?;
            lock.check(source, &folder.name, &requirements)?;
            Ok(Some(lock))
        }
    }
}

impl Lock {
    pub(super) fn new(source: &FunctionSource, requirements_txt: &[u8], mut requirements: Vec<Requirement>) -> Self {
        requirements.sort();
        Self {
            runtime: source.runtime.clone(),
            architecture: source.architecture.to_string(),
            digest: digest(requirements_txt),
            requirements,
        }
    }

    fn check(&self, source: &FunctionSource, folder: &str, requirements_txt: &[u8]) -> Result<(), PackageError> {
        let current = Self::new(source, requirements_txt, Vec::new());
        let made_for =
            |what: &str, then: &str, now: &str| format!("it was made for the {what} {then}, which is now {now}");
        let reason = if self.runtime != current.runtime {
            made_for("runtime", &self.runtime, &current.runtime)
        } else if self.architecture != current.architecture {
            made_for("architecture", &self.architecture, &current.architecture)
        } else if self.digest != current.digest {
            "requirements.txt has changed since".to_owned()
        } else {
            return Ok(());
        };
        Err(PackageError::LockOutdated { folder: folder.to_owned(), reason })
    }

    pub(super) fn to_text(&self) -> String {
        let mut text = format!(
            "{TITLE}\n# runtime: {}\n# architecture: {}\n# requirements.txt: {}\n",
            self.runtime, self.architecture, self.digest
        );
        text.push_str(&pinned(&self.requirements));
        text
    }

    fn parse(folder: &str, bytes: &[u8]) -> Result<Self, PackageError> {
        let invalid = |line: usize, reason: &str| PackageError::LockInvalid {
            folder: folder.to_owned(),
            line,
            reason: reason.to_owned(),
        };
        let text = std::str::from_utf8(bytes).map_err(|_| invalid(1, "it is no UTF-8"))?;
        let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim_end()));
        lines.next().filter(|(_, line)| *line == TITLE).ok_or_else(|| invalid(1, "its title is missing"))?;
        let mut field = |name: &str| {
            let (number, line) = lines.next().ok_or_else(|| invalid(1, "its header is incomplete"))?;
            let value = line.strip_prefix("# ").and_then(|rest| rest.strip_prefix(name)?.strip_prefix(": "));
            value.map(str::to_owned).ok_or_else(|| invalid(number, &format!("`# {name}: …` should be here")))
        };
        let (runtime, architecture) = (field("runtime")?, field("architecture")?);
        let digest = field("requirements.txt")?;
        let requirements = entries(lines, &invalid)?;
        Ok(Self { runtime, architecture, digest, requirements })
    }
}

/// The entries, two lines each, by name and each name once.
fn entries<'a>(
    mut lines: impl Iterator<Item = (usize, &'a str)>,
    invalid: &dyn Fn(usize, &str) -> PackageError,
) -> Result<Vec<Requirement>, PackageError> {
    let mut entries: Vec<Requirement> = Vec::new();
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
        if entries.last().is_some_and(|last| last.name.as_str() >= name) {
            return Err(invalid(number, "the packages are not in order, or one is there twice"));
        }
        entries.push(Requirement { name: name.to_owned(), version: version.to_owned(), sha256: sha256.to_owned() });
    }
    Ok(entries)
}

/// Entries as pip reads them.
pub(super) fn pinned(requirements: &[Requirement]) -> String {
    requirements.iter().fold(String::new(), |mut text, Requirement { name, version, sha256 }| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name}=={version} \\\n    --hash=sha256:{sha256}");
        text
    })
}

/// What a name or a version consists of: nothing that pip could take for an option, a path or an address.
fn is_plain(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+!".contains(&byte))
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The digest of requirements.txt, the same wherever git has turned its line ends.
fn digest(requirements_txt: &[u8]) -> String {
    let unix: Vec<u8> = requirements_txt.iter().copied().filter(|byte| *byte != b'\r').collect();
    format!("sha256:{}", hex_sha256(&unix))
}

/// Whether `requirements.txt` asks for anything; an error where it asks for what cannot be locked.
pub(super) fn has_requirements(folder: &str, requirements_txt: &[u8]) -> Result<bool, PackageError> {
    let unsupported = |index: usize, reason| PackageError::RequirementUnsupported {
        folder: folder.to_owned(),
        line: index + 1,
        reason,
    };
    let text = std::str::from_utf8(requirements_txt).map_err(|_| unsupported(0, "it is no UTF-8"))?;
    let mut any = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.split_once(" #").map_or(line, |(line, _comment)| line).trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(reason) = unlockable(line) {
            return Err(unsupported(index, reason));
        }
        any = true;
    }
    Ok(any)
}

fn unlockable(line: &str) -> Option<&'static str> {
    if line.starts_with('-') || line.contains(" --") {
        Some("options are not supported here; list packages, and set the index in pip's own configuration")
    } else if line.contains("://") || line.contains(" @ ") || line.starts_with(['.', '/']) || line.ends_with(".whl") {
        Some("an address or a path cannot be locked; name a package of the index")
    } else if line.contains("${") {
        Some("an environment variable would make the lock depend on who makes it; write its value")
    } else {
        None
    }
}
