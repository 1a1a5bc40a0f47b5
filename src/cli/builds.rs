//! `build`, and where other commands take what it has written from.

use std::path::PathBuf;

use clap::Args;

use super::Project;

/// `build`
#[derive(Debug, Args)]
pub struct Build {
    /// Which app and stage
    #[command(flatten)]
    pub project: Project,
    /// The folder to write the zips to
    #[arg(long, default_value = "serverless-app-builds")]
    pub out: PathBuf,
    /// Build a second time in another folder, and fail if the result differs
    #[arg(long)]
    pub twice: bool,
}

/// What functions with a `build` are made of.
#[derive(Debug, Clone, Default, Args)]
pub struct Builds {
    /// The folder that build wrote; without it, functions are built first, unless this runs in CI
    #[arg(long, value_name = "DIR", env = "SERVERLESS_APP_BUILDS")]
    pub builds: Option<PathBuf>,
}
