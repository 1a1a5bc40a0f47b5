//! The calls on a topic and its subscriptions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::aws::kit::calls::calls;
use crate::aws::kit::tags::{tag_calls, tag_inputs};
use crate::aws::tags::{Tags, listed};
use crate::text::Text;

pub(super) const CONTENT_BASED_DEDUPLICATION: &str = "ContentBasedDeduplication";
pub(super) const DISPLAY_NAME: &str = "DisplayName";
pub(super) const FIFO_THROUGHPUT_SCOPE: &str = "FifoThroughputScope";
pub(super) const FIFO_TOPIC: &str = "FifoTopic";
pub(super) const KMS_MASTER_KEY_ID: &str = "KmsMasterKeyId";
pub(super) const POLICY: &str = "Policy";
pub(super) const RAW_MESSAGE_DELIVERY: &str = "RawMessageDelivery";
pub(super) const FILTER_POLICY: &str = "FilterPolicy";
pub(super) const FILTER_POLICY_SCOPE: &str = "FilterPolicyScope";
pub(super) const REDRIVE_POLICY: &str = "RedrivePolicy";

calls! {
    /// The calls on a topic and its subscriptions.
    pub enum Call {
        /// Makes the topic, without subscriptions.
        "sns:CreateTopic" => Create(CreateTopic),
        /// Changes one attribute.
        "sns:SetTopicAttributes" => SetAttribute(SetTopicAttributes),
        /// Adds a subscription.
        "sns:Subscribe" => Subscribe(Subscribe),
        /// Changes one attribute of a subscription.
        "sns:SetSubscriptionAttributes" => SetSubscriptionAttribute(SetSubscriptionAttributes),
        /// Removes a subscription.
        "sns:Unsubscribe" => Unsubscribe(Unsubscribe),
        /// Adds or changes tags.
        "sns:TagResource" => Tag(TagResource),
        /// Removes tags.
        "sns:UntagResource" => Untag(UntagResource),
        /// Deletes the topic with its subscriptions.
        "sns:DeleteTopic" => Delete(TopicArn),
    }
}

/// Input of `CreateTopic`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateTopic {
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) attributes: BTreeMap<String, String>,
    #[serde(with = "listed")]
    pub(super) tags: Tags,
}

/// Input of `SetTopicAttributes`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SetTopicAttributes {
    pub(super) topic_arn: String,
    pub(super) attribute_name: String,
    pub(super) attribute_value: String,
}

/// Input of `Subscribe`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Subscribe {
    pub(super) topic_arn: String,
    pub(super) protocol: String,
    pub(super) endpoint: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) return_subscription_arn: bool,
}

/// Input of `SetSubscriptionAttributes`. Without a value it takes a redrive policy away, for which AWS refuses an empty one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SetSubscriptionAttributes {
    pub(super) subscription_arn: Text,
    pub(super) attribute_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) attribute_value: Option<String>,
}

/// Input of `Unsubscribe`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Unsubscribe {
    pub(super) subscription_arn: Text,
}

tag_inputs!(TagResource, UntagResource { #[serde(rename = "ResourceArn")] resource_arn: String } listed);
tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

/// Input of `DeleteTopic`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TopicArn {
    pub(super) topic_arn: String,
}
