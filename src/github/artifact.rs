//! Artifacts: found by name within one run, checked against GitHub's digest, and unpacked without trust.
//!
//! What a zip says about itself is not trusted: its names must be those of a bundle, each once, and its contents are
//! counted while they are read. Everything lands in a draft, which takes its place only once its plan is known to be
//! the approved one.

#![expect(clippy::disallowed_methods, reason = "it unpacks the bundle")]

use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tempfile::TempDir;
use zip::ZipArchive;

use super::api::{Api, ApiError};
use crate::bundle::{self, BundleError};
use crate::canonical::Sha;
use crate::reason::failures;

#[cfg(test)]
mod tests;

/// What a bundle may hold.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// The most files.
    files: usize,
    /// The most bytes of one file. Lambda unpacks no zip to more than 250 MiB, and one is hardly larger than that.
    file: u64,
    /// The most bytes of all of them, packed and unpacked: the zips of functions hardly shrink again.
    all: u64,
}

/// No bundle comes near these.
const LIMITS: Limits = Limits { files: 50_000, file: 256 * 1024 * 1024, all: 2 * 1024 * 1024 * 1024 };
/// What lies in a bundle besides `blobs/<digest>.zip` and `blobs/<digest>`.
const KNOWN: [&str; 4] = ["plan.json", "plan.md", "envelope.json", "extra.json"];

/// An artifact as GitHub reports it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Artifact {
    pub id: u64,
    pub name: String,
    /// How many bytes it has, packed.
    pub size_in_bytes: u64,
    /// True once GitHub has deleted it.
    pub expired: bool,
    /// When it was made, in RFC 3339.
    #[serde(default)]
    pub created_at: Option<String>,
    /// `sha256:` and the digest of the packed bytes.
    #[serde(default)]
    pub digest: Option<String>,
}

/// An artifact that is not what was uploaded, or must not be unpacked.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// GitHub cannot be asked.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// It is larger than any bundle.
    #[error("the artifact {name} has {size} bytes, more than any bundle has")]
    Size { name: String, size: u64 },
    /// Its bytes are not those that GitHub recorded.
    #[error("the artifact {name} is not what was uploaded: its digest is {found}, not {expected}")]
    Digest {
        name: String,
        /// What GitHub recorded.
        expected: String,
        /// What came.
        found: Sha,
    },
    /// It holds something that no bundle holds.
    #[error("the artifact is not a bundle: {0}")]
    Content(String),
    /// The bundle cannot be written.
    #[error("{path}: {error}")]
    Io { path: PathBuf, error: io::Error },
    /// There is no place for the bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
}

impl ArtifactError {
    failures! {
        Self::Api(error) => ..error: ApiError;
        Self::Size { .. } => ArtifactTooLarge, NotApproved;
        Self::Digest { .. } => ArtifactChanged, NotApproved;
        Self::Content(_) => ArtifactUnsafe, NotApproved;
        Self::Io { .. } => File, Failed;
        Self::Bundle(_) => Bundle, Failed;
    }

    /// True if the artifact itself is refused, not if something merely went wrong.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Size { .. } | Self::Digest { .. } | Self::Content(_))
    }
}

/// The artifacts of a run.
pub async fn of_run(api: &Api, run: u64) -> Result<Vec<Artifact>, ApiError> {
    api.pages(&format!("/actions/runs/{run}/artifacts"), Some("artifacts")).await
}

/// Fetches an artifact into a draft beside `folder`.
pub async fn fetch(api: &Api, artifact: &Artifact, folder: &Path) -> Result<TempDir, ArtifactError> {
    let draft = bundle::draft(folder)?;
    if artifact.size_in_bytes > LIMITS.all {
        return Err(ArtifactError::Size { name: artifact.name.clone(), size: artifact.size_in_bytes });
    }
    let bytes = api.download(&format!("/actions/artifacts/{}/zip", artifact.id), LIMITS.all).await?;
    let found = Sha::of(&bytes);
    if let Some(expected) = artifact.digest.as_ref().filter(|digest| **digest != found.to_string()) {
        return Err(ArtifactError::Digest { name: artifact.name.clone(), expected: expected.clone(), found });
    }
    unpack(Cursor::new(&bytes), draft.path(), LIMITS)?;
    Ok(draft)
}

/// Unpacks a bundle into an empty folder: only the files that a bundle has, each once.
fn unpack(bytes: impl Read + Seek, folder: &Path, limits: Limits) -> Result<(), ArtifactError> {
    let mut zip = ZipArchive::new(bytes).map_err(broken)?;
    if zip.len() > limits.files {
        return Err(broken(format!("{} files", zip.len())));
    }
    // The archive keeps only the last of several files of one name.
    if zip.has_duplicate_names() {
        return Err(broken("it contains a file twice"));
    }
    let blobs = folder.join("blobs");
    fs::create_dir(&blobs).map_err(at(&blobs))?;
    let mut left = limits.all;
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).map_err(broken)?;
        let name = file.name().map_err(broken)?.into_owned();
        if file.is_symlink() || !file.is_file() && name != "blobs/" || file.is_file() && !is_of_a_bundle(&name) {
            return Err(broken(format!("it contains {name:?}")));
        }
        if file.is_file() {
            left -= copy(&mut file, &folder.join(&name), limits.file.min(left))?;
        }
    }
    Ok(())
}

/// Copies at most `limit` bytes; more is an error. How many there are is seen only by reading them.
fn copy(content: &mut impl Read, path: &Path, limit: u64) -> Result<u64, ArtifactError> {
    let mut file = File::create_new(path).map_err(at(path))?;
    let mut buffer = vec![0; 64 * 1024];
    let mut copied = 0;
    loop {
        // The zip's errors and the disk's are told apart.
        let read = content.read(&mut buffer).map_err(|error| broken(format!("it cannot be unpacked: {error}")))?;
        if read == 0 {
            return Ok(copied);
        }
        copied += read as u64;
        if copied > limit {
            return Err(broken(format!("a file has more than {limit} bytes")));
        }
        file.write_all(&buffer[..read]).map_err(at(path))?;
    }
}

/// `plan.json` and its like, or `blobs/<64 hex digits>`, a zip or a file of a bucket.
fn is_of_a_bundle(name: &str) -> bool {
    let is_hex = |digits: &str| digits.len() == 64 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let blob = name.strip_prefix("blobs/").map(|name| name.strip_suffix(".zip").unwrap_or(name));
    KNOWN.contains(&name) || blob.is_some_and(is_hex)
}

fn broken(what: impl std::fmt::Display) -> ArtifactError {
    ArtifactError::Content(what.to_string())
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> ArtifactError {
    let path = path.to_owned();
    move |error| ArtifactError::Io { path, error }
}
