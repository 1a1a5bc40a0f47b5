//! What lies on this machine: the manifest and the workflows.

#![expect(clippy::disallowed_methods, reason = "it reads the workflows")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{App, Findings, workflow};
use crate::cli;
use crate::commands::init::workflows;
use crate::commands::setup;
use crate::github::checkout;
use crate::name::Stage;
use crate::planning::Project;

const WRITE: &str = "serverless-app bootstrap --format workflows --out .github/workflows";

/// True where there is no manifest to be read.
pub fn lacks_manifest(args: &cli::Doctor) -> bool {
    args.setup.manifest.try_exists().is_ok_and(|exists| !exists)
}

/// Whether the manifest is one to be deployed.
pub fn manifest(args: &cli::Doctor, app: &App, found: &mut Findings) {
    let stages: Vec<&str> = app.order.iter().map(|stage| stage.as_str()).collect();
    let name = app.projects.values().next().map(|project| project.owner.app.to_string()).unwrap_or_default();
    found.ok(args.setup.manifest.display().to_string(), format!("the app {name}, stages {}", stages.join(", ")));
    match setup::unbounded(&app.projects) {
        Some(_) if args.setup.without_permissions_boundary => {}
        Some(stage) => found.missing(
            "permissions boundary",
            format!("the app's roles have no permissions boundary at the stage {stage}"),
            "add `permissions_boundary = \"bootstrap\"` to [app]",
        ),
        None => found.ok("permissions boundary", "the manifest names one for the app's roles"),
    }
    if app.projects.values().any(|project| !project.source.declares_stages) {
        let says = "the manifest declares none, so a misspelt one creates another app";
        found.missing("stages", says, format!("add [stage.{}]", stages.first().unwrap_or(&cli::STAGE)));
    }
}

/// Looks at the workflows; gives the variables that they read.
pub async fn workflows(
    args: &cli::Doctor,
    order: &[Stage],
    app: Option<&App>,
    found: &mut Findings,
) -> BTreeSet<String> {
    let has_builds = app.is_some_and(|app| app.projects.values().any(Project::has_builds));
    let parent = setup::folder(&args.setup);
    // GitHub looks for them at the top of the checkout.
    let folder = checkout::top(parent).unwrap_or_else(|_| parent.to_owned()).join(".github/workflows");
    let branch = match &args.setup.default_branch {
        Some(branch) => Some(branch.0.clone()),
        None => checkout::default_branch(parent).await,
    };
    let (mut read, mut used) = (BTreeSet::new(), BTreeSet::new());
    for path in files(&folder) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                found.not_seen(
                    name,
                    format!("it cannot be read: {error}"),
                    "check its permissions, and that it is UTF-8",
                );
                continue;
            }
        };
        let Some(problems) = workflow::problems(&text, branch.as_deref(), has_builds) else { continue };
        read.extend(variables(&text));
        if problems.is_empty() {
            found.ok(&name, format!("release, permissions and roles are those of {}", workflow::RELEASE));
        }
        problems.into_iter().for_each(|(says, advice)| found.wrong(&name, says, advice));
        used.insert(name);
    }
    lacking(&folder, order, &used, found);
    read
}

/// The workflows that `init` writes and that are not there.
fn lacking(folder: &Path, order: &[Stage], used: &BTreeSet<String>, found: &mut Findings) {
    if used.is_empty() {
        return found.missing("workflows", format!("none in {} uses the action", folder.display()), WRITE);
    }
    // For more stages they are their author's own, and have other names.
    let names = workflows::ONE_STAGE.map(|(path, _)| path.rsplit('/').next().unwrap_or(path));
    for name in names.into_iter().filter(|name| order.len() <= 2 && !used.contains(*name)) {
        found.missing(name, "there is no such workflow", WRITE);
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_yaml = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml");
    let mut files: Vec<PathBuf> = entries.filter(is_yaml).collect();
    files.sort();
    files
}

/// The names behind `vars.` that are this project's.
fn variables(text: &str) -> BTreeSet<String> {
    let name = |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    text.split("vars.").skip(1).map(name).filter(|name| name.starts_with("SERVERLESS_APP_")).collect()
}
