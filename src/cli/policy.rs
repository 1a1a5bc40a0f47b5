//! `policy`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Project;
use crate::name::Account;

/// `policy`: for which role.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// For planning: lists and reads, limited to what the app and its stage own where IAM can limit them
    Plan(PolicyArgs),
    /// For applying: every call that an apply of this manifest can ever send, and the reads of planning
    ///
    /// It covers everything with the names of the app and the stage, of the kinds that the manifest has. When the last
    /// resource of a kind is removed from the manifest, its deletion still needs the policy from before.
    Apply {
        /// Which app and stage
        #[command(flatten)]
        args: PolicyArgs,
        /// Only the calls of this plan (a plan.json, or a bundle's folder), and the reads that guard and settle them;
        /// the manifest is not read, and the account is the plan's
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
    /// The AWS account, if the manifest names none; region and partition are the manifest's
    #[arg(long, value_name = "ID")]
    pub account: Option<Account>,
    /// Write each policy to a file in this folder, such as apply-1.json, instead of one JSON array of all to stdout
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
