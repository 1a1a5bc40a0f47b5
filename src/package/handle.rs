//! A function's zip where it lies: small ones in memory, others in a file of this process's own, which is deleted with
//! the last handle.

#![expect(clippy::disallowed_methods, reason = "it is a file")]

use std::fs;
use std::io::{self, BufReader, Cursor};
use std::path::Path;
use std::sync::Arc;

use tempfile::TempPath;
use zip::ZipArchive;

/// A zip's bytes.
#[derive(Debug, Clone)]
pub struct Zip(Place);

#[derive(Debug, Clone)]
enum Place {
    Memory(Arc<[u8]>),
    File { path: Arc<TempPath>, size: u64 },
}

impl Zip {
    pub(super) fn file(path: TempPath, size: u64) -> Self {
        Self(Place::File { path: Arc::new(path), size })
    }

    /// How many bytes it has.
    pub fn size(&self) -> u64 {
        match &self.0 {
            Place::Memory(bytes) => bytes.len() as u64,
            Place::File { size, .. } => *size,
        }
    }

    /// All of its bytes, in memory.
    pub fn bytes(&self) -> io::Result<Vec<u8>> {
        match &self.0 {
            Place::Memory(bytes) => Ok(bytes.to_vec()),
            Place::File { path, .. } => fs::read(&***path),
        }
    }

    /// How many bytes its files have once they are unpacked; `None` where that is not known.
    pub fn unpacked(&self) -> Option<u64> {
        let size = match &self.0 {
            Place::Memory(bytes) => ZipArchive::new(Cursor::new(bytes)).ok()?.decompressed_size(),
            Place::File { path, .. } => {
                ZipArchive::new(BufReader::new(fs::File::open(&***path).ok()?)).ok()?.decompressed_size()
            }
        };
        u64::try_from(size?).ok()
    }

    /// Writes it to a file.
    pub fn write(&self, to: &Path) -> io::Result<()> {
        match &self.0 {
            Place::Memory(bytes) => fs::write(to, bytes),
            // The permissions are those of a new file, not those of a temporary one.
            Place::File { path, .. } => {
                io::copy(&mut fs::File::open(&***path)?, &mut fs::File::create(to)?).map(|_copied| ())
            }
        }
    }
}

impl From<Vec<u8>> for Zip {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Place::Memory(bytes.into()))
    }
}
