//! A local AWS emulator, installed and run by ourselves: for `rehearse`, and for the tests.
//!
//! What is promised: the emulator and all it needs are pinned by version and hash; it listens on the loopback
//! interface alone; it keeps nothing from one start to the next; and it ends with us, however we end. The last is
//! the launcher's work: it watches a pipe that only we hold, so that even `kill -9` leaves no emulator behind.
//! Where an emulator does not answer as AWS does, it is patched when it starts, so that no code of ours has to know:
//! the packages `ministack_gaps` and `moto_gaps` list every such place.

mod error;
mod install;
mod launcher;
mod process;

use std::path::{Path, PathBuf};

pub use error::EmulatorError;
pub use install::Package;
use process::Process;

/// An emulator's make. Two, so that the quirks of one are not taken for AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Make {
    /// Runs Python functions for real, behind the API that was deployed.
    Ministack,
    /// Knows AWS Config in full.
    Moto,
}

/// A running emulator. It ends when this is dropped.
#[derive(Debug)]
pub struct Emulator {
    process: Process,
}

impl Make {
    /// The name of the Python package.
    pub fn name(self) -> &'static str {
        self.package().name
    }

    /// The release that is installed.
    pub fn version(self) -> &'static str {
        self.package().version
    }

    fn package(self) -> Package {
        match self {
            Self::Ministack => Package {
                name: "ministack",
                version: "1.5.33",
                requirements: include_str!("emulator/requirements-ministack.txt"),
            },
            Self::Moto => {
                Package { name: "moto", version: "5.2.5", requirements: include_str!("emulator/requirements-moto.txt") }
            }
        }
    }

    /// The settings that the emulator takes from its environment.
    fn settings(self, port: u16, account: &str, region: &str) -> Vec<(&'static str, String)> {
        match self {
            Self::Ministack => vec![
                ("BIND_HOST", "127.0.0.1".into()),
                ("GATEWAY_PORT", port.to_string()),
                ("MINISTACK_HOST", "127.0.0.1".into()),
                ("MINISTACK_REGION", region.into()),
                ("MINISTACK_ACCOUNT_ID", account.into()),
                ("IOT_MTLS_ENABLED", "0".into()),
                ("SFTP_ENABLED", "0".into()),
            ],
            Self::Moto => vec![
                ("MOTO_ACCOUNT_ID", account.into()),
                ("MOTO_IAM_LOAD_MANAGED_POLICIES", "true".into()),
                ("AWS_DEFAULT_REGION", region.into()),
            ],
        }
    }
}

impl Emulator {
    /// Starts an emulator whose account is `account`; installs it under `cache` if it is not there yet.
    /// Credentials whose access key has 12 digits reach an account of their own, of that number.
    pub async fn start(make: Make, cache: &Path, account: &str, region: &str) -> Result<Self, EmulatorError> {
        Self::start_with(make, cache, account, region, &[]).await
    }

    /// The same, with further settings of this make. ministack's `AUTH` is one, with `true`: then every request must be
    /// allowed by IAM, but for those whose access key is an account.
    pub async fn start_with(
        make: Make,
        cache: &Path,
        account: &str,
        region: &str,
        further: &[(&'static str, &str)],
    ) -> Result<Self, EmulatorError> {
        let python = make.package().python(cache).await?;
        let further = further.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let settings = |port| make.settings(port, account, region).into_iter().chain(further.clone()).collect();
        let process = Process::start(make, &python, settings).await?;
        Ok(Self { process })
    }

    /// True if a start needs no installation, hence no network.
    pub fn is_installed(make: Make, cache: &Path) -> bool {
        make.package().is_installed(cache)
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

/// The user's cache folder for this program: `SERVERLESS_APP_CACHE`, or the place that the system means for caches.
pub fn cache_folder() -> Result<PathBuf, EmulatorError> {
    use etcetera::BaseStrategy;

    if let Some(folder) = std::env::var_os("SERVERLESS_APP_CACHE").filter(|folder| !folder.is_empty()) {
        return Ok(folder.into());
    }
    let base = etcetera::choose_base_strategy().map_err(|_| EmulatorError::NoHome)?;
    Ok(base.cache_dir().join("serverless-app"))
}
