//! The base branch beside the plan: what a change comes from, and whether it may be.

#![expect(clippy::disallowed_methods, reason = "it reads the base branch's manifest")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::aws::Wanted;
use crate::cli;
use crate::commands::fresh::Fresh;
use crate::commands::project::Project;
use crate::error::Error;
use crate::github::runner::print::say;
use crate::manifest::lower::Sources;
use crate::manifest::{Deny, read};
use crate::name::Address;
use crate::plan::Change;
use crate::render::Origin;

/// Adds to the plan's facts where each change comes from, and which ones the base branch denies. Without `--base`
/// nothing is told of origins, and the manifest's own `[deny]` holds.
pub async fn compare(project: &Project, args: &cli::Plan, fresh: &mut Fresh) -> Result<(), Error> {
    let own = &project.source.manifest.deny;
    let Some(folder) = &args.base else {
        fresh.extra.denied = denied(own, &fresh.plan.changes);
        return Ok(());
    };
    let Some(manifest) = manifest(folder, &args.project.manifest)? else {
        // The branch has no app yet: everything comes from here, and there is nobody to deny it.
        say(format_args!("{} has no {}: nothing is denied.", folder.display(), args.project.manifest.display()));
        let all = fresh.plan.changes.iter().map(|change| (change.address.clone(), Origin::PullRequest));
        fresh.extra.origins = all.collect();
        return Ok(());
    };
    let text = std::fs::read_to_string(&manifest).map_err(|error| Error::Io { path: manifest.clone(), error })?;
    let deny = read::deny(&manifest.display().to_string(), &text, &args.project.stage)?;
    fresh.extra.denied = denied(&deny, &fresh.plan.changes);
    match wanted(cli::Project { manifest, stage: args.project.stage.clone() }, fresh).await {
        Ok(wanted) => {
            let origin = |change: &Change| (change.address.clone(), origin(&change.address, &wanted, &fresh.wanted));
            fresh.extra.origins = fresh.plan.changes.iter().map(origin).collect();
        }
        // A pull request may be what mends the base branch, or brings this stage.
        Err(why) => {
            say(format_args!("What comes from drift cannot be told, since the base branch cannot be planned: {why}"))
        }
    }
    Ok(())
}

/// What the base branch wants, at the same site and with what was found out there.
async fn wanted(base: cli::Project, fresh: &Fresh) -> Result<BTreeMap<Address, Wanted>, Error> {
    let base = Project::open(&base)?;
    let found = Sources { packages: BTreeMap::new(), files: BTreeMap::new(), ..fresh.sources.clone() };
    let sources = base.sources().await?;
    let sources = Sources { packages: sources.packages, files: sources.files, ..found };
    Ok(base.lower(&fresh.plan.site, &sources)?.wanted)
}

/// Where the base branch keeps its manifest; `None` if it has none yet. A folder that cannot be the base branch is
/// refused: taken for a branch without an app, it would deny nothing.
fn manifest(folder: &Path, own: &Path) -> Result<Option<PathBuf>, Error> {
    if own.is_absolute() {
        let own = own.display();
        return Err(Error::Usage(format!("with --base, --manifest is relative, and the same in both; {own} is not")));
    }
    if !folder.is_dir() {
        return Err(Error::Usage(format!(
            "--base: {} is no folder; check out the base branch there",
            folder.display()
        )));
    }
    let path = folder.join(own);
    match path.try_exists() {
        Ok(exists) => Ok(exists.then_some(path)),
        Err(error) => Err(Error::Io { path, error }),
    }
}

/// What both branches want alike differs from live state because live state has moved.
fn origin(address: &Address, base: &BTreeMap<Address, Wanted>, head: &BTreeMap<Address, Wanted>) -> Origin {
    let state = |wanted: &BTreeMap<Address, Wanted>| wanted.get(address).map(|wanted| wanted.state.clone());
    if state(base) == state(head) { Origin::Drift } else { Origin::PullRequest }
}

/// The changes that rules forbid.
pub fn denied(deny: &Deny, changes: &[Change]) -> Vec<Address> {
    let denied = changes.iter().filter(|change| deny.forbids(change.action, change.address.kind));
    denied.map(|change| change.address.clone()).collect()
}
