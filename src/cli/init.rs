//! What `init` is asked for.

use std::path::PathBuf;

use clap::Args;

use crate::bootstrap::github_names::RepositoryName;
use crate::name::{AppName, Region, Stage};

/// `init`
#[derive(Debug, Args)]
pub struct Init {
    /// The folder to write to
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// The app's name [default: the repository's, or the folder's]
    #[arg(long, value_name = "NAME")]
    pub name: Option<AppName>,
    /// The region [default: AWS_REGION, AWS_DEFAULT_REGION, or the AWS profile's]
    #[arg(long, value_name = "REGION")]
    pub region: Option<Region>,
    /// The repository on GitHub [default: git's remote `origin`]
    #[arg(long, value_name = "OWNER/NAME")]
    pub repository: Option<RepositoryName>,
    /// A stage; give it twice for two, in the order in which they are deployed [default: production]
    #[arg(long = "stage", value_name = "STAGE", conflicts_with = "two_stages")]
    pub stages: Vec<Stage>,
    /// The stages staging and then production
    #[arg(long)]
    pub two_stages: bool,
    /// What the app is
    #[arg(long, value_enum, default_value = "small")]
    pub example: Example,
}

/// What `init` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Example {
    /// An API, a function and a table: nothing costs anything until it is used
    Small,
    /// Most sections, including a firewall and compliance rules, which cost money even if nobody uses them
    Full,
}
