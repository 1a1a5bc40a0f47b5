//! What AWS reports of a bucket's lifecycle rules.

use std::collections::BTreeMap;

use aws_sdk_s3::operation::get_bucket_lifecycle_configuration::GetBucketLifecycleConfigurationOutput as Output;
use aws_sdk_s3::types;

use super::{
    AbortIncompleteMultipartUpload, And, Expiration, Filter, LifecycleRule, NoncurrentVersionExpiration,
    NoncurrentVersionTransition, Tag, Transition, WireFilter,
};

/// The rules by id.
pub(in crate::aws::s3) fn rules(live: Option<&Output>) -> BTreeMap<String, LifecycleRule> {
    let rules = live.map(|live| live.rules()).unwrap_or_default().iter().map(rule);
    rules.map(|rule| (rule.id.clone(), rule)).collect()
}

fn rule(live: &types::LifecycleRule) -> LifecycleRule {
    let abort = live.abort_incomplete_multipart_upload().and_then(|a| a.days_after_initiation());
    let transition = |t: &types::Transition| {
        Some(Transition { days: t.days()?, storage_class: t.storage_class()?.as_str().to_owned() })
    };
    LifecycleRule {
        id: live.id().unwrap_or_default().to_owned(),
        status: live.status().as_str().to_owned(),
        filter: filter(live),
        expiration: live.expiration().and_then(expiration),
        noncurrent_version_expiration: live.noncurrent_version_expiration().and_then(noncurrent_expiration),
        noncurrent_version_transitions: live
            .noncurrent_version_transitions()
            .iter()
            .filter_map(noncurrent_transition)
            .collect(),
        abort_incomplete_multipart_upload: abort
            .map(|days_after_initiation| AbortIncompleteMultipartUpload { days_after_initiation }),
        transitions: live.transitions().iter().filter_map(transition).collect(),
    }
}

fn expiration(live: &types::LifecycleExpiration) -> Option<Expiration> {
    let expiration = Expiration {
        days: live.days(),
        expired_object_delete_marker: live.expired_object_delete_marker().unwrap_or(false),
    };
    (expiration != Expiration::default()).then_some(expiration)
}

fn noncurrent_expiration(live: &types::NoncurrentVersionExpiration) -> Option<NoncurrentVersionExpiration> {
    let newer_noncurrent_versions = live.newer_noncurrent_versions();
    Some(NoncurrentVersionExpiration { noncurrent_days: live.noncurrent_days()?, newer_noncurrent_versions })
}

fn noncurrent_transition(live: &types::NoncurrentVersionTransition) -> Option<NoncurrentVersionTransition> {
    Some(NoncurrentVersionTransition {
        noncurrent_days: live.noncurrent_days()?,
        storage_class: live.storage_class()?.as_str().to_owned(),
        newer_noncurrent_versions: live.newer_noncurrent_versions(),
    })
}

/// A prefix may stand in whichever of three places an old or new client has put it.
#[expect(deprecated, reason = "rules that old clients wrote have their prefix there")]
fn filter(live: &types::LifecycleRule) -> Filter {
    let tag = |tag: &types::Tag| Tag { key: tag.key().to_owned(), value: tag.value().to_owned() };
    let wire = live.filter().map(|filter| WireFilter {
        prefix: filter.prefix().map(str::to_owned),
        tag: filter.tag().map(tag),
        object_size_greater_than: filter.object_size_greater_than(),
        object_size_less_than: filter.object_size_less_than(),
        and: filter.and().map(and),
    });
    let wire = wire.unwrap_or_else(|| WireFilter { prefix: live.prefix().map(str::to_owned), ..WireFilter::default() });
    wire.into()
}

fn and(live: &types::LifecycleRuleAndOperator) -> And {
    And {
        prefix: live.prefix().map(str::to_owned),
        tags: live.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect(),
        object_size_greater_than: live.object_size_greater_than(),
        object_size_less_than: live.object_size_less_than(),
    }
}

/// What a live rule has that ours cannot say.
pub(in crate::aws::s3) fn unmodelled(rule: &types::LifecycleRule) -> Vec<&'static str> {
    let without_days = rule.noncurrent_version_expiration().is_some_and(|e| e.noncurrent_days().is_none());
    let set = [
        ("Expiration.Date", rule.expiration().is_some_and(|e| e.date().is_some())),
        ("NoncurrentVersionExpiration", without_days),
        ("Transitions.Date", rule.transitions().iter().any(|t| t.date().is_some())),
    ];
    set.into_iter().filter(|(_, set)| *set).map(|(name, _)| name).collect()
}
