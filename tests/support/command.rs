//! Runs the built binary as a user would, with nothing of our own environment.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A run of the binary to be.
pub struct Cli {
    command: Command,
    home: TempDir,
    timeout: Duration,
}

/// What came of it.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
}

impl Cli {
    /// The binary with these arguments, in an empty home folder, with the search path and no other variable.
    pub fn new(arguments: &[&str]) -> Self {
        Self::of(Command::new(env!("CARGO_BIN_EXE_serverless-app")), arguments)
    }

    /// A command with these further arguments.
    pub fn of(mut command: Command, arguments: &[&str]) -> Self {
        let home = TempDir::with_prefix("serverless-app-test-").expect("a folder");
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.args(arguments).env_clear().env("PATH", path).env("HOME", home.path()).current_dir(home.path());
        Self { command, home, timeout: Duration::from_secs(120) }
    }

    /// With credentials of this account, for this endpoint.
    pub fn aws(self, endpoint: &str, account: &str) -> Self {
        self.env("AWS_ENDPOINT_URL", endpoint)
            .env("AWS_ACCESS_KEY_ID", account)
            .env("AWS_SECRET_ACCESS_KEY", "planted-secret-access-key")
            .env("AWS_REGION", super::emulator::REGION)
            .env("AWS_EC2_METADATA_DISABLED", "true")
    }

    /// With one more variable.
    pub fn env(mut self, key: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    /// In this folder rather than the home folder.
    pub fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Killed after this long rather than two minutes.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The home folder.
    pub fn home(&self) -> PathBuf {
        self.home.path().to_owned()
    }

    /// Runs it to its end.
    pub fn run(self) -> Ran {
        self.run_with(|_| {})
    }

    /// Runs it to its end, or until `is_over` says so: then it is killed, as by `kill -9`.
    pub fn run_until(self, is_over: impl Fn() -> bool) -> Ran {
        self.run_with(|child| {
            if is_over() {
                child.kill().expect("a kill");
            }
        })
    }

    /// Runs it to its end, and gives it SIGTERM each time that `is_time` says so, which is asked with the number of
    /// times before.
    pub fn run_and_terminate(self, is_time: impl Fn(usize) -> bool) -> Ran {
        let mut times = 0;
        self.run_with(|child| {
            if is_time(times) {
                times += 1;
                let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
                assert!(sent.expect("kill").success());
            }
        })
    }

    fn run_with(mut self, mut meanwhile: impl FnMut(&mut Child)) -> Ran {
        let start = Instant::now();
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().expect("the binary");
        let stdout = drain(child.stdout.take().expect("a pipe"));
        let stderr = drain(child.stderr.take().expect("a pipe"));
        let code = loop {
            if let Some(status) = child.try_wait().expect("a status") {
                break status.code();
            }
            meanwhile(&mut child);
            if start.elapsed() > self.timeout {
                child.kill().expect("a kill");
                child.wait().expect("a status");
                panic!("{:?} took longer than {:?}\n{}", self.command, self.timeout, stderr.join().expect("text"));
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let took = start.elapsed();
        let ran = Ran { code, stdout: stdout.join().expect("text"), stderr: stderr.join().expect("text"), took };
        let folder = self.command.get_current_dir().expect("a folder");
        assert_hidden("stdout", &ran.stdout);
        assert_hidden("stderr", &ran.stderr);
        written(folder, 2).iter().for_each(|(path, text)| assert_hidden(&path.display().to_string(), text));
        ran
    }
}

/// What tests plant that no manifest knows: it must show in nothing that the binary prints or writes.
const PLANTED: [&str; 3] = ["planted-secret", "planted-request-token", "ghs_planted_token"];

/// Nothing planted is in a text, but where the runner is told to hide it.
fn assert_hidden(name: &str, text: &str) {
    for line in text.lines().filter(|line| !line.starts_with("::add-mask::")) {
        assert!(!PLANTED.iter().any(|planted| line.contains(planted)), "{name} holds what was planted: {line}");
    }
}

/// The files in a folder and those below it, as text.
fn written(folder: &Path, depth: usize) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    // A folder may be gone by now, or hold what others are just writing.
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth > 1 => files.extend(written(&path, depth - 1)),
            Ok(kind) if kind.is_file() && entry.file_name() != "secrets" => {
                files.extend(std::fs::read(&path).ok().map(|text| (path, String::from_utf8_lossy(&text).into_owned())));
            }
            _ => {}
        }
    }
    files
}

/// Reads on the side, so that a full pipe never blocks the binary.
pub fn drain(mut pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("a readable pipe");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
