//! What `import` is asked for.

use std::path::PathBuf;

use clap::Args;

use crate::cli::{Credentials, MANIFEST, OutputFormat, STAGE};
use crate::import::source::Source;
use crate::name::{Address, AppName, Region, Stage};

/// `import`
#[derive(Debug, Args)]
pub struct Import {
    /// Where to look: tags:KEY=VALUE, prefix:NAME, cloudformation:STACK, terraform:STATE.json (of `terraform show
    /// -json`) or pulumi:STATE.json (of `pulumi stack export`)
    #[arg(required_unless_present = "only", conflicts_with = "only", requires = "app")]
    pub source: Option<Source>,
    /// The app's name, with which the names and tags of everything begin that it creates from now on
    #[arg(long, value_name = "NAME")]
    pub app: Option<AppName>,
    /// The stage of the app that the resources will belong to
    #[arg(long, default_value = STAGE)]
    pub stage: Stage,
    /// The region [default: AWS_REGION, AWS_DEFAULT_REGION, or the AWS profile's]
    #[arg(long, value_name = "REGION")]
    pub region: Option<Region>,
    /// The manifest to write; existing files are never touched
    #[arg(long, value_name = "FILE", default_value = MANIFEST)]
    pub out: PathBuf,
    /// Download the code of functions and layers too, each into the folder that its section names
    #[arg(long, conflicts_with = "only")]
    pub code: bool,
    /// Print the section for what is live at this address, such as dynamodb.table/orders, of an app that is deployed
    #[arg(long, value_name = "ADDRESS")]
    pub only: Option<Address>,
    /// With --only: the manifest
    #[arg(long, default_value = MANIFEST, requires = "only")]
    pub manifest: PathBuf,
    /// Whose credentials
    #[command(flatten)]
    pub credentials: Credentials,
    /// How to print the report
    #[arg(long, value_enum, default_value = "text")]
    pub format: OutputFormat,
}
