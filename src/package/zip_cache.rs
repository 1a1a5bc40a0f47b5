//! Zips that were written before: what did not change is neither unpacked nor compressed again.
//!
//! A zip is filed under all that it is made of and was checked by (the folder's files, the wheels' digests, what its section
//! says, version of this program) and its own SHA-256, which is verified: a damaged file is as good as absent. That it
//! belongs to what it is filed under nothing can prove without writing it again, so none is kept or taken where others
//! write to the folder, as in GitHub Actions (see [`Cache`]). Of each function the last zip is kept, for a month after its last
//! use, and none of small ones, which are written in less time than they are looked for.

#![expect(clippy::disallowed_methods, reason = "it is a folder of zips")]

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::cache::Cache;
use super::files::{Content, Files};
use super::handle::Zip;
use super::{FunctionSource, Hashing, PackageError, hex_sha256};

/// Smaller ones are not kept, nor written to a file; bytes before compression.
pub(super) const WORTH_KEEPING: u64 = 1024 * 1024;
/// How often a folder is made again that another process deletes.
const TRIES: usize = 5;

/// Where a function's zip is kept, and under what.
#[derive(Debug)]
pub(super) struct Shelf {
    folder: PathBuf,
    key: String,
}

impl Shelf {
    /// `None` where none is kept. `files` are those of the function's folder, `wheels` the digests of what it vendors.
    pub(super) fn of(source: &FunctionSource, cache: &Cache, files: &Files, wheels: &[String]) -> Option<Self> {
        let root = source.root.canonicalize().unwrap_or_else(|_| source.root.clone());
        let function = format!("{}\n{}\n{}\n{}", root.display(), source.folder, source.runtime, source.architecture);
        let folder = cache.zips()?.join(hex_sha256(function.as_bytes()));
        Some(Self { folder, key: key(source, files, wheels) })
    }

    /// The zip that was kept, and its hash; it stays as it is, whatever becomes of the one that was kept.
    pub(super) fn get(&self, cache: &Cache) -> Result<Option<(Zip, String)>, PackageError> {
        for path in entries(&self.folder)? {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let Some((of, sha256)) = name.strip_suffix(".zip").and_then(|name| name.split_once('-')) else { continue };
            if of != self.key {
                continue;
            }
            match taken(&path, cache, sha256) {
                Ok(Some(zip)) => return Ok(Some((zip, sha256.to_owned()))),
                Ok(None) => {}
                // Another process has replaced or deleted it meanwhile.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(PackageError::io("read", path)(error)),
            }
        }
        Ok(None)
    }

    /// Keeps a zip in the place of older ones. Whoever reads meanwhile sees all of it or nothing.
    pub(super) fn put(&self, zip: &Path, sha256: &str) -> Result<(), PackageError> {
        let older = entries(&self.folder)?;
        let path = self.folder.join(format!("{}-{sha256}.zip", self.key));
        let linked = self.linked(zip).map_err(PackageError::io("write", &path))?.into_temp_path();
        linked.persist(&path).map_err(|error| PackageError::io("write", &path)(error.error))?;
        for old in older.into_iter().filter(|old| *old != path && old.extension().is_some_and(|is| is == "zip")) {
            match fs::remove_file(&old) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(PackageError::io("remove", old)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The zip by another name in the folder, which another process may delete as long as it is empty.
    fn linked(&self, zip: &Path) -> io::Result<NamedTempFile<()>> {
        let linked = || {
            fs::create_dir_all(&self.folder)?;
            tempfile::Builder::new().make_in(&self.folder, |to| link(zip, to))
        };
        let is_there = |linked: &io::Result<_>| !matches!(linked, Err(error) if error.kind() == ErrorKind::NotFound);
        (0..TRIES).map(|_| linked()).find(is_there).unwrap_or_else(linked)
    }
}

/// A digest of all that a zip is made of, and of what it was checked by: nobody looks at a kept one again.
fn key(source: &FunctionSource, files: &Files, wheels: &[String]) -> String {
    let mut digest = Sha256::new();
    let version = env!("CARGO_PKG_VERSION");
    let FunctionSource { runtime, architecture, handler, exclude, has_layers, layer, .. } = source;
    digest.update(format!("{version}\n{runtime}\n{architecture}\n{handler}\n"));
    digest.update(format!("{exclude:?}\n{has_layers}\n{layer:?}\n"));
    for wheel in wheels {
        digest.update([wheel.as_bytes(), b"\n"].concat());
    }
    for (path, file) in files.iter() {
        // No path holds a control character, so none runs into what follows.
        digest.update([b"\n", path.as_bytes(), b"\n"].concat());
        digest.update([u8::from(file.executable)]);
        match &file.content {
            Content::Bytes(bytes) => digest.update(Sha256::digest(bytes)),
            Content::Entry(wheel, index) => digest.update(format!("{} {index}", wheel.sha256)),
        }
    }
    crate::name::hex(&digest.finalize())
}

/// A zip of this process's own, if it has this hash. The time of its use is noted first, so that it stays.
fn taken(path: &Path, cache: &Cache, sha256: &str) -> io::Result<Option<Zip>> {
    if let Err(error) = fs::File::open(path)?.set_modified(SystemTime::now()) {
        // Somebody else's file, whose time cannot be noted, is not used.
        return if error.kind() == ErrorKind::PermissionDenied { Ok(None) } else { Err(error) };
    }
    let own = tempfile::Builder::new().make_in(cache.trusted(), |to| link(path, to))?.into_temp_path();
    let (mut file, mut hash, mut buffer) = (fs::File::open(&own)?, Hashing::default(), vec![0; 64 * 1024]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((hash.hex() == sha256).then(|| Zip::file(own, hash.size))),
            read => hash.update(&buffer[..read]),
        }
    }
}

/// The same file by another name, or a copy where a file system has no such thing.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Err(error) if error.kind() == ErrorKind::NotFound || error.kind() == ErrorKind::AlreadyExists => Err(error),
        Err(_) => fs::copy(from, to).map(|_copied| ()),
        Ok(()) => Ok(()),
    }
}

fn entries(shelf: &Path) -> Result<Vec<PathBuf>, PackageError> {
    let read = match fs::read_dir(shelf) {
        Ok(read) => read,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(PackageError::io("read", shelf)(error)),
    };
    let paths = read.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>();
    paths.map_err(PackageError::io("read", shelf))
}
