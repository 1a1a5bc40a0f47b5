//! What IAM must allow for topics.

use super::{Call, Topic, arn, feedback};
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on, pass_role};
use crate::name::{Owner, Site};

impl RequiredActions for Topic {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let topic = |actions| on(arn(id), actions);
        match call {
            Call::Create(_) => topic(&["sns:CreateTopic", "sns:TagResource"]),
            Call::SetAttribute(input) => {
                let role = Some(&input.attribute_value)
                    .filter(|role| feedback::is_role(&input.attribute_name) && !role.is_empty());
                let passed = role.map(|role| pass_role(role, "sns.amazonaws.com"));
                topic(&["sns:SetTopicAttributes"]).into_iter().chain(passed).collect()
            }
            Call::Subscribe(input) => {
                let required = RequiredAction::new("sns:Subscribe", arn(id));
                let required = required.when("StringEquals", "sns:Protocol", &input.protocol);
                vec![required.when("StringEquals", "sns:Endpoint", &input.endpoint)]
            }
            Call::SetSubscriptionAttribute(_) => anywhere(&["sns:SetSubscriptionAttributes"]),
            Call::Unsubscribe(_) => anywhere(&["sns:Unsubscribe"]),
            Call::Tag(_) => topic(&["sns:TagResource"]),
            Call::Untag(_) => topic(&["sns:UntagResource"]),
            Call::Delete(_) => topic(&["sns:DeleteTopic"]),
        }
    }

    /// Whom a topic may be subscribed to is in the input alone, and so is the role that logs its deliveries.
    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let topic = on(
            arn(id),
            &["sns:CreateTopic", "sns:DeleteTopic", "sns:SetTopicAttributes", "sns:TagResource", "sns:UntagResource"],
        );
        [topic, anywhere(&["sns:SetSubscriptionAttributes", "sns:Unsubscribe"])].concat()
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        let topic = on(arn(id), &["sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "sns:ListTagsForResource"]);
        [topic, anywhere(&["sns:GetSubscriptionAttributes"])].concat()
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["sns:ListTopics"])
    }
}
