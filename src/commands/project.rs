//! What the command line says about a project, in the form that planning needs.

use crate::cli;
use crate::error::Error;
use crate::github::runner;
use crate::name::{NameError, Stage};
use crate::package::Cache;
use crate::planning::Project;
use crate::planning::preflight::Preflight;

/// The project that is meant.
pub fn open(args: &cli::Project) -> Result<Project, Error> {
    Project::open(&args.manifest, &args.stage)
}

/// The stage that is given, or the default one.
pub fn stage(given: Option<&Stage>) -> Result<Stage, Error> {
    let stage = given.cloned().map_or_else(|| cli::STAGE.parse(), Ok);
    stage.map_err(|error: NameError| Error::Internal(error.to_string()))
}

/// What packages and the emulator are kept in between runs. In GitHub Actions a cache's archive may have written to any
/// folder before this process began, so only wheels are taken from there.
pub fn cache() -> Result<Cache, Error> {
    let folder = crate::emulator::cache_folder()?;
    Ok(if runner::is_here() { Cache::shared(folder, runner::fresh_folder()?) } else { Cache::own(folder) })
}

impl<'a> From<&'a cli::Preflight> for Preflight<'a> {
    fn from(args: &'a cli::Preflight) -> Self {
        Self { session_policy: args.session_policy, apply_role: args.apply_role.as_deref() }
    }
}
