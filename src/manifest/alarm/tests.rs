use serde_json::{Value, json};

use crate::manifest::function::tests;

/// Two topics, a function and an API to refer to.
const HEAD: &str = r#"[app]
name = "shop"
region = "us-west-2"
[topic.alerts]
[topic.calm]
[function.api-handler]
source = "lambda"
runtime = "python3.11"
handler = "main.handler"
[api.shop-api]
routes = [{ method = "GET", path = "/", function = "api-handler" }]
"#;

fn state(text: &str) -> Value {
    let lowered = tests::lowered(&format!("{HEAD}{text}"), &[]).expect("no problems");
    assert_eq!(lowered.wanted[&"cloudwatch.alarm/errors".parse().unwrap()].id.name, "shop--test-errors");
    tests::state(&lowered, "cloudwatch.alarm/errors")
}

fn ownership() -> Value {
    json!({"serverless-app:app": "shop", "serverless-app:stage": "test",
        "serverless-app:address": "cloudwatch.alarm/errors"})
}

#[test]
fn what_is_left_out_gets_a_default() {
    let text = r#"[alarm.errors]
        metric = { namespace = "AWS/Lambda", name = "Errors" }
        statistic = "Sum"
        threshold = 10"#;
    let expected = json!({
        "AlarmDescription": null, "ActionsEnabled": true, "AlarmActions": [], "OKActions": [],
        "InsufficientDataActions": [], "Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": {},
        "Statistic": "Sum", "ExtendedStatistic": null, "Unit": null, "Period": 300, "EvaluationPeriods": 1,
        "DatapointsToAlarm": null, "Threshold": 10.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "missing", "Tags": ownership(),
    });
    assert_eq!(state(text), expected);
}

#[test]
fn every_field_reaches_the_state() {
    let text = r#"[alarm.errors]
        statistic = "p99.9"
        period = 60
        evaluation_periods = 5
        datapoints_to_alarm = 3
        threshold = 0.5
        comparison = "<"
        missing = "not-breaching"
        notify = ["alerts"]
        notify_ok = ["calm"]
        notify_insufficient_data = ["alerts", "calm"]
        actions_enabled = false
        description = "Of ${stage}"
        tags = { team = "shop" }
        [alarm.errors.metric]
        namespace = "AWS/ApiGateway"
        name = "Latency"
        api = "shop-api"
        dimensions = { Stage = "${stage}" }
        unit = "Milliseconds""#;
    let topic = |name: &str| format!("arn:aws:sns:us-west-2:123456789012:shop--test-{name}");
    let mut tags = ownership();
    tags["team"] = "shop".into();
    let expected = json!({
        "AlarmDescription": "Of test", "ActionsEnabled": false, "AlarmActions": [topic("alerts")],
        "OKActions": [topic("calm")], "InsufficientDataActions": [topic("alerts"), topic("calm")],
        "Namespace": "AWS/ApiGateway", "MetricName": "Latency",
        "Dimensions": {"ApiName": "shop--test-shop-api", "Stage": "test"}, "Statistic": null,
        "ExtendedStatistic": "p99.9", "Unit": "Milliseconds", "Period": 60, "EvaluationPeriods": 5,
        "DatapointsToAlarm": 3, "Threshold": 0.5, "ComparisonOperator": "LessThanThreshold",
        "TreatMissingData": "notBreaching", "Tags": tags,
    });
    assert_eq!(state(text), expected);
}

#[test]
fn an_alarm_comes_after_the_topics_that_it_notifies() {
    let text = r#"[alarm.errors]
        metric = { namespace = "AWS/Lambda", name = "Errors" }
        statistic = "Sum"
        threshold = 1
        notify = ["alerts", "calm"]
        notify_ok = ["alerts"]"#;
    let lowered = tests::lowered(&format!("{HEAD}{text}"), &[]).expect("no problems");
    assert_eq!(tests::needs(&lowered, "cloudwatch.alarm/errors"), ["sns.topic/alerts", "sns.topic/calm"]);
}

#[test]
fn what_aws_would_refuse_is_told_with_its_place() {
    let text = r#"[alarm.errors]
statistic = "sum"
period = 45
evaluation_periods = 2
datapoints_to_alarm = 3
threshold = inf
notify = ["alarts"]
[alarm.errors.metric]
namespace = ":x"
name = ""
function = "none"
unit = "Millisecs"
dimensions = { ApiName = "x", "é" = "y" }
api = "shop-api"
[alarm.long]
metric = { namespace = "N", name = "M" }
statistic = "Sum"
period = 300
evaluation_periods = 289
threshold = 1
"#;
    let expected = [
        "13:13: \"sum\" is not a statistic",
        "14:10: 45 seconds is not a period",
        "16:23: 3 of 2 datapoints is impossible",
        "17:13: inf is not a threshold",
        "18:11: there is no topic section \"alarts\"; did you mean \"alerts\"?",
        "20:13: \":x\" is not a namespace",
        "21:8: \"\" is not the name of a metric",
        "22:12: there is no function section \"none\"; known: api-handler",
        "23:8: there is no unit \"Millisecs\"; did you mean \"Milliseconds\"?",
        "24:26: the dimension ApiName is set twice",
        "24:37: \"é\" with the value \"y\" is not a valid dimension",
        "30:22: 289 periods are 86700 seconds",
    ];
    assert_eq!(tests::problems(&format!("{HEAD}{text}"), &[]), expected);
}
