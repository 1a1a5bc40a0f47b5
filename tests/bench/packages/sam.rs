//! `sam build` of the same functions: pip installs each function's requirements from the same index, several functions at a
//! time. What it makes are folders; that they become zips is another command's work.
//!
//! It is installed as the emulators are, and runs the pip of the runtime's Python, so it needs that one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serverless_app::emulator::{Package, cache_folder};
use tempfile::TempDir;

use super::index::{Index, pinned};
use super::{App, Figures, figures};
use crate::cost::MEASURE;
use crate::support::command::Cli;

const SAM: Package =
    Package { name: "aws-sam-cli", version: "1.170.0", requirements: include_str!("../requirements-sam.txt") };

/// The Python of the locks' runtime.
const PYTHON: &str = "python3.11";

/// The folder of its programs; `None` where the runtime's Python is not there.
pub async fn programs() -> Option<PathBuf> {
    let has_python =
        Command::new(PYTHON).args(["-m", "pip", "--version"]).output().is_ok_and(|ran| ran.status.success());
    if !has_python {
        println!("\n`sam build` is not measured: there is no {PYTHON} with pip.");
        return None;
    }
    let programs = SAM.programs(&cache_folder().expect("a cache folder")).await;
    Some(programs.unwrap_or_else(|error| panic!("{error}")))
}

/// Builds the functions of an app once, in a folder of its own.
pub fn build(app: &App, programs: &Path, index: &Index) -> Figures {
    let folder = lay_out(app);
    let sam = programs.join("sam").display().to_string();
    let path = std::env::join_paths(
        [programs.to_owned()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let cli = Cli::of(Command::new("python3"), &["-c", MEASURE, &sam, "build", "--parallel"]).folder(folder.path());
    let cli = cli.env("PATH", path.expect("a search path")).env("SAM_CLI_TELEMETRY", "0");
    figures(cli.env("PIP_INDEX_URL", format!("{}/simple", index.root)).env("PIP_DISABLE_PIP_VERSION_CHECK", "1"))
}

/// A template with the functions, and their folders, each with the wheels of its lock as its requirements.
fn lay_out(app: &App) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let mut template = "Transform: AWS::Serverless-2016-10-31\nResources:\n".to_owned();
    for number in 0..app.functions {
        template.push_str(&format!(
            "  F{number}:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: f{number}\n      \
             Runtime: {PYTHON}\n      Handler: main.handler\n"
        ));
        let own = folder.path().join(format!("f{number}"));
        fs::create_dir(&own).expect("a folder");
        fs::write(own.join("main.py"), format!("def handler(event, context):\n    return {number}\n"))
            .expect("a handler");
        fs::write(own.join("requirements.txt"), pinned(app.locks[number % app.locks.len()])).expect("requirements");
    }
    fs::write(folder.path().join("template.yaml"), template).expect("a template");
    folder
}
