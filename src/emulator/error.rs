//! Why there is no emulator, and what to do about it.

use std::path::PathBuf;

/// The oldest Python that the pinned packages run on.
pub(super) const OLDEST_PYTHON: (u32, u32) = (3, 10);

/// An emulator could not be installed or started.
#[derive(Debug, thiserror::Error)]
pub enum EmulatorError {
    /// The user has no home folder, so there is no cache folder either.
    #[error("there is no home folder to keep the emulator in: set SERVERLESS_APP_CACHE to a folder")]
    NoHome,
    /// `python3` is not there or does not run.
    #[error("python3 does not run ({detail}): the emulator needs Python {}.{} or later", OLDEST_PYTHON.0, OLDEST_PYTHON.1)]
    NoPython {
        /// What the system, or it, says.
        detail: String,
    },
    /// `python3` is too old.
    #[error("python3 is Python {found}: the emulator needs {}.{} or later", OLDEST_PYTHON.0, OLDEST_PYTHON.1)]
    OldPython {
        /// Its version and place.
        found: String,
    },
    /// Python's `venv` module is missing or broken.
    #[error("python3 cannot make a virtual environment (on Debian and Ubuntu: apt install python3-venv): {0}")]
    NoVenv(String),
    /// pip could not reach its package registry.
    #[error("the Python package registry cannot be reached, and {make} is not installed yet: {detail}")]
    NoRegistry {
        /// The emulator.
        make: &'static str,
        /// pip's own words.
        detail: String,
    },
    /// pip failed for another reason.
    #[error("pip cannot install {make}: {detail}")]
    Install {
        /// The emulator.
        make: &'static str,
        /// pip's own words.
        detail: String,
    },
    /// A file or folder of ours could not be read or written.
    #[error("{}: {error}", path.display())]
    Files {
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The emulator ended by itself.
    #[error("{make} ended right after its start; the end of its log:\n{log}")]
    Ended {
        /// The emulator.
        make: &'static str,
        /// The end of its log.
        log: String,
    },
    /// The emulator does not answer.
    #[error("{make} does not answer after {seconds} seconds; the end of its log:\n{log}")]
    Silent {
        /// The emulator.
        make: &'static str,
        /// How long we have waited.
        seconds: u64,
        /// The end of its log.
        log: String,
    },
    /// An emulator that runs on its own does not end.
    #[error("the emulator, process {pid}, cannot be stopped: {detail}; end that process by hand")]
    Unstoppable {
        /// Its process.
        pid: u32,
        /// What the system says.
        detail: String,
    },
    /// The note of an emulator that runs on its own is not what this program writes.
    #[error("{}: {error}; remove the file: an emulator that still runs ends by itself", path.display())]
    Note {
        path: PathBuf,
        /// What is wrong, with line and column.
        error: serde_json::Error,
    },
}

impl EmulatorError {
    /// For `map_err` on whatever is done with the file at `path`.
    pub(super) fn files(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Files { path, error }
    }
}
