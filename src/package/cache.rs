//! The wheels fetched so far: `wheels/<sha256>/<file name>`. Nothing in it is trusted: what does not have the hash that
//! it is filed under is as good as absent.

use super::wheel::{Tags, Wheel};
use super::{PackageError, hex_sha256};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub(super) struct Cache<'a> {
    root: &'a Path,
}

impl<'a> Cache<'a> {
    pub(super) fn new(root: &'a Path) -> Self {
        Self { root }
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
        fs::create_dir_all(self.root).map_err(PackageError::io("create", self.root))?;
        let path = self.root.join("pip.lock");
        let lock = fs::File::create(&path).map_err(PackageError::io("write", &path))?;
        lock.lock().map_err(PackageError::io("lock", &path))?;
        // Closing the file gives the lock back, whatever the outcome.
        work()
    }

    /// A fresh folder that goes when it is dropped.
    pub(super) fn scratch(&self) -> Result<tempfile::TempDir, PackageError> {
        tempfile::tempdir_in(self.root).map_err(PackageError::io("write to", self.root))
    }

    /// The place of something else.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
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
