//! From a merged commit back to the plan that was approved.
//!
//! Commit, pull request, workflow run, check run, artifact: each link is checked, and whatever does not fit stops
//! here, before the first call to AWS. All of it is an index: the proof is that the bytes have the approved id, and
//! that a fresh plan asks for nothing more.

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use super::api::{Api, ApiError};
use super::artifact::{self, Artifact, ArtifactError};
use super::check_run::{self, CheckRun, Conclusion};
use super::comment::Comment;
use super::event::PullRequest;
use super::runner::Runner;
use super::{artifact_name, plan_check_name};
use crate::bundle::{Bundle, BundleError, Envelope};
use crate::canonical::Sha;

mod refusal;

pub use refusal::Refusal;

/// How often GitHub is asked for the pull request of a commit that it has just merged, and the pause between.
const PATIENCE: (u32, Duration) = (12, Duration::from_secs(5));

/// Nothing that may be applied was found.
#[derive(Debug, thiserror::Error)]
pub enum ProvenanceError {
    /// A link does not hold.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// GitHub cannot be asked.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The artifact is not what was uploaded.
    #[error("{0}; {way}", way = refusal::SECOND_DOOR)]
    Artifact(ArtifactError),
    /// What was uploaded is no bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
}

impl From<ArtifactError> for ProvenanceError {
    /// A store that does not answer says nothing about the artifact.
    fn from(error: ArtifactError) -> Self {
        match error {
            ArtifactError::Api(error) => Self::Api(error),
            other => Self::Artifact(other),
        }
    }
}

/// Which plan is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The app.
    pub app: &'a str,
    /// The stage.
    pub stage: &'a str,
    /// The file of the workflow that plans.
    pub workflow: &'a str,
    /// True to refuse a plan that was made after the last approving review.
    pub refuse_late: bool,
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

/// A run of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: u64,
    /// Its attempt, from 1.
    pub run_attempt: u32,
    /// What started it.
    pub event: String,
    /// The commit that it is about.
    pub head_sha: String,
    /// The workflow's file.
    pub path: String,
    /// When the attempt began, in RFC 3339.
    #[serde(default)]
    pub run_started_at: Option<String>,
    /// Where the commit lies; `None` if that repository is gone.
    pub head_repository: Option<HeadRepository>,
}

/// Where a run's commit lies.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HeadRepository {
    /// The id of the repository.
    pub id: u64,
}

#[derive(Deserialize)]
struct Review {
    state: String,
    #[serde(default)]
    submitted_at: Option<String>,
}

/// The pull requests that were merged as this commit into its repository's default branch.
pub async fn merged(api: &Api, commit: &str) -> Result<Vec<PullRequest>, ApiError> {
    let all: Vec<PullRequest> = api.pages(&format!("/commits/{commit}/pulls"), None).await?;
    let fits = |pull: &PullRequest| {
        let default = pull.base.repo.as_ref().and_then(|repo| repo.default_branch.as_deref());
        pull.merged_at.is_some()
            && pull.merge_commit_sha.as_deref() == Some(commit)
            && default.is_none_or(|branch| branch == pull.base.branch)
    };
    Ok(all.into_iter().filter(fits).collect())
}

/// Finds the plan that was approved with the pull request that became this commit, and fetches it into `folder`.
pub async fn of_push(
    api: &Api,
    runner: &Runner,
    wanted: Wanted<'_>,
    folder: &Path,
) -> Result<Approved, ProvenanceError> {
    let pull = pull_request(api, &runner.sha).await?;
    let (mut approved, check) = links(api, runner, &pull, wanted, folder).await?;
    in_time(api, &pull, &check, wanted.refuse_late, &mut approved.warnings).await?;
    Ok(approved)
}

/// Finds the plan of a pull request that is not merged yet, and fetches it into `folder`.
pub async fn of_pull(
    api: &Api,
    runner: &Runner,
    pull: &PullRequest,
    wanted: Wanted<'_>,
    folder: &Path,
) -> Result<Approved, ProvenanceError> {
    Ok(links(api, runner, pull, wanted, folder).await?.0)
}

/// Every link from a pull request to its plan.
async fn links(
    api: &Api,
    runner: &Runner,
    pull: &PullRequest,
    wanted: Wanted<'_>,
    folder: &Path,
) -> Result<(Approved, CheckRun), ProvenanceError> {
    if pull.is_fork(runner.repository_id) {
        return Err(Refusal::Fork(pull.number).into());
    }
    let run = run(api, pull, runner.repository_id, wanted.workflow).await?;
    let check = check(api, pull, wanted).await?;
    let (artifact, attempt) = artifact_of(api, &run, wanted).await?;
    artifact::fetch(api, &artifact, folder).await?;
    let bundle = Bundle::open(folder, None)?;
    belongs(&bundle, wanted)?;
    if check.external_id.as_deref() != Some(bundle.id.to_string().as_str()) {
        let approved = check.external_id.unwrap_or_default();
        return Err(Refusal::OtherPlan { approved, found: bundle.id }.into());
    }
    claims(&bundle, &claimed(runner, (run.id, attempt), pull))?;
    let mut warnings = Vec::new();
    comment(api, &check, &mut warnings).await?;
    // Blobs too, now that the plan's id is known to be the approved one.
    let bundle = Bundle::open(folder, Some(bundle.id))?;
    Ok((Approved { bundle, number: pull.number, warnings }, check))
}

/// Fetches the plan that another job of this very run has made.
pub async fn of_this_run(
    api: &Api,
    runner: &Runner,
    wanted: Wanted<'_>,
    expect: Sha,
    folder: &Path,
) -> Result<Bundle, ProvenanceError> {
    let mut attempts = (1..=runner.run_attempt).rev();
    let all = artifact::of_run(api, runner.run_id).await?;
    let named = |attempt| all.iter().find(|a| a.name == artifact_name(wanted.app, wanted.stage, attempt) && !a.expired);
    let found = attempts.find_map(named).ok_or_else(|| no_artifact(runner.run_id, wanted))?;
    artifact::fetch(api, found, folder).await?;
    let bundle = Bundle::open(folder, Some(expect))?;
    belongs(&bundle, wanted)?;
    Ok(bundle)
}

fn no_artifact(run: u64, wanted: Wanted<'_>) -> Refusal {
    Refusal::NoArtifact { run, app: wanted.app.into(), stage: wanted.stage.into() }
}

/// The one pull request that became this commit. GitHub needs a moment to know.
async fn pull_request(api: &Api, commit: &str) -> Result<PullRequest, ProvenanceError> {
    let (tries, pause) = PATIENCE;
    for attempt in 1..=tries {
        let mut found = merged(api, commit).await?;
        match (found.len(), found.pop()) {
            (1, Some(one)) => return Ok(one),
            (0, _) if attempt < tries => tokio::time::sleep(pause).await,
            (0, _) => return Err(Refusal::NoPullRequest(commit.into()).into()),
            (_, last) => {
                found.extend(last);
                let numbers = found.iter().map(|pull| pull.number).collect();
                return Err(Refusal::SeveralPullRequests(numbers).into());
            }
        }
    }
    Err(Refusal::NoPullRequest(commit.into()).into())
}

/// The latest run of the plan's workflow for the pull request's head.
async fn run(api: &Api, pull: &PullRequest, repository: u64, workflow: &str) -> Result<Run, ProvenanceError> {
    let head = &pull.head.sha;
    let path = format!("/actions/workflows/{workflow}/runs?event=pull_request&head_sha={head}");
    let runs: Vec<Run> = match api.pages(&path, Some("workflow_runs")).await {
        Err(error) if error.status() == Some(404) => Vec::new(),
        found => found?,
    };
    let fits = |run: &Run| {
        run.event == "pull_request"
            && run.head_sha == *head
            && run.path.split('@').next() == Some(&format!(".github/workflows/{workflow}"))
            && run.head_repository.as_ref().is_some_and(|of| of.id == repository)
    };
    let latest = runs.into_iter().filter(fits).max_by_key(|run| run.id);
    Ok(latest.ok_or_else(|| Refusal::NoRun { workflow: workflow.into(), head: head.clone() })?)
}

/// The plan's check run: the only one of its name that a job's token made, and successful.
async fn check(api: &Api, pull: &PullRequest, wanted: Wanted<'_>) -> Result<CheckRun, ProvenanceError> {
    let name = plan_check_name(wanted.app, wanted.stage);
    let all = check_run::find(api, &pull.head.sha, &name).await?;
    let ours = all.into_iter().filter(|run| run.is_by_actions() && run.name == name);
    let latest = ours.max_by_key(|run| run.id).ok_or_else(|| Refusal::NoCheckRun(name.clone()))?;
    match latest.conclusion {
        Some(Conclusion::Success) => Ok(latest),
        _ => Err(Refusal::CheckNotSuccessful { name, title: latest.output.title.unwrap_or_default() }.into()),
    }
}

/// The artifact of the latest attempt that planned this stage, and that attempt: a job that was fine is not run again
/// with those that were not. That nothing later was posted is for the check run to say, which names the plan.
async fn artifact_of(api: &Api, run: &Run, wanted: Wanted<'_>) -> Result<(Artifact, u32), ProvenanceError> {
    let all = artifact::of_run(api, run.id).await?;
    let of = |attempt| {
        let name = artifact_name(wanted.app, wanted.stage, attempt);
        Some((all.iter().find(|artifact| artifact.name == name)?.clone(), attempt))
    };
    let found = (1..=run.run_attempt).rev().find_map(of);
    let (found, attempt) = found.ok_or_else(|| no_artifact(run.id, wanted))?;
    if found.expired {
        return Err(Refusal::Expired(found.name).into());
    }
    let begun = run.run_started_at.as_deref().filter(|_| attempt == run.run_attempt).unwrap_or_default();
    if found.created_at.as_deref().unwrap_or_default() < begun {
        return Err(Refusal::OlderAttempt(found.name).into());
    }
    Ok((found, attempt))
}

/// The plan is of the app and stage that are asked for.
fn belongs(bundle: &Bundle, wanted: Wanted<'_>) -> Result<(), Refusal> {
    let (app, stage) = (bundle.plan.app.as_str(), bundle.plan.stage.as_str());
    if (app, stage) == (wanted.app, wanted.stage) {
        return Ok(());
    }
    let name = |app: &str, stage: &str| format!("{app}/{stage}");
    Err(Refusal::OtherStage { planned: name(app, stage), wanted: name(wanted.app, wanted.stage) })
}

/// What the envelope has to say.
fn claimed(runner: &Runner, (run, attempt): (u64, u32), pull: &PullRequest) -> [(&'static str, String); 5] {
    [
        ("github_repository_id", runner.repository_id.to_string()),
        ("github_run_id", run.to_string()),
        ("github_run_attempt", attempt.to_string()),
        ("pull_request", pull.number.to_string()),
        ("head_sha", pull.head.sha.clone()),
    ]
}

fn claims(bundle: &Bundle, claimed: &[(&'static str, String)]) -> Result<(), ProvenanceError> {
    let envelope: Envelope = bundle.envelope()?;
    let differs = |name: &str, found: Option<&String>, expected: &str| {
        let found = found.cloned().unwrap_or_default();
        Refusal::Envelope { name: name.into(), found, expected: expected.into() }
    };
    let id = bundle.id.to_string();
    if envelope.plan_id != id {
        return Err(differs("plan_id", Some(&envelope.plan_id), &id).into());
    }
    for (name, expected) in claimed {
        let found = envelope.github.get(*name);
        if found != Some(expected) {
            return Err(differs(name, found, expected).into());
        }
    }
    Ok(())
}

/// Nobody approves what did not exist yet.
async fn in_time(
    api: &Api,
    pull: &PullRequest,
    check: &CheckRun,
    refuse_late: bool,
    warnings: &mut Vec<String>,
) -> Result<(), ProvenanceError> {
    let made = check.completed_at.as_deref().unwrap_or_default();
    if made > pull.merged_at.as_deref().unwrap_or_default() {
        return Err(Refusal::AfterMerge(made.into()).into());
    }
    let reviews: Vec<Review> = api.pages(&format!("/pulls/{}/reviews", pull.number), None).await?;
    let approvals = reviews.into_iter().filter(|review| review.state == "APPROVED");
    let Some(last) = approvals.filter_map(|review| review.submitted_at).max() else { return Ok(()) };
    if made > last.as_str() {
        if refuse_late {
            return Err(Refusal::AfterReview(last).into());
        }
        warnings.push(format!("the plan was made at {made}, after the last approving review at {last}"));
    }
    Ok(())
}

/// The comment that was posted with the plan still says what was posted.
async fn comment(api: &Api, check: &CheckRun, warnings: &mut Vec<String>) -> Result<(), ProvenanceError> {
    let Some((id, digest)) = check.comment() else {
        warnings.push("the plan was posted without a comment".into());
        return Ok(());
    };
    match api.find::<Comment>(&format!("/issues/comments/{id}")).await? {
        None => warnings.push("the comment with the plan was deleted".into()),
        Some(comment) if comment.digest() == digest && comment.is_by_actions() => {}
        Some(comment) => return Err(Refusal::CommentChanged(comment.html_url).into()),
    }
    Ok(())
}
