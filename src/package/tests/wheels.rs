//! Wheels made on the spot.

use crate::package::folder::PYLOCK;
use crate::package::lock::Locked;
use crate::package::{Cache, Requirement, hex_sha256};
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub(crate) struct TestWheel {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) file_name: String,
    pub(crate) bytes: Vec<u8>,
}

impl TestWheel {
    pub(crate) fn sha256(&self) -> String {
        hex_sha256(&self.bytes)
    }

    /// As a lock names it, at an address that nobody is at.
    pub(crate) fn locked(&self) -> Locked {
        let requirement = Requirement { name: self.name.into(), version: self.version.into(), sha256: self.sha256() };
        Locked {
            requirement,
            file_name: Some(self.file_name.clone()),
            url: format!("http://127.0.0.1:9/files/{}", self.file_name).parse().ok(),
            size: Some(self.bytes.len() as u64),
            index: Some("http://127.0.0.1:9/simple".into()),
            file: PYLOCK,
        }
    }

    /// Puts it into a cache.
    pub(crate) fn keep(&self, cache: &Cache) -> std::fs::File {
        let mut draft = cache.draft(&self.sha256()).unwrap();
        draft.add(&self.bytes).unwrap();
        draft.keep(&self.file_name).unwrap()
    }
}

/// A wheel with these files, stored, and metadata without requirements.
pub(crate) fn wheel(name: &'static str, version: &'static str, tags: &str, files: &[(&str, &str)]) -> TestWheel {
    made(name, version, tags, files, Stored::options())
}

/// The same, compressed as no release of ours would, so that a copy of it shows.
pub(crate) fn deflated(name: &'static str, version: &'static str, files: &[(&str, &str)]) -> TestWheel {
    let options = Stored::options().compression_method(zip::CompressionMethod::Deflated).compression_level(Some(1));
    made(name, version, "py3-none-any", files, options)
}

/// A wheel that requires others.
pub(crate) fn requiring(name: &'static str, version: &'static str, tags: &str, requires: &[&str]) -> TestWheel {
    let requires: String = requires.iter().map(|one| format!("Requires-Dist: {one}\n")).collect();
    let mut zip = Stored::new();
    zip.add_metadata(name, version, &requires, Stored::options());
    finish(name, version, tags, zip)
}

fn made(
    name: &'static str,
    version: &'static str,
    tags: &str,
    files: &[(&str, &str)],
    options: SimpleFileOptions,
) -> TestWheel {
    let mut zip = Stored::new();
    for (path, text) in files {
        zip.add(path, text, options);
    }
    zip.add_metadata(name, version, "", options);
    finish(name, version, tags, zip)
}

/// A wheel with a symbolic link.
pub(crate) fn with_link(name: &'static str, version: &'static str) -> TestWheel {
    let mut zip = Stored::new();
    zip.0.add_symlink("link", "/etc/passwd", Stored::options()).unwrap();
    finish(name, version, "py3-none-any", zip)
}

/// A file that is no zip.
pub(crate) fn broken(name: &'static str, version: &'static str) -> TestWheel {
    let file_name = format!("{name}-{version}-py3-none-any.whl");
    TestWheel { name, version, file_name, bytes: b"no zip".to_vec() }
}

fn finish(name: &'static str, version: &'static str, tags: &str, zip: Stored) -> TestWheel {
    let bytes = zip.0.finish().unwrap().into_inner();
    TestWheel { name, version, file_name: format!("{name}-{version}-{tags}.whl"), bytes }
}

/// Uncompressed and without times, so that a wheel's hash depends on nothing else.
struct Stored(ZipWriter<Cursor<Vec<u8>>>);

impl Stored {
    fn new() -> Self {
        Self(ZipWriter::new(Cursor::new(Vec::new())))
    }

    fn options() -> SimpleFileOptions {
        SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored)
            .last_modified_time(zip::DateTime::DEFAULT)
            .system(zip::System::Unix)
    }

    fn add_metadata(&mut self, name: &str, version: &str, requires: &str, options: SimpleFileOptions) {
        let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}");
        self.add(&format!("{name}-{version}.dist-info/METADATA"), &metadata, options);
        let about = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n";
        self.add(&format!("{name}-{version}.dist-info/WHEEL"), about, options);
    }

    fn add(&mut self, path: &str, text: &str, options: SimpleFileOptions) {
        self.0.start_file(path, options).unwrap();
        self.0.write_all(text.as_bytes()).unwrap();
    }
}
