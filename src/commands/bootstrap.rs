//! `bootstrap`: the roles that workflows assume, planned like an app.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::Aws;
use crate::bootstrap::github_names::{Branch, GithubNameError, RepositoryName};
use crate::bootstrap::{self, Repository, Setup, Trust, template};
use crate::bundle::{Bundle, Contents};
use crate::canonical::Sha;
use crate::cli::{self, BootstrapFormat};
use crate::commands::apply;
use crate::commands::connect::{Destination, connect};
use crate::commands::plan::show_as;
use crate::commands::policy::account;
use crate::commands::{self, next, print};
use crate::error::Error;
use crate::github;
use crate::github::api::ApiError;
use crate::github::runner::print::say;
use crate::name::{Region, Site, Stage};
use crate::plan::Plan;
use crate::planning::Project;
use crate::planning::roles::{self, roles};
use crate::render::{self, Extra, Format};

mod workflows;

/// Plans, or prints what others can make the roles with.
pub async fn bootstrap(args: &cli::Bootstrap) -> Result<u8, Error> {
    let projects = projects(args)?;
    match args.format {
        BootstrapFormat::Text => plan_roles(args, &projects, Format::Text).await,
        BootstrapFormat::Markdown => plan_roles(args, &projects, Format::Markdown).await,
        BootstrapFormat::Json if args.api_logging.is_some() => Err(Error::Usage(
            "--api-logging with --format json: nobody is asked whether API Gateway has a role for logs, and the calls would \
             replace it; leave out one of the two"
                .into(),
        )),
        BootstrapFormat::Json => {
            let calls = template::calls(&bootstrap::wanted(&offline(args, &projects).await?)?)?;
            print_json(&calls)
        }
        BootstrapFormat::Cloudformation => {
            print_json(&template::cloudformation(&bootstrap::wanted(&offline(args, &projects).await?)?))
        }
        BootstrapFormat::Workflows => {
            let setup = offline(args, &projects).await?;
            print(&workflows::filled(&setup)?)?;
            Ok(0)
        }
    }
}

fn print_json(value: &serde_json::Value) -> Result<u8, Error> {
    commands::print_json(&format!("{value:#}\n"))?;
    Ok(0)
}

/// The manifest as each stage sees it.
fn projects(args: &cli::Bootstrap) -> Result<BTreeMap<Stage, Project>, Error> {
    let open = |stage: &Stage| Ok((stage.clone(), Project::open(&args.manifest, stage)?));
    let projects: BTreeMap<Stage, Project> = args.stages.iter().map(open).collect::<Result<_, Error>>()?;
    let bare = projects.iter().find(|(_, project)| project.source.manifest.app.permissions_boundary.is_none());
    match bare.filter(|_| !args.without_permissions_boundary && !args.destroy) {
        Some((stage, _)) => Err(Error::Usage(format!(
            "{}: [app] has no permissions_boundary for the stage {stage}, so whoever applies could give the app's roles \
             any right; add `permissions_boundary = \"bootstrap\"` to [app], or allow that with \
             --without-permissions-boundary",
            args.manifest.display()
        ))),
        None => Ok(projects),
    }
}

/// Asks AWS for nothing.
async fn offline(args: &cli::Bootstrap, projects: &BTreeMap<Stage, Project>) -> Result<Setup, Error> {
    let first = first(projects)?;
    let account = account(&args.manifest, first.source.manifest.app.account.as_ref(), args.account.as_ref())?;
    let trust = trust(args).await?;
    setup(args, projects, &first.site_of(account), trust)
}

fn first(projects: &BTreeMap<Stage, Project>) -> Result<&Project, Error> {
    projects.values().next().ok_or_else(|| Error::Usage("give a --stage".into()))
}

/// Where the plan is made: roles are of no region, what API Gateway writes logs with is a setting of one.
fn region<'a>(args: &'a cli::Bootstrap, projects: &'a BTreeMap<Stage, Project>) -> Result<&'a Region, Error> {
    let own = &first(projects)?.source.manifest.app.region;
    let regions: BTreeSet<&Region> = projects.values().map(|project| &project.source.manifest.app.region).collect();
    let all = || regions.iter().map(|region| region.as_str()).collect::<Vec<_>>().join(" and ");
    match &args.api_logging {
        Some(Some(asked)) if !regions.contains(asked) => {
            Err(Error::Usage(format!("--api-logging={asked}: no --stage is there, but in {}", all())))
        }
        Some(Some(asked)) => Ok(asked),
        Some(None) if regions.len() > 1 => Err(Error::Usage(format!(
            "--api-logging makes a setting of one region, and the stages are in {}: write --api-logging=REGION, and apply a \
             plan for each",
            all()
        ))),
        Some(None) | None => Ok(own),
    }
}

async fn plan_roles(args: &cli::Bootstrap, projects: &BTreeMap<Stage, Project>, format: Format) -> Result<u8, Error> {
    let (first, region) = (first(projects)?, region(args, projects)?);
    let destination = Destination { account: first.source.manifest.app.account.as_ref(), region };
    let aws = connect(destination, &cli::Credentials::default()).await?;
    let site = aws.site().await?;
    let setup = match args.destroy {
        true => None,
        false => Some(setup(args, projects, &site, trust(args).await?)?),
    };
    let adopt = args.adopt.iter().cloned().collect();
    let plan = roles(&first.owner.bootstrap(), &site, setup.as_ref(), &aws, &adopt).await?;
    let id = write(&plan, &args.out)?;
    show_as(&plan, &id, &Extra::default(), format)?;
    say(format_args!("Wrote {} ({id}).", args.out.display()));
    setup.iter().for_each(|setup| say(workflows::variables(setup)));
    if !plan.is_empty() {
        next::say(&next::apply(&args.out, &id));
    }
    Ok(0)
}

/// Writes the bundle; gives the plan id.
fn write(plan: &Plan, out: &std::path::Path) -> Result<Sha, Error> {
    let (extra, nothing) = (Extra::default(), BTreeMap::new());
    let (zips, files) = (BTreeMap::new(), BTreeMap::new());
    let contents = Contents { zips: &zips, files: &files };
    let markdown = |id: &Sha| render::document(plan, id, &extra);
    Ok(Bundle::write(out, plan, contents, markdown, &extra, &nothing)?)
}

/// Makes the roles of a project on an emulator, for jobs of nobody's repository.
pub async fn rehearse(project: &Project, aws: &Aws, folder: &std::path::Path) -> Result<(), Error> {
    let site = aws.site().await?;
    let repository = Repository { owner: "nobody".into(), name: "nothing".into(), owner_id: 0, id: 0 };
    let trust =
        Trust { repository, default_branch: "main".into(), job_workflow_refs: BTreeSet::new(), subject_only: false };
    let environments = BTreeSet::from([project.owner.stage.to_string()]);
    let setup = roles::setup(&[(project, environments)], &site, trust, crate::aws::iam::role::DEFAULT_SESSION)?;
    let plan = roles(&project.owner.bootstrap(), &site, Some(&setup), aws, &BTreeSet::new()).await?;
    let id = write(&plan, folder)?;
    apply::rehearse(aws, &Bundle::open(folder, Some(id))?).await.map(drop)
}

fn setup(
    args: &cli::Bootstrap,
    projects: &BTreeMap<Stage, Project>,
    site: &Site,
    trust: Trust,
) -> Result<Setup, Error> {
    let stranger = args.environments.iter().find(|given| !projects.contains_key(&given.stage));
    if let Some(given) = stranger {
        return Err(Error::Usage(format!("--environment {}={}: there is no --stage {0}", given.stage, given.name)));
    }
    let stages: Vec<_> = projects.iter().map(|(stage, project)| (project, environments(args, stage))).collect();
    let setup = roles::setup(&stages, site, trust, args.session_duration)?;
    Ok(Setup { api_logging: args.api_logging.is_some(), ..setup })
}

fn environments(args: &cli::Bootstrap, stage: &Stage) -> BTreeSet<String> {
    let given: BTreeSet<String> =
        args.environments.iter().filter(|given| given.stage == *stage).map(|given| given.name.clone()).collect();
    if given.is_empty() { BTreeSet::from([stage.to_string(), format!("{stage}-destroy")]) } else { given }
}

/// Whose jobs are trusted; GitHub is asked for what is not given.
async fn trust(args: &cli::Bootstrap) -> Result<Trust, Error> {
    let name = args.repository.as_ref().ok_or_else(|| Error::Usage("give --repository OWNER/NAME".into()))?;
    let (owner_id, id, branch) = match (args.owner_id, args.repository_id) {
        (Some(owner_id), Some(id)) => (owner_id.get(), id.get(), Branch("main".into())),
        _ => ask_github(name).await?,
    };
    let (owner, name) = (name.owner.clone(), name.name.clone());
    let repository = Repository { owner, name, owner_id, id };
    let default_branch = args.default_branch.clone().unwrap_or(branch).0;
    let job_workflow_refs = workflow_refs(args, &repository, &default_branch);
    Ok(Trust { repository, default_branch, job_workflow_refs, subject_only: args.subject_only })
}

/// The workflows that may apply; none where any may.
fn workflow_refs(args: &cli::Bootstrap, repository: &Repository, default_branch: &str) -> BTreeSet<String> {
    match args.job_workflow_refs.as_slice() {
        [] if args.any_workflow || args.subject_only => BTreeSet::new(),
        [] => repository.applying(default_branch),
        given => given.iter().map(|one| one.0.clone()).collect(),
    }
}

async fn ask_github(name: &RepositoryName) -> Result<(u64, u64, Branch), Error> {
    let why = |error: String| {
        Error::Usage(format!(
            "GitHub does not give the ids of {name}: {error}; give --repository-id and --owner-id, or a GITHUB_TOKEN that \
             can read it"
        ))
    };
    let found = github::repository::look_up(&name.to_string()).await.map_err(|error| match error {
        ApiError::NoToken => why("GITHUB_TOKEN is not set".into()),
        other => why(other.to_string()),
    })?;
    let branch = found.default_branch.parse().map_err(|error: GithubNameError| why(error.to_string()))?;
    Ok((found.owner.id, found.id, branch))
}
