//! Wheels: what their file names say, what is in them, and where their files go in a zip.
//!
//! Lambda puts the zip's root on Python's path, so what pip would install into site-packages goes there as it is,
//! metadata included. Scripts and headers have no place there. A wheel is data: nothing in it is run, and of a file in it
//! no more is read at a time than a few kilobytes.

use super::PackageError;
use super::path::unsafe_name;
use super::runtime::Target;
use flate2::Crc;
use flate2::read::DeflateDecoder;
use std::fs;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt;
use zip::{CompressionMethod, ZipArchive};

/// How much is read at a time.
const CHUNK: usize = 64 * 1024;

/// A wheel's bytes are at most so many: what Lambda takes unpacked, and a quarter more for what has no place there.
pub(super) const LARGEST: u64 = 320 * 1024 * 1024;

/// What a wheel's file name says: `name-version(-build)-python-abi-platform.whl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tags<'a> {
    name: &'a str,
    pub(super) version: &'a str,
    build: &'a str,
    python: &'a str,
    abi: &'a str,
    platform: &'a str,
}

impl<'a> Tags<'a> {
    pub(super) fn parse(file_name: &'a str) -> Option<Self> {
        let plain = |text: &str| !text.is_empty() && unsafe_name(text).is_none() && !text.contains('/');
        let parts: Vec<&str> = file_name.strip_suffix(".whl")?.split('-').collect();
        let (name, version, build, python, abi, platform) = match parts[..] {
            [name, version, python, abi, platform] => (name, version, "", python, abi, platform),
            [name, version, build, python, abi, platform] => (name, version, build, python, abi, platform),
            _ => return None,
        };
        plain(file_name).then_some(Self { name, version, build, python, abi, platform })
    }

    /// The name as indexes compare it.
    pub(super) fn name(&self) -> String {
        normalized(self.name)
    }

    pub(super) fn runs_on(&self, target: Target) -> bool {
        target.runs(self.python, self.abi, self.platform)
    }

    /// How well it fits, the best being the least; `None` if it does not run there. pip and uv choose by the same order.
    pub(super) fn rank(&self, target: Target) -> Option<impl Ord + use<>> {
        let rank = target.rank(self.python, self.abi, self.platform)?;
        let digits: String = self.build.chars().take_while(char::is_ascii_digit).collect();
        let build = (digits.parse::<u64>().unwrap_or(0), self.build[digits.len()..].to_owned());
        Some((rank, std::cmp::Reverse(build)))
    }
}

/// A package's name as indexes compare it: lower case, hyphens.
pub(super) fn normalized(name: &str) -> String {
    let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// A wheel that has the hash it was asked for by. The file stays open: nobody changes it by putting another in its place.
#[derive(Debug)]
pub(super) struct Wheel {
    pub(super) file_name: String,
    pub(super) sha256: String,
    file: fs::File,
    pub(super) entries: Vec<Entry>,
}

/// A file in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    name: String,
    /// Where it goes; `None` for what has no place in a zip.
    pub(super) path: Option<String>,
    /// Where its compressed bytes begin.
    pub(super) start: u64,
    /// Compressed, in bytes.
    pub(super) packed: u64,
    /// Uncompressed, in bytes.
    pub(super) size: u64,
    /// Of the uncompressed bytes.
    pub(super) crc32: u32,
    /// Otherwise it is stored.
    pub(super) deflated: bool,
    pub(super) executable: bool,
}

impl Wheel {
    /// Reads its directory.
    pub(super) fn open(file_name: String, sha256: String, file: fs::File) -> Result<Self, PackageError> {
        let mut wheel = Self { file_name, sha256, file, entries: Vec::new() };
        wheel.entries = wheel.directory()?;
        Ok(wheel)
    }

    fn directory(&self) -> Result<Vec<Entry>, PackageError> {
        let source = Cursor::new(&self.file).map_err(|error| self.invalid(error.to_string()))?;
        let broken = |error: zip::result::ZipError| self.invalid(error.to_string());
        let mut archive = ZipArchive::new(BufReader::new(source)).map_err(broken)?;
        if archive.has_duplicate_names() {
            return Err(self.invalid("it has two entries of the same name".to_owned()));
        }
        let mut entries = Vec::with_capacity(archive.len());
        for index in 0..archive.len() {
            entries.extend(self.entry(&archive.by_index_raw(index).map_err(broken)?)?);
        }
        Ok(entries)
    }

    fn entry<R: Read>(&self, entry: &zip::read::ZipFile<'_, R>) -> Result<Option<Entry>, PackageError> {
        let name = entry.name().map_err(|error| self.invalid(error.to_string()))?.into_owned();
        if entry.is_dir() {
            return Ok(None);
        }
        let refuse = |what: &str| Err(self.invalid(format!("`{}` is {what}", name.escape_debug())));
        if entry.is_symlink() {
            return refuse("a symbolic link");
        }
        if entry.encrypted() {
            return refuse("encrypted");
        }
        let deflated = match entry.compression() {
            CompressionMethod::Deflated => true,
            CompressionMethod::Stored => false,
            _ => return refuse("not compressed with deflate"),
        };
        let Some(start) = entry.data_start() else { return refuse("nowhere") };
        Ok(Some(Entry {
            path: self.place(&name)?,
            start,
            packed: entry.compressed_size(),
            size: entry.size(),
            crc32: entry.crc32(),
            deflated,
            executable: entry.unix_mode().is_some_and(|mode| mode & 0o111 != 0),
            name,
        }))
    }

    /// Unpacks every file once and drops it: each has to be what the directory says. `limit` is what all of them may have,
    /// in bytes.
    pub(super) fn check(&self, limit: u64) -> Result<(), PackageError> {
        let claimed = self.entries.iter().try_fold(0_u64, |sum, entry| sum.checked_add(entry.size));
        if claimed.is_none_or(|claimed| claimed > limit) {
            return Err(self.invalid(format!("it unpacks to more than {limit} bytes")));
        }
        let mut buffer = vec![0; CHUNK];
        self.entries.iter().try_for_each(|entry| self.check_entry(entry, &mut buffer))
    }

    fn check_entry(&self, entry: &Entry, buffer: &mut [u8]) -> Result<(), PackageError> {
        let damaged = |why: &str| self.invalid(format!("`{}` is damaged: {why}", entry.name.escape_debug()));
        let mut reader = self.reader(entry);
        let mut crc = Crc::new();
        let mut left = entry.size;
        loop {
            let read = reader.read(buffer).map_err(|error| damaged(&error.to_string()))?;
            if read == 0 {
                break;
            }
            left = left.checked_sub(read as u64).ok_or_else(|| damaged("it is longer than it says"))?;
            crc.update(&buffer[..read]);
        }
        match left {
            0 if crc.sum() == entry.crc32 && reader.is_used_up(entry) => Ok(()),
            0 if crc.sum() == entry.crc32 => Err(damaged("something follows its end")),
            0 => Err(damaged("its checksum does not match")),
            _ => Err(damaged("it is shorter than it says")),
        }
    }

    /// The entry of a name.
    pub(super) fn named(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// An entry's bytes as they lie in the wheel.
    pub(super) fn packed(&self, entry: &Entry) -> Section<'_> {
        Section { file: &self.file, at: entry.start, end: entry.start.saturating_add(entry.packed) }
    }

    /// An entry's bytes, unpacked.
    pub(super) fn reader(&self, entry: &Entry) -> Unpacked<'_> {
        let section = self.packed(entry);
        if entry.deflated {
            Unpacked::Deflated(DeflateDecoder::new_with_buf(section, vec![0; CHUNK]))
        } else {
            Unpacked::Stored(section)
        }
    }

    /// Where an entry goes; `None` for what has no place in a zip. No name of an importable package ends in `.data`, so
    /// such a folder is what the wheel format calls the data directory.
    fn place(&self, name: &str) -> Result<Option<String>, PackageError> {
        let path = match name.split_once(".data/") {
            Some((stem, rest)) if !stem.contains('/') => match rest.split_once('/') {
                Some(("purelib" | "platlib" | "data", path)) => path,
                Some(("scripts" | "headers", path)) if unsafe_name(path).is_none() => return Ok(None),
                _ => return Err(self.invalid(format!("`{}` belongs to no known install scheme", name.escape_debug()))),
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

/// A part of a file. Several are read at once without moving each other.
#[derive(Debug)]
pub(super) struct Section<'a> {
    file: &'a fs::File,
    at: u64,
    end: u64,
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.file.read_at(&mut buffer[..left], self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// An entry while it is unpacked.
#[derive(Debug)]
pub(super) enum Unpacked<'a> {
    Stored(Section<'a>),
    Deflated(DeflateDecoder<Section<'a>>),
}

impl Unpacked<'_> {
    /// Nothing follows the compressed data.
    fn is_used_up(&self, entry: &Entry) -> bool {
        match self {
            Self::Stored(section) => section.at == section.end,
            Self::Deflated(decoder) => decoder.total_in() == entry.packed,
        }
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Stored(section) => section.read(buffer),
            Self::Deflated(decoder) => decoder.read(buffer),
        }
    }
}

/// A file from its beginning, for a reader that seeks.
struct Cursor<'a> {
    section: Section<'a>,
}

impl<'a> Cursor<'a> {
    fn new(file: &'a fs::File) -> io::Result<Self> {
        Ok(Self { section: Section { file, at: 0, end: file.metadata()?.len() } })
    }
}

impl Read for Cursor<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.section.read(buffer)
    }
}

impl io::Seek for Cursor<'_> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        let at = match to {
            io::SeekFrom::Start(at) => Some(at),
            io::SeekFrom::End(by) => self.section.end.checked_add_signed(by),
            io::SeekFrom::Current(by) => self.section.at.checked_add_signed(by),
        };
        self.section.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.section.at)
    }
}
