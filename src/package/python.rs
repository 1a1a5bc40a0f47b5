//! What Python functions have beyond their folder: locked wheels, and a handler that must be there.

#![expect(clippy::disallowed_methods, reason = "it makes a virtual environment")]

use super::cache::{Cache, wheels_in};
use super::files::Files;
use super::folder::{Folder, REQUIREMENTS};
use super::lock::{self, Lock};
use super::pip::{Job, Pip};
use super::runtime::Target;
use super::wheel::{Tags, Wheel};
use super::{FunctionSource, PackageError, Requirement};
use std::collections::BTreeSet;
use std::fs;

/// Adds the wheels that the folder's lock names. pip runs only for those that the cache does not have.
pub(super) fn vendor(
    source: &FunctionSource,
    target: Target,
    folder: &Folder,
    cache: &Cache,
    into: &mut Files,
) -> Result<Vec<Requirement>, PackageError> {
    let Some(lock) = lock::read(source, folder)? else { return Ok(Vec::new()) };
    let mut missing = Vec::new();
    for requirement in &lock.requirements {
        match cache.get(&requirement.sha256)? {
            Some(wheel) => unpack(source, target, requirement, &wheel, into)?,
            None => missing.push(requirement.clone()),
        }
    }
    if !missing.is_empty() {
        fetch(job(source, target), &missing, cache)?;
    }
    for requirement in &missing {
        let wheel = cache.get(&requirement.sha256)?.ok_or_else(|| mismatch(source, requirement, "it was not found"))?;
        unpack(source, target, requirement, &wheel, into)?;
    }
    Ok(lock.requirements)
}

/// Resolves the folder's requirements; `None` if it has none to lock.
pub(super) fn resolve(
    source: &FunctionSource,
    target: Target,
    folder: &Folder,
    cache: &Cache,
) -> Result<Option<Lock>, PackageError> {
    let Some(text) = folder.read(REQUIREMENTS)? else { return Ok(None) };
    if !lock::has_requirements(&folder.name, &text)? {
        return Ok(Some(Lock::new(source, &text, Vec::new())));
    }
    let requirements = cache.exclusively(|| {
        let wheels = cache.scratch()?;
        Pip::set_up(cache)?.resolve(job(source, target), &folder.file(REQUIREMENTS), wheels.path())?;
        wheels_in(wheels.path())?.iter().map(|wheel| keep(wheel, cache)).collect::<Result<Vec<_>, _>>()
    })?;
    Ok(Some(Lock::new(source, &text, requirements)))
}

fn fetch(job: Job, missing: &[Requirement], cache: &Cache) -> Result<(), PackageError> {
    cache.exclusively(|| {
        // Somebody else may have fetched the same while this waited; then pip's own cache makes it short.
        let pip = Pip::set_up(cache)?;
        let scratch = cache.scratch()?;
        let (pinned, wheels) = (scratch.path().join("pinned.txt"), scratch.path().join("wheels"));
        fs::write(&pinned, lock::pinned(missing)).map_err(PackageError::io("write", &pinned))?;
        fs::create_dir(&wheels).map_err(PackageError::io("create", &wheels))?;
        pip.fetch(job, &pinned, &wheels)?;
        for wheel in wheels_in(&wheels)? {
            keep(&wheel, cache)?;
        }
        Ok(())
    })
}

/// Files a wheel in the cache and says what it is.
fn keep(wheel: &Wheel, cache: &Cache) -> Result<Requirement, PackageError> {
    let tags = Tags::parse(&wheel.file_name).ok_or_else(|| wheel.invalid("its name is no wheel's".to_owned()))?;
    let (name, version) = (tags.name(), tags.version.to_owned());
    Ok(Requirement { name, version, sha256: cache.put(wheel)? })
}

/// Unpacks a wheel of the right hash, if it also is what the lock calls it and runs on the target: both would be caught
/// by pip, which is not asked about a cached one.
fn unpack(
    source: &FunctionSource,
    target: Target,
    requirement: &Requirement,
    wheel: &Wheel,
    into: &mut Files,
) -> Result<(), PackageError> {
    let tags = Tags::parse(&wheel.file_name).ok_or_else(|| wheel.invalid("its name is no wheel's".to_owned()))?;
    if tags.name() != requirement.name || tags.version != requirement.version {
        return Err(mismatch(source, requirement, &format!("that hash is {}'s", wheel.file_name)));
    }
    if !tags.runs_on(target) {
        return Err(PackageError::NoWheel {
            folder: source.folder.clone(),
            what: format!("{}=={} of requirements.lock", requirement.name, requirement.version),
            runtime: source.runtime.clone(),
            architecture: source.architecture,
            lines: String::new(),
        });
    }
    wheel.unpack(into)
}

fn mismatch(source: &FunctionSource, requirement: &Requirement, why: &str) -> PackageError {
    let Requirement { name, version, sha256 } = requirement;
    let what = format!("{name}=={version} with the hash {sha256}: {why}");
    PackageError::HashMismatch { folder: source.folder.clone(), what }
}

fn job(source: &FunctionSource, target: Target) -> Job<'_> {
    Job { folder: &source.folder, runtime: &source.runtime, architecture: source.architecture, target }
}

/// Lambda imports what stands before the handler's last dot. A layer could hold it too, but then nothing here would know
/// what the function runs, so its file has to be in the zip.
pub(super) fn check_handler(source: &FunctionSource, files: &Files) -> Result<(), PackageError> {
    let missing = |expected: String| PackageError::HandlerMissing {
        handler: source.handler.clone(),
        expected,
        folder: source.folder.clone(),
    };
    let Some((module, function)) = source.handler.rsplit_once('.') else {
        return Err(missing(format!("{}.py", source.handler)));
    };
    let path = module.replace('.', "/");
    let names: BTreeSet<String> = [format!("{path}.py"), format!("{path}/__init__.py")].into();
    if !function.is_empty() && names.iter().any(|name| files.contains(name)) {
        return Ok(());
    }
    Err(missing(format!("{path}.py")))
}
