//! The put of a bucket's notifications, and why AWS refuses one.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::BuildError;
use aws_sdk_s3::operation::put_bucket_notification_configuration::PutBucketNotificationConfigurationError as Refused;
use aws_sdk_s3::types;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use serde_json::Value;

use super::API;
use super::call::{
    Entry, FilterRule, NotificationConfiguration, NotificationFilter, PutBucketNotificationConfiguration,
};
use crate::aws::error::{AwsError, from_sdk};
use crate::aws::kit::members::{Form, value};

/// How AWS says that destinations cannot be reached; which and why is in other members of its answer.
const UNREACHED: &str = "Unable to validate the following destination configurations";

/// Sends it, once.
pub(in crate::aws::s3) async fn put(s3: &Client, input: &PutBucketNotificationConfiguration) -> Result<(), AwsError> {
    let document = document(&input.notification_configuration);
    let document = document.map_err(|error| AwsError::not_sent(API, error.to_string()))?;
    let request = s3.put_bucket_notification_configuration().bucket(&input.bucket).notification_configuration(document);
    let request = request.expected_bucket_owner(&input.expected_bucket_owner);
    let skip = input.skip_destination_validation.then_some(true);
    let answer = request.set_skip_destination_validation(skip).send().await;
    answer.map(drop).map_err(|error| refusal(&error))
}

/// With the reason for each destination, which tells one that will be reached in a moment from one that never will.
fn refusal(error: &SdkError<Refused, Response>) -> AwsError {
    let refused = from_sdk(API, error);
    let body = error.raw_response().and_then(|response| response.body().bytes()).unwrap_or_default();
    let reasons = value(Form::Xml, body).map(|answer| reasons(&answer)).unwrap_or_default();
    match refused.message.contains(UNREACHED) && !reasons.is_empty() {
        true => AwsError { message: reasons.join("; "), ..refused },
        false => refused,
    }
}

/// `ArgumentName1` is a destination and `ArgumentValue1` what is wrong with it, and so on.
pub(super) fn reasons(answer: &Value) -> Vec<String> {
    let text = |name: String| answer.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let numbers = std::iter::once(String::new()).chain((1..=100).map(|number| number.to_string()));
    let reasons = numbers.filter_map(|number| {
        let why = text(format!("ArgumentValue{number}"))?;
        let what = text(format!("ArgumentName{number}")).unwrap_or("a destination");
        Some(format!("{what}: {why}"))
    });
    reasons.collect()
}

fn document(of: &NotificationConfiguration) -> Result<types::NotificationConfiguration, BuildError> {
    let topics: Result<Vec<_>, _> = of.topic_configurations.iter().map(topic).collect();
    let queues: Result<Vec<_>, _> = of.queue_configurations.iter().map(queue).collect();
    let functions: Result<Vec<_>, _> = of.lambda_function_configurations.iter().map(function).collect();
    let bridge = of.event_bridge_configuration.map(|_| types::EventBridgeConfiguration::builder().build());
    Ok(types::NotificationConfiguration::builder()
        .set_topic_configurations(Some(topics?))
        .set_queue_configurations(Some(queues?))
        .set_lambda_function_configurations(Some(functions?))
        .set_event_bridge_configuration(bridge)
        .build())
}

fn topic(entry: &Entry) -> Result<types::TopicConfiguration, BuildError> {
    let builder = types::TopicConfiguration::builder().id(&entry.id).set_topic_arn(entry.topic_arn.clone());
    builder.set_events(Some(events(entry))).set_filter(filter(entry.filter.as_ref())).build()
}

fn queue(entry: &Entry) -> Result<types::QueueConfiguration, BuildError> {
    let builder = types::QueueConfiguration::builder().id(&entry.id).set_queue_arn(entry.queue_arn.clone());
    builder.set_events(Some(events(entry))).set_filter(filter(entry.filter.as_ref())).build()
}

fn function(entry: &Entry) -> Result<types::LambdaFunctionConfiguration, BuildError> {
    let builder = types::LambdaFunctionConfiguration::builder().id(&entry.id);
    let builder = builder.set_lambda_function_arn(entry.lambda_function_arn.clone());
    builder.set_events(Some(events(entry))).set_filter(filter(entry.filter.as_ref())).build()
}

fn events(entry: &Entry) -> Vec<types::Event> {
    entry.events.iter().map(|event| event.as_str().into()).collect()
}

fn filter(of: Option<&NotificationFilter>) -> Option<types::NotificationConfigurationFilter> {
    let rule =
        |rule: &FilterRule| types::FilterRule::builder().name(rule.name.as_str().into()).value(&rule.value).build();
    let rules = of?.key.filter_rules.iter().map(rule).collect();
    let key = types::S3KeyFilter::builder().set_filter_rules(Some(rules)).build();
    Some(types::NotificationConfigurationFilter::builder().key(key).build())
}
