//! `apply`: the approved bytes, and nothing else; and an account of it, however it ends.

use crate::apply::{self, Controls, Report};
use crate::aws::settle::Factor;
use crate::aws::{Aws, AwsError, Call, Id};
use crate::bundle::Bundle;
use crate::cli;
use crate::commands::connect::{connect, connect_limited};
use crate::commands::print_outputs;
use crate::commands::progress::Progress;
use crate::commands::project::Project;
use crate::commands::receipt::Account;
use crate::commands::signals::Signals;
use crate::commands::{told, verify};
use crate::error::Error;
use crate::github::runner::print::say;
use crate::github::runner::{self, Runner};
use crate::name::Site;
use crate::plan::Plan;
use crate::policy::{self, refusal, session};
use crate::render;

/// Checks digest and place, applies, and writes the receipt.
pub async fn apply(args: &cli::Apply) -> Result<u8, Error> {
    let bundle = Bundle::open(&args.bundle, Some(args.expect))?;
    let signals = Signals::watch()?;
    let account = Account::open(args, &bundle)?;
    let ran = match prepare(args, &bundle, &signals).await {
        Ok(aws) => execute(&aws, &bundle, &account, &signals, args.timeout_factor).await,
        Err(error) => Err(error),
    };
    let report = conclude(&bundle, &account, &signals, ran)?;
    if let Some(runner) = Runner::from_env()? {
        told::outputs(&runner, &report.outputs)?;
    }
    print_outputs(&report.outputs, args.format)?;
    Ok(0)
}

/// Applies a bundle of this tool's own making; keeps no account.
pub async fn rehearse(aws: &Aws, bundle: &Bundle) -> Result<Report, Error> {
    let (signals, account) = (Signals::watch()?, Account::in_memory(bundle));
    let ran = execute(aws, bundle, &account, &signals, Factor::default()).await;
    conclude(bundle, &account, &signals, ran)
}

/// All that comes before the first call. Nothing is in flight then that would have to be waited for.
async fn prepare(args: &cli::Apply, bundle: &Bundle, signals: &Signals) -> Result<Aws, Error> {
    tokio::select! {
        ready = check(args, bundle) => ready,
        () = signals.stop().asked() => Err(signals.stopped().unwrap_or(Error::Failed)),
    }
}

async fn check(args: &cli::Apply, bundle: &Bundle) -> Result<Aws, Error> {
    check_stage(args, &bundle.plan)?;
    let (plan, credentials) = (&bundle.plan, &args.credentials);
    let aws = match args.session_policy {
        true => connect_limited(&plan.site, credentials, &session::sessions(plan)?).await?,
        false => connect(&plan.site, credentials).await?,
    };
    let aws = aws.with_blobs(bundle.blobs());
    check_place(plan, &aws.site().await?, args.allow_emulator)?;
    if let Some(source) = &args.source {
        let manifest = source.join(&args.manifest);
        let project = Project::open(&cli::Project { manifest, stage: plan.stage.clone() })?;
        let reader = reader(args, plan, &project, &aws).await?;
        verify::check(bundle, &project, &reader).await?;
    }
    Ok(aws)
}

/// What plans afresh: with a session policy by credentials that can do nothing else.
async fn reader(args: &cli::Apply, plan: &Plan, project: &Project, aws: &Aws) -> Result<Aws, Error> {
    if !args.session_policy {
        return Ok(aws.clone());
    }
    let needs = policy::to_plan(&plan.owner(), &plan.site, &project.features(&plan.site));
    let sessions = session::of_planning(needs, &plan.owner(), &plan.site)?;
    connect_limited(&plan.site, &args.credentials, &sessions).await
}

/// Sends the calls, until all is done or a signal ends it.
async fn execute(
    aws: &Aws,
    bundle: &Bundle,
    account: &Account,
    signals: &Signals,
    factor: Factor,
) -> Result<Report, Error> {
    let progress = Progress::default();
    let show = |event: &apply::Event| progress.show(event);
    let explain = |error: &AwsError, id: &Id, call: &Call| refusal::explain(error, &call.needs(id));
    let controls =
        Controls { stop: signals.stop(), progress: &show, journal: &account.journal, factor, explain: &explain };
    let in_group = runner::is_here();
    if in_group {
        runner::group("Apply");
    }
    let report = tokio::select! {
        report = apply::apply(aws, &bundle.plan, bundle.id, controls) => report,
        () = signals.at_once() => Ok(account.journal.report(&bundle.plan, bundle.id)),
    };
    if in_group {
        runner::end_group();
    }
    Ok(report?)
}

/// Writes the receipt and shows the report on stderr. `Err` unless all is done.
fn conclude(
    bundle: &Bundle,
    account: &Account,
    signals: &Signals,
    ran: Result<Report, Error>,
) -> Result<Report, Error> {
    let (report, error) = match ran {
        Ok(report) => {
            say(render::report::terminal(&report, true));
            let error = judge(&report, signals);
            (report, error)
        }
        Err(error) => (account.journal.report(&bundle.plan, bundle.id), Some(error)),
    };
    let written = account.close(bundle, report.clone(), error.as_ref());
    match (error, written) {
        (None, written) => Ok(written.map(|()| report)?),
        (Some(error), Ok(())) => Err(error),
        (Some(error), Err(lost)) => {
            say(format_args!("error: there is no receipt: {lost}"));
            Err(error)
        }
    }
}

/// What an apply's end is told as, if not as success.
fn judge(report: &Report, signals: &Signals) -> Option<Error> {
    match signals.stopped() {
        _ if report.is_drifted() => Some(Error::Drifted),
        _ if report.is_done() => None,
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
    verify::check_site(plan, here)?;
    if runner::is_here() && !here.is_aws() && !allow_emulator {
        return Err(Error::Emulated(here.endpoint.clone()));
    }
    Ok(())
}
