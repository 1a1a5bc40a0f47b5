//! `bootstrap`: the roles that workflows assume, planned like an app, and what GitHub needs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Parser;

use crate::aws::Aws;
use crate::bootstrap::{self, Setup, template};
use crate::bundle::{Bundle, Contents};
use crate::canonical::Sha;
use crate::cli::{self, BootstrapFormat};
use crate::commands::connect::{Destination, connect};
use crate::commands::plan::show_as;
use crate::commands::policy::account;
use crate::commands::setup::{self, first};
use crate::commands::{self, apply, ask, next, print};
use crate::error::Error;
use crate::github::runner::print::{is_interactive, say};
use crate::name::{Region, Stage};
use crate::plan::Plan;
use crate::planning::Project;
use crate::planning::roles::{self, roles};
use crate::render::{self, Extra, Format};

mod github;
mod summary;
pub mod workflows;

pub use github::checks;

/// The projects of the stages that are meant, and these in their order.
struct Stages {
    order: Vec<Stage>,
    projects: BTreeMap<Stage, Project>,
    /// True if the manifest has more than one, whether or not they are meant.
    has_several: bool,
}

/// Plans, or prints what other tools can create the roles from.
pub async fn bootstrap(args: &cli::Bootstrap) -> Result<u8, Error> {
    let order = setup::stages(&args.setup)?;
    let (projects, has_several) = (setup::projects(&args.setup, &order)?, setup::has_several(&args.setup, &order));
    let stages = Stages { order, projects, has_several };
    if !args.destroy && !args.github {
        setup::refuse_unbounded(&args.setup, &stages.projects)?;
    }
    let is_plan = matches!(args.format, BootstrapFormat::Text | BootstrapFormat::Markdown);
    if args.yes && !is_plan {
        return Err(Error::Usage("--yes with --format: there is no plan to apply; leave out one of the two".into()));
    }
    match args.format {
        _ if args.github => github::github(args, &stages).await,
        BootstrapFormat::Text => plan_roles(args, &stages, Format::Text).await,
        BootstrapFormat::Markdown => plan_roles(args, &stages, Format::Markdown).await,
        BootstrapFormat::Json if args.api_logging.is_some() => Err(Error::Usage(
            "--api-logging with --format json: AWS is not asked whether API Gateway already has a role for logs, and \
             the calls would replace it; leave out one of the two"
                .into(),
        )),
        BootstrapFormat::Json => {
            let calls = template::calls(&bootstrap::wanted(&offline(args, &stages).await?)?)?;
            print_json(&calls)
        }
        BootstrapFormat::Cloudformation => {
            print_json(&template::cloudformation(&bootstrap::wanted(&offline(args, &stages).await?)?))
        }
        BootstrapFormat::Workflows => {
            let files = workflows::filled(&offline(args, &stages).await?, &stages.order)?;
            match &args.out {
                Some(folder) => workflows::write(folder, &files)?,
                None => files.iter().try_for_each(|(path, text)| print(&format!("# {path}\n{text}\n")))?,
            }
            Ok(0)
        }
    }
}

fn print_json(value: &serde_json::Value) -> Result<u8, Error> {
    commands::print_json(&format!("{value:#}\n"))?;
    Ok(0)
}

/// Asks AWS for nothing.
async fn offline(args: &cli::Bootstrap, stages: &Stages) -> Result<Setup, Error> {
    let (first, manifest) = (first(&stages.projects)?, &args.setup.manifest);
    setup::repository(&args.setup).await?;
    let account = account(manifest, first.source.manifest.app.account.as_ref(), args.setup.account.as_ref())?;
    let trust = setup::trust(&args.setup).await?;
    let setup = setup::setup(&args.setup, &stages.projects, &first.site_of(account), trust)?;
    Ok(Setup { api_logging: args.api_logging.is_some(), ..setup })
}

/// Where the plan is made: roles are of no region, what API Gateway writes logs with is a setting of one.
fn region<'a>(args: &'a cli::Bootstrap, projects: &'a BTreeMap<Stage, Project>) -> Result<&'a Region, Error> {
    let own = &first(projects)?.source.manifest.app.region;
    let regions: BTreeSet<&Region> = projects.values().map(|project| &project.source.manifest.app.region).collect();
    let all = || regions.iter().map(|region| region.as_str()).collect::<Vec<_>>().join(" and ");
    match &args.api_logging {
        Some(Some(asked)) if !regions.contains(asked) => {
            Err(Error::Usage(format!("--api-logging={asked}: no stage is in that region, only in {}", all())))
        }
        Some(Some(asked)) => Ok(asked),
        Some(None) if regions.len() > 1 => Err(Error::Usage(format!(
            "--api-logging is a setting of one region, but the stages are in {}: write --api-logging=REGION, and \
             apply a plan for each",
            all()
        ))),
        Some(None) | None => Ok(own),
    }
}

async fn plan_roles(args: &cli::Bootstrap, stages: &Stages, format: Format) -> Result<u8, Error> {
    let projects = &stages.projects;
    let (first, region) = (first(projects)?, region(args, projects)?);
    let destination = Destination { account: first.source.manifest.app.account.as_ref(), region };
    let aws = connect(destination, &cli::Credentials::default()).await?;
    let site = aws.site().await?;
    let setup = match args.destroy {
        true => None,
        false => {
            let setup = setup::setup(&args.setup, projects, &site, setup::trust(&args.setup).await?)?;
            Some(Setup { api_logging: args.api_logging.is_some(), ..setup })
        }
    };
    let adopt = args.adopt.iter().cloned().collect();
    let plan = roles(&first.owner.bootstrap(), &site, setup.as_ref(), &aws, &adopt).await?;
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from("serverless-app-bootstrap"));
    let id = write(&plan, &out)?;
    let may_apply = args.yes || format == Format::Text && is_interactive();
    match may_apply && format == Format::Text {
        true => print(&summary::text(&plan, setup.as_ref(), &out))?,
        false => show_as(&plan, &id, &Extra::default(), format)?,
    }
    say(format_args!("Wrote {} ({id}).", out.display()));
    let variables = || setup.iter().for_each(|setup| say(workflows::variables(setup, stages.has_several)));
    if plan.is_empty() {
        variables();
    } else if may_apply && (args.yes || ask::yes("Apply?")) {
        let code = apply::apply(&confirmed(&out, &id)?).await?;
        if code == 0 && !args.destroy {
            variables();
            next::say("serverless-app bootstrap --github --reviewer LOGIN");
        }
        return Ok(code);
    } else {
        variables();
        next::say(&next::apply(&out, &id));
    }
    Ok(0)
}

/// What `apply` is asked for where the answer was yes, as if it had been typed.
fn confirmed(out: &Path, id: &Sha) -> Result<cli::Apply, Error> {
    let words =
        ["serverless-app".into(), "apply".into(), out.as_os_str().to_owned(), "--expect".into(), id.to_string().into()];
    match cli::Cli::try_parse_from(words) {
        Ok(cli::Cli { command: cli::Command::Apply(args) }) => Ok(args),
        Ok(_) => Err(Error::Internal("apply is another command".into())),
        Err(error) => Err(Error::Usage(error.to_string())),
    }
}

/// Writes the bundle; gives the plan id.
fn write(plan: &Plan, out: &Path) -> Result<Sha, Error> {
    let (extra, nothing) = (Extra::default(), BTreeMap::new());
    let (zips, files) = (BTreeMap::new(), BTreeMap::new());
    let contents = Contents { zips: &zips, files: &files };
    let markdown = |id: &Sha| render::document(plan, id, &extra);
    Ok(Bundle::write(out, plan, contents, markdown, &extra, &nothing)?)
}

/// Creates the roles of a project on an emulator, for jobs of no real repository.
pub async fn rehearse(project: &Project, aws: &Aws, folder: &Path) -> Result<(), Error> {
    let site = aws.site().await?;
    let environments = BTreeSet::from([project.owner.stage.to_string()]);
    let setup =
        roles::setup(&[(project, environments)], &site, setup::nobody(), crate::aws::iam::role::DEFAULT_SESSION)?;
    let plan = roles(&project.owner.bootstrap(), &site, Some(&setup), aws, &BTreeSet::new()).await?;
    let id = write(&plan, folder)?;
    apply::rehearse(aws, &Bundle::open(folder, Some(id))?).await.map(drop)
}
