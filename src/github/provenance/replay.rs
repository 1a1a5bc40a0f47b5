//! An old merge is not applied again.
//!
//! A run of the apply workflow can be started again for a month, and its commit, its plan and its approval stay what they
//! were. So a run is refused once a later commit of the default branch has been applied to the stage:
//! 1. What is later is what the branch has and the run's commit has not, by GitHub's comparison; times say nothing.
//! 2. Applied is what has a deployment of the stage's environment that has begun, by a run of a workflow that applies, or
//!    of a run that has been deleted since.
//! 3. So is what was verified and found done: a run that was successful, or whose job that does what this one does was
//!    successful and went on to no deployment. One that waits, or that reviewers turned down, has changed nothing.
//!
//! Runs and deployments can be deleted by whoever may write to the repository; this stops mistakes and those who may
//! start runs again, and not them.

use std::collections::BTreeSet;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::answer::WorkflowRun;
use super::{FILE_NAME, ProvenanceError, Refusal};
use crate::github::api::{Api, ApiError};
use crate::github::artifact;
use crate::github::runner::Runner;

mod answer;
mod decide;
#[cfg(test)]
mod tests;

use answer::{Comparison, Deployment, Job, Status};

/// The most commits that may have come later.
const COMMITS: u64 = 2_000;
/// Pages of a hundred runs of one workflow, and of deployments of one environment, newest first.
const PAGES: usize = 3;
/// The most later runs whose jobs are looked at.
const RUNS: usize = 50;
/// How long GitHub may take to know a commit that was just pushed.
const LAG: Duration = Duration::from_secs(2);

/// Whose replays are looked for.
#[derive(Debug, Clone)]
pub struct AppliedStage<'a> {
    /// The app.
    pub app: &'a str,
    /// The stage.
    pub stage: &'a str,
    /// The default branch.
    pub branch: &'a str,
    /// The files of all workflows that apply the stage, this run's among them.
    pub workflows: BTreeSet<&'a str>,
    /// The environment that applies the stage.
    pub environment: &'a str,
    /// The environment that destroys it.
    pub destroying: &'a str,
}

/// Stops if a later commit has been applied to the stage, or if the stage has been destroyed by a later run.
pub async fn check(api: &Api, runner: &Runner, scope: &AppliedStage<'_>) -> Result<(), ProvenanceError> {
    let later = later(api, &runner.sha, scope.branch).await?;
    let mut unbegun = BTreeSet::new();
    for environment in BTreeSet::from([scope.environment, scope.destroying]) {
        unbegun.extend(deployed(api, runner, scope, &later, environment).await?);
    }
    match later.is_empty() {
        true => Ok(()),
        false => verified(api, runner, scope, &later, &unbegun).await,
    }
}

/// The commits that the branch has and this one has not.
async fn later(api: &Api, commit: &str, branch: &str) -> Result<BTreeSet<String>, ProvenanceError> {
    let path = format!("/compare/{commit}...{}", utf8_percent_encode(branch, FILE_NAME));
    let mut found: Comparison = api.get(&path).await?;
    if !matches!(found.status.as_str(), "identical" | "ahead") {
        tokio::time::sleep(LAG).await;
        found = api.get(&path).await?;
    }
    if !matches!(found.status.as_str(), "identical" | "ahead") {
        return Err(Refusal::OffBranch { commit: commit.into(), branch: branch.into() }.into());
    }
    if found.total_commits > COMMITS {
        return Err(Refusal::TooOld(commit.into()).into());
    }
    if found.total_commits > found.commits.len() as u64 {
        found.commits = api.pages(&path, Some("commits")).await?;
    }
    if found.total_commits > found.commits.len() as u64 {
        return Err(Refusal::TooOld(commit.into()).into());
    }
    Ok(found.commits.into_iter().map(|commit| commit.sha).collect())
}

/// Stops at a deployment that shows a replay; gives the runs whose deployments have not begun.
async fn deployed(
    api: &Api,
    runner: &Runner,
    scope: &AppliedStage<'_>,
    later: &BTreeSet<String>,
    environment: &str,
) -> Result<Vec<u64>, ProvenanceError> {
    let destroys = environment == scope.destroying;
    let path = format!("/deployments?environment={}", utf8_percent_encode(environment, NON_ALPHANUMERIC));
    let (all, _): (Vec<Deployment>, _) = api.newest(&path, None, PAGES).await?;
    let mut unbegun = Vec::new();
    for deployment in all {
        let is_later = later.contains(&deployment.sha);
        if !(is_later || destroys && deployment.sha == runner.sha) {
            continue;
        }
        let statuses: Vec<Status> = api.pages(&format!("/deployments/{}/statuses", deployment.id), None).await?;
        // At the same commit, a run that was started later; its own deployment is no reason against a run.
        let Some(run) = decide::run_of(&statuses).filter(|run| is_later || *run > runner.run_id) else { continue };
        if !decide::has_begun(&statuses) {
            unbegun.push(run);
        } else if can_apply(api, run, scope).await? {
            let what = match destroys {
                true => format!("the stage {} has been destroyed since", scope.stage),
                false => applied(&deployment.sha),
            };
            return Err(replayed(runner, run, what));
        }
    }
    Ok(unbegun)
}

/// True if a run is of a workflow that applies the stage. That is not known of one that was deleted.
async fn can_apply(api: &Api, run: u64, scope: &AppliedStage<'_>) -> Result<bool, ApiError> {
    let found: Option<WorkflowRun> = api.find(&format!("/actions/runs/{run}")).await?;
    Ok(found.is_none_or(|run| decide::applies(&run, scope)))
}

/// Stops at a run of a later commit that found everything done.
async fn verified(
    api: &Api,
    runner: &Runner,
    scope: &AppliedStage<'_>,
    later: &BTreeSet<String>,
    unbegun: &BTreeSet<u64>,
) -> Result<(), ProvenanceError> {
    let mut unclear = Vec::new();
    for workflow in &scope.workflows {
        for run in runs(api, runner, workflow, scope.branch).await? {
            if run.id == runner.run_id || !later.contains(&run.head_sha) {
                continue;
            }
            let is_done = run.event == "workflow_dispatch" && run.conclusion.as_deref() == Some("success");
            let plans = if is_done { artifact::of_run(api, run.id).await? } else { Vec::new() };
            match decide::settled(&run, &plans, scope) {
                Some(true) => return Err(replayed(runner, run.id, applied(&run.head_sha))),
                Some(false) => {}
                None if unbegun.contains(&run.id) => {}
                None => unclear.push(run),
            }
        }
    }
    by_jobs(api, runner, &unclear).await
}

/// Stops at a run whose jobs say that the stage was verified.
async fn by_jobs(api: &Api, runner: &Runner, unclear: &[WorkflowRun]) -> Result<(), ProvenanceError> {
    if unclear.is_empty() {
        return Ok(());
    }
    if unclear.len() > RUNS {
        return Err(Refusal::TooOld(runner.sha.clone()).into());
    }
    let here = format!("/actions/runs/{}/attempts/{}/jobs", runner.run_id, runner.run_attempt);
    let here: Vec<Job> = api.pages(&here, Some("jobs")).await?;
    let own = decide::own_name(&here, &runner.runner_name);
    for run in unclear {
        let jobs: Vec<Job> = api.pages(&format!("/actions/runs/{}/jobs?filter=all", run.id), Some("jobs")).await?;
        if decide::was_verified(&jobs, own) {
            return Err(replayed(runner, run.id, applied(&run.head_sha)));
        }
    }
    Ok(())
}

/// The newest runs of a workflow on the branch, back to this run at least.
async fn runs(api: &Api, runner: &Runner, workflow: &str, branch: &str) -> Result<Vec<WorkflowRun>, ProvenanceError> {
    let (file, branch) = (utf8_percent_encode(workflow, FILE_NAME), utf8_percent_encode(branch, NON_ALPHANUMERIC));
    let path = format!("/actions/workflows/{file}/runs?branch={branch}");
    let (runs, is_all): (Vec<WorkflowRun>, _) = match api.newest(&path, Some("workflow_runs"), PAGES).await {
        Err(error) if error.status() == Some(404) => return Ok(Vec::new()),
        found => found?,
    };
    match is_all || runs.iter().any(|run| run.id <= runner.run_id) {
        true => Ok(runs),
        false => Err(Refusal::TooOld(runner.sha.clone()).into()),
    }
}

fn applied(commit: &str) -> String {
    format!("the later commit {commit} has been applied")
}

fn replayed(runner: &Runner, run: u64, what: String) -> ProvenanceError {
    let url = format!("{}/{}/actions/runs/{run}", runner.server_url, runner.repository);
    Refusal::Replayed { what, url }.into()
}
