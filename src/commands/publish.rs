//! `publish`: posts what a plan says, or what an apply did, on GitHub.

#![expect(clippy::disallowed_methods, reason = "it reads the manifest for its text")]

use std::path::Path;

use crate::bundle::Bundle;
use crate::cli;
use crate::commands::gate::Gate;
use crate::error::Error;
use crate::github::api::Api;
use crate::github::check_run::{self, Conclusion, New, Output};
use crate::github::comment::{self, Comment};
use crate::github::event::{Event, PullRequest};
use crate::github::runner::Runner;
use crate::github::{apply_check_name, apply_marker, plan_check_name, plan_marker};
use crate::plan::{Mode, Plan};
use crate::render;
use crate::render::footer::{FOOTER, Footer, Merging};

/// What a comment keeps free for the marker and the footer.
const ROOM: usize = FOOTER + 256;
const _: () = assert!(render::comment::COMMENT + ROOM <= comment::LIMIT);

/// Posts a bundle's plan, the failure in its place, or with `--result` what its apply did.
pub async fn publish(args: &cli::Publish) -> Result<u8, Error> {
    let runner = Runner::from_env()?.ok_or_else(|| Error::Usage("publish only runs in GitHub Actions".into()))?;
    let api = Api::connect(&runner)?;
    match &args.result {
        Some(receipt) => result(args, &runner, &api, receipt).await,
        None => plan(args, &runner, &api).await,
    }
}

async fn plan(args: &cli::Publish, runner: &Runner, api: &Api) -> Result<u8, Error> {
    let Event::PullRequest(pull) = runner.event()? else {
        return Err(Error::Usage("a plan is published only on the event pull_request".into()));
    };
    let posted = Posted::read(args)?;
    let merging = posted.merging(args, runner, api, &pull).await;
    let footer = footer(runner, &pull.head.sha, ("bundle", args.artifact_url.as_deref()), merging);
    runner.add_summary(&format!("{}{footer}", posted.whole(runner.summary_room().saturating_sub(ROOM))))?;
    let comment = match args.no_comment {
        true => None,
        false => Some(comment::put(api, pull.number, &posted.marker(), &(posted.comment() + &footer)).await?),
    };
    let name = plan_check_name(&posted.app, &posted.stage);
    let new = New {
        name: &name,
        head_sha: &pull.head.sha,
        external_id: &posted.id,
        details_url: &runner.run_url(),
        status: "completed",
        conclusion: posted.conclusion(),
        output: Output::new(&posted.title(), &(posted.summary() + &footer), None),
    };
    check_run::make(api, &new).await?;
    set_comment_url(runner, comment.as_ref())?;
    Ok(0)
}

async fn result(args: &cli::Publish, runner: &Runner, api: &Api, receipt: &Path) -> Result<u8, Error> {
    let bundle = Bundle::open(&args.bundle, None)?;
    let receipt = crate::apply::Receipt::read(receipt)?;
    receipt.verify(&bundle.plan, bundle.id)?;
    let report = receipt.report();
    let (app, stage) = (bundle.plan.app.as_str(), bundle.plan.stage.as_str());
    let footer = footer(runner, &runner.sha, ("receipt", args.artifact_url.as_deref()), None);
    let text = render::result(app, stage, &report, comment::LIMIT - ROOM) + &footer;
    let room = runner.summary_room().saturating_sub(ROOM);
    runner.add_summary(&(render::result(app, stage, &report, room) + &footer))?;
    let comment = match pull_request(runner, api).await? {
        Some(number) if !args.no_comment => {
            let marker = apply_marker(app, stage, &runner.sha);
            Some(comment::put(api, number, &marker, &text).await?)
        }
        _ => None,
    };
    let new = New {
        name: &apply_check_name(app, stage),
        head_sha: &runner.sha,
        external_id: &report.plan_id.to_string(),
        details_url: &runner.run_url(),
        status: "completed",
        conclusion: if report.is_done() { Conclusion::Success } else { Conclusion::Failure },
        output: Output::new(&render::report::title(&report), &text, None),
    };
    check_run::make(api, &new).await?;
    set_comment_url(runner, comment.as_ref())?;
    Ok(0)
}

/// The pull request that this commit came from, if it was exactly one.
async fn pull_request(runner: &Runner, api: &Api) -> Result<Option<u64>, Error> {
    let merged = crate::github::provenance::merged(api, runner).await?;
    Ok(match merged.as_slice() {
        [one] => Some(one.number),
        _ => None,
    })
}

fn set_comment_url(runner: &Runner, comment: Option<&Comment>) -> Result<(), Error> {
    match comment {
        Some(comment) => Ok(runner.set_output("comment-url", &comment.html_url)?),
        None => Ok(()),
    }
}

/// Which commit it is of, where the run is, what that has uploaded, and what merging does.
fn footer(runner: &Runner, commit: &str, uploaded: (&'static str, Option<&str>), merging: Option<Merging>) -> String {
    let (what, address) = uploaded;
    // Whatever names another place is no artifact of this run's.
    let artifact = address.filter(|address| address.starts_with(&format!("{}/", runner.server_url)));
    let footer = Footer {
        commit: (commit.to_owned(), format!("{}/{}/commit/{commit}", runner.server_url, runner.repository)),
        run: (runner.run_id, runner.run_attempt, runner.run_url()),
        artifact: artifact.map(|address| (what, address.to_owned())),
        merging,
    };
    footer.markdown()
}

/// What is posted in the name of an app and stage.
struct Posted {
    app: String,
    stage: String,
    id: String,
    what: What,
}

enum What {
    Plan(Box<Plan>, crate::canonical::Sha, render::Extra),
    Failure { reason: String, message: String },
}

impl Posted {
    fn read(args: &cli::Publish) -> Result<Self, Error> {
        if let Some(failure) = crate::bundle::Failure::read(&args.bundle)? {
            let app = app_name(args);
            let what = What::Failure { reason: failure.reason, message: failure.message };
            return Ok(Self { app, stage: args.project.stage.to_string(), id: "failed".into(), what });
        }
        let bundle = Bundle::open(&args.bundle, None)?;
        let extra = bundle.extra()?;
        let (app, stage) = (bundle.plan.app.to_string(), bundle.plan.stage.to_string());
        let what = What::Plan(Box::new(bundle.plan), bundle.id, extra);
        Ok(Self { app, stage, id: bundle.id.to_string(), what })
    }

    fn marker(&self) -> String {
        plan_marker(&self.app, &self.stage)
    }

    /// What merging does, where there is something to apply and nothing against it.
    async fn merging(&self, args: &cli::Publish, runner: &Runner, api: &Api, pull: &PullRequest) -> Option<Merging> {
        let What::Plan(plan, _, extra) = &self.what else { return None };
        if plan.is_empty() || extra.base_moved.is_some() || !extra.denied.is_empty() {
            return None;
        }
        let default = pull.base.repo.as_ref().and_then(|repo| repo.default_branch.as_deref());
        let branch = default.unwrap_or(&pull.base.branch);
        let gate = cli::Gate { environment: args.environment.clone(), ..cli::Gate::default() };
        let gate = Gate::look(api, &gate, &self.stage, Mode::Deploy, branch).await;
        let file = args.apply_workflows.first().cloned().unwrap_or_default();
        let page = format!("{}/{}/actions/workflows/{file}", runner.server_url, runner.repository);
        Some(Merging { environment: gate.name().to_owned(), is_asked: gate.is_asking(), workflow: (file, page) })
    }

    /// All of it, or as much as the job's summary takes.
    fn whole(&self, limit: usize) -> String {
        match &self.what {
            What::Plan(plan, id, extra) => render::comment::document_within(plan, id, extra, limit),
            What::Failure { reason, message } => self.failure(reason, message, limit),
        }
    }

    fn comment(&self) -> String {
        match &self.what {
            What::Plan(plan, id, extra) => render::comment(plan, id, extra),
            What::Failure { reason, message } => self.failure(reason, message, comment::LIMIT - ROOM),
        }
    }

    fn failure(&self, reason: &str, message: &str, limit: usize) -> String {
        render::failure(&self.app, &self.stage, reason, message, limit)
    }

    fn title(&self) -> String {
        match &self.what {
            What::Plan(plan, _, extra) => match &extra.base_moved {
                Some(_) => "Base moved: update the branch".into(),
                None if !extra.denied.is_empty() => format!("Denied: {}", render::counts(plan)),
                None => render::headline(plan),
            },
            What::Failure { reason, .. } => format!("No plan: {reason}"),
        }
    }

    /// What the check run says below its title: a plan's risks and table, or the whole failure.
    fn summary(&self) -> String {
        match &self.what {
            What::Plan(plan, _, extra) => render::comment::brief(plan, extra),
            What::Failure { .. } => self.comment(),
        }
    }

    fn conclusion(&self) -> Conclusion {
        match &self.what {
            What::Plan(_, _, extra) if extra.base_moved.is_some() => Conclusion::ActionRequired,
            What::Plan(_, _, extra) if extra.denied.is_empty() => Conclusion::Success,
            _ => Conclusion::Failure,
        }
    }
}

/// The app's name, if the manifest can be read that far.
fn app_name(args: &cli::Publish) -> String {
    let text = std::fs::read_to_string(&args.project.manifest).unwrap_or_default();
    crate::manifest::read::app_name(&text).map_or_else(|| "app".into(), |name| name.to_string())
}
