//! Writes the zip. Its bytes are a contract: they depend on paths, contents, executable bits and the wheels' own compressed
//! streams, and on nothing else.
//!
//! Entries in the order of their paths, no folders, no times (1980-01-01), modes 0644 and 0755, and "made by Unix"
//! wherever it is made. What a wheel has compressed is copied as it is; everything else is compressed by one compressor at
//! one level (pinned in `Cargo.toml`), on all processors, and stored where that makes it no smaller. The format is written
//! here, byte by byte (APPNOTE 6.3.10), so that no library's next release changes it.

use super::files::{Content, File, Files};
use super::parallel::parallel;
use super::wheel::{Entry, Wheel};
use flate2::{Compression, Crc, write::DeflateEncoder};
use std::io::{self, Read, Write};

/// zlib's default, written down so that nobody else's default decides.
const LEVEL: u32 = 6;

/// 1980-01-01, the first day that the format has.
const DATE: u16 = 0x21;
const VERSION: u16 = 20;
const UNIX: u16 = 3 << 8;
const UTF8: u16 = 0x800;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// A zip that is ready to be written.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    entries: Vec<Ready<'a>>,
}

/// A file of it.
#[derive(Debug)]
struct Ready<'a> {
    path: &'a str,
    executable: bool,
    crc32: u32,
    /// Uncompressed, in bytes.
    size: u64,
    method: u16,
    data: Data<'a>,
}

#[derive(Debug)]
enum Data<'a> {
    Here(Vec<u8>),
    Borrowed(&'a [u8]),
    In(&'a Wheel, &'a Entry),
}

impl Data<'_> {
    fn size(&self) -> u64 {
        match self {
            Self::Here(bytes) => bytes.len() as u64,
            Self::Borrowed(bytes) => bytes.len() as u64,
            Self::In(_, entry) => entry.packed,
        }
    }
}

impl<'a> Draft<'a> {
    /// Compresses what is not compressed yet.
    pub(super) fn new(files: &'a Files) -> io::Result<Self> {
        let files: Vec<(&str, &File)> = files.iter().collect();
        let entries = parallel(&files, |&(path, file)| ready(path, file));
        Ok(Self { entries: entries.into_iter().collect::<io::Result<_>>()? })
    }

    pub(super) fn write(&self, into: &mut impl Write) -> io::Result<()> {
        let mut into = Counted { into, at: 0 };
        let mut starts = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            starts.push(into.at);
            into.write_all(&0x0403_4b50_u32.to_le_bytes())?;
            into.write_all(&entry.common()?)?;
            into.write_all(entry.path.as_bytes())?;
            match &entry.data {
                Data::Here(bytes) => into.write_all(bytes)?,
                Data::Borrowed(bytes) => into.write_all(bytes)?,
                Data::In(wheel, entry) => copy(wheel, entry, &mut into)?,
            }
        }
        let directory = into.at;
        for (entry, start) in self.entries.iter().zip(starts) {
            into.write_all(&entry.listed(start)?)?;
        }
        let size = into.at - directory;
        into.write_all(&end(self.entries.len(), size, directory)?)
    }
}

impl Ready<'_> {
    /// What the header before the data and the one in the directory have in common, but for the first four bytes.
    fn common(&self) -> io::Result<Vec<u8>> {
        let flags = if self.path.is_ascii() { 0 } else { UTF8 };
        let name = u16::try_from(self.path.len()).map_err(|_| io::Error::other("a path is too long for a zip"))?;
        let mut bytes = Vec::with_capacity(26);
        [VERSION, flags, self.method, 0, DATE].iter().for_each(|half| bytes.extend(half.to_le_bytes()));
        for word in [self.crc32, narrow(self.data.size())?, narrow(self.size)?] {
            bytes.extend(word.to_le_bytes());
        }
        [name, 0].iter().for_each(|half| bytes.extend(half.to_le_bytes()));
        Ok(bytes)
    }

    fn listed(&self, start: u64) -> io::Result<Vec<u8>> {
        let mode: u32 = if self.executable { 0o100_755 } else { 0o100_644 };
        let mut bytes = 0x0201_4b50_u32.to_le_bytes().to_vec();
        bytes.extend((UNIX | VERSION).to_le_bytes());
        bytes.extend(self.common()?);
        // Neither a comment nor a second disk nor internal attributes.
        bytes.extend([0; 6]);
        bytes.extend((mode << 16).to_le_bytes());
        bytes.extend(narrow(start)?.to_le_bytes());
        bytes.extend(self.path.as_bytes());
        Ok(bytes)
    }
}

/// The directory's end; beyond 65,534 files in the format's longer form before it.
fn end(count: usize, size: u64, start: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let short = u16::try_from(count).ok().filter(|count| *count < u16::MAX);
    if short.is_none() {
        bytes.extend(0x0606_4b50_u32.to_le_bytes());
        bytes.extend(44_u64.to_le_bytes());
        [UNIX | 45, 45].iter().for_each(|half| bytes.extend(half.to_le_bytes()));
        bytes.extend([0; 8]);
        [count as u64, count as u64, size, start].iter().for_each(|long| bytes.extend(long.to_le_bytes()));
        bytes.extend(0x0706_4b50_u32.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend((start + size).to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
    }
    let short = short.unwrap_or(u16::MAX);
    bytes.extend(0x0605_4b50_u32.to_le_bytes());
    [0, 0, short, short].iter().for_each(|half: &u16| bytes.extend(half.to_le_bytes()));
    [narrow(size)?, narrow(start)?].iter().for_each(|word| bytes.extend(word.to_le_bytes()));
    bytes.extend([0; 2]);
    Ok(bytes)
}

fn narrow(size: u64) -> io::Result<u32> {
    u32::try_from(size).map_err(|_| io::Error::other("it is too large for a zip"))
}

fn ready<'a>(path: &'a str, file: &'a File) -> io::Result<Ready<'a>> {
    let executable = file.executable;
    match &file.content {
        Content::Entry(wheel, index) => {
            let entry = &wheel.entries[*index];
            let (crc32, size) = (entry.crc32, entry.size);
            if entry.deflated {
                return Ok(Ready { path, executable, crc32, size, method: DEFLATED, data: Data::In(wheel, entry) });
            }
            let packed = compressed(&mut wheel.reader(entry))?;
            let (method, data) = match packed {
                packed if (packed.len() as u64) < size => (DEFLATED, Data::Here(packed)),
                _ => (STORED, Data::In(wheel, entry)),
            };
            Ok(Ready { path, executable, crc32, size, method, data })
        }
        Content::Bytes(bytes) => {
            let mut crc = Crc::new();
            crc.update(bytes);
            let packed = compressed(&mut bytes.as_slice())?;
            let (method, data) = match packed {
                packed if packed.len() < bytes.len() => (DEFLATED, Data::Here(packed)),
                _ => (STORED, Data::Borrowed(bytes)),
            };
            Ok(Ready { path, executable, crc32: crc.sum(), size: bytes.len() as u64, method, data })
        }
    }
}

fn compressed(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(LEVEL));
    io::copy(from, &mut encoder)?;
    encoder.finish()
}

/// Copies what a wheel has compressed.
fn copy(wheel: &Wheel, entry: &Entry, into: &mut impl Write) -> io::Result<()> {
    let mut buffer = vec![0; (256 * 1024).min(usize::try_from(entry.packed).unwrap_or(usize::MAX)).max(1)];
    let (mut from, mut left) = (wheel.packed(entry), entry.packed);
    loop {
        match from.read(&mut buffer)? {
            0 if left == 0 => return Ok(()),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                into.write_all(&buffer[..read])?;
                left = left.saturating_sub(read as u64);
            }
        }
    }
}

struct Counted<'a, W> {
    into: &'a mut W,
    at: u64,
}

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.into.write(bytes)?;
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.into.flush()
    }
}
