//! One approved change: not begun, begun, or done.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Apart, Beyond, Progress, Today};
use crate::aws::State;
use crate::canonical::{self, Fingerprint};
use crate::name::{Address, Ownership};
use crate::plan::diff::has_moved_as_planned;
use crate::plan::goal::{Goal, scope};
use crate::plan::{Action, AttributeDiff, Change, Mode, Plan, Shown, Step};
use crate::text::Outputs;

/// What the rest of each change is compared with.
pub struct Rest<'a> {
    approved: &'a Plan,
    progress: &'a Progress<'a>,
    /// The ids that will still hold when a call is sent.
    usable: Outputs,
}

impl<'a> Rest<'a> {
    /// What is left of an approved plan today, after what is done.
    pub fn of(approved: &'a Plan, today: &Today, progress: &'a Progress<'a>) -> Self {
        let goes = |change: &&Change| matches!(change.action, Action::Replace | Action::Delete);
        let gone: BTreeSet<&Address> = today.plan.changes.iter().filter(goes).map(|change| &change.address).collect();
        let lasts = |address: &Address| !gone.contains(address);
        let usable = today.known.iter().filter(|(reference, _)| lasts(&reference.address));
        let usable = usable.map(|(reference, id)| (reference.clone(), id.clone())).collect();
        Self { approved, progress, usable }
    }

    /// The step from which on the fresh change is the approved one.
    pub fn remains(&self, change: &Change, fresh: &Change, goal: &Goal) -> Result<usize, Beyond> {
        let waits = change.waits_for.iter().filter(|other| !self.progress.done.contains(other));
        same(change, "name", change.name == fresh.name)?;
        same(change, "lane", change.lane == fresh.lane)?;
        same(change, "tags", change.tags == fresh.tags)?;
        same(change, "waits_for", waits.eq(&fresh.waits_for))?;
        let other = || Beyond::OtherSteps(change.address.clone());
        let done = change.steps.len().checked_sub(fresh.steps.len()).ok_or_else(other)?;
        let begun = is_begun(&change.steps[done..], &fresh.steps, goal);
        let mut left = change.steps[done..].iter().zip(&fresh.steps).skip(usize::from(begun));
        if !left.all(|(approved, fresh)| self.same_step(change, approved, fresh)) {
            return Err(other());
        }
        match done {
            _ if begun => {
                same(change, "was", has_moved_as_planned(change, &fresh.was))?;
                leads_there(change, goal, &change.steps[..done], fresh.identity.as_ref())?;
            }
            0 => untouched(change, fresh)?,
            _ if change.steps[done - 1].leads_to != fresh.before => return Err(other()),
            _ => leads_there(change, goal, &change.steps[..done], fresh.identity.as_ref())?,
        }
        Ok(done)
    }

    /// Live state is at the change's goal, and the source asks for exactly that.
    pub fn is_done(&self, change: &Change, goal: &Goal) -> Result<usize, Beyond> {
        same(change, "name", change.name == goal.id.name)?;
        same(change, "lane", change.lane == change.address.kind.lane(&goal.id))?;
        same(change, "tags", change.tags == goal.tags)?;
        let found = goal.fingerprint().map_err(|error| unwritable(change, &error))?;
        if change.goal() != found {
            return Err(Beyond::NotAsked(change.address.clone()));
        }
        leads_there(change, goal, &change.steps, goal.identity.as_ref())?;
        Ok(change.steps.len())
    }

    /// The end of the change, if it has led as far as one plan does: the fresh one then holds what comes later.
    pub fn is_halfway(&self, change: &Change, fresh: &Change, goal: &Goal) -> Result<Option<usize>, Beyond> {
        let Some(half) = goal.state.as_ref().and_then(State::halfway) else { return Ok(None) };
        let half = Goal { state: Some(half), ..goal.clone() };
        let found = half.fingerprint().map_err(|error| unwritable(change, &error))?;
        match change.goal() == found && fresh.before == found {
            true => self.is_done(change, &half).map(Some),
            false => Ok(None),
        }
    }

    /// What is neither wanted nor ours any more is what the change was to make of it: absent, or released.
    pub fn is_gone(&self, change: &Change, found: Option<&Apart>) -> Result<usize, Beyond> {
        let not_asked = || Beyond::NotAsked(change.address.clone());
        let found = found.filter(|found| found.fingerprint == change.goal()).ok_or_else(not_asked)?;
        let fits = match change.action {
            Action::Delete => found.fingerprint == Fingerprint::Absent,
            Action::Release => {
                change.address.kind.holds_data()
                    && self.approved.mode != Mode::DestroyData
                    && found.owner.as_ref().is_some_and(|owner| is_released(owner, change))
            }
            _ => false,
        };
        if !fits {
            return Err(not_asked());
        }
        same(change, "lane", change.lane == change.address.kind.lane(&self.approved.id(change)))?;
        same(change, "tags", change.tags == scope(None))?;
        Ok(change.steps.len())
    }

    fn same_step(&self, change: &Change, approved: &Step, fresh: &Step) -> bool {
        let filled_in = || approved.call.resolve(change.address.kind, &self.usable).ok();
        approved.leads_to == fresh.leads_to
            && approved.watch == fresh.watch
            && (approved.call == fresh.call || filled_in().as_ref() == Some(&fresh.call))
    }
}

/// True for the tag of what a change released: under its address, or that of what takes its place under another name.
fn is_released(owner: &Ownership, change: &Change) -> bool {
    let Ownership::Released(address) = owner else { return false };
    *address == change.address || address.formerly(&change.name) == change.address
}

/// True if the first of these steps has been stopped halfway: what is left of its call leads where all of it does, and all of it
/// does nothing that is not wanted.
fn is_begun(approved: &[Step], fresh: &[Step], goal: &Goal) -> bool {
    approved.first().zip(fresh.first()).is_some_and(|(approved, fresh)| {
        let is_rest = || fresh.call.is_rest_of(&approved.call, &goal.id, goal.state.as_ref());
        approved.leads_to == fresh.leads_to && is_rest()
    })
}

/// Nothing of it is done: people were shown what the fresh plan shows.
fn untouched(change: &Change, fresh: &Change) -> Result<(), Beyond> {
    same(change, "before", change.before == fresh.before)?;
    same(change, "action", change.action == fresh.action)?;
    same(change, "identity", change.identity == fresh.identity)?;
    same(change, "was", change.was == fresh.was)?;
    same(change, "diff", change.diff == fresh.diff)
}

/// Something of it is done, so that it was planned against a state that is no more. What people were shown leads to the
/// goal all the same, attribute by attribute, and its action is one of such steps.
fn leads_there(change: &Change, goal: &Goal, done: &[Step], identity: Option<&String>) -> Result<(), Beyond> {
    let wanted = goal.attributes().map_err(|error| unwritable(change, &error))?;
    let remade = change.before == Fingerprint::Absent || done.iter().any(|step| step.leads_to == Fingerprint::Absent);
    same(change, "diff", leads_to(change, &wanted))?;
    same(change, "was", change.before != Fingerprint::Absent || change.was.is_empty())?;
    same(change, "action", is_possible(change))?;
    same(change, "identity", if remade { is_of_before(change) } else { change.identity.as_ref() == identity })
}

/// True if the diff, applied to what was there, gives these attributes.
fn leads_to(change: &Change, wanted: &BTreeMap<String, Value>) -> bool {
    let mut shown: BTreeMap<&str, &Shown> = change.was.iter().map(|(path, side)| (path.as_str(), side)).collect();
    for AttributeDiff { path, old, new } in &change.diff {
        let was = shown.remove(path.as_str()).unwrap_or(&Shown::Absent);
        if was != old {
            return false;
        }
        if !new.is_absent() {
            shown.insert(path, new);
        }
    }
    let is_so = |(path, side): (&&str, &&Shown)| match (side, wanted.get(*path)) {
        (Shown::Hidden, Some(_)) => change.address.kind.hidden(path),
        (Shown::Value(shown), Some(value)) => is_equal(shown, value),
        _ => false,
    };
    shown.len() == wanted.len() && shown.iter().all(is_so)
}

/// Equal as they are written: there `10.0` is `10`.
fn is_equal(one: &Value, other: &Value) -> bool {
    one == other || canonical::bytes(one).ok() == canonical::bytes(other).ok()
}

/// True if a change with such a beginning and such steps may be called so.
fn is_possible(change: &Change) -> bool {
    let begins = change.before == Fingerprint::Absent;
    let ends = change.goal() == Fingerprint::Absent;
    let passes = change.steps.iter().any(|step| step.leads_to == Fingerprint::Absent);
    match change.action {
        Action::Create => begins,
        Action::Delete => !begins && ends,
        Action::Replace => !begins && !ends && passes,
        Action::Release => !begins && !passes && change.address.kind.holds_data(),
        Action::Update | Action::Adopt => !begins && !passes,
    }
}

/// What did not exist had no identity. That of what has been remade since is nowhere any more.
fn is_of_before(change: &Change) -> bool {
    change.before != Fingerprint::Absent || change.identity.is_none()
}

fn same(change: &Change, field: &'static str, is_same: bool) -> Result<(), Beyond> {
    match is_same {
        true => Ok(()),
        false => Err(Beyond::Field { address: change.address.clone(), field }),
    }
}

fn unwritable(change: &Change, error: &serde_json::Error) -> Beyond {
    Beyond::Unwritable(change.address.clone(), error.to_string())
}
