//! What comes from outside, spoilt in every way: no panic, no endless wait, and an error that says what and where.
//!
//! A run takes few cases of each; `PROPTEST_CASES=10000 cargo test --locked --test suite fuzz` takes more. Zips of bundles
//! are spoilt beside the code that unpacks them.

use std::time::{Duration, Instant};

use proptest::test_runner::Config;

mod answers;
mod event;
mod manifest;
mod mutate;
mod plan;

/// So many cases where nothing else is asked for. What fails is told in full, and goes into a test of its own.
fn config(few: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    Config { cases: asked.unwrap_or(few), failure_persistence: None, ..Config::default() }
}

/// Long enough for a busy machine, and short enough to find what grows with the square of its input.
const PATIENCE: Duration = Duration::from_secs(5);

/// Does something that must not take long.
fn quickly<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    assert!(start.elapsed() < PATIENCE, "it took {:?}", start.elapsed());
    done
}
