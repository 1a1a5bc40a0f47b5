//! Reading what exists: everything that can be asked at once is asked at once.
//!
//! 1. Listings by prefix, path or name find everything that may be ours. They need no account, so they run
//!    beside the question who we are.
//! 2. What is wanted and what was found is read, all of it concurrently.
//! 3. Tags decide: a found resource counts only if it carries our ownership tags, never by its name alone.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;

use crate::aws::{Aws, AwsError, Found, Id, Kind, Seed};
use crate::manifest::Wanted;
use crate::name::{Address, Name, Owner, Ownership, Site};
use crate::plan::build::Live;

/// What listings found: kind and physical name.
pub type Listing = BTreeMap<(Kind, String), Seed>;

/// All reads that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadErrors(pub Vec<AwsError>);

impl std::fmt::Display for ReadErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines: BTreeSet<String> = self.0.iter().map(AwsError::to_string).collect();
        f.write_str(&lines.into_iter().collect::<Vec<_>>().join("\n"))
    }
}

impl std::error::Error for ReadErrors {}

/// Everything that may be ours, of every kind.
pub async fn list(aws: &Aws, owner: &Owner) -> Result<Listing, ReadErrors> {
    let lists = join_all(Kind::ALL.iter().map(async |kind| (*kind, kind.find(aws, owner).await))).await;
    let (mut listing, mut errors) = (Listing::new(), Vec::new());
    for (kind, found) in lists {
        match found {
            Ok(found) => listing.extend(found.into_iter().map(|Found { name, seed }| ((kind, name), seed))),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(listing) } else { Err(ReadErrors(errors)) }
}

/// Reads what is wanted and what was found.
pub async fn survey(
    aws: &Aws,
    owner: &Owner,
    site: &Site,
    wanted: &BTreeMap<Address, Wanted>,
    listing: &Listing,
) -> Result<BTreeMap<Address, Live>, ReadErrors> {
    let targets = targets(owner, site, wanted, listing);
    let reads = join_all(targets.into_iter().map(async |(id, seed, is_wanted)| {
        let read = id.address.kind.observe(aws, &id, seed).await;
        read.map(|observed| observed.and_then(|observed| keep(owner, Live { id, observed }, is_wanted)))
    }))
    .await;
    let (mut live, mut errors) = (BTreeMap::new(), Vec::new());
    for read in reads {
        match read {
            Ok(Some(one)) => drop(live.insert(one.id.address.clone(), one)),
            Ok(None) => {}
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(live) } else { Err(ReadErrors(errors)) }
}

type Target<'a> = (Id, Option<&'a Seed>, bool);

/// The wanted resources, and the found ones of other names.
fn targets<'a>(
    owner: &Owner,
    site: &Site,
    wanted: &BTreeMap<Address, Wanted>,
    listing: &'a Listing,
) -> Vec<Target<'a>> {
    let names: BTreeSet<(Kind, &str)> = wanted.values().map(|w| (w.id.address.kind, w.id.name.as_str())).collect();
    let found = listing.iter().filter(|((kind, name), _)| !names.contains(&(*kind, name.as_str())));
    let found = found.map(|((kind, name), seed)| {
        let address = Address::new(*kind, guess(owner, name));
        (Id { address, name: name.clone(), site: site.clone(), owner: owner.clone() }, Some(seed), false)
    });
    let wanted = wanted.values().map(|wanted| {
        let key = (wanted.id.address.kind, wanted.id.name.clone());
        (wanted.id.clone(), listing.get(&key), true)
    });
    wanted.chain(found).collect()
}

/// A wanted resource counts whoever owns it, so that the planner can refuse; a found one only if it is ours.
/// The address in its tags is the true one; kinds without tags belong to the resource whose name they bear.
fn keep(owner: &Owner, mut live: Live, is_wanted: bool) -> Option<Live> {
    if is_wanted {
        return Some(live);
    }
    match live.observed.state.tags() {
        None => Some(live),
        Some(tags) => match owner.of(&tags) {
            Ownership::Owned(address) if address.kind == live.id.address.kind => {
                live.id.address = address;
                Some(live)
            }
            _ => None,
        },
    }
}

/// A name for something found, until its tags are read.
fn guess(owner: &Owner, physical: &str) -> Name {
    let prefix = owner.prefix();
    let rest = physical.split(&prefix).last().unwrap_or(physical);
    let plain: String = rest.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let tidy: String = format!("found-{}", words.join("-")).chars().take(64).collect();
    let named = words.join("-").parse().or_else(|_| tidy.trim_end_matches('-').parse());
    named.or_else(|_| "found".parse()).expect("found- and lower-case words joined by single hyphens are a name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_physical_name_gives_an_address() {
        let owner = Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() };
        for (physical, name) in [
            ("shop-test-orders", "orders"),
            ("/aws/lambda/shop-test-api", "api"),
            ("shop-test-api/v1", "api-v1"),
            ("shop-test-", "found"),
            ("Ünï 1", "n-1"),
            ("1", "found-1"),
            (&"x".repeat(100), &format!("found-{}", "x".repeat(58))),
        ] {
            assert_eq!(guess(&owner, physical).as_str(), name, "{physical}");
        }
    }
}
