//! What IAM must allow for queues. Tags in the input of `CreateQueue` are asked for beside it.

use super::{Call, Queue, arn};
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on};
use crate::name::{Owner, Site};

impl RequiredActions for Queue {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let queue = |actions| on(arn(&id.site, &id.name), actions);
        match call {
            Call::Create(_) => queue(&["sqs:CreateQueue", "sqs:TagQueue"]),
            Call::SetAttributes(_) => queue(&["sqs:SetQueueAttributes"]),
            Call::Tag(_) => queue(&["sqs:TagQueue"]),
            Call::Untag(_) => queue(&["sqs:UntagQueue"]),
            Call::Delete(_) => queue(&["sqs:DeleteQueue"]),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        on(
            arn(&id.site, &id.name),
            &["sqs:CreateQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue"],
        )
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        on(arn(&id.site, &id.name), &["sqs:GetQueueAttributes", "sqs:ListQueueTags"])
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["sqs:ListQueues"])
    }
}
