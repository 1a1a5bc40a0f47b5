//! Alarms on both emulators.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudwatch::types::{
    ActionConfiguration, AlarmTagsPropagation, ComparisonOperator, EvaluationWindow, MetricDataQuery, Statistic,
    WallClockWindow, WarmUpConfiguration,
};
use serverless_app::aws::cloudwatch::Alarm;
use serverless_app::aws::{Aws, Id, Kind, PlanReader, State, Tags};
use serverless_app::text::Outputs;

use crate::lifecycle::{emulators, id, lead, observe};

const TOPIC: &str = "arn:aws:sns:us-west-2:123456789012:suite--test-";

fn actions(topics: &[&str]) -> BTreeSet<String> {
    topics.iter().map(|topic| format!("{TOPIC}{topic}")).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
}

/// An alarm without anything that it need not have.
pub fn plain() -> Alarm {
    Alarm {
        alarm_description: None,
        actions_enabled: true,
        alarm_actions: BTreeSet::new(),
        ok_actions: BTreeSet::new(),
        insufficient_data_actions: BTreeSet::new(),
        namespace: Some("AWS/Lambda".into()),
        metric_name: Some("Errors".into()),
        dimensions: BTreeMap::new(),
        statistic: Some("Sum".into()),
        extended_statistic: None,
        unit: None,
        period: Some(300),
        evaluation_periods: 1,
        datapoints_to_alarm: None,
        threshold: Some(10.0),
        comparison_operator: "GreaterThanOrEqualToThreshold".into(),
        treat_missing_data: "missing".into(),
        tags: Tags::new(),
    }
}

fn rich() -> Alarm {
    Alarm {
        alarm_description: Some("Too slow".into()),
        actions_enabled: false,
        alarm_actions: actions(&["a", "b"]),
        ok_actions: actions(&["b"]),
        insufficient_data_actions: actions(&["c"]),
        metric_name: Some("Duration".into()),
        dimensions: pairs(&[("FunctionName", "suite--test-api"), ("Resource", "suite--test-api:live")]),
        statistic: None,
        extended_statistic: Some("p99.9".into()),
        unit: Some("Milliseconds".into()),
        period: Some(60),
        evaluation_periods: 5,
        datapoints_to_alarm: Some(3),
        threshold: Some(1500.5),
        comparison_operator: "LessThanThreshold".into(),
        treat_missing_data: "notBreaching".into(),
        tags: pairs(&[("a", "1")]),
        ..plain()
    }
}

async fn edit_by_hand(aws: &Aws, id: &Id, threshold: f64) {
    let request = aws.write.cloudwatch.put_metric_alarm().alarm_name(&id.name).namespace("AWS/Lambda");
    let request = request.metric_name("Errors").statistic(Statistic::Sum).period(300).evaluation_periods(1);
    let request = request.comparison_operator(ComparisonOperator::GreaterThanOrEqualToThreshold);
    request.threshold(threshold).send().await.expect("an edit");
}

#[tokio::test]
async fn an_alarm_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Alarm, "life", "suite--test-life").await;
        let mut known = Outputs::new();
        let other_tags = Alarm { tags: pairs(&[("a", "2"), ("b", "1")]), ..rich() };
        let (put, tag, untag) = ("cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource");
        for (want, calls) in [
            (Some(plain()), vec![put]),
            (Some(rich()), vec![put, tag]),
            (Some(other_tags), vec![tag]),
            (Some(plain()), vec![put, untag]),
            (None, vec!["cloudwatch:DeleteAlarms"]),
            (Some(rich()), vec![put]),
            (None, vec!["cloudwatch:DeleteAlarms"]),
        ] {
            let want = want.map(State::from);
            assert_eq!(lead(&aws, &id, want.as_ref(), &mut known).await, calls, "{emulator}");
        }
    }
}

#[tokio::test]
async fn an_edit_by_hand_is_seen_and_repaired() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Alarm, "drift", "suite--test-drift").await;
        let (want, mut known) = (State::from(plain()), Outputs::new());
        lead(&aws, &id, Some(&want), &mut known).await;
        edit_by_hand(&aws, &id, 99.0).await;
        let live = observe(&aws, &id, &mut known).await.expect("the alarm");
        let moved = State::from(Alarm { threshold: Some(99.0), ..plain() });
        assert_eq!(live.state, moved, "{emulator}");
        assert_eq!(lead(&aws, &id, Some(&want), &mut known).await, ["cloudwatch:PutMetricAlarm"], "{emulator}");
        lead(&aws, &id, None, &mut known).await;
    }
}

#[tokio::test]
async fn a_listing_tells_all_but_the_tags() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Alarm, "listed", "suite--test-listed").await;
        let (want, mut known) = (State::from(rich()), Outputs::new());
        lead(&aws, &id, Some(&want), &mut known).await;
        let reader = PlanReader::new(&aws);
        let found = Kind::Alarm.find(&reader, &id.owner).await.expect("a listing");
        let one = found.iter().find(|one| one.name == id.name).expect("the alarm");
        let observed = Kind::Alarm.observe_for_plan(&reader, &id, Some(&one.seed)).await.expect("a read");
        assert_eq!(observed.expect("the alarm").state, want, "{emulator}");
        lead(&aws, &id, None, &mut known).await;
    }
}

#[tokio::test]
async fn windows_and_warm_ups_are_named_since_a_put_would_erase_them() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Alarm, "window", "suite--test-window").await;
        let request = aws.write.cloudwatch.put_metric_alarm().alarm_name(&id.name).namespace("AWS/Lambda");
        let request = request.metric_name("Errors").statistic(Statistic::Sum).period(300).evaluation_periods(1);
        let request = request.comparison_operator(ComparisonOperator::GreaterThanThreshold).threshold(1.0);
        let window = EvaluationWindow::WallClockWindow(WallClockWindow::builder().timezone("+01:00").build());
        let tags = AlarmTagsPropagation::builder().enabled(true).build();
        let actions = ActionConfiguration::builder().alarm_tags_propagation(tags).build();
        let warm_up = WarmUpConfiguration::builder().warm_up_period_duration_in_minutes(5).build();
        let request = request.evaluation_window(window).action_configuration(actions).warm_up_configuration(warm_up);
        request.send().await.expect("an alarm");
        let mut known = Outputs::new();
        let live = observe(&aws, &id, &mut known).await.expect("the alarm");
        let named: Vec<_> = live.unmodelled.iter().map(|u| (u.attribute.as_str(), u.erased_by)).collect();
        let expected = ["ActionConfiguration", "EvaluationWindow", "WarmUpConfiguration"];
        assert_eq!(named, expected.map(|name| (name, Some("cloudwatch:PutMetricAlarm"))), "{emulator}");
        lead(&aws, &id, None, &mut known).await;
    }
}

#[tokio::test]
async fn metric_math_is_named_since_a_put_would_erase_it() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Alarm, "math", "suite--test-math").await;
        let query = MetricDataQuery::builder().id("e1").expression("TIME_SERIES(1)").period(60).return_data(true);
        let request = aws.write.cloudwatch.put_metric_alarm().alarm_name(&id.name).metrics(query.build());
        let request = request.evaluation_periods(1).threshold(1.0);
        let request = request.comparison_operator(ComparisonOperator::GreaterThanThreshold);
        request.send().await.expect("an alarm");
        let mut known = Outputs::new();
        let live = observe(&aws, &id, &mut known).await.expect("the alarm");
        let named: Vec<_> = live.unmodelled.iter().map(|u| (u.attribute.as_str(), u.erased_by)).collect();
        assert_eq!(named, [("Metrics", Some("cloudwatch:PutMetricAlarm"))], "{emulator}");
        lead(&aws, &id, None, &mut known).await;
    }
}
