//! What follows from GitHub's answers about what came later: pure functions.

use super::answer::{Job, Status};
use super::{AppliedStage, WorkflowRun};
use crate::github::artifact::Artifact;

/// True if the job of a deployment has begun, however it ended. One that waits for its reviewers, or that they turned
/// down, has not.
pub fn has_begun(statuses: &[Status]) -> bool {
    statuses.iter().any(|status| matches!(status.state.as_str(), "in_progress" | "success" | "inactive"))
}

/// The run whose job made a deployment; `None` for what other tools deploy.
pub fn run_of(statuses: &[Status]) -> Option<u64> {
    let urls = statuses.iter().flat_map(|status| [&status.log_url, &status.target_url]).flatten();
    urls.filter_map(|url| {
        let (_, rest) = url.split_once("/actions/runs/")?;
        rest.split('/').next()?.parse().ok()
    })
    .next()
}

/// True if a run is of a workflow that applies this stage.
pub fn applies(run: &WorkflowRun, scope: &AppliedStage<'_>) -> bool {
    scope.workflows.iter().any(|workflow| crate::github::provenance::decide::is_of(&run.path, workflow))
}

/// What is known of a run's end without a further question: `Some(true)` if live state is what its commit asks for,
/// `None` if its jobs have to say.
pub fn settled(run: &WorkflowRun, plans: &[Artifact], scope: &AppliedStage<'_>) -> Option<bool> {
    match (run.event.as_str(), run.conclusion.as_deref()) {
        // Of a stage that somebody chose: its plan tells which.
        ("workflow_dispatch", conclusion) => Some(conclusion == Some("success") && has_planned(plans, scope)),
        (_, Some("success")) => Some(true),
        _ if is_waiting(run) => Some(false),
        _ => None,
    }
}

/// True if none of its jobs has been reached yet, in this attempt or another.
fn is_waiting(run: &WorkflowRun) -> bool {
    run.run_attempt == 1 && matches!(run.status.as_deref(), Some("queued" | "pending" | "requested"))
}

fn has_planned(plans: &[Artifact], scope: &AppliedStage<'_>) -> bool {
    let start = format!("serverless-app-plan-{}-{}-", scope.app, scope.stage);
    let is_plan = |name: &str| name.strip_prefix(&start).is_some_and(|attempt| attempt.parse::<u32>().is_ok());
    plans.iter().any(|artifact| is_plan(&artifact.name))
}

/// The name of the job that this process runs in, among those of its run.
pub fn own_name<'a>(jobs: &'a [Job], runner: &str) -> Option<&'a str> {
    let mut here = jobs
        .iter()
        .filter(|job| job.status == "in_progress" && !runner.is_empty() && job.runner_name.as_deref() == Some(runner));
    here.next().filter(|_| here.next().is_none()).map(|job| job.name.as_str())
}

/// True if this job was successful in another run: the stage was verified. Where
/// the other run has no job of that name, any that was successful counts.
pub fn was_verified(jobs: &[Job], own: Option<&str>) -> bool {
    let named = own.filter(|own| jobs.iter().any(|job| job.name == *own));
    jobs.iter().any(|job| job.conclusion.as_deref() == Some("success") && named.is_none_or(|own| job.name == own))
}
