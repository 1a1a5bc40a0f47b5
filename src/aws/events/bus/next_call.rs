//! Which call comes next: what an update says, then the policy, then tags.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&Bus>, live: Option<&Bus>) -> Option<Call> {
    let delete = || Call::Delete(BusName { name: id.name.clone() });
    match (want, live) {
        (None, None) => None,
        (None, Some(_)) => Some(delete()),
        (Some(want), None) => Some(create(id, want)),
        // Never planned: `keep` carries over what no call takes away.
        (Some(want), Some(live)) if want.dead_letter_config.is_none() && live.dead_letter_config.is_some() => {
            Some(delete())
        }
        (Some(want), Some(live)) => next_update(id, want, live)
            .or_else(|| next_permission(id, want, live))
            .or_else(|| tags::next_call(bus_arn(&id.site, &id.name), &want.tags, &live.tags)),
    }
}

fn create(id: &Id, want: &Bus) -> Call {
    Call::Create(CreateEventBus {
        name: id.name.clone(),
        description: want.description.clone(),
        kms_key_identifier: want.kms_key_identifier.clone(),
        dead_letter_config: want.dead_letter_config.clone(),
        tags: want.tags.clone(),
    })
}

fn next_update(id: &Id, want: &Bus, live: &Bus) -> Option<Call> {
    let said = |bus: &Bus| (bus.description.clone(), bus.kms_key_identifier.clone(), bus.dead_letter_config.clone());
    (said(want) != said(live)).then(|| {
        Call::Update(UpdateEventBus {
            name: id.name.clone(),
            description: want.description.clone().unwrap_or_default(),
            kms_key_identifier: want.kms_key_identifier.clone().unwrap_or_default(),
            dead_letter_config: want.dead_letter_config.clone(),
        })
    })
}

fn next_permission(id: &Id, want: &Bus, live: &Bus) -> Option<Call> {
    let event_bus_name = id.name.clone();
    (want.policy != live.policy).then(|| match &want.policy {
        Some(policy) => Call::PutPermission(PutPermission { event_bus_name, policy: policy.to_string() }),
        None => Call::RemovePermission(RemovePermission { event_bus_name, remove_all_permissions: true }),
    })
}
