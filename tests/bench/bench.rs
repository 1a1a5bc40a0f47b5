//! What planning and applying cost: time, calls, dependent round trips, processors and memory, beside the same calls
//! sent one after another and beside a concurrent tool that batches nothing (`baseline`), in the same run.
//!
//! `cargo bench` prints Markdown tables and fails where an aim is missed. `SERVERLESS_APP_BENCH=full` adds what takes
//! long: an app of a thousand functions, and an account as crowded as they come. `SERVERLESS_APP_BENCH_ONLY=example`
//! measures one part alone: `packages`, `files`, `rendering`, `example`, `synthetic`,
//! `limits` or `crowded`.

#![allow(clippy::disallowed_methods, reason = "tests make files, start programs and wait")]

#[path = "../support/support.rs"]
#[allow(dead_code, reason = "the suite uses the rest")]
mod support;

mod aims;
mod baseline;
mod cost;
mod critical;
mod crowded;
mod deployment;
mod example;
mod files;
mod limits;
mod packages;
mod rendering;
mod seed;
mod synthetic_apps;

use std::process::ExitCode;

use aims::Aims;

/// True for all that takes long.
pub fn is_full() -> bool {
    std::env::var("SERVERLESS_APP_BENCH").is_ok_and(|size| size == "full")
}

/// True for a part that is to be measured.
fn is_asked(part: &str) -> bool {
    std::env::var("SERVERLESS_APP_BENCH_ONLY").map_or(true, |only| only == part)
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut aims = Aims::default();
    if is_asked("rendering") {
        rendering::measure(&mut aims);
    }
    if is_asked("packages") {
        packages::measure(&mut aims).await;
    }
    if is_asked("files") {
        files::measure(&mut aims).await;
    }
    if is_asked("example") {
        example::measure(&mut aims).await;
    }
    if is_asked("synthetic") {
        synthetic_apps::measure(&mut aims).await;
    }
    if is_asked("limits") {
        limits::measure(&mut aims).await;
    }
    if is_asked("crowded") {
        crowded::measure(&mut aims).await;
    }
    aims.end()
}
