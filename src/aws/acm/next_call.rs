//! Which call comes next.
//!
//! 1. A certificate that will never be issued, or has another domain or key, is deleted, after the record that the app made, and
//!    requested again.
//! 2. Tags.
//! 3. In which zone the record belongs.
//! 4. That the app is about to make the record, then the record. Where it has been there already, an apply finds that out and
//!    leaves out both.
//! 5. That AWS has issued it. Only time leads there: a tag that is there is set once more.

use super::*;
use crate::aws::route53::Action;

pub(super) fn next_call(id: &Id, want: Option<&Certificate>, live: Option<&Certificate>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(live)) => Some(next_removal(id, live)),
        (Some(want), None) => Some(Call::Request(RequestCertificate::of(want))),
        (Some(want), Some(live)) if live.is_dead() || is_another(want, live) => Some(next_removal(id, live)),
        (Some(want), Some(live)) => tags::next_call(output(id, ARN), &want.tags, &live.tags)
            .or_else(|| record(id, &want.validation, &live.validation))
            .or_else(|| (live.status != ISSUED).then(|| set_tags(id, tag_that_is_there(want)))),
    }
}

/// True where no call leads from the one to the other.
fn is_another(want: &Certificate, live: &Certificate) -> bool {
    want.domain_name != live.domain_name || want.key_algorithm != live.key_algorithm
}

fn next_removal(id: &Id, live: &Certificate) -> Call {
    match live.validation.is_deleted_with_it() {
        true => Call::Record(ChangeResourceRecordSets::of(id, Action::Delete, &live.validation)),
        false => Call::Delete(DeleteCertificate { certificate_arn: output(id, ARN) }),
    }
}

fn record(id: &Id, want: &Validation, live: &Validation) -> Option<Call> {
    let say = |is_made| {
        let parts = Validation::tag_value(&want.hosted_zone_id, is_made);
        Some(set_tags(id, [(tag::PARTS.to_owned(), parts)].into()))
    };
    match live.validation_record {
        _ if want.hosted_zone_id != live.hosted_zone_id => say(false),
        Standing::There => None,
        Standing::Missing => say(true),
        Standing::Announced => Some(Call::Record(ChangeResourceRecordSets::of(id, Action::Create, live))),
    }
}

fn set_tags(id: &Id, tags: Tags) -> Call {
    Call::Tag(AddTagsToCertificate { certificate_arn: output(id, ARN), tags })
}

/// The tag that says which resource it is: whatever is ours has it.
fn tag_that_is_there(want: &Certificate) -> Tags {
    want.tags.iter().filter(|(key, _)| *key == tag::ADDRESS).map(|(key, value)| (key.clone(), value.clone())).collect()
}
