//! Which call comes next.
//!
//! Order of an update: tags, so that it has our owner first; public access block before the policy, which it
//! may refuse; the policy last. Notifications come after the tag that says that there are some, and go before it.

use super::call::{
    Call, CorsConfiguration, CreateBucket, CreateBucketConfiguration, DeleteObjects, Every, LifecycleConfiguration,
    OfBucket, PutBucketCors, PutBucketEncryption, PutBucketLifecycleConfiguration, PutBucketOwnershipControls,
    PutBucketPolicy, PutBucketTagging, PutBucketVersioning, PutPublicAccessBlock, Tagging, VersioningConfiguration,
};
use super::notification::call::PutBucketNotificationConfiguration;
use super::{Bucket, LifecycleRule, Notifications};
use crate::aws::Id;

/// The one region that a bucket is made in by not naming any.
const NAMELESS: &str = "us-east-1";

/// Makes the bucket, with its tags: there is never one without an owner. Never called for one that exists: in `us-east-1` that would succeed and reset its ACLs.
pub(super) fn create(id: &Id, want: &Bucket) -> Call {
    let region = id.site.region.as_str();
    let configuration = CreateBucketConfiguration {
        location_constraint: (region != NAMELESS).then(|| region.to_owned()),
        tags: want.tags.clone(),
    };
    Call::Create(CreateBucket {
        bucket: id.name.clone(),
        create_bucket_configuration: Some(configuration).filter(|c| *c != CreateBucketConfiguration::default()),
        object_ownership: want.object_ownership.clone(),
    })
}

/// Leads to absence: AWS deletes empty buckets only.
pub(super) fn delete(id: &Id, live: &Bucket) -> Call {
    let of = OfBucket::new(id);
    let OfBucket { bucket, expected_bucket_owner } = of.clone();
    match live.swept {
        false => Call::DeleteObjects(DeleteObjects { bucket, expected_bucket_owner, every: Every::Version }),
        true => Call::Delete(of),
    }
}

/// Leads from one state of a bucket to another, one part at a time.
pub(super) fn update(id: &Id, want: &Bucket, live: &Bucket) -> Option<Call> {
    let of = || OfBucket::new(id);
    let next = want.next_notifications(live);
    let differ = next != live.notification_configuration;
    let parts: [(bool, &dyn Fn() -> Call); 10] = [
        (differ && !want.notifies(), &|| notifications(of(), &next, live)),
        (want.tags != live.tags, &|| tagging(of(), want)),
        (want.public_access_block != live.public_access_block, &|| public_access_block(of(), want)),
        (want.object_ownership != live.object_ownership, &|| {
            Call::PutOwnershipControls(PutBucketOwnershipControls::new(of(), &want.object_ownership))
        }),
        (want.encryption != live.encryption, &|| Call::PutEncryption(PutBucketEncryption::new(of(), &want.encryption))),
        (want.versioning != live.versioning, &|| versioning(of(), want)),
        (want.lifecycle_rules != live.lifecycle_rules, &|| lifecycle(of(), want)),
        (want.cors_rules != live.cors_rules, &|| cors(of(), want)),
        (want.policy != live.policy, &|| policy(of(), want)),
        (differ, &|| notifications(of(), &next, live)),
    ];
    parts.iter().find(|(differs, _)| *differs).map(|(_, call)| call())
}

fn tagging(of: OfBucket, want: &Bucket) -> Call {
    if want.tags.is_empty() {
        return Call::DeleteTagging(of);
    }
    let OfBucket { bucket, expected_bucket_owner } = of;
    let tagging = Tagging { tag_set: want.tags.clone() };
    Call::PutTagging(PutBucketTagging { bucket, expected_bucket_owner, tagging })
}

fn public_access_block(OfBucket { bucket, expected_bucket_owner }: OfBucket, want: &Bucket) -> Call {
    let public_access_block_configuration = want.public_access_block;
    Call::PutPublicAccessBlock(PutPublicAccessBlock {
        bucket,
        expected_bucket_owner,
        public_access_block_configuration,
    })
}

fn versioning(OfBucket { bucket, expected_bucket_owner }: OfBucket, want: &Bucket) -> Call {
    let versioning_configuration = VersioningConfiguration { status: want.versioning };
    Call::PutVersioning(PutBucketVersioning { bucket, expected_bucket_owner, versioning_configuration })
}

fn lifecycle(of: OfBucket, want: &Bucket) -> Call {
    if want.lifecycle_rules.is_empty() {
        return Call::DeleteLifecycle(of);
    }
    let OfBucket { bucket, expected_bucket_owner } = of;
    let rules = want.lifecycle_rules.values().cloned().map(LifecycleRule::into_form).collect();
    let lifecycle_configuration = LifecycleConfiguration { rules };
    Call::PutLifecycle(PutBucketLifecycleConfiguration { bucket, expected_bucket_owner, lifecycle_configuration })
}

fn cors(of: OfBucket, want: &Bucket) -> Call {
    if want.cors_rules.is_empty() {
        return Call::DeleteCors(of);
    }
    let OfBucket { bucket, expected_bucket_owner } = of;
    let cors_configuration = CorsConfiguration { cors_rules: want.cors_rules.clone() };
    Call::PutCors(PutBucketCors { bucket, expected_bucket_owner, cors_configuration })
}

fn policy(of: OfBucket, want: &Bucket) -> Call {
    let OfBucket { bucket, expected_bucket_owner } = of.clone();
    match &want.policy {
        None => Call::DeletePolicy(of),
        Some(policy) => Call::PutPolicy(PutBucketPolicy { bucket, expected_bucket_owner, policy: policy.clone() }),
    }
}

fn notifications(OfBucket { bucket, expected_bucket_owner }: OfBucket, next: &Notifications, live: &Bucket) -> Call {
    let live = &live.notification_configuration;
    Call::PutNotifications(PutBucketNotificationConfiguration::new(bucket, expected_bucket_owner, next, live))
}
