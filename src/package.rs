//! Packages: a function's folder and its lock become a zip, with the same bytes on every machine and every day.
//!
//! 1. The lock must exist and be up to date (`lock`).
//! 2. The wheels of all functions' locks that are not cached are fetched, each once and all at the same time (`fetch`,
//!    `http`), from where the lock or the configured index says (`index`), and verified by size and SHA-256. A wheel is
//!    data: nothing in it is run, and neither pip nor Python is involved.
//! 3. A folder's files are collected, except for caches and `exclude` (`folder`), together with exactly the locked
//!    wheels' files (`wheel`).
//! 4. The zip is written: sorted, without times, with the wheels' own compressed streams (`zip`), unless it already
//!    exists (`zip_cache`).
//!
//! If a function has a `build`, what is packaged is what its command makes of the folder's files (`recipe`, `inputs`,
//! `making`), and commands other than `build` use the zip that `build` has written (`builds`).
//!
//! A layer is packaged like a function, but without a handler (`layer`).
//!
//! Only `lock` resolves versions, with uv (`uv`). No clock, environment or installed package affects a zip. Everything
//! here blocks: callers on an async runtime use a thread of their own.

#![expect(clippy::disallowed_methods, reason = "it writes locks")]

mod addon;
mod build;
mod build_error;
mod builds;
mod cache;
mod certificates;
mod code_change;
mod difference;
mod error;
mod fetch;
mod files;
mod folder;
mod handle;
mod handler;
mod http;
mod index;
mod inputs;
mod inside;
mod jar;
mod laid_out;
mod layer;
mod lines;
mod lock;
mod making;
mod marker;
mod node;
mod parallel;
mod path;
mod python;
mod recipe;
mod runtime;
mod site;
mod stamps;
mod sweep;
mod twice;
mod unpack;
mod uv;
mod wheel;
mod zip;
mod zip_cache;

pub use build_error::BuildError;
pub use builds::{Builds, Built, BuiltCode};
pub use cache::Cache;
pub use code_change::{Beside, CodeChange, FileAction, FileChange, Listed, PackageChange};
pub use difference::{files as changed_files, packages as changed_packages};
pub use error::PackageError;
pub use handle::Zip;
pub use inside::{Outside, text};
pub use lines::LineCount;
pub use making::{Made, Workshop};
pub use recipe::Recipe;
pub use site::{Origin, Pattern, StaticFile, StaticFolder, static_files};
pub use stamps::Stamps;
pub use unpack::{download, unpack};

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
const LIMITS: Limits = Limits { unpacked: UNPACKED };

/// The most bytes that Lambda unpacks for a function, its layers included.
pub const UNPACKED: u64 = 250 * 1024 * 1024;

/// In bytes.
#[derive(Debug, Clone, Copy)]
struct Limits {
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

/// The code of a function or of a layer, as the manifest names it.
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
    /// True if layers bring files along.
    pub has_layers: bool,
    /// The build that makes what is packaged from the folder; nothing if the folder itself is packaged.
    pub build: Option<Recipe>,
    /// Of a layer the runtimes that it says it is for.
    pub layer: Option<Vec<String>>,
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
#[derive(Debug, Clone)]
pub struct Package {
    /// Its bytes.
    pub zip: Zip,
    /// Their hash in hex: the blob's name.
    pub sha256: String,
    /// The packages in it, by name.
    pub requirements: Vec<Requirement>,
}

impl Package {
    /// Lambda's `CodeSha256`: the hash in base64.
    pub fn code_sha256(&self) -> String {
        let digits = self.sha256.as_bytes().chunks(2);
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        STANDARD.encode(digits.filter_map(byte).collect::<Vec<u8>>())
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

/// Packages a function: a pure function of its folder. `cache` holds wheels by their hash and the last zips; the
/// network is used only for wheels that it does not have.
pub fn build(source: &FunctionSource, cache: &Cache) -> Result<Package, PackageError> {
    build_within(source, cache, LIMITS)
}

/// Packages functions, in their order: what they have in common is fetched once.
pub fn build_all(sources: &[FunctionSource], cache: &Cache) -> Vec<Result<Package, PackageError>> {
    build::packages(sources, cache, LIMITS)
}

fn build_within(source: &FunctionSource, cache: &Cache, limits: Limits) -> Result<Package, PackageError> {
    let none = || Err(PackageError::FolderMissing { folder: source.folder.clone() });
    build::packages(std::slice::from_ref(source), cache, limits).into_iter().next().unwrap_or_else(none)
}

/// The files of the function's folder that go into its zip.
fn own_files(folder: &Folder, exclude: &Exclude, limits: Limits) -> Result<Files, PackageError> {
    let mut files = Files::new(&folder.name, limits.unpacked);
    folder.collect(exclude, &mut files)?;
    Ok(files)
}

/// What is wrong with a function's folder, as far as it can be determined without its wheels: nothing is fetched or
/// written.
pub fn check(source: &FunctionSource) -> Result<(), PackageError> {
    let folder = Folder::open(source)?;
    let target = Target::of(source)?;
    let exclude = Exclude::new(&source.exclude, target.is_some())?;
    if let Some(recipe) = &source.build {
        return recipe.check(&folder.name);
    }
    layer::check_lock(source, target, &folder)?;
    let files = own_files(&folder, &exclude, LIMITS)?;
    let lock = target.map(|target| lock::read(source, target, &folder)).transpose()?.flatten();
    // What is looked for may come from a wheel.
    let is_all = lock.is_none_or(|lock| lock.wheels.is_empty());
    match &source.layer {
        Some(_) if !is_all => return Ok(()),
        Some(runtimes) => return layer::check(source, runtimes, &files),
        None if target.is_some() && is_all => python::check_handler(source, &files)?,
        None => {}
    }
    check_code(source, &exclude, &files)
}

/// What is wrong with all the files of a zip to be.
fn check_all(
    source: &FunctionSource,
    target: Option<Target>,
    exclude: &Exclude,
    files: &Files,
) -> Result<(), PackageError> {
    if let Some(runtimes) = &source.layer {
        return layer::check(source, runtimes, files);
    }
    if target.is_some() {
        python::check_handler(source, files)?;
    }
    check_code(source, exclude, files)
}

fn check_code(source: &FunctionSource, exclude: &Exclude, files: &Files) -> Result<(), PackageError> {
    handler::check(source, files)?;
    node::check(source, files, exclude.matches(Path::new("node_modules")))
}

/// Resolves a function's requirements.txt for its runtime and architecture, and writes pylock.toml beside it.
/// The requirements.lock of an earlier release is removed, because it would be outdated from then on.
pub fn lock(source: &FunctionSource, cache: &Cache) -> Result<LockReport, PackageError> {
    let folder = Folder::open(source)?;
    let path = format!("{}/{}", folder.name, folder::PYLOCK);
    let nothing = LockReport { path, outcome: LockOutcome::NothingToLock, requirements: Vec::new() };
    let target = Target::of(source)?;
    layer::check_lock(source, target, &folder)?;
    let Some(target) = target else { return Ok(nothing) };
    let before = folder.read(folder::PYLOCK)?;
    let former = folder.read(folder::LOCK)?.filter(|text| text.starts_with(lock::TITLE.as_bytes()));
    let Some(lock) = python::resolve(source, target, &folder, cache)? else {
        return match (before, former) {
            (Some(_), _) => Err(PackageError::LockOrphaned { folder: folder.name, file: folder::PYLOCK }),
            (_, Some(_)) => Err(PackageError::LockOrphaned { folder: folder.name, file: folder::LOCK }),
            (None, None) => Ok(nothing),
        };
    };
    let text = lock.to_text(target);
    let unchanged = before.is_some_and(|before| before == text.as_bytes());
    if !unchanged {
        let file = folder.file(folder::PYLOCK);
        fs::write(&file, text).map_err(PackageError::io("write", file))?;
    }
    if former.is_some() {
        let file = folder.file(folder::LOCK);
        fs::remove_file(&file).map_err(PackageError::io("remove", file))?;
    }
    let outcome = if unchanged { LockOutcome::Unchanged } else { LockOutcome::Written };
    Ok(LockReport { outcome, requirements: lock.requirements(), ..nothing })
}

/// True for a SHA-256 in hex as it is written here.
fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn hex_sha256(bytes: &[u8]) -> String {
    crate::name::hex(&Sha256::digest(bytes))
}

/// A SHA-256 while its bytes come by, and their number.
#[derive(Debug, Clone, Default)]
struct Hashing {
    digest: Sha256,
    size: u64,
}

impl Hashing {
    fn update(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
        self.size += bytes.len() as u64;
    }

    fn hex(&self) -> String {
        crate::name::hex(&self.digest.clone().finalize())
    }
}

#[cfg(test)]
mod tests;
