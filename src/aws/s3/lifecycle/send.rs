//! Lifecycle rules as the SDK has them.

use aws_sdk_s3::error::BuildError;
use aws_sdk_s3::types;

use super::{And, LifecycleRule, NoncurrentVersionTransition, Transition, WireFilter};

/// One rule.
pub(in crate::aws::s3) fn rule(rule: &LifecycleRule<WireFilter>) -> Result<types::LifecycleRule, BuildError> {
    let expiration = rule.expiration.as_ref().map(|e| {
        let marker = e.expired_object_delete_marker.then_some(true);
        types::LifecycleExpiration::builder().set_days(e.days).set_expired_object_delete_marker(marker).build()
    });
    let noncurrent = rule.noncurrent_version_expiration.as_ref().map(|e| {
        types::NoncurrentVersionExpiration::builder()
            .noncurrent_days(e.noncurrent_days)
            .set_newer_noncurrent_versions(e.newer_noncurrent_versions)
            .build()
    });
    let abort = rule.abort_incomplete_multipart_upload.as_ref().map(|a| {
        types::AbortIncompleteMultipartUpload::builder().days_after_initiation(a.days_after_initiation).build()
    });
    let transitions: Vec<_> = rule.transitions.iter().map(transition).collect();
    let later: Vec<_> = rule.noncurrent_version_transitions.iter().map(noncurrent_transition).collect();
    types::LifecycleRule::builder()
        .id(&rule.id)
        .status(rule.status.as_str().into())
        .filter(filter(&rule.filter)?)
        .set_expiration(expiration)
        .set_noncurrent_version_expiration(noncurrent)
        .set_noncurrent_version_transitions(Some(later).filter(|all| !all.is_empty()))
        .set_abort_incomplete_multipart_upload(abort)
        .set_transitions(Some(transitions).filter(|all| !all.is_empty()))
        .build()
}

fn transition(of: &Transition) -> types::Transition {
    types::Transition::builder().days(of.days).storage_class(of.storage_class.as_str().into()).build()
}

fn noncurrent_transition(of: &NoncurrentVersionTransition) -> types::NoncurrentVersionTransition {
    types::NoncurrentVersionTransition::builder()
        .noncurrent_days(of.noncurrent_days)
        .storage_class(of.storage_class.as_str().into())
        .set_newer_noncurrent_versions(of.newer_noncurrent_versions)
        .build()
}

fn filter(of: &WireFilter) -> Result<types::LifecycleRuleFilter, BuildError> {
    let WireFilter { prefix, tag, object_size_greater_than, object_size_less_than, and } = of.clone();
    let tag = tag.map(|tag| types::Tag::builder().key(tag.key).value(tag.value).build()).transpose()?;
    Ok(types::LifecycleRuleFilter::builder()
        .set_prefix(prefix)
        .set_tag(tag)
        .set_object_size_greater_than(object_size_greater_than)
        .set_object_size_less_than(object_size_less_than)
        .set_and(and.map(several).transpose()?)
        .build())
}

fn several(of: And) -> Result<types::LifecycleRuleAndOperator, BuildError> {
    let tags = of.tags.into_iter().map(|(key, value)| types::Tag::builder().key(key).value(value).build());
    let tags: Vec<_> = tags.collect::<Result<_, _>>()?;
    Ok(types::LifecycleRuleAndOperator::builder()
        .set_prefix(of.prefix)
        .set_tags(Some(tags).filter(|all| !all.is_empty()))
        .set_object_size_greater_than(of.object_size_greater_than)
        .set_object_size_less_than(of.object_size_less_than)
        .build())
}
