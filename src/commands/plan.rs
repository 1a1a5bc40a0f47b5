//! `plan` and `show`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::bundle::{Bundle, Failure};
use crate::canonical::Sha;
use crate::cli;
use crate::commands::build::attach;
use crate::commands::connect::connect;
use crate::commands::project::{cache, open};
use crate::commands::{allowed, gate, job_output, next, offline, print, print_json, pull, view};
use crate::error::Error;
use crate::github::runner::print::say;
use crate::github::runner::{self, Runner};
use crate::plan::{Mode, Plan, file};
use crate::planning::preflight::Preflight;
use crate::planning::rollback::rollback;
use crate::planning::{LivePlan, Project, base, capacity, definition, live_plan, pattern};
use crate::reason::Exit;
use crate::render::terminal::View;
use crate::render::{self, Extra, Format};

/// Plans, writes the bundle, shows it. In GitHub Actions, a failure takes the bundle's place.
pub async fn plan(args: &cli::Plan) -> Result<u8, Error> {
    let runner = Runner::from_env()?;
    let planned = make(args, runner.as_ref()).await;
    if let (Err(error), Some(runner)) = (&planned, &runner)
        && let Err(why) = leave(error, runner, &args.out)
    {
        // The plan's own failure is the one to tell.
        runner::warn("serverless-app", &format!("the failure could not be saved for publish: {why}"));
    }
    planned
}

/// Leaves why there is no plan. One that is denied is there all the same, and is published as such.
fn leave(error: &Error, runner: &Runner, out: &Path) -> Result<(), Error> {
    if !matches!(error, Error::Denied(_)) {
        Failure { reason: error.reason().word().into(), message: error.to_string() }.write(out)?;
    }
    Ok(runner.add_summary(&format!("**{}**", error.reason()))?)
}

async fn make(args: &cli::Plan, runner: Option<&Runner>) -> Result<u8, Error> {
    if let Some(runner) = runner {
        allowed::planned(args, &runner.event()?)?;
    }
    let project = open(&args.project)?;
    if let Some(runner) = runner.filter(|runner| pull::is_without_credentials(runner)) {
        let project = attach(project, &args.builds, false).await?;
        return offline::show(&project, runner).await;
    }
    if let Some(runner) = runner {
        gate::before_planning(args, runner, mode(args)).await?;
    }
    let shown = planned(args, project, runner).await?;
    if args.format == Format::Text && !shown.is_empty {
        next::say(&next::apply(&args.out, &shown.id));
    }
    Ok(if args.detailed_exitcode && !shown.is_empty { Exit::Changes } else { Exit::Done }.code())
}

/// A plan that was written and shown.
pub struct Shown {
    /// Its id.
    pub id: Sha,
    /// True if nothing is to be done.
    pub is_empty: bool,
}

/// Plans a project, writes the bundle and shows it. A plan that is denied has been shown too.
pub async fn planned(args: &cli::Plan, project: Project, runner: Option<&Runner>) -> Result<Shown, Error> {
    let project = attach(project, &args.builds, mode(args).is_deploy()).await?;
    let aws = connect(&project.source.manifest.app, &args.credentials).await?;
    let adopt: BTreeSet<_> = args.adopt.iter().cloned().collect();
    let cache = cache()?;
    let earlier = base::called(&project, args.base.as_deref())?;
    let mut live = match mode(args) {
        Mode::Rollback => rollback(&project, &aws, &args.rollback.iter().cloned().collect(), None).await?,
        mode => live_plan(&project, &cache, &aws, mode, &adopt, &earlier).await?,
    };
    let (site, patterns) = (live.plan.site.clone(), pattern::sent(&live));
    let patterns = pattern::ask(&project, &aws, &site, patterns);
    let capacities = capacity::ask(&project, &aws, capacity::sent(&project, &live));
    let definitions = definition::ask(&project, &aws, &mut live);
    let (definitions, patterns, capacities) = tokio::try_join!(definitions, patterns, capacities)?;
    live.warnings.extend(patterns.warnings.iter().chain(&capacities.warnings).cloned());
    job_output::manifest(&live.warnings);
    live.unknown.iter().for_each(say);
    definitions?;
    patterns.result()?;
    capacities.result()?;
    base::compare(&project, &cache, args.base.as_deref(), &mut live).await?.iter().for_each(say);
    let about = match runner {
        Some(runner) => pull::about(runner, &project.root, &mut live.extra).await?,
        None => BTreeMap::new(),
    };
    Preflight::from(&args.preflight).run(&aws, &live.plan, &mut live.extra).await?;
    let id = write(&live, &args.out, &about)?;
    let view = View { calls: args.calls, lines: view::lines(&project.source.places, &live.plan), ..view::view() };
    show_with(&live.plan, &id, &live.extra, args.format, &view)?;
    say(format_args!("Wrote {} ({id}).", args.out.display()));
    if let Some(runner) = runner {
        job_output::plan(runner, &live.plan, &id, &args.out)?;
        if !pull::is_published(runner) {
            let room = runner.summary_room();
            runner.add_summary(&render::comment::document_within(&live.plan, &id, &live.extra, room))?;
        }
    }
    if !live.extra.denied.is_empty() {
        let denied: Vec<String> = live.extra.denied.iter().map(ToString::to_string).collect();
        return Err(Error::Denied(denied.join(", ")));
    }
    Ok(Shown { id, is_empty: live.plan.is_empty() })
}

/// Writes a plan's bundle; gives the plan id.
pub fn write(live: &LivePlan, out: &Path, about: &BTreeMap<String, String>) -> Result<Sha, Error> {
    let markdown = |id: &Sha| render::document(&live.plan, id, &live.extra);
    Ok(Bundle::write(out, &live.plan, live.contents(), markdown, &live.extra, about)?)
}

/// Shows a bundle's plan.
pub fn show(folder: &Path, calls: bool, format: Format) -> Result<u8, Error> {
    let bundle = Bundle::open(folder, None)?;
    match format {
        // What was read is what would be written.
        Format::Json => print_json(&String::from_utf8_lossy(&bundle.bytes))?,
        _ => show_with(&bundle.plan, &bundle.id, &bundle.extra()?, format, &View { calls, ..view::view() })?,
    }
    if format == Format::Text && !bundle.plan.is_empty() {
        next::say(&next::apply(folder, &bundle.id));
    }
    Ok(0)
}

/// Shows a plan on stdout.
pub fn show_as(plan: &Plan, id: &Sha, extra: &Extra, format: Format) -> Result<(), Error> {
    show_with(plan, id, extra, format, &view::view())
}

/// Shows a plan on stdout, as text in this view.
pub fn show_with(plan: &Plan, id: &Sha, extra: &Extra, format: Format, view: &View) -> Result<(), Error> {
    let text = match format {
        Format::Text => render::terminal(plan, id, extra, view),
        Format::Markdown => render::document(plan, id, extra),
        Format::Mermaid => render::mermaid(plan),
        Format::Json => {
            let bytes = file::write(plan).map_err(crate::bundle::BundleError::from)?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
    };
    match format {
        Format::Json => print_json(&text),
        Format::Text | Format::Markdown | Format::Mermaid => print(&text),
    }
}

fn mode(args: &cli::Plan) -> Mode {
    match (args.destroy, args.delete_data) {
        (false, _) if !args.rollback.is_empty() => Mode::Rollback,
        (false, _) => Mode::Deploy,
        (true, false) => Mode::Destroy,
        (true, true) => Mode::DestroyData,
    }
}
