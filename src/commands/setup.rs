//! Which roles are needed: the manifest at each stage, and whose jobs are trusted. For `bootstrap` and `doctor`.

#![expect(clippy::disallowed_methods, reason = "it reads which stages the manifest declares")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::bootstrap::github_names::{Branch, GithubNameError, RepositoryName};
use crate::bootstrap::{Repository, Setup, Trust};
use crate::cli;
use crate::error::Error;
use crate::github::api::ApiError;
use crate::github::checkout::{self, Origin};
use crate::github::repository::look_up;
use crate::manifest::read;
use crate::name::{Site, Stage};
use crate::planning::Project;
use crate::planning::roles;

/// The stages that are meant, in the order of the command line or of the manifest.
pub fn stages(args: &cli::Setup) -> Result<Vec<Stage>, Error> {
    if !args.stages.is_empty() {
        return Ok(args.stages.clone());
    }
    let declared: Vec<Stage> = declared(args).iter().filter_map(|name| name.parse().ok()).collect();
    match declared.is_empty() {
        false => Ok(declared),
        true => cli::STAGE
            .parse()
            .map(|stage| vec![stage])
            .map_err(|e: crate::name::NameError| Error::Internal(e.to_string())),
    }
}

/// True if the manifest has several stages, whichever of them are meant: then each has a variable of its own for its
/// plan role.
pub fn has_several(args: &cli::Setup, meant: &[Stage]) -> bool {
    declared(args).len().max(meant.len()) > 1
}

/// The stages that the manifest has. What is wrong with it is reported by whoever reads it whole.
fn declared(args: &cli::Setup) -> Vec<String> {
    read::stages(&std::fs::read_to_string(&args.manifest).unwrap_or_default())
}

/// The folder that the manifest lies in.
pub fn folder(args: &cli::Setup) -> &Path {
    args.manifest.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The manifest as each stage sees it.
pub fn projects(args: &cli::Setup, stages: &[Stage]) -> Result<BTreeMap<Stage, Project>, Error> {
    let open = |stage: &Stage| Ok((stage.clone(), Project::open(&args.manifest, stage)?));
    let projects: BTreeMap<Stage, Project> = stages.iter().map(open).collect::<Result<_, Error>>()?;
    let accounts: BTreeSet<_> = projects.values().map(|project| project.source.manifest.app.account.as_ref()).collect();
    if args.stages.is_empty() && accounts.len() > 1 {
        let names: Vec<&str> = stages.iter().map(|stage| stage.as_str()).collect();
        return Err(Error::Usage(format!(
            "{}: the stages {} are in different accounts; give --stage for those of one account",
            args.manifest.display(),
            names.join(", ")
        )));
    }
    Ok(projects)
}

/// The first stage at which the app's roles have no permissions boundary.
pub fn unbounded(projects: &BTreeMap<Stage, Project>) -> Option<&Stage> {
    let is_bare = |project: &Project| project.source.manifest.app.permissions_boundary.is_none();
    projects.iter().find(|(_, project)| is_bare(project)).map(|(stage, _)| stage)
}

/// Stands for a repository whose ids are not known.
pub fn nobody() -> Trust {
    let repository = Repository { owner: "nobody".into(), name: "nothing".into(), owner_id: 0, id: 0 };
    Trust { repository, default_branch: "main".into(), job_workflow_refs: BTreeSet::new(), subject_only: false }
}

/// Refuses apps whose roles have no permissions boundary.
pub fn refuse_unbounded(args: &cli::Setup, projects: &BTreeMap<Stage, Project>) -> Result<(), Error> {
    match unbounded(projects).filter(|_| !args.without_permissions_boundary) {
        Some(stage) => Err(Error::Usage(format!(
            "{}: [app] has no permissions_boundary for the stage {stage}, so whoever applies could give the app's \
             roles any permission; add `permissions_boundary = \"bootstrap\"` to [app], or allow that with \
             --without-permissions-boundary",
            args.manifest.display()
        ))),
        None => Ok(()),
    }
}

/// Any of them.
pub fn first(projects: &BTreeMap<Stage, Project>) -> Result<&Project, Error> {
    projects.values().next().ok_or_else(|| Error::Usage("give a --stage".into()))
}

/// All that is made for these stages.
pub fn setup(
    args: &cli::Setup,
    projects: &BTreeMap<Stage, Project>,
    site: &Site,
    trust: Trust,
) -> Result<Setup, Error> {
    let stranger = args.environments.iter().find(|given| !projects.contains_key(&given.stage));
    if let Some(given) = stranger {
        return Err(Error::Usage(format!("--environment {}={}: there is no --stage {0}", given.stage, given.name)));
    }
    let stages: Vec<_> = projects.iter().map(|(stage, project)| (project, environments(args, stage))).collect();
    roles::setup(&stages, site, trust, args.session_duration)
}

/// The environments whose jobs may apply a stage.
pub fn environments(args: &cli::Setup, stage: &Stage) -> BTreeSet<String> {
    let given: BTreeSet<String> =
        args.environments.iter().filter(|given| given.stage == *stage).map(|given| given.name.clone()).collect();
    if given.is_empty() { BTreeSet::from([stage.to_string(), format!("{stage}-destroy")]) } else { given }
}

/// The repository that is given, or that the manifest's checkout comes from.
pub async fn repository(args: &cli::Setup) -> Result<RepositoryName, Error> {
    if let Some(name) = &args.repository {
        return Ok(name.clone());
    }
    match checkout::origin(folder(args)).await {
        Some(Origin::Github(name)) => {
            name.parse().map_err(|error| Error::Usage(format!("git's remote `origin`: {error}; give --repository")))
        }
        Some(Origin::Elsewhere(host)) => Err(Error::Usage(format!(
            "git's remote `origin` is on {host}, not on github.com: give --repository OWNER/NAME"
        ))),
        None => Err(Error::Usage("git has no remote `origin` here: give --repository OWNER/NAME".into())),
    }
}

/// Whose jobs are trusted; GitHub is asked for what is not given.
pub async fn trust(args: &cli::Setup) -> Result<Trust, Error> {
    let name = repository(args).await?;
    let (owner_id, id, branch) = match (args.owner_id, args.repository_id) {
        (Some(owner_id), Some(id)) => (owner_id.get(), id.get(), Branch("main".into())),
        _ => ask_github(&name).await?,
    };
    Ok(trust_in(args, &name, (owner_id, id), &branch))
}

/// Whose jobs are trusted, with the ids of owner and repository.
pub fn trust_in(args: &cli::Setup, name: &RepositoryName, ids: (u64, u64), branch: &Branch) -> Trust {
    let (owner, name) = (name.owner.clone(), name.name.clone());
    let repository = Repository { owner, name, owner_id: ids.0, id: ids.1 };
    let default_branch = args.default_branch.as_ref().unwrap_or(branch).0.clone();
    let job_workflow_refs = workflow_refs(args, &repository, &default_branch);
    Trust { repository, default_branch, job_workflow_refs, subject_only: args.subject_only }
}

/// The workflows that may apply; none where any may.
fn workflow_refs(args: &cli::Setup, repository: &Repository, default_branch: &str) -> BTreeSet<String> {
    match args.job_workflow_refs.as_slice() {
        [] if args.any_workflow || args.subject_only => BTreeSet::new(),
        [] => repository.applying(default_branch),
        given => given.iter().map(|one| one.0.clone()).collect(),
    }
}

async fn ask_github(name: &RepositoryName) -> Result<(u64, u64, Branch), Error> {
    let why = |error: String| {
        Error::Usage(format!(
            "GitHub does not report the ids of {name}: {error}; give --repository-id and --owner-id, or log in with \
             `gh auth login`, or set GITHUB_TOKEN to a token that can read it"
        ))
    };
    let found = look_up(&name.to_string()).await.map_err(|error| match error {
        ApiError::NoToken => why("GITHUB_TOKEN is not set".into()),
        other => why(other.to_string()),
    })?;
    let branch = found.default_branch.parse().map_err(|error: GithubNameError| why(error.to_string()))?;
    Ok((found.owner.id, found.id, branch))
}
