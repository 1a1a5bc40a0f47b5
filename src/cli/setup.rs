//! Which roles an app is deployed with, and who is trusted with them: what `bootstrap` makes and `doctor` looks for.

use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::Args;

use crate::bootstrap::github_names::{Branch, Environment, JobWorkflowRef, RepositoryName};
use crate::name::{Account, Stage};

/// The roles of an app.
#[derive(Debug, Args)]
pub struct Setup {
    /// The manifest
    #[arg(long, default_value = super::MANIFEST)]
    pub manifest: PathBuf,
    /// A stage of this account; give it once for each [default: those that the manifest declares, else production]
    #[arg(long = "stage", value_name = "STAGE")]
    pub stages: Vec<Stage>,
    /// The repository on GitHub [default: git's remote `origin`]
    #[arg(long, value_name = "OWNER/NAME", env = "GITHUB_REPOSITORY")]
    pub repository: Option<RepositoryName>,
    /// The repository's id; GitHub is asked for what is not given, with the token in GITHUB_TOKEN or that of `gh auth
    /// login`
    #[arg(long, value_name = "ID", env = "GITHUB_REPOSITORY_ID", requires = "owner_id")]
    pub repository_id: Option<NonZeroU64>,
    /// The id of the organisation or account that owns the repository
    #[arg(long, value_name = "ID", env = "GITHUB_REPOSITORY_OWNER_ID", requires = "repository_id")]
    pub owner_id: Option<NonZeroU64>,
    /// The default branch [default: what GitHub says, or main if ids are given]
    #[arg(long, value_name = "BRANCH")]
    pub default_branch: Option<Branch>,
    /// A stage's environment, if its name is not STAGE or STAGE-destroy; give it once for each
    #[arg(long = "environment", value_name = "STAGE=NAME")]
    pub environments: Vec<Environment>,
    /// Let only this workflow apply, OWNER/NAME/.github/workflows/FILE@refs/heads/BRANCH; give it once for each
    /// [default: serverless-app-apply.yml and serverless-app-manual-apply.yml on the default branch]
    #[arg(long = "job-workflow-ref", value_name = "REF")]
    pub job_workflow_refs: Vec<JobWorkflowRef>,
    /// Let every workflow apply that runs on the default branch in a stage's environment
    #[arg(long, conflicts_with = "job_workflow_refs")]
    pub any_workflow: bool,
    /// Trust only the token's subject, if AWS does not know GitHub's other claims
    #[arg(long, conflicts_with = "job_workflow_refs")]
    pub subject_only: bool,
    /// How many seconds a session of an apply role may last
    #[arg(long, value_name = "SECONDS", default_value_t = 3600, value_parser = clap::value_parser!(i32).range(3600..=43200))]
    pub session_duration: i32,
    /// Let apply roles give the app's roles any permission, if the manifest has no permissions boundary
    #[arg(long)]
    pub without_permissions_boundary: bool,
    /// The AWS account, if the manifest names none and AWS is not asked
    #[arg(long, value_name = "ID")]
    pub account: Option<Account>,
}
