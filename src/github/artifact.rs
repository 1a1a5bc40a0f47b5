//! Artifacts: found by name within one run, checked against GitHub's digest, and unpacked without trust.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::api::{Api, ApiError};
use crate::canonical::Sha;

/// The most bytes that an artifact may have, packed and unpacked: the zips of functions hardly shrink again.
const LIMIT: u64 = 2 * 1024 * 1024 * 1024;
/// The most files in a bundle.
const FILES: usize = 2000;
/// What lies in a bundle besides `blobs/<digest>.zip`.
const KNOWN: [&str; 4] = ["plan.json", "plan.md", "envelope.json", "extra.json"];

/// An artifact as GitHub tells it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Artifact {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// How many bytes it has, packed.
    pub size_in_bytes: u64,
    /// True once GitHub has thrown it away.
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
    Size {
        /// Which.
        name: String,
        /// How many.
        size: u64,
    },
    /// Its bytes are not those that GitHub recorded.
    #[error("the artifact {name} has other bytes than those that were uploaded: {found}, not {expected}")]
    Digest {
        /// Which.
        name: String,
        /// What GitHub recorded.
        expected: String,
        /// What came.
        found: Sha,
    },
    /// It holds something that no bundle holds.
    #[error("the artifact is no bundle: {0}")]
    Content(String),
    /// The bundle cannot be written.
    #[error("{path}: {error}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
}

/// The artifacts of a run.
pub async fn of_run(api: &Api, run: u64) -> Result<Vec<Artifact>, ApiError> {
    api.pages(&format!("/actions/runs/{run}/artifacts"), Some("artifacts")).await
}

/// Fetches an artifact into a folder, which must be absent, empty or a bundle.
pub async fn fetch(api: &Api, artifact: &Artifact, folder: &Path) -> Result<(), ArtifactError> {
    if artifact.size_in_bytes > LIMIT {
        return Err(ArtifactError::Size { name: artifact.name.clone(), size: artifact.size_in_bytes });
    }
    let bytes = api.download(&format!("/actions/artifacts/{}/zip", artifact.id), LIMIT).await?;
    let found = Sha::of(&bytes);
    if let Some(expected) = artifact.digest.as_ref().filter(|digest| **digest != found.to_string()) {
        return Err(ArtifactError::Digest { name: artifact.name.clone(), expected: expected.clone(), found });
    }
    unpack(&bytes, folder, LIMIT)
}

/// Unpacks a bundle: only the files that a bundle has, each once, no more than `limit` bytes in all. The sizes that
/// the zip declares are not believed.
pub fn unpack(bytes: &[u8], folder: &Path, limit: u64) -> Result<(), ArtifactError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |error| ArtifactError::Io { path, error }
    };
    let broken = |what: String| ArtifactError::Content(what);
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken(e.to_string()))?;
    if zip.len() > FILES {
        return Err(broken(format!("{} files", zip.len())));
    }
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(at(parent))?;
    let made = tempfile::Builder::new().prefix(".bundle-").tempdir_in(parent).map_err(at(parent))?;
    fs::create_dir(made.path().join("blobs")).map_err(at(made.path()))?;
    let (mut seen, mut left) = (BTreeSet::new(), limit);
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).map_err(|e| broken(e.to_string()))?;
        let name = file.name().map_err(|e| broken(e.to_string()))?.into_owned();
        if name == "blobs/" {
            continue;
        }
        if !is_of_a_bundle(&name) || file.is_symlink() || !file.is_file() {
            return Err(broken(format!("it holds {name:?}")));
        }
        if !seen.insert(name.clone()) {
            return Err(broken(format!("it holds {name:?} twice")));
        }
        let mut content = Vec::new();
        let read = file.by_ref().take(left + 1).read_to_end(&mut content);
        read.map_err(|e| broken(format!("{name:?} cannot be unpacked: {e}")))?;
        left = left.checked_sub(content.len() as u64).ok_or_else(|| broken(format!("more than {limit} bytes")))?;
        let path = made.path().join(&name);
        fs::write(&path, content).map_err(at(&path))?;
    }
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(at(folder))?;
    }
    fs::rename(made.keep(), folder).map_err(at(folder))
}

/// `plan.json` and its like, or `blobs/<64 hex digits>.zip`.
fn is_of_a_bundle(name: &str) -> bool {
    let is_hex =
        |digits: &str| digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let blob = name.strip_prefix("blobs/").and_then(|name| name.strip_suffix(".zip"));
    KNOWN.contains(&name) || blob.is_some_and(is_hex)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn unpacked(bytes: &[u8], limit: u64) -> Result<Vec<String>, String> {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("bundle");
        unpack(bytes, &folder, limit).map_err(|e| e.to_string())?;
        let left = fs::read_dir(place.path()).unwrap().count();
        assert_eq!(left, 1, "nothing is left beside the bundle");
        let mut names: Vec<String> =
            fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        Ok(names)
    }

    #[test]
    fn a_bundle_is_unpacked() {
        let blob = format!("blobs/{}.zip", "a".repeat(64));
        let bytes = zipped(&[("plan.json", b"{}"), (&blob, b"zip"), ("envelope.json", b"{}")]);
        assert_eq!(unpacked(&bytes, 100).unwrap(), ["blobs", "envelope.json", "plan.json"]);
    }

    #[test]
    fn what_no_bundle_holds_is_refused() {
        for name in
            ["../plan.json", "/etc/passwd", "blobs/../plan.json", "blobs/x.zip", "other", "blobs\\a", "PLAN.JSON"]
        {
            let refused = unpacked(&zipped(&[("plan.json", b"{}"), (name, b"x")]), 100).unwrap_err();
            assert!(refused.contains("it holds"), "{name}: {refused}");
        }
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.add_symlink("plan.json", "/etc/passwd", SimpleFileOptions::default()).unwrap();
        let link = zip.finish().unwrap().into_inner();
        assert!(unpacked(&link, 100).unwrap_err().contains("it holds"));
        assert!(unpacked(b"no zip", 100).unwrap_err().contains("no bundle"));
    }

    #[test]
    fn a_bomb_is_stopped_while_it_is_read() {
        let bytes = zipped(&[("plan.json", &vec![0; 1_000_000])]);
        assert!(bytes.len() < 10_000);
        assert!(unpacked(&bytes, 10_000).unwrap_err().contains("more than 10000 bytes"));
        let many: Vec<(String, &[u8])> =
            (0..FILES + 1).map(|number| (format!("blobs/{number:064x}.zip"), b"".as_slice())).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|(name, content)| (name.as_str(), *content)).collect();
        assert!(unpacked(&zipped(&many), 10).unwrap_err().contains("2001 files"));
    }

    #[test]
    fn every_changed_byte_of_a_bundle_is_an_error_or_leaves_a_bundle() {
        let bytes = zipped(&[("plan.json", b"{\"a\":1}")]);
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0xff;
            if let Ok(names) = unpacked(&changed, 1000) {
                assert!(names.iter().all(|name| name == "blobs" || KNOWN.contains(&name.as_str())), "{at}: {names:?}");
            }
        }
    }
}
