//! `policy`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Project;
use crate::name::Account;

/// `policy`: for which role.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// For planning: lists and reads, of what the app and its stage own wherever IAM can limit it
    Plan(PolicyArgs),
    /// For applying: every call that an apply of this manifest may ever send, and the reads of planning
    ///
    /// It holds for everything of the app's and the stage's names, of the kinds that the manifest has. Before the last
    /// of a kind leaves the manifest, its deletion still needs the policy of before.
    Apply {
        /// Which app and stage
        #[command(flatten)]
        args: PolicyArgs,
        /// Only the calls of this plan (a plan.json, or a bundle's folder), and the reads that guard and settle them;
        /// the manifest is not looked at, and the account is the plan's
        #[arg(long, value_name = "PATH", conflicts_with = "account")]
        plan: Option<PathBuf>,
    },
}

/// What the policies are for, and where they go.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    /// Which app and stage
    #[command(flatten)]
    pub project: Project,
    /// The AWS account, where the manifest names none; region and partition are the manifest's
    #[arg(long, value_name = "ID")]
    pub account: Option<Account>,
    /// Write each policy to a file of this folder, such as apply-1.json, instead of one JSON array of all to stdout
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
