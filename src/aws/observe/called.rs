//! Resources with names of their own, which no listing finds.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;

use super::{Listing, Read, guess};
use crate::aws::indexed::named_by;
use crate::aws::{AwsError, Id, Kind, Live, PlanReader, Wanted, iam, logs};
use crate::name::{Address, Owner, Site};

/// Codes that say that a role may not look, those of SNS among them.
const DENIED: &[&str] = &["AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"];

/// True for a name that was made up for an owner, by which a listing finds what bears it.
pub fn is_made_up(id: &Id) -> bool {
    is_made_up_for(&id.owner, id.address.kind, &id.name)
}

fn is_made_up_for(owner: &Owner, kind: Kind, name: &str) -> bool {
    match kind {
        Kind::LogGroup => logs::is_listed(owner, name),
        // The listing of a bus tells the rules whose own names begin so.
        Kind::EventRule => name.split('/').all(|part| part.starts_with(&owner.prefix())),
        _ => name.starts_with(&owner.prefix()),
    }
}

/// Resources with names of their own, which no listing finds.
pub(super) fn called(
    owner: &Owner,
    wanted: &BTreeMap<Address, Wanted>,
    listing: &Listing,
) -> BTreeMap<(Kind, String), bool> {
    let hinted = listing.tags.keys().filter_map(|arn| Some((named_by(arn)?, true)));
    let mut called: BTreeMap<(Kind, String), bool> = hinted.collect();
    called.extend(listing.called.iter().map(|key| (key.clone(), false)));
    let functions = wanted.values().map(|wanted| &wanted.id).filter(|id| id.address.kind == Kind::Function);
    called.extend(functions.map(|id| ((Kind::Permission, id.name.clone()), false)));
    let wanted = wanted.values().map(|wanted| told_by(wanted.id.address.kind, &wanted.id.name));
    let listed = listing.names.keys().map(|(kind, name)| told_by(*kind, name));
    let owned = |(kind, name): (Kind, &str)| (kind, name.to_owned());
    let mut read: BTreeSet<(Kind, String)> = wanted.chain(listed).map(owned).collect();
    called.retain(|(kind, name), _| !is_made_up_for(owner, *kind, name) && read.insert(owned(told_by(*kind, name))));
    called
}

/// What tells one resource from another: of a role, which may have had another path, its name alone.
pub(super) fn told_by(kind: Kind, name: &str) -> (Kind, &str) {
    (kind, if kind == Kind::Role { iam::role::name_of(name) } else { name })
}

/// Reads what has names of its own. What the index alone names and may not be read is told instead: a role that is made of a
/// manifest has no right to what that does not name, and the index may name what has gone long ago.
pub(super) async fn read(
    reader: &PlanReader,
    owner: &Owner,
    site: &Site,
    called: BTreeMap<(Kind, String), bool>,
) -> (Vec<Read>, Vec<String>) {
    let reads = called.into_iter().map(async |((kind, name), is_hint)| {
        let address = Address::new(kind, guess(owner, &name));
        let id = Id { address, name, site: site.clone(), owner: owner.clone() };
        let read = super::read(reader, owner, vec![(id.clone(), None, false)]).await;
        read.into_iter().map(|read| (id.clone(), read, is_hint)).collect::<Vec<_>>()
    });
    let (mut found, mut unread) = (Vec::new(), Vec::new());
    for (id, read, is_hint) in join_all(reads).await.into_iter().flatten() {
        match read {
            Err(error) if is_hint && error.is(DENIED) => unread.push(not_looked_at(&id, &error)),
            read => found.push(read),
        }
    }
    (found, unread)
}

fn not_looked_at(id: &Id, error: &AwsError) -> String {
    format!(
        "the tagging index lists {} as this stage's, but it may not be read: unless it has been deleted, run \
         `serverless-app bootstrap` with a manifest that names it ({error})",
        id.name
    )
}

/// What has the address of something that is wanted, and another name than that: it is called what it was. Where both names
/// are made up and the manifest gives none, the planner says what is wrong.
pub(super) fn renamed(owner: &Owner, wanted: &BTreeMap<Address, Wanted>, mut live: Live) -> Live {
    let address = &live.id.address;
    let other = wanted.get(address).filter(|wanted| wanted.id.name != live.id.name);
    if other.is_some_and(|wanted| wanted.named || !is_made_up_for(owner, address.kind, &live.id.name)) {
        live.id.address = address.formerly(&live.id.name);
    }
    live
}

#[cfg(test)]
mod tests;
