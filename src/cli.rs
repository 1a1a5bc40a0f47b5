//! The command line: types only.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::canonical::Sha;
use crate::name::{Address, Stage};
use crate::planning::rollback::Back;
use crate::render::Format;

mod apply;
mod bootstrap;
mod bootstrap_format;
mod builds;
mod doctor;
mod document_format;
mod expected_plan;
mod import;
mod init;
mod invoke;
mod logs;
mod place;
mod policy;
mod rehearse;
mod setup;

pub use apply::Apply;
pub use bootstrap::Bootstrap;
pub use bootstrap_format::BootstrapFormat;
pub use builds::{Build, Builds};
pub use doctor::Doctor;
pub use document_format::DocumentFormat;
pub use expected_plan::{ExpectedPlan, Mode};
pub use import::Import;
pub use init::{Example, Init};
pub use invoke::Invoke;
pub use logs::Logs;
pub use place::Place;
pub use policy::{Policy, PolicyArgs};
pub use rehearse::Rehearse;
pub use setup::Setup;

/// Deploys a serverless app to AWS: what was reviewed is what runs.
#[derive(Debug, Parser)]
#[command(name = "serverless-app", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a commented manifest, a handler and the workflows to start from
    ///
    /// Name, region and repository come from git, the environment and the AWS profile; at a terminal, init asks for
    /// what it does not find there. Existing files are never touched.
    Init(Init),
    /// Write a manifest for what exists in AWS, with a report of what a manifest cannot have; changes nothing in AWS
    ///
    /// A plan of that manifest takes over the existing resources: it recreates nothing and deletes nothing. Exits with
    /// 1 if it would, and with 7 if the manifest is not complete yet.
    Import(Import),
    /// Check whether everything that a deployment needs is in place: AWS, GitHub, workflows, manifest
    ///
    /// Prints a line for each finding: ok, missing, wrong or not seen, and what to do. Changes nothing. Exits with 5
    /// unless all is ok.
    Doctor(Doctor),
    /// Resolve each function's requirements.txt into pylock.toml
    Lock(Project),
    /// Run the `build` of each function that has one, and write the zips that plan and apply use
    Build(Build),
    /// Compare the manifest with live AWS and write a plan of the exact calls
    Plan(Plan),
    /// Post a plan, or what an apply did, on GitHub
    Publish(Publish),
    /// Find the approved plan again after a merge, and check where it came from
    Verify(Verify),
    /// Send exactly the calls of a plan
    ///
    /// At a terminal it needs no bundle: it plans as `plan` does, shows the plan, and asks whether to apply it.
    Apply(Apply),
    /// Report whether the manifest is sound, and whether the manifest or live AWS has changed since the last apply
    Check(Check),
    /// Show a plan again
    Show {
        /// The folder that plan wrote
        bundle: PathBuf,
        /// Show this receipt of an apply instead, after checking that no other calls than the plan's were sent
        #[arg(long, value_name = "FILE")]
        receipt: Option<PathBuf>,
        /// Show every attribute and every call too
        #[arg(short = 'v', long)]
        calls: bool,
        /// How to show it
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// Print the app's outputs
    Outputs {
        /// Which app and stage
        #[command(flatten)]
        project: Project,
        /// Whose credentials
        #[command(flatten)]
        credentials: Credentials,
        /// How to print them
        #[arg(long, value_enum, default_value = "text")]
        format: OutputFormat,
    },
    /// Print an API of the manifest as an OpenAPI document, without asking AWS
    Openapi {
        /// Which API, by its section's name, such as web or http_api.web; needed if there are several
        name: Option<String>,
        /// Which app and stage
        #[command(flatten)]
        project: Project,
        /// How to print it
        #[arg(long, value_enum, default_value = "yaml")]
        format: DocumentFormat,
    },
    /// Print the IAM policies that the roles need, from the manifest or for one plan, without asking AWS
    #[command(subcommand)]
    Policy(Policy),
    /// Plan the roles that workflows assume: GitHub's identity provider, a plan role, an apply role for each stage
    ///
    /// The plan is like any other: `apply` sends its calls, with credentials that may create roles; at a terminal,
    /// bootstrap asks whether to do that at once. --github does the same for the settings on GitHub.
    Bootstrap(Bootstrap),
    /// Deploy to a local AWS emulator, which is installed automatically, and try the app
    ///
    /// Without --keep and --watch, the emulator stops when the command ends.
    Rehearse(Rehearse),
    /// Invoke a function that is deployed, and print its answer
    ///
    /// The answer goes to stdout, the end of its log to stderr. Exits with 1 if the function fails.
    Invoke(Invoke),
    /// Print what a function, a workflow or an API has logged
    Logs(Logs),
    /// Print the JSON Schema of the manifest
    Schema,
    /// Print those of a workflow's further arguments that a command has; for the action
    #[command(hide = true)]
    Arguments {
        /// The command
        command: String,
        /// The command that may have the others
        other: String,
        /// The arguments
        #[arg(last = true)]
        given: Vec<String>,
    },
    /// Print a completion script
    Completions {
        /// For which shell
        shell: clap_complete::Shell,
    },
}

/// The manifest where none is named.
pub const MANIFEST: &str = "serverless-app.toml";
/// The stage where none is named.
pub const STAGE: &str = "production";

/// Which app and stage.
#[derive(Debug, Clone, Args)]
pub struct Project {
    /// The manifest
    #[arg(long, default_value = MANIFEST)]
    pub manifest: PathBuf,
    /// The stage
    #[arg(long, default_value = STAGE)]
    pub stage: Stage,
}

/// Whose credentials, in GitHub Actions
#[derive(Debug, Clone, Default, Args)]
pub struct Credentials {
    /// Assume this role with the job's identity token
    #[arg(long, value_name = "ARN", env = "SERVERLESS_APP_ROLE_TO_ASSUME")]
    pub role_to_assume: Option<String>,
    /// The session's name [default: made of repository, run and attempt]
    #[arg(long, value_name = "NAME", env = "SERVERLESS_APP_ROLE_SESSION_NAME")]
    pub role_session_name: Option<String>,
    /// How many seconds the credentials are valid
    #[arg(long, value_name = "SECONDS", env = "SERVERLESS_APP_ROLE_DURATION", value_parser = clap::value_parser!(i32).range(900..=43200))]
    pub role_duration: Option<i32>,
}

/// What is found out about the apply of a plan.
#[derive(Debug, Clone, Default, Args)]
pub struct Preflight {
    /// Show what the credentials of an apply with --session-policy will be allowed to do
    #[arg(long, env = "SERVERLESS_APP_SESSION_POLICY")]
    pub session_policy: bool,
    /// Ask IAM whether this role may make every call of the plan, and warn where it may not
    #[arg(long, value_name = "ARN", env = "SERVERLESS_APP_APPLY_ROLE")]
    pub apply_role: Option<String>,
}

/// `publish`
#[derive(Debug, Args)]
pub struct Publish {
    /// The folder that plan wrote
    pub bundle: PathBuf,
    /// Which app and stage, for a plan that failed
    #[command(flatten)]
    pub project: Project,
    /// The URL of the uploaded bundle, or with --result of the uploaded receipt
    #[arg(long, value_name = "URL")]
    pub artifact_url: Option<String>,
    /// Post only check runs
    #[arg(long)]
    pub no_comment: bool,
    /// Post the result of an apply, from this receipt
    #[arg(long, value_name = "FILE")]
    pub result: Option<PathBuf>,
    /// The environment of the apply, which the plan's comment names [default: the stage's name]
    #[arg(long, value_name = "NAME", env = "SERVERLESS_APP_ENVIRONMENT")]
    pub environment: Option<String>,
    /// The workflows that apply the stage; the plan's comment links to the first
    #[arg(
        long,
        value_name = "FILE,...",
        value_delimiter = ',',
        default_value = "serverless-app-apply.yml",
        env = "SERVERLESS_APP_APPLY_WORKFLOWS"
    )]
    pub apply_workflows: Vec<String>,
}

/// `verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// Which app and stage
    #[command(flatten)]
    pub project: Project,
    /// Whose credentials
    #[command(flatten)]
    pub credentials: Credentials,
    /// The folder to put the approved plan into
    #[arg(long, default_value = "serverless-app-plan")]
    pub out: PathBuf,
    /// The plan id that was approved; the hex digits alone are enough
    #[arg(long, value_name = "sha256:HEX", value_parser = Sha::given)]
    pub expect: Option<Sha>,
    /// What the workflow asks for
    #[command(flatten)]
    pub expected_plan: ExpectedPlan,
    /// Plan again from this folder, and refuse anything beyond the approved plan
    #[arg(long, value_name = "DIR")]
    pub source: Option<PathBuf>,
    /// What its functions are made of, with --source
    #[command(flatten)]
    pub builds: Builds,
    /// The environment that applies
    #[command(flatten)]
    pub gate: Gate,
    /// What is found out about its apply, with --source
    #[command(flatten)]
    pub preflight: Preflight,
    /// The workflow that plans: its file name, or the full path with @ and a ref, as GitHub reports it for a run
    #[arg(long, value_name = "FILE", default_value = "serverless-app-plan.yml", env = "SERVERLESS_APP_PLAN_WORKFLOW")]
    pub plan_workflow: String,
    /// The workflows that apply the stage, besides the running one
    #[arg(
        long,
        value_name = "FILE",
        value_delimiter = ',',
        default_value = "serverless-app-apply.yml,serverless-app-manual-apply.yml",
        env = "SERVERLESS_APP_APPLY_WORKFLOWS"
    )]
    pub apply_workflows: Vec<String>,
    /// Accept a plan that no comment shows; if there is a comment, it is compared anyway
    #[arg(long, env = "SERVERLESS_APP_NO_COMMENT")]
    pub no_comment: bool,
    /// What to do with a plan that was made after the last approving review [default: refuse if the environment has no
    /// required reviewers, else warn]
    #[arg(long, value_enum, env = "SERVERLESS_APP_LATE_PLANS")]
    pub late_plans: Option<LatePlans>,
    /// Refuse a plan that nobody with write access has approved
    #[arg(long, env = "SERVERLESS_APP_REQUIRE_APPROVAL")]
    pub require_approval: bool,
    /// How long GitHub may take to report which pull request was merged
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub pull_request_timeout: u64,
}

/// The environment that applies a plan.
#[derive(Debug, Clone, Default, Args)]
pub struct Gate {
    /// The environment of the apply [default: the stage's name, with -destroy added to remove the app]
    #[arg(long, value_name = "NAME", env = "SERVERLESS_APP_ENVIRONMENT")]
    pub environment: Option<String>,
    /// Destroy even if the environment has no required reviewers, so that nobody is asked first
    #[arg(long, env = "SERVERLESS_APP_DESTROY_WITHOUT_REVIEWERS")]
    pub destroy_without_reviewers: bool,
}

/// What becomes of a plan that was made after the last approving review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LatePlans {
    /// It is not applied
    Refuse,
    /// It is pointed out
    Warn,
}

/// `plan`
#[derive(Debug, Args)]
pub struct Plan {
    /// Which app and stage
    #[command(flatten)]
    pub project: Project,
    /// Whose credentials
    #[command(flatten)]
    pub credentials: Credentials,
    /// What its functions are made of
    #[command(flatten)]
    pub builds: Builds,
    /// The environment that applies
    #[command(flatten)]
    pub gate: Gate,
    /// A checkout of the base branch, to distinguish the pull request's changes from drift
    #[arg(long, value_name = "DIR")]
    pub base: Option<PathBuf>,
    /// The folder to write the plan to
    #[arg(long, default_value = "serverless-app-plan")]
    pub out: PathBuf,
    /// Plan to remove the app; resources that hold data stay
    #[arg(long)]
    pub destroy: bool,
    /// With --destroy: delete tables, buckets and log groups with all their data
    #[arg(long, requires = "destroy")]
    pub delete_data: bool,
    /// Take over an existing resource that has the right name, such as dynamodb.table/orders; for a pull request, write
    /// `adopt = true` in its section instead
    #[arg(long, value_name = "ADDRESS")]
    pub adopt: Vec<Address>,
    /// Only plan to move a function's alias back to an earlier version: the one with this number, or the one before
    #[arg(long, value_name = "FUNCTION[=VERSION]", conflicts_with_all = ["destroy", "adopt", "base"])]
    pub rollback: Vec<Back>,
    /// What is found out about its apply
    #[command(flatten)]
    pub preflight: Preflight,
    /// Show every attribute and every call too
    #[arg(short = 'v', long)]
    pub calls: bool,
    /// Exit with 2 if there are changes
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// How to show the plan
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `check`
#[derive(Debug, Args)]
pub struct Check {
    /// Which app and stage
    #[command(flatten)]
    pub project: Project,
    /// Whose credentials
    #[command(flatten)]
    pub credentials: Credentials,
    /// The workflow that plans: its file name, or the full path with @ and a ref, as GitHub reports it for a run
    #[arg(long, value_name = "FILE", default_value = "serverless-app-plan.yml", env = "SERVERLESS_APP_PLAN_WORKFLOW")]
    pub plan_workflow: String,
    /// What its functions are made of
    #[command(flatten)]
    pub builds: Builds,
    /// In the merge queue: accept a plan that no comment shows
    #[arg(long, env = "SERVERLESS_APP_NO_COMMENT")]
    pub no_comment: bool,
    /// A checkout of what was applied last, to distinguish drift from changes of the manifest [default: the default
    /// branch as git has it, or the last commit]
    #[arg(long, value_name = "DIR", conflicts_with_all = ["bundle", "offline"])]
    pub base: Option<PathBuf>,
    /// Only check whether this plan still holds
    #[arg(long, conflicts_with = "offline")]
    pub bundle: Option<PathBuf>,
    /// Show every attribute and every call of what differs
    #[arg(short = 'v', long)]
    pub calls: bool,
    /// Only check the manifest, without AWS
    #[arg(long)]
    pub offline: bool,
    /// Check the headers of each file of `files` too, with a request for each
    #[arg(long, conflicts_with_all = ["bundle", "offline"])]
    pub thorough: bool,
}

/// How outputs are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OutputFormat {
    /// A line each, `name = value`
    Text,
    /// One JSON object
    Json,
}
