//! What IAM must allow for buckets.
//!
//! In S3, several actions have other names than the operations that they allow, and a removal often needs the action of
//! the put.

use super::{Bucket, Call};
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on};
use crate::name::{Owner, Site};

/// What empties a bucket: reading what is in it,
const SWEEP_LISTS: &[&str] = &["s3:ListBucketMultipartUploads", "s3:ListBucketVersions"];
/// and deleting that.
const SWEEP_DELETES: &[&str] = &["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectVersion"];

impl RequiredActions for Bucket {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let bucket = |actions| on(arn(id), actions);
        match call {
            // The tags and who owns objects are part of the input.
            Call::Create(_) => bucket(&["s3:CreateBucket", "s3:PutBucketOwnershipControls", "s3:TagResource"]),
            Call::PutTagging(_) | Call::DeleteTagging(_) => bucket(&["s3:PutBucketTagging"]),
            Call::PutPublicAccessBlock(_) => bucket(&["s3:PutBucketPublicAccessBlock"]),
            Call::PutOwnershipControls(_) => bucket(&["s3:PutBucketOwnershipControls"]),
            Call::PutEncryption(_) => bucket(&["s3:PutEncryptionConfiguration"]),
            Call::PutVersioning(_) => bucket(&["s3:PutBucketVersioning"]),
            Call::PutLifecycle(_) | Call::DeleteLifecycle(_) => bucket(&["s3:PutLifecycleConfiguration"]),
            Call::PutCors(_) | Call::DeleteCors(_) => bucket(&["s3:PutBucketCORS"]),
            Call::PutNotifications(_) => bucket(&["s3:PutBucketNotification"]),
            Call::PutPolicy(_) => bucket(&["s3:PutBucketPolicy"]),
            Call::DeletePolicy(_) => bucket(&["s3:DeleteBucketPolicy"]),
            Call::DeleteObjects(_) => [bucket(SWEEP_LISTS), on(objects(id), SWEEP_DELETES)].concat(),
            Call::Delete(_) => bucket(&["s3:DeleteBucket"]),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let bucket = on(
            arn(id),
            &[
                "s3:CreateBucket",
                "s3:DeleteBucket",
                "s3:DeleteBucketPolicy",
                "s3:PutBucketCORS",
                "s3:PutBucketNotification",
                "s3:PutBucketOwnershipControls",
                "s3:PutBucketPolicy",
                "s3:PutBucketPublicAccessBlock",
                "s3:PutBucketTagging",
                "s3:PutBucketVersioning",
                "s3:PutEncryptionConfiguration",
                "s3:PutLifecycleConfiguration",
                "s3:TagResource",
            ],
        );
        [bucket, on(arn(id), SWEEP_LISTS), on(objects(id), SWEEP_DELETES)].concat()
    }

    /// The versions are only counted, and only where a plan would delete them.
    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        on(
            arn(id),
            &[
                "s3:GetBucketCORS",
                "s3:GetBucketNotification",
                "s3:GetBucketOwnershipControls",
                "s3:GetBucketPolicy",
                "s3:GetBucketPublicAccessBlock",
                "s3:GetBucketTagging",
                "s3:GetBucketVersioning",
                "s3:GetEncryptionConfiguration",
                "s3:GetLifecycleConfiguration",
                "s3:ListBucketVersions",
            ],
        )
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["s3:ListAllMyBuckets"])
    }
}

fn arn(id: &Id) -> String {
    format!("arn:{}:s3:::{}", id.site.partition, id.name)
}

fn objects(id: &Id) -> String {
    format!("{}/*", arn(id))
}
