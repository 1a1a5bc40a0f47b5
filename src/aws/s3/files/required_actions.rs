//! What IAM must allow for files: nothing outside their prefix, except for the listing.

use super::{Call, Files, place};
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, RequiredActions, on};
use crate::name::{Owner, Site};

impl RequiredActions for Files {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        match call {
            Call::Put(_) => on(objects(id), &["s3:PutObject"]),
            Call::Delete(_) => on(objects(id), &["s3:DeleteObject"]),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        on(objects(id), &["s3:DeleteObject", "s3:PutObject"])
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        on(format!("arn:{}:s3:::{}", id.site.partition, place(id).0), &["s3:ListBucket"])
    }

    /// Nothing is listed but what a bucket's section names.
    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        Vec::new()
    }
}

/// What looking at their headers needs, which planning does not.
pub fn actions_to_look(id: &Id) -> Vec<RequiredAction> {
    on(objects(id), &["s3:GetObject"])
}

fn objects(id: &Id) -> String {
    let (bucket, prefix) = place(id);
    format!("arn:{}:s3:::{bucket}/{prefix}*", id.site.partition)
}
