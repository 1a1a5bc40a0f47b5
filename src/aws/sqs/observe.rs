//! What queues there are, and what AWS reports of one: attributes and tags at once.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_sqs::types::QueueAttributeName;
use serde::de::IgnoredAny;

use super::state::{
    KMS_MASTER_KEY_ID, POLICY, Queue, REDRIVE_ALLOW_POLICY, REDRIVE_POLICY, RedriveAllowPolicy, RedrivePolicy, arn, url,
};
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::attributes::check;
use crate::aws::kit::unmodelled;
use crate::aws::{Aws, Found, Id, Observed, Reader, Tags, tags};

/// What SQS says of a queue that is not there, in either of its protocols.
const ABSENT: &[&str] = &["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"];

const GET_ATTRIBUTES: &str = "sqs:GetQueueAttributes";

/// Attributes that are in a queue's state, or that AWS computes.
const KNOWN: [&str; 21] = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
    "ContentBasedDeduplication",
    "CreatedTimestamp",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoQueue",
    "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds",
    KMS_MASTER_KEY_ID,
    "LastModifiedTimestamp",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    POLICY,
    "QueueArn",
    "ReceiveMessageWaitTimeSeconds",
    REDRIVE_ALLOW_POLICY,
    REDRIVE_POLICY,
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
];

/// Those that are numbers.
const NUMBERS: [&str; 6] = [
    "DelaySeconds",
    "KmsDataKeyReusePeriodSeconds",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "VisibilityTimeout",
];

/// The queues whose names begin with `prefix`.
pub(super) async fn list(aws: &Aws, prefix: &str) -> Result<Vec<Found<()>>, AwsError> {
    let request = aws.read.sqs.list_queues().queue_name_prefix(prefix).max_results(1000);
    let (mut found, mut urls) = (Vec::new(), request.into_paginator().items().send());
    while let Some(url) = urls.next().await {
        let url = url.answer("sqs:ListQueues")?;
        let name = url.rsplit('/').next().filter(|name| name.starts_with(prefix));
        found.extend(name.map(|name| Found { name: name.to_owned(), seed: () }));
    }
    Ok(found)
}

/// Reads one queue.
pub(super) async fn observe(reader: Reader<'_>, id: &Id) -> Result<Option<Observed<Queue>>, AwsError> {
    let aws = reader.aws();
    let (url, arn) = (url(&id.site, &id.name), arn(&id.site, &id.name));
    let request = aws.read.sqs.get_queue_attributes().queue_url(&url).attribute_names(QueueAttributeName::All);
    let (answer, tags) = tokio::join!(request.send(), reader.tags_or(&arn, read_tags(aws, &url)));
    let Some(answer) = answer.found(GET_ATTRIBUTES, ABSENT)? else { return Ok(None) };
    let attributes = answer.attributes.unwrap_or_default().into_iter();
    let attributes = attributes.map(|(name, text)| (name.as_str().to_owned(), text)).collect();
    assemble(&attributes, tags?).map(Some)
}

async fn read_tags(aws: &Aws, url: &str) -> Result<Tags, AwsError> {
    let answer = aws.read.sqs.list_queue_tags().queue_url(url).send().await.found("sqs:ListQueueTags", ABSENT)?;
    Ok(tags::collect(answer.and_then(|answer| answer.tags).unwrap_or_default()))
}

/// AWS's answers as a state. What cannot be read must not pass for the default.
pub(super) fn assemble(attributes: &HashMap<String, String>, tags: Tags) -> Result<Observed<Queue>, AwsError> {
    check::<IgnoredAny>(GET_ATTRIBUTES, attributes, POLICY)?;
    check::<RedriveAllowPolicy>(GET_ATTRIBUTES, attributes, REDRIVE_ALLOW_POLICY)?;
    check::<RedrivePolicy>(GET_ATTRIBUTES, attributes, REDRIVE_POLICY)?;
    for name in NUMBERS {
        check::<i32>(GET_ATTRIBUTES, attributes, name)?;
    }
    let mut queue = Queue { tags, ..Queue::default() };
    attributes.iter().collect::<BTreeMap<_, _>>().into_iter().for_each(|(name, text)| queue.set(name, text));
    Ok(Observed { unmodelled: unmodelled::texts("", attributes, &KNOWN, &[]), ..Observed::of(queue) })
}
