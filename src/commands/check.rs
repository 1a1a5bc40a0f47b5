//! `check` and `outputs`: questions that change nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::bundle::Bundle;
use crate::cli::{self, OutputFormat};
use crate::commands::build::attach;
use crate::commands::connect::connect;
use crate::commands::plan::show_with;
use crate::commands::project::{cache, open};
use crate::commands::watch::watch;
use crate::commands::{headers, job_output, next, print, print_outputs, standing, view};
use crate::error::Error;
use crate::github::runner::Runner;
use crate::github::runner::print::say;
use crate::manifest::names;
use crate::manifest::usage_plan::UsagePlan;
use crate::name::{Address, Owner};
use crate::plan::{Action, Mode};
use crate::planning::rollback::{Back, rollback};
use crate::planning::{Project, live_plan, offline, proof};
use crate::reason::Exit;
use crate::render::Format;
use crate::render::terminal::View;

/// Is the manifest sound? Does the plan still hold? Has anything drifted?
pub async fn check(args: &cli::Check) -> Result<u8, Error> {
    let project = attach(open(&args.project)?, &args.builds, !args.offline).await?;
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
    let mut live = match &bundle {
        Some(Bundle { plan, .. }) if mode == Mode::Rollback => {
            rollback(&project, &aws, &Back::of(plan), Some(plan)).await?
        }
        _ => live_plan(&project, &cache()?, &aws, mode, &BTreeSet::new(), &BTreeSet::new()).await?,
    };
    if let Some(bundle) = bundle {
        proof::prove(&bundle.plan, &live, &aws).await?;
        print(&format!("The plan {} still holds.\n", bundle.id))?;
        args.bundle.iter().for_each(|folder| next::say(&next::apply(folder, &bundle.id)));
        return Ok(0);
    }
    let view = View { calls: args.calls, ..view::view() };
    show_with(&live.plan, &live.id()?, &live.extra, Format::Text, &view)?;
    let base = standing::base(args, &project, &mut live).await?;
    print(&standing::explain(&live.plan, &base))?;
    let headers = if args.thorough { headers::set_by_hand(&live, &aws).await? } else { String::new() };
    print(&headers)?;
    if !live.plan.is_empty() {
        next::say(&next::plan(&args.project));
    }
    let is_sound = live.plan.is_empty() && headers.is_empty();
    Ok(if is_sound { Exit::Done } else { Exit::Drifted }.code())
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
    let project = attach(open(args)?, &cli::Builds::default(), false).await?;
    let aws = connect(&project.source.manifest.app, credentials).await?;
    let live = live_plan(&project, &cache()?, &aws, Mode::Deploy, &BTreeSet::new(), &BTreeSet::new()).await?;
    if live.plan.is_first() {
        let Owner { app, stage } = &project.owner;
        return Err(Error::NotDeployed { app: app.to_string(), stage: stage.to_string() });
    }
    let absent =
        |address: &&Address| live.plan.changes.iter().any(|c| c.address == **address && c.action == Action::Create);
    let mut known = BTreeMap::new();
    for (name, text) in &live.plan.outputs {
        match (live.output_needs.get(name).into_iter().flatten().find(absent), text.literal()) {
            (None, Some(value)) => drop(known.insert(name.clone(), value.to_owned())),
            (absent, _) => {
                let what = absent.map_or_else(|| "what it names".to_owned(), Address::to_string);
                say(format_args!(
                    "warning: the output {name} has no value: {what} does not exist yet; plan and apply first"
                ));
            }
        }
    }
    print_outputs(&known, format)?;
    say_how_to_read_keys(&project);
    Ok(0)
}

/// The values of API keys are no outputs: nothing here knows them.
fn say_how_to_read_keys(project: &Project) {
    let mut keys = project.source.manifest.usage_plan.values().flat_map(UsagePlan::key_names);
    if let Some(key) = keys.next() {
        let name = names::api_key::physical(&project.names(), key);
        say(format_args!(
            "the value of an API key is not printed here; to read it from AWS: aws apigateway get-api-keys \
             --name-query {name} --include-values --query 'items[0].value' --output text"
        ));
    }
}
