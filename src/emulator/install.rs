//! Installs a pinned package, such as an emulator, into a virtual environment in the cache folder, once.
//!
//! The folder's name follows from the pins, so a new version of this program never runs another version's packages.
//! A virtual environment cannot be moved after it is made; therefore it is made in place, under a file lock, and a
//! marker is written last: without the marker, or with that of another Python, the folder is created again.

#![expect(clippy::disallowed_methods, reason = "it installs into the cache folder")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use tokio::process::Command;

use super::EmulatorError;
use super::error::OLDEST_PYTHON;
use crate::canonical::Sha;
use crate::child;

/// What pip says when the network, not the package, is the trouble. The first, because all packages exist.
const UNREACHABLE: [&str; 6] = [
    "(from versions: none)",
    "Failed to establish a new connection",
    "NewConnectionError",
    "Connection refused",
    "Temporary failure in name resolution",
    "timed out",
];

/// A package of the Python package registry, with all that it needs.
#[derive(Debug, Clone, Copy)]
pub struct Package {
    /// Its name there.
    pub name: &'static str,
    /// The release that is installed.
    pub version: &'static str,
    /// It and what it needs, by version and hash, in pip's format.
    pub requirements: &'static str,
}

impl Package {
    /// The folder of programs in its virtual environment; installs it first if necessary.
    pub async fn programs(&self, cache: &Path) -> Result<PathBuf, EmulatorError> {
        let folder = self.folder(cache);
        let version = base_python().await?;
        let lock = lock(&folder).await?;
        if !fs::read_to_string(marker(&folder)).is_ok_and(|made_with| made_with == version) {
            self.install(&folder).await?;
            fs::write(marker(&folder), &version).map_err(EmulatorError::files(&marker(&folder)))?;
        }
        drop(lock);
        Ok(programs(&folder))
    }

    /// The Python of that virtual environment.
    pub async fn python(&self, cache: &Path) -> Result<PathBuf, EmulatorError> {
        Ok(interpreter(&self.programs(cache).await?))
    }

    /// True if the installation has once been completed.
    pub fn is_installed(&self, cache: &Path) -> bool {
        marker(&self.folder(cache)).exists()
    }

    fn folder(&self, cache: &Path) -> PathBuf {
        let digest = Sha::of(self.requirements.as_bytes());
        cache.join("emulator").join(format!("{}-{}-{}", self.name, self.version, &digest.hex()[..10]))
    }

    async fn install(&self, folder: &Path) -> Result<(), EmulatorError> {
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(EmulatorError::files(folder))?;
        }
        let made = run(Command::from(child::fetching("python3")).args(["-I", "-m", "venv"]).arg(folder))
            .await
            .map_err(|error| EmulatorError::NoPython { detail: error.to_string() })?;
        if !made.status.success() {
            // Debian's venv explains itself on stdout.
            return Err(EmulatorError::NoVenv(tail(&[made.stdout, made.stderr].concat())));
        }
        let list = folder.join("requirements.txt");
        fs::write(&list, self.requirements).map_err(EmulatorError::files(&list))?;
        let python = interpreter(&programs(folder));
        let installed = run(Command::from(child::fetching(&python))
            .args(["-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--no-deps"])
            .args(["--require-hashes", "--only-binary", ":all:", "--requirement"])
            .arg(&list))
        .await
        .map_err(EmulatorError::files(&python))?;
        match installed.status.success() {
            true => Ok(()),
            false => Err(refused(self.name, &installed.stderr)),
        }
    }
}

fn marker(folder: &Path) -> PathBuf {
    folder.join("installed-with")
}

fn programs(folder: &Path) -> PathBuf {
    folder.join("bin")
}

fn interpreter(programs: &Path) -> PathBuf {
    programs.join("python3")
}

/// The version and place of `python3`, checked to be recent enough.
async fn base_python() -> Result<String, EmulatorError> {
    let script = "import sys; print(*sys.version_info[:3], sep='.', end=' '); print(sys.executable)";
    let output = run(Command::from(child::fetching("python3")).args(["-I", "-c", script]))
        .await
        .map_err(|error| EmulatorError::NoPython { detail: error.to_string() })?;
    if !output.status.success() {
        return Err(EmulatorError::NoPython { detail: tail(&output.stderr) });
    }
    let found = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match recent_enough(&found) {
        Some(true) => Ok(found),
        Some(false) => Err(EmulatorError::OldPython { found }),
        None => Err(EmulatorError::NoPython { detail: format!("it reports the version {found:?}") }),
    }
}

fn recent_enough(version: &str) -> Option<bool> {
    let mut numbers = version.split(['.', ' ']);
    let major: u32 = numbers.next()?.parse().ok()?;
    let minor: u32 = numbers.next()?.parse().ok()?;
    Some((major, minor) >= OLDEST_PYTHON)
}

/// Waits until no other process installs into the same folder. Dropping the file, or dying, gives way to the next.
async fn lock(folder: &Path) -> Result<File, EmulatorError> {
    let mut path = folder.to_owned().into_os_string();
    path.push(".lock");
    let path = PathBuf::from(path);
    let wait = move || {
        let parent = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(EmulatorError::files(parent))?;
        let file = File::create(&path).map_err(EmulatorError::files(&path))?;
        file.lock().map_err(EmulatorError::files(&path))?;
        Ok(file)
    };
    tokio::task::spawn_blocking(wait).await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}

fn refused(make: &'static str, stderr: &[u8]) -> EmulatorError {
    let words = String::from_utf8_lossy(stderr);
    let detail = tail(stderr);
    match UNREACHABLE.iter().any(|sign| words.contains(sign)) {
        true => EmulatorError::NoRegistry { make, detail },
        false => EmulatorError::Install { make, detail },
    }
}

async fn run(command: &mut Command) -> std::io::Result<Output> {
    command.stdin(Stdio::null()).kill_on_drop(true).output().await
}

/// The last lines, which hold the reason.
fn tail(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.trim().lines().collect();
    lines[lines.len().saturating_sub(4)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_python_is_recent_enough_by_its_first_two_numbers() {
        assert_eq!(recent_enough("3.11.7 /usr/bin/python3"), Some(true));
        assert_eq!(recent_enough("3.10.0 /usr/bin/python3"), Some(true));
        assert_eq!(recent_enough("3.9.18 /usr/bin/python3"), Some(false));
        assert_eq!(recent_enough("2.7.1 /usr/bin/python3"), Some(false));
        assert_eq!(recent_enough("PyPy"), None);
    }

    #[test]
    fn an_unreachable_registry_is_told_from_a_broken_package() {
        let offline = b"ERROR: Could not find a version that satisfies the requirement x==1 (from versions: none)";
        assert!(matches!(refused("moto", offline), EmulatorError::NoRegistry { .. }));
        let broken = b"ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE";
        assert!(matches!(refused("moto", broken), EmulatorError::Install { .. }));
    }
}
