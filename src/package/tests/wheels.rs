//! Wheels made on the spot.

use crate::package::wheel::Wheel;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub(crate) struct TestWheel {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) wheel: Wheel,
}

/// A wheel with these files, and metadata without requirements.
pub(crate) fn wheel(name: &'static str, version: &'static str, tags: &str, files: &[(&str, &str)]) -> TestWheel {
    requiring(name, version, tags, &[], files)
}

/// A wheel that requires others.
pub(crate) fn requiring(
    name: &'static str,
    version: &'static str,
    tags: &str,
    requires: &[&str],
    files: &[(&str, &str)],
) -> TestWheel {
    let mut zip = Stored::new();
    for (path, text) in files {
        zip.add(path, text);
    }
    zip.add(&format!("{name}-{version}.dist-info/METADATA"), &metadata(name, version, requires));
    zip.add(&format!("{name}-{version}.dist-info/WHEEL"), "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n");
    finish(name, version, tags, zip)
}

fn metadata(name: &str, version: &str, requires: &[&str]) -> String {
    let requires: String = requires.iter().map(|one| format!("Requires-Dist: {one}\n")).collect();
    format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}")
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
    TestWheel { name, version, wheel: Wheel { file_name, bytes: b"no zip".to_vec() } }
}

fn finish(name: &'static str, version: &'static str, tags: &str, zip: Stored) -> TestWheel {
    let bytes = zip.0.finish().unwrap().into_inner();
    TestWheel { name, version, wheel: Wheel { file_name: format!("{name}-{version}-{tags}.whl"), bytes } }
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

    fn add(&mut self, path: &str, text: &str) {
        self.0.start_file(path, Self::options()).unwrap();
        self.0.write_all(text.as_bytes()).unwrap();
    }
}
