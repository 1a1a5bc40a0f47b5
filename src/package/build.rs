//! Packages functions together: locks are read first, every wheel is fetched once for all of them, and then each function's
//! zip is written, several at a time. A function whose zip was kept is done as soon as its folder has been read.

use super::cache::Cache;
use super::fetch::{self, Wanted};
use super::files::Files;
use super::folder::{Exclude, Folder};
use super::handle::Zip;
use super::lock::{self, Lock};
use super::parallel::parallel;
use super::runtime::Target;
use super::wheel::Wheel;
use super::zip::Draft;
use super::zip_cache::{Shelf, WORTH_KEEPING};
use super::{FunctionSource, Hashing, Limits, Package, PackageError, check_all, hex_sha256, layer, own_files, python};
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

/// A function, as far as it is known without its wheels.
struct Opened<'a> {
    source: &'a FunctionSource,
    folder: Folder,
    target: Option<Target>,
    lock: Option<Lock>,
    /// Where its zip is kept; `None` where none is.
    shelf: Option<Shelf>,
    /// The zip that was kept.
    kept: Option<Package>,
}

/// The functions' packages in order, or what is wrong with each.
pub(super) fn packages(
    sources: &[FunctionSource],
    cache: &Cache,
    limits: Limits,
) -> Vec<Result<Package, PackageError>> {
    let opened = parallel(sources, |source| Opened::new(source, cache, limits));
    let (fetched, mut failed) = match fetch::wheels(wanted(&opened), cache, limits.unpacked) {
        Ok(fetched) => (fetched, None),
        Err((owner, error)) => (BTreeMap::new(), Some((owner, error))),
    };
    let is_fetched = failed.is_none();
    let packaged = parallel(&opened, |opened| {
        let function = opened.as_ref().ok()?;
        let has_all = is_fetched || !function.needs_wheels();
        let not_fetched = || Err(PackageError::NotFetched { folder: function.folder.name.clone() });
        Some(if has_all { function.package(&fetched, cache, limits) } else { not_fetched() })
    });
    let mut outcomes = Vec::with_capacity(opened.len());
    for (number, (opened, packaged)) in opened.into_iter().zip(packaged).enumerate() {
        let own = failed.take_if(|(owner, _)| *owner == number).map(|(_, error)| Err(error));
        outcomes.push(opened.and_then(|function| {
            let not_fetched = || Err(PackageError::NotFetched { folder: function.folder.name });
            own.or(packaged).unwrap_or_else(not_fetched)
        }));
    }
    outcomes
}

/// Every wheel that somebody needs, once.
fn wanted(functions: &[Result<Opened<'_>, PackageError>]) -> Vec<Wanted> {
    let mut wanted: BTreeMap<&str, Wanted> = BTreeMap::new();
    let opened = functions.iter().enumerate().filter_map(|(owner, function)| Some((owner, function.as_ref().ok()?)));
    for (owner, function) in opened.filter(|(_, function)| function.needs_wheels()) {
        for locked in function.lock.iter().flat_map(|lock| &lock.wheels) {
            let new = || Wanted { owner, folder: function.folder.name.clone(), locked: locked.clone() };
            wanted.entry(&locked.requirement.sha256).or_insert_with(new);
        }
    }
    wanted.into_values().collect()
}

impl<'a> Opened<'a> {
    fn new(source: &'a FunctionSource, cache: &Cache, limits: Limits) -> Result<Self, PackageError> {
        let folder = Folder::open(source)?;
        let target = Target::of(source)?;
        layer::check_lock(source, target, &folder)?;
        let lock = target.map(|target| lock::read(source, target, &folder)).transpose()?.flatten();
        let mut opened = Self { source, folder, target, lock, shelf: None, kept: None };
        if cache.zips().is_some() {
            let files = opened.files(limits)?;
            let wheels = opened.lock.iter().flat_map(|lock| &lock.wheels);
            let wheels: Vec<String> = wheels.map(|locked| locked.requirement.sha256.clone()).collect();
            opened.shelf = Shelf::of(source, cache, &files, &wheels);
            let kept = opened.shelf.as_ref().map(|shelf| shelf.get(cache)).transpose()?.flatten();
            opened.kept = kept.map(|(zip, sha256)| opened.finished(zip, sha256));
        }
        Ok(opened)
    }

    /// True where it cannot be packaged without its wheels.
    fn needs_wheels(&self) -> bool {
        self.kept.is_none() && self.lock.as_ref().is_some_and(|lock| !lock.wheels.is_empty())
    }

    fn exclude(&self) -> Result<Exclude, PackageError> {
        Exclude::new(&self.source.exclude, self.target.is_some())
    }

    /// The folder's own files.
    fn files(&self, limits: Limits) -> Result<Files, PackageError> {
        own_files(&self.folder, &self.exclude()?, limits)
    }

    fn finished(&self, zip: Zip, sha256: String) -> Package {
        let requirements = self.lock.as_ref().map(Lock::requirements).unwrap_or_default();
        Package { zip, sha256, requirements }
    }

    fn package(
        &self,
        fetched: &BTreeMap<String, Arc<Wheel>>,
        cache: &Cache,
        limits: Limits,
    ) -> Result<Package, PackageError> {
        if let Some(kept) = &self.kept {
            return Ok(kept.clone());
        }
        let mut files = self.files(limits)?;
        if let (Some(target), Some(lock)) = (self.target, &self.lock) {
            python::vendor(self.source, target, lock, fetched, &mut files)?;
        }
        check_all(self.source, self.target, &self.exclude()?, &files)?;
        let failed = |source: io::Error| PackageError::Zip { folder: self.folder.name.clone(), source };
        let draft = Draft::new(&files).map_err(failed)?;
        if files.size() < WORTH_KEEPING {
            let mut zip = Vec::new();
            draft.write(&mut zip).map_err(failed)?;
            let sha256 = hex_sha256(&zip);
            return Ok(self.finished(zip.into(), sha256));
        }
        self.written(&draft, cache, failed)
    }

    /// Writes a large zip to a file of this process's own, and keeps it.
    fn written(
        &self,
        draft: &Draft<'_>,
        cache: &Cache,
        failed: impl Fn(io::Error) -> PackageError,
    ) -> Result<Package, PackageError> {
        let mut file = cache.temporary()?;
        let mut into =
            Hashed { into: BufWriter::with_capacity(256 * 1024, file.as_file_mut()), hash: Hashing::default() };
        draft.write(&mut into).and_then(|()| into.flush()).map_err(&failed)?;
        let (sha256, size) = (into.hash.hex(), into.hash.size);
        drop(into);
        let path = file.into_temp_path();
        if let Some(shelf) = &self.shelf {
            cache.make_room();
            shelf.put(&path, &sha256)?;
        }
        Ok(self.finished(Zip::file(path, size), sha256))
    }
}

/// Counts and hashes what it writes.
struct Hashed<W> {
    into: W,
    hash: Hashing,
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.into.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.into.flush()
    }
}
