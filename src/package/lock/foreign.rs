//! Other tools' locks, taken as they are where a folder has no requirements.txt: uv's `uv.lock`, and poetry's `poetry.lock`.
//!
//! Both lock for many machines at a time: what counts here is what the project itself needs on the target, without extras and
//! groups, and of each package the wheel that fits best. Whether such a lock is up to date its own tool says
//! (`uv lock --check`, `poetry check --lock`).

use super::super::index::last_part;
use super::super::marker::{admits, holds};
use super::super::runtime::Target;
use super::super::wheel::{Tags, normalized};
use super::{Locked, Requirement, is_digest, is_plain};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

pub(super) const UV: &str = "uv.lock";
pub(super) const POETRY: &str = "poetry.lock";

/// The longest marker that is looked at, in bytes.
const MARKER: usize = 4096;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct UvLock {
    version: u64,
    #[serde(default)]
    requires_python: String,
    #[serde(default)]
    package: Vec<UvPackage>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct UvPackage {
    name: String,
    version: Option<String>,
    #[serde(default)]
    source: BTreeMap<String, toml::Value>,
    #[serde(default)]
    dependencies: Vec<UvDependency>,
    #[serde(default)]
    optional_dependencies: BTreeMap<String, Vec<UvDependency>>,
    #[serde(default)]
    wheels: Vec<UvWheel>,
}

#[derive(Debug, Deserialize)]
struct UvDependency {
    name: String,
    version: Option<String>,
    marker: Option<String>,
    #[serde(default)]
    extra: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct UvWheel {
    url: Option<String>,
    hash: Option<String>,
    size: Option<u64>,
}

/// What `uv.lock` locks for a target; the error says what it lacks.
pub(super) fn uv(text: &str, target: Target) -> Result<Vec<Locked>, String> {
    let lock: UvLock = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    if lock.version != 1 {
        return Err(format!("its version is {}, but only 1 can be read", lock.version));
    }
    check_python(&lock.requires_python, target)?;
    let is_root = |package: &&UvPackage| {
        let path = ["virtual", "editable", "directory"].iter().find_map(|kind| package.source.get(*kind));
        path.and_then(toml::Value::as_str) == Some(".")
    };
    let root = lock.package.iter().find(is_root).ok_or("the project itself is not in it")?;
    let mut found: BTreeMap<&str, &UvPackage> = BTreeMap::new();
    let mut seen: BTreeSet<(usize, &str)> = BTreeSet::new();
    let mut next: Vec<&UvDependency> = root.dependencies.iter().collect();
    while let Some(dependency) = next.pop() {
        if !applies(dependency.marker.as_deref(), target)? {
            continue;
        }
        let is = |package: &&UvPackage| {
            package.name == dependency.name && (dependency.version.is_none() || dependency.version == package.version)
        };
        let number = lock.package.iter().position(|package| is(&package));
        let number = number.ok_or_else(|| format!("{} is not in it", dependency.name))?;
        let package = &lock.package[number];
        if let Some(other) = found.insert(&package.name, package).filter(|other| other.version != package.version) {
            return Err(format!("two versions of {} are for this runtime", other.name));
        }
        if seen.insert((number, "")) {
            next.extend(&package.dependencies);
        }
        for extra in dependency.extra.iter().filter(|extra| seen.insert((number, extra.as_str()))) {
            next.extend(package.optional_dependencies.get(extra).into_iter().flatten());
        }
    }
    found.into_values().filter(|package| !is_root(package)).map(|package| package.locked(target)).collect()
}

impl UvPackage {
    fn locked(&self, target: Target) -> Result<Locked, String> {
        let index = self.source.get("registry").and_then(toml::Value::as_str);
        let index =
            index.ok_or_else(|| format!("{} is not from an index, and has no address to fetch it from", self.name))?;
        let file = |wheel: &UvWheel| last_part(&Url::parse(wheel.url.as_deref()?).ok()?);
        let wheel = best(&self.wheels, file, target).ok_or_else(|| format!("{} has no wheel for it", self.name))?;
        let url = wheel.url.as_deref().and_then(|url| Url::parse(url).ok());
        let url = url.filter(|url| url.username().is_empty() && url.password().is_none());
        let url = url.ok_or_else(|| format!("the address of {} contains a credential", self.name))?;
        let version = self.version.clone().unwrap_or_default();
        let requirement = requirement(&self.name, version, wheel.hash.as_deref())?;
        let index = Some(index.trim_end_matches('/').to_owned());
        Ok(Locked { requirement, file_name: file(wheel), url: Some(url), size: wheel.size, index, file: UV })
    }
}

#[derive(Debug, Deserialize)]
struct PoetryLock {
    #[serde(default)]
    package: Vec<PoetryPackage>,
    metadata: PoetryMetadata,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct PoetryMetadata {
    #[serde(default)]
    python_versions: String,
}

#[derive(Debug, Deserialize)]
struct PoetryPackage {
    name: String,
    version: String,
    #[serde(default)]
    optional: bool,
    groups: Option<Vec<String>>,
    markers: Option<PoetryMarkers>,
    source: Option<PoetrySource>,
    #[serde(default)]
    files: Vec<PoetryFile>,
}

/// One for all groups, or one for each.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum PoetryMarkers {
    All(String),
    Each(BTreeMap<String, String>),
}

#[derive(Debug, Deserialize)]
struct PoetrySource {
    #[serde(default, rename = "type")]
    kind: String,
}

#[derive(Debug, Deserialize)]
struct PoetryFile {
    file: String,
    hash: String,
}

/// What `poetry.lock` locks for a target; the error says what it lacks. It has no addresses: each wheel is looked for on the
/// index by its hash.
pub(super) fn poetry(text: &str, target: Target) -> Result<Vec<Locked>, String> {
    let lock: PoetryLock = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    check_python(&lock.metadata.python_versions, target)?;
    let mut locked: BTreeMap<String, Locked> = BTreeMap::new();
    for package in lock.package.iter().filter(|package| !package.optional) {
        let groups = package.groups.as_ref();
        let groups =
            groups.ok_or("it does not say which group a package belongs to; write it with poetry 2 or later")?;
        let marker = match &package.markers {
            Some(PoetryMarkers::All(marker)) => Some(marker.as_str()),
            Some(PoetryMarkers::Each(markers)) => markers.get("main").map(String::as_str),
            None => None,
        };
        if !groups.iter().any(|group| group == "main") || !applies(marker, target)? {
            continue;
        }
        let one = package.locked(target)?;
        if locked.insert(one.requirement.name.clone(), one).is_some() {
            return Err(format!("two versions of {} are for this runtime", package.name));
        }
    }
    Ok(locked.into_values().collect())
}

impl PoetryPackage {
    fn locked(&self, target: Target) -> Result<Locked, String> {
        if self.source.as_ref().is_some_and(|source| !matches!(source.kind.as_str(), "" | "legacy")) {
            return Err(format!("{} is not from an index", self.name));
        }
        let best = best(&self.files, |file| Some(file.file.clone()), target);
        let best = best.ok_or_else(|| format!("{} has no wheel for it", self.name))?;
        let requirement = requirement(&normalized(&self.name), self.version.clone(), Some(&best.hash))?;
        let file_name = Some(best.file.clone());
        Ok(Locked { requirement, file_name, url: None, size: None, index: None, file: POETRY })
    }
}

fn requirement(name: &str, version: String, hash: Option<&str>) -> Result<Requirement, String> {
    let sha256 = hash.and_then(|hash| hash.strip_prefix("sha256:")).filter(|hex| is_digest(hex));
    let sha256 = sha256.ok_or_else(|| format!("{name} has no SHA-256"))?.to_owned();
    if !is_plain(name) || !is_plain(&version) {
        return Err(format!("{} is not a package's name and version", name.escape_debug()));
    }
    Ok(Requirement { name: name.to_owned(), version, sha256 })
}

fn best<T>(wheels: &[T], file: impl Fn(&T) -> Option<String>, target: Target) -> Option<&T> {
    let ranked = wheels.iter().filter_map(|wheel| {
        let name = file(wheel)?;
        let rank = Tags::parse(&name)?.rank(target)?;
        Some((rank, name, wheel))
    });
    ranked
        .min_by(|(one, name, _), (other, than, _)| one.cmp(other).then_with(|| name.cmp(than)))
        .map(|(.., wheel)| wheel)
}

fn applies(marker: Option<&str>, target: Target) -> Result<bool, String> {
    let Some(marker) = marker else { return Ok(true) };
    let holds = if marker.len() > MARKER { None } else { holds(marker, target) };
    holds.ok_or_else(|| format!("the marker `{}` is not understood", marker.escape_debug()))
}

fn check_python(specifier: &str, target: Target) -> Result<(), String> {
    match admits(specifier.trim_matches('*'), target) {
        Some(true) => Ok(()),
        Some(false) => Err(format!("it is for Python {specifier}, which the function's runtime is not")),
        None => Err(format!("its Python version `{}` is not understood", specifier.escape_debug())),
    }
}

#[cfg(test)]
mod tests;
