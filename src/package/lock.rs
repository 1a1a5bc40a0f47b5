//! Locks: which wheels a function's zip vendors.
//!
//! `lock` writes the standard's form, `pylock.toml` (PEP 751), with each wheel's address, size and SHA-256 ([`pylock`]); the
//! `requirements.lock` of earlier releases, which has hashes alone, is still read ([`hashes`]). Either says what it was
//! made from, so that an outdated one shows without asking anybody, and neither holds a credential. A folder without a
//! requirements.txt may have uv's or poetry's lock instead ([`foreign`]).

mod foreign;
mod hashes;
pub(super) mod pylock;

use super::folder::{Folder, LOCK, PYLOCK, REQUIREMENTS};
use super::runtime::Target;
use super::{FunctionSource, PackageError, Requirement, hex_sha256, is_digest};
use url::Url;

pub(super) const TITLE: &str = "# Written by `serverless-app lock`; do not edit.";

/// A lock's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lock {
    runtime: String,
    architecture: String,
    /// `sha256:<hex>` of requirements.txt.
    digest: String,
    /// By name.
    pub(super) wheels: Vec<Locked>,
}

/// A wheel that is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Locked {
    pub(super) requirement: Requirement,
    pub(super) file_name: Option<String>,
    /// Without credentials; `None` where the lock says none.
    pub(super) url: Option<Url>,
    /// In bytes.
    pub(super) size: Option<u64>,
    /// The index that it was found on, if that is known.
    pub(super) index: Option<String>,
    /// The lock that names it, for messages.
    pub(super) file: &'static str,
}

/// Reads a folder's lock, if it has requirements, and makes sure that it was made from them.
pub(super) fn read(source: &FunctionSource, target: Target, folder: &Folder) -> Result<Option<Lock>, PackageError> {
    let (lock, file) = match folder.read(PYLOCK)? {
        Some(lock) => (Some(lock), PYLOCK),
        None => (folder.read(LOCK)?, LOCK),
    };
    let name = || folder.name.clone();
    match (folder.read(REQUIREMENTS)?, lock) {
        (None, None) => others(source, target, folder),
        (None, Some(_)) => Err(PackageError::LockOrphaned { folder: name(), file }),
        (Some(_), None) => Err(PackageError::LockMissing { folder: name() }),
        (Some(requirements), Some(lock)) => {
            let lock = match file {
                PYLOCK => pylock::parse(&folder.name, &lock)?,
                _ => hashes::parse(&folder.name, &lock)?,
            };
            lock.check(source, &folder.name, file, &requirements)?;
            Ok(Some(lock))
        }
    }
}

/// Another tool's lock, if the folder has one.
fn others(source: &FunctionSource, target: Target, folder: &Folder) -> Result<Option<Lock>, PackageError> {
    for (file, read) in [(foreign::UV, foreign::uv as fn(&str, Target) -> _), (foreign::POETRY, foreign::poetry)] {
        if let Some(bytes) = folder.read(file)? {
            let text = std::str::from_utf8(&bytes).map_err(|_| "it is not UTF-8".to_owned());
            let unusable = |reason| PackageError::LockUnusable { folder: folder.name.clone(), file, reason };
            let wheels = text.and_then(|text| read(text, target)).map_err(unusable)?;
            return Ok(Some(Lock::new(source, &bytes, wheels)));
        }
    }
    Ok(None)
}

impl Lock {
    pub(super) fn new(source: &FunctionSource, requirements_txt: &[u8], mut wheels: Vec<Locked>) -> Self {
        wheels.sort_by(|one, other| one.requirement.cmp(&other.requirement));
        Self {
            runtime: source.runtime.clone(),
            architecture: source.architecture.to_string(),
            digest: digest(requirements_txt),
            wheels,
        }
    }

    pub(super) fn requirements(&self) -> Vec<Requirement> {
        self.wheels.iter().map(|locked| locked.requirement.clone()).collect()
    }

    fn check(
        &self,
        source: &FunctionSource,
        folder: &str,
        file: &'static str,
        requirements_txt: &[u8],
    ) -> Result<(), PackageError> {
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
        Err(PackageError::LockOutdated { folder: folder.to_owned(), file, reason })
    }
}

/// What a name or a version consists of: nothing that anybody could take for an option, a path or an address.
fn is_plain(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+!".contains(&byte))
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
    let text = std::str::from_utf8(requirements_txt).map_err(|_| unsupported(0, "it is not UTF-8"))?;
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
        Some("options are not supported here; list packages, and set the index in pip's or uv's own configuration")
    } else if line.contains("://") || line.contains(" @ ") || line.starts_with(['.', '/']) || line.ends_with(".whl") {
        Some("an address or a path cannot be locked; name a package of the index")
    } else if line.contains("${") {
        Some("an environment variable would make the lock depend on who makes it; write its value")
    } else {
        None
    }
}
