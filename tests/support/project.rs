//! A user's project in a folder of its own, on an account of its own.

use std::path::Path;

use serde_json::Value;
use serverless_app::aws::Aws;
use serverless_app::emulator::cache_folder;
use tempfile::TempDir;

use super::command::{Cli, Ran};
use super::emulator::{self, Make};
use super::files;

/// The project's own example.
pub const EXAMPLE: &str = include_str!("../../serverless-app.toml");

/// A manifest with `lambda/` beside it.
pub struct Project {
    folder: TempDir,
    endpoint: String,
    account: String,
}

impl Project {
    /// On the shared emulator of this make.
    pub async fn new(make: Make, manifest: &str) -> Self {
        Self::at(&emulator::endpoint(make).await, manifest)
    }

    /// At an endpoint.
    pub fn at(endpoint: &str, manifest: &str) -> Self {
        let folder = TempDir::with_prefix("serverless-app-project-").expect("a folder");
        let lambda = folder.path().join("lambda");
        std::fs::create_dir(&lambda).expect("a folder");
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("lambda");
        for entry in std::fs::read_dir(example).expect("the example").map(|entry| entry.expect("an entry")) {
            if entry.file_type().expect("a type").is_file() {
                std::fs::copy(entry.path(), lambda.join(entry.file_name())).expect("a copy");
            }
        }
        let project = Self { folder, endpoint: endpoint.into(), account: emulator::account() };
        project.write(manifest);
        project
    }

    /// Another folder of somebody with the same account, empty.
    pub fn beside(&self) -> Self {
        let folder = TempDir::with_prefix("serverless-app-project-").expect("a folder");
        Self { folder, endpoint: self.endpoint.clone(), account: self.account.clone() }
    }

    /// Reaches the same account at another endpoint.
    pub fn reach(&mut self, endpoint: &str) {
        endpoint.clone_into(&mut self.endpoint);
    }

    /// Gives it another manifest.
    pub fn write(&self, manifest: &str) {
        std::fs::write(self.folder.path().join("serverless-app.toml"), manifest).expect("the manifest");
    }

    /// Writes a file in its folder.
    pub fn file(&self, path: &str, bytes: impl AsRef<[u8]>) {
        files::write(self.folder(), path, bytes);
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its account, which is also the access key.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Clients for its account.
    pub async fn aws(&self) -> Aws {
        self.aws_in(emulator::REGION).await
    }

    /// Clients for its account in a region.
    pub async fn aws_in(&self, region: &str) -> Aws {
        let region = region.parse().expect("a region");
        Aws::emulator(&region, &self.endpoint, &self.account).await.expect("clients")
    }

    /// The binary in its folder, with its account's credentials.
    pub fn cli(&self, arguments: &[&str]) -> Cli {
        self.place(Cli::new(arguments))
    }

    /// Another program in its folder, with its account's credentials.
    pub fn place(&self, cli: Cli) -> Cli {
        let cache = cache_folder().expect("a cache folder");
        cli.aws(&self.endpoint, &self.account).folder(self.folder()).env("SERVERLESS_APP_CACHE", cache)
    }

    /// Runs the binary, which has to end with this exit code.
    pub fn run(&self, arguments: &[&str], code: i32) -> Ran {
        let ran = self.cli(arguments).run();
        assert_eq!(ran.code, Some(code), "{arguments:?}\n{}\n{}", ran.stdout, ran.stderr);
        ran
    }

    /// Plans with these further arguments; gives the plan.
    pub fn plan(&self, more: &[&str]) -> Value {
        let ran = self.run(&[&["plan", "--format", "json"], more].concat(), 0);
        serde_json::from_str(&ran.stdout).expect("a plan")
    }

    /// Applies the plan that was written last.
    pub fn apply(&self, code: i32) -> Ran {
        let id = self.plan_id();
        self.run(&["apply", "serverless-app-plan", "--expect", &id], code)
    }

    /// The id of the plan that was written last, as `sha256sum` would tell it.
    pub fn plan_id(&self) -> String {
        files::plan_id(&self.folder().join("serverless-app-plan"))
    }

    /// Plans and applies; then there is nothing left to do.
    pub fn deploy(&self, more: &[&str]) -> Value {
        let plan = self.plan(more);
        self.apply(0);
        assert_eq!(changes(&self.plan(more)), Vec::<String>::new(), "planning again");
        plan
    }
}

/// What a plan changes, as `update kind/name path`, a line an attribute; creations and deletions in one line each.
pub fn changes(plan: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for change in plan["changes"].as_array().expect("changes") {
        let (action, address) =
            (change["action"].as_str().expect("a word"), change["address"].as_str().expect("a word"));
        if matches!(action, "create" | "delete" | "release") {
            lines.push(format!("{action} {address}"));
            continue;
        }
        for diff in change["diff"].as_array().expect("diffs") {
            lines.push(format!("{action} {address} {}", diff["path"].as_str().expect("a path")));
        }
    }
    lines.sort();
    lines
}
