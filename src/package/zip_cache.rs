//! Zips that were written before: what did not change is not compressed again.
//!
//! A zip is filed under all that it is made of (paths, contents, executable bits, version of this program) and its own
//! SHA-256, which is verified: a damaged file is as good as absent. That it belongs to what it is filed under nothing
//! can prove without writing it again, so none is kept or taken where others write to the folder, as in GitHub Actions
//! (see [`Cache`]). Of each function the last zip is kept, and none of small ones, which are written in less time than they
//! are looked for.

#![expect(clippy::disallowed_methods, reason = "it is a folder of zips")]

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::cache::Cache;
use super::files::Files;
use super::{FunctionSource, PackageError, hex_sha256};

/// Smaller ones are not kept; bytes before compression.
const WORTH_KEEPING: u64 = 1024 * 1024;

/// The zip of some files: the one that was kept, or else what `write` gives, which is kept then.
pub(super) fn zip(
    source: &FunctionSource,
    cache: &Cache,
    files: &Files,
    write: impl FnOnce() -> Result<Vec<u8>, PackageError>,
) -> Result<Vec<u8>, PackageError> {
    let Some(zips) = cache.zips().filter(|_| files.size() >= WORTH_KEEPING) else { return write() };
    let (shelf, key) = (shelf(source, &zips), key(files));
    if let Some(zip) = get(&shelf, &key)? {
        return Ok(zip);
    }
    let zip = write()?;
    put(&shelf, &key, &zip)?;
    Ok(zip)
}

/// The place of a function's zip.
fn shelf(source: &FunctionSource, zips: &Path) -> PathBuf {
    let root = source.root.canonicalize().unwrap_or_else(|_| source.root.clone());
    let function = format!("{}\n{}\n{}\n{}", root.display(), source.folder, source.runtime, source.architecture);
    zips.join(hex_sha256(function.as_bytes()))
}

/// A digest of all that a zip is made of.
fn key(files: &Files) -> String {
    let mut digest = Sha256::new();
    digest.update(env!("CARGO_PKG_VERSION"));
    for (path, file) in files.iter() {
        // No path holds a control character, so none runs into what follows.
        digest.update([b"\n", path.as_bytes(), b"\n"].concat());
        digest.update([u8::from(file.executable)]);
        digest.update(Sha256::digest(&file.bytes));
    }
    crate::name::hex(&digest.finalize())
}

fn get(shelf: &Path, key: &str) -> Result<Option<Vec<u8>>, PackageError> {
    for path in entries(shelf)? {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some((of, sha256)) = name.strip_suffix(".zip").and_then(|name| name.split_once('-')) else { continue };
        if of != key {
            continue;
        }
        match fs::read(&path) {
            Ok(zip) if hex_sha256(&zip) == sha256 => return Ok(Some(zip)),
            Ok(_) => {}
            // Another process has replaced it meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(PackageError::io("read", path)(error)),
        }
    }
    Ok(None)
}

/// Keeps a zip in the place of older ones. Whoever reads meanwhile sees all of it or nothing.
fn put(shelf: &Path, key: &str, zip: &[u8]) -> Result<(), PackageError> {
    fs::create_dir_all(shelf).map_err(PackageError::io("create", shelf))?;
    let older = entries(shelf)?;
    let path = shelf.join(format!("{key}-{}.zip", hex_sha256(zip)));
    let mut file = tempfile::NamedTempFile::new_in(shelf).map_err(PackageError::io("write", &path))?;
    file.write_all(zip).map_err(PackageError::io("write", &path))?;
    file.persist(&path).map_err(|error| PackageError::io("write", &path)(error.error))?;
    for old in older.into_iter().filter(|old| *old != path && old.extension().is_some_and(|is| is == "zip")) {
        match fs::remove_file(&old) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(PackageError::io("remove", old)(error)),
            _ => {}
        }
    }
    Ok(())
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
