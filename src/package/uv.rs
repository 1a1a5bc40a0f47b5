//! uv, of one version on every machine, which resolves requirements for `lock` and for nothing else: its wheel is
//! fetched by its hash when it is first needed.
//!
//! It gets the indexes that [`Settings`] knows only in its environment, and reads no configuration of its own: no
//! variable of a shell and no file of the project changes what is chosen.

#![expect(clippy::disallowed_methods, reason = "it keeps a program")]

use super::cache::Cache;
use super::fetch::{self, Wanted};
use super::index::Settings;
use super::lock::{Locked, pylock};
use super::runtime::Target;
use super::{FunctionSource, PackageError, Requirement};
use crate::child;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

const VERSION: &str = "0.9.18";

/// uv's wheels: system and processor, tags, hash, size in bytes, where it lies on PyPI.
const WHEELS: [(&str, &str, &str, &str, u64, &str); 4] = [
    (
        "linux",
        "x86_64",
        "manylinux_2_17_x86_64.manylinux2014_x86_64",
        "3332188fd8d96a68e5001409a52156dced910bf1bc41ec3066534cffcd46eb68",
        22_229_626,
        "31/91/1042d0966a30e937df500daed63e1f61018714406ce4023c8a6e6d2dcf7c",
    ),
    (
        "linux",
        "aarch64",
        "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
        "edf965e9a5c55f74020ac82285eb0dfe7fac4f325ad0a7afc816290269ecfec1",
        20_772_495,
        "58/92/c8f7ae8900eff8e4ce1f7826d2e1e2ad5a95a5f141abdb539865aff79930",
    ),
    (
        "macos",
        "aarch64",
        "macosx_11_0_arm64",
        "cf33f4146fd97e94cdebe6afc5122208eea8c55b65ca4127f5a5643c9717c8b8",
        18_952_907,
        "b7/0b/9487d83adf5b7fd1e20ced33f78adf84cb18239c3d7e91f224cedba46c08",
    ),
    (
        "macos",
        "x86_64",
        "macosx_10_12_x86_64",
        "d91abfd2649987996e3778729140c305ef0f6ff5909f55aac35c3c372544a24f",
        20_439_572,
        "81/b1/b0e5808e05acb54aa118c625d9f7b117df614703b0cbb89d419d03d117f3",
    ),
];

/// Nothing in uv's wheel is larger, in bytes.
const LIMIT: u64 = 200 * 1024 * 1024;

/// How much of uv's output a message repeats.
const LAST_LINES: usize = 12;

/// uv, set up.
#[derive(Debug)]
pub(super) struct Uv {
    program: PathBuf,
    cache: PathBuf,
    settings: Settings,
}

impl Uv {
    /// Sets uv up, unless that has been done. Only one process may do that at a time (see [`Cache::exclusively`]).
    pub(super) fn set_up(source: &FunctionSource, cache: &Cache) -> Result<Self, PackageError> {
        let locked = wheel(source)?;
        let folder = cache.trusted().join(format!("uv-{}", &locked.requirement.sha256[..16]));
        let program = folder.join("uv");
        if !program.is_file() {
            install(source, locked, cache, &folder, &program)?;
        }
        Ok(Self { program, cache: cache.trusted().join("uv-cache"), settings: Settings::read()? })
    }

    /// The newest wheels that fulfil a requirements file together.
    pub(super) fn resolve(
        &self,
        source: &FunctionSource,
        target: Target,
        requirements: &Path,
    ) -> Result<Vec<Locked>, PackageError> {
        // Of several indexes uv does not say which one a wheel is from.
        let index = match self.settings.indexes.as_slice() {
            [only] => Some(only.url.to_string()),
            _ => None,
        };
        let mut first = None;
        for platform in target.uv_platforms() {
            let output = self.compile(target, &platform, requirements)?;
            let chosen = if output.status.success() {
                let unfit = |what| no_wheel(source, what, String::new());
                pylock::choose(&String::from_utf8_lossy(&output.stdout), target, index.as_deref()).map_err(unfit)
            } else {
                Err(failure(source, &output))
            };
            match chosen {
                Ok(wheels) => return Ok(wheels),
                Err(error) => drop(first.get_or_insert(error)),
            }
        }
        Err(first.unwrap_or_else(|| no_wheel(source, source.folder.clone(), String::new())))
    }

    fn compile(&self, target: Target, platform: &str, requirements: &Path) -> Result<Output, PackageError> {
        let mut command = child::fetching(&self.program);
        command.args(["pip", "compile", "--no-config", "--no-progress", "--color=never", "--format=pylock.toml"]);
        command.args(["--no-header", "--no-annotate", "--only-binary=:all:", "--no-python-downloads"]);
        command.arg(format!("--python-version={}", target.full_version())).arg(format!("--python-platform={platform}"));
        command.arg("--cache-dir").arg(&self.cache).arg(requirements);
        command.envs(self.settings.for_uv()).env("UV_NATIVE_TLS", "1");
        command.output().map_err(|source| PackageError::UvSetup { reason: source.to_string() })
    }
}

/// uv's wheel for this machine.
fn wheel(source: &FunctionSource) -> Result<Locked, PackageError> {
    let known =
        WHEELS.iter().find(|(os, machine, ..)| *os == std::env::consts::OS && *machine == std::env::consts::ARCH);
    let (_, _, tags, sha256, size, path) = known.ok_or_else(|| PackageError::UvSetup {
        reason: format!("there is none for this machine; lock `{}` on Linux or macOS", source.folder),
    })?;
    let file_name = format!("uv-{VERSION}-py3-none-{tags}.whl");
    let requirement = Requirement { name: "uv".into(), version: VERSION.into(), sha256: (*sha256).into() };
    Ok(Locked {
        requirement,
        url: format!("https://files.pythonhosted.org/packages/{path}/{file_name}").parse().ok(),
        file_name: Some(file_name),
        size: Some(*size),
        index: Some("https://pypi.org/simple".into()),
        file: "uv",
    })
}

fn install(
    source: &FunctionSource,
    locked: Locked,
    cache: &Cache,
    folder: &Path,
    program: &Path,
) -> Result<(), PackageError> {
    let sha256 = locked.requirement.sha256.clone();
    let wanted = Wanted { owner: 0, folder: source.folder.clone(), locked };
    let fetched = fetch::wheels(vec![wanted], cache, LIMIT).map_err(|(_, error)| error)?;
    let missing = || PackageError::UvSetup { reason: "its wheel does not contain it".to_owned() };
    let wheel = fetched.get(&sha256).ok_or_else(missing)?;
    let entry = wheel.named(&format!("uv-{VERSION}.data/scripts/uv")).ok_or_else(missing)?;
    fs::create_dir_all(folder).map_err(PackageError::io("create", folder))?;
    let mut made = tempfile::NamedTempFile::new_in(folder).map_err(PackageError::io("write to", folder))?;
    io::copy(&mut wheel.reader(entry), &mut made).map_err(PackageError::io("write", program))?;
    let mode = fs::Permissions::from_mode(0o755);
    made.as_file().set_permissions(mode).map_err(PackageError::io("write", program))?;
    made.persist(program).map_err(|error| PackageError::io("write", program)(error.error))?;
    Ok(())
}

/// Tells uv's failures apart by its words, which its fixed version keeps.
fn failure(source: &FunctionSource, output: &Output) -> PackageError {
    let words = String::from_utf8_lossy(&output.stderr);
    let lines = last_lines(&words);
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.contains("No interpreter found") || words.contains("No Python interpreter") {
        return PackageError::PythonMissing { lines };
    }
    let unmatched = ["has no wheels with a matching", "have no wheels with a matching", "has no usable wheels"];
    if unmatched.iter().any(|known| words.contains(known)) {
        return no_wheel(source, "a requirement".to_owned(), lines);
    }
    PackageError::Resolve { folder: source.folder.clone(), lines }
}

fn no_wheel(source: &FunctionSource, what: String, lines: String) -> PackageError {
    let (folder, runtime) = (source.folder.clone(), source.runtime.clone());
    PackageError::NoWheel { folder, what, runtime, architecture: source.architecture, lines }
}

/// What uv said last, each line after a line break, without credentials.
fn last_lines(words: &str) -> String {
    let lines: Vec<&str> = words.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
    last.iter().map(|line| format!("\n  {}", without_userinfo(line.trim_end()))).collect()
}

/// A line in which every address has lost what stands before its host.
fn without_userinfo(line: &str) -> String {
    let mut parts = line.split("://");
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|end: char| end == '/' || end.is_whitespace()).unwrap_or(part.len());
        let host = part[..end].rsplit('@').next().unwrap_or_default();
        clean.push_str("://");
        clean.push_str(host);
        clean.push_str(&part[end..]);
    }
    clean
}

#[cfg(test)]
mod tests;
