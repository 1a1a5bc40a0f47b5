//! Which members of a bucket's configurations are read or judged: a shape for each call that replaces one. `observe`
//! reports whether other members are set.

use crate::aws::kit::members::{Member, Shape, members};

/// Of an answer that is one configuration.
const fn of(members: &'static [Member], erased_by: &'static str) -> Shape {
    Shape { at: &[], named_by: "", members, erased_by }
}

pub(super) const VERSIONING: Shape = of(members! { Status, MfaDelete }, "s3:PutBucketVersioning");

pub(super) const ENCRYPTION: Shape = of(
    members! {
        Rule {
            ApplyServerSideEncryptionByDefault { SSEAlgorithm, KMSMasterKeyID }, BucketKeyEnabled,
            BlockedEncryptionTypes { EncryptionType },
        },
    },
    "s3:PutBucketEncryption",
);

pub(super) const PUBLIC_ACCESS_BLOCK: Shape = of(
    members! { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets },
    "s3:PutPublicAccessBlock",
);

pub(super) const OWNERSHIP: Shape = of(members! { Rule { ObjectOwnership } }, "s3:PutBucketOwnershipControls");

pub(super) const LIFECYCLE: Shape = of(
    members! {
        Rule {
            ID, Status, Prefix,
            Filter {
                Prefix, Tag, ObjectSizeGreaterThan, ObjectSizeLessThan,
                And { Prefix, Tag, ObjectSizeGreaterThan, ObjectSizeLessThan },
            },
            Expiration { Date, Days, ExpiredObjectDeleteMarker },
            NoncurrentVersionExpiration { NoncurrentDays, NewerNoncurrentVersions },
            NoncurrentVersionTransition { NoncurrentDays, StorageClass, NewerNoncurrentVersions },
            AbortIncompleteMultipartUpload { DaysAfterInitiation },
            Transition { Date, Days, StorageClass },
        },
    },
    "s3:PutBucketLifecycleConfiguration",
);

pub(super) const CORS: Shape = of(
    members! { CORSRule { ID, AllowedOrigin, AllowedMethod, AllowedHeader, ExposeHeader, MaxAgeSeconds } },
    "s3:PutBucketCors",
);

pub(super) const NOTIFICATION: Shape = of(
    members! {
        TopicConfiguration { Id, Topic, Event, Filter { S3Key { FilterRule { Name, Value } } } },
        QueueConfiguration { Id, Queue, Event, Filter { S3Key { FilterRule { Name, Value } } } },
        CloudFunctionConfiguration { Id, CloudFunction, Event, Filter { S3Key { FilterRule { Name, Value } } } },
        EventBridgeConfiguration,
    },
    super::notification::API,
);
