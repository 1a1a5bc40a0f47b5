//! pip, of one version on every machine: a virtual environment of our own, which python3 makes when it is first needed.
//!
//! The user's pip configuration files hold, and of pip's environment variables those that say where packages come from
//! ([`child::fetching`]): no other variable of a shell changes what is chosen.

#![expect(clippy::disallowed_methods, reason = "it keeps what pip downloads")]

use super::cache::Cache;
use super::runtime::Target;
use super::{PackageError, hex_sha256};
use crate::child;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// pip's version, and the hash of its only wheel.
const PIP: &str = "pip==25.3 --hash=sha256:9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd\n";

/// Runs pip for another Python than its own.
const DRIVER: &str = include_str!("pip.py");

const PLAIN: [&str; 3] = ["--no-input", "--disable-pip-version-check", "--progress-bar=off"];

/// How much of pip's output a message repeats.
const LAST_LINES: usize = 8;

/// What pip is asked for, on whose behalf.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) folder: &'a str,
    pub(super) runtime: &'a str,
    pub(super) architecture: super::Architecture,
    pub(super) target: Target,
}

/// pip, set up.
#[derive(Debug)]
pub(super) struct Pip {
    /// The environment's own interpreter.
    python: PathBuf,
}

impl Pip {
    /// Sets pip up, unless that has been done. Only one process may do that at a time (see [`Cache::exclusively`]).
    pub(super) fn set_up(cache: &Cache) -> Result<Self, PackageError> {
        let host =
            run(child::fetching("python3").args(["-I", "-c", "import sys; print(sys.executable, sys.version)"]))?;
        // Another interpreter, or another version of it, gets an environment of its own.
        let identity = hex_sha256(&[host.stdout.as_slice(), PIP.as_bytes()].concat());
        let folder = cache.trusted().join(format!("pip-{}", &identity[..16]));
        let python = folder.join("bin/python");
        let ready = folder.join("ready");
        if !ready.is_file() {
            make(&folder, &python)?;
            fs::write(&ready, PIP).map_err(PackageError::io("write", ready))?;
        }
        Ok(Self { python })
    }

    /// Downloads the newest wheels that fulfil a requirements file together.
    pub(super) fn resolve(&self, job: Job, requirements: &Path, into: &Path) -> Result<(), PackageError> {
        self.download(job, &[], requirements, into)
    }

    /// Downloads exactly the wheels of a file with hashes.
    pub(super) fn fetch(&self, job: Job, pinned: &Path, into: &Path) -> Result<(), PackageError> {
        self.download(job, &["--no-deps", "--require-hashes"], pinned, into)
    }

    fn download(&self, job: Job, options: &[&str], requirements: &Path, into: &Path) -> Result<(), PackageError> {
        // A map of strings has no way to fail as JSON.
        let markers = serde_json::json!(job.target.markers()).to_string();
        let mut command = child::fetching(&self.python);
        command.args(["-I", "-c", DRIVER, &markers, "download"]).args(PLAIN).args(options);
        command.args(job.target.options()).arg("--requirement").arg(requirements).arg("--dest").arg(into);
        let output = run(&mut command)?;
        if output.status.success() { Ok(()) } else { Err(failure(job, &output)) }
    }
}

fn make(folder: &Path, python: &Path) -> Result<(), PackageError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(PackageError::io("remove", folder)(error)),
        _ => {}
    }
    let set_up = |command: &mut Command| {
        let output = run(command)?;
        if output.status.success() {
            return Ok(());
        }
        Err(PackageError::PipSetup { path: folder.to_owned(), lines: last_lines(&output) })
    };
    set_up(child::fetching("python3").args(["-I", "-m", "venv"]).arg(folder))?;
    let requirements = folder.join("pip.txt");
    fs::write(&requirements, PIP).map_err(PackageError::io("write", &requirements))?;
    let install = ["-I", "-m", "pip", "install", "--require-hashes", "--only-binary=:all:", "--requirement"];
    set_up(child::fetching(python).args(install).arg(&requirements).args(PLAIN))
}

fn run(command: &mut Command) -> Result<Output, PackageError> {
    command.output().map_err(|source| PackageError::PythonMissing { source })
}

/// Tells pip's failures apart by its words, which its fixed version keeps.
fn failure(job: Job, output: &Output) -> PackageError {
    let folder = job.folder.to_owned();
    let lines = last_lines(output);
    let words = String::from_utf8_lossy(&output.stderr);
    if words.contains("DO NOT MATCH THE HASHES") {
        return PackageError::HashMismatch { folder, what: lines };
    }
    let unmatched = words.lines().find_map(|line| line.split_once("No matching distribution found for "));
    match unmatched {
        // An index out of reach is no missing wheel.
        Some((_, what)) if !words.contains("Retrying (") => PackageError::NoWheel {
            folder,
            what: what.trim().to_owned(),
            runtime: job.runtime.to_owned(),
            architecture: job.architecture,
            lines,
        },
        _ => PackageError::Pip { folder, lines },
    }
}

/// What a failed Python or pip said last, each line after a line break.
fn last_lines(output: &Output) -> String {
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let complained = complained.lines().chain(conflict(&said));
    let mut lines: Vec<&str> = complained.filter(|line| !line.trim().is_empty()).collect();
    if lines.is_empty() {
        lines = said.lines().filter(|line| !line.trim().is_empty()).collect();
    }
    let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
    last.iter().map(|line| format!("\n  {}", line.trim_end())).collect()
}

/// pip complains of a conflict, but says beside it what the conflict is.
fn conflict(said: &str) -> impl Iterator<Item = &str> {
    let lines = said.lines().skip_while(|line| !line.starts_with("The conflict is caused by:"));
    lines.take_while(|line| !line.is_empty())
}

/// With wheels made on the spot instead of an index; pip itself comes from the index once, into the target folder.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::cache::wheels_in;
    use crate::package::tests::wheels::{TestWheel, requiring, wheel};
    use crate::package::{Architecture, FunctionSource};

    /// What pip downloads for a runtime when it knows these wheels.
    fn download(
        source: &FunctionSource,
        options: &[&str],
        requirements: &str,
        index: &[TestWheel],
    ) -> Result<Vec<String>, PackageError> {
        let (known, into) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for TestWheel { wheel, .. } in index {
            fs::write(known.path().join(&wheel.file_name), &wheel.bytes).unwrap();
        }
        let file = known.path().join("requirements.txt");
        fs::write(&file, requirements).unwrap();
        let find = format!("--find-links={}", known.path().display());
        let options = [&["--no-index", find.as_str()], options].concat();
        let target = Target::of(source)?.unwrap();
        let job = Job { folder: "app", runtime: &source.runtime, architecture: source.architecture, target };
        pip().download(job, &options, &file, into.path())?;
        Ok(wheels_in(into.path())?.into_iter().map(|wheel| wheel.file_name).collect())
    }

    fn pip() -> Pip {
        let test = std::env::current_exe().unwrap();
        let target = test.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file()).unwrap();
        let cache = Cache::own(target.join("tmp/package"));
        cache.exclusively(|| Pip::set_up(&cache)).unwrap()
    }

    fn source(runtime: &str, architecture: Architecture) -> FunctionSource {
        FunctionSource { runtime: runtime.into(), architecture, ..FunctionSource::default() }
    }

    #[test]
    fn markers_are_the_runtimes_and_not_the_builders() {
        let any = "py3-none-any";
        let requires = [
            "old ; python_version < '3.12'",
            "new ; python_version >= '3.12'",
            "arm ; platform_machine == 'aarch64'",
            "intel ; platform_machine == 'x86_64'",
            "windows ; sys_platform == 'win32'",
            "backport ; python_full_version < '3.11.3'",
            "pypy ; implementation_name == 'pypy'",
        ];
        let mut index = vec![requiring("app", "1.0", any, &requires, &[])];
        for name in ["old", "new", "arm", "intel", "windows", "backport", "pypy"] {
            index.push(wheel(name, "1.0", any, &[]));
        }
        let names = |runtime, architecture| {
            let files = download(&source(runtime, architecture), &[], "app\nold ; os_name == 'nt'\n", &index).unwrap();
            files.iter().map(|file| file.split('-').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names("python3.9", Architecture::X86_64), ["app", "backport", "intel", "old"]);
        assert_eq!(names("python3.11", Architecture::X86_64), ["app", "intel", "old"]);
        assert_eq!(names("python3.13", Architecture::Arm64), ["app", "arm", "new"]);
    }

    #[test]
    fn the_best_wheel_for_the_runtime_is_chosen() {
        let tags = [
            "py3-none-any",
            "cp311-cp311-manylinux_2_17_x86_64",
            "cp311-cp311-manylinux_2_26_x86_64",
            "cp311-cp311-manylinux_2_28_x86_64",
            "cp312-cp312-manylinux_2_34_aarch64",
            "cp311-cp311-macosx_11_0_arm64",
        ];
        let index: Vec<TestWheel> = tags.map(|tags| wheel("native", "1.0", tags, &[])).into();
        let chosen = |runtime, architecture| download(&source(runtime, architecture), &[], "native", &index).unwrap();
        assert_eq!(chosen("python3.11", Architecture::X86_64), ["native-1.0-cp311-cp311-manylinux_2_26_x86_64.whl"]);
        assert_eq!(chosen("python3.12", Architecture::Arm64), ["native-1.0-cp312-cp312-manylinux_2_34_aarch64.whl"]);
        assert_eq!(chosen("python3.11", Architecture::Arm64), ["native-1.0-py3-none-any.whl"]);
    }

    #[test]
    fn a_package_without_a_wheel_is_named() {
        let index = [wheel("native", "1.0", "cp310-cp310-manylinux_2_17_x86_64", &[])];
        let error = download(&source("python3.11", Architecture::X86_64), &[], "native>=1", &index).unwrap_err();
        assert!(matches!(&error, PackageError::NoWheel { what, .. } if what == "native>=1"), "{error}");
    }

    #[test]
    fn requirements_that_contradict_each_other_are_an_error_in_pips_words() {
        let any = "py3-none-any";
        let index = [
            requiring("app", "1.0", any, &["lib<2"], &[]),
            wheel("lib", "2.0", any, &[]),
            wheel("lib", "1.0", any, &[]),
        ];
        let error = download(&source("python3.11", Architecture::X86_64), &[], "app\nlib>=2", &index).unwrap_err();
        assert!(
            matches!(&error, PackageError::Pip { lines, .. } if lines.contains("app 1.0 depends on lib<2")),
            "{error}"
        );
    }

    #[test]
    fn a_wheel_of_another_hash_is_refused() {
        let index = [wheel("lib", "1.0", "py3-none-any", &[])];
        let pinned = format!("lib==1.0 \\\n    --hash=sha256:{}\n", "0".repeat(64));
        let options = ["--no-deps", "--require-hashes"];
        let error = download(&source("python3.11", Architecture::X86_64), &options, &pinned, &index).unwrap_err();
        assert!(matches!(error, PackageError::HashMismatch { .. }), "{error}");
    }
}
