//! Writes the zip. Its bytes are a contract: they depend on paths, contents and executable bits, and on nothing else.
//!
//! Entries in the order of their paths, no folders, no times (1980-01-01), modes 0644 and 0755, one compressor at one
//! level (pinned in `Cargo.toml`), and "made by Unix" wherever it is made.

use super::files::Files;
use std::io::{Cursor, Write};
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// zlib's default, written down so that nobody else's default decides.
const LEVEL: i64 = 6;

pub(super) fn write(files: &Files) -> ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Unix);
    for (path, file) in files.iter() {
        let mode = if file.executable { 0o755 } else { 0o644 };
        zip.start_file(path, options.unix_permissions(mode))?;
        zip.write_all(&file.bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}
