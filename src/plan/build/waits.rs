//! What each change waits for.
//!
//! 1. Makers come before users, and users' changes before deletes. The nearest changes alone: each of them waits for its own, and
//!    what stays as it is lets through to what it needs.
//! 2. What says by its tags that something else is there forgets it once that has gone; see
//!    [`Resource::REMEMBERS`](crate::aws::Resource::REMEMBERS).
//! 3. What lets the callers of an alias in comes before they change.
//! 4. What deletes a part of itself that others may refer to waits until they have let go of it; see
//!    [`Resource::HELD_BY`](crate::aws::Resource::HELD_BY).
//! 5. Of several versions of one content of a layer the oldest goes last: the others are called after it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Draft, Request};
use crate::aws::{Kind, State, lambda};
use crate::name::Address;
use crate::plan::Action;
use crate::plan::dependents::dependents;

/// What each change waits for, by its address.
pub(super) type Waits = BTreeMap<Address, BTreeSet<Address>>;

/// What each change waits for.
pub(super) fn waits(request: &Request, drafts: &BTreeMap<Address, Draft>) -> Waits {
    let users = dependents(&drafts.iter().map(|(address, draft)| (address, draft.want.is_none())).collect());
    let of = |draft: &Draft| match draft.want {
        None => used_by(&users, drafts, draft),
        Some(_) => &needs(request, drafts, draft) | &forgotten(drafts, draft),
    };
    let mut waits = drafts.iter().map(|(address, draft)| (address.clone(), of(draft))).collect();
    add_holders(drafts, &mut waits);
    let_in_first(request, drafts, &mut waits);
    oldest_last(drafts, &mut waits);
    waits
}

/// What has to let go of something before it is deleted.
fn used_by(
    users: &BTreeMap<Kind, BTreeSet<Address>>,
    drafts: &BTreeMap<Address, Draft>,
    draft: &Draft,
) -> BTreeSet<Address> {
    let kind = draft.id.address.kind;
    let uses = |user: &&Address| drafts.get(*user).is_some_and(|user| kind.is_used_by(&draft.id, &user.id));
    users.get(&kind).into_iter().flatten().filter(uses).cloned().collect()
}

/// What has to be there first.
fn needs(request: &Request, drafts: &BTreeMap<Address, Draft>, draft: &Draft) -> BTreeSet<Address> {
    let address = &draft.id.address;
    let mut found = BTreeSet::new();
    let mut open: Vec<&Address> = vec![address];
    let mut seen: BTreeSet<&Address> = BTreeSet::new();
    while let Some(next) = open.pop() {
        for need in request.wanted.get(next).into_iter().flat_map(|wanted| &wanted.needs) {
            if seen.insert(need) {
                match drafts.contains_key(need) && need != address {
                    true => drop(found.insert(need.clone())),
                    false => open.push(need),
                }
            }
        }
    }
    found
}

/// The deletes of what only its tags say is there.
fn forgotten(drafts: &BTreeMap<Address, Draft>, draft: &Draft) -> BTreeSet<Address> {
    let kind = draft.id.address.kind;
    if kind.remembers().is_empty() {
        return BTreeSet::new();
    }
    let goes = |other: &&Draft| {
        other.want.is_none()
            && kind.remembers().contains(&other.id.address.kind)
            && kind.is_used_by(&draft.id, &other.id)
    };
    drafts.values().filter(goes).map(|other| other.id.address.clone()).collect()
}

/// What lets the callers of an alias in comes before they call it, where they are there already. It waits for those alone that
/// are made, whose ids it names.
fn let_in_first(request: &Request, drafts: &BTreeMap<Address, Draft>, waits: &mut Waits) {
    let lets_in = |draft: &&Draft| draft.id.address.kind == Kind::Permission && draft.id.name.contains(':');
    let removes = |draft: &Draft| draft.planned.iter().any(|step| step.call.api() == "lambda:RemovePermission");
    for draft in drafts.values().filter(lets_in).filter(|draft| draft.want.is_some() && !removes(draft)) {
        let policy = &draft.id.address;
        for caller in request.wanted.get(policy).into_iter().flat_map(|wanted| &wanted.needs) {
            let is_there = drafts
                .get(caller)
                .is_some_and(|caller| caller.live.is_some() && matches!(caller.action, Action::Update | Action::Adopt));
            if !is_there || caller.kind == Kind::Function {
                continue;
            }
            waits.entry(policy.clone()).or_default().remove(caller);
            if !is_after(waits, policy, caller) {
                waits.entry(caller.clone()).or_default().insert(policy.clone());
            }
        }
    }
}

/// A version that goes waits for those of its content that are called after it.
fn oldest_last(drafts: &BTreeMap<Address, Draft>, waits: &mut Waits) {
    let goes = |draft: &&Draft| draft.id.address.kind == Kind::LayerVersion && draft.want.is_none();
    for later in drafts.values().filter(goes) {
        let Some(oldest) = lambda::oldest_of(&later.id.name) else { continue };
        for draft in drafts.values().filter(goes).filter(|draft| draft.id.name == oldest) {
            waits.entry(draft.id.address.clone()).or_default().insert(later.id.address.clone());
        }
    }
}

/// A change that something refers to waits for it, but where that waits for the change itself. What lets go of it in this very
/// plan has to come first even so: then there is a circle, and no plan.
fn add_holders(drafts: &BTreeMap<Address, Draft>, waits: &mut Waits) {
    for (address, draft) in drafts {
        let held = address.kind.held_by().iter();
        let held = held.filter(|(api, _)| draft.planned.iter().any(|step| step.call.api() == *api));
        let kinds: BTreeSet<Kind> = held.map(|(_, kind)| *kind).collect();
        if kinds.is_empty() {
            continue;
        }
        for (other, holder) in drafts.iter().filter(|(other, _)| kinds.contains(&other.kind)) {
            if lets_go(holder, address) || !is_after(waits, other, address) {
                waits.entry(address.clone()).or_default().insert(other.clone());
            }
        }
    }
}

/// True if a change takes away what refers to a resource.
fn lets_go(holder: &Draft, address: &Address) -> bool {
    let refers = |state: Option<&State>| state.is_some_and(|state| refers_to(state, address));
    refers(holder.live.as_ref()) && !refers(holder.want.as_ref())
}

fn refers_to(state: &State, address: &Address) -> bool {
    let (mut state, mut found) = (state.clone(), false);
    state.texts(&mut |text| found |= text.references().any(|reference| reference.address == *address));
    found
}

/// True if a change waits for another one, or for one that does.
fn is_after(waits: &Waits, change: &Address, other: &Address) -> bool {
    let (mut open, mut seen) = (vec![change], BTreeSet::new());
    while let Some(next) = open.pop() {
        for need in waits.get(next).into_iter().flatten() {
            if need == other {
                return true;
            }
            if seen.insert(need) {
                open.push(need);
            }
        }
    }
    false
}

#[cfg(test)]
mod tests;
