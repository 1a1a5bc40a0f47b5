//! Which call comes next.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&WebAcl>, live: Option<&WebAcl>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(_)) => Some(Call::Delete(Locked::of(id))),
        (Some(want), None) => Some(Call::Create(Box::new(CreateWebAcl::of(id, want)))),
        // Who may change it is told by its tags.
        (Some(want), Some(live)) => {
            tags::next_call(arn(&id.site, "webacl", &id.address, &id.name), &want.tags, &live.tags)
                .or_else(|| next_update(id, want, live))
        }
    }
}

fn next_update(id: &Id, want: &WebAcl, live: &WebAcl) -> Option<Call> {
    (!want.same_but_for_tags(live)).then(|| Call::Update(Box::new(UpdateWebAcl::of(id, want))))
}
