//! What IAM must allow for log groups.
//!
//! IAM knows a group by its ARN with `:*` behind it, and for the tag calls by the bare one. Tags in the input of
//! `CreateLogGroup` are asked for under either.

use super::{Call, LogGroup, arn};
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on};
use crate::name::{Owner, Site};

impl RequiredActions for LogGroup {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        match call {
            Call::Create(_) => {
                [group(id, &["logs:CreateLogGroup", "logs:TagResource"]), tags(id, &["logs:TagResource"])].concat()
            }
            Call::PutRetention(_) => group(id, &["logs:PutRetentionPolicy"]),
            Call::DeleteRetention(_) => group(id, &["logs:DeleteRetentionPolicy"]),
            Call::Tag(_) => tags(id, &["logs:TagResource"]),
            Call::Untag(_) => tags(id, &["logs:UntagResource"]),
            Call::Delete(_) => group(id, &["logs:DeleteLogGroup"]),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let actions = &[
            "logs:CreateLogGroup",
            "logs:DeleteLogGroup",
            "logs:DeleteRetentionPolicy",
            "logs:PutRetentionPolicy",
            "logs:TagResource",
        ];
        [group(id, actions), tags(id, &["logs:TagResource", "logs:UntagResource"])].concat()
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        [tags(id, &["logs:ListTagsForResource"]), anywhere(&["logs:DescribeLogGroups"])].concat()
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["logs:DescribeLogGroups"])
    }

    /// What comes before our prefix is the service's: `/aws/lambda/`.
    fn names(owner: &Owner) -> String {
        format!("*/{}*", owner.prefix())
    }
}

fn group(id: &Id, actions: &[&'static str]) -> Vec<RequiredAction> {
    on(format!("{}:*", arn(id)), actions)
}

fn tags(id: &Id, actions: &[&'static str]) -> Vec<RequiredAction> {
    on(arn(id), actions)
}
