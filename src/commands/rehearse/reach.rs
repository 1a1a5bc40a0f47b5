//! Sends what functions are to be invoked for, and tells whether they were: by the metrics that Lambda, and the emulator, keeps of
//! each function.

use std::time::Duration;

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Statistic};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use serde_json::Value;

use super::deliveries::{Delivery, Sent};
use crate::aws::error::Answer;
use crate::aws::observe::ReadErrors;
use crate::aws::{Aws, AwsError};
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
/// From the first day of the clock to the year 2100.
const ALL_TIME: (i64, i64) = (0, 4_102_444_800);

/// Sends each and prints a line about it. A function that is not reached, or that fails, is told and fails nothing: what is sent
/// is made up.
pub async fn try_all(deliveries: &[Delivery], aws: &Aws) -> Result<(), Error> {
    for delivery in deliveries {
        let Delivery { what, function, .. } = delivery;
        let told = match &delivery.sent {
            Err(why) => format!("not tried for function {function}: {why}"),
            Ok(sent) => try_one(sent, delivery, aws).await.map_err(|error| ReadErrors(vec![error]))?,
        };
        print(&format!("{what}: {told}\n"))?;
    }
    Ok(())
}

async fn try_one(sent: &Sent, delivery: &Delivery, aws: &Aws) -> Result<String, AwsError> {
    let (function, physical) = (&delivery.function, delivery.physical.as_str());
    let (before, failed) = (quiet(aws, physical).await?, count(aws, physical, "Errors").await?);
    send(sent, aws).await?;
    for _ in 0..TRIES {
        tokio::time::sleep(PAUSE).await;
        if count(aws, physical, "Invocations").await? > before {
            let is_failure = count(aws, physical, "Errors").await? > failed;
            let end = if is_failure { ", which failed: it is no event that it knows" } else { "" };
            return Ok(format!("reached function {function}{end}"));
        }
    }
    Ok(format!("did not reach function {function} within {} s", (PAUSE * TRIES).as_secs()))
}

/// How often the function has been invoked, once that stays the same for a while.
async fn quiet(aws: &Aws, function: &str) -> Result<f64, AwsError> {
    let (mut last, mut same) = (count(aws, function, "Invocations").await?, 0);
    for _ in 0..TRIES {
        tokio::time::sleep(PAUSE).await;
        let now = count(aws, function, "Invocations").await?;
        same = if now > last { 0 } else { same + 1 };
        last = now;
        if same == QUIET {
            break;
        }
    }
    Ok(last)
}

async fn count(aws: &Aws, function: &str, metric: &str) -> Result<f64, AwsError> {
    let (from, to) = ALL_TIME;
    let dimension = Dimension::builder().name("FunctionName").value(function).build();
    let request = aws.read.cloudwatch.get_metric_statistics().namespace("AWS/Lambda").metric_name(metric);
    let request = request.dimensions(dimension).statistics(Statistic::Sum).period(86_400);
    let request = request.start_time(DateTime::from_secs(from)).end_time(DateTime::from_secs(to));
    let answer = request.send().await.answer("cloudwatch:GetMetricStatistics")?;
    Ok(answer.datapoints().iter().filter_map(|point| point.sum()).sum())
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
        Sent::Notice { topic, is_fifo } => {
            let group = is_fifo.then(|| TEXT.to_owned());
            let request = write.sns.publish().topic_arn(topic).message(TEXT);
            let request = request.set_message_group_id(group.clone()).set_message_deduplication_id(group);
            request.send().await.answer("sns:Publish").map(drop)
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
