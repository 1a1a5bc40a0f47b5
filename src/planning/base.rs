//! The base branch compared with the plan: where a change comes from, and whether it is allowed.

#![expect(clippy::disallowed_methods, reason = "it reads the base branch's manifest")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::aws::lambda::layer_of;
use crate::aws::{State, Wanted};
use crate::error::Error;
use crate::kind::Kind;
use crate::manifest::lower::Sources;
use crate::manifest::names::Called;
use crate::manifest::read;
use crate::name::Address;
use crate::package::Cache;
use crate::plan::Change;
use crate::planning::code::{self, BaseCode};
use crate::planning::deny::denied;
use crate::planning::{LivePlan, Project};
use crate::render::Origin;

/// Adds to the plan's facts where each change comes from, and which ones the base branch, checked out in `folder`,
/// denies. Without a folder, origins stay unknown, and the manifest's own `[deny]` holds. Returns what people should
/// know about the comparison.
pub async fn compare(
    project: &Project,
    cache: &Cache,
    folder: Option<&Path>,
    live: &mut LivePlan,
) -> Result<Option<String>, Error> {
    live.extra.code = code::alone(&live.plan);
    let Some(folder) = folder else {
        live.extra.denied = denied(&project.source.manifest.deny, &live.plan);
        return Ok(None);
    };
    let Some(manifest) = manifest(folder, &project.path)? else {
        // The branch has no app yet: everything comes from here, and there is nobody to deny it.
        live.extra.code = code::beside(project, live, &BaseCode::new()).await?;
        let all = live.plan.changes.iter().map(|change| (change.address.clone(), Origin::PullRequest));
        live.extra.origins = all.collect();
        return Ok(Some(format!("{} has no {}: nothing is denied.", folder.display(), project.path.display())));
    };
    let text = std::fs::read_to_string(&manifest).map_err(|error| Error::Io { path: manifest.clone(), error })?;
    let deny = read::deny(&manifest.display().to_string(), &text, &project.owner.stage)?;
    live.extra.denied = denied(&deny, &live.plan);
    match wanted(project, cache, &manifest, live).await {
        Ok((wanted, base)) => {
            live.extra.code = code::beside(project, live, &base).await?;
            let origin = |change: &Change| (change.address.clone(), origin(&change.address, &wanted, &live.wanted));
            live.extra.origins = live.plan.changes.iter().map(origin).collect();
            Ok(None)
        }
        // A pull request may be what mends the base branch, or brings this stage.
        Err(why) => {
            Ok(Some(format!("What comes from drift is not known, because the base branch cannot be planned: {why}")))
        }
    }
}

/// What the base branch's manifest calls by a `name`; nothing without a folder, or where there is no manifest yet.
pub fn called(project: &Project, folder: Option<&Path>) -> Result<Called, Error> {
    let manifest = folder.map(|folder| manifest(folder, &project.path)).transpose()?.flatten();
    let Some(path) = manifest else { return Ok(Called::new()) };
    let text = std::fs::read_to_string(&path).map_err(|error| Error::Io { path: path.clone(), error })?;
    Ok(read::called(&path.display().to_string(), &text, &project.owner))
}

/// What the base branch asks for, at the same site and with what was found out there; and the code of its functions.
async fn wanted(
    project: &Project,
    cache: &Cache,
    manifest: &Path,
    live: &LivePlan,
) -> Result<(BTreeMap<Address, Wanted>, BaseCode), Error> {
    let mut base = Project::open(manifest, &project.owner.stage)?;
    // Of its builds only those are there that are of the same source.
    base.built = project.built.as_far();
    let found = live.sources.clone();
    let Sources { packages, unpackaged, layers, unpacked, files, folders, built, unbuilt, .. } =
        base.sources(cache).await?;
    let sources = Sources { packages, unpackaged, layers, unpacked, files, folders, built, unbuilt, ..found };
    let wanted = base.lower(&live.plan.site, &sources)?.wanted;
    Ok((wanted, code::of(&base, sources.packages, &sources.unbuilt)))
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
            "--base: {} is not a folder; check out the base branch there",
            folder.display()
        )));
    }
    let path = folder.join(own);
    match path.try_exists() {
        Ok(exists) => Ok(exists.then_some(path)),
        Err(error) => Err(Error::Io { path, error }),
    }
}

/// What both branches want alike differs from live state because live state has moved. A version of a layer is none
/// that either wants once another content is wanted, and which one the base branch wants is not known where its build
/// is not there: so of a layer all that is wanted is compared.
fn origin(address: &Address, base: &BTreeMap<Address, Wanted>, head: &BTreeMap<Address, Wanted>) -> Origin {
    let is_alike = match address.kind {
        Kind::LayerVersion => versions(address, base) == versions(address, head),
        _ => state(address, base) == state(address, head),
    };
    if is_alike { Origin::Drift } else { Origin::PullRequest }
}

fn state<'w>(address: &Address, wanted: &'w BTreeMap<Address, Wanted>) -> Option<&'w State> {
    wanted.get(address).map(|wanted| &wanted.state)
}

/// Of the layer of a version what is wanted.
fn versions<'w>(version: &Address, wanted: &'w BTreeMap<Address, Wanted>) -> Vec<(&'w Address, &'w State)> {
    let layer = layer_of(version.name.as_str());
    let is_of_it = |other: &Address| other.kind == Kind::LayerVersion && layer_of(other.name.as_str()) == layer;
    let all = wanted.iter().filter(|(other, _)| is_of_it(other));
    all.map(|(address, wanted)| (address, &wanted.state)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::lambda::LayerVersion;
    use crate::aws::test_support::test_id;

    fn address(layer: &str, content: &str) -> Address {
        let version = LayerVersion { code_sha256: content.into(), ..LayerVersion::default() };
        Address::new(Kind::LayerVersion, version.name(layer).parse().expect("a name"))
    }

    fn wanted(versions: &[(&str, &str)]) -> BTreeMap<Address, Wanted> {
        let versions = versions.iter().map(|(layer, content)| {
            let address = address(layer, content);
            let id = test_id(Kind::LayerVersion, &format!("shop--test-{}", address.name));
            let state = LayerVersion { code_sha256: (*content).into(), ..LayerVersion::default() }.into();
            (address, Wanted { id, state, needs: [].into(), adopt: false, named: false })
        });
        versions.collect()
    }

    #[test]
    fn the_version_that_a_layer_had_goes_for_the_pull_request_where_that_makes_another() {
        // What the base branch would build is not known: live is the version of "built".
        let (base, head) = (wanted(&[("a", "inputs"), ("b", "same")]), wanted(&[("a", "edited"), ("b", "same")]));
        for content in ["built", "edited", "inputs"] {
            assert_eq!(origin(&address("a", content), &base, &head), Origin::PullRequest, "{content}");
            assert_eq!(origin(&address("a", content), &base, &base), Origin::Drift, "{content}");
            assert_eq!(origin(&address("b", content), &base, &head), Origin::Drift, "of another layer: {content}");
        }
        let later: Address = format!("{}-v9", address("a", "built")).parse().expect("an address");
        assert_eq!(origin(&later, &base, &head), Origin::PullRequest);
        let gone = wanted(&[("b", "same")]);
        assert_eq!(origin(&address("a", "built"), &base, &gone), Origin::PullRequest, "the layer goes");
    }
}
