//! `rehearse`.

use clap::Args;

use super::{Builds, Project};

/// `rehearse`
#[derive(Debug, Args)]
pub struct Rehearse {
    /// Which app and stage
    #[command(flatten)]
    pub project: Project,
    /// What its functions are made of
    #[command(flatten)]
    pub builds: Builds,
    /// Keep the emulator running, and print its address; it stops an hour after the last request, 12 hours after its
    /// start, or with --stop. If it is already running, bring it to what the manifest asks for now
    #[arg(long)]
    pub keep: bool,
    /// Plan and apply again whenever the manifest, code or another file of the app changes, until Ctrl-C. The emulator
    /// stops then, unless --keep is given too
    #[arg(long)]
    pub watch: bool,
    /// Print the address of the emulator that keeps running, as lines for a shell: eval "$(serverless-app rehearse
    /// --exports)"
    #[arg(long, conflicts_with_all = ["keep", "watch"])]
    pub exports: bool,
    /// Show every attribute and every call of the plan too
    #[arg(short = 'v', long, conflicts_with_all = ["exports", "stop"])]
    pub calls: bool,
    /// Stop the emulator that keeps running
    #[arg(long, conflicts_with_all = ["keep", "watch", "exports"])]
    pub stop: bool,
}
