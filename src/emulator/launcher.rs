//! The Python files that run inside an emulator's process.

#![expect(clippy::disallowed_methods, reason = "it lays out what the emulator starts from")]

use std::fs;
use std::path::{Path, PathBuf};

use super::{EmulatorError, Server};

const LAUNCHER: &str = include_str!("launch.py");

/// Writes the launcher and the emulator's patches into the folder; returns the script to run.
pub fn write(server: &Server, folder: &Path) -> Result<PathBuf, EmulatorError> {
    for patches in server.patches {
        let package = folder.join(patches.name);
        fs::create_dir(&package).map_err(EmulatorError::files(&package))?;
        for (name, text) in patches.files {
            let path = package.join(name);
            fs::write(&path, text).map_err(EmulatorError::files(&path))?;
        }
    }
    let launcher = folder.join("launch.py");
    fs::write(&launcher, LAUNCHER).map_err(EmulatorError::files(&launcher))?;
    Ok(launcher)
}
