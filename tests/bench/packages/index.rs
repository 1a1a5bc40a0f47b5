//! An index on this machine, with the wheels of locks.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use serverless_app::canonical::Sha;
use toml::Value;
use zip::ZipArchive;

/// A wheel that it serves.
pub struct Wheel {
    name: String,
    file_name: String,
    sha256: String,
    size: u64,
    path: PathBuf,
    metadata: Vec<u8>,
}

/// The index.
pub struct Index {
    /// Its address, without a slash at the end.
    pub root: String,
}

struct Served {
    pages: BTreeMap<String, Vec<u8>>,
    files: BTreeMap<String, Wheel>,
}

impl Index {
    /// Serves until the process ends.
    pub fn start(wheels: Vec<Wheel>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let root = format!("http://{}", listener.local_addr().expect("an address"));
        let mut pages: BTreeMap<String, Vec<serde_json::Value>> = BTreeMap::new();
        for wheel in &wheels {
            let digest = Sha::of(&wheel.metadata).hex();
            let file = serde_json::json!({
                "filename": wheel.file_name, "url": format!("{root}/files/{}", wheel.file_name), "size": wheel.size,
                "hashes": {"sha256": wheel.sha256}, "core-metadata": {"sha256": digest},
            });
            let page = pages.entry(format!("/simple/{}/", wheel.name)).or_default();
            if !page.contains(&file) {
                page.push(file);
            }
        }
        let page = |(path, files): (String, Vec<serde_json::Value>)| {
            let name = path.split('/').nth(2).unwrap_or_default().to_owned();
            let page = serde_json::json!({"meta": {"api-version": "1.1"}, "name": name, "files": files});
            (path, page.to_string().into_bytes())
        };
        let pages = pages.into_iter().map(page).collect();
        let files = wheels.into_iter().map(|wheel| (wheel.file_name.clone(), wheel)).collect();
        let served = Arc::new(Served { pages, files });
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let served = Arc::clone(&served);
                // A client that leaves is no concern of anybody's.
                thread::spawn(move || drop(served.answer_all(&stream)));
            }
        });
        Self { root }
    }
}

impl Served {
    fn answer_all(&self, stream: &TcpStream) -> io::Result<()> {
        let mut reader = BufReader::new(stream);
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            loop {
                let mut header = String::new();
                if reader.read_line(&mut header)? <= 2 {
                    break;
                }
            }
            let mut words = line.split(' ');
            let (is_head, path) = (words.next() == Some("HEAD"), words.next().unwrap_or_default().to_owned());
            self.answer(stream, &path, is_head)?;
        }
    }

    fn answer(&self, mut stream: &TcpStream, path: &str, is_head: bool) -> io::Result<()> {
        let file = path.strip_prefix("/files/").unwrap_or_default();
        let (kind, body) = if let Some(page) = self.pages.get(path) {
            ("application/vnd.pypi.simple.v1+json", page.clone())
        } else if let Some(wheel) = self.files.get(file) {
            ("application/octet-stream", fs::read(&wheel.path)?)
        } else if let Some(wheel) = file.strip_suffix(".metadata").and_then(|file| self.files.get(file)) {
            ("text/plain", wheel.metadata.clone())
        } else {
            return stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
        };
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes())?;
        if is_head { Ok(()) } else { stream.write_all(&body) }
    }
}

/// A lock's packages: name, version, and their only wheel's table.
fn packages(lock: &str) -> Vec<(String, String, Value)> {
    let lock: Value = toml::from_str(lock).expect("a lock");
    let text = |value: &Value, name: &str| value[name].as_str().expect("a text").to_owned();
    let packages = lock["packages"].as_array().expect("packages");
    packages.iter().map(|one| (text(one, "name"), text(one, "version"), one["wheels"][0].clone())).collect()
}

/// A lock's wheels, from a cache that has them.
pub fn wheels(lock: &str, kept: &Path) -> Vec<Wheel> {
    let wheel = |(name, _, wheel): (String, String, Value)| {
        let text = |name: &str| wheel[name].as_str().expect("a text").to_owned();
        let sha256 = wheel["hashes"]["sha256"].as_str().expect("a hash").to_owned();
        let path = kept.join("wheels").join(&sha256).join(text("name"));
        let size = fs::metadata(&path).expect("the wheel").len();
        let metadata = metadata(&path);
        Wheel { name, file_name: text("name"), sha256, size, path, metadata }
    };
    packages(lock).into_iter().map(wheel).collect()
}

fn metadata(wheel: &Path) -> Vec<u8> {
    let mut archive = ZipArchive::new(fs::File::open(wheel).expect("the wheel")).expect("a zip");
    let name = archive.file_names().map(|name| name.expect("a name").into_owned());
    let name = name.into_iter().find(|name| name.ends_with(".dist-info/METADATA")).expect("metadata");
    let mut bytes = Vec::new();
    archive.by_name(&name).expect("metadata").read_to_end(&mut bytes).expect("metadata");
    bytes
}

/// A lock whose wheels are on an index, where one is given, and that was made from these requirements.
pub fn moved(lock: &str, root: Option<&str>, requirements: &str) -> String {
    let digest = Sha::of(requirements.as_bytes()).hex();
    let lines = lock.lines().map(|line| match (line.split_once("url = \"https://"), root) {
        (Some((before, after)), Some(root)) => {
            let (address, rest) = after.split_once('"').expect("an address");
            let file = address.rsplit('/').next().unwrap_or_default();
            format!("{before}url = \"{root}/files/{file}\"{rest}\n")
        }
        _ if line.starts_with("requirements = ") => format!("requirements = \"sha256:{digest}\"\n"),
        _ => match root {
            Some(root) if line.starts_with("index = ") => format!("index = \"{root}/simple\"\n"),
            _ => format!("{line}\n"),
        },
    });
    lines.collect()
}

/// A lock in the form that uv takes with `--require-hashes`.
pub fn pinned(lock: &str) -> String {
    let pin = |(name, version, wheel): (String, String, Value)| {
        format!("{name}=={version} --hash=sha256:{}\n", wheel["hashes"]["sha256"].as_str().expect("a hash"))
    };
    packages(lock).into_iter().map(pin).collect()
}
