//! `apply`: the approved bytes, and nothing else.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::signal::unix::{SignalKind, signal};

use crate::apply::{self, Report, Stop};
use crate::aws::Aws;
use crate::bundle::Bundle;
use crate::cli;
use crate::commands::connect::connect;
use crate::commands::print_outputs;
use crate::commands::progress;
use crate::commands::project::Project;
use crate::commands::{told, verify};
use crate::error::Error;
use crate::github::runner::{self, Runner};
use crate::name::Site;
use crate::plan::Plan;
use crate::render;

/// Checks digest and place, then applies.
pub async fn apply(args: &cli::Apply) -> Result<u8, Error> {
    let bundle = Bundle::open(&args.bundle, Some(args.expect))?;
    check_stage(args, &bundle.plan)?;
    let aws = connect(&bundle.plan.site.region, &args.credentials).await?.with_blobs(bundle.blobs());
    check_place(&bundle.plan, &aws.site().await?, args.allow_emulator)?;
    if let Some(source) = &args.source {
        let manifest = source.join(&args.manifest);
        let project = cli::Project { manifest, stage: bundle.plan.stage.clone() };
        verify::check(&bundle, &Project::open(&project)?, &aws).await?;
    }
    let report = execute(&aws, &bundle, args.receipt.as_deref()).await?;
    if let Some(runner) = Runner::from_env()? {
        told::outputs(&runner, &report.outputs)?;
    }
    print_outputs(&report.outputs, args.format)?;
    Ok(0)
}

/// Applies a bundle, stopping between calls when asked to; shows the report on stderr. `Err` unless all is done.
pub async fn execute(aws: &Aws, bundle: &Bundle, receipt: Option<&Path>) -> Result<Report, Error> {
    let (stop, by) = (Arc::new(Stop::default()), Arc::new(AtomicU8::new(0)));
    let watch = tokio::spawn(watch_signals(stop.clone(), by.clone()));
    let show = progress::show();
    let in_group = runner::is_here();
    if in_group {
        runner::group("Apply");
    }
    let report = apply::apply(aws, &bundle.plan, bundle.id, &stop, &show).await;
    if in_group {
        runner::end_group();
    }
    watch.abort();
    let report = report?;
    if let Some(path) = receipt {
        report.write(path)?;
    }
    anstream::eprint!("{}", runner::harmless(&render::report::terminal(&report, true)));
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
    verify::check_site(plan, here)?;
    if runner::is_here() && !here.is_aws() && !allow_emulator {
        return Err(Error::Emulated(here.endpoint.clone()));
    }
    Ok(())
}
