//! `apply`.

use std::path::PathBuf;

use clap::Args;

use super::{Builds, Credentials, ExpectedPlan, OutputFormat};
use crate::aws::settle::Factor;
use crate::canonical::Sha;
use crate::name::Stage;

/// `apply`
#[derive(Debug, Clone, Args)]
pub struct Apply {
    /// The folder that plan wrote; without it, at a terminal, apply plans to serverless-app-plan first
    #[arg(requires = "expect")]
    pub bundle: Option<PathBuf>,
    /// Whose credentials
    #[command(flatten)]
    pub credentials: Credentials,
    /// The plan id that was approved; the hex digits alone are enough
    #[arg(long, value_name = "sha256:HEX", value_parser = Sha::given, requires = "bundle")]
    pub expect: Option<Sha>,
    /// What the workflow asks for
    #[command(flatten)]
    pub expected_plan: ExpectedPlan,
    /// Write what was done to this file, whether the apply succeeds or fails [default: receipt.json in the bundle]
    #[arg(long, value_name = "FILE")]
    pub receipt: Option<PathBuf>,
    /// Record every call in this file before it is sent [default: journal.jsonl in the bundle]
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// Wait this many times as long as usual before giving up on AWS
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    pub timeout_factor: Factor,
    /// Assume the role with session policies, one for each service, that allow the plan's calls and nothing else
    #[arg(long, env = "SERVERLESS_APP_SESSION_POLICY")]
    pub session_policy: bool,
    /// Plan again from this folder's manifest, and apply only if that asks for exactly what is left of the plan
    #[arg(long, value_name = "DIR", requires = "bundle")]
    pub source: Option<PathBuf>,
    /// The manifest's path inside --source; without a bundle, the manifest
    #[arg(long, default_value = super::MANIFEST)]
    pub manifest: PathBuf,
    /// What its functions are made of, with --source or without a bundle
    #[command(flatten)]
    pub builds: Builds,
    /// The stage; a plan for another one is refused [default without a bundle: production]
    #[arg(long)]
    pub stage: Option<Stage>,
    /// Allow an endpoint other than AWS in GitHub Actions
    #[arg(long, env = "SERVERLESS_APP_ALLOW_EMULATOR")]
    pub allow_emulator: bool,
    /// How to print the outputs
    #[arg(long, value_enum, default_value = "text")]
    pub format: OutputFormat,
}
