//! A bucket and its files with everything.

use super::*;

pub fn bucket() -> s3::Bucket {
    let rule = s3::LifecycleRule {
        id: text(),
        status: text(),
        filter: s3::Filter {
            prefix: text(),
            tags: map(),
            object_size_greater_than: Some(1),
            object_size_less_than: Some(3),
        },
        expiration: Some(s3::Expiration { days: Some(1), expired_object_delete_marker: true }),
        noncurrent_version_expiration: Some(s3::NoncurrentVersionExpiration {
            noncurrent_days: 1,
            newer_noncurrent_versions: Some(1),
        }),
        noncurrent_version_transitions: BTreeSet::from([s3::NoncurrentVersionTransition {
            noncurrent_days: 1,
            storage_class: text(),
            newer_noncurrent_versions: Some(1),
        }]),
        abort_incomplete_multipart_upload: Some(s3::AbortIncompleteMultipartUpload { days_after_initiation: 1 }),
        transitions: BTreeSet::from([s3::Transition { days: 1, storage_class: text() }]),
    };
    let notification = s3::Notification {
        lambda_function_arn: Some(text()),
        queue_arn: Some(text()),
        topic_arn: Some(text()),
        events: set(),
        prefix: Some(text()),
        suffix: Some(text()),
    };
    let mut bucket = s3::Bucket::private(tags());
    bucket.notification_configuration = s3::Notifications { event_bridge: true, entries: named(notification) };
    bucket.encryption = s3::Encryption::kms(text(), true);
    bucket.lifecycle_rules = named(rule);
    bucket.cors_rules = vec![s3::CorsRule { allowed_origins: set(), ..s3::CorsRule::default() }];
    bucket.policy = Some(document());
    bucket
}

pub fn files() -> s3::Files {
    let object = s3::files::Object { e_tag: text(), size: 1, put: None };
    s3::Files::new(Some(text()), named(object))
}
