//! `verify`: finds the approved plan again, before anybody is asked to let it run.

use std::collections::BTreeSet;

use crate::aws::Aws;
use crate::bundle::Bundle;
use crate::cli;
use crate::commands::connect::connect;
use crate::commands::fresh::fresh;
use crate::commands::project::Project;
use crate::commands::told;
use crate::error::Error;
use crate::github::api::Api;
use crate::github::event::Event;
use crate::github::provenance::{self, Wanted};
use crate::github::runner::{self, Runner};
use crate::plan::{Action, Plan, remaining};
use crate::render;

/// Fetches the approved plan into `--out`; with `--source`, plans afresh and compares.
pub async fn verify(args: &cli::Verify) -> Result<u8, Error> {
    let runner = Runner::from_env()?.ok_or_else(|| Error::Usage("verify is for GitHub Actions alone".into()))?;
    let project = Project::open(&args.project)?;
    let bundle = find(args, &runner, &project).await?;
    let mut done = false;
    if args.source.is_some() {
        let aws = connect(&bundle.plan.site.region, &args.credentials).await?;
        done = check(&bundle.plan, &project, &aws).await?;
    }
    let has_changes = !bundle.plan.is_empty() && !done;
    runner.add_summary(&render::markdown(&bundle.plan, &bundle.id, &bundle.extra()))?;
    told::plan(&runner, &bundle.plan, &bundle.id, &args.out)?;
    runner.set_output("has-changes", if has_changes { "true" } else { "false" })?;
    eprintln!("Verified {}: {}", bundle.id, render::summary(&bundle.plan));
    Ok(0)
}

async fn find(args: &cli::Verify, runner: &Runner, project: &Project) -> Result<Bundle, Error> {
    let api = Api::connect(runner)?;
    let (app, stage) = (project.owner.app.as_str(), project.owner.stage.as_str());
    let wanted = Wanted { app, stage, workflow: &args.plan_workflow, refuse_late: args.refuse_late_plans };
    match (runner.event()?, args.expect) {
        (Event::WorkflowDispatch(_), Some(expect)) => {
            Ok(provenance::of_this_run(&api, runner, wanted, expect, &args.out).await?)
        }
        (Event::WorkflowDispatch(_), None) => Err(Error::Usage(
            "a workflow that was started by hand verifies the plan of its own run: give --expect".into(),
        )),
        (Event::Push(_), expect) => {
            let approved = provenance::of_push(&api, runner, wanted, &args.out).await?;
            for warning in &approved.warnings {
                runner::warn("serverless-app", warning);
            }
            match expect.filter(|expect| *expect != approved.bundle.id) {
                Some(expected) => Ok(Bundle::open(&args.out, Some(expected))?),
                None => Ok(approved.bundle),
            }
        }
        (event, _) => Err(Error::Usage(format!("nothing can be verified on the event {event:?}"))),
    }
}

/// The source, planned again, must ask for nothing but what is left of the plan. True if nothing is left.
pub async fn check(plan: &Plan, project: &Project, aws: &Aws) -> Result<bool, Error> {
    let adopted = plan.changes.iter().filter(|change| change.action == Action::Adopt);
    let adopt: BTreeSet<_> = adopted.map(|change| change.address.clone()).collect();
    let fresh = fresh(project, aws, plan.mode, &adopt).await?;
    remaining::check(plan, &fresh.plan, &fresh.known)?;
    Ok(fresh.plan.is_empty())
}
