//! What a topic is.

use super::*;
use crate::aws::kit::text::some_text;

/// A topic. Its ARN follows from its name.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Topic {
    /// True if messages are delivered in order, and once. Its name ends in `.fifo` then; it never changes.
    pub fifo_topic: bool,
    /// True if two messages with the same body within five minutes count as one. Only for a FIFO topic.
    pub content_based_deduplication: bool,
    /// Within what duplicates are detected and the limit of messages a second applies: `Topic` or `MessageGroup`. Only
    /// for a FIFO topic.
    pub fifo_throughput_scope: String,
    /// The sender's name in messages to people.
    pub display_name: Option<String>,
    /// The KMS key that encrypts messages at rest; `None`: they are not encrypted.
    pub kms_master_key_id: Option<String>,
    /// Who may do what with it; `None`: AWS's default, which is its own account.
    pub policy: Option<Document>,
    /// How deliveries are logged, by the protocol as AWS's attributes begin with it, such as `SQS`.
    pub delivery_status: BTreeMap<String, Feedback>,
    /// Who gets its messages, by `<protocol>:<endpoint>`.
    pub subscriptions: BTreeMap<String, Subscription>,
    pub tags: Tags,
}

impl Default for Topic {
    /// As AWS makes one that is asked for nothing.
    fn default() -> Self {
        Self {
            fifo_topic: false,
            content_based_deduplication: false,
            fifo_throughput_scope: "Topic".into(),
            display_name: None,
            kms_master_key_id: None,
            policy: None,
            delivery_status: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            tags: Tags::new(),
        }
    }
}

impl Topic {
    /// The effect of a call on a topic that exists.
    pub(super) fn apply(&mut self, call: &Call) {
        match call {
            Call::Create(_) | Call::Delete(_) => {}
            Call::SetAttribute(input) => self.set(&input.topic_arn, &input.attribute_name, &input.attribute_value),
            Call::Subscribe(input) => {
                let subscription = Subscription::of(&input.attributes);
                self.subscriptions.insert(key(&input.protocol, &input.endpoint), subscription);
            }
            Call::SetSubscriptionAttribute(input) => {
                let subscription =
                    subscription_key(&input.subscription_arn).and_then(|k| self.subscriptions.get_mut(k));
                if let Some(subscription) = subscription {
                    subscription.set(&input.attribute_name, input.attribute_value.as_deref().unwrap_or_default());
                }
            }
            Call::Unsubscribe(input) => {
                if let Some(key) = subscription_key(&input.subscription_arn) {
                    self.subscriptions.remove(key);
                }
            }
            Call::Tag(input) => input.apply(&mut self.tags),
            Call::Untag(input) => input.apply(&mut self.tags),
        }
    }

    /// Reads one of AWS's attributes, all of which are texts. Attributes that are not modelled change nothing.
    pub(super) fn set(&mut self, topic_arn: &str, name: &str, value: &str) {
        match name {
            CONTENT_BASED_DEDUPLICATION => self.content_based_deduplication = value == "true",
            DISPLAY_NAME => self.display_name = some_text(Some(value)),
            FIFO_THROUGHPUT_SCOPE => self.fifo_throughput_scope = value.to_owned(),
            FIFO_TOPIC => self.fifo_topic = value == "true",
            KMS_MASTER_KEY_ID => self.kms_master_key_id = some_text(Some(value)),
            POLICY => self.policy = Document::parse(value).ok().filter(|p| !policy::is_default(p, topic_arn)),
            _ => feedback::set(&mut self.delivery_status, name, value),
        }
    }
}

/// What a subscription is called in states.
pub fn key(protocol: &str, endpoint: &str) -> String {
    format!("{protocol}:{endpoint}")
}
