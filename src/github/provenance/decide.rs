//! What follows from GitHub's answers: pure functions, one for each link.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::answer::WorkflowRun;
use super::{PlanSought, Refusal};
use crate::bundle::Envelope;
use crate::canonical::Sha;
use crate::github::artifact::Artifact;
use crate::github::check_run::{CheckRun, Conclusion};
use crate::github::event::{PullRequest, Repository};
use crate::github::{artifact_name, plan_check_name};
use crate::plan::{Mode, Plan};

/// The run is for the default branch.
pub fn branch(git_ref: &str, repository: &Repository) -> Result<(), Refusal> {
    let default = repository.default_branch.as_deref().unwrap_or_default();
    match git_ref.strip_prefix("refs/heads/") {
        Some(branch) if branch == default && !default.is_empty() => Ok(()),
        _ => Err(Refusal::OtherBranch { found: git_ref.into(), default: default.into() }),
    }
}

/// True if the pull request was merged as this commit into this repository's default branch.
pub fn became(pull: &PullRequest, commit: &str, repository: u64) -> bool {
    let Some(base) = pull.base.repo.as_ref() else { return false };
    pull.merged_at.is_some()
        && pull.merge_commit_sha.as_deref() == Some(commit)
        && base.id == repository
        && base.default_branch.as_deref() == Some(pull.base.branch.as_str())
}

/// The only one; `None` if there is none yet.
pub fn only(mut merged: Vec<PullRequest>) -> Result<Option<PullRequest>, Refusal> {
    if merged.len() > 1 {
        return Err(Refusal::SeveralPullRequests(merged.iter().map(|pull| pull.number).collect()));
    }
    Ok(merged.pop())
}

/// The latest run of the plan's workflow for the pull request's head. One that had nothing to do, since somebody edited
/// the pull request's title, planned nothing.
pub fn run(runs: Vec<WorkflowRun>, head: &str, workflow: &str, repository: u64) -> Result<WorkflowRun, Refusal> {
    let fits = |run: &WorkflowRun| {
        run.event == "pull_request"
            && run.head_sha == head
            && run.conclusion.as_deref() != Some("skipped")
            && is_of(&run.path, workflow)
            && run.head_repository.as_ref().is_some_and(|of| of.id == repository)
    };
    let latest = runs.into_iter().filter(fits).max_by_key(|run| run.id);
    latest.ok_or_else(|| Refusal::NoRun { workflow: workflow.into(), head: head.into() })
}

/// True if a run's path is that of the workflow: of a file of this repository at whatever ref, or exactly the path that
/// GitHub gives to a workflow of a fixed ref.
pub fn is_of(path: &str, workflow: &str) -> bool {
    match is_path(workflow) {
        true => path == workflow,
        false => path.split('@').next() == Some(format!(".github/workflows/{workflow}").as_str()),
    }
}

/// True for a path such as `octo/ci/.github/workflows/plan.yml@refs/heads/main`, false for the name of a file.
pub fn is_path(workflow: &str) -> bool {
    workflow.contains('/')
}

/// The plan's check run: the latest of its name that a job's token made on the pull request's head, and successful.
pub fn check(checks: Vec<CheckRun>, head: &str, wanted: PlanSought<'_>) -> Result<CheckRun, Refusal> {
    let name = plan_check_name(wanted.app, wanted.stage);
    let ours = checks.into_iter().filter(|run| run.is_by_actions() && run.name == name && run.head_sha == head);
    let latest = ours.max_by_key(|run| run.id).ok_or_else(|| Refusal::NoCheckRun(name.clone()))?;
    match latest.conclusion {
        Some(Conclusion::Success) => Ok(latest),
        _ => Err(Refusal::CheckNotSuccessful { name, title: latest.output.title.unwrap_or_default() }),
    }
}

/// The artifact of the latest attempt that planned this stage, and that attempt: a job that succeeded is not run again
/// with those that failed. That nothing later was posted is known from the check run, which names the plan.
pub fn artifact(all: &[Artifact], run: &WorkflowRun, wanted: PlanSought<'_>) -> Result<(Artifact, u32), Refusal> {
    let (found, attempt) = latest(all, run.id, run.run_attempt, wanted)?;
    let begun = moment(run.run_started_at.as_deref(), "the run of the plan's workflow began")?;
    // GitHub tells of the latest attempt alone when it began: every other was over by then.
    match (attempt == run.run_attempt) == (made(&found)? >= begun) {
        true => Ok((found, attempt)),
        false => Err(Refusal::OlderAttempt(found.name)),
    }
}

/// The only artifact of the latest attempt that has one, up to `attempt`, and that attempt.
pub fn latest(all: &[Artifact], run: u64, attempt: u32, wanted: PlanSought<'_>) -> Result<(Artifact, u32), Refusal> {
    for attempt in (1..=attempt).rev() {
        let name = artifact_name(wanted.app, wanted.stage, attempt);
        let named: Vec<&Artifact> = all.iter().filter(|artifact| artifact.name == name).collect();
        match named.as_slice() {
            [] => {}
            [one] if one.expired => return Err(Refusal::Expired(name)),
            [one] => return Ok(((*one).clone(), attempt)),
            several => return Err(Refusal::SeveralArtifacts { run, name, count: several.len() }),
        }
    }
    Err(Refusal::NoArtifact { run, app: wanted.app.into(), stage: wanted.stage.into() })
}

/// The plan id that the check run was posted with is that of the bytes.
pub fn posted(check: &CheckRun, found: Sha) -> Result<Sha, Refusal> {
    let approved = check.external_id.clone().unwrap_or_default();
    let posted = approved.parse().ok().filter(|posted| *posted == found);
    posted.ok_or(Refusal::OtherPlan { approved, found })
}

/// The plan is of the app and stage that are asked for.
pub fn belongs(plan: &Plan, wanted: PlanSought<'_>) -> Result<(), Refusal> {
    let planned = (plan.app.as_str(), plan.stage.as_str());
    if planned == (wanted.app, wanted.stage) {
        return Ok(());
    }
    let name = |(app, stage): (&str, &str)| format!("{app}/{stage}");
    Err(Refusal::OtherStage { planned: name(planned), wanted: name((wanted.app, wanted.stage)) })
}

/// The plan is for what is asked for: a push deploys, whatever the plan says.
pub fn mode(plan: &Plan, asked: Mode) -> Result<(), Refusal> {
    match plan.mode == asked {
        true => Ok(()),
        false => Err(Refusal::OtherMode { planned: plan.mode, asked }),
    }
}

/// Everything that the envelope claims is true.
pub fn claims(envelope: &Envelope, id: Sha, so: &[(&str, String)]) -> Result<(), Refusal> {
    let differs = |name: &str, found: &str, expected: &str| Refusal::Envelope {
        name: name.into(),
        found: found.into(),
        expected: expected.into(),
    };
    if envelope.plan_id != id.to_string() {
        return Err(differs("plan_id", &envelope.plan_id, &id.to_string()));
    }
    for (name, expected) in so {
        let found = envelope.github.get(*name).map(String::as_str).unwrap_or_default();
        if found != expected && *name == "base_ref" {
            return Err(Refusal::OtherBase { planned: found.into(), base: expected.into() });
        }
        if found != expected {
            return Err(differs(name, found, expected));
        }
    }
    Ok(())
}

/// When the plan was made. Nobody can have read before the merge what did not exist yet: a plan of after it is refused.
pub fn made_before_merge(pull: &PullRequest, check: &CheckRun, artifact: &Artifact) -> Result<DateTime, Refusal> {
    // A job can say of its check run when it ended; of an artifact, GitHub itself says when it came.
    let ended = moment(check.completed_at.as_deref(), "the plan's check run ended")?;
    let made = ended.max(made(artifact)?);
    match made > moment(pull.merged_at.as_deref(), "the pull request was merged")? {
        true => Err(Refusal::AfterMerge(told(made))),
        false => Ok(made),
    }
}

fn made(artifact: &Artifact) -> Result<DateTime, Refusal> {
    moment(artifact.created_at.as_deref(), "the plan's artifact was made")
}

/// A time as GitHub writes it. One that is missing or cannot be read proves nothing.
pub fn moment(text: Option<&str>, of: &'static str) -> Result<DateTime, Refusal> {
    let read = text.and_then(|text| DateTime::from_str(text, Format::DateTimeWithOffset).ok());
    read.ok_or(Refusal::Undated(of))
}

/// A time for people.
pub fn told(moment: DateTime) -> String {
    moment.fmt(Format::DateTime).unwrap_or_else(|_| moment.secs().to_string())
}
