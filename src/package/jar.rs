//! A jar that a build has made: Lambda takes its content, so that is what is packaged, without the jar's times.

#![expect(clippy::disallowed_methods, reason = "it reads the jar")]

use super::PackageError;
use super::build_error::BuildError;
use super::files::{Content, File, Files};
use super::laid_out::lay_out;
use std::fs;
use std::io::{BufReader, Cursor};
use std::path::Path;
use std::sync::Arc;
use zip::ZipArchive;

/// Writes a jar's files into a folder, `limit` bytes at most. `name` is what messages call it.
pub(super) fn unpack(jar: &Path, name: &str, limit: u64, into: &Path) -> Result<(), PackageError> {
    let refuse = |reason: String| PackageError::from(BuildError::Jar { jar: name.to_owned(), reason });
    let file = fs::File::open(jar).map_err(PackageError::io("read", jar))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| refuse(error.to_string()))?;
    if archive.has_duplicate_names() {
        return Err(refuse("it has two entries of the same name; merge them, or leave one out".to_owned()));
    }
    let (mut files, origin) = (Files::new(name, limit), Arc::<str>::from(format!("the jar `{name}`")));
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| refuse(error.to_string()))?;
        if entry.is_dir() {
            continue;
        }
        let path = entry.name().map_err(|error| refuse(error.to_string()))?.into_owned();
        if entry.is_symlink() {
            return Err(refuse(format!("`{}` is a symbolic link", path.escape_debug())));
        }
        let executable = entry.unix_mode().is_some_and(|mode| mode & 0o111 != 0);
        let read = files.read(&path, entry)?;
        let bytes = read.map_err(|error| refuse(format!("`{}`: {error}", path.escape_debug())))?;
        files.add(&path, File { content: Content::Bytes(bytes), executable, origin: Arc::clone(&origin) })?;
    }
    lay_out(&files, into)
}

/// Whether a jar has an entry of this name; `None` where that is not known.
pub(super) fn has(jar: &[u8], entry: &str) -> Option<bool> {
    let archive = ZipArchive::new(Cursor::new(jar)).ok()?;
    archive.file_names().try_fold(false, |found, name| Some(found || name.ok()? == entry))
}
