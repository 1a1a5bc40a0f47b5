//! Which call comes next on the way to a release.

use super::call::Weight;
use super::*;
use crate::aws::lambda::function::{Call, FunctionName, revision};
use crate::aws::{Condition, Id};
use crate::text::OutputRef;

/// Publishes, moves the alias, and deletes what is too old.
pub(in crate::aws::lambda::function) fn next_release(id: &Id, want: &Function, live: &Function) -> Option<Call> {
    let (goal, none) = (want.release.as_deref()?, Release::default());
    let live = live.release.as_deref().unwrap_or(&none);
    // Two versions may hold the same but for what is hidden.
    if let Some(number) = goal.course.back_to.filter(|number| !live.is_at(*number)) {
        return Some(Call::UpdateAlias(back(id, Some(number))));
    }
    if live.live == goal.live {
        return next_settled(id, goal, live);
    }
    if live.newest != goal.live {
        return Some(match live.additional_version_weights.is_empty() {
            true => next_passed_over(id, live).unwrap_or_else(|| publish(id, want)),
            // Of what has been begun with another version nothing goes on.
            false => update(id, None, None),
        });
    }
    let (newest, is_first) = (Text::from(newest(id)), live.live.is_none());
    if is_first {
        let name = LIVE.to_owned();
        return Some(Call::CreateAlias(CreateAlias { function_name: id.name.clone(), name, function_version: newest }));
    }
    let share = goal.course.canary.as_ref().map(|canary| f64::from(canary.percent) / 100.0);
    let weights: BTreeMap<_, _> = share.iter().map(|share| (NEWEST.to_owned(), *share)).collect();
    match live.additional_version_weights == weights {
        true => Some(update(id, Some(newest), None)),
        false => Some(update(id, None, share)),
    }
}

/// Deletes the newest version of ours where the alias goes past it: a canary that was put back, or what was moved back from.
fn next_passed_over(id: &Id, live: &Release) -> Option<Call> {
    let newest = live.course.newest.filter(|newest| newest.is_ours)?;
    newest.number.map(|number| delete(id, number))
}

/// All of the traffic goes to a new version once a part of it has gone well; else the alias is as it was.
pub(in crate::aws::lambda::function) fn condition(id: &Id, want: &Function, call: &Call) -> Option<Condition<Call>> {
    let canary = want.release.as_deref()?.course.canary.as_ref()?;
    let Call::UpdateAlias(UpdateAlias { function_version: Some(_), .. }) = call else { return None };
    Some(Condition { minutes: canary.minutes, alarms: canary.alarms.clone(), otherwise: update(id, None, None) })
}

/// What is left where the alias points to what it shall.
fn next_settled(id: &Id, goal: &Release, live: &Release) -> Option<Call> {
    if live.additional_version_weights != goal.additional_version_weights {
        return Some(update(id, None, None));
    }
    if live.newest != goal.newest {
        return live.course.newest.and_then(|newest| newest.number).map(|number| delete(id, number));
    }
    let surplus = live.old_versions.difference(&goal.old_versions).next();
    surplus.map(|number| delete(id, *number)).or_else(|| next_provisioned(id, goal, live))
}

fn next_provisioned(id: &Id, goal: &Release, live: &Release) -> Option<Call> {
    let differs = goal.provisioned_concurrent_executions != live.provisioned_concurrent_executions;
    let provisioned_concurrent_executions = goal.provisioned_concurrent_executions.filter(|_| differs)?;
    Some(Call::PutProvisioned(PutProvisionedConcurrencyConfig {
        function_name: id.name.clone(),
        qualifier: LIVE.to_owned(),
        provisioned_concurrent_executions,
    }))
}

/// Keeps no environments ready any more. It comes first: that they have failed holds up nothing, fewer executions may be reserved, and
/// the tag still says that they are to be asked for.
pub(in crate::aws::lambda::function) fn next_unready(id: &Id, want: &Function, live: &Function) -> Option<Call> {
    let executions = |function: &Function| function.release.as_deref()?.provisioned_concurrent_executions;
    let goes = executions(live).is_some() && executions(want).is_none();
    goes.then(|| Call::DeleteProvisioned(FunctionName { function_name: id.name.clone(), qualifier: Some(LIVE.into()) }))
}

/// Takes the alias away, and then the versions that this program has published.
pub(in crate::aws::lambda::function) fn next_removal(id: &Id, want: &Function, live: &Function) -> Option<Call> {
    let live = live.release.as_deref().filter(|_| want.release.is_none())?;
    if live.live.is_some() {
        return Some(Call::DeleteAlias(DeleteAlias { function_name: id.name.clone(), name: LIVE.into() }));
    }
    let newest = live.course.newest.and_then(|newest| newest.number);
    live.old_versions.first().copied().or(newest).map(|number| delete(id, number))
}

fn publish(id: &Id, want: &Function) -> Call {
    Call::Publish(PublishVersion {
        function_name: id.name.clone(),
        code_sha256: want.code_sha256.clone(),
        description: MARK.into(),
        revision_id: revision(id),
    })
}

/// Gives all of the traffic to a version that there is, or to the one that the alias points to.
pub(super) fn back(id: &Id, number: Option<u64>) -> UpdateAlias {
    let number = number.map(|number| number.to_string().into());
    UpdateAlias::of(id.name.clone(), number, Vec::new(), alias_revision(id))
}

/// The revision of the alias, which was read last.
fn alias_revision(id: &Id) -> Text {
    OutputRef::new(&id.address, "@alias-revision").into()
}

/// Points the alias to another version, or gives the newest one so much of the traffic.
fn update(id: &Id, version: Option<Text>, share: Option<f64>) -> Call {
    let weight = |function_weight| Weight { function_version: newest(id).into(), function_weight };
    let weights = share.map(weight).into_iter().collect();
    Call::UpdateAlias(UpdateAlias::of(id.name.clone(), version, weights, alias_revision(id)))
}

fn delete(id: &Id, number: u64) -> Call {
    Call::Delete(FunctionName { function_name: id.name.clone(), qualifier: Some(number.to_string()) })
}

/// The number of the newest version, which was read last.
fn newest(id: &Id) -> OutputRef {
    OutputRef::new(&id.address, "@newest")
}
