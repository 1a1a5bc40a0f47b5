//! What packaging keeps between runs: wheels, `wheels/<sha256>/<file name>`, of which nothing is trusted (what does not
//! have the hash that it is filed under is as good as absent), and what is trusted, since nothing could prove it: uv,
//! which is run by `lock`, and zips that were written before.
//!
//! Where somebody else may have written to the folder, as the archive of a workflow's cache does, the wheels alone are
//! taken from it; uv is set up in a folder that this process has just made, and no zip is kept.

#![expect(clippy::disallowed_methods, reason = "it is a folder of files")]

use super::sweep::sweep;
use super::wheel::Tags;
use super::{Hashing, PackageError};
use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use tempfile::{NamedTempFile, TempDir};

/// The folders that packaging keeps things in.
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
    /// What is trusted lies here, where it does not lie in the root.
    fresh: Option<Arc<TempDir>>,
    /// Whether what is too old has been deleted: once by each process that keeps a zip.
    swept: Arc<OnceLock<()>>,
}

impl Cache {
    /// A folder that nobody but this user writes to.
    pub fn own(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), fresh: None, swept: Arc::default() }
    }

    /// A folder that others write to as well. What is trusted is kept in another, new one, which is deleted with this
    /// value.
    pub fn shared(root: impl Into<PathBuf>, fresh: TempDir) -> Self {
        Self { root: root.into(), fresh: Some(Arc::new(fresh)), swept: Arc::default() }
    }

    /// For what is trusted because only this program writes there.
    pub fn trusted(&self) -> &Path {
        self.fresh.as_ref().map_or(&self.root, |fresh| fresh.path())
    }

    /// The zips that were written before; `None` where there can be none.
    pub(super) fn zips(&self) -> Option<PathBuf> {
        self.fresh.is_none().then(|| self.root.join("zips"))
    }

    /// Makes room, when another zip is kept ([`super::sweep`]).
    pub(super) fn make_room(&self) {
        self.swept.get_or_init(|| sweep(&self.root, SystemTime::now()));
    }

    /// The wheel of a hash, verified: its file name and its file, open.
    pub(super) fn get(&self, sha256: &str) -> Result<Option<(String, fs::File)>, PackageError> {
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
            let file = fs::File::open(&path).map_err(PackageError::io("read", &path))?;
            if hash(&file).map_err(PackageError::io("read", path))? == sha256 {
                return Ok(Some((file_name, file)));
            }
        }
        Ok(None)
    }

    /// A wheel that is about to be fetched.
    pub(super) fn draft(&self, sha256: &str) -> Result<WheelDraft, PackageError> {
        let folder = self.shelf(sha256);
        fs::create_dir_all(&folder).map_err(PackageError::io("create", &folder))?;
        let file = NamedTempFile::new_in(&folder).map_err(PackageError::io("write to", &folder))?;
        Ok(WheelDraft { file, folder, hash: Hashing::default() })
    }

    /// Does something that only one process may do at a time.
    pub(super) fn exclusively<T>(&self, work: impl FnOnce() -> Result<T, PackageError>) -> Result<T, PackageError> {
        let root = self.trusted();
        fs::create_dir_all(root).map_err(PackageError::io("create", root))?;
        let path = root.join("uv.lock");
        let lock = fs::File::create(&path).map_err(PackageError::io("write", &path))?;
        lock.lock().map_err(PackageError::io("lock", &path))?;
        // Closing the file gives the lock back, whatever the outcome.
        work()
    }

    /// A fresh file that goes when it is dropped.
    pub(super) fn temporary(&self) -> Result<NamedTempFile, PackageError> {
        fs::create_dir_all(self.trusted()).map_err(PackageError::io("create", self.trusted()))?;
        NamedTempFile::new_in(self.trusted()).map_err(PackageError::io("write to", self.trusted()))
    }

    fn shelf(&self, sha256: &str) -> PathBuf {
        self.root.join("wheels").join(sha256)
    }
}

/// A wheel while it arrives. If it does not arrive completely, it is deleted.
#[derive(Debug)]
pub(super) struct WheelDraft {
    file: NamedTempFile,
    folder: PathBuf,
    hash: Hashing,
}

impl WheelDraft {
    /// The next bytes.
    pub(super) fn add(&mut self, bytes: &[u8]) -> Result<(), PackageError> {
        self.hash.update(bytes);
        self.file.write_all(bytes).map_err(PackageError::io("write to", &self.folder))
    }

    /// How many there are.
    pub(super) fn size(&self) -> u64 {
        self.hash.size
    }

    /// The hash of those that have been added, in hex.
    pub(super) fn sha256(&self) -> String {
        self.hash.hex()
    }

    /// Files it under its name. Whoever reads meanwhile sees all of it or nothing.
    pub(super) fn keep(self, file_name: &str) -> Result<fs::File, PackageError> {
        let path = self.folder.join(file_name);
        self.file.persist(&path).map_err(|error| PackageError::io("write", &path)(error.error))
    }
}

fn hash(mut file: &fs::File) -> io::Result<String> {
    let (mut hash, mut buffer) = (Hashing::default(), vec![0; 64 * 1024]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hash.hex()),
            read => hash.update(&buffer[..read]),
        }
    }
}
