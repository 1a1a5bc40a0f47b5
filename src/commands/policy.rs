//! `policy`: the IAM policies that the roles need. Asks nobody.

#![expect(clippy::disallowed_methods, reason = "it writes the policies")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::aws::document::Document;
use crate::cli;
use crate::commands::project;
use crate::commands::{next, print, print_json};
use crate::error::Error;
use crate::github::runner::print::say;
use crate::name::{Account, Site, Stage};
use crate::plan::file;
use crate::planning::Project;
use crate::policy::document::{MANAGED, MANAGED_PER_ROLE, length};
use crate::policy::{self, documents};

/// Prints the documents, or writes them to a folder.
pub fn policy(role: &cli::Policy) -> Result<u8, Error> {
    let (name, args, actions) = match role {
        cli::Policy::Plan(args) => {
            let (project, site) = open(args)?;
            ("plan", args, project.actions_of_plan_role(&site))
        }
        cli::Policy::Apply { args, plan: None } => {
            let (project, site) = open(args)?;
            let lowered = project.lower(&site, &project.sources_without_code())?;
            let features = project.features(&site);
            ("apply", args, policy::to_apply(&project.owner, &site, &lowered.wanted, &features)?)
        }
        cli::Policy::Apply { args, plan: Some(path) } => ("apply", args, policy::of_plan(&read_plan(path)?)),
    };
    let documents = documents(actions, MANAGED)?;
    warn(&documents);
    match &args.out {
        Some(folder) => {
            let lines =
                write(folder, name, &documents)?.iter().map(|file| line(&args.project.stage, file)).collect::<Vec<_>>();
            next::say(&lines.join("\n      "));
        }
        None => print_json(&format!("{}\n", pretty(&documents)?))?,
    }
    Ok(0)
}

fn open(args: &cli::PolicyArgs) -> Result<(Project, Site), Error> {
    let project = project::open(&args.project)?;
    let account = account(&args.project.manifest, project.source.manifest.app.account.as_ref(), args.account.as_ref())?;
    let site = project.site_of(account);
    Ok((project, site))
}

/// The account that the manifest names, or the one that is given. Policies without one would hold in every account.
pub fn account(manifest: &Path, named: Option<&Account>, given: Option<&Account>) -> Result<Account, Error> {
    match (named, given) {
        (Some(named), Some(given)) if named != given => {
            Err(Error::Usage(format!("--account is {given}, but {} is for {named}", manifest.display())))
        }
        (Some(account), _) | (None, Some(account)) => Ok(account.clone()),
        (None, None) => Err(Error::Usage(format!(
            "{} names no account: give --account, or write `account` in [app]",
            manifest.display()
        ))),
    }
}

/// The plan of a plan file, or of a bundle's folder.
fn read_plan(path: &Path) -> Result<crate::plan::Plan, Error> {
    let path = if path.is_dir() { path.join("plan.json") } else { path.to_owned() };
    let bytes = std::fs::read(&path).map_err(|error| Error::Io { path, error })?;
    Ok(file::read(&bytes).map_err(crate::bundle::BundleError::from)?)
}

fn warn(documents: &[Document]) {
    if documents.len() > MANAGED_PER_ROLE {
        let quota = "unless the account's quota is raised";
        say(format_args!("These are {} policies; a role can have {MANAGED_PER_ROLE} {quota}.", documents.len()));
    }
}

fn pretty(value: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string_pretty(value).map_err(|error| Error::Internal(error.to_string()))
}

/// One file a document, as `aws iam create-policy --policy-document file://...` takes it. Files of an earlier run that
/// are one too many go, so that nobody attaches one of them.
fn write(folder: &Path, name: &str, documents: &[Document]) -> Result<Vec<PathBuf>, Error> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |error| Error::Io { path, error }
    };
    std::fs::create_dir_all(folder).map_err(at(folder))?;
    let mut files: BTreeMap<PathBuf, String> = BTreeMap::new();
    for (index, document) in documents.iter().enumerate() {
        files.insert(folder.join(format!("{name}-{}.json", index + 1)), format!("{}\n", pretty(document)?));
    }
    for number in documents.len() + 1.. {
        let stale = folder.join(format!("{name}-{number}.json"));
        match std::fs::remove_file(&stale) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => break,
            Err(error) => return Err(at(&stale)(error)),
        }
    }
    for ((path, text), document) in files.iter().zip(documents) {
        std::fs::write(path, text).map_err(at(path))?;
        print(&format!("{} ({} of {MANAGED} characters)\n", path.display(), length(document)))?;
    }
    Ok(files.into_keys().collect())
}

/// What makes a policy of a file.
fn line(stage: &Stage, file: &Path) -> String {
    let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    next::create_policy(&format!("serverless-app-{stage}-{name}"), file)
}
