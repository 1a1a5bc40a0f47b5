//! What packaging keeps between runs: wheels, `wheels/<sha256>/<file name>`, of which nothing is trusted (what does not have
//! the hash that it is filed under is as good as absent), and what is trusted, since nothing could prove it: pip's virtual
//! environment, which is run, and zips that were written before.
//!
//! Where somebody else may have written to the folder, as the archive of a workflow's cache does, the wheels alone are taken
//! from it; pip is set up in a folder that this process has just made, and no zip is kept.

#![expect(clippy::disallowed_methods, reason = "it is a folder of files")]

use super::wheel::{Tags, Wheel};
use super::{PackageError, hex_sha256};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

/// The folders that packaging keeps things in.
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
    /// What is trusted lies here, where it does not lie in the root.
    fresh: Option<Arc<TempDir>>,
}

impl Cache {
    /// A folder that nobody but this user writes to.
    pub fn own(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), fresh: None }
    }

    /// A folder that others write to as well. What is trusted goes to another one, which has just been made and ends with
    /// this.
    pub fn shared(root: impl Into<PathBuf>, fresh: TempDir) -> Self {
        Self { root: root.into(), fresh: Some(Arc::new(fresh)) }
    }

    /// For what is trusted because only this program writes there.
    pub fn trusted(&self) -> &Path {
        self.fresh.as_ref().map_or(&self.root, |fresh| fresh.path())
    }

    /// The zips that were written before; `None` where there can be none.
    pub(super) fn zips(&self) -> Option<PathBuf> {
        self.fresh.is_none().then(|| self.root.join("zips"))
    }

    /// The wheel of a hash, verified.
    pub(super) fn get(&self, sha256: &str) -> Result<Option<Wheel>, PackageError> {
        let folder = self.shelf(sha256);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(PackageError::io("read", folder)(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry.map_err(PackageError::io("read", &folder))?.file_name();
            names.extend(name.into_string().ok());
        }
        names.sort_unstable();
        for file_name in names.into_iter().filter(|name| Tags::parse(name).is_some()) {
            let path = folder.join(&file_name);
            // A link may lead to what never ends; none is ever put here.
            if !path.symlink_metadata().is_ok_and(|found| found.is_file()) {
                continue;
            }
            let bytes = fs::read(&path).map_err(PackageError::io("read", path))?;
            if hex_sha256(&bytes) == sha256 {
                return Ok(Some(Wheel { file_name, bytes }));
            }
        }
        Ok(None)
    }

    /// Files a wheel under its hash, which is returned. Whoever reads meanwhile sees all of it or nothing.
    pub(super) fn put(&self, wheel: &Wheel) -> Result<String, PackageError> {
        let sha256 = hex_sha256(&wheel.bytes);
        let folder = self.shelf(&sha256);
        let path = folder.join(&wheel.file_name);
        fs::create_dir_all(&folder).map_err(PackageError::io("create", &folder))?;
        let mut file = tempfile::NamedTempFile::new_in(&folder).map_err(PackageError::io("write", &path))?;
        file.write_all(&wheel.bytes).map_err(PackageError::io("write", &path))?;
        file.persist(&path).map_err(|error| PackageError::io("write", &path)(error.error))?;
        Ok(sha256)
    }

    /// Does something that only one process may do at a time.
    pub(super) fn exclusively<T>(&self, work: impl FnOnce() -> Result<T, PackageError>) -> Result<T, PackageError> {
        let root = self.trusted();
        fs::create_dir_all(root).map_err(PackageError::io("create", root))?;
        let path = root.join("pip.lock");
        let lock = fs::File::create(&path).map_err(PackageError::io("write", &path))?;
        lock.lock().map_err(PackageError::io("lock", &path))?;
        // Closing the file gives the lock back, whatever the outcome.
        work()
    }

    /// A fresh folder that goes when it is dropped.
    pub(super) fn scratch(&self) -> Result<TempDir, PackageError> {
        tempfile::tempdir_in(self.trusted()).map_err(PackageError::io("write to", self.trusted()))
    }

    fn shelf(&self, sha256: &str) -> PathBuf {
        self.root.join("wheels").join(sha256)
    }
}

/// The wheels in a folder, one after the other, by name.
pub(super) fn wheels_in(folder: &Path) -> Result<Vec<Wheel>, PackageError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(PackageError::io("read", folder))? {
        paths.push(entry.map_err(PackageError::io("read", folder))?.path());
    }
    paths.sort_unstable();
    let read = |path: PathBuf| {
        let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let bytes = fs::read(&path).map_err(PackageError::io("read", path))?;
        Ok(Wheel { file_name, bytes })
    };
    paths.into_iter().map(read).collect()
}
