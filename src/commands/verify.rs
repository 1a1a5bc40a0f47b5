//! `verify`: finds the approved plan again, before anybody is asked to let it run.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::apply::journal::Run;
use crate::apply::{self, Controls, Journal, Report, Stop};
use crate::aws::Aws;
use crate::aws::settle::Factor;
use crate::bundle::Bundle;
use crate::cli;
use crate::commands::allowed::{self, Allowed, Rules};
use crate::commands::connect::connect;
use crate::commands::fresh::fresh;
use crate::commands::project::Project;
use crate::commands::told;
use crate::error::Error;
use crate::github::api::Api;
use crate::github::environment;
use crate::github::event::Event;
use crate::github::provenance::{self, Wanted};
use crate::github::runner::{self, Runner};
use crate::name::Site;
use crate::plan::{Mode, Plan, remaining};
use crate::render;

/// Fetches the approved plan into `--out`; with `--source`, plans afresh and compares.
pub async fn verify(args: &cli::Verify) -> Result<u8, Error> {
    let runner = Runner::from_env()?.ok_or_else(|| Error::Usage("verify is for GitHub Actions alone".into()))?;
    let project = open(args)?;
    let event = runner.event()?;
    let (mode, adopt) = allowed::asked(&args.asked, Some(&event), None)?;
    let api = Api::connect(&runner)?;
    let (bundle, mut warnings) = find(&api, args, &runner, &project, mode).await?;
    warnings.extend(unprotected(&api, args, &runner, &bundle.plan).await?);
    for warning in &warnings {
        runner::warn("serverless-app", warning);
    }
    let (mut done, mut extra) = (false, bundle.extra()?);
    if args.source.is_some() {
        let rules = Rules::of(Some(&event), Some(&runner), &project).await?;
        rules.check(&bundle.plan)?;
        let aws = connect(&bundle.plan.site, &args.credentials).await?;
        done = check(&bundle, &project, &aws, &Allowed { mode, adopt, rules }).await?;
        // What is denied ends here, whatever the bundle says.
        extra.denied.clear();
    }
    let has_changes = !bundle.plan.is_empty() && !done;
    runner.add_summary(&(told::warnings(&warnings) + &render::markdown(&bundle.plan, &bundle.id, &extra)))?;
    told::plan(&runner, &bundle.plan, &bundle.id, &args.out)?;
    runner.set_output("has-changes", if has_changes { "true" } else { "false" })?;
    eprintln!("Verified {}: {}", bundle.id, render::summary(&bundle.plan));
    Ok(0)
}

/// The project in `--source`; without it, the manifest tells app and stage alone.
fn open(args: &cli::Verify) -> Result<Project, Error> {
    let mut project = args.project.clone();
    if let Some(source) = &args.source {
        project.manifest = source.join(&project.manifest);
    }
    Project::open(&project)
}

/// The plan that this run is to apply, and what a reviewer should know of it.
async fn find(
    api: &Api,
    args: &cli::Verify,
    runner: &Runner,
    project: &Project,
    mode: Mode,
) -> Result<(Bundle, Vec<String>), Error> {
    let (app, stage) = (project.owner.app.as_str(), project.owner.stage.as_str());
    let (event, workflow) = (runner.event()?, args.plan_workflow.as_str());
    let base = event.repository().and_then(|repository| repository.default_branch.clone()).unwrap_or_default();
    let wanted = Wanted { app, stage, mode, base: &base, workflow, refuse_late: args.refuse_late_plans };
    match (event, args.expect) {
        (Event::WorkflowDispatch(event), Some(expect)) => {
            provenance::on_default_branch(runner, &event.repository)?;
            Ok((provenance::of_this_run(api, runner, wanted, expect, &args.out).await?, Vec::new()))
        }
        (Event::WorkflowDispatch(_), None) => Err(Error::Usage(
            "a workflow that was started by hand verifies the plan of its own run: give --expect".into(),
        )),
        (Event::Push(event), expect) => {
            provenance::on_default_branch(runner, &event.repository)?;
            let patience = Duration::from_secs(args.pull_request_timeout);
            let approved = provenance::of_push(api, runner, wanted, patience, &args.out).await?;
            let bundle = match expect.filter(|expect| *expect != approved.bundle.id) {
                Some(expected) => Bundle::open(&args.out, Some(expected))?,
                None => approved.bundle,
            };
            Ok((bundle, approved.warnings))
        }
        (event, _) => Err(Error::Usage(format!("nothing can be verified on the event {event:?}"))),
    }
}

/// What is missing of the protection of the environment that applies. What cannot be read is told, and no
/// more: it only warns.
async fn unprotected(api: &Api, args: &cli::Verify, runner: &Runner, plan: &Plan) -> Result<Vec<String>, Error> {
    let Some(branch) = runner.event()?.repository().and_then(|repository| repository.default_branch.clone()) else {
        return Ok(Vec::new());
    };
    let usual = if plan.mode.is_deploy() { plan.stage.to_string() } else { format!("{}-destroy", plan.stage) };
    let name = args.environment.clone().unwrap_or(usual);
    match environment::gaps(api, &name, &branch).await {
        Ok(gaps) => Ok(gaps),
        Err(error) if error.status() == Some(403) => Ok(vec![format!(
            "how the environment `{name}` is protected could not be read; the job needs `actions: read`"
        )]),
        Err(_) => Ok(vec![format!("how the environment `{name}` is protected could not be read from GitHub")]),
    }
}

/// The plan is for the site that the credentials and settings lead to.
pub fn check_site(plan: &Plan, here: &Site) -> Result<(), Error> {
    let name =
        |site: &Site| format!("account {} in {} ({}, {})", site.account, site.region, site.partition, site.endpoint);
    match plan.site == *here {
        true => Ok(()),
        false => Err(Error::OtherPlace { planned: name(&plan.site), here: name(here) }),
    }
}

/// The source, planned again, must ask for nothing but what is left of the plan. True if nothing is left. If live
/// state has moved under the plan, that is what is told: it explains whatever the fresh plan asks for besides.
pub async fn check(bundle: &Bundle, project: &Project, aws: &Aws, allowed: &Allowed) -> Result<bool, Error> {
    allowed.rules.check(&bundle.plan)?;
    check_site(&bundle.plan, &aws.site().await?)?;
    let compared = compare(&bundle.plan, project, aws, allowed).await;
    if let Err(Error::Beyond(_) | Error::Refused(_)) = compared {
        let report = compare_live(bundle, aws).await?;
        if report.is_drifted() {
            told::drift(&report)?;
            return Err(Error::Drifted);
        }
    }
    compared
}

async fn compare(plan: &Plan, project: &Project, aws: &Aws, allowed: &Allowed) -> Result<bool, Error> {
    let fresh = fresh(project, aws, allowed.mode, &allowed.adopt).await;
    let fresh = fresh.map_err(|error| allowed::explain(plan, error))?;
    remaining::check(plan, &fresh.plan, &fresh.known)?;
    // A change is what its calls do, whatever the approved plan calls it.
    allowed.rules.check(&fresh.plan)?;
    Ok(fresh.plan.is_empty())
}

/// Where every change of the plan stands: an apply that is stopped before it begins reads and compares, and sends
/// nothing.
async fn compare_live(bundle: &Bundle, aws: &Aws) -> Result<Report, Error> {
    let stop = Stop::default();
    stop.ask();
    let journal = Journal::in_memory(Run::now(env!("CARGO_PKG_VERSION"), BTreeMap::new()));
    let controls = Controls {
        stop: &stop,
        progress: &|_| {},
        journal: &journal,
        factor: Factor::default(),
        explain: &|_, _, _| None,
    };
    Ok(apply::apply(aws, &bundle.plan, bundle.id, controls).await?)
}
