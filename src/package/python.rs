//! What Python functions have beyond their folder: locked wheels, and a handler that must be there.

use super::cache::Cache;
use super::files::{Content, File, Files};
use super::folder::{Folder, REQUIREMENTS};
use super::layer;
use super::lock::{self, Lock, Locked};
use super::runtime::Target;
use super::uv::Uv;
use super::wheel::{Tags, Wheel};
use super::{FunctionSource, PackageError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Adds the wheels that a lock names, which have been fetched.
pub(super) fn vendor(
    source: &FunctionSource,
    target: Target,
    lock: &Lock,
    fetched: &BTreeMap<String, Arc<Wheel>>,
    into: &mut Files,
) -> Result<(), PackageError> {
    for locked in &lock.wheels {
        let found = fetched.get(&locked.requirement.sha256);
        let wheel = found.ok_or_else(|| mismatch(source, locked, "it was not found"))?;
        unpack(source, target, locked, wheel, into)?;
    }
    Ok(())
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
    let uv = cache.exclusively(|| Uv::set_up(source, cache))?;
    let wheels = uv.resolve(source, target, &folder.file(REQUIREMENTS))?;
    Ok(Some(Lock::new(source, &text, wheels)))
}

/// Adds a wheel of the right hash, if it also is what the lock calls it and runs on the target: a lock may have been edited.
fn unpack(
    source: &FunctionSource,
    target: Target,
    locked: &Locked,
    wheel: &Arc<Wheel>,
    into: &mut Files,
) -> Result<(), PackageError> {
    let requirement = &locked.requirement;
    let tags =
        Tags::parse(&wheel.file_name).ok_or_else(|| wheel.invalid("its name is not that of a wheel".to_owned()))?;
    if tags.name() != requirement.name || tags.version != requirement.version {
        return Err(mismatch(source, locked, &format!("that hash is {}'s", wheel.file_name)));
    }
    if !tags.runs_on(target) {
        return Err(PackageError::NoWheel {
            folder: source.folder.clone(),
            what: format!("{}=={} of {}", requirement.name, requirement.version, locked.file),
            runtime: source.runtime.clone(),
            architecture: source.architecture,
            lines: String::new(),
        });
    }
    let below = if source.layer.is_some() { layer::OF_WHEELS } else { "" };
    add(wheel, below, into)
}

/// Adds a wheel's files to a zip's, below a folder.
fn add(wheel: &Arc<Wheel>, below: &str, into: &mut Files) -> Result<(), PackageError> {
    let origin: Arc<str> = format!("the wheel {}", wheel.file_name).into();
    for (index, entry) in wheel.entries.iter().enumerate() {
        if let Some(path) = &entry.path {
            let content = Content::Entry(Arc::clone(wheel), index);
            let file = File { content, executable: entry.executable, origin: Arc::clone(&origin) };
            into.add(&format!("{below}{path}"), file)?;
        }
    }
    Ok(())
}

fn mismatch(source: &FunctionSource, locked: &Locked, why: &str) -> PackageError {
    let requirement = &locked.requirement;
    let (name, version, sha256) = (&requirement.name, &requirement.version, &requirement.sha256);
    let what = format!("{name}=={version} with the hash {sha256}: {why}");
    PackageError::HashMismatch { folder: source.folder.clone(), file: locked.file, what }
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
