//! `pylock.toml`: the standard's lock (PEP 751), of one wheel a package, for one runtime on one architecture.
//!
//! What the standard has no place for (Lambda's name of the runtime, what the lock was made from) is in the table
//! `tool.serverless-app`. The wheels of another tool's file of this form are chosen from by [`choose`].

use super::super::folder::PYLOCK;
use super::super::index::{last_part, shown};
use super::super::runtime::Target;
use super::super::wheel::{Tags, normalized};
use super::{Lock, Locked, PackageError, Requirement, TITLE, is_digest, is_plain};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use toml::Spanned;
use url::Url;

/// What of the file counts here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct File {
    lock_version: Spanned<String>,
    #[serde(default)]
    packages: Vec<Package>,
    tool: Option<Tool>,
}

#[derive(Debug, Deserialize)]
struct Tool {
    #[serde(rename = "serverless-app")]
    ours: Option<Ours>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ours {
    runtime: String,
    architecture: String,
    requirements: String,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: Spanned<String>,
    version: Option<String>,
    index: Option<String>,
    #[serde(default)]
    wheels: Vec<PackageWheel>,
}

#[derive(Debug, Deserialize)]
struct PackageWheel {
    name: Option<String>,
    url: Option<String>,
    size: Option<u64>,
    hashes: BTreeMap<String, String>,
}

/// A line of the file, and what is wrong there.
type Wrong = (Range<usize>, String);

pub(in super::super) fn parse(folder: &str, bytes: &[u8]) -> Result<Lock, PackageError> {
    let invalid = |line: usize, reason: String| PackageError::LockInvalid {
        folder: folder.to_owned(),
        file: PYLOCK,
        line,
        reason,
    };
    let text = std::str::from_utf8(bytes).map_err(|_| invalid(1, "it is not UTF-8".to_owned()))?;
    let at = |at: usize| 1 + text.get(..at).map_or(0, |before| before.matches('\n').count());
    let file: File = toml::from_str(text).map_err(|error| {
        invalid(at(error.span().map_or(0, |span| span.start)), error.message().trim().replace('\n', "; "))
    })?;
    checked(file).map_err(|(span, reason)| invalid(at(span.start), reason))
}

fn checked(file: File) -> Result<Lock, Wrong> {
    if !matches!(file.lock_version.get_ref().as_str(), "1.0") {
        return Err((file.lock_version.span(), "its version is not 1.0".to_owned()));
    }
    let ours = file.tool.and_then(|tool| tool.ours).ok_or_else(|| {
        (0..0, "the table `tool.serverless-app`, which says what it was made for, is missing".to_owned())
    })?;
    let mut wheels: Vec<Locked> = Vec::new();
    for package in file.packages {
        let span = package.name.span();
        let locked = package.locked().map_err(|reason| (span.clone(), reason))?;
        if wheels.last().is_some_and(|last| last.requirement.name >= locked.requirement.name) {
            return Err((span, "the packages are not in order, or one appears twice".to_owned()));
        }
        wheels.push(locked);
    }
    Ok(Lock { runtime: ours.runtime, architecture: ours.architecture, digest: ours.requirements, wheels })
}

impl Package {
    /// Its only wheel.
    fn locked(self) -> Result<Locked, String> {
        let (name, version) = (self.name.into_inner(), self.version.unwrap_or_default());
        if !is_plain(&name) || normalized(&name) != name || !is_plain(&version) {
            return Err("this is not a package's name and version".to_owned());
        }
        let count = self.wheels.len();
        let mut wheels = self.wheels.into_iter();
        match (wheels.next(), count) {
            (Some(wheel), 1) => wheel.locked(name, version, self.index),
            _ => Err(format!("{name} should have one wheel, and has {count}")),
        }
    }

    /// Of the wheels that another tool lists, the best for a target; `None` if none runs there.
    fn best(self, target: Target) -> Result<Option<Locked>, String> {
        let (name, version) = (normalized(self.name.get_ref()), self.version.clone().unwrap_or_default());
        let ranked = self.wheels.into_iter().filter_map(|wheel| {
            let file_name = wheel.file_name()?;
            let rank = Tags::parse(&file_name)?.rank(target)?;
            Some((rank, file_name, wheel))
        });
        let best = ranked.min_by(|(one, name, _), (other, than, _)| one.cmp(other).then_with(|| name.cmp(than)));
        best.map(|(_, _, wheel)| wheel.locked(name, version, self.index)).transpose()
    }
}

impl PackageWheel {
    fn file_name(&self) -> Option<String> {
        self.name.clone().or_else(|| last_part(&Url::parse(self.url.as_deref()?).ok()?))
    }

    fn locked(mut self, name: String, version: String, index: Option<String>) -> Result<Locked, String> {
        let file_name = self.file_name();
        let is_wheel = file_name.as_deref().is_some_and(|file| Tags::parse(file).is_some());
        if !is_wheel {
            return Err(format!("the wheel of {name} has no file name"));
        }
        let sha256 = self.hashes.remove("sha256").filter(|hex| is_digest(hex));
        let sha256 = sha256.ok_or_else(|| format!("the wheel of {name} has no SHA-256 of 64 hex digits"))?;
        let url = self.url.as_deref().map(Url::parse).transpose();
        let url = url.map_err(|error| format!("the address of {name} is not valid: {error}"))?;
        if url.as_ref().is_some_and(|url| !matches!(url.scheme(), "http" | "https")) {
            return Err(format!("the address of {name} is neither http nor https"));
        }
        if url.as_ref().is_some_and(|url| !url.username().is_empty() || url.password().is_some()) {
            return Err(format!("the address of {name} contains a credential; remove it, and give it in netrc"));
        }
        let requirement = Requirement { name, version, sha256 };
        Ok(Locked { requirement, file_name, url, size: self.size, index, file: PYLOCK })
    }
}

/// Of a lock as uv prints it, the best wheel of each package for a target. `index` is where all of them come from, if that is
/// known. A package without a wheel that runs there is the error, by name and version.
pub(in super::super) fn choose(text: &str, target: Target, index: Option<&str>) -> Result<Vec<Locked>, String> {
    let file: File = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let mut wheels = Vec::new();
    for package in file.packages {
        let what = format!("{}=={}", package.name.get_ref(), package.version.as_deref().unwrap_or("?"));
        let mut locked = package.best(target)?.ok_or(what)?;
        let from = locked.index.take().or_else(|| index.map(str::to_owned));
        locked.index = from.and_then(|from| Some(shown(&Url::parse(&from).ok()?).trim_end_matches('/').to_owned()));
        locked.url = locked.url.as_ref().and_then(|url| Url::parse(&shown(url)).ok());
        wheels.push(locked);
    }
    Ok(wheels)
}

impl Lock {
    /// As it is written.
    pub(in super::super) fn to_text(&self, target: Target) -> String {
        let mut text = format!("{TITLE}\nlock-version = \"1.0\"\nenvironments = [{}]\n", quoted(&target.environment()));
        let requires = quoted(&target.requires_python());
        // Writing to a String cannot fail.
        let _ = write!(text, "requires-python = {requires}\ncreated-by = \"serverless-app\"\n");
        for Locked { requirement, file_name, url, size, index, .. } in &self.wheels {
            let Requirement { name, version, sha256 } = requirement;
            let _ = write!(text, "\n[[packages]]\nname = {}\nversion = {}\n", quoted(name), quoted(version));
            if let Some(index) = index {
                let _ = writeln!(text, "index = {}", quoted(index));
            }
            let mut fields = Vec::new();
            fields.extend(file_name.as_ref().map(|name| format!("name = {}", quoted(name))));
            fields.extend(url.as_ref().map(|url| format!("url = {}", quoted(url.as_str()))));
            fields.extend(size.map(|size| format!("size = {size}")));
            fields.push(format!("hashes = {{ sha256 = {} }}", quoted(sha256)));
            let _ = write!(text, "wheels = [\n    {{ {} }},\n]\n", fields.join(", "));
        }
        let (runtime, architecture) = (quoted(&self.runtime), quoted(&self.architecture));
        let _ = write!(
            text,
            "\n[tool.serverless-app]\nruntime = {runtime}\narchitecture = {architecture}\nrequirements = {}\n",
            quoted(&self.digest)
        );
        text
    }
}

/// A string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
