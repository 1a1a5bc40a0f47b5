//! What `bootstrap` is asked for.

use std::path::PathBuf;

use clap::Args;

use super::{BootstrapFormat, Setup};
use crate::bootstrap::github_names::Reviewer;
use crate::name::{Address, Region};

/// `bootstrap`
#[derive(Debug, Args)]
pub struct Bootstrap {
    /// Which roles; of the repository with --destroy nothing is asked
    #[command(flatten)]
    pub setup: Setup,
    /// Give API Gateway a role to write the logs of REST APIs, if it has none in this account and region; an existing
    /// one is never changed or removed. If stages are in several regions, run this once for each, with the region
    #[arg(long, value_name = "REGION", num_args = 0..=1, require_equals = true, conflicts_with = "destroy")]
    pub api_logging: Option<Option<Region>>,
    /// The folder to write the plan to [default: serverless-app-bootstrap]; with --format workflows, the folder to
    /// write the workflows to
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Apply the plan, or with --github send the requests, without asking
    #[arg(long)]
    pub yes: bool,
    /// Plan to remove the roles; GitHub's identity provider stays
    #[arg(long)]
    pub destroy: bool,
    /// Take over an existing role or policy of the right name, such as iam.role/plan
    #[arg(long, value_name = "ADDRESS")]
    pub adopt: Vec<Address>,
    /// How to show the plan, or what to print instead
    #[arg(long, value_enum, default_value = "text")]
    pub format: BootstrapFormat,
    /// Set up GitHub instead, with a list of requests: environments, variables, the required check. Needs the token of
    /// an administrator of the repository
    #[arg(long, conflicts_with_all = ["destroy", "api_logging", "adopt", "format", "out"])]
    pub github: bool,
    /// With --github: who is asked before an apply, an account or ORGANISATION/TEAM; give it once for each, six at most
    #[arg(long = "reviewer", value_name = "NAME", requires = "github", conflicts_with = "without_reviewers")]
    pub reviewers: Vec<Reviewer>,
    /// With --github: let environments have no reviewers, if the repository's GitHub plan does not offer them
    #[arg(long, requires = "github")]
    pub without_reviewers: bool,
    /// With --github: let whoever started a run approve it
    #[arg(long, requires = "github")]
    pub self_review: bool,
}
