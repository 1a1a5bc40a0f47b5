//! A local AWS emulator, which this program installs and runs: for `rehearse`, and for the tests.
//!
//! What is guaranteed: the emulator and everything it needs are pinned by version and hash; it listens only on the
//! loopback interface; it keeps nothing from one start to the next; and it ends with this program, however that ends.
//! The launcher sees to the last: it watches a pipe that only this program holds, so even `kill -9` leaves no emulator
//! behind. A [`Kept`] emulator runs on its own instead, and the launcher stops it when it has received no request for a
//! while.
//!
//! Where an emulator does not answer as AWS does, it is patched when it starts, so that the product does not have to
//! know: the package `ministack_gaps` lists every such place of ministack, the emulator that this program uses. The
//! tests use another one as well, so that the quirks of one are not taken for AWS. Behaviour of AWS that was recorded
//! and that no emulator has is in the package `recorded`, which every emulator loads; `docs/aws-differs.md` says where
//! each part comes from.

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
