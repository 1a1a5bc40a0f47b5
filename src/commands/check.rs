//! `check` and `outputs`: questions that change nothing.

use std::collections::BTreeSet;

use crate::bundle::Bundle;
use crate::cli::{self, OutputFormat};
use crate::commands::connect::connect;
use crate::commands::plan::show_with;
use crate::commands::project::{cache, open};
use crate::commands::watch::watch;
use crate::commands::{job_output, next, print, print_outputs, view};
use crate::error::Error;
use crate::github::runner::Runner;
use crate::plan::Mode;
use crate::planning::{Project, live_plan, offline, proof};
use crate::reason::Exit;
use crate::render::Format;
use crate::render::terminal::View;

/// Is the manifest sound? Does the plan still hold? Has anything drifted?
pub async fn check(args: &cli::Check) -> Result<u8, Error> {
    let project = open(&args.project)?;
    if args.offline {
        check_offline(&project).await?;
        next::say(&next::plan(&args.project));
        return Ok(0);
    }
    let runner = Runner::from_env()?.filter(|_| args.bundle.is_none());
    if let Some(runner) = runner
        && let Some(code) = watch(args, &runner, &project).await?
    {
        return Ok(code);
    }
    let aws = connect(&project.source.manifest.app, &args.credentials).await?;
    let bundle = args.bundle.as_ref().map(|folder| Bundle::open(folder, None)).transpose()?;
    let mode = bundle.as_ref().map_or(Mode::Deploy, |bundle| bundle.plan.mode);
    let live = live_plan(&project, &cache()?, &aws, mode, &BTreeSet::new()).await?;
    if let Some(bundle) = bundle {
        proof::prove(&bundle.plan, &live, &aws).await?;
        print(&format!("The plan {} still holds.\n", bundle.id))?;
        args.bundle.iter().for_each(|folder| next::say(&next::apply(folder, &bundle.id)));
        return Ok(0);
    }
    let view = View { calls: args.calls, ..view::view() };
    show_with(&live.plan, &live.id()?, &live.extra, Format::Text, &view)?;
    if !live.plan.is_empty() {
        next::say(&next::plan(&args.project));
    }
    Ok(if live.plan.is_empty() { Exit::Done } else { Exit::Drifted }.code())
}

async fn check_offline(project: &Project) -> Result<(), Error> {
    let lowered = offline::lowered(project, &cache()?).await?;
    job_output::manifest(&lowered.warnings);
    let count = match lowered.wanted.len() {
        1 => "1 resource".to_owned(),
        count => format!("{count} resources"),
    };
    print(&format!("The manifest is sound: {count}.\n"))
}

/// The app's outputs, read from what exists.
pub async fn outputs(args: &cli::Project, credentials: &cli::Credentials, format: OutputFormat) -> Result<u8, Error> {
    let project = open(args)?;
    let aws = connect(&project.source.manifest.app, credentials).await?;
    let live = live_plan(&project, &cache()?, &aws, Mode::Deploy, &BTreeSet::new()).await?;
    let known = live
        .plan
        .outputs
        .iter()
        .filter_map(|(name, text)| text.literal().map(|value| (name.clone(), value.to_owned())));
    print_outputs(&known.collect(), format)?;
    Ok(0)
}
