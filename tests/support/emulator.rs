//! One emulator of each make for all tests of this binary, started when the first test needs it; the launcher ends
//! it with this process. Tests keep out of each other's way by accounts of their own.
//!
//! `TEST_MINISTACK` and `TEST_MOTO` name emulators that are running already, for whoever runs tests often.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use serverless_app::aws::Aws;
use serverless_app::emulator::{Emulator, MINISTACK, Server, cache_folder};
use tokio::sync::OnceCell;

pub mod servers;

use servers::MOTO;

/// An emulator's make. Two, so that the quirks of one are not taken for AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Make {
    /// Runs Python functions for real, behind the API that was deployed; `rehearse` runs it.
    Ministack,
    /// Knows AWS Config in full.
    Moto,
}

impl Make {
    /// How it is installed and run.
    pub fn server(self) -> &'static Server {
        match self {
            Self::Ministack => &MINISTACK,
            Self::Moto => &MOTO,
        }
    }

    /// The name of its package.
    pub fn name(self) -> &'static str {
        self.server().package.name
    }
}

/// The region of all tests.
pub const REGION: &str = "us-west-2";
/// The account of credentials that name none.
pub const ACCOUNT: &str = "123456789012";
/// Both makes.
pub const MAKES: [Make; 2] = [Make::Ministack, Make::Moto];

static SHARED_MINISTACK: OnceCell<Emulator> = OnceCell::const_new();
static SHARED_MOTO: OnceCell<Emulator> = OnceCell::const_new();

/// Where the shared emulator of this make answers.
pub async fn endpoint(make: Make) -> String {
    let (variable, shared) = match make {
        Make::Ministack => ("TEST_MINISTACK", &SHARED_MINISTACK),
        Make::Moto => ("TEST_MOTO", &SHARED_MOTO),
    };
    match std::env::var(variable) {
        Ok(running) => running,
        Err(_) => shared.get_or_init(|| fresh(make)).await.endpoint().to_owned(),
    }
}

/// An emulator of the test's own.
pub async fn fresh(make: Make) -> Emulator {
    started(make.server()).await
}

/// An emulator, with the account and the region of all tests.
pub async fn started(server: &Server) -> Emulator {
    let cache = cache_folder().expect("a cache folder");
    Emulator::start(server, &cache, ACCOUNT, REGION).await.unwrap_or_else(|error| panic!("{error}"))
}

/// A number that no other test uses as its account: also the access key that selects it.
pub fn account() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |now| now.as_secs());
    let (process, number) = (u64::from(std::process::id()), NEXT.fetch_add(1, Ordering::Relaxed));
    format!("{:05}{:04}{:03}", seconds % 100_000, process % 10_000, number % 1000)
}

/// Clients for an account of the test's own on the shared emulator.
pub async fn aws(make: Make) -> Aws {
    let region = REGION.parse().expect("a region");
    Aws::emulator(&region, &endpoint(make).await, &account()).await.expect("clients")
}

/// The same for both makes, with their names.
pub async fn both() -> Vec<(&'static str, Aws)> {
    let mut both = Vec::new();
    for make in MAKES {
        both.push((make.name(), aws(make).await));
    }
    both
}
