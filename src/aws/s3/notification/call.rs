//! The input of the put of a bucket's notifications, in AWS's spelling.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Notification, Notifications};

/// Input of `PutBucketNotificationConfiguration`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutBucketNotificationConfiguration {
    pub(super) bucket: String,
    pub(super) expected_bucket_owner: String,
    /// Where no destination is new there is nothing to try: AWS would send each queue and topic a test event, and refuse the
    /// removal of one entry because of another whose destination is gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) skip_destination_validation: bool,
    pub(super) notification_configuration: NotificationConfiguration,
}

/// The whole document.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NotificationConfiguration {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) topic_configurations: Vec<Entry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) queue_configurations: Vec<Entry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) lambda_function_configurations: Vec<Entry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) event_bridge_configuration: Option<EventBridgeConfiguration>,
}

/// What one destination gets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Entry {
    pub(super) id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) topic_arn: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) queue_arn: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) lambda_function_arn: Option<String>,
    pub(super) events: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) filter: Option<NotificationFilter>,
}

/// EventBridge gets all events; there is nothing to set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventBridgeConfiguration {}

/// Which objects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NotificationFilter {
    pub(super) key: KeyFilter,
}

/// Which keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct KeyFilter {
    pub(super) filter_rules: Vec<FilterRule>,
}

/// How keys begin or end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct FilterRule {
    /// `prefix` or `suffix`.
    pub(super) name: String,
    pub(super) value: String,
}

impl PutBucketNotificationConfiguration {
    /// Makes `next` of what there is.
    pub fn new(bucket: String, expected_bucket_owner: String, next: &Notifications, live: &Notifications) -> Self {
        let skip_destination_validation = next.destinations().is_subset(&live.destinations());
        Self { bucket, expected_bucket_owner, skip_destination_validation, notification_configuration: next.into() }
    }

    /// What the bucket reports then.
    pub fn notifications(&self) -> Notifications {
        let document = &self.notification_configuration;
        let lists =
            [&document.topic_configurations, &document.queue_configurations, &document.lambda_function_configurations];
        let entries = lists.into_iter().flatten().map(|entry| (entry.id.clone(), entry.into()));
        Notifications { event_bridge: document.event_bridge_configuration.is_some(), entries: entries.collect() }
    }
}

impl From<&Notifications> for NotificationConfiguration {
    fn from(next: &Notifications) -> Self {
        let all = || next.entries.iter().map(|(id, entry)| entry.with_id(id));
        Self {
            topic_configurations: all().filter(|entry| entry.topic_arn.is_some()).collect(),
            queue_configurations: all().filter(|entry| entry.queue_arn.is_some()).collect(),
            lambda_function_configurations: all().filter(|entry| entry.lambda_function_arn.is_some()).collect(),
            event_bridge_configuration: next.event_bridge.then_some(EventBridgeConfiguration {}),
        }
    }
}

impl Notification {
    fn with_id(&self, id: &str) -> Entry {
        let rule = |name: &str, value: &String| FilterRule { name: name.to_owned(), value: value.clone() };
        let prefix = self.prefix.iter().map(|value| rule("prefix", value));
        let filter_rules: Vec<_> = prefix.chain(self.suffix.iter().map(|value| rule("suffix", value))).collect();
        Entry {
            id: id.to_owned(),
            topic_arn: self.topic_arn.clone(),
            queue_arn: self.queue_arn.clone(),
            lambda_function_arn: self.lambda_function_arn.clone(),
            events: self.events.clone(),
            filter: (!filter_rules.is_empty()).then_some(NotificationFilter { key: KeyFilter { filter_rules } }),
        }
    }
}

impl From<&Entry> for Notification {
    fn from(entry: &Entry) -> Self {
        let rules = || entry.filter.iter().flat_map(|filter| &filter.key.filter_rules);
        let value = |name: &str| rules().find(|rule| rule.name == name).map(|rule| rule.value.clone());
        Self {
            lambda_function_arn: entry.lambda_function_arn.clone(),
            queue_arn: entry.queue_arn.clone(),
            topic_arn: entry.topic_arn.clone(),
            events: entry.events.clone(),
            prefix: value("prefix"),
            suffix: value("suffix"),
        }
    }
}
