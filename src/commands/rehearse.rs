//! `rehearse`: everything from plan to requests, against an emulator on this machine.
//!
//! 1. Build the functions that have a `build`; install and start the emulator.
//! 2. Plan, apply, plan again: nothing may be left.
//! 3. Send a request to each route that needs no credentials, and to those that need a token one with a token of an issuer on
//!    this machine ([`routes`]); put an object, a message, an event or an item wherever one is to reach a function, and say
//!    whether it did ([`reach`]); read the tables back.
//! 4. Print the outputs.
//!
//! Where the emulator is kept ([`kept`]), it is brought to what the manifest asks for now the next time: nothing is sent to the
//! app then, whose data is the user's by now. The same is done whenever a file changes ([`watch`]).

use std::collections::{BTreeMap, BTreeSet};

use crate::apply::Report;
use crate::aws::Aws;
use crate::aws::error::Answer;
use crate::aws::observe::ReadErrors;
use crate::bundle::Bundle;
use crate::cli::{self, OutputFormat};
use crate::commands::build::attach;
use crate::commands::plan::{show_as, show_with, write};
use crate::commands::project::{cache, open};
use crate::commands::{apply, bootstrap, next, print, print_outputs, view};
use crate::emulator::{Emulator, MINISTACK};
use crate::environment;
use crate::error::Error;
use crate::github::runner;
use crate::package::Cache;
use crate::plan::Mode;
use crate::planning::{Project, live_plan};
use crate::render::Format;
use crate::render::terminal::View;

mod deliveries;
mod example_event;
mod failure;
mod issuer;
pub mod kept;
mod packages;
mod reach;
mod routes;
mod token;
mod watch;
mod zones;

use kept::Found;

/// Deploys to the emulator and tries the app there.
pub async fn rehearse(args: &cli::Rehearse) -> Result<u8, Error> {
    let manifest = &args.project.manifest;
    match args {
        cli::Rehearse { stop: true, .. } => kept::stop(manifest).await,
        cli::Rehearse { exports: true, .. } => kept::show_exports(manifest),
        cli::Rehearse { keep: false, watch: false, .. } => once(args).await,
        _ if runner::is_here() => Err(Error::Usage(
            "--keep and --watch are for a developer's machine; a job ends the processes that its steps have started: \
             leave them out"
                .into(),
        )),
        cli::Rehearse { watch: true, .. } => watch::watch(args, open(&args.project)?, &cache()?).await.map(|()| 0),
        _ => keep(args).await,
    }
}

/// The emulator ends with us.
async fn once(args: &cli::Rehearse) -> Result<u8, Error> {
    let project = attach(open(&args.project)?, &args.builds, true).await?;
    let region = &project.source.manifest.app.region;
    let (account, cache) = (kept::account(&project), cache()?);
    kept::say_start(&cache);
    let emulator = Emulator::start(&MINISTACK, cache.trusted(), account, region.as_str()).await?;
    let aws = Aws::emulator(region, emulator.endpoint(), account).await?;
    let result = run(args, &project, &cache, &aws).await;
    emulator.stop().await;
    result?;
    next::say(&next::plan(&args.project));
    Ok(0)
}

/// The emulator stays.
async fn keep(args: &cli::Rehearse) -> Result<u8, Error> {
    let (project, cache) = (attach(open(&args.project)?, &args.builds, true).await?, cache()?);
    let found = kept::find_or_start(&project, &cache, true).await?;
    let result = start_with(args, &project, &cache, &found).await;
    kept::say_where(&project, &found.note)?;
    result.map(|()| 0)
}

/// The first round on an emulator that stays.
async fn start_with(args: &cli::Rehearse, project: &Project, cache: &Cache, found: &Found) -> Result<(), Error> {
    let aws = kept::connect(&project.source.manifest.app.region, &found.note).await?;
    match found.is_new {
        true => run(args, project, cache, &aws).await,
        false => bring_up_to_date(args, project, cache, &aws).await,
    }
}

async fn run(args: &cli::Rehearse, project: &Project, cache: &Cache, aws: &Aws) -> Result<(), Error> {
    let report = deploy(args, project, cache, aws).await?;
    let second = live_plan(project, cache, aws, Mode::Deploy, &BTreeSet::new(), &BTreeSet::new()).await?;
    if !second.plan.is_empty() {
        show_as(&second.plan, &second.id()?, &second.extra, Format::Text)?;
        return Err(Error::Rehearsal("planning again after the apply finds changes; they are shown above".into()));
    }
    print("\nPlanned again: no changes.\n")?;
    if let Some(told) = without_images(project) {
        print(&told)?;
    } else {
        routes::call_all(project, &second, aws).await?;
        reach::try_all(&deliveries::deliveries(&second.wanted), aws).await?;
    }
    read_tables(project, aws).await?;
    print("\n")?;
    print_outputs(&outputs(report), OutputFormat::Text)
}

/// Plans and applies what has changed, and prints the outputs.
async fn bring_up_to_date(args: &cli::Rehearse, project: &Project, cache: &Cache, aws: &Aws) -> Result<(), Error> {
    let report = deploy(args, project, cache, aws).await?;
    if report.is_none() {
        print("No changes.\n")?;
    }
    print_outputs(&outputs(report), OutputFormat::Text)
}

/// Plans, shows and applies; `None` where nothing is to be done.
async fn deploy(args: &cli::Rehearse, project: &Project, cache: &Cache, aws: &Aws) -> Result<Option<Report>, Error> {
    let folder = tempfile::tempdir().map_err(|error| Error::Io { path: environment::temporary_folder(), error })?;
    if project.is_bounded_by_bootstrap() || project.source.manifest.app.has_packages_by_bootstrap() {
        runner::print::say("As `serverless-app bootstrap` would, in the emulator:");
        bootstrap::rehearse(project, aws, &folder.path().join("bootstrap")).await?;
    }
    packages::make(project, aws).await?;
    zones::make(project, aws).await?;
    let bundle_folder = folder.path().join("plan");
    let mut live = live_plan(project, cache, aws, Mode::Deploy, &BTreeSet::new(), &BTreeSet::new()).await?;
    if live.plan.is_empty() {
        return Ok(None);
    }
    // Nobody sends traffic here that a canary could get a part of: its alarms are asked once.
    let steps = live.plan.changes.iter_mut().flat_map(|change| &mut change.steps);
    steps.filter_map(|step| step.watch.as_mut()).for_each(|watch| watch.minutes = 0);
    let id = write(&live, &bundle_folder, &Default::default())?;
    let view = View { calls: args.calls, ..view::view() };
    show_with(&live.plan, &id, &live.extra, Format::Text, &view)?;
    let bundle = Bundle::open(&bundle_folder, Some(id))?;
    apply::rehearse(&aws.clone().with_blobs(bundle.blobs()), &bundle).await.map(Some)
}

fn outputs(report: Option<Report>) -> BTreeMap<String, String> {
    report.map(|report| report.outputs).unwrap_or_default()
}

/// Why nothing is sent to the app: the emulator runs no images. Nothing else would tell a function that does not answer from one
/// that cannot.
fn without_images(project: &Project) -> Option<String> {
    let images = project.source.manifest.function.iter().filter(|(_, function)| function.image.is_some());
    let names: Vec<&str> = images.map(|(name, _)| name.as_str()).collect();
    let listed = names.join(", ");
    (!names.is_empty()).then(|| {
        format!(
            "The emulator cannot run container images, and the app has some ({listed}): no route is called, and \
        nothing is delivered.\n"
        )
    })
}

/// Shows what the calls have written into each table.
async fn read_tables(project: &Project, aws: &Aws) -> Result<(), Error> {
    for name in project.source.manifest.table.keys() {
        let table = crate::manifest::names::table::physical(&project.names(), name);
        let scan = aws.read.dynamodb.scan().table_name(&table).limit(5).send().await;
        let scan = scan.answer("dynamodb:Scan").map_err(|e| ReadErrors(vec![e]))?;
        print(&format!("{table}: {} item(s)\n", scan.count()))?;
        for item in scan.items() {
            let mut values: Vec<_> = item.iter().map(|(key, value)| format!("{key} = {}", plain(value))).collect();
            values.sort();
            print(&format!("  {}\n", values.join(", ")))?;
        }
    }
    Ok(())
}

fn plain(value: &aws_sdk_dynamodb::types::AttributeValue) -> String {
    let text = value.as_s().or_else(|_| value.as_n()).cloned();
    text.map_or_else(|other| format!("{other:?}"), |text| format!("{text:?}"))
}
