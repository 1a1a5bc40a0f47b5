//! Which call comes next.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&Policy>, live: Option<&Policy>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(live)) => {
            let delete = || Call::Delete(PolicyArn { policy_arn: arn(id) });
            Some(live.other_versions.last().map_or_else(delete, |surplus| delete_version(id, live, surplus)))
        }
        (Some(want), None) => Some(Call::Create(CreatePolicy {
            policy_name: id.name.clone(),
            path: id.owner.path(),
            policy_document: want.policy_document.clone(),
            tags: want.tags.clone(),
        })),
        (Some(want), Some(live)) => {
            next_version(id, want, live).or_else(|| tags::next_call(arn(id), &want.tags, &live.tags))
        }
    }
}

/// 1. Delete every version that is in the way, so that there is room and no twins are left.
/// 2. Add the wanted version, unless it is there already.
/// 3. Put it in force; what was in force is then in the way.
fn next_version(id: &Id, want: &Policy, live: &Policy) -> Option<Call> {
    let wanted = &want.policy_document;
    let in_force = live.policy_document == *wanted;
    let mut ready = false;
    for other in &live.other_versions {
        let is_next = !in_force && !ready && other == wanted;
        if !is_next {
            return Some(delete_version(id, live, other));
        }
        ready = true;
    }
    match (in_force, ready) {
        (true, _) => None,
        (false, true) => Some(Call::SetDefault(version(id, wanted, 0))),
        (false, false) => Some(Call::CreateVersion(CreateVersion {
            policy_arn: arn(id),
            policy_document: wanted.clone(),
            set_as_default: false,
        })),
    }
}

/// Deletes the last of the versions that say the same as `surplus`, one of the other versions.
fn delete_version(id: &Id, live: &Policy, surplus: &Document) -> Call {
    let others = live.other_versions.iter().filter(|other| *other == surplus).count();
    let first = usize::from(live.policy_document == *surplus);
    Call::DeleteVersion(version(id, surplus, (first + others).saturating_sub(1)))
}

fn version(id: &Id, document: &Document, index: usize) -> Version {
    let version_id = Text::output(OutputRef::new(&id.address, version_name(document, index)));
    Version { policy_arn: arn(id), version_id }
}
