//! What IAM must allow for log groups.
//!
//! IAM knows a group by its ARN with `:*` behind it, and for the tag calls by the bare one. Tags in the input of
//! `CreateLogGroup` are asked for under either.

use super::{Call, LogGroup, arn};
use crate::aws::Id;
use crate::aws::need::{Need, Needs, anywhere, on};
use crate::name::{Owner, Site};

impl Needs for LogGroup {
    fn needs(id: &Id, call: &Call) -> Vec<Need> {
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

    fn needs_ever(id: &Id) -> Vec<Need> {
        let actions = &[
            "logs:CreateLogGroup",
            "logs:DeleteLogGroup",
            "logs:DeleteRetentionPolicy",
            "logs:PutRetentionPolicy",
            "logs:TagResource",
        ];
        [group(id, actions), tags(id, &["logs:TagResource", "logs:UntagResource"])].concat()
    }

    fn needs_to_read(id: &Id) -> Vec<Need> {
        [tags(id, &["logs:ListTagsForResource"]), anywhere(&["logs:DescribeLogGroups"])].concat()
    }

    fn needs_to_list(_: &Site, _: &Owner) -> Vec<Need> {
        anywhere(&["logs:DescribeLogGroups"])
    }

    /// What comes before our prefix is the service's: `/aws/lambda/`.
    fn names(owner: &Owner) -> String {
        format!("*/{}*", owner.prefix())
    }
}

fn group(id: &Id, actions: &[&'static str]) -> Vec<Need> {
    on(format!("{}:*", arn(id)), actions)
}

fn tags(id: &Id, actions: &[&'static str]) -> Vec<Need> {
    on(arn(id), actions)
}
