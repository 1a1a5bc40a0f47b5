//! `apply`: the approved bytes, and nothing else; and a receipt, however it ends.

use std::path::Path;

use crate::apply::{self, Controls, Report};
use crate::aws::settle::Factor;
use crate::aws::{Aws, AwsError, Call, Id};
use crate::bundle::Bundle;
use crate::cli::{self, OutputFormat};
use crate::commands::allowed;
use crate::commands::build::attach;
use crate::commands::connect::{connect, connect_limited};
use crate::commands::print_outputs;
use crate::commands::progress::Progress;
use crate::commands::receipt::ReceiptFiles;
use crate::commands::signals::Signals;
use crate::commands::{job_output, next, verify};
use crate::error::Error;
use crate::github::event::Event;
use crate::github::provenance;
use crate::github::runner::print::say;
use crate::github::runner::{self, Runner};
use crate::name::Site;
use crate::plan::Plan;
use crate::plan::remaining::Start;
use crate::planning::proof::{self, Allowed};
use crate::planning::{Project, Rules};
use crate::policy::{self, refusal, session};
use crate::render;

mod agreed;

use agreed::Agreement;

/// Applies the bundle that is named, or what is planned, shown and agreed to now.
pub async fn apply(args: &cli::Apply) -> Result<u8, Error> {
    match (&args.bundle, args.expect) {
        (Some(folder), Some(id)) => {
            refuse_lone_manifest(args)?;
            apply_bundle(args, Bundle::open(folder, Some(id))?).await
        }
        _ => match agreed::agree(args).await? {
            Agreement::Applies(args, bundle) => apply_bundle(&args, *bundle).await,
            Agreement::Ends(exit) => Ok(exit.code()),
        },
    }
}

/// Beside a bundle the manifest is that of the source, and without one nobody reads it.
fn refuse_lone_manifest(args: &cli::Apply) -> Result<(), Error> {
    match args.source.is_none() && args.manifest != Path::new(cli::MANIFEST) {
        true => Err(Error::Usage(
            "with a bundle, --manifest is the manifest's path inside --source: give --source DIR, or leave --manifest \
             out"
            .into(),
        )),
        false => Ok(()),
    }
}

/// Checks digest and place, applies, and writes the receipt. It ends with the outputs and a verdict; or with what did
/// not get done, a verdict, and the one way on.
async fn apply_bundle(args: &cli::Apply, bundle: Bundle) -> Result<u8, Error> {
    say(render::progress::header(&bundle.plan, &bundle.id, true));
    let ended = run(args, &bundle).await;
    let runner = Runner::from_env()?;
    let (error, report) = match ended {
        Ok(report) => {
            if let Some(runner) = runner {
                job_output::outputs(&runner, &report.outputs)?;
            }
            print_outputs(&report.outputs, args.format)?;
            say(render::progress::verdict(&report, true));
            say_next(args, &bundle);
            return Ok(0);
        }
        Err(ended) => *ended,
    };
    report.iter().for_each(|report| say(render::progress::verdict(report, true)));
    let Some(next) = next::after_apply::after(&error, args, &bundle, runner.as_ref()) else { return Err(error) };
    job_output::failure(&error);
    // What has drifted has been shown.
    if report.is_none() && !matches!(error, Error::Drifted) {
        say(format_args!("error: {error}"));
    }
    say(format_args!("Next: {next}"));
    Ok(error.exit_code())
}

/// Why an apply has ended early, and what it did where it had begun.
type Ended = Box<(Error, Option<Report>)>;

async fn run(args: &cli::Apply, bundle: &Bundle) -> Result<Report, Ended> {
    let early = |error: Error| Ended::new((error, None));
    let signals = Signals::watch().map_err(early)?;
    let account = ReceiptFiles::open(args, bundle).map_err(early)?;
    let ran = match prepare(args, bundle, &signals).await {
        Ok((aws, start)) => execute(&aws, bundle, &start, &account, &signals, args.timeout_factor).await,
        Err(error) => Err(error),
    };
    conclude(bundle, &account, &signals, ran)
}

/// What to type after an apply that got to its end.
fn say_next(args: &cli::Apply, bundle: &Bundle) {
    let manifest = args.source.as_ref().map_or_else(|| args.manifest.clone(), |source| source.join(&args.manifest));
    let project = cli::Project { manifest, stage: bundle.plan.stage.clone() };
    let is_of_app = bundle.plan.owner() != bundle.plan.owner().bootstrap();
    if args.format != OutputFormat::Json && bundle.plan.mode.is_deploy() && is_of_app {
        next::say(&next::check(&project));
    }
}

/// Applies a bundle that this tool has made itself; writes no receipt.
pub async fn rehearse(aws: &Aws, bundle: &Bundle) -> Result<Report, Error> {
    let (signals, account) = (Signals::watch()?, ReceiptFiles::in_memory(bundle));
    let start = Start { known: bundle.plan.known.clone(), ..Start::default() };
    let ran = execute(aws, bundle, &start, &account, &signals, Factor::default()).await;
    let (report, error) = match conclude(bundle, &account, &signals, ran) {
        Ok(report) => (Some(report), None),
        Err(ended) => (ended.1, Some(ended.0)),
    };
    report.iter().for_each(|report| say(render::progress::verdict(report, true)));
    error.map_or_else(|| report.ok_or(Error::Failed), Err)
}

/// All that comes before the first call. Nothing is in flight then that would have to be waited for.
async fn prepare(args: &cli::Apply, bundle: &Bundle, signals: &Signals) -> Result<(Aws, Start), Error> {
    tokio::select! {
        ready = check(args, bundle) => ready,
        () = signals.stop().asked() => Err(signals.stopped().unwrap_or(Error::Failed)),
    }
}

async fn check(args: &cli::Apply, bundle: &Bundle) -> Result<(Aws, Start), Error> {
    check_stage(args, &bundle.plan)?;
    let (plan, credentials) = (&bundle.plan, &args.credentials);
    let runner = Runner::from_env()?;
    let event = runner.as_ref().map(Runner::event).transpose()?;
    let allowed::Asked { mode, adopt, back } = allowed::expected(&args.expected_plan, event.as_ref(), Some(plan.mode))?;
    provenance::is_for(plan, mode)?;
    let merged = merged(args, plan, event.as_ref(), runner.as_ref()).await?;
    let aws = match args.session_policy {
        true => connect_limited(&plan.site, credentials, &session::sessions(plan)?).await?,
        false => connect(&plan.site, credentials).await?,
    };
    let aws = aws.with_blobs(bundle.blobs());
    check_place(plan, &aws.site().await?, args.allow_emulator)?;
    let start = match merged {
        Some((project, rules)) => {
            let reader = reader(args, plan, &project, &aws).await?;
            verify::check(bundle, &project, &reader, &Allowed { mode, adopt, back, rules }).await?.start
        }
        None => without_source(args, plan, &aws).await?,
    };
    Ok((aws, start))
}

/// The project in `--source`, and the rules that the plan keeps; AWS is not asked yet.
async fn merged(
    args: &cli::Apply,
    plan: &Plan,
    event: Option<&Event>,
    runner: Option<&Runner>,
) -> Result<Option<(Project, Rules)>, Error> {
    let Some(source) = &args.source else { return Ok(None) };
    let manifest = source.join(&args.manifest);
    let project = Project::open(&manifest, &plan.stage)?;
    let rules = allowed::rules(event, runner, &project).await?;
    rules.check(plan)?;
    let project = attach(project, &args.builds, plan.mode.is_deploy()).await?;
    Ok(Some((project, rules)))
}

/// Where an apply without a source starts. A session that may do nothing but what the plan says cannot look for ids.
async fn without_source(args: &cli::Apply, plan: &Plan, aws: &Aws) -> Result<Start, Error> {
    let named = proof::named(plan);
    if named.is_empty() {
        return Ok(Start::default());
    }
    match args.session_policy {
        true => proof::confirm(plan, named, &connect(&plan.site, &args.credentials).await?).await,
        false => proof::confirm(plan, named, aws).await,
    }
}

/// What plans afresh: with a session policy by credentials that can do nothing else.
async fn reader(args: &cli::Apply, plan: &Plan, project: &Project, aws: &Aws) -> Result<Aws, Error> {
    if !args.session_policy {
        return Ok(aws.clone());
    }
    let features = project.features(&plan.site).with(plan);
    let mut needs = policy::to_plan(&plan.owner(), &plan.site, &features);
    if plan.mode.is_destroy() {
        needs.extend(policy::to_delete_everything(&plan.owner(), &plan.site));
    }
    let sessions = session::of_planning(needs, &plan.owner(), &plan.site)?;
    connect_limited(&plan.site, &args.credentials, &[sessions]).await
}

/// Sends the calls, until all is done or a signal ends it.
async fn execute(
    aws: &Aws,
    bundle: &Bundle,
    start: &Start,
    account: &ReceiptFiles,
    signals: &Signals,
    factor: Factor,
) -> Result<Report, Error> {
    let progress = Progress::new(&bundle.plan);
    let show = |event: &apply::Event| progress.show(event);
    let explain = |error: &AwsError, id: &Id, call: &Call| refusal::explain(error, &call.required_actions(id));
    let controls =
        Controls { start, stop: signals.stop(), progress: &show, journal: &account.journal, factor, explain: &explain };
    let report = tokio::select! {
        report = apply::apply(aws, &bundle.plan, bundle.id, controls) => report,
        () = signals.at_once() => Ok(account.journal.report(&bundle.plan, bundle.id)),
    };
    Ok(report?)
}

/// Writes the receipt, and says on stderr what did not get done. `Err` unless all is done.
fn conclude(
    bundle: &Bundle,
    account: &ReceiptFiles,
    signals: &Signals,
    ran: Result<Report, Error>,
) -> Result<Report, Ended> {
    let has_run = ran.is_ok();
    let (report, error) = match ran {
        Ok(report) => {
            say(render::progress::undone(&report, true));
            let error = judge(&report, signals);
            (report, error)
        }
        Err(error) => (account.journal.report(&bundle.plan, bundle.id), Some(error)),
    };
    let written = account.close(bundle, report.clone(), error.as_ref());
    match (error, written) {
        (None, Ok(())) => Ok(report),
        (None, Err(lost)) => Err(Box::new((lost.into(), Some(report)))),
        (Some(error), written) => {
            if let Err(lost) = written {
                say(format_args!("error: there is no receipt: {lost}"));
            }
            Err(Box::new((error, has_run.then_some(report))))
        }
    }
}

/// How the end of an apply is reported, if not as success.
fn judge(report: &Report, signals: &Signals) -> Option<Error> {
    match signals.stopped() {
        _ if report.is_drifted() => Some(Error::Drifted),
        _ if report.is_done() => None,
        None if report.is_put_back() => Some(Error::PutBack),
        None => Some(Error::Failed),
        stopped => stopped,
    }
}

fn check_stage(args: &cli::Apply, plan: &Plan) -> Result<(), Error> {
    match &args.stage {
        Some(stage) if *stage != plan.stage => {
            Err(Error::OtherPlace { planned: format!("stage {}", plan.stage), here: format!("stage {stage}") })
        }
        _ => Ok(()),
    }
}

fn check_place(plan: &Plan, here: &Site, allow_emulator: bool) -> Result<(), Error> {
    proof::check_site(plan, here)?;
    if runner::is_here() && !here.is_aws() && !allow_emulator {
        return Err(Error::Emulated(here.endpoint.clone()));
    }
    Ok(())
}
