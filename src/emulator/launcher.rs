//! The Python files that run inside the emulator's process, carried in this binary.

use std::fs;
use std::path::{Path, PathBuf};

use super::{EmulatorError, Make};

/// One file of a package: its name and its text.
type Source = (&'static str, &'static str);

macro_rules! sources {
    ($package:literal: $($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!($package, "/", $name)))),*]
    };
}

const LAUNCHER: &str = include_str!("launch.py");

const MINISTACK: &[Source] = sources!("ministack_gaps":
    "__init__.py", "apigateway.py", "asked.py", "authorization.py", "cloudwatch.py", "compute.py", "config.py", "data.py",
    "firewall.py", "identity.py", "owned.py", "tagging.py", "tools.py",
);

const MOTO: &[Source] = sources!("moto_gaps":
    "__init__.py", "account.py", "apigateway.py", "compute.py", "data.py", "guard.py", "identity.py", "tools.py",
);

/// Writes the launcher and the emulator's patches into the folder; returns the script to run.
pub fn write(make: Make, folder: &Path) -> Result<PathBuf, EmulatorError> {
    let package = folder.join(format!("{}_gaps", make.name()));
    fs::create_dir(&package).map_err(EmulatorError::files(&package))?;
    let sources = match make {
        Make::Ministack => MINISTACK,
        Make::Moto => MOTO,
    };
    for (name, text) in sources {
        let path = package.join(name);
        fs::write(&path, text).map_err(EmulatorError::files(&path))?;
    }
    let launcher = folder.join("launch.py");
    fs::write(&launcher, LAUNCHER).map_err(EmulatorError::files(&launcher))?;
    Ok(launcher)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_of_the_packages_is_left_behind() {
        for (make, sources) in [("ministack", MINISTACK), ("moto", MOTO)] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/emulator/{make}_gaps"));
            let mut there: Vec<String> = fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter(|name| name.ends_with(".py"))
                .collect();
            there.sort();
            assert_eq!(there, sources.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        }
    }
}
