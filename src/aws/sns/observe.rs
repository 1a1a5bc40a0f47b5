//! What AWS reports of a topic: three reads at once, then one for each confirmed subscription.

use std::collections::HashMap;

use aws_sdk_sns::{Client, types};
use serde::de::IgnoredAny;
use tokio::task::JoinSet;

use super::*;
use crate::aws::kit::attributes::check;
use crate::aws::kit::unmodelled::{self, Unmodelled};

const TOPIC: &str = "sns:GetTopicAttributes";
const SUBSCRIPTION: &str = "sns:GetSubscriptionAttributes";

/// Codes of an answer that says that there is no such topic or subscription.
const ABSENT: &[&str] = &["NotFound", "NotFoundException", "ResourceNotFound", "ResourceNotFoundException"];

/// Attributes of a topic or a subscription, all of which are texts.
type Attributes = HashMap<String, String>;

/// Attributes of a topic that are in its state, or that AWS computes; and those of [`feedback`].
const TOPIC_ATTRIBUTES: [&str; 12] = [
    CONTENT_BASED_DEDUPLICATION,
    DISPLAY_NAME,
    FIFO_THROUGHPUT_SCOPE,
    FIFO_TOPIC,
    KMS_MASTER_KEY_ID,
    POLICY,
    "EffectiveDeliveryPolicy",
    "Owner",
    "SubscriptionsConfirmed",
    "SubscriptionsDeleted",
    "SubscriptionsPending",
    "TopicArn",
];

/// Attributes of a topic that are not modelled, and their defaults.
const TOPIC_DEFAULTS: [(&str, &str); 3] =
    [("MaximumMessageSize", "262144"), ("SignatureVersion", "1"), ("TracingConfig", "PassThrough")];

/// Attributes of a subscription that are in its state, or that AWS computes.
const SUBSCRIPTION_ATTRIBUTES: [&str; 12] = [
    RAW_MESSAGE_DELIVERY,
    FILTER_POLICY,
    FILTER_POLICY_SCOPE,
    REDRIVE_POLICY,
    "ConfirmationWasAuthenticated",
    "EffectiveDeliveryPolicy",
    "Endpoint",
    "Owner",
    "Protocol",
    "SubscriptionArn",
    "SubscriptionPrincipal",
    "TopicArn",
];

/// Attributes of a subscription that are not modelled, and their defaults.
const SUBSCRIPTION_DEFAULTS: [(&str, &str); 1] = [("PendingConfirmation", "false")];

/// True if there is a topic of this ARN.
pub async fn exists(aws: &Aws, arn: &str) -> Result<bool, AwsError> {
    Ok(topic_attributes(&aws.read.sns, arn).await?.is_some())
}

/// Reads a topic by its ARN.
pub async fn topic(reader: Reader<'_>, arn: &str) -> Result<Option<Observed<Topic>>, AwsError> {
    let sns = &reader.aws().read.sns;
    let tags = reader.tags_or(arn, topic_tags(sns, arn));
    let (attributes, listed, tags) = tokio::try_join!(topic_attributes(sns, arn), subscriptions(sns, arn), tags)?;
    let Some(attributes) = attributes else { return Ok(None) };
    let known = known_subscriptions(listed);
    let reads = known.values().filter_map(Option::clone).map(|arn| subscription_attributes(sns.clone(), arn));
    let read = reads.collect::<JoinSet<_>>().join_all().await.into_iter().collect::<Result<_, _>>()?;
    assemble(arn, &attributes, tags, known, &read).map(Some)
}

/// The subscriptions by their key, with their ARN, or `None` while unconfirmed. One that was cancelled by its owner
/// is listed for a while with the word `Deleted` in the place of its ARN: it does not count.
pub(super) fn known_subscriptions(listed: Vec<types::Subscription>) -> BTreeMap<String, Option<String>> {
    let mut known = BTreeMap::new();
    for subscription in listed {
        let key = key(subscription.protocol().unwrap_or_default(), subscription.endpoint().unwrap_or_default());
        match subscription.subscription_arn.filter(|arn| arn != "Deleted") {
            Some(arn) if arn.starts_with("arn:") => drop(known.insert(key, Some(arn))),
            Some(_) => drop(known.entry(key).or_default()),
            None => {}
        }
    }
    known
}

/// Puts together what was read. A confirmed subscription whose attributes are not in `read` has gone meanwhile.
pub(super) fn assemble(
    arn: &str,
    attributes: &Attributes,
    tags: Tags,
    known: BTreeMap<String, Option<String>>,
    read: &HashMap<String, Option<Attributes>>,
) -> Result<Observed<Topic>, AwsError> {
    let mut topic = Topic { tags, ..Topic::default() };
    check::<IgnoredAny>(TOPIC, attributes, POLICY)?;
    for name in attributes.keys().filter(|name| feedback::is_rate(name)) {
        check::<i32>(TOPIC, attributes, name)?;
    }
    attributes.iter().for_each(|(name, value)| topic.set(arn, name, value));
    let (mut outputs, mut others) =
        (BTreeMap::new(), unmodelled::texts("", attributes, &TOPIC_ATTRIBUTES, &TOPIC_DEFAULTS));
    others.retain(|one| !feedback::is_one(&one.attribute));
    for (key, arn) in known {
        let Some(arn) = arn else {
            let attribute = format!("Subscriptions.{key}.PendingConfirmation");
            others.push(Unmodelled::kept(attribute));
            topic.subscriptions.insert(key, Subscription { unconfirmed: true, ..Subscription::default() });
            continue;
        };
        let Some(attributes) = read.get(&arn).and_then(Option::as_ref) else { continue };
        check::<IgnoredAny>(SUBSCRIPTION, attributes, FILTER_POLICY)?;
        // Whether an empty object is left of one that was taken away, nobody has recorded.
        if attributes.get(REDRIVE_POLICY).is_some_and(|text| text != "{}") {
            check::<RedrivePolicy>(SUBSCRIPTION, attributes, REDRIVE_POLICY)?;
        }
        let sorted = attributes.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let subscription = Subscription::of(&sorted);
        let prefix = format!("Subscriptions.{key}.");
        others.extend(unmodelled::texts(&prefix, attributes, &SUBSCRIPTION_ATTRIBUTES, &SUBSCRIPTION_DEFAULTS));
        outputs.insert(format!("{OUTPUT}{key}"), arn);
        topic.subscriptions.insert(key, subscription);
    }
    Ok(Observed { outputs, unmodelled: others, ..Observed::of(topic) })
}

async fn topic_attributes(sns: &Client, arn: &str) -> Result<Option<Attributes>, AwsError> {
    let answer = sns.get_topic_attributes().topic_arn(arn).send().await.found(TOPIC, ABSENT)?;
    Ok(answer.map(|answer| answer.attributes.unwrap_or_default()))
}

async fn topic_tags(sns: &Client, arn: &str) -> Result<Tags, AwsError> {
    let answer =
        sns.list_tags_for_resource().resource_arn(arn).send().await.found("sns:ListTagsForResource", ABSENT)?;
    let listed = answer.and_then(|answer| answer.tags).unwrap_or_default();
    Ok(tags::read(listed))
}

async fn subscriptions(sns: &Client, arn: &str) -> Result<Vec<types::Subscription>, AwsError> {
    let mut found = Vec::new();
    let mut pages = sns.list_subscriptions_by_topic().topic_arn(arn).into_paginator().items().send();
    while let Some(subscription) = pages.next().await {
        found.extend(subscription.found("sns:ListSubscriptionsByTopic", ABSENT)?);
    }
    Ok(found)
}

async fn subscription_attributes(sns: Client, arn: String) -> Result<(String, Option<Attributes>), AwsError> {
    let answer = sns.get_subscription_attributes().subscription_arn(&arn).send().await;
    let answer = answer.found(SUBSCRIPTION, ABSENT)?;
    Ok((arn, answer.map(|answer| answer.attributes.unwrap_or_default())))
}

pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&()>,
) -> Result<Option<Observed<Topic>>, AwsError> {
    match reader.is_unlikely(seed) && !exists(reader.aws(), &arn(id)).await? {
        true => Ok(None),
        false => topic(reader, &arn(id)).await,
    }
}

pub(super) async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
    let (prefix, mut found) = (owner.prefix(), Vec::new());
    let mut topics = aws.read.sns.list_topics().into_paginator().items().send();
    while let Some(topic) = topics.next().await {
        let arn = topic.answer("sns:ListTopics")?.topic_arn.unwrap_or_default();
        let name = arn.rsplit(':').next().filter(|name| name.starts_with(&prefix));
        found.extend(name.map(|name| Found { name: name.to_owned(), seed: () }));
    }
    Ok(found)
}
