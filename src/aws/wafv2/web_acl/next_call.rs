//! Which call comes next.
//!
//! A tag of ours says that there is a log to be read: it is set before the log is created, and removed after it has
//! been deleted. AWS documents nowhere that a log is deleted with its web ACL, so it is deleted first.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&WebAcl>, live: Option<&WebAcl>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(live)) => Some(end_of_log(id, None, live).unwrap_or_else(|| Call::Delete(Locked::of(id)))),
        (Some(want), None) => Some(Call::Create(Box::new(CreateWebAcl::of(id, want)))),
        // Who may change it is told by its tags.
        (Some(want), Some(live)) => end_of_log(id, Some(want), live)
            .or_else(|| tags::next_call(own_arn(id), &want.tags, &live.tags))
            .or_else(|| next_update(id, want, live))
            .or_else(|| next_log(id, want, live)),
    }
}

fn own_arn(id: &Id) -> Text {
    arn(&id.site, "webacl", &id.address, &id.name)
}

fn end_of_log(id: &Id, want: Option<&WebAcl>, live: &WebAcl) -> Option<Call> {
    let is_wanted = want.is_some_and(|want| want.logging_configuration.is_some());
    let ends = live.logging_configuration.is_some() && !is_wanted;
    ends.then(|| Call::DeleteLogging(DeleteLoggingConfiguration { resource_arn: own_arn(id) }))
}

fn next_update(id: &Id, want: &WebAcl, live: &WebAcl) -> Option<Call> {
    (!want.same_but_for_tags_and_logging(live)).then(|| Call::Update(Box::new(UpdateWebAcl::of(id, want))))
}

fn next_log(id: &Id, want: &WebAcl, live: &WebAcl) -> Option<Call> {
    let log = want.logging_configuration.as_ref().filter(|log| live.logging_configuration.as_ref() != Some(log))?;
    Some(Call::PutLogging(PutLoggingConfiguration::of(own_arn(id), log)))
}
