//! The files of a zip to be: by path, each path once, and never more than Lambda unpacks.

use super::PackageError;
use super::path::unsafe_name;
use super::wheel::{Unpacked, Wheel};
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Arc;

/// One file.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) content: Content,
    pub(super) executable: bool,
    /// Where it comes from, for messages.
    pub(super) origin: Arc<str>,
}

impl File {
    /// Its bytes, where they are in memory: a wheel's are not.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Entry(..) => None,
        }
    }
}

/// What is in it.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Bytes(Vec<u8>),
    /// A wheel's entry of this number, which stays where it is until it is written.
    Entry(Arc<Wheel>, usize),
}

impl Content {
    /// In bytes.
    fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Entry(wheel, index) => wheel.entries[*index].size,
        }
    }

    /// Whether it is the same as another one, byte for byte.
    fn is(&self, other: &Self) -> io::Result<bool> {
        if let (Self::Entry(one, index), Self::Entry(other, same)) = (self, other)
            && Arc::ptr_eq(one, other)
            && index == same
        {
            return Ok(true);
        }
        if self.size() != other.size() {
            return Ok(false);
        }
        let (mut one, mut two) = (self.reader(), other.reader());
        let (mut left, mut right) = ([0; 4096], [0; 4096]);
        loop {
            let (read, same) = (full(&mut one, &mut left)?, full(&mut two, &mut right)?);
            if left[..read] != right[..same] {
                return Ok(false);
            }
            if read == 0 {
                return Ok(true);
            }
        }
    }

    fn reader(&self) -> ContentReader<'_> {
        match self {
            Self::Bytes(bytes) => ContentReader::Bytes(bytes),
            Self::Entry(wheel, index) => ContentReader::Entry(Box::new(wheel.reader(&wheel.entries[*index]))),
        }
    }
}

enum ContentReader<'a> {
    Bytes(&'a [u8]),
    Entry(Box<Unpacked<'a>>),
}

impl Read for ContentReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Bytes(bytes) => bytes.read(buffer),
            Self::Entry(unpacked) => unpacked.read(buffer),
        }
    }
}

/// Reads until the buffer is full or nothing is left.
fn full(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match from.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// Files by path (`/` between the parts). Invariants: every path has passed [`unsafe_name`], and no path is a folder of
/// another. The order of additions does not matter.
#[derive(Debug)]
pub(super) struct Files {
    /// The function's folder, for messages.
    folder: String,
    entries: BTreeMap<String, File>,
    size: u64,
    limit: u64,
}

impl Files {
    pub(super) fn new(folder: &str, limit: u64) -> Self {
        Self { folder: folder.to_owned(), entries: BTreeMap::new(), size: 0, limit }
    }

    /// Reads a file to its end, or to the limit: what claims to be small need not be.
    pub(super) fn read(&self, path: &str, from: impl Read) -> Result<io::Result<Vec<u8>>, PackageError> {
        let left = self.limit - self.size;
        let mut bytes = Vec::new();
        Ok(match from.take(left + 1).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() as u64 > left => return Err(self.too_large(path)),
            Ok(_) => Ok(bytes),
            Err(source) => Err(source),
        })
    }

    /// Adds a file. The same bytes from two sources are one file, executable if either is.
    pub(super) fn add(&mut self, path: &str, file: File) -> Result<(), PackageError> {
        if let Some(reason) = unsafe_name(path) {
            return Err(PackageError::UnsafeName { path: path.to_owned(), origin: file.origin.to_string(), reason });
        }
        if let Some(present) = self.entries.get_mut(path) {
            if !present.content.is(&file.content).map_err(PackageError::io("compare", path))? {
                return Err(conflict(path, &present.origin, &file.origin));
            }
            present.executable |= file.executable;
            return Ok(());
        }
        self.no_file_as_folder(path, &file)?;
        let size = self.size.saturating_add(file.content.size());
        if size > self.limit {
            return Err(self.too_large(path));
        }
        self.size = size;
        self.entries.insert(path.to_owned(), file);
        Ok(())
    }

    /// Bytes of all of them.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The bytes of one that is not a wheel's.
    pub(super) fn bytes(&self, path: &str) -> Option<&[u8]> {
        self.entries.get(path).and_then(File::bytes)
    }

    pub(super) fn contains(&self, path: &str) -> bool {
        self.entries.contains_key(path)
    }

    /// In the order of their paths' bytes.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &File)> {
        self.entries.iter().map(|(path, file)| (path.as_str(), file))
    }

    fn no_file_as_folder(&self, path: &str, file: &File) -> Result<(), PackageError> {
        let above = path.match_indices('/').map(|(end, _)| &path[..end]);
        for folder in above {
            if let Some(other) = self.entries.get(folder) {
                return Err(conflict(folder, &other.origin, &file.origin));
            }
        }
        let inside = format!("{path}/");
        match self.entries.range(inside.clone()..).next() {
            Some((below, other)) if below.starts_with(&inside) => Err(conflict(path, &other.origin, &file.origin)),
            _ => Ok(()),
        }
    }

    fn too_large(&self, path: &str) -> PackageError {
        PackageError::UnpackedTooLarge { folder: self.folder.clone(), path: path.to_owned(), limit: self.limit }
    }
}

fn conflict(path: &str, first: &str, second: &str) -> PackageError {
    PackageError::Conflict { path: path.to_owned(), first: first.to_owned(), second: second.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &str, origin: &str) -> File {
        File { content: Content::Bytes(bytes.into()), executable: false, origin: origin.into() }
    }

    #[test]
    fn the_same_file_twice_is_one_and_different_ones_conflict() {
        let mut files = Files::new("f", 100);
        files.add("a/b", file("x", "one")).unwrap();
        files.add("a/b", File { executable: true, ..file("x", "two") }).unwrap();
        assert!(files.iter().next().unwrap().1.executable);
        let error = files.add("a/b", file("y", "two")).unwrap_err().to_string();
        assert!(error.contains("`a/b` comes from one and, differently, from two"), "{error}");
    }

    #[test]
    fn a_file_is_no_folder_of_another() {
        let mut files = Files::new("f", 100);
        files.add("a/b", file("x", "one")).unwrap();
        files.add("a.b", file("x", "one")).unwrap();
        assert!(matches!(files.add("a", file("x", "two")), Err(PackageError::Conflict { .. })));
        assert!(matches!(files.add("a/b/c", file("x", "two")), Err(PackageError::Conflict { .. })));
        files.add("a/bc", file("x", "two")).unwrap();
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        let mut files = Files::new("f", 100);
        for path in ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", "./a", "C:/x", "a\\..\\x", "a\0b", "a\nb"] {
            let error = files.add(path, file("x", "w")).unwrap_err();
            assert!(matches!(error, PackageError::UnsafeName { .. }), "{path}: {error}");
        }
        files.add("..a/b..c/é", file("x", "w")).unwrap();
    }

    #[test]
    fn the_limit_counts_every_file_and_stops_a_reader_that_has_no_end() {
        let mut files = Files::new("f", 3);
        files.add("a", file("12", "one")).unwrap();
        assert!(matches!(files.read("b", io::repeat(0)), Err(PackageError::UnpackedTooLarge { .. })));
        assert!(matches!(files.add("b", file("12", "one")), Err(PackageError::UnpackedTooLarge { .. })));
        files.add("b", file("1", "one")).unwrap();
    }
}
