//! The code that a plan changes: what is shown beside the plan, function by function. Functions that share a zip are
//! one.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt, TryStreamExt};

use crate::aws::lambda;
use crate::error::Error;
use crate::kind::Kind;
use crate::manifest::Problems;
use crate::name::Name;
use crate::package::{self, Beside, CodeChange, FunctionSource, Listed, Package};
use crate::plan::{Blob, Change, Plan, Shown};
use crate::planning::{LivePlan, Project};

/// Where a function's state holds the digest of its code.
const DIGEST: &str = "CodeSha256";
/// So many functions are compared at a time: each has all its files in memory twice.
const AT_ONCE: usize = 4;

/// The functions of the base branch, each with what its zip was made from.
pub type BaseCode = BTreeMap<Name, BaseFunction>;

/// A function of the base branch.
#[derive(Debug)]
pub struct BaseFunction {
    /// What its zip is made from.
    source: FunctionSource,
    /// Its zip; `None` where nobody has built it.
    package: Option<Package>,
}

/// The functions of a project, each with its package, but for those that nobody has built.
pub fn of(project: &Project, packages: BTreeMap<Name, Package>, unbuilt: &BTreeSet<Name>) -> BaseCode {
    let functions = &project.source.manifest.function;
    let packaged = packages.into_iter().filter_map(|(name, package)| {
        let source = functions.get(&name)?.package_source(&project.root);
        let package = Some(package).filter(|_| !unbuilt.contains(&name));
        Some((name, BaseFunction { source, package }))
    });
    packaged.collect()
}

/// What can be said of a plan's code without anything to compare it with: sizes and packages.
pub fn alone(plan: &Plan) -> Vec<CodeChange> {
    let nothing = BaseCode::new();
    groups(plan, &nothing).into_iter().map(|group| group.told(Beside::Nothing, Listed::default())).collect()
}

/// A plan's code beside the base branch's, file by file.
pub async fn beside(project: &Project, live: &LivePlan, base: &BaseCode) -> Result<Vec<CodeChange>, Error> {
    let compared = groups(&live.plan, base).into_iter().map(async |group| compare(project, group).await);
    stream::iter(compared).buffered(AT_ONCE).try_collect().await
}

async fn compare(project: &Project, group: Group<'_>) -> Result<CodeChange, Error> {
    let size = |package: &Package| package.zip.size();
    let beside = match group.base.map(|base| base.package.as_ref()) {
        None => Beside::New,
        Some(None) => Beside::Nothing,
        Some(Some(package)) => Beside::Base { size: size(package), is_live: group.is_live },
    };
    let Some((name, function)) =
        group.functions.first().and_then(|name| project.source.manifest.function.get_key_value(*name))
    else {
        return Ok(group.told(beside, Listed::default()));
    };
    let (old, new) = (group.base.map(|base| base.source.clone()), function.package_source(&project.root));
    // What a build has made are no files that anybody has written.
    if [old.as_ref(), Some(&new)].into_iter().flatten().any(|source| source.build.is_some()) {
        return Ok(group.told(beside, Listed::default()));
    }
    let files = tokio::task::spawn_blocking(move || package::changed_files(old.as_ref(), &new)).await;
    let files = files.map_err(|error| Error::Internal(format!("comparing code was interrupted: {error}")))?;
    let files = files.map_err(|error| Error::Package(Problems(vec![project.unpackaged(name, &error)])))?;
    Ok(group.told(beside, files))
}

/// Functions whose code is the same after the plan, is the same in the base branch, and is live alike.
struct Group<'a> {
    functions: Vec<&'a Name>,
    blob: &'a Blob,
    base: Option<&'a BaseFunction>,
    /// True if what is live is the base branch's; `None` where nothing is live, or the base branch has no such
    /// function.
    is_live: Option<bool>,
}

impl Group<'_> {
    fn told(&self, beside: Beside, files: Listed<package::FileChange>) -> CodeChange {
        let old = self.base.and_then(|base| base.package.as_ref()).map_or(&[][..], |package| &package.requirements[..]);
        CodeChange {
            functions: self.functions.iter().copied().cloned().collect(),
            size: self.blob.size,
            beside,
            files,
            packages: package::changed_packages(old, &self.blob.packages),
        }
    }
}

/// The functions whose code a plan changes, by their names.
fn groups<'a>(plan: &'a Plan, base: &'a BaseCode) -> Vec<Group<'a>> {
    let mut found: BTreeMap<_, Group<'a>> = BTreeMap::new();
    for (digest, change, blob, live) in plan.changes.iter().filter_map(|change| code(plan, change)) {
        let base = base.get(&change.address.name);
        let package = base.and_then(|base| base.package.as_ref());
        let is_live = package.and_then(|package| Some(package.code_sha256() == live?));
        let key = (digest, base.is_some(), package.map(|package| package.sha256.as_str()), is_live);
        let group = found.entry(key).or_insert(Group { functions: Vec::new(), blob, base, is_live });
        group.functions.push(&change.address.name);
    }
    let mut groups: Vec<Group> = found.into_values().collect();
    groups.iter_mut().for_each(|group| group.functions.sort());
    groups.sort_by(|one, other| one.functions.cmp(&other.functions));
    groups
}

/// The code that a change brings a function: its zip's digest and the zip, and Lambda's `CodeSha256` of what is live.
fn code<'a>(plan: &'a Plan, change: &'a Change) -> Option<(String, &'a Change, &'a Blob, Option<&'a str>)> {
    if change.address.kind != Kind::Function {
        return None;
    }
    let diff = change.diff.iter().find(|diff| diff.path == DIGEST)?;
    let digest = lambda::Blob::of_code(text(&diff.new)?).digest.hex();
    let blob = plan.blobs.get(&digest)?;
    Some((digest, change, blob, text(&diff.old)))
}

fn text(shown: &Shown) -> Option<&str> {
    match shown {
        Shown::Value(value) => value.as_str(),
        Shown::Absent | Shown::Hidden => None,
    }
}
