//! What a topic is.

use super::*;

/// A topic. Its ARN follows from its name.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Topic {
    /// The sender's name in messages to people.
    pub display_name: Option<String>,
    /// The KMS key that encrypts messages at rest; `None`: they are not encrypted.
    pub kms_master_key_id: Option<String>,
    /// Who may do what with it; `None`: AWS's default, which is its own account.
    pub policy: Option<Document>,
    /// Who gets its messages, by `<protocol>:<endpoint>`.
    pub subscriptions: BTreeMap<String, Subscription>,
    pub tags: Tags,
}

/// How a subscriber gets messages.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Subscription {
    /// True to get the bare message, without SNS's envelope.
    pub raw_message_delivery: bool,
    /// Which messages, by their attributes; `None`: all.
    pub filter_policy: Option<Value>,
    /// True while its owner has not confirmed it. No part of the state: that may happen at any time.
    #[serde(skip)]
    pub unconfirmed: bool,
}

impl PartialEq for Subscription {
    fn eq(&self, other: &Self) -> bool {
        (self.raw_message_delivery, &self.filter_policy) == (other.raw_message_delivery, &other.filter_policy)
    }
}

impl Topic {
    /// The effect of a call on a topic that exists.
    pub(super) fn apply(&mut self, call: &Call) {
        match call {
            Call::Create(_) | Call::Delete(_) => {}
            Call::SetAttribute(input) => self.set(&input.topic_arn, &input.attribute_name, &input.attribute_value),
            Call::Subscribe(input) => {
                let mut subscription = Subscription::default();
                input.attributes.iter().for_each(|(name, value)| subscription.set(name, value));
                self.subscriptions.insert(key(&input.protocol, &input.endpoint), subscription);
            }
            Call::SetSubscriptionAttribute(input) => {
                let subscription =
                    subscription_key(&input.subscription_arn).and_then(|k| self.subscriptions.get_mut(k));
                if let Some(subscription) = subscription {
                    subscription.set(&input.attribute_name, &input.attribute_value);
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
            DISPLAY_NAME => self.display_name = some_text(value),
            KMS_MASTER_KEY_ID => self.kms_master_key_id = some_text(value),
            POLICY => self.policy = Document::parse(value).ok().filter(|p| !policy::is_default(p, topic_arn)),
            _ => {}
        }
    }
}

impl Subscription {
    /// Reads one of AWS's attributes.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        match name {
            RAW_MESSAGE_DELIVERY => self.raw_message_delivery = value == "true",
            FILTER_POLICY => self.filter_policy = serde_json::from_str(value).ok().and_then(filter),
            _ => {}
        }
    }

    /// The attributes that differ from those of `other`, as AWS wants them.
    pub(super) fn attributes_unlike(&self, other: &Self) -> Vec<(&'static str, String)> {
        let mut attributes = Vec::new();
        if self.raw_message_delivery != other.raw_message_delivery {
            attributes.push((RAW_MESSAGE_DELIVERY, self.raw_message_delivery.to_string()));
        }
        if self.filter_policy != other.filter_policy {
            let text = self.filter_policy.as_ref().map_or("{}".to_owned(), Value::to_string);
            attributes.push((FILTER_POLICY, text));
        }
        attributes
    }
}

pub(super) fn some_text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A filter as it is compared: an empty one filters nothing, and numbers are written one way.
pub fn filter(value: Value) -> Option<Value> {
    if value.as_object().is_some_and(|filter| filter.is_empty()) {
        return None;
    }
    let canonical = crate::canonical::bytes(&value).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    Some(canonical.unwrap_or(value))
}

/// What a subscription is called in states.
pub fn key(protocol: &str, endpoint: &str) -> String {
    format!("{protocol}:{endpoint}")
}
