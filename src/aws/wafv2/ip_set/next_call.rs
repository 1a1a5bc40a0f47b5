//! Which call comes next.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&IpSet>, live: Option<&IpSet>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(_)) => Some(Call::Delete(Locked::of(id))),
        (Some(want), None) => Some(Call::Create(CreateIpSet::of(id, want))),
        (Some(want), Some(live)) if want.ip_address_version != live.ip_address_version => {
            Some(Call::Delete(Locked::of(id)))
        }
        // Who may change it is told by its tags.
        (Some(want), Some(live)) => {
            tags::next_call(arn(&id.site, "ipset", &id.address, &id.name), &want.tags, &live.tags)
                .or_else(|| next_update(id, want, live))
        }
    }
}

fn next_update(id: &Id, want: &IpSet, live: &IpSet) -> Option<Call> {
    let same = want.addresses == live.addresses && want.description == live.description;
    (!same).then(|| Call::Update(UpdateIpSet::of(id, want)))
}
