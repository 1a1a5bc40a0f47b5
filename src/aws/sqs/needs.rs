//! What IAM must allow for queues. Tags in the input of `CreateQueue` are asked for beside it.

use super::{Call, Queue, arn};
use crate::aws::Id;
use crate::aws::need::{Need, Needs, anywhere, on};
use crate::name::{Owner, Site};

impl Needs for Queue {
    fn needs(id: &Id, call: &Call) -> Vec<Need> {
        let queue = |actions| on(arn(&id.site, &id.name), actions);
        match call {
            Call::Create(_) => queue(&["sqs:CreateQueue", "sqs:TagQueue"]),
            Call::SetAttributes(_) => queue(&["sqs:SetQueueAttributes"]),
            Call::Tag(_) => queue(&["sqs:TagQueue"]),
            Call::Untag(_) => queue(&["sqs:UntagQueue"]),
            Call::Delete(_) => queue(&["sqs:DeleteQueue"]),
        }
    }

    fn needs_ever(id: &Id) -> Vec<Need> {
        on(
            arn(&id.site, &id.name),
            &["sqs:CreateQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue"],
        )
    }

    fn needs_to_read(id: &Id) -> Vec<Need> {
        on(arn(&id.site, &id.name), &["sqs:GetQueueAttributes", "sqs:ListQueueTags"])
    }

    fn needs_to_list(_: &Site, _: &Owner) -> Vec<Need> {
        anywhere(&["sqs:ListQueues"])
    }
}
