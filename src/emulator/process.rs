//! Runs an installed emulator in a process group of its own: until we drop it or die, or for as long as it is asked something.

#![expect(clippy::disallowed_methods, reason = "it watches a process and its log")]

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdin, Command};

use super::kept::Kept;
use super::{EmulatorError, Server, launcher};
use crate::child;
use crate::environment;

/// A slow machine needs some seconds to load an emulator's code; one that needs longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(25);

/// How long an emulator runs on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// It ends so long after the last request,
    pub idle: Duration,
    /// and so long after the first one in any case; until then it has a minute to come up.
    pub most: Duration,
}

/// What the launcher takes: without a lifetime it ends with us.
fn life(lifetime: Option<Lifetime>) -> String {
    let kept = |Lifetime { idle, most }| format!("kept:{}:{}", idle.as_secs_f64(), most.as_secs_f64());
    lifetime.map_or_else(|| "attached".into(), kept)
}

/// A running emulator's process.
#[derive(Debug)]
pub struct Process {
    endpoint: String,
    child: Child,
    /// The launcher ends everything when this closes. `None` once we have closed it, and where it runs on its own.
    pipe: Option<ChildStdin>,
    /// Home, temporary files and log of the emulator.
    folder: TempDir,
    /// True once it is to outlive us.
    is_left: bool,
}

/// How one start went.
enum Start {
    Answers,
    Ended,
    Silent,
}

impl Process {
    /// Starts it on a free port and waits until it answers.
    pub async fn start(
        server: &Server,
        python: &Path,
        lifetime: Option<Lifetime>,
        settings: impl Fn(u16) -> Vec<(&'static str, String)>,
    ) -> Result<Self, EmulatorError> {
        let mut tries = 3;
        loop {
            tries -= 1;
            let port = free_port()?;
            let mut process = Self::spawn(server, python, lifetime, port, settings(port))?;
            let end = process.wait_for(port).await;
            let (make, log) = (server.package.name, process.log());
            match end {
                Start::Answers => return Ok(process),
                Start::Silent => return Err(EmulatorError::Silent { make, seconds: PATIENCE.as_secs(), log }),
                // Another program may take the free port between our finding it and the emulator's binding it.
                Start::Ended if tries > 0 && log.to_lowercase().contains("in use") => {}
                Start::Ended => return Err(EmulatorError::Ended { make, log }),
            }
        }
    }

    fn spawn(
        server: &Server,
        python: &Path,
        lifetime: Option<Lifetime>,
        port: u16,
        settings: Vec<(&'static str, String)>,
    ) -> Result<Self, EmulatorError> {
        let folder = TempDir::with_prefix("serverless-app-emulator-")
            .map_err(EmulatorError::files(&environment::temporary_folder()))?;
        let log = folder.path().join("log");
        let output = fs::File::create(&log).map_err(EmulatorError::files(&log))?;
        let errors = output.try_clone().map_err(EmulatorError::files(&log))?;
        let launcher = launcher::write(server, folder.path())?;
        let mut command = Command::from(child::local(python));
        command.args(["-I", "-B"]).arg(&launcher).arg(port.to_string()).arg(folder.path()).arg(life(lifetime));
        command.args(server.patches.iter().map(|patches| patches.name));
        // Its home is its own, so nothing outlives it.
        command.envs([("HOME", folder.path()), ("TMPDIR", folder.path())]).env("PYTHONUNBUFFERED", "1").envs(settings);
        command.stdout(output).stderr(errors).current_dir(folder.path());
        match lifetime {
            None => command.stdin(Stdio::piped()).kill_on_drop(true).process_group(0),
            // It makes a session of its own, which the leader of a group cannot.
            Some(_) => command.stdin(Stdio::null()),
        };
        let mut child = command.spawn().map_err(EmulatorError::files(python))?;
        let pipe = child.stdin.take();
        Ok(Self { endpoint: format!("http://127.0.0.1:{port}"), child, pipe, folder, is_left: false })
    }

    async fn wait_for(&mut self, port: u16) -> Start {
        let (address, start) = (SocketAddr::from((Ipv4Addr::LOCALHOST, port)), Instant::now());
        while start.elapsed() < PATIENCE {
            let answers = TcpStream::connect(address).await.is_ok();
            if !matches!(self.child.try_wait(), Ok(None)) {
                return Start::Ended;
            }
            if answers {
                return Start::Answers;
            }
            tokio::time::sleep(POLL).await;
        }
        Start::Silent
    }

    /// Where it answers.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The launcher's process id; `None` once it has ended.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Ends it and waits for its end.
    pub async fn stop(mut self) {
        self.pipe = None;
        // Should it not end, then dropping the child kills it.
        let _ = tokio::time::timeout(Duration::from_secs(5), self.child.wait()).await;
    }

    /// Lets it outlive us; says how it is found again. `None` if it has ended already.
    pub fn leave(mut self) -> Option<Kept> {
        let pid = self.pid()?;
        self.is_left = true;
        self.folder.disable_cleanup(true);
        Some(Kept { pid, endpoint: self.endpoint.clone(), folder: self.folder.path().to_owned() })
    }

    fn log(&self) -> String {
        let bytes = fs::read(self.folder.path().join("log")).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.trim().lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }
}

/// What a drop does besides, unless it is to outlive us: the pipe closes, so the launcher ends its whole process group; tokio's handle kills the
/// launcher if it is still there. Giving the launcher a moment lets it end the group before it is killed itself.
impl Drop for Process {
    fn drop(&mut self) {
        if self.is_left {
            return;
        }
        if self.pipe.take().is_none() {
            // One that was to run on its own and does not answer. There is nothing to do about one that has ended.
            let _ = self.child.start_kill();
        }
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(2) && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// A port that was free a moment ago.
fn free_port() -> Result<u16, EmulatorError> {
    let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    Ok(bound.map_err(EmulatorError::files(Path::new("127.0.0.1")))?.port())
}
