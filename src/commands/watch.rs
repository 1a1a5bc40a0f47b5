//! `check` in GitHub Actions: for the merge queue, and on a schedule.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::canonical::Sha;
use crate::cli;
use crate::commands::allowed;
use crate::commands::connect::connect;
use crate::commands::headers;
use crate::commands::project::cache;
use crate::commands::verify;
use crate::environment;
use crate::error::Error;
use crate::github::api::Api;
use crate::github::check_run::{self, Conclusion, New, Output};
use crate::github::event::{Event, MergeGroup, PullRequest, WorkflowDispatch};
use crate::github::issue;
use crate::github::provenance::approval::Terms;
use crate::github::provenance::{self, PlanSought};
use crate::github::runner::{self, Runner};
use crate::github::{drift_check_name, plan_check_name};
use crate::plan::Mode;
use crate::plan::remaining::Beyond;
use crate::planning::proof::Allowed;
use crate::planning::{LivePlan, Project, live_plan};
use crate::reason::Exit;
use crate::render;

/// Does what the event needs; `None` for an event that needs nothing special.
pub async fn watch(args: &cli::Check, runner: &Runner, project: &Project) -> Result<Option<u8>, Error> {
    match runner.event()? {
        Event::MergeGroup(group) => queued(args, runner, project, &group).await.map(Some),
        Event::Schedule => drifted(args, runner, project).await.map(Some),
        Event::WorkflowDispatch(start) => {
            is_default(&start, runner)?;
            drifted(args, runner, project).await.map(Some)
        }
        _ => Ok(None),
    }
}

/// Does the plan of the pull request that is queued still hold, alone?
async fn queued(args: &cli::Check, runner: &Runner, project: &Project, group: &MergeGroup) -> Result<u8, Error> {
    let api = Api::connect(runner)?;
    let held = holds(args, runner, project, group, &api).await;
    let (app, stage) = (project.owner.app.as_str(), project.owner.stage.as_str());
    let (conclusion, title, id) = match &held {
        Ok(id) => (Conclusion::Success, "The plan still holds".to_owned(), id.clone()),
        Err(error) => (Conclusion::Failure, format!("The plan does not hold: {}", error.reason()), "none".into()),
    };
    let summary =
        held.as_ref().map_or_else(|error| render::fenced(&error.to_string()), |id| format!("Plan id: `{id}`"));
    let new = New {
        name: &plan_check_name(app, stage),
        head_sha: &group.head_sha,
        external_id: &id,
        details_url: &runner.run_url(),
        status: "completed",
        conclusion,
        output: Output::new(&title, &summary, None),
    };
    check_run::make(&api, &new).await?;
    held.map(|_| 0)
}

async fn holds(
    args: &cli::Check,
    runner: &Runner,
    project: &Project,
    group: &MergeGroup,
    api: &Api,
) -> Result<String, Error> {
    let number = group.number().ok_or_else(|| Error::Usage(format!("{} names no pull request", group.head_ref)))?;
    let pull: PullRequest = api.get(&format!("/pulls/{number}")).await?;
    let (app, stage) = (project.owner.app.as_str(), project.owner.stage.as_str());
    let base = group.base_ref.strip_prefix("refs/heads/").unwrap_or_default();
    let wanted = PlanSought {
        app,
        stage,
        mode: Mode::Deploy,
        base,
        workflow: &args.plan_workflow,
        terms: Terms::default(),
        no_comment: args.no_comment,
    };
    let folder = tempfile::tempdir().map_err(|error| Error::Io { path: environment::temporary_folder(), error })?;
    let approved = provenance::of_pull(api, runner, &pull, wanted, &folder.path().join("plan")).await?;
    let rules = allowed::rules(Some(&Event::MergeGroup(group.clone())), Some(runner), project).await?;
    let allowed = Allowed { mode: Mode::Deploy, adopt: BTreeSet::new(), back: BTreeSet::new(), rules };
    let aws = connect(&approved.bundle.plan.site, &args.credentials).await?;
    match verify::check(&approved.bundle, project, &aws, &allowed).await {
        Ok(_) => Ok(approved.bundle.id.to_string()),
        Err(Error::Beyond(beyond)) => Err(mixed(waiting(api, group).await, beyond)),
        Err(other) => Err(other),
    }
}

/// Why there is more to do than was planned: other pull requests that wait before this one, if there are any.
fn mixed(others: Vec<u64>, beyond: Beyond) -> Error {
    let others: Vec<String> = others.iter().map(|number| format!("#{number}")).collect();
    match others.is_empty() {
        true => Error::Beyond(beyond),
        false => Error::Mixed { others: others.join(", "), beyond },
    }
}

/// The pull requests that wait before this one. The plan does not hold either way, so that they cannot be told is a
/// warning.
async fn waiting(api: &Api, group: &MergeGroup) -> Vec<u64> {
    #[derive(Deserialize)]
    struct Branch {
        #[serde(rename = "ref")]
        name: String,
        object: Object,
    }
    #[derive(Deserialize)]
    struct Object {
        sha: String,
    }
    let Some(queue) = group.queue() else { return Vec::new() };
    let queue = percent_encoding::utf8_percent_encode(&queue, percent_encoding::NON_ALPHANUMERIC);
    match api.get::<Vec<Branch>>(&format!("/git/matching-refs/{queue}")).await {
        Ok(found) => group.before(&found.into_iter().map(|of| (of.name, of.object.sha)).collect::<Vec<_>>()),
        Err(error) => {
            runner::warn("serverless-app", &format!("it is not known who else waits in the queue: {error}"));
            Vec::new()
        }
    }
}

/// Has anything drifted from the default branch's manifest?
async fn drifted(args: &cli::Check, runner: &Runner, project: &Project) -> Result<u8, Error> {
    let api = Api::connect(runner)?;
    let found = plan(args, project).await;
    let (app, stage) = (project.owner.app.as_str(), project.owner.stage.as_str());
    let (marker, name) = (issue::marker(app, stage), drift_check_name(app, stage));
    let post = async |conclusion, title: &str, text: &str, id: &str| {
        let new = New {
            name: &name,
            head_sha: &runner.sha,
            external_id: id,
            details_url: &runner.run_url(),
            status: "completed",
            conclusion,
            output: Output::new(title, text, None),
        };
        check_run::make(&api, &new).await
    };
    let Found { live, id, headers } = match found {
        Ok(found) => found,
        // Nothing is known about drift, so the issue stays as it is.
        Err(error) => {
            let title = format!("Cannot be determined: {}", error.reason());
            post(Conclusion::Failure, &title, &render::fenced(&error.to_string()), "none").await?;
            return Err(error);
        }
    };
    let is_sound = live.plan.is_empty() && headers.is_empty();
    let text = match live.plan.is_empty() {
        true => render::comment(&live.plan, &id, &live.extra),
        false => render::drift::issue(&live.plan, &id, &live.extra),
    };
    let text = if headers.is_empty() { text } else { format!("{text}\n{}", render::fenced(headers.trim())) };
    let room = runner.summary_room();
    runner.add_summary(&render::comment::document_within(&live.plan, &id, &live.extra, room))?;
    match is_sound {
        true => issue::close(&api, &marker).await?,
        false => issue::open(&api, &marker, &format!("{app}, stage {stage}: live AWS has drifted"), &text).await?,
    }
    let conclusion = if is_sound { Conclusion::Success } else { Conclusion::Neutral };
    let title = match live.plan.is_empty() {
        true if is_sound => render::title(&live.plan),
        true => "Drifted: headers of files".to_owned(),
        false => format!("Drifted: {}", render::headline(&live.plan)),
    };
    post(conclusion, &title, &text, &id.to_string()).await?;
    runner.set_output("has-changes", if is_sound { "false" } else { "true" })?;
    Ok(if is_sound { Exit::Done } else { Exit::Drifted }.code())
}

/// What an apply of the manifest would do.
struct Found {
    live: LivePlan,
    /// The id of that plan.
    id: Sha,
    /// Headers that no plan shows.
    headers: String,
}

async fn plan(args: &cli::Check, project: &Project) -> Result<Found, Error> {
    let aws = connect(&project.source.manifest.app, &args.credentials).await?;
    let live = live_plan(project, &cache()?, &aws, Mode::Deploy, &BTreeSet::new(), &BTreeSet::new()).await?;
    let headers = if args.thorough { headers::set_by_hand(&live, &aws).await? } else { String::new() };
    Ok(Found { id: live.id()?, live, headers })
}

/// The issue is about the default branch's manifest, so no other branch's may open or close it.
fn is_default(start: &WorkflowDispatch, runner: &Runner) -> Result<(), Error> {
    let Some(branch) = &start.repository.default_branch else { return Ok(()) };
    match runner.git_ref == format!("refs/heads/{branch}") {
        true => Ok(()),
        false => Err(Error::Usage(format!("{}: drift is checked on the default branch, {branch}", runner.git_ref))),
    }
}
