//! A local AWS emulator, installed and run by ourselves: for `rehearse`, and for the tests.
//!
//! What is promised: the emulator and all it needs are pinned by version and hash; it listens on the loopback
//! interface alone; it keeps nothing from one start to the next; and it ends with us, however we end. The last is
//! the launcher's work: it watches a pipe that only we hold, so that even `kill -9` leaves no emulator behind. One that is
//! [`Kept`] runs on its own instead, and the launcher ends it when nobody has asked it anything for a while.
//! Where an emulator does not answer as AWS does, it is patched when it starts, so that no code of ours has to know:
//! the package `ministack_gaps` lists every such place of ministack, the emulator that this program carries. The tests
//! bring another one, so that the quirks of one are not taken for AWS. What no emulator does as AWS was recorded to is in
//! the package `recorded`, which every emulator loads; `docs/aws-differs.md` says where each of it comes from.

use crate::environment;
mod error;
mod install;
mod kept;
mod launcher;
mod ministack;
mod note;
mod process;

use std::path::{Path, PathBuf};

pub use error::EmulatorError;
pub use install::Package;
pub use kept::Kept;
pub use ministack::{MINISTACK, RECORDED};
pub use note::{End, Note, Notes, Turn};
pub use process::Lifetime;
use process::Process;

/// How an emulator is installed and run.
#[derive(Debug, Clone, Copy)]
pub struct Server {
    /// Its Python package, with what that needs.
    pub package: Package,
    /// What makes it answer more like AWS, loaded in this order. The module `serve` of the first of them runs it.
    pub patches: &'static [Patches],
    /// The settings that it takes from its environment, by port, account and region.
    pub settings: fn(u16, &str, &str) -> Vec<(&'static str, String)>,
}

/// A Python package that is loaded into an emulator's process.
#[derive(Debug, Clone, Copy)]
pub struct Patches {
    pub name: &'static str,
    /// Its files: names and texts.
    pub files: &'static [(&'static str, &'static str)],
}

/// A running emulator. It ends when this is dropped.
#[derive(Debug)]
pub struct Emulator {
    process: Process,
}

impl Emulator {
    /// Starts an emulator whose account is `account`; installs it under `cache` if it is not there yet.
    /// Credentials whose access key has 12 digits reach an account of their own, of that number.
    pub async fn start(server: &Server, cache: &Path, account: &str, region: &str) -> Result<Self, EmulatorError> {
        Ok(Self { process: start(server, cache, None, account, region).await? })
    }

    /// Starts one that runs on its own for this long.
    pub async fn keep(
        server: &Server,
        cache: &Path,
        lifetime: Lifetime,
        account: &str,
        region: &str,
    ) -> Result<Kept, EmulatorError> {
        let kept = start(server, cache, Some(lifetime), account, region).await?.leave();
        kept.ok_or_else(|| EmulatorError::Ended { make: server.package.name, log: String::new() })
    }

    /// Where it answers: `http://127.0.0.1:<port>`.
    pub fn endpoint(&self) -> &str {
        self.process.endpoint()
    }

    /// The process that runs it.
    pub fn pid(&self) -> Option<u32> {
        self.process.pid()
    }

    /// Ends it, and returns once it is gone.
    pub async fn stop(self) {
        self.process.stop().await;
    }
}

async fn start(
    server: &Server,
    cache: &Path,
    lifetime: Option<Lifetime>,
    account: &str,
    region: &str,
) -> Result<Process, EmulatorError> {
    let python = server.package.python(cache).await?;
    Process::start(server, &python, lifetime, |port| (server.settings)(port, account, region)).await
}

/// The user's cache folder for this program: `SERVERLESS_APP_CACHE`, or the place that the system means for caches.
pub fn cache_folder() -> Result<PathBuf, EmulatorError> {
    use etcetera::BaseStrategy;

    if let Some(folder) = environment::path("SERVERLESS_APP_CACHE") {
        return Ok(folder);
    }
    let base = etcetera::choose_base_strategy().map_err(|_| EmulatorError::NoHome)?;
    Ok(base.cache_dir().join("serverless-app"))
}
