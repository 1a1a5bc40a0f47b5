//! Brings the wheels of locks onto this machine: each once, many at a time, verified by size and SHA-256 while they
//! arrive, and unpacked once to check that they are complete. No wheel is ever completely in memory.

use super::PackageError;
use super::cache::Cache;
use super::http::{Client, Failure, repeated};
use super::index::simple::{self, Listed};
use super::index::{Settings, last_part, shown};
use super::lock::Locked;
use super::parallel::parallel;
use super::wheel::{LARGEST, Tags, Wheel};
use futures_util::stream::{self, StreamExt};
use std::collections::BTreeMap;
use std::sync::Arc;
use url::Url;

/// So many are fetched at a time.
const AT_ONCE: usize = 16;

/// A wheel that is needed.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// The first function that needs it, by its number.
    pub(super) owner: usize,
    /// That function's folder, for messages.
    pub(super) folder: String,
    pub(super) locked: Locked,
}

/// Wheels by their hash, or what is wrong with one and whose it is.
pub(super) type Fetched = Result<BTreeMap<String, Arc<Wheel>>, (usize, PackageError)>;

/// The wheels that are wanted, of which no two have the same hash. `limit` is what each may unpack to, in bytes.
pub(super) fn wheels(wanted: Vec<Wanted>, cache: &Cache, limit: u64) -> Fetched {
    let mut found = BTreeMap::new();
    let mut missing = Vec::new();
    let looked = parallel(&wanted, |wanted| kept(wanted, cache, limit).map_err(|error| (wanted.owner, error)));
    for (wanted, looked) in wanted.into_iter().zip(looked) {
        match looked? {
            Some(wheel) => drop(found.insert(wheel.sha256.clone(), Arc::new(wheel))),
            None => missing.push(wanted),
        }
    }
    if missing.is_empty() {
        return Ok(found);
    }
    // Large ones first, so that none is left alone at the end.
    missing.sort_by_key(|wanted| std::cmp::Reverse(wanted.locked.size.unwrap_or(0)));
    let first = missing.first().map_or(0, |wanted| wanted.owner);
    let settings = Settings::read().map_err(|error| (first, error))?;
    for wheel in fetch(&missing, cache, limit, settings)? {
        found.insert(wheel.sha256.clone(), Arc::new(wheel));
    }
    Ok(found)
}

/// A wheel that is in the cache.
fn kept(wanted: &Wanted, cache: &Cache, limit: u64) -> Result<Option<Wheel>, PackageError> {
    let Some((file_name, file)) = cache.get(&wanted.locked.requirement.sha256)? else { return Ok(None) };
    let wheel = Wheel::open(file_name, wanted.locked.requirement.sha256.clone(), file)?;
    wheel.check(limit)?;
    Ok(Some(wheel))
}

fn fetch(
    missing: &[Wanted],
    cache: &Cache,
    limit: u64,
    settings: Settings,
) -> Result<Vec<Wheel>, (usize, PackageError)> {
    let first = missing.first().map_or(0, |wanted| wanted.owner);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| (first, PackageError::io("start", "the network")(error)))?;
    let client = Client::new(settings).map_err(|error| (first, error))?;
    runtime.block_on(async {
        let fetched = missing.iter().map(|wanted| {
            let client = &client;
            async move { one(client, wanted, cache, limit).await.map_err(|error| (wanted.owner, error)) }
        });
        let mut fetched = stream::iter(fetched).buffer_unordered(AT_ONCE);
        let mut wheels = Vec::with_capacity(missing.len());
        while let Some(wheel) = fetched.next().await {
            wheels.push(wheel?);
        }
        Ok(wheels)
    })
}

async fn one(client: &Client, wanted: &Wanted, cache: &Cache, limit: u64) -> Result<Wheel, PackageError> {
    let (file_name, file) = downloaded(client, wanted, cache).await?;
    let sha256 = wanted.locked.requirement.sha256.clone();
    let checked = tokio::task::spawn_blocking(move || {
        let wheel = Wheel::open(file_name, sha256, file)?;
        wheel.check(limit)?;
        Ok(wheel)
    });
    checked.await.map_err(|error| PackageError::io("check", "a wheel")(std::io::Error::other(error)))?
}

/// From the lock's address, unless another index is configured than the lock was made with, as in a network with a
/// mirror; and from where the indexes have it, if it is not at that address any more.
async fn downloaded(client: &Client, wanted: &Wanted, cache: &Cache) -> Result<(String, std::fs::File), PackageError> {
    let settings = &client.settings;
    let is_known = wanted.locked.index.as_ref().is_some_and(|index| settings.knows(index));
    let mut refused = None;
    if let Some(url) = wanted.locked.url.as_ref().filter(|_| is_known || !settings.is_configured) {
        match download(client, wanted, url, cache).await {
            Err(failure) if failure.is_absence() => refused = Some(failure),
            done => return done.map_err(|failure| failure.of(&wanted.folder)),
        }
    }
    let failed = |failure: Failure| failure.of(&wanted.folder);
    match (listed(client, wanted).await, refused, &wanted.locked.url) {
        (Ok(Some(found)), ..) => download(client, wanted, &found.url, cache).await.map_err(failed),
        (_, Some(refused), _) => Err(failed(refused)),
        (Ok(None), None, Some(url)) => download(client, wanted, url, cache).await.map_err(failed),
        (Ok(None), None, None) => Err(not_found(client, wanted)),
        (Err(failure), ..) => Err(failed(failure)),
    }
}

fn not_found(client: &Client, wanted: &Wanted) -> PackageError {
    let requirement = &wanted.locked.requirement;
    let indexes: Vec<String> = client.settings.indexes.iter().map(|index| shown(&index.url)).collect();
    PackageError::NotOnIndex {
        folder: wanted.folder.clone(),
        what: format!("{}=={} with the hash {}", requirement.name, requirement.version, requirement.sha256),
        indexes: indexes.join(", "),
    }
}

/// The file of this hash on one of the indexes.
async fn listed(client: &Client, wanted: &Wanted) -> Result<Option<Listed>, Failure> {
    let requirement = &wanted.locked.requirement;
    for page in client.settings.indexes.iter().filter_map(|index| index.page(&requirement.name)) {
        let body = match client.page(&page, simple::ACCEPT).await {
            Err(Failure::Status { code: 404, .. }) => continue,
            body => body?,
        };
        let unreadable = || Failure::Network { url: page.clone(), reason: "it is not a page of an index".to_owned() };
        let files = simple::files(&page, &body).ok_or_else(unreadable)?;
        if let Some(file) = files.into_iter().find(|file| file.sha256.as_deref() == Some(&requirement.sha256)) {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

async fn download(
    client: &Client,
    wanted: &Wanted,
    url: &Url,
    cache: &Cache,
) -> Result<(String, std::fs::File), Failure> {
    repeated(async || {
        let Locked { requirement, size, .. } = &wanted.locked;
        let mut draft = cache.draft(&requirement.sha256)?;
        let mut body = client.answer(url, "*/*").await?;
        while let Some(bytes) = body.next().await? {
            draft.add(&bytes)?;
            if draft.size() > size.unwrap_or(LARGEST) {
                return Err(mismatch(wanted, url, &format!("it has more than {} bytes", size.unwrap_or(LARGEST))));
            }
        }
        if size.is_some_and(|size| size != draft.size()) {
            return Err(mismatch(wanted, url, &format!("it has {} bytes", draft.size())));
        }
        let found = draft.sha256();
        if found != requirement.sha256 {
            return Err(mismatch(wanted, url, &format!("it has the hash {found}")));
        }
        let file_name = wanted.locked.file_name.clone().or_else(|| last_part(url));
        let file_name = file_name.filter(|name| Tags::parse(name).is_some());
        let file_name = file_name.ok_or_else(|| mismatch(wanted, url, "its name is not that of a wheel"))?;
        let file = draft.keep(&file_name)?;
        Ok((file_name, file))
    })
    .await
}

fn mismatch(wanted: &Wanted, url: &Url, why: &str) -> Failure {
    let requirement = &wanted.locked.requirement;
    let (name, version, sha256) = (&requirement.name, &requirement.version, &requirement.sha256);
    let what = format!("{name}=={version} with the hash {sha256}: {why}, at {}", shown(url));
    PackageError::HashMismatch { folder: wanted.folder.clone(), file: wanted.locked.file, what }.into()
}

#[cfg(test)]
mod tests;
