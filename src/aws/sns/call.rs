//! The calls on a topic and its subscriptions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::aws::tags::{Tags, listed};
use crate::text::Text;

pub(super) const DISPLAY_NAME: &str = "DisplayName";
pub(super) const KMS_MASTER_KEY_ID: &str = "KmsMasterKeyId";
pub(super) const POLICY: &str = "Policy";
pub(super) const RAW_MESSAGE_DELIVERY: &str = "RawMessageDelivery";
pub(super) const FILTER_POLICY: &str = "FilterPolicy";

/// The calls on a topic and its subscriptions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "api", content = "input")]
pub enum Call {
    /// Makes the topic, without subscriptions.
    #[serde(rename = "sns:CreateTopic")]
    Create(CreateTopic),
    /// Changes one attribute.
    #[serde(rename = "sns:SetTopicAttributes")]
    SetAttribute(SetTopicAttributes),
    /// Adds a subscription.
    #[serde(rename = "sns:Subscribe")]
    Subscribe(Subscribe),
    /// Changes one attribute of a subscription.
    #[serde(rename = "sns:SetSubscriptionAttributes")]
    SetSubscriptionAttribute(SetSubscriptionAttributes),
    /// Removes a subscription.
    #[serde(rename = "sns:Unsubscribe")]
    Unsubscribe(Unsubscribe),
    /// Adds or changes tags.
    #[serde(rename = "sns:TagResource")]
    Tag(TagResource),
    /// Removes tags.
    #[serde(rename = "sns:UntagResource")]
    Untag(UntagResource),
    /// Deletes the topic with its subscriptions.
    #[serde(rename = "sns:DeleteTopic")]
    Delete(TopicArn),
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

/// Input of `SetSubscriptionAttributes`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SetSubscriptionAttributes {
    pub(super) subscription_arn: Text,
    pub(super) attribute_name: String,
    pub(super) attribute_value: String,
}

/// Input of `Unsubscribe`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Unsubscribe {
    pub(super) subscription_arn: Text,
}

/// Input of `TagResource`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TagResource {
    pub(super) resource_arn: String,
    #[serde(with = "listed")]
    pub(super) tags: Tags,
}

/// Input of `UntagResource`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UntagResource {
    pub(super) resource_arn: String,
    pub(super) tag_keys: Vec<String>,
}

/// Input of `DeleteTopic`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TopicArn {
    pub(super) topic_arn: String,
}
