//! `verify`: finds the approved plan again, before anybody is asked to let it run.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::apply::journal::ApplyRun;
use crate::apply::{self, Controls, Journal, Report, Stop};
use crate::aws::Aws;
use crate::aws::settle::Factor;
use crate::bundle::Bundle;
use crate::cli::{self, LatePlans};
use crate::commands::allowed;
use crate::commands::build::attach;
use crate::commands::connect::connect;
use crate::commands::gate::{Gate, destroying};
use crate::commands::job_output;
use crate::commands::project::cache;
use crate::error::Error;
use crate::github::api::Api;
use crate::github::event::{Event, Repository};
use crate::github::provenance::approval::{Late, Terms};
use crate::github::provenance::{self, PlanSought, replay};
use crate::github::runner::print::say;
use crate::github::runner::{self, Runner};
use crate::plan::Mode;
use crate::plan::remaining::Start;
use crate::planning::Project;
use crate::planning::preflight::Preflight;
use crate::planning::proof::{self, Allowed, Held, Proof};
use crate::render::{self, Extra};

/// Fetches the approved plan into `--out`; with `--source`, plans again and compares.
pub async fn verify(args: &cli::Verify) -> Result<u8, Error> {
    let runner = Runner::from_env()?.ok_or_else(|| Error::Usage("verify only runs in GitHub Actions".into()))?;
    let project = open(args)?;
    let event = runner.event()?;
    let allowed::Asked { mode, adopt, back } = allowed::expected(&args.expected_plan, Some(&event), None)?;
    let api = Api::connect(&runner)?;
    let (bundle, warnings) = find(&api, args, &runner, &project, mode).await?;
    for warning in &warnings {
        runner::warn("serverless-app", warning);
    }
    let (mut done, mut beside) = (false, Extra::default());
    if args.source.is_some() {
        let rules = allowed::rules(Some(&event), Some(&runner), &project).await?;
        rules.check(&bundle.plan)?;
        let project = attach(project, &args.builds, mode.is_deploy()).await?;
        let aws = connect(&bundle.plan.site, &args.credentials).await?;
        let proof = check(&bundle, &project, &aws, &Allowed { mode, adopt, back, rules }).await?;
        (done, beside) = (proof.is_done, proof.extra);
        Preflight::from(&args.preflight).run(&aws, &bundle.plan, &mut beside).await?;
    }
    let has_changes = !bundle.plan.is_empty() && !done;
    let warnings = job_output::warnings(&warnings);
    let room = runner.summary_room().saturating_sub(warnings.len() + 1);
    runner.add_summary(&(warnings + &render::comment::document_within(&bundle.plan, &bundle.id, &beside, room)))?;
    job_output::plan(&runner, &bundle.plan, &bundle.id, &args.out)?;
    runner.set_output("has-changes", if has_changes { "true" } else { "false" })?;
    say(format_args!("Verified {}: {}", bundle.id, render::summary(&bundle.plan)));
    Ok(0)
}

/// The project in `--source`; without it, the manifest only says which app and stage.
fn open(args: &cli::Verify) -> Result<Project, Error> {
    let manifest = &args.project.manifest;
    let manifest = args.source.as_ref().map_or_else(|| manifest.clone(), |source| source.join(manifest));
    Project::open(&manifest, &args.project.stage)
}

/// The plan that this run is to apply, and what a reviewer should know of it.
async fn find(
    api: &Api,
    args: &cli::Verify,
    runner: &Runner,
    project: &Project,
    mode: Mode,
) -> Result<(Bundle, Vec<String>), Error> {
    match (runner.event()?, args.expect) {
        (Event::WorkflowDispatch(event), Some(expect)) => {
            let branch = current(api, args, runner, project, &event.repository).await?;
            let wanted = wanted(args, project, mode, branch, None);
            let bundle = provenance::of_this_run(api, runner, wanted, expect, &args.out).await?;
            let gate = Gate::look(api, &args.gate, wanted.stage, mode, branch).await;
            let warnings = gate.warnings();
            if mode.is_destroy() {
                gate.before_destroying(&args.gate)?;
            }
            Ok((bundle, warnings))
        }
        (Event::WorkflowDispatch(_), None) => Err(Error::Usage(
            "a workflow that was started by hand verifies the plan of its own run: give --expect".into(),
        )),
        (Event::Push(event), expect) => {
            let branch = current(api, args, runner, project, &event.repository).await?;
            let gate = Gate::look(api, &args.gate, project.owner.stage.as_str(), mode, branch).await;
            let patience = Duration::from_secs(args.pull_request_timeout);
            let wanted = wanted(args, project, mode, branch, Some(&gate));
            let approved = provenance::of_push(api, runner, wanted, patience, &args.out).await?;
            let bundle = match expect.filter(|expect| *expect != approved.bundle.id) {
                Some(expected) => Bundle::open(&args.out, Some(expected))?,
                None => approved.bundle,
            };
            Ok((bundle, [approved.warnings, gate.warnings()].concat()))
        }
        (event, _) => Err(Error::Usage(format!("nothing can be verified on the event {event:?}"))),
    }
}

/// Which plan is looked for. A plan that came late has readers where the environment asks somebody.
fn wanted<'a>(
    args: &'a cli::Verify,
    project: &'a Project,
    mode: Mode,
    base: &'a str,
    gate: Option<&Gate>,
) -> PlanSought<'a> {
    let late = match args.late_plans {
        Some(LatePlans::Refuse) => Late::Refuse,
        Some(LatePlans::Warn) => Late::Warn,
        None if gate.is_some_and(|gate| !gate.asks()) => Late::Unguarded,
        None => Late::Warn,
    };
    PlanSought {
        app: project.owner.app.as_str(),
        stage: project.owner.stage.as_str(),
        mode,
        base,
        workflow: &args.plan_workflow,
        terms: Terms { late, required: args.require_approval },
        no_comment: args.no_comment,
    }
}

/// Stops unless the run is about the default branch, and about nothing that a later commit has overtaken. Gives the
/// default branch.
async fn current<'a>(
    api: &Api,
    args: &cli::Verify,
    runner: &Runner,
    project: &Project,
    repository: &'a Repository,
) -> Result<&'a str, Error> {
    provenance::on_default_branch(runner, repository)?;
    let branch = repository.default_branch.as_deref().unwrap_or_default();
    let stage = project.owner.stage.as_str();
    let scope = replay::AppliedStage {
        app: project.owner.app.as_str(),
        stage,
        branch,
        workflows: args.apply_workflows.iter().map(String::as_str).chain([runner.workflow_file()?]).collect(),
        environment: args.gate.environment.as_deref().unwrap_or(stage),
        destroying: &destroying(stage),
    };
    replay::check(api, runner, &scope).await?;
    Ok(branch)
}

/// Compares the approved plan with the source. If it does not hold because live state has drifted, that is shown.
pub async fn check(bundle: &Bundle, project: &Project, aws: &Aws, allowed: &Allowed) -> Result<Proof, Error> {
    let (known, error) = match proof::hold(&bundle.plan, project, &cache()?, aws, allowed).await? {
        Held::Proved(proof) => return Ok(proof),
        Held::Doubted { known, error } => (known, error),
    };
    let report = compare_live(bundle, aws, &Start { known, ..Start::default() }).await?;
    if report.is_drifted() {
        job_output::drift(&report)?;
        return Err(Error::Drifted);
    }
    Err(error)
}

/// Where every change of the plan stands: an apply that is stopped before it begins reads and compares, and sends
/// nothing.
async fn compare_live(bundle: &Bundle, aws: &Aws, start: &Start) -> Result<Report, Error> {
    let stop = Stop::default();
    stop.ask();
    let journal = Journal::in_memory(ApplyRun::now(env!("CARGO_PKG_VERSION"), BTreeMap::new()));
    let controls = Controls {
        start,
        stop: &stop,
        progress: &|_| {},
        journal: &journal,
        factor: Factor::default(),
        explain: &|_, _, _| None,
    };
    Ok(apply::apply(aws, &bundle.plan, bundle.id, controls).await?)
}
