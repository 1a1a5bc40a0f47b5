//! `apply`: the approved bytes, and nothing else.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::signal::unix::{SignalKind, signal};

use crate::apply::{self, Report, Stop};
use crate::aws::Aws;
use crate::bundle::Bundle;
use crate::cli;
use crate::commands::fresh::fresh;
use crate::commands::print_outputs;
use crate::commands::progress;
use crate::commands::project::Project;
use crate::error::Error;
use crate::name::Site;
use crate::plan::{Action, Plan, remaining};
use crate::render;

/// Checks digest and place, then applies.
pub async fn apply(args: &cli::Apply) -> Result<u8, Error> {
    let bundle = Bundle::open(&args.bundle, Some(args.expect))?;
    check_stage(args, &bundle.plan)?;
    let aws = Aws::connect(&bundle.plan.site.region).await?.with_blobs(bundle.blobs());
    check_place(&bundle.plan, &aws.site().await?, args.allow_emulator)?;
    if let Some(source) = &args.source {
        let manifest = source.join(&args.manifest);
        let project = cli::Project { manifest, stage: bundle.plan.stage.clone() };
        check_source(&bundle.plan, &Project::open(&project)?, &aws).await?;
    }
    let report = execute(&aws, &bundle).await?;
    print_outputs(&report.outputs, args.format)?;
    Ok(0)
}

/// Applies a bundle, stopping between calls when asked to; shows the report on stderr. `Err` unless all is done.
pub async fn execute(aws: &Aws, bundle: &Bundle) -> Result<Report, Error> {
    let (stop, by) = (Arc::new(Stop::default()), Arc::new(AtomicU8::new(0)));
    let watch = tokio::spawn(watch_signals(stop.clone(), by.clone()));
    let show = progress::show();
    let report = apply::apply(aws, &bundle.plan, bundle.id, &stop, &show).await;
    watch.abort();
    let report = report?;
    anstream::eprint!("{}", render::report::terminal(&report, true));
    match by.load(Ordering::SeqCst) {
        _ if report.is_drifted() => Err(Error::Drifted),
        _ if report.is_done() => Ok(report),
        0 => Err(Error::Failed),
        signal => Err(Error::Stopped(signal)),
    }
}

/// The first SIGINT or SIGTERM asks for an end between two calls, the second ends at once.
async fn watch_signals(stop: Arc<Stop>, by: Arc<AtomicU8>) {
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return;
    };
    loop {
        let number = tokio::select! {
            _ = interrupt.recv() => 2,
            _ = terminate.recv() => 15,
        };
        if by.swap(number, Ordering::SeqCst) != 0 {
            std::process::exit(128 + i32::from(number));
        }
        stop.ask();
        eprintln!("Stopping: no new calls; waiting for those in flight. Once more to stop at once.");
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
    let name =
        |site: &Site| format!("account {} in {} ({}, {})", site.account, site.region, site.partition, site.endpoint);
    if plan.site != *here {
        return Err(Error::OtherPlace { planned: name(&plan.site), here: name(here) });
    }
    let in_github = std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true");
    if in_github && !here.is_aws() && !allow_emulator {
        return Err(Error::Emulated(here.endpoint.clone()));
    }
    Ok(())
}

/// The source, planned again, must ask for nothing but what is left of the approved plan.
async fn check_source(plan: &Plan, project: &Project, aws: &Aws) -> Result<(), Error> {
    let adopted = plan.changes.iter().filter(|change| change.action == Action::Adopt);
    let adopt: BTreeSet<_> = adopted.map(|change| change.address.clone()).collect();
    let fresh = fresh(project, aws, plan.mode, &adopt).await?;
    Ok(remaining::check(plan, &fresh.plan, &fresh.known)?)
}
