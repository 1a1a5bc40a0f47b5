//! How a subscriber gets messages.
//!
//! SNS changes one attribute in a call, checks a filter against the scope that is set at that moment, and does not show
//! the scope of a subscription without a filter. So between two scopes, there is a [filter that matches whatever a
//! filter can match](everything), which both scopes accept and AWS shows: each call can be observed, and a nested
//! filter never meets the scope of attributes. No message that both filters match is lost in between. Only where one
//! end has no filter at all, SNS holds back what no filter matches for the moment between two calls: by attributes, a
//! message without any; by the body, one that is no JSON object, or an empty one.

use serde::Deserialize;
use serde_json::json;

use super::*;

/// The scope of a filter where nobody asks for another one.
pub const MESSAGE_ATTRIBUTES: &str = "MessageAttributes";
/// The scope of a filter that is held against the message itself.
pub const MESSAGE_BODY: &str = "MessageBody";

/// How a subscriber gets messages.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Subscription {
    /// True to get the bare message, without SNS's envelope.
    pub raw_message_delivery: bool,
    /// Which messages; `None`: all.
    pub filter_policy: Option<Value>,
    /// What the filter is held against: [`MESSAGE_ATTRIBUTES`], as without a filter, or [`MESSAGE_BODY`].
    pub filter_policy_scope: String,
    /// Where messages go that could not be delivered; `None`: nowhere.
    pub redrive_policy: Option<RedrivePolicy>,
    /// True while its owner has not confirmed it. No part of the state: that may happen at any time.
    #[serde(skip)]
    pub unconfirmed: bool,
}

/// Where messages that could not be delivered are sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RedrivePolicy {
    /// The ARN of the queue that they go to.
    pub dead_letter_target_arn: String,
}

impl Default for Subscription {
    /// As AWS makes one that is asked for nothing.
    fn default() -> Self {
        Self {
            raw_message_delivery: false,
            filter_policy: None,
            filter_policy_scope: MESSAGE_ATTRIBUTES.into(),
            redrive_policy: None,
            unconfirmed: false,
        }
    }
}

impl PartialEq for Subscription {
    fn eq(&self, other: &Self) -> bool {
        let parts = |it: &Self| (it.raw_message_delivery, it.filter_policy_scope.clone(), it.redrive_policy.clone());
        self.filter_policy == other.filter_policy && parts(self) == parts(other)
    }
}

impl Subscription {
    /// One with these of AWS's attributes.
    pub(super) fn of(attributes: &BTreeMap<String, String>) -> Self {
        let mut subscription = Self::default();
        // A policy stands before its scope in the order of names.
        attributes.iter().for_each(|(name, value)| subscription.set(name, value));
        subscription
    }

    /// Reads one of AWS's attributes.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        match name {
            RAW_MESSAGE_DELIVERY => self.raw_message_delivery = value == "true",
            FILTER_POLICY => self.filter_policy = serde_json::from_str(value).ok().and_then(filter),
            FILTER_POLICY_SCOPE => self.filter_policy_scope = value.to_owned(),
            REDRIVE_POLICY => self.redrive_policy = serde_json::from_str(value).ok(),
            _ => {}
        }
        if self.filter_policy.is_none() {
            self.filter_policy_scope = MESSAGE_ATTRIBUTES.into();
        }
    }

    /// What it is made with, as AWS wants it.
    pub(super) fn attributes(&self) -> BTreeMap<String, String> {
        let is_of_body = self.filter_policy_scope != MESSAGE_ATTRIBUTES;
        let all = [
            (RAW_MESSAGE_DELIVERY, self.raw_message_delivery.then(|| "true".to_owned())),
            (FILTER_POLICY, self.filter_policy.as_ref().map(Value::to_string)),
            (FILTER_POLICY_SCOPE, is_of_body.then(|| self.filter_policy_scope.clone())),
            (REDRIVE_POLICY, self.redrive_text()),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// The next attribute to set on the way from `live`, and its value; `None` as a value takes it away.
    pub(super) fn next_attribute(&self, live: &Self) -> Option<(&'static str, Option<String>)> {
        if self.raw_message_delivery != live.raw_message_delivery {
            return Some((RAW_MESSAGE_DELIVERY, Some(self.raw_message_delivery.to_string())));
        }
        if self.filter_policy_scope != live.filter_policy_scope {
            let everything = everything();
            return Some(match live.filter_policy.as_ref() == Some(&everything) {
                true => (FILTER_POLICY_SCOPE, Some(self.filter_policy_scope.clone())),
                false => (FILTER_POLICY, Some(everything.to_string())),
            });
        }
        if self.filter_policy != live.filter_policy {
            let text = self.filter_policy.as_ref().map_or("{}".to_owned(), Value::to_string);
            return Some((FILTER_POLICY, Some(text)));
        }
        (self.redrive_policy != live.redrive_policy).then(|| (REDRIVE_POLICY, self.redrive_text()))
    }

    fn redrive_text(&self) -> Option<String> {
        self.redrive_policy.as_ref().and_then(|policy| serde_json::to_string(policy).ok())
    }
}

/// A filter that matches every message with an attribute, or every body with a member, whichever the scope is: none has
/// this one. Without any attribute or member, SNS matches no filter.
fn everything() -> Value {
    json!({"serverless-app-everything": [{"exists": false}]})
}

/// A filter as it is compared: an empty one filters nothing, and numbers are written one way.
pub fn filter(value: Value) -> Option<Value> {
    if value.as_object().is_some_and(|filter| filter.is_empty()) {
        return None;
    }
    let canonical = crate::canonical::bytes(&value).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    Some(canonical.unwrap_or(value))
}
