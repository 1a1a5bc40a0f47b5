//! What AWS reports of an alarm: everything at once, but for the tags.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::operation::describe_alarms::builders::DescribeAlarmsFluentBuilder;
use aws_sdk_cloudwatch::types::{AlarmType, MetricAlarm};

use super::*;
use crate::aws::coalesced::batch::Answers;
use crate::aws::kit::unmodelled::{self, Unmodelled};

const API: &str = "cloudwatch:DescribeAlarms";

/// Codes of an answer that says that there is no such alarm.
const ABSENT: &[&str] = &["ResourceNotFound", "ResourceNotFoundException"];

/// The call that would erase what is not modelled.
const ERASED_BY: &str = "cloudwatch:PutMetricAlarm";

/// Every alarm whose name starts with `prefix`, complete but for its tags.
pub async fn list(cloudwatch: &Client, prefix: &str) -> Result<Vec<Found<Box<MetricAlarm>>>, AwsError> {
    let request = cloudwatch.describe_alarms().alarm_name_prefix(prefix).alarm_types(AlarmType::MetricAlarm);
    let alarms = alarms(request).await?.into_iter();
    Ok(alarms.map(|(name, alarm)| Found { name, seed: Box::new(alarm) }).collect())
}

/// Reads an alarm, or only its tags where a listing has told the rest.
pub async fn alarm(
    reader: Reader<'_>,
    name: &str,
    arn: &str,
    seed: Option<&MetricAlarm>,
) -> Result<Option<Observed<Alarm>>, AwsError> {
    let aws = reader.aws();
    let tags = reader.tags_or(arn, tags(&aws.read.cloudwatch, arn));
    let (alarm, tags) = match seed {
        Some(seed) => (Some(seed.clone()), tags.await?),
        None => tokio::try_join!(describe(aws, name), tags)?,
    };
    Ok(alarm.map(|alarm| Observed { unmodelled: others(&alarm), ..Observed::of(state(alarm, tags)) }))
}

/// One alarm, asked for along with others.
async fn describe(aws: &Aws, name: &str) -> Result<Option<MetricAlarm>, AwsError> {
    let cloudwatch = aws.read.cloudwatch.clone();
    aws.coalesced.alarms.get(name.to_owned(), move |names| describe_all(cloudwatch.clone(), names)).await
}

async fn describe_all(cloudwatch: Client, names: BTreeSet<String>) -> Answers<String, MetricAlarm> {
    let request = cloudwatch.describe_alarms().set_alarm_names(Some(names.into_iter().collect()));
    let request = request.alarm_types(AlarmType::MetricAlarm).max_records(100);
    alarms(request).await
}

/// What a request tells, by name, to its last page.
async fn alarms(request: DescribeAlarmsFluentBuilder) -> Answers<String, MetricAlarm> {
    let (mut pages, mut found) = (request.into_paginator().send(), BTreeMap::new());
    while let Some(page) = pages.next().await {
        let alarms = page.answer(API)?.metric_alarms.unwrap_or_default();
        found.extend(alarms.into_iter().filter_map(|alarm| Some((alarm.alarm_name.clone()?, alarm))));
    }
    Ok(found)
}

async fn tags(cloudwatch: &Client, arn: &str) -> Result<Tags, AwsError> {
    let listed = cloudwatch.list_tags_for_resource().resource_arn(arn).send().await;
    let listed = listed.found("cloudwatch:ListTagsForResource", ABSENT)?.and_then(|l| l.tags).unwrap_or_default();
    Ok(tags::read(listed))
}

fn state(alarm: MetricAlarm, tags: Tags) -> Alarm {
    let set = |actions: Option<Vec<String>>| actions.unwrap_or_default().into_iter().collect();
    let dimensions = alarm.dimensions.unwrap_or_default().into_iter();
    let state = Alarm {
        alarm_description: filled(alarm.alarm_description),
        actions_enabled: alarm.actions_enabled.unwrap_or(true),
        alarm_actions: set(alarm.alarm_actions),
        ok_actions: set(alarm.ok_actions),
        insufficient_data_actions: set(alarm.insufficient_data_actions),
        namespace: filled(alarm.namespace),
        metric_name: filled(alarm.metric_name),
        dimensions: dimensions.filter_map(|d| Some((d.name?, d.value.unwrap_or_default()))).collect(),
        statistic: alarm.statistic.map(|statistic| statistic.as_str().to_owned()),
        extended_statistic: filled(alarm.extended_statistic),
        unit: alarm.unit.map(|unit| unit.as_str().to_owned()),
        period: alarm.period,
        evaluation_periods: alarm.evaluation_periods.unwrap_or(1),
        datapoints_to_alarm: alarm.datapoints_to_alarm,
        threshold: alarm.threshold,
        comparison_operator: alarm.comparison_operator.map(|c| c.as_str().to_owned()).unwrap_or_default(),
        treat_missing_data: filled(alarm.treat_missing_data).unwrap_or_else(|| "missing".into()),
        tags,
    };
    state.normalise()
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

fn others(alarm: &MetricAlarm) -> Vec<Unmodelled> {
    let few_samples = alarm.evaluate_low_sample_count_percentile().is_some_and(|e| !e.is_empty() && e != "evaluate");
    unmodelled::erased(
        ERASED_BY,
        [
            ("EvaluateLowSampleCountPercentile", few_samples),
            ("Metrics", !alarm.metrics().is_empty()),
            ("ThresholdMetricId", alarm.threshold_metric_id().is_some_and(|id| !id.is_empty())),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_cloudwatch::types::{ComparisonOperator, MetricDataQuery, Statistic};

    fn answer() -> aws_sdk_cloudwatch::types::builders::MetricAlarmBuilder {
        let alarm = MetricAlarm::builder().namespace("AWS/Lambda").metric_name("Errors").statistic(Statistic::Sum);
        let alarm = alarm.comparison_operator(ComparisonOperator::GreaterThanThreshold).threshold(1.0);
        alarm.period(60).evaluation_periods(3).alarm_description("")
    }

    #[test]
    fn what_aws_fills_in_equals_what_was_not_asked_for() {
        let bare = state(answer().build(), Tags::new());
        assert_eq!((bare.treat_missing_data.as_str(), bare.actions_enabled, bare.alarm_description.as_deref()), {
            ("missing", true, None)
        });
        let full = answer().treat_missing_data("missing").actions_enabled(true).datapoints_to_alarm(3).build();
        assert_eq!(state(full, Tags::new()), bare);
    }

    #[test]
    fn what_a_put_would_erase_is_named() {
        assert_eq!(others(&answer().evaluate_low_sample_count_percentile("evaluate").build()), vec![]);
        let math = MetricDataQuery::builder().id("m1").expression("m2 / m3").build();
        let alarm = answer().metrics(math).threshold_metric_id("m1").evaluate_low_sample_count_percentile("ignore");
        let named: Vec<_> = others(&alarm.build()).into_iter().map(|u| (u.attribute, u.erased_by)).collect();
        let attributes = ["EvaluateLowSampleCountPercentile", "Metrics", "ThresholdMetricId"];
        assert_eq!(named, attributes.map(|a| (a.to_owned(), Some(ERASED_BY))));
    }
}
