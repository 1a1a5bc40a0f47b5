//! What IAM must allow for rules. Tags in the input of `PutRule` are asked for beside it, and each role that a target asks for
//! is passed.

use super::{Call, Rule, arn};
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on, pass_role};
use crate::name::{Owner, Site};

impl RequiredActions for Rule {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let rule = |actions| on(arn(id), actions);
        match call {
            Call::Put(input) if input.tags.is_empty() => rule(&["events:PutRule"]),
            Call::Put(_) => rule(&["events:PutRule", "events:TagResource"]),
            Call::PutTargets(input) => {
                let roles = input.targets.values().filter_map(|target| target.role_arn.as_deref());
                let passed = roles.map(|role| pass_role(role, "events.amazonaws.com"));
                rule(&["events:PutTargets"]).into_iter().chain(passed).collect()
            }
            Call::RemoveTargets(_) => rule(&["events:RemoveTargets"]),
            Call::Tag(_) => rule(&["events:TagResource"]),
            Call::Untag(_) => rule(&["events:UntagResource"]),
            Call::Delete(_) => rule(&["events:DeleteRule"]),
        }
    }

    /// Which roles are passed is in the input alone.
    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        on(
            arn(id),
            &[
                "events:DeleteRule",
                "events:PutRule",
                "events:PutTargets",
                "events:RemoveTargets",
                "events:TagResource",
                "events:UntagResource",
            ],
        )
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        on(arn(id), &["events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"])
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["events:ListEventBuses", "events:ListRules"])
    }
}
