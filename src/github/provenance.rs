//! From a merged commit back to the plan that was approved.
//!
//! Commit, pull request, workflow run, check run, artifact, comment: each link is checked, and whatever does not fit
//! stops here, before the first call to AWS. All of it is an index: the proof is that the bytes have the approved id,
//! and that a fresh plan asks for exactly what is left of it.
//!
//! This module asks GitHub one question for each link; pure functions beside it decide what follows from the answers.

#![expect(clippy::disallowed_methods, reason = "it waits for GitHub to list a run")]

use std::path::Path;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::time::Instant;

use super::api::{Api, ApiError};
use super::artifact::{self, Artifact, ArtifactError};
use super::check_run::{self, CheckRun};
use super::comment::{self, Comment};
use super::event::{PullRequest, Repository};
use super::runner::Runner;
use super::{plan_check_name, plan_marker};
use crate::bundle::{self, Bundle, BundleError};
use crate::canonical::Sha;
use crate::plan::{Mode, Plan};
use crate::reason::failures;

mod answer;
pub mod approval;
mod decide;
mod refusal;
pub mod replay;
mod shown;
#[cfg(test)]
mod tests;

pub use answer::WorkflowRun;
pub use refusal::Refusal;

/// The longest pause before GitHub is asked again for the pull request of a commit.
const PAUSE: Duration = Duration::from_secs(8);
/// What is encoded of a file's name in a path.
const FILE_NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// No plan was found that may be applied.
#[derive(Debug, thiserror::Error)]
pub enum ProvenanceError {
    /// A link does not hold.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// GitHub cannot be asked.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The artifact is not what was uploaded.
    #[error("{0}; {way}", way = refusal::MANUAL_APPLY)]
    Artifact(ArtifactError),
    /// The bundle has no place here.
    #[error(transparent)]
    Local(ArtifactError),
    /// What was uploaded is no bundle.
    #[error("{0}; {way}", way = refusal::MANUAL_APPLY)]
    Bundle(#[from] BundleError),
}

impl ProvenanceError {
    failures! {
        Self::Refused(refusal) => ..refusal: Refusal;
        Self::Api(error) => ..error: ApiError;
        Self::Artifact(error) | Self::Local(error) => ..error: ArtifactError;
        Self::Bundle(BundleError::Mismatch { .. }) => PlanIdMismatch, NotApproved;
        Self::Bundle(BundleError::Blob { .. }) => BlobMismatch, NotApproved;
        Self::Bundle(_) => Bundle, NotApproved;
    }
}

impl From<ArtifactError> for ProvenanceError {
    /// A store that does not answer says nothing about the artifact, and neither does a full disk.
    fn from(error: ArtifactError) -> Self {
        match error {
            ArtifactError::Api(error) => Self::Api(error),
            refusal if refusal.is_refusal() => Self::Artifact(refusal),
            other => Self::Local(other),
        }
    }
}

/// Which plan is looked for.
#[derive(Debug, Clone, Copy)]
pub struct PlanSought<'a> {
    /// The app.
    pub app: &'a str,
    /// The stage.
    pub stage: &'a str,
    /// What it is for.
    pub mode: Mode,
    /// The branch that it was planned to be merged into, where it is a pull request's.
    pub base: &'a str,
    /// The workflow that plans: a file's name, or the path that GitHub gives to its runs.
    pub workflow: &'a str,
    /// What is asked of its approvals.
    pub terms: approval::Terms,
    /// True if a plan is accepted that no comment shows.
    pub no_comment: bool,
}

/// A plan that was found again.
#[derive(Debug)]
pub struct Approved {
    /// The plan's bundle.
    pub bundle: Bundle,
    /// The pull request that it was reviewed in.
    pub number: u64,
    /// What a reviewer should know.
    pub warnings: Vec<String>,
}

/// The pull requests that were merged as the run's commit into its repository's default branch.
pub async fn merged(api: &Api, runner: &Runner) -> Result<Vec<PullRequest>, ApiError> {
    let commit = &runner.sha;
    let all: Vec<PullRequest> = api.pages(&format!("/commits/{commit}/pulls"), None).await?;
    Ok(all.into_iter().filter(|pull| decide::became(pull, commit, runner.repository_id)).collect())
}

/// Stops unless the run is for the default branch.
pub fn on_default_branch(runner: &Runner, repository: &Repository) -> Result<(), ProvenanceError> {
    Ok(decide::branch(&runner.git_ref, repository)?)
}

/// Stops unless a plan is for what is asked for.
pub fn is_for(plan: &Plan, mode: Mode) -> Result<(), ProvenanceError> {
    Ok(decide::mode(plan, mode)?)
}

/// Finds the plan that was approved with the pull request that became this commit, and fetches it into `folder`.
/// GitHub may take up to `patience` to know the pull request.
pub async fn of_push(
    api: &Api,
    runner: &Runner,
    wanted: PlanSought<'_>,
    patience: Duration,
    folder: &Path,
) -> Result<Approved, ProvenanceError> {
    let pull = pull_request(api, runner, patience).await?;
    let links = Links::find(api, runner, &pull, wanted).await?;
    let made = decide::made_before_merge(&pull, &links.check, &links.artifact)?;
    let approvals = approval::look(api, &pull, made, wanted.terms).await?;
    let mut approved = links.fetch(api, runner, &pull, wanted, folder).await?;
    approved.warnings.extend(approvals);
    Ok(approved)
}

/// Finds the plan of a pull request that is not merged yet, and fetches it into `folder`.
pub async fn of_pull(
    api: &Api,
    runner: &Runner,
    pull: &PullRequest,
    wanted: PlanSought<'_>,
    folder: &Path,
) -> Result<Approved, ProvenanceError> {
    Links::find(api, runner, pull, wanted).await?.fetch(api, runner, pull, wanted, folder).await
}

/// Fetches the plan that another job of this very run has made.
pub async fn of_this_run(
    api: &Api,
    runner: &Runner,
    wanted: PlanSought<'_>,
    expect: Sha,
    folder: &Path,
) -> Result<Bundle, ProvenanceError> {
    let all = artifact::of_run(api, runner.run_id).await?;
    let (artifact, attempt) = decide::latest(&all, runner.run_id, runner.run_attempt, wanted)?;
    let so = [
        ("github_repository_id", runner.repository_id.to_string()),
        ("github_run_id", runner.run_id.to_string()),
        ("github_run_attempt", attempt.to_string()),
        ("github_sha", runner.sha.clone()),
    ];
    let expected = |found| match found == expect {
        true => Ok(expect),
        false => Err(Refusal::OtherPlan { approved: expect.to_string(), found }),
    };
    fetch(api, &artifact, wanted, &so, folder, expected, |_| Ok(())).await
}

/// The one pull request that became this commit. GitHub needs a moment to know.
async fn pull_request(api: &Api, runner: &Runner, patience: Duration) -> Result<PullRequest, ProvenanceError> {
    let (start, mut pause) = (Instant::now(), Duration::from_secs(1));
    loop {
        if let Some(pull) = decide::only(merged(api, runner).await?)? {
            return Ok(pull);
        }
        let left = patience.saturating_sub(start.elapsed());
        if left.is_zero() {
            return Err(Refusal::NoPullRequest(runner.sha.clone()).into());
        }
        tokio::time::sleep(pause.min(left)).await;
        pause = PAUSE.min(pause * 2);
    }
}

/// What leads from a pull request to its plan.
struct Links {
    run: WorkflowRun,
    check: CheckRun,
    artifact: Artifact,
    /// The attempt that made the artifact.
    attempt: u32,
    /// The comments that may show it.
    comments: Vec<Comment>,
}

impl Links {
    async fn find(
        api: &Api,
        runner: &Runner,
        pull: &PullRequest,
        wanted: PlanSought<'_>,
    ) -> Result<Self, ProvenanceError> {
        if pull.is_fork(runner.repository_id) {
            return Err(Refusal::Fork(pull.number).into());
        }
        let (head, name) = (&pull.head.sha, plan_check_name(wanted.app, wanted.stage));
        let run = decide::run(runs(api, wanted.workflow, head).await?, head, wanted.workflow, runner.repository_id)?;
        let check = decide::check(check_run::find(api, head, &name).await?, head, wanted)?;
        let (artifact, attempt) = decide::artifact(&artifact::of_run(api, run.id).await?, &run, wanted)?;
        let comments = comment::all(api, pull.number, &plan_marker(wanted.app, wanted.stage)).await?;
        Ok(Self { run, check, artifact, attempt, comments })
    }

    async fn fetch(
        self,
        api: &Api,
        runner: &Runner,
        pull: &PullRequest,
        wanted: PlanSought<'_>,
        folder: &Path,
    ) -> Result<Approved, ProvenanceError> {
        let so = [
            ("github_repository_id", runner.repository_id.to_string()),
            ("github_run_id", self.run.id.to_string()),
            ("github_run_attempt", self.attempt.to_string()),
            ("pull_request", pull.number.to_string()),
            ("head_sha", pull.head.sha.clone()),
            ("base_ref", wanted.base.to_owned()),
        ];
        let posted = |found| decide::posted(&self.check, found);
        let read = |bundle: &Bundle| shown::comment(&self.comments, bundle, pull.number, wanted);
        let bundle = fetch(api, &self.artifact, wanted, &so, folder, posted, read).await?;
        Ok(Approved { bundle, number: pull.number, warnings: Vec::new() })
    }
}

/// The runs of a workflow for a commit. GitHub lists those of another repository's workflow under no file of this one.
async fn runs(api: &Api, workflow: &str, head: &str) -> Result<Vec<WorkflowRun>, ApiError> {
    if decide::is_path(workflow) {
        return api.pages(&format!("/actions/runs?event=pull_request&head_sha={head}"), Some("workflow_runs")).await;
    }
    let workflow = utf8_percent_encode(workflow, FILE_NAME);
    let path = format!("/actions/workflows/{workflow}/runs?event=pull_request&head_sha={head}");
    match api.pages(&path, Some("workflow_runs")).await {
        Err(error) if error.status() == Some(404) => Ok(Vec::new()),
        found => found,
    }
}

/// Fetches a bundle. Nothing in it is parsed before its plan has the approved id, which `approved` tells of the id
/// that was found; `read` says whether people have read that plan. Nothing is left in `folder` if anything is refused.
async fn fetch(
    api: &Api,
    artifact: &Artifact,
    wanted: PlanSought<'_>,
    so: &[(&str, String)],
    folder: &Path,
    approved: impl Fn(Sha) -> Result<Sha, Refusal>,
    read: impl Fn(&Bundle) -> Result<(), Refusal>,
) -> Result<Bundle, ProvenanceError> {
    let draft = artifact::fetch(api, artifact, folder).await?;
    let id = approved(bundle::plan_id(draft.path())?)?;
    let bundle = Bundle::open(draft.path(), Some(id))?;
    decide::belongs(&bundle.plan, wanted)?;
    decide::mode(&bundle.plan, wanted.mode)?;
    decide::claims(&bundle.envelope()?, id, so)?;
    read(&bundle)?;
    shown::document(&bundle)?;
    bundle::place(draft, folder)?;
    Ok(Bundle::open(folder, Some(id))?)
}
