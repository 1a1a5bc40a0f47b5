//! Is an approved plan exactly what the merged source and live AWS ask for, except for what is already done?
//!
//! In both directions. The fresh plan, made from the merged source and live AWS, holds nothing that was not approved;
//! and the approved plan holds nothing that the merged source does not ask for. Equal plans prove both. Otherwise each
//! approved change is either in the fresh plan, from the step that was reached, or it is done: live state is at its
//! goal, and that goal is what the merged source asks for. A call of many requests that was stopped halfway is in the
//! fresh plan with only those that are left ([`crate::aws::Resource::is_rest`]). What AWS lets only a later plan do, as
//! [`crate::aws::Resource::later`] says, is neither: if a change has led as far as one plan can, the fresh plan has the
//! rest, and none of that may run.
//!
//! What is approved decides nothing here but what may run. Ids, goals and blobs are those of [`Today`].

use std::collections::{BTreeMap, BTreeSet};

use crate::canonical::Fingerprint;
use crate::name::{Address, Ownership};
use crate::plan::goal::Goals;
use crate::plan::{Action, Blob, Change, Plan, file};
use crate::text::Outputs;

mod beyond;
mod change;
mod facts;

pub use beyond::Beyond;

/// What the merged source and live AWS say now.
#[derive(Debug, Clone, Copy)]
pub struct Today<'a> {
    /// The fresh plan.
    pub plan: &'a Plan,
    /// What AWS has made up for everything that exists.
    pub known: &'a Outputs,
    /// Where everything that is wanted or exists is to be.
    pub goals: &'a Goals,
    /// The zips of all functions of the source, by the hex digits of their SHA-256.
    pub blobs: &'a BTreeMap<String, Blob>,
    /// What has been read of the changes that [`apart`] names.
    pub apart: &'a BTreeMap<Address, Apart>,
}

/// What was read of a resource that is neither wanted nor ours any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart {
    /// Of its state, by the tags of the approved change.
    pub fingerprint: Fingerprint,
    /// What its tags say; nothing where it is absent or has none.
    pub owner: Option<Ownership>,
}

/// What an apply starts from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Start {
    /// The ids that AWS has generated, as it reports them.
    pub known: Outputs,
    /// For each change, the first step that may run: the steps before it are done. If left out: the first.
    pub from: BTreeMap<Address, usize>,
}

/// The approved changes of what is neither wanted nor ours now. If they were to delete or to release, they may be done:
/// whoever asks has to read what is there under their names.
pub fn apart<'a>(approved: &'a Plan, goals: &Goals) -> Vec<&'a Change> {
    let may_be_done = |change: &&Change| matches!(change.action, Action::Delete | Action::Release);
    approved.changes.iter().filter(may_be_done).filter(|change| !goals.contains_key(&change.address)).collect()
}

/// Where an apply of `approved` starts, or the first way in which it is not what is asked for.
pub fn check(approved: &Plan, today: &Today) -> Result<Start, Beyond> {
    let known = today.known.clone();
    if approved == today.plan {
        return Ok(Start { known, from: BTreeMap::new() });
    }
    // As its file would be read: there a number like `10.0` is `10`.
    let read = file::write(today.plan).map_err(|error| Beyond::Unread(error.to_string()))?;
    let read = file::read(&read).map_err(|error| Beyond::Unread(error.to_string()))?;
    if *approved == read {
        return Ok(Start { known, from: BTreeMap::new() });
    }
    let today = &Today { plan: &read, ..*today };
    facts::place(approved, today.plan)?;
    let fresh: BTreeMap<&Address, &Change> = today.plan.changes.iter().map(|c| (&c.address, c)).collect();
    let by_address: BTreeMap<&Address, &Change> = approved.changes.iter().map(|c| (&c.address, c)).collect();
    let progress = Progress::of(approved, &fresh);
    facts::known(approved, today, &progress)?;
    if let Some(more) = today.plan.changes.iter().find(|change| !by_address.contains_key(&change.address)) {
        return Err(Beyond::Unapproved(more.address.clone()));
    }
    let rest = change::Rest::of(approved, today, &progress);
    let mut from = BTreeMap::new();
    for change in &approved.changes {
        let step = match (fresh.get(&change.address), today.goals.get(&change.address)) {
            (Some(fresh), Some(goal)) => match rest.is_halfway(change, fresh, goal)? {
                Some(step) => step,
                None => rest.remains(change, fresh, goal)?,
            },
            (None, Some(goal)) => rest.is_done(change, goal)?,
            (_, None) => rest.is_gone(change, today.apart.get(&change.address))?,
        };
        from.insert(change.address.clone(), step);
    }
    facts::check(approved, today, &progress)?;
    Ok(Start { known, from })
}

/// How far an approved plan has come.
struct Progress<'a> {
    /// The changes that the fresh plan does not hold.
    done: BTreeSet<&'a Address>,
    /// These, and those of which it holds the rest, or what comes after them.
    moved: BTreeSet<&'a Address>,
}

impl<'a> Progress<'a> {
    fn of(approved: &'a Plan, fresh: &BTreeMap<&Address, &Change>) -> Self {
        let is_done = |change: &&Change| !fresh.contains_key(&change.address);
        let has_moved = |change: &&Change| {
            let goes_on = |fresh: &&Change| fresh.steps.len() < change.steps.len() || fresh.before == change.goal();
            fresh.get(&change.address).is_none_or(goes_on)
        };
        let changes = || approved.changes.iter();
        Self {
            done: changes().filter(is_done).map(|change| &change.address).collect(),
            moved: changes().filter(has_moved).map(|change| &change.address).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
