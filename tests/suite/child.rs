//! What other programs are started with, and where git looks.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::pull_request::{AFTER, World};
use crate::support::command::Cli;
use crate::support::files;
use crate::support::project::{EXAMPLE, Project};

/// What a runner sets, and what no child of ours may see.
const SECRET: [(&str, &str); 8] = [
    ("GITHUB_TOKEN", "ghs_planted_token_of_the_loopback_github"),
    ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "planted-request-token"),
    ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://token.example.org"),
    ("ACTIONS_RUNTIME_TOKEN", "planted-secret-runtime"),
    ("ACTIONS_RESULTS_URL", "https://results.example.org"),
    ("INPUT_GITHUB-TOKEN", "planted-secret-input"),
    ("LD_PRELOAD_OF_A_TEST", "planted-secret-library"),
    ("PIP_CONSTRAINT", "/planted-secret-constraint"),
];

/// A folder of programs that write down their variables; `ends` is what they do then.
struct Spies(TempDir);

impl Spies {
    fn new(programs: &[&str], ends: &str) -> Self {
        let folder = TempDir::with_prefix("serverless-app-spies-").expect("a folder");
        for name in programs {
            files::executable(&folder.path().join(name), &format!("#!/bin/sh\nenv >>\"$0.saw\"\n{ends}\n"));
        }
        Self(folder)
    }

    /// In front of all other programs, with what is secret beside what is not.
    fn watch(&self, cli: Cli) -> Cli {
        let path = format!("{}:{}", self.0.path().display(), std::env::var("PATH").expect("a search path"));
        let given = [("PIP_INDEX_URL", "https://index.example.org/simple"), ("https_proxy", "http://127.0.0.1:9")];
        SECRET.iter().chain(&given).fold(cli, |cli, (name, value)| cli.env(name, value)).env("PATH", path)
    }

    /// The variables that a program saw, each as `NAME=value`; it has been started.
    fn saw(&self, program: &str) -> Vec<String> {
        let saw = fs::read_to_string(self.0.path().join(format!("{program}.saw")));
        let saw = saw.unwrap_or_else(|error| panic!("{program} was not started: {error}"));
        saw.lines().map(str::to_owned).collect()
    }

    /// A program was started, and saw nothing that is secret.
    fn assert_blind(&self, program: &str) {
        let saw = self.saw(program);
        assert!(saw.iter().any(|line| line.starts_with("PATH=")), "{saw:?}");
        for start in ["GITHUB_", "ACTIONS_", "AWS_", "INPUT_", "SERVERLESS_APP_", "PIP_CONSTRAINT", "LD_PRELOAD"] {
            assert!(!saw.iter().any(|line| line.starts_with(start)), "{program} saw {start}: {saw:?}");
        }
        assert!(!saw.iter().any(|line| line.contains("planted")), "{program}: {saw:?}");
    }
}

fn event(world: &World) -> Value {
    json!({"pull_request": world.github.state().pulls[&7]})
}

#[tokio::test(flavor = "multi_thread")]
async fn git_sees_no_token_and_reads_no_configuration_of_others() {
    let world = World::new().await;
    let git = which("git");
    let spies = Spies::new(&["git"], &format!("exec {} \"$@\"", git.display()));
    let ran = spies.watch(world.in_job("pull_request", &event(&world), &world.merge, &["plan"])).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    spies.assert_blind("git");
    let saw = spies.saw("git");
    for line in
        ["GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none"]
    {
        assert!(saw.iter().any(|variable| variable == line), "{line}: {saw:?}");
    }
    assert!(!saw.iter().any(|line| line.to_lowercase().contains("proxy")), "git needs no network: {saw:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn python_sees_no_token_and_where_packages_come_from() {
    let world = World::new().await;
    world.project.write(EXAMPLE);
    let empty = TempDir::new().expect("a folder");
    let spies = Spies::new(&["python3"], "exit 1");
    let cli = world.in_job("pull_request", &event(&world), &world.merge, &["rehearse"]);
    let ran = spies.watch(cli.env("SERVERLESS_APP_CACHE", empty.path())).run();
    assert_ne!(ran.code, Some(0), "there is no python3");
    spies.assert_blind("python3");
    let saw = spies.saw("python3");
    for given in ["PIP_INDEX_URL=https://index.example.org/simple", "https_proxy=http://127.0.0.1:9"] {
        assert!(saw.iter().any(|line| line == given), "{given}: {saw:?}");
    }
    assert!(saw.iter().any(|line| line.starts_with("HOME=")), "{saw:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_plan_nor_apply_starts_anything_of_python_s() {
    let world = World::new().await;
    world.project.write(EXAMPLE);
    let empty = TempDir::new().expect("a folder");
    let names = ["python3", "python", "pip", "pip3", "uv"];
    let spies = Spies::new(&names, "exit 1");
    let path = format!("{}:{}", spies.0.path().display(), std::env::var("PATH").expect("a search path"));
    let cli = world.in_job("pull_request", &event(&world), &world.merge, &["plan"]);
    let ran = cli.env("SERVERLESS_APP_CACHE", empty.path()).env("PATH", path).run();
    assert_eq!(ran.code, Some(0), "its packages are fetched all the same: {}", ran.stderr);
    for name in names {
        assert!(!spies.0.path().join(format!("{name}.saw")).exists(), "{name} was started");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn packages_are_fetched_by_way_of_the_proxy_and_no_credential_is_printed() {
    let world = World::new().await;
    world.project.write(EXAMPLE);
    let empty = TempDir::new().expect("a folder");
    let spies = Spies::new(&["python3"], "exit 1");
    let cli = world.in_job("pull_request", &event(&world), &world.merge, &["plan"]);
    let cli = spies.watch(cli.env("SERVERLESS_APP_CACHE", empty.path()));
    let ran = cli.env("PIP_INDEX_URL", "https://planted-user:planted-password@index.example.org/simple").run();
    assert_eq!(ran.code, Some(64), "nobody is at that proxy: {}", ran.stderr);
    assert!(ran.stderr.contains("https://index.example.org/simple/"), "{}", ran.stderr);
    assert!(ran.stderr.contains("cannot be reached") && ran.stderr.contains("HTTPS_PROXY"), "{}", ran.stderr);
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("planted"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_looks_like_a_repository_is_not_asked() {
    let world = World::new().await;
    let root = world.project.folder().to_owned();
    let app = root.join("app");
    lay_out(&app, &root, &world.head);
    fs::write(app.join("serverless-app.toml"), AFTER).expect("a manifest");
    let found = files::git(&app, &["rev-parse", "HEAD"]);
    assert_eq!(found, world.head, "git by itself takes the folder for a repository");
    let arguments = ["plan", "--manifest", "app/serverless-app.toml"];
    world.job("pull_request", &event(&world), &world.merge, &arguments, 0);
    assert_eq!(about(&world, "head_sha"), world.head);
    assert_eq!(about(&world, "base_sha"), files::git(&root, &["rev-parse", "main"]));
    // With the working directory inside of it as well.
    let cli = world.in_job("pull_request", &event(&world), &world.merge, &["plan", "--out", "../serverless-app-plan"]);
    let ran = cli.folder(&app).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(!app.join("fsmonitor-ran").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_is_seen_in_a_checkout_that_is_one_commit_deep_and_replacements_are_not() {
    let world = World::new().await;
    let root = world.project.folder().to_owned();
    let base = files::git(&root, &["rev-parse", "main"]);
    fs::write(root.join(".git/shallow"), format!("{}\n", world.merge)).expect("a shallow checkout");
    assert_eq!(files::git(&root, &["rev-list", "--parents", "-1", "HEAD"]), world.merge, "git shows no parents");
    files::git(&root, &["replace", "-f", &world.merge, &world.head]);
    world.job("pull_request", &event(&world), &world.merge, &["plan"], 0);
    assert_eq!((about(&world, "head_sha"), about(&world, "base_sha")), (world.head.clone(), base));
    fs::remove_dir_all(root.join(".git")).expect("no checkout");
    let ran = world.job("pull_request", &event(&world), &world.merge, &["plan"], 64);
    assert!(ran.stderr.contains("is not in a checkout"), "{}", ran.stderr);
}

/// Files that git takes for a bare repository, as any commit can hold them.
fn lay_out(folder: &Path, of: &Path, head: &str) {
    for made in ["refs/heads", "objects/info"] {
        fs::create_dir_all(folder.join(made)).expect("a folder");
    }
    let objects = of.join(".git/objects").display().to_string();
    fs::write(folder.join("objects/info/alternates"), objects + "\n").expect("a file");
    fs::write(folder.join("HEAD"), format!("{head}\n")).expect("a file");
    let config = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tfsmonitor = touch fsmonitor-ran\n";
    fs::write(folder.join("config"), config).expect("a file");
}

fn which(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").expect("a search path");
    let found = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("no {program}"))
}

/// What the plan's envelope says.
fn about(world: &World, name: &str) -> String {
    let text = fs::read_to_string(world.bundle().join("envelope.json")).expect("an envelope");
    let envelope: Value = serde_json::from_str(&text).expect("JSON");
    envelope["github"][name].as_str().unwrap_or_default().to_owned()
}

#[test]
fn the_example_needs_packages() {
    // Otherwise python3 would not be started above.
    assert!(Project::at("http://127.0.0.1:9", EXAMPLE).folder().join("lambda/pylock.toml").exists());
}
