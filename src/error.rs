//! What can go wrong, with one variant for each phase, and the reason and the exit code of each.

use std::path::PathBuf;

use crate::apply::receipt::ReceiptError;
use crate::aws::AwsError;
use crate::aws::connect_error::ConnectError;
use crate::aws::observe::ReadErrors;
use crate::aws::steps::NotConverging;
use crate::bootstrap::BootstrapError;
use crate::bundle::BundleError;
use crate::emulator::EmulatorError;
use crate::github::api::ApiError;
use crate::github::oidc::OidcError;
use crate::github::provenance::ProvenanceError;
use crate::github::runner::RunnerError;
use crate::manifest::Problems;
use crate::plan::build::Refusals;
use crate::plan::remaining::Beyond;
use crate::policy::session::TooWide;
use crate::policy::{TooLong, refusal};
use crate::reason::failures;

/// The way on when a plan does not hold.
const PLAN_ANEW: &str = "plan again (after a merge, start the workflow \"serverless-app manual apply\")";

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line asks for something that cannot be.
    #[error("{0}")]
    Usage(String),
    /// Something in this program went wrong that no input should bring about.
    #[error("{0}; this is a bug in serverless-app: report it")]
    Internal(String),
    /// The manifest has problems.
    #[error(transparent)]
    Manifest(#[from] Problems),
    /// A file cannot be read or written.
    #[error("{path}: {error}")]
    Io { path: PathBuf, error: std::io::Error },
    /// A function cannot be packaged.
    #[error("{0}")]
    Package(Problems),
    /// AWS cannot be reached, or does not say who we are.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// Live state cannot be read.
    #[error("cannot read the live state:\n{}{}", .0, refusal::of_reads(&.0.0))]
    Read(#[from] ReadErrors),
    /// There is no plan that may be made.
    #[error("{0}")]
    Refused(#[from] Refusals),
    /// A bug of a kind.
    #[error(transparent)]
    NotConverging(#[from] NotConverging),
    /// A policy does not fit.
    #[error(transparent)]
    PolicyTooLong(#[from] TooLong),
    /// A plan's session policies do not fit.
    #[error(transparent)]
    SessionPolicy(#[from] TooWide),
    /// The roles cannot be made.
    #[error(transparent)]
    Bootstrap(#[from] BootstrapError),
    /// What is to bound the app's roles does not exist.
    #[error(
        "the permissions boundary of the app's roles does not exist: {0}; create it (`serverless-app bootstrap` \
         creates the one for `permissions_boundary = \"bootstrap\"`), or remove the line from [app]"
    )]
    NoBoundary(String),
    /// The bundle cannot be written or read, or is not the approved one.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The plan is for another place than the credentials, or was asked for under another stage.
    #[error("the plan is for {planned}, this is {here}; {PLAN_ANEW}")]
    OtherPlace {
        /// Of the plan.
        planned: String,
        /// Of the credentials and settings.
        here: String,
    },
    /// A plan for an emulator where only AWS may be changed.
    #[error(
        "the plan is for the endpoint {0}; in GitHub Actions only AWS itself is changed unless --allow-emulator is given"
    )]
    Emulated(String),
    /// Outputs of what does not exist.
    #[error(
        "{app} is not deployed at the stage {stage}, so there are no outputs: see --stage and the account, or run \
         `serverless-app plan` and apply that first"
    )]
    NotDeployed {
        /// The app.
        app: String,
        /// The stage.
        stage: String,
    },
    /// The merged source and live AWS ask for something else than what was approved.
    #[error("the approved plan does not match the source and the live state: {0}; {PLAN_ANEW}")]
    Beyond(#[from] Beyond),
    /// One source was built to two zips.
    #[error(
        "{whose}: its build is not reproducible: the approved plan has the zip sha256:{approved}, but the same \
         inputs, built again, give sha256:{found}. There is no proof that what was reviewed is what would run, so \
         nothing was sent. `serverless-app build --twice` shows what differs between two builds, with advice; \
         {PLAN_ANEW}"
    )]
    NotReproducible {
        /// The function or the layer.
        whose: String,
        /// The digest of the approved zip.
        approved: String,
        /// Of the one that was built here.
        found: String,
    },
    /// What builds could take rights along.
    #[error(
        "this job must not build, because it has {0}, which any program that the build runs could steal: build in a \
         job of its own, with `permissions: {{ contents: read }}`, and without `id-token`, `environment` and secrets \
         (docs/functions.md, \"Other languages\")"
    )]
    BuildWithRights(String),
    /// Other queued pull requests' changes are mixed in.
    #[error(
        "{others} wait in the merge queue before this pull request, and once they are merged the plan does not hold: \
         {beyond}; plan again after that"
    )]
    Mixed {
        /// Their numbers.
        others: String,
        /// What is more than was approved.
        beyond: Beyond,
    },
    /// Live state moved since the plan. The report has been shown.
    #[error("live state has changed since the plan was made; nothing was sent for what changed; {PLAN_ANEW}")]
    Drifted,
    /// A change failed. The report has been shown.
    #[error("not everything was applied")]
    Failed,
    /// A new version was put back. The report has been shown.
    #[error("a new version was put back; not everything was applied")]
    PutBack,
    /// Stopped by a signal, whose number this is.
    #[error("stopped by a signal")]
    Stopped(u8),
    /// The runner's environment is not what GitHub documents.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// GitHub cannot be asked.
    #[error(transparent)]
    Github(#[from] ApiError),
    /// There are no credentials.
    #[error(transparent)]
    Oidc(#[from] OidcError),
    /// The plan cannot be traced back to what was approved.
    #[error(transparent)]
    Provenance(#[from] ProvenanceError),
    /// The receipt cannot be written or read.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    /// Nobody would be asked before everything is destroyed.
    #[error(
        "the environment `{0}` has no required reviewers, so nobody would be asked before the stage is destroyed: require \
         reviewers in its settings, or set the action's input `destroy-without-reviewers: true`"
    )]
    NoReviewers(String),
    /// The plan breaks the base branch's `[deny]`.
    #[error("[deny] forbids: {0}")]
    Denied(String),
    /// What `[deny]` forbade before the merge cannot be read.
    #[error("it is not known what [deny] forbade before the merge: {0}; {PLAN_ANEW}")]
    DenyUnknown(String),
    /// The plan takes something over, and neither the source nor the workflow says so.
    #[error(
        "the plan takes over {0}, which exists and is not ours, and neither `adopt = true` in its section of the merged source nor --adopt asks for that; {PLAN_ANEW}"
    )]
    Adoption(String),
    /// What is to be asked something does not exist.
    #[error(
        "{what} does not exist at the stage {stage} ({physical}): see --stage and the account, or run `serverless-app plan` and apply \
         that first"
    )]
    Absent {
        /// Such as `function hello`.
        what: String,
        /// What AWS calls it.
        physical: String,
        /// The stage.
        stage: String,
    },
    /// No emulator is kept.
    #[error(
        "no emulator is running for {}: run `serverless-app rehearse --keep`, or leave --rehearsal out to ask AWS",
        .0.display()
    )]
    NotKept(PathBuf),
    /// A function cannot be invoked.
    #[error("function {function} cannot be invoked: {error}{}", lacking(error))]
    Uninvoked {
        /// Its name in the manifest.
        function: String,
        /// What AWS says.
        error: Box<AwsError>,
    },
    /// What was logged cannot be read.
    #[error("the log group {group} cannot be read: {error}{}", lacking(error))]
    Unlogged {
        /// Its name.
        group: String,
        /// What AWS says.
        error: Box<AwsError>,
    },
    /// A function was invoked and failed. Its answer and its log have been shown.
    #[error("function {function} failed ({kind})")]
    Invocation {
        /// Its name in the manifest.
        function: String,
        /// AWS's word: `Handled` or `Unhandled`.
        kind: String,
    },
    /// The local emulator does not run.
    #[error(transparent)]
    Emulator(#[from] EmulatorError),
    /// The rehearsal went through until its app did not answer as it should.
    #[error("{0}")]
    Rehearsal(String),
}

impl Error {
    failures! {
        Self::Usage(_) => Usage, Usage;
        Self::Internal(_) => Internal, Failed;
        Self::Manifest(_) => Manifest, Usage;
        Self::Io { .. } => File, Failed;
        Self::Package(_) => Package, Usage;
        Self::Connect(_) => Credentials, Failed;
        Self::Read(_) => Read, Failed;
        Self::Refused(_) | Self::NotConverging(_) => Refused, Failed;
        Self::PolicyTooLong(_) | Self::Bootstrap(_) => Policy, Failed;
        Self::NoBoundary(_) => NoBoundary, Failed;
        Self::SessionPolicy(_) => SessionPolicy, Failed;
        Self::Bundle(error) => ..error: BundleError;
        Self::OtherPlace { .. } => OtherSite, NotApproved;
        Self::Emulated(_) => EmulatorRefused, NotApproved;
        Self::NotDeployed { .. } => NotDeployed, Failed;
        Self::Beyond(beyond) => ..beyond: Beyond;
        Self::NotReproducible { .. } => NotReproducible, NotApproved;
        Self::BuildWithRights(_) => BuildWithRights, Failed;
        Self::Mixed { .. } => Mixed, NotApproved;
        Self::Drifted => Drifted, Drifted;
        Self::Failed => Failed, Failed;
        Self::PutBack => PutBack, PutBack;
        Self::Stopped(_) => Stopped, Stopped;
        Self::Runner(_) => Runner, Failed;
        Self::Github(error) => ..error: ApiError;
        Self::Oidc(error) => ..error: OidcError;
        Self::Provenance(error) => ..error: ProvenanceError;
        Self::Receipt(error) => ..error: ReceiptError;
        Self::Denied(_) => Denied, Failed;
        Self::DenyUnknown(_) => DenyUnknown, NotApproved;
        Self::Adoption(_) => Adoption, NotApproved;
        Self::NoReviewers(_) => NoReviewers, NotApproved;
        Self::Absent { .. } => NotDeployed, Failed;
        Self::NotKept(_) => Emulator, Failed;
        Self::Unlogged { .. } => Read, Failed;
        Self::Uninvoked { .. } | Self::Invocation { .. } => Invocation, Failed;
        Self::Emulator(_) => Emulator, Failed;
        Self::Rehearsal(_) => Rehearsal, Failed;
    }

    /// The process's exit code.
    pub fn exit_code(&self) -> u8 {
        let signal = if let Self::Stopped(signal) = self { *signal } else { 0 };
        self.failure().1.code().saturating_add(signal)
    }
}

/// What to allow, where AWS has refused it, in a line of its own.
fn lacking(error: &AwsError) -> String {
    refusal::explain(error, &[]).map(|line| format!("\n{line}")).unwrap_or_default()
}

#[cfg(test)]
mod tests;
