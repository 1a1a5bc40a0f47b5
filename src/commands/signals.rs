//! SIGINT and SIGTERM while an apply runs.
//!
//! The first stops the apply between two calls: it waits for those in flight, but not longer than [`GRACE`]. The second
//! stops at once. In either case the receipt is written: the journal knows what was sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;

use crate::apply::Stop;
use crate::error::Error;
use crate::github::runner::print::say;

/// How long calls in flight are waited for after the first signal.
const GRACE: Duration = Duration::from_secs(60);

/// The signals that came while this lives.
pub struct Signals {
    first: Arc<Stop>,
    second: Arc<Stop>,
    number: Arc<AtomicU8>,
    watch: JoinHandle<()>,
}

impl Signals {
    /// Watches from now on.
    pub fn watch() -> Result<Self, Error> {
        let failed = |error| Error::Io { path: "signals".into(), error };
        let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        let (first, second, number) = <(Arc<Stop>, Arc<Stop>, Arc<AtomicU8>)>::default();
        let (asked, at_once, seen) = (first.clone(), second.clone(), number.clone());
        let watch = tokio::spawn(async move {
            loop {
                let number = tokio::select! {
                    _ = interrupt.recv() => 2,
                    _ = terminate.recv() => 15,
                };
                seen.store(number, Ordering::SeqCst);
                if asked.is_asked() {
                    return at_once.ask();
                }
                asked.ask();
                say("Stopping: no new calls; waiting for those in flight. Interrupt again to stop at once.");
            }
        });
        Ok(Self { first, second, number, watch })
    }

    /// Asked by the first signal.
    pub fn stop(&self) -> &Stop {
        &self.first
    }

    /// Ends when there is nothing left to wait for.
    pub async fn at_once(&self) {
        self.first.asked().await;
        // Ends at the second signal, or when the time is up.
        self.second.sleep(GRACE).await;
    }

    /// The last signal, once there was one.
    pub fn stopped(&self) -> Option<Error> {
        let number = self.number.load(Ordering::SeqCst);
        (number != 0).then_some(Error::Stopped(number))
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.watch.abort();
    }
}
