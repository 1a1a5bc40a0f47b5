//! What a plan says beside its changes.

use std::collections::{BTreeMap, BTreeSet};

use super::{Beyond, Progress, Today};
use crate::name::Address;
use crate::plan::{Action, Note, Plan, order, remark};
use crate::text::OutputRef;

/// Both plans are for the same place, in the same format and for the same purpose.
pub fn place(approved: &Plan, fresh: &Plan) -> Result<(), Beyond> {
    let place = |plan: &Plan| {
        format!("{} {} in {} {} ({})", plan.app, plan.stage, plan.site.account, plan.site.region, plan.site.endpoint)
    };
    if place(approved) != place(fresh) || approved.site != fresh.site {
        return Err(Beyond::Place { approved: place(approved), fresh: place(fresh) });
    }
    same("format", approved.format == fresh.format, || approved.format.to_string())?;
    same("mode", approved.mode == fresh.mode, || format!("it is to {:?}", approved.mode))
}

/// Every id in the approved plan is the one that AWS reports now, and none is missing. What was done since may have
/// added some and removed some.
pub fn known(approved: &Plan, today: &Today, progress: &Progress) -> Result<(), Beyond> {
    for (reference, id) in &approved.known {
        let found = today.known.get(reference);
        if found != Some(id) && !(found.is_none() && progress.moved.contains(&reference.address)) {
            return Err(Beyond::Known {
                reference: reference.to_string(),
                approved: id.clone(),
                found: found.map_or_else(|| "nothing".into(), |found| format!("{found:?}")),
            });
        }
    }
    let is_left_out = |reference: &&OutputRef| {
        !approved.known.contains_key(*reference) && !progress.moved.contains(&reference.address)
    };
    let left_out = today.plan.known.keys().find(is_left_out);
    same("known", left_out.is_none(), || left_out.map(OutputRef::to_string).unwrap_or_default())
}

/// The rest: blobs, outputs, notes, the order, and the count of what stays.
pub fn check(approved: &Plan, today: &Today, progress: &Progress) -> Result<(), Beyond> {
    blobs(approved, today)?;
    outputs(approved, today)?;
    notes(approved, today, progress)?;
    let waits: BTreeMap<&Address, BTreeSet<&Address>> =
        approved.changes.iter().map(|change| (&change.address, change.waits_for.iter().collect())).collect();
    let sorted = order::sort(&waits).unwrap_or_default();
    same("changes", approved.changes.iter().map(|change| &change.address).eq(sorted), || "their order".into())?;
    let arrived = progress.done.iter().filter(|address| today.goals.contains_key(**address)).count();
    same("unchanged", approved.unchanged + arrived == today.plan.unchanged, || approved.unchanged.to_string())
}

/// The blobs are those that the calls name, and each is what the source packages to.
fn blobs(approved: &Plan, today: &Today) -> Result<(), Beyond> {
    let steps = approved.changes.iter().flat_map(|change| &change.steps);
    let named: BTreeSet<String> = steps.filter_map(|step| step.call.blob()).map(|blob| blob.digest.hex()).collect();
    let lacks = named.iter().find(|hex| !approved.blobs.contains_key(*hex));
    let other = approved
        .blobs
        .iter()
        .find(|(hex, blob)| !named.contains(*hex) || today.blobs.get(*hex) != Some(blob))
        .map(|(hex, _)| hex);
    let wrong = lacks.or(other);
    same("blobs", wrong.is_none(), || wrong.cloned().unwrap_or_default())
}

fn outputs(approved: &Plan, today: &Today) -> Result<(), Beyond> {
    let remade = today.plan.changes.iter().filter(|change| change.action == Action::Replace);
    let remade: BTreeSet<&Address> = remade.map(|change| &change.address).collect();
    let lasting = today.known.iter().filter(|(reference, _)| !remade.contains(&reference.address));
    let lasting = lasting.map(|(reference, id)| (reference.clone(), id.clone())).collect();
    let differs = approved.outputs.iter().find(|(name, text)| {
        today.plan.outputs.get(*name).map(|fresh| fresh.resolve(&lasting)) != Some(text.resolve(&lasting))
    });
    let extra = today.plan.outputs.keys().find(|name| !approved.outputs.contains_key(*name));
    match differs.map(|(name, _)| name).or(extra) {
        Some(name) => Err(Beyond::Output(name.clone())),
        None => Ok(()),
    }
}

/// The same notes, but for those in passing, and for whom something stays or whose it still is: those are somebody
/// else's.
fn notes(approved: &Plan, today: &Today, progress: &Progress) -> Result<(), Beyond> {
    let names: BTreeMap<&Address, &str> =
        approved.changes.iter().map(|change| (&change.address, change.name.as_str())).collect();
    let lasts = |note: &&Note| {
        let goal = today.goals.get(&note.address).map(|goal| goal.id.name.as_str());
        let Some(name) = goal.or_else(|| names.get(&note.address).copied()) else { return true };
        let has_moved = progress.moved.contains(&note.address);
        let in_passing = [remark::is_unmodelled, remark::is_later, remark::is_of_what_stays];
        let in_passing = in_passing.iter().any(|is| is(name, &note.message));
        let of_others =
            [remark::is_pending, remark::is_needed, remark::is_managed].iter().any(|is| is(name, &note.message));
        !(of_others || has_moved && in_passing)
    };
    let (said, found): (Vec<&Note>, Vec<&Note>) =
        (approved.notes.iter().filter(lasts).collect(), today.plan.notes.iter().filter(lasts).collect());
    same("notes", said == found, || {
        let other = said.iter().zip(&found).find(|(said, found)| said != found).map(|(said, _)| said);
        let last = if said.len() > found.len() { said.last() } else { found.last() };
        other.or(last).map(|note| note.address.to_string()).unwrap_or_default()
    })
}

fn same(field: &'static str, is_same: bool, what: impl FnOnce() -> String) -> Result<(), Beyond> {
    match is_same {
        true => Ok(()),
        false => Err(Beyond::Fact { field, what: what() }),
    }
}
