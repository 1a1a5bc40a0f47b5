//! Sends what should invoke functions, and reports whether they were invoked: their logs have a line for each
//! invocation.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use serde_json::Value;

use super::deliveries::{Delivery, Sent};
use super::failure;
use crate::aws::error::Answer;
use crate::aws::observe::ReadErrors;
use crate::aws::{Aws, AwsError};
use crate::commands::log_events::now;
use crate::commands::print;
use crate::error::Error;

/// How often it is asked whether a function has been invoked,
const TRIES: u32 = 60;
/// and the pause before each.
const PAUSE: Duration = Duration::from_millis(500);
/// For so many pauses no function is invoked before something is sent: what comes then comes of it.
const QUIET: u32 = 3;
/// What is written where anything will do.
const TEXT: &str = "rehearsal";
/// How the line begins that ends an invocation.
const END: &str = "END RequestId: ";
/// What stands in the log of an invocation that failed.
const FAILED: [&str; 3] = ["Traceback (most recent call last)", "[ERROR]", "Task timed out after"];

/// Sends each and prints a line about it. A function that is not reached, or that fails, is reported and fails nothing:
/// what is sent is made up.
pub async fn try_all(deliveries: &[Delivery], aws: &Aws) -> Result<(), Error> {
    for delivery in deliveries {
        let Delivery { what, function, .. } = delivery;
        let sent = match &delivery.sent {
            Err(why) => {
                print(&format!("{what}: not tried for function {function}: {why}\n"))?;
                continue;
            }
            Ok(sent) => sent,
        };
        let since = now();
        let tried = try_one(sent, delivery, aws).await.map_err(|error| ReadErrors(vec![error]))?;
        print(&format!("{what}: {}\n", tried.told))?;
        if let Some(group) = tried.failed {
            failure::show(&BTreeMap::from([(function.clone(), group)]), aws, since).await?;
        }
    }
    Ok(())
}

/// What came of it.
struct Tried {
    told: String,
    /// The log group of a function that failed.
    failed: Option<String>,
}

async fn try_one(sent: &Sent, delivery: &Delivery, aws: &Aws) -> Result<Tried, AwsError> {
    let (function, group) = (&delivery.function, log_group(aws, &delivery.physical).await?);
    let before = quiet(aws, &group).await?;
    send(sent, aws).await?;
    for _ in 0..TRIES {
        tokio::time::sleep(PAUSE).await;
        let now = seen(aws, &group).await?;
        if now.invocations > before.invocations {
            let has_failed = now.failures > before.failures;
            let end = if has_failed { ", which failed: its log says why" } else { "" };
            let told = format!("reached function {function}{end}");
            return Ok(Tried { told, failed: has_failed.then_some(group) });
        }
    }
    let told = format!("did not reach function {function} within {} s", (PAUSE * TRIES).as_secs());
    Ok(Tried { told, failed: None })
}

/// What a function's log shows.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Seen {
    invocations: usize,
    failures: usize,
}

/// The log group that a function writes to.
async fn log_group(aws: &Aws, function: &str) -> Result<String, AwsError> {
    let answer = aws.read.lambda.get_function_configuration().function_name(function).send().await;
    let config = answer.answer("lambda:GetFunctionConfiguration")?;
    let named = config.logging_config.and_then(|logging| logging.log_group);
    Ok(named.unwrap_or_else(|| format!("/aws/lambda/{function}")))
}

/// What a log group shows once that stays the same for a while.
async fn quiet(aws: &Aws, group: &str) -> Result<Seen, AwsError> {
    let (mut last, mut same) = (seen(aws, group).await?, 0);
    for _ in 0..TRIES {
        tokio::time::sleep(PAUSE).await;
        let now = seen(aws, group).await?;
        same = if now == last { same + 1 } else { 0 };
        last = now;
        if same == QUIET {
            break;
        }
    }
    Ok(last)
}

/// Where there is no log group no function has been invoked.
async fn seen(aws: &Aws, group: &str) -> Result<Seen, AwsError> {
    let (mut seen, mut token) = (Seen::default(), None);
    loop {
        let request = aws.read.logs.filter_log_events().log_group_name(group);
        let page = request.set_next_token(token).send().await;
        let Some(page) = page.found("logs:FilterLogEvents", &["ResourceNotFoundException"])? else { return Ok(seen) };
        let messages = page.events().iter().filter_map(|event| event.message());
        for message in messages {
            seen.invocations += usize::from(message.starts_with(END));
            seen.failures += usize::from(FAILED.iter().any(|failed| message.contains(failed)));
        }
        token = page.next_token;
        if token.is_none() {
            return Ok(seen);
        }
    }
}

async fn send(sent: &Sent, aws: &Aws) -> Result<(), AwsError> {
    let write = &aws.write;
    match sent {
        Sent::Object { bucket, key } => {
            let request = write.s3.put_object().bucket(bucket).key(key).body(TEXT.as_bytes().to_vec().into());
            request.send().await.answer("s3:PutObject").map(drop)
        }
        Sent::Message { url, body, is_fifo } => {
            let group = is_fifo.then(|| TEXT.to_owned());
            let request = write.sqs.send_message().queue_url(url).message_body(body);
            let request = request.set_message_group_id(group.clone()).set_message_deduplication_id(group);
            request.send().await.answer("sqs:SendMessage").map(drop)
        }
        Sent::Notice { topic } => {
            write.sns.publish().topic_arn(topic).message(TEXT).send().await.answer("sns:Publish").map(drop)
        }
        Sent::Event { bus, event } => put_event(bus, event, aws).await,
        Sent::Item { table, key } => {
            let item = key.iter().map(|(name, of)| (name.clone(), attribute(of))).collect();
            let request = write.dynamodb.put_item().table_name(table).set_item(Some(item));
            request.send().await.answer("dynamodb:PutItem").map(drop)
        }
    }
}

/// The value of a key of this type.
fn attribute(of: &str) -> AttributeValue {
    match of {
        "N" => AttributeValue::N("1".into()),
        "B" => AttributeValue::B(Blob::new(TEXT)),
        _ => AttributeValue::S(TEXT.into()),
    }
}

/// An event that is not taken is an error within an answer that says 200.
async fn put_event(bus: &str, event: &Value, aws: &Aws) -> Result<(), AwsError> {
    const API: &str = "events:PutEvents";
    let text = |name: &str| event[name].as_str().map(str::to_owned);
    let resources = event["resources"].as_str().map(|one| vec![one.to_owned()]);
    let entry = PutEventsRequestEntry::builder()
        .event_bus_name(bus)
        .set_source(text("source"))
        .set_detail_type(text("detail-type"))
        .detail(event["detail"].to_string())
        .set_resources(resources)
        .build();
    let answer = aws.write.events.put_events().entries(entry).send().await.answer(API)?;
    let refused = answer.entries().iter().find_map(|entry| entry.error_message());
    refused.map_or(Ok(()), |why| Err(AwsError::malformed(API, why)))
}
