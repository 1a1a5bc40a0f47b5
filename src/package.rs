//! Packages: a function's folder and its lock become a zip, the same bytes on every machine and on every day.
//!
//! 1. The folder's files are collected, but for caches and `exclude` (`folder`).
//! 2. Python: the lock must be there and must be up to date (`lock`); exactly its wheels are unpacked beside the
//!    folder's files (`wheel`), each verified by its SHA-256. pip fetches what is not cached (`pip`).
//! 3. The zip is written: sorted, without times, one compressor (`zip`), unless it has been before (`kept`).
//!
//! No clock, no environment and no installed package has a say in the result. Everything here blocks: callers on an async
//! runtime use a thread of their own.

#![expect(clippy::disallowed_methods, reason = "it writes locks")]

mod cache;
mod code_change;
mod difference;
mod error;
mod files;
mod folder;
mod handler;
mod inside;
mod lines;
mod lock;
mod node;
mod pip;
mod python;
mod runtime;
mod wheel;
mod zip;
mod zip_cache;

pub use cache::Cache;
pub use code_change::{Beside, CodeChange, FileAction, FileChange, Listed, PackageChange};
pub use difference::{files as changed_files, packages as changed_packages};
pub use error::PackageError;
pub use inside::{Outside, text};
pub use lines::LineCount;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use files::Files;
use folder::{Exclude, Folder};
use runtime::Target;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// What Lambda takes at most.
const LIMITS: Limits = Limits { zip: 50 * 1024 * 1024, unpacked: 250 * 1024 * 1024 };

/// In bytes.
#[derive(Debug, Clone, Copy)]
struct Limits {
    zip: u64,
    unpacked: u64,
}

/// What a function runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
pub enum Architecture {
    /// Intel and AMD.
    #[default]
    #[serde(rename = "x86_64")]
    X86_64,
    /// Graviton.
    #[serde(rename = "arm64")]
    Arm64,
}

impl fmt::Display for Architecture {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        })
    }
}

/// A function's code, as the manifest names it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FunctionSource {
    /// The manifest's folder.
    pub root: PathBuf,
    /// The code's folder, relative to it.
    pub folder: String,
    /// `python3.11`
    pub runtime: String,
    /// What it runs on.
    pub architecture: Architecture,
    /// `main.handler`
    pub handler: String,
    /// What stays out of the zip: patterns as in `.gitignore`.
    pub exclude: Vec<String>,
}

/// A package that a zip vendors.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// As indexes compare it: lower case, hyphens.
    pub name: String,
    /// Exactly.
    pub version: String,
    /// The wheel's hash, in hex.
    pub sha256: String,
}

/// A function's zip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its bytes.
    pub zip: Vec<u8>,
    /// Their hash in hex: the blob's name.
    pub sha256: String,
    /// The packages in it, by name.
    pub requirements: Vec<Requirement>,
}

impl Package {
    /// Lambda's `CodeSha256`: the hash in base64.
    pub fn code_sha256(&self) -> String {
        STANDARD.encode(Sha256::digest(&self.zip))
    }
}

/// What `lock` did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockReport {
    /// The lock, relative to the manifest's folder.
    pub path: String,
    /// What became of it.
    pub outcome: LockOutcome,
    /// What it locks, by name.
    pub requirements: Vec<Requirement>,
}

/// What became of a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockOutcome {
    /// It has been written.
    Written,
    /// It already said that.
    Unchanged,
    /// The function has no requirements.txt, or no Python runtime.
    NothingToLock,
}

/// Packages a function: a pure function of its folder. `cache` holds wheels by their hash and the last zips; pip and the
/// network are used only for those that it does not have.
pub fn build(source: &FunctionSource, cache: &Cache) -> Result<Package, PackageError> {
    build_within(source, cache, LIMITS)
}

fn build_within(source: &FunctionSource, cache: &Cache, limits: Limits) -> Result<Package, PackageError> {
    let folder = Folder::open(source)?;
    let target = Target::of(source)?;
    let exclude = Exclude::new(&source.exclude, target.is_some())?;
    let mut files = own_files(&folder, &exclude, limits)?;
    let mut requirements = Vec::new();
    if let Some(target) = target {
        requirements = python::vendor(source, target, &folder, cache, &mut files)?;
        python::check_handler(source, &files)?;
    }
    check_code(source, &exclude, &files)?;
    let write = || zip::write(&files).map_err(|source| PackageError::Zip { folder: folder.name.clone(), source });
    let zip = zip_cache::zip(source, cache, &files, write)?;
    let size = zip.len() as u64;
    if size > limits.zip {
        return Err(PackageError::ZipTooLarge { folder: folder.name, size, limit: limits.zip });
    }
    Ok(Package { sha256: hex_sha256(&zip), zip, requirements })
}

/// The files of the function's folder that go into its zip.
fn own_files(folder: &Folder, exclude: &Exclude, limits: Limits) -> Result<Files, PackageError> {
    let mut files = Files::new(&folder.name, limits.unpacked);
    folder.collect(exclude, &mut files)?;
    Ok(files)
}

/// What is wrong with a function's folder, as far as it can be told without its wheels: nothing is fetched or written.
pub fn check(source: &FunctionSource) -> Result<(), PackageError> {
    let folder = Folder::open(source)?;
    let target = Target::of(source)?;
    let exclude = Exclude::new(&source.exclude, target.is_some())?;
    let files = own_files(&folder, &exclude, LIMITS)?;
    // The handler's file may come from a wheel.
    if target.is_some() && lock::read(source, &folder)?.is_none_or(|lock| lock.requirements.is_empty()) {
        python::check_handler(source, &files)?;
    }
    check_code(source, &exclude, &files)
}

fn check_code(source: &FunctionSource, exclude: &Exclude, files: &Files) -> Result<(), PackageError> {
    handler::check(source, files)?;
    node::check(source, files, exclude.matches(Path::new("node_modules")))
}

/// Resolves a function's requirements.txt for its runtime and architecture, and writes requirements.lock beside it.
pub fn lock(source: &FunctionSource, cache: &Cache) -> Result<LockReport, PackageError> {
    let folder = Folder::open(source)?;
    let path = format!("{}/{}", folder.name, folder::LOCK);
    let nothing = LockReport { path, outcome: LockOutcome::NothingToLock, requirements: Vec::new() };
    let Some(target) = Target::of(source)? else { return Ok(nothing) };
    let before = folder.read(folder::LOCK)?;
    let Some(lock) = python::resolve(source, target, &folder, cache)? else {
        return match before {
            Some(_) => Err(PackageError::LockOrphaned { folder: folder.name }),
            None => Ok(nothing),
        };
    };
    let text = lock.to_text();
    let unchanged = before.is_some_and(|before| before == text.as_bytes());
    if !unchanged {
        let file = folder.file(folder::LOCK);
        fs::write(&file, text).map_err(PackageError::io("write", file))?;
    }
    let outcome = if unchanged { LockOutcome::Unchanged } else { LockOutcome::Written };
    Ok(LockReport { outcome, requirements: lock.requirements, ..nothing })
}

fn hex_sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
