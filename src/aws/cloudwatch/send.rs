//! One request for each call on an alarm.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{self, ComparisonOperator, StandardUnit, Statistic};

use super::*;
use crate::aws::kit::calls::Calls;

/// Sends a call, once.
pub async fn send(cloudwatch: &Client, call: &Call) -> Result<(), AwsError> {
    let api = call.api();
    match call {
        Call::Put(input) => put(cloudwatch, api, input).await,
        Call::Tag(input) => {
            let request = cloudwatch.tag_resource().resource_arn(&input.resource_arn);
            let request = request.set_tags(Some(tags::sdk(api, &input.tags)?));
            request.send().await.answer(api).map(drop)
        }
        Call::Untag(input) => {
            let request = cloudwatch.untag_resource().resource_arn(&input.resource_arn);
            let request = request.set_tag_keys(Some(input.tag_keys.clone()));
            request.send().await.answer(api).map(drop)
        }
        Call::Delete(input) => {
            let request = cloudwatch.delete_alarms().set_alarm_names(Some(input.alarm_names.clone()));
            request.send().await.answer(api).map(drop)
        }
    }
}

async fn put(cloudwatch: &Client, api: &'static str, input: &PutMetricAlarm) -> Result<(), AwsError> {
    let dimension = |d: &Dimension| types::Dimension::builder().name(&d.name).value(&d.value).build();
    // A put replaces everything, so what is left out is empty; an empty list is not sent.
    let some = |actions: &[String]| (!actions.is_empty()).then(|| actions.to_vec());
    let dimensions: Vec<_> = input.dimensions.iter().map(dimension).collect();
    let tags = input.tags.as_ref().filter(|tags| !tags.is_empty());
    let request = cloudwatch
        .put_metric_alarm()
        .alarm_name(&input.alarm_name)
        .set_alarm_description(input.alarm_description.clone())
        .actions_enabled(input.actions_enabled)
        .set_alarm_actions(some(&input.alarm_actions))
        .set_ok_actions(some(&input.ok_actions))
        .set_insufficient_data_actions(some(&input.insufficient_data_actions))
        .set_namespace(input.namespace.clone())
        .set_metric_name(input.metric_name.clone())
        .set_dimensions((!dimensions.is_empty()).then_some(dimensions))
        .set_statistic(input.statistic.as_deref().map(Statistic::from))
        .set_extended_statistic(input.extended_statistic.clone())
        .set_unit(input.unit.as_deref().map(StandardUnit::from))
        .set_period(input.period)
        .evaluation_periods(input.evaluation_periods)
        .set_datapoints_to_alarm(input.datapoints_to_alarm)
        .set_threshold(input.threshold)
        .comparison_operator(ComparisonOperator::from(input.comparison_operator.as_str()))
        .treat_missing_data(&input.treat_missing_data)
        .set_tags(tags.map(|tags| tags::sdk(api, tags)).transpose()?);
    request.send().await.answer(api).map(drop)
}
