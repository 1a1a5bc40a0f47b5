//! Wheels: what their file names say, and where their files go in a zip.
//!
//! Lambda puts the zip's root on Python's path, so what pip would install into site-packages goes there as it is,
//! metadata included. Scripts and headers have no place there.

use super::PackageError;
use super::files::{File, Files, unsafe_name};
use super::runtime::Target;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// A wheel, verified or not: that is the cache's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wheel {
    pub(super) file_name: String,
    pub(super) bytes: Vec<u8>,
}

/// What a wheel's file name says: `name-version(-build)-python-abi-platform.whl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tags<'a> {
    name: &'a str,
    pub(super) version: &'a str,
    python: &'a str,
    abi: &'a str,
    platform: &'a str,
}

impl<'a> Tags<'a> {
    pub(super) fn parse(file_name: &'a str) -> Option<Self> {
        let parts: Vec<&str> = file_name.strip_suffix(".whl")?.split('-').collect();
        match parts[..] {
            [name, version, python, abi, platform] | [name, version, _, python, abi, platform] => {
                Some(Self { name, version, python, abi, platform })
            }
            _ => None,
        }
    }

    /// The name as indexes compare it.
    pub(super) fn name(&self) -> String {
        let parts = self.name.split(['-', '_', '.']).filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join("-").to_ascii_lowercase()
    }

    pub(super) fn runs_on(&self, target: Target) -> bool {
        target.runs(self.python, self.abi, self.platform)
    }
}

impl Wheel {
    /// Adds its files to a zip's.
    pub(super) fn unpack(&self, into: &mut Files) -> Result<(), PackageError> {
        let broken = |error: zip::result::ZipError| self.invalid(error.to_string());
        let mut archive = ZipArchive::new(Cursor::new(self.bytes.as_slice())).map_err(broken)?;
        if archive.has_duplicate_names() {
            return Err(self.invalid("it has two entries of one name".to_owned()));
        }
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(broken)?;
            let name = entry.name().map_err(broken)?.into_owned();
            if entry.is_dir() {
                continue;
            }
            if entry.is_symlink() {
                return Err(self.invalid(format!("`{name}` is a symbolic link")));
            }
            let executable = entry.unix_mode().is_some_and(|mode| mode & 0o111 != 0);
            if let Some(path) = self.place(&name)? {
                self.add(&path, executable, entry, into)?;
            }
        }
        Ok(())
    }

    fn add(&self, path: &str, executable: bool, entry: impl Read, into: &mut Files) -> Result<(), PackageError> {
        let bytes = into.read(path, entry)?.map_err(|error| self.invalid(format!("`{path}`: {error}")))?;
        into.add(path, File { bytes, executable, origin: format!("the wheel {}", self.file_name) })
    }

    /// Where an entry goes; `None` for what has no place in a zip. No name of an importable package ends in `.data`, so
    /// such a folder is what the wheel format calls the data directory.
    fn place(&self, name: &str) -> Result<Option<String>, PackageError> {
        let path = match name.split_once(".data/") {
            Some((stem, rest)) if !stem.contains('/') => match rest.split_once('/') {
                Some(("purelib" | "platlib" | "data", path)) => path,
                Some(("scripts" | "headers", _)) => return Ok(None),
                _ => return Err(self.invalid(format!("`{name}` belongs to no known install scheme"))),
            },
            _ => name,
        };
        match unsafe_name(path) {
            None => Ok(Some(path.to_owned())),
            Some(reason) => Err(self.invalid(format!("the name `{}` has {reason}", name.escape_debug()))),
        }
    }

    pub(super) fn invalid(&self, reason: String) -> PackageError {
        PackageError::WheelInvalid { wheel: self.file_name.clone(), reason }
    }
}
