//! What IAM must allow for topics.

use super::{Call, Topic, arn};
use crate::aws::Id;
use crate::aws::need::{Need, Needs, anywhere, on};
use crate::name::{Owner, Site};

impl Needs for Topic {
    fn needs(id: &Id, call: &Call) -> Vec<Need> {
        let topic = |actions| on(arn(id), actions);
        match call {
            Call::Create(_) => topic(&["sns:CreateTopic", "sns:TagResource"]),
            Call::SetAttribute(_) => topic(&["sns:SetTopicAttributes"]),
            Call::Subscribe(input) => {
                let need = Need::new("sns:Subscribe", arn(id));
                let need = need.when("StringEquals", "sns:Protocol", &input.protocol);
                vec![need.when("StringEquals", "sns:Endpoint", &input.endpoint)]
            }
            Call::SetSubscriptionAttribute(_) => anywhere(&["sns:SetSubscriptionAttributes"]),
            Call::Unsubscribe(_) => anywhere(&["sns:Unsubscribe"]),
            Call::Tag(_) => topic(&["sns:TagResource"]),
            Call::Untag(_) => topic(&["sns:UntagResource"]),
            Call::Delete(_) => topic(&["sns:DeleteTopic"]),
        }
    }

    /// Whom a topic may be subscribed to is in the input alone.
    fn needs_ever(id: &Id) -> Vec<Need> {
        let topic = on(
            arn(id),
            &["sns:CreateTopic", "sns:DeleteTopic", "sns:SetTopicAttributes", "sns:TagResource", "sns:UntagResource"],
        );
        [topic, anywhere(&["sns:SetSubscriptionAttributes", "sns:Unsubscribe"])].concat()
    }

    fn needs_to_read(id: &Id) -> Vec<Need> {
        let topic = on(arn(id), &["sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "sns:ListTagsForResource"]);
        [topic, anywhere(&["sns:GetSubscriptionAttributes"])].concat()
    }

    fn needs_to_list(_: &Site, _: &Owner) -> Vec<Need> {
        anywhere(&["sns:ListTopics"])
    }
}
