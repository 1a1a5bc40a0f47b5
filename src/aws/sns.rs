//! Simple Notification Service: topics with their subscriptions.
//!
//! Subscriptions have no tags and belong to their topic: what the manifest does not ask for is removed. One to an
//! address outside AWS (email, https) stays unconfirmed until its owner agrees. Until then AWS tells no ARN of it, so
//! it can be neither changed nor removed, and its attributes cannot be read; it expires by itself. Therefore:
//! - an unconfirmed subscription counts as subscribed, with no attributes, so that an apply need not wait for people;
//! - one that is not wanted is [kept](Resource::keep) and named beside the state;
//! - attributes can only be asked for where AWS confirms by itself.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::aws::document::Document;
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::changed;
use crate::aws::kit::tags::{sdk_tag, tagged};
use crate::aws::rate::{Limit, Of, limit};
use crate::aws::settle::{
    Rule,
    reason::{BUSY, ROLE},
    rule,
};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Kind, Observed, Resource};
use crate::name::Owner;
use crate::text::{OutputRef, Text};

mod call;
mod need;
mod observe;
pub mod policy;
mod send;

pub use call::*;

sdk_tag!(aws_sdk_sns::types::Tag);

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
    /// Tags.
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

const HEALS: &[Rule] = &[
    rule("sns:SetTopicAttributes", "InvalidParameter", "PrincipalNotFound", 120, ROLE),
    rule("sns:SetTopicAttributes", "InvalidParameter", "is not a valid role to allow SNS", 120, ROLE),
    rule("sns:", "ConcurrentAccess", "", 120, BUSY),
    rule("sns:", "StaleTag", "", 120, BUSY),
    rule("sns:", "NotFound", "", 60, "a new topic to be known everywhere"),
];

const LIMITS: &[Limit] =
    &[limit("SNS", Of::Each(&["ListTopics"]), 30.0, 30.0), limit("SNS", Of::Each(&["Subscribe"]), 100.0, 100.0)];

impl Resource for Topic {
    type Call = Call;
    type Seed = ();
    const HEALS: &'static [Rule] = HEALS;
    const LIMITS: &'static [Limit] = LIMITS;
    const USED_BY: &'static [Kind] = &[Kind::Alarm, Kind::Function];

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        match (want, live) {
            (None, None) => None,
            (None, Some(_)) => Some(Call::Delete(TopicArn { topic_arn: arn(id) })),
            (Some(want), None) => Some(Call::Create(create(id, want))),
            (Some(want), Some(live)) => next_attribute(id, want, live)
                .or_else(|| next_subscriber(id, want, live))
                .or_else(|| next_subscription_attribute(id, want, live))
                .or_else(|| next_unsubscriber(id, want, live))
                .or_else(|| tags::next(arn(id), &want.tags, &live.tags)),
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(created(input)),
            Call::Delete(_) => None,
            other => changed(state, |topic| topic.apply(other)),
        }
    }

    /// An unconfirmed subscription stays as it is, wanted or not: no call can reach it.
    fn keep(&mut self, live: &Self) {
        let unreachable = live.subscriptions.iter().filter(|(_, subscription)| subscription.unconfirmed);
        self.subscriptions.extend(unreachable.map(|(key, subscription)| (key.clone(), subscription.clone())));
    }

    tagged!();

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        let (prefix, mut found) = (owner.prefix(), Vec::new());
        let mut topics = aws.read.sns.list_topics().into_paginator().items().send();
        while let Some(topic) = topics.next().await {
            let arn = topic.answer("sns:ListTopics")?.topic_arn.unwrap_or_default();
            let name = arn.rsplit(':').next().filter(|name| name.starts_with(&prefix));
            found.extend(name.map(|name| Found { name: name.to_owned(), seed: () }));
        }
        Ok(found)
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        match aws.is_unlikely(seed) && !observe::exists(aws, &arn(id)).await? {
            true => Ok(None),
            false => observe::topic(aws, &arn(id)).await,
        }
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(&aws.write.sns, call).await
    }
}

impl Topic {
    /// The effect of a call on a topic that exists.
    fn apply(&mut self, call: &Call) {
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
    fn set(&mut self, topic_arn: &str, name: &str, value: &str) {
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
    fn set(&mut self, name: &str, value: &str) {
        match name {
            RAW_MESSAGE_DELIVERY => self.raw_message_delivery = value == "true",
            FILTER_POLICY => self.filter_policy = serde_json::from_str(value).ok().and_then(filter),
            _ => {}
        }
    }

    /// The attributes that differ from those of `other`, as AWS wants them.
    fn attributes_unlike(&self, other: &Self) -> Vec<(&'static str, String)> {
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

const OUTPUT: &str = "subscription:";

fn subscription_arn(id: &Id, key: &str) -> Text {
    Text::output(OutputRef::new(&id.address, format!("{OUTPUT}{key}")))
}

fn subscription_key(arn: &Text) -> Option<&str> {
    arn.references().next()?.attribute.strip_prefix(OUTPUT)
}

fn some_text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn arn(id: &Id) -> String {
    id.site.arn("sns", &id.name)
}

fn create(id: &Id, want: &Topic) -> CreateTopic {
    let attributes = attributes_unlike(&arn(id), want, &Topic::default());
    let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    CreateTopic { name: id.name.clone(), attributes, tags: want.tags.clone() }
}

fn created(input: &CreateTopic) -> Topic {
    let mut topic = Topic { tags: input.tags.clone(), ..Topic::default() };
    input.attributes.iter().for_each(|(name, value)| topic.set("", name, value));
    topic
}

/// The attributes in which `want` differs from `live`, as AWS wants them.
fn attributes_unlike(topic_arn: &str, want: &Topic, live: &Topic) -> Vec<(&'static str, String)> {
    let mut attributes = Vec::new();
    if want.display_name != live.display_name {
        attributes.push((DISPLAY_NAME, want.display_name.clone().unwrap_or_default()));
    }
    if want.kms_master_key_id != live.kms_master_key_id {
        attributes.push((KMS_MASTER_KEY_ID, want.kms_master_key_id.clone().unwrap_or_default()));
    }
    if want.policy != live.policy {
        let document = want.policy.clone().unwrap_or_else(|| policy::default(topic_arn));
        attributes.push((POLICY, document.to_string()));
    }
    attributes
}

fn next_attribute(id: &Id, want: &Topic, live: &Topic) -> Option<Call> {
    let topic_arn = arn(id);
    let (name, attribute_value) = attributes_unlike(&topic_arn, want, live).into_iter().next()?;
    Some(Call::SetAttribute(SetTopicAttributes { topic_arn, attribute_name: name.to_owned(), attribute_value }))
}

fn next_subscriber(id: &Id, want: &Topic, live: &Topic) -> Option<Call> {
    let missing = want.subscriptions.iter().find(|(key, _)| !live.subscriptions.contains_key(*key));
    let (key, subscription) = missing?;
    let (protocol, endpoint) = key.split_once(':')?;
    let attributes = subscription.attributes_unlike(&Subscription::default());
    Some(Call::Subscribe(Subscribe {
        topic_arn: arn(id),
        protocol: protocol.to_owned(),
        endpoint: endpoint.to_owned(),
        attributes: attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        return_subscription_arn: true,
    }))
}

fn next_subscription_attribute(id: &Id, want: &Topic, live: &Topic) -> Option<Call> {
    live.subscriptions.iter().filter(|(_, live)| !live.unconfirmed).find_map(|(key, live)| {
        let (name, attribute_value) = want.subscriptions.get(key)?.attributes_unlike(live).into_iter().next()?;
        let (subscription_arn, attribute_name) = (subscription_arn(id, key), name.to_owned());
        Some(Call::SetSubscriptionAttribute(SetSubscriptionAttributes {
            subscription_arn,
            attribute_name,
            attribute_value,
        }))
    })
}

fn next_unsubscriber(id: &Id, want: &Topic, live: &Topic) -> Option<Call> {
    let mut reachable = live.subscriptions.iter().filter(|(_, live)| !live.unconfirmed);
    let (key, _) = reachable.find(|(key, _)| !want.subscriptions.contains_key(*key))?;
    Some(Call::Unsubscribe(Unsubscribe { subscription_arn: subscription_arn(id, key) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::State;
    use crate::plan::steps::{assert_properties, steps, test_id};
    use aws_sdk_sns::types;
    use proptest::collection::btree_map;
    use proptest::option;
    use proptest::prelude::*;
    use serde_json::json;
    use std::collections::HashMap;

    const ARN: &str = "arn:aws:sns:us-west-2:123456789012:shop--test-thing";

    fn policy() -> impl Strategy<Value = Document> {
        "[a-b]".prop_map(|action| Document::new(vec![json!({"Effect": "Allow", "Action": action, "Resource": ARN})]))
    }

    fn subscription(unconfirmed: bool) -> impl Strategy<Value = Subscription> {
        let filter = option::of(("[a-b]", 0..3).prop_map(|(key, value)| json!({ key: [value] })));
        (any::<bool>(), filter, any::<bool>()).prop_map(move |(raw_message_delivery, filter_policy, pending)| {
            match pending && unconfirmed {
                true => Subscription { unconfirmed: true, ..Subscription::default() },
                false => Subscription { raw_message_delivery, filter_policy, unconfirmed: false },
            }
        })
    }

    fn topic(unconfirmed: bool) -> impl Strategy<Value = Topic> {
        let subscriptions = btree_map("(email|sqs):[a-c]:x", subscription(unconfirmed), 0..4);
        let tags = btree_map("[a-c]", "[x-z]", 0..3);
        (option::of("[a-b]"), option::of("[a-b]"), option::of(policy()), subscriptions, tags).prop_map(
            |(display_name, kms_master_key_id, policy, subscriptions, tags)| Topic {
                display_name,
                kms_master_key_id,
                policy,
                subscriptions,
                tags,
            },
        )
    }

    fn id() -> Id {
        test_id(Kind::Topic, "shop--test-thing")
    }

    proptest! {
        #[test]
        fn the_three_properties_hold(want in option::of(topic(false)), live in option::of(topic(true))) {
            let (mut want, live) = (want.map(State::from), live.map(State::from));
            if let (Some(want), Some(live)) = (&mut want, &live) {
                want.keep(live);
            }
            assert_properties(&id(), want.as_ref(), live.as_ref());
        }
    }

    fn apis(want: &Topic, live: &Topic) -> Vec<&'static str> {
        let (mut want, live) = (State::from(want.clone()), State::from(live.clone()));
        want.keep(&live);
        steps(&id(), Some(&want), Some(&live)).unwrap().iter().map(|step| step.call.api()).collect()
    }

    fn listed(endpoint: &str, arn: &str) -> types::Subscription {
        types::Subscription::builder().protocol("email").endpoint(endpoint).subscription_arn(arn).build()
    }

    fn attributes(pairs: &[(&str, &str)]) -> HashMap<String, String> {
        pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
    }

    fn observed(topic: &[(&str, &str)], subscriptions: Vec<types::Subscription>) -> Observed<Topic> {
        let known = observe::known_subscriptions(subscriptions);
        let read = |arn: &String| (arn.clone(), Some(attributes(&[("RawMessageDelivery", "false")])));
        let read = known.values().flatten().map(read).collect();
        observe::assemble(ARN, &attributes(topic), Tags::new(), known, &read).unwrap()
    }

    #[test]
    fn what_aws_fills_in_by_itself_is_no_difference() {
        let default = policy::default(ARN).to_string();
        let live = observed(
            &[("TopicArn", ARN), ("DisplayName", ""), ("Policy", &default), ("TracingConfig", "PassThrough")],
            Vec::new(),
        );
        assert_eq!(live, Observed::of(Topic::default()));
        let set = [("TracingConfig", "Active"), ("DeliveryPolicy", "{}"), ("LambdaFailureFeedbackRoleArn", "arn:x")];
        let names: Vec<_> = observed(&set, Vec::new()).unmodelled.into_iter().map(|u| u.attribute).collect();
        assert_eq!(names, ["DeliveryPolicy", "LambdaFailureFeedbackRoleArn", "TracingConfig"]);
    }

    #[test]
    fn an_unconfirmed_subscription_counts_but_is_not_touched() {
        let subscriptions = vec![
            listed("a@example.com", "PendingConfirmation"),
            listed("b@example.com", "arn:aws:sns:us-west-2:123456789012:shop--test-thing:1"),
            listed("c@example.com", "Deleted"),
        ];
        let live = observed(&[], subscriptions);
        let keys: Vec<_> = live.state.subscriptions.keys().map(String::as_str).collect();
        assert_eq!(keys, ["email:a@example.com", "email:b@example.com"]);
        assert_eq!(live.unmodelled[0].attribute, "Subscriptions.email:a@example.com.PendingConfirmation");
        assert_eq!(live.outputs.keys().collect::<Vec<_>>(), ["subscription:email:b@example.com"]);
        assert_eq!(apis(&Topic::default(), &live.state), ["sns:Unsubscribe"]);
        let mut want = live.state.clone();
        want.subscriptions.values_mut().for_each(|subscription| subscription.unconfirmed = false);
        assert_eq!(apis(&want, &live.state), [""; 0]);
    }

    #[test]
    fn a_confirmation_does_not_change_the_fingerprint() {
        let (pending, confirmed) =
            (Subscription { unconfirmed: true, ..Subscription::default() }, Subscription::default());
        assert_eq!(pending, confirmed);
        assert_eq!(serde_json::to_value(&pending).unwrap(), serde_json::to_value(&confirmed).unwrap());
    }

    #[test]
    fn an_answer_that_is_no_json_is_an_error() {
        let attributes = attributes(&[("Policy", "{")]);
        let read = observe::assemble(ARN, &attributes, Tags::new(), BTreeMap::new(), &HashMap::new());
        assert!(read.unwrap_err().message.contains("Policy is no JSON"));
    }

    #[test]
    fn filters_that_mean_the_same_are_equal() {
        assert_eq!(filter(json!({})), None);
        assert_eq!(filter(json!({"a": [1.0]})), filter(json!({"a": [1]})));
    }
}
