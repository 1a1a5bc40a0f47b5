//! An emulator that runs on its own: how it is found again, and ended.
//!
//! A process id alone can be reused: the process counts as the emulator only if it was started with the emulator's own
//! folder, whose name nobody else has.

#![expect(clippy::disallowed_methods, reason = "it looks at a process and removes what is left of it")]

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::EmulatorError;
use crate::child;

/// How long a process that was killed may still be seen.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long its port may take connections after that; then it is another's.
const LATE: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(20);

/// An emulator that runs on its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Its process, which leads a group.
    pub pid: u32,
    /// Where it answers.
    pub endpoint: String,
    /// Its home, temporary files and log, which end with it.
    pub folder: PathBuf,
}

impl Kept {
    /// True while that process runs, and is the emulator.
    pub fn is_running(&self) -> bool {
        self.pid > 1 && command_line(self.pid).is_some_and(|line| line.contains(&*self.folder.to_string_lossy()))
    }

    /// Ends it with all that it has started, and removes its folder. `false` if it was not running any more.
    pub async fn stop(&self) -> Result<bool, EmulatorError> {
        if !self.is_running() {
            return Ok(false);
        }
        let failed = |error: std::io::Error| EmulatorError::Unstoppable { pid: self.pid, detail: error.to_string() };
        let group = format!("-{}", self.pid);
        let sent = child::local("sh").args(["-c", "kill -s KILL -- \"$1\"", "sh", &group]).output().map_err(failed)?;
        if !sent.status.success() {
            let detail = String::from_utf8_lossy(&sent.stderr).trim().to_owned();
            return Err(EmulatorError::Unstoppable { pid: self.pid, detail });
        }
        let start = Instant::now();
        while self.is_running() {
            if start.elapsed() > PATIENCE {
                return Err(EmulatorError::Unstoppable { pid: self.pid, detail: "it still runs".into() });
            }
            tokio::time::sleep(POLL).await;
        }
        // A process gives up what it was started with before its sockets.
        let ended = Instant::now();
        while ended.elapsed() < LATE && self.listens().await {
            tokio::time::sleep(POLL).await;
        }
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(EmulatorError::files(&self.folder)(error))
            }
            _ => Ok(true),
        }
    }

    async fn listens(&self) -> bool {
        tokio::net::TcpStream::connect(self.endpoint.trim_start_matches("http://")).await.is_ok()
    }
}

/// What a process was started with; `None` where there is none. Linux says it in a file, every system by `ps`.
fn command_line(pid: u32) -> Option<String> {
    if let Ok(words) = fs::read(format!("/proc/{pid}/cmdline")) {
        return Some(String::from_utf8_lossy(&words).into_owned());
    }
    let said = child::local("ps").args(["-ww", "-o", "args=", "-p", &pid.to_string()]).output().ok()?;
    said.status.success().then(|| String::from_utf8_lossy(&said.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_process_of_that_number_that_is_another_one_is_left_alone() {
        let endpoint = "http://127.0.0.1:9".to_owned();
        let this =
            Kept { pid: std::process::id(), endpoint: endpoint.clone(), folder: "/nowhere/of-an-emulator".into() };
        assert!(!this.is_running());
        assert!(!this.stop().await.unwrap(), "it is not stopped, or this test would have ended");
        for pid in [0, 1, u32::MAX] {
            assert!(!Kept { pid, ..this.clone() }.is_running(), "{pid}");
        }
        let program = PathBuf::from(&crate::environment::command_line()[0]);
        assert!(Kept { folder: program, ..this }.is_running(), "what it was started with says whose it is");
    }
}
