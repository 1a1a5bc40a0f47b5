//! One limit: a token bucket with a queue of requests.

#![expect(clippy::disallowed_methods, reason = "it paces requests")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The share of a rate that is used: requests may come closer together on their way.
const SHARE: f64 = 0.95;
/// The first requests of a burst may arrive later than those that follow, over new connections: by so many seconds.
const DELAY: f64 = 0.5;
/// Halved no further than to this part.
const LEAST: f64 = 1.0 / 16.0;
/// What a request that goes through brings back.
const RECOVERY: f64 = 0.02;
/// A wait that is worth telling.
const WORTH_TELLING: Duration = Duration::from_secs(2);
/// Throttles of requests that left together say one thing: a rate is halved once in this time.
const HALVING: Duration = Duration::from_secs(1);

/// A token is taken when its request leaves and not before: one that is held up moves those behind it.
#[derive(Debug)]
pub(super) struct Bucket {
    rate: f64,
    burst: f64,
    /// Held by the request whose turn is next; the others wait in the order in which they came.
    line: tokio::sync::Mutex<()>,
    /// How many wait, the next one included.
    waiting: AtomicUsize,
    level: Mutex<Level>,
}

#[derive(Debug)]
struct Level {
    tokens: f64,
    at: Instant,
    /// What throttles have left of the rate.
    part: f64,
    halved: Option<Instant>,
    /// The wait that was told last, while anybody waits.
    told: Duration,
}

/// The next to leave, of one bucket.
pub(super) struct Turn<'a> {
    bucket: &'a Bucket,
    _line: tokio::sync::MutexGuard<'a, ()>,
    _waiting: Waiting<'a>,
}

/// Counted as waiting, also where its request is given up.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Bucket {
    /// Full.
    pub(super) fn new(rate: f64, burst: f64) -> Self {
        let burst = (burst - (rate * DELAY).max(1.0)).max(1.0);
        let level = Level { tokens: burst, at: Instant::now(), part: 1.0, halved: None, told: Duration::ZERO };
        let (line, waiting) = (tokio::sync::Mutex::default(), AtomicUsize::new(0));
        Self { rate: rate * SHARE, burst, line, waiting, level: Mutex::new(level) }
    }

    /// Waits until there is a token and nobody is ahead; `told` hears beforehand of a long wait.
    pub(super) async fn turn(&self, told: impl FnOnce(Duration)) -> Turn<'_> {
        let ahead = self.waiting.fetch_add(1, Ordering::Relaxed);
        let waiting = Waiting(&self.waiting);
        let wait = self.wait(ahead);
        if self.is_news(wait) {
            told(wait);
        }
        let line = self.line.lock().await;
        let wait = self.wait(0);
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        Turn { bucket: self, _line: line, _waiting: waiting }
    }

    /// How long it takes until there is a token for one more than these.
    fn wait(&self, ahead: usize) -> Duration {
        let level = self.filled();
        let missing = ahead as f64 + 1.0 - level.tokens;
        Duration::from_secs_f64((missing / (self.rate * level.part)).max(0.0))
    }

    /// True for a long wait, but of many that begin at the same time only for each that is twice as long as the last.
    fn is_news(&self, wait: Duration) -> bool {
        let mut level = self.filled();
        let is_news = wait >= WORTH_TELLING && wait >= 2 * level.told;
        if is_news {
            level.told = wait;
        }
        is_news
    }

    fn filled(&self) -> MutexGuard<'_, Level> {
        let (mut level, now) = (self.level.lock().unwrap_or_else(PoisonError::into_inner), Instant::now());
        let since = now.duration_since(level.at).as_secs_f64();
        level.tokens = (level.tokens + since * self.rate * level.part).min(self.burst);
        level.at = now;
        level
    }

    /// Learns from an answer.
    pub(super) fn answered(&self, is_throttle: bool) {
        let mut level = self.filled();
        match is_throttle {
            true if level.halved.is_some_and(|at| at.elapsed() < HALVING) => {}
            true => {
                level.part = (level.part / 2.0).max(LEAST);
                level.halved = Some(Instant::now());
            }
            false => level.part = (level.part + RECOVERY).min(1.0),
        }
    }
}

impl Turn<'_> {
    /// Takes the token.
    pub(super) fn leave(self) {
        let mut level = self.bucket.filled();
        level.tokens -= 1.0;
        if self.bucket.waiting.load(Ordering::Relaxed) <= 1 {
            level.told = Duration::ZERO;
        }
    }
}
