//! What AWS reports of an alarm: everything at once, but for the tags.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::operation::describe_alarms::builders::DescribeAlarmsFluentBuilder;
use aws_sdk_cloudwatch::types::{AlarmType, MetricAlarm, StateValue};

use super::*;
use crate::aws::coalesced::batch::Answers;
use crate::aws::kit::members::{Described, Shape, members, unread};
use crate::aws::kit::text::filled;
use crate::aws::kit::unmodelled::{self, Unmodelled};

const API: &str = "cloudwatch:DescribeAlarms";

/// Codes of an answer that says that there is no such alarm.
const ABSENT: &[&str] = &["ResourceNotFound", "ResourceNotFoundException"];

/// The call that would erase what is not modelled.
const ERASED_BY: &str = "cloudwatch:PutMetricAlarm";

const SHAPE: Shape = Shape {
    at: &["MetricAlarms"],
    named_by: "AlarmName",
    members: members! {
        AlarmName, AlarmArn, AlarmDescription, ActionsEnabled, AlarmActions, OKActions, InsufficientDataActions,
        Namespace, MetricName, Dimensions { Name, Value }, Statistic, ExtendedStatistic, Unit, Period, EvaluationPeriods,
        DatapointsToAlarm, Threshold, ComparisonOperator, TreatMissingData,
        // AWS's own.
        AlarmConfigurationUpdatedTimestamp, EvaluationState, StateReason, StateReasonData, StateTransitionedTimestamp,
        StateUpdatedTimestamp, StateValue,
        // Judged by `others`.
        ActionConfiguration { AlarmTagsPropagation }, EvaluateLowSampleCountPercentile, EvaluationCriteria,
        EvaluationInterval, EvaluationWindow { SlidingWindow {}, WallClockWindow }, Metrics, ThresholdMetricId,
        WarmUpConfiguration,
    },
    erased_by: ERASED_BY,
};

/// Every alarm whose name starts with `prefix`, complete but for its tags.
pub async fn list(cloudwatch: &Client, prefix: &str) -> Result<Vec<Found<Box<Described<MetricAlarm>>>>, AwsError> {
    let request = cloudwatch.describe_alarms().alarm_name_prefix(prefix).alarm_types(AlarmType::MetricAlarm);
    let alarms = alarms(request).await?.into_iter();
    Ok(alarms.map(|(name, alarm)| Found { name, seed: Box::new(alarm) }).collect())
}

/// Reads an alarm, or only its tags where a listing has told the rest.
pub async fn alarm(
    reader: Reader<'_>,
    name: &str,
    arn: &str,
    seed: Option<&Described<MetricAlarm>>,
) -> Result<Option<Observed<Alarm>>, AwsError> {
    let aws = reader.aws();
    let tags = reader.tags_or(arn, tags(&aws.read.cloudwatch, arn));
    let (alarm, tags) = match seed {
        Some(seed) => (Some(seed.clone()), tags.await?),
        None => tokio::try_join!(describe(aws, name), tags)?,
    };
    Ok(alarm.map(|Described { known, unread }| {
        let unmodelled = [others(&known), unread].concat();
        Observed { unmodelled, ..Observed::of(state(known, tags)) }
    }))
}

/// One alarm, asked for along with others.
async fn describe(aws: &Aws, name: &str) -> Result<Option<Described<MetricAlarm>>, AwsError> {
    let cloudwatch = aws.read.cloudwatch.clone();
    aws.coalesced.alarms.get(name.to_owned(), move |names| describe_all(cloudwatch.clone(), names)).await
}

/// See [`super::raised`]. What has too little data to say is not raised.
pub async fn raised(cloudwatch: &Client, names: &BTreeSet<String>) -> Result<BTreeSet<String>, AwsError> {
    let found = describe_all(cloudwatch.clone(), names.clone()).await?;
    let is_well =
        |name: &&String| found.get(*name).is_some_and(|alarm| alarm.known.state_value != Some(StateValue::Alarm));
    Ok(names.iter().filter(|name| !is_well(name)).cloned().collect())
}

async fn describe_all(cloudwatch: Client, names: BTreeSet<String>) -> Answers<String, Described<MetricAlarm>> {
    let request = cloudwatch.describe_alarms().set_alarm_names(Some(names.into_iter().collect()));
    let request = request.alarm_types(AlarmType::MetricAlarm).max_records(100);
    alarms(request).await
}

/// What a request tells, by name, to its last page.
async fn alarms(request: DescribeAlarmsFluentBuilder) -> Answers<String, Described<MetricAlarm>> {
    let pages = async {
        let (mut pages, mut found) = (request.into_paginator().send(), Vec::new());
        while let Some(page) = pages.next().await {
            found.extend(page.answer(API)?.metric_alarms.unwrap_or_default());
        }
        Ok::<_, AwsError>(found)
    };
    let (found, unread) = unread(&SHAPE, pages).await;
    let named = found?.into_iter().filter_map(|alarm| Some((alarm.alarm_name.clone()?, alarm)));
    Ok(named.map(|(name, known)| (name.clone(), Described { known, unread: unread.of(&name) })).collect())
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

fn others(alarm: &MetricAlarm) -> Vec<Unmodelled> {
    let tags = alarm.action_configuration().and_then(|actions| actions.alarm_tags_propagation());
    let few_samples = alarm.evaluate_low_sample_count_percentile().is_some_and(|e| !e.is_empty() && e != "evaluate");
    unmodelled::erased(
        ERASED_BY,
        [
            ("ActionConfiguration", tags.and_then(|tags| tags.enabled()).unwrap_or(false)),
            ("EvaluateLowSampleCountPercentile", few_samples),
            ("EvaluationCriteria", alarm.evaluation_criteria().is_some()),
            ("EvaluationInterval", alarm.evaluation_interval().is_some()),
            ("EvaluationWindow", alarm.evaluation_window().is_some_and(|window| !window.is_sliding_window())),
            ("Metrics", !alarm.metrics().is_empty()),
            ("ThresholdMetricId", alarm.threshold_metric_id().is_some_and(|id| !id.is_empty())),
            ("WarmUpConfiguration", alarm.warm_up_configuration().is_some()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_cloudwatch::types::{
        ActionConfiguration, AlarmPromQlCriteria, AlarmTagsPropagation, ComparisonOperator, EvaluationCriteria,
        EvaluationWindow, MetricDataQuery, SlidingWindow, Statistic, WallClockWindow, WarmUpConfiguration,
    };

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
        let tags = |enabled| {
            let tags = AlarmTagsPropagation::builder().enabled(enabled).build();
            ActionConfiguration::builder().alarm_tags_propagation(tags).build()
        };
        let sliding = EvaluationWindow::SlidingWindow(SlidingWindow::builder().build());
        let plain = answer().evaluate_low_sample_count_percentile("evaluate").evaluation_window(sliding);
        assert_eq!(others(&plain.action_configuration(tags(false)).build()), vec![]);
        let fixed = EvaluationWindow::WallClockWindow(WallClockWindow::builder().build());
        let query = EvaluationCriteria::PromQlCriteria(AlarmPromQlCriteria::builder().query("up").build());
        let slow = WarmUpConfiguration::builder().warm_up_period_duration_in_minutes(5).build();
        let newer = answer().action_configuration(tags(true)).evaluation_window(fixed).evaluation_criteria(query);
        let newer = others(&newer.evaluation_interval(60).warm_up_configuration(slow).build());
        let newer: Vec<_> = newer.into_iter().map(|u| u.attribute).collect();
        let expected = ["ActionConfiguration", "EvaluationCriteria", "EvaluationInterval", "EvaluationWindow"];
        assert_eq!(newer, [&expected[..], &["WarmUpConfiguration"]].concat());
        let math = MetricDataQuery::builder().id("m1").expression("m2 / m3").build();
        let alarm = answer().metrics(math).threshold_metric_id("m1").evaluate_low_sample_count_percentile("ignore");
        let named: Vec<_> = others(&alarm.build()).into_iter().map(|u| (u.attribute, u.erased_by)).collect();
        let attributes = ["EvaluateLowSampleCountPercentile", "Metrics", "ThresholdMetricId"];
        assert_eq!(named, attributes.map(|a| (a.to_owned(), Some(ERASED_BY))));
    }
}
