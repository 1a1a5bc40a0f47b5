//! `lock`: each function's requirements, resolved once and written down as `pylock.toml`.

use crate::cli;
use crate::commands::print;
use crate::commands::project::{cache, open};
use crate::error::Error;
use crate::package::{self, LockOutcome, LockReport};

/// Locks every function that vendors packages.
pub async fn lock(args: &cli::Project) -> Result<u8, Error> {
    let project = open(args)?;
    let cache = cache()?;
    for (name, function) in &project.source.manifest.function {
        let (source, cache) = (function.package_source(&project.root), cache.clone());
        let locked = tokio::task::spawn_blocking(move || package::lock(&source, &cache)).await;
        let report = locked.map_err(|e| Error::Internal(format!("locking was interrupted: {e}")))?;
        let report = report.map_err(|error| Error::Package { function: name.to_string(), error: Box::new(error) })?;
        print(&format!("{name}: {}\n", told(&report)))?;
    }
    Ok(0)
}

fn told(report: &LockReport) -> String {
    let (path, count) = (&report.path, report.requirements.len());
    match report.outcome {
        LockOutcome::Written => format!("wrote {path}, {count} package(s)"),
        LockOutcome::Unchanged => format!("{path} is up to date, {count} package(s)"),
        LockOutcome::NothingToLock => "nothing to lock".into(),
    }
}
