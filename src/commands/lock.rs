//! `lock`: the requirements of each function and layer, resolved once and written down as `pylock.toml`.

use crate::cli;
use crate::commands::project::{cache, open};
use crate::commands::{next, print};
use crate::error::Error;
use crate::manifest::Problems;
use crate::package::{self, Cache, FunctionSource, LockOutcome, LockReport, PackageError};

/// Locks every function and layer that vendors packages.
pub async fn lock(args: &cli::Project) -> Result<u8, Error> {
    let project = open(args)?;
    let cache = cache()?;
    let mut failed = Vec::new();
    for (name, source) in project.functions() {
        match locked(source, &cache).await? {
            Ok(report) => print(&format!("{name}: {}\n", said(&report)))?,
            Err(error) => failed.push(project.unpackaged(&name, &error)),
        }
    }
    for (name, source) in project.layers() {
        match locked(source, &cache).await? {
            Ok(report) => print(&format!("layer {name}: {}\n", said(&report)))?,
            Err(error) => failed.push(project.unpackaged_layer(&name, &error)),
        }
    }
    if !failed.is_empty() {
        return Err(Error::Package(Problems(failed)));
    }
    next::say(&next::plan(args));
    Ok(0)
}

async fn locked(source: FunctionSource, cache: &Cache) -> Result<Result<LockReport, PackageError>, Error> {
    let cache = cache.clone();
    let locked = tokio::task::spawn_blocking(move || package::lock(&source, &cache)).await;
    locked.map_err(|e| Error::Internal(format!("locking was interrupted: {e}")))
}

fn said(report: &LockReport) -> String {
    let (path, count) = (&report.path, report.requirements.len());
    match report.outcome {
        LockOutcome::Written => format!("wrote {path}, {count} package(s)"),
        LockOutcome::Unchanged => format!("{path} is up to date, {count} package(s)"),
        LockOutcome::NothingToLock => "nothing to lock".into(),
    }
}
