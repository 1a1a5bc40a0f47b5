//! Where a deployed app is that is to be asked something.

use std::path::PathBuf;

use clap::Args;

use crate::name::Stage;

/// A stage on AWS, or the emulator that a rehearsal keeps.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// The manifest
    #[arg(long, default_value = super::MANIFEST)]
    pub manifest: PathBuf,
    /// The stage [default: production; with --rehearsal the one that was rehearsed]
    #[arg(long)]
    pub stage: Option<Stage>,
    /// Use the emulator that `rehearse --keep` or `rehearse --watch` runs, instead of AWS
    #[arg(long)]
    pub rehearsal: bool,
}
