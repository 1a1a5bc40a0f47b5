//! What `doctor` is asked for.

use clap::Args;

use super::{Credentials, Setup};

/// `doctor`
#[derive(Debug, Args)]
pub struct Doctor {
    /// Which roles
    #[command(flatten)]
    pub setup: Setup,
    /// Whose credentials
    #[command(flatten)]
    pub credentials: Credentials,
    /// Print one JSON array, with an object for each finding
    #[arg(long)]
    pub json: bool,
}
