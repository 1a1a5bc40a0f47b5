//! `[alarm.<name>]`

use std::collections::BTreeSet;

use toml_edit::{Table, Value};

use crate::aws::{Id, Kind, cloudwatch};
use crate::import::Scene;
use crate::import::lines::{Lines, inline};

/// The section of an alarm on one metric.
pub fn write(id: &Id, alarm: &cloudwatch::Alarm, scene: &Scene) -> Table {
    let mut lines = scene.start(id);
    lines.set("metric", metric(alarm, scene));
    match (&alarm.statistic, &alarm.extended_statistic) {
        (Some(statistic), _) | (None, Some(statistic)) => lines.set("statistic", statistic),
        (None, None) => scene.unsaid(id, "the statistic", "it has none: alarms on metric math are not modelled"),
    }
    lines.set_some("period", alarm.period.map(i64::from).filter(|period| *period != 300));
    lines.set_unless("evaluation_periods", i64::from(alarm.evaluation_periods), 1);
    lines.set_some("datapoints_to_alarm", alarm.datapoints_to_alarm.map(i64::from));
    match alarm.threshold {
        Some(threshold) => lines.set("threshold", threshold),
        None => scene.unsaid(id, "the threshold", "it has none: alarms on anomalies are not modelled"),
    }
    comparison(id, &alarm.comparison_operator, scene, &mut lines);
    if alarm.treat_missing_data != "missing" {
        lines.set(
            "missing",
            if alarm.treat_missing_data == "notBreaching" { "not-breaching" } else { &alarm.treat_missing_data },
        );
    }
    lines.set_list("notify", topics(id, &alarm.alarm_actions, scene));
    lines.set_list("notify_ok", topics(id, &alarm.ok_actions, scene));
    lines.set_list("notify_insufficient_data", topics(id, &alarm.insufficient_data_actions, scene));
    lines.set_unless("actions_enabled", alarm.actions_enabled, true);
    lines.set_some("description", alarm.alarm_description.as_deref().map(|text| scene.string(text)));
    scene.end(id, &alarm.tags, lines)
}

/// True for an alarm that a section can be.
pub fn is_of_one_metric(alarm: &cloudwatch::Alarm) -> bool {
    let has_statistic = alarm.statistic.is_some() || alarm.extended_statistic.is_some();
    alarm.metric_name.is_some() && has_statistic && alarm.threshold.is_some()
}

fn metric(alarm: &cloudwatch::Alarm, scene: &Scene) -> Value {
    let mut lines = Lines::new();
    lines.set("namespace", alarm.namespace.as_deref().unwrap_or_default());
    lines.set("name", alarm.metric_name.as_deref().unwrap_or_default());
    let section = |dimension: &str, kind| {
        let value = alarm.dimensions.get(dimension)?;
        scene.section_of(kind, value).filter(|_| scene.part(kind, value).is_some())
    };
    let named = [("function", "FunctionName", Kind::Function), ("api", "ApiName", Kind::RestApi)];
    let named = named.map(|(key, dimension, kind)| (key, dimension, section(dimension, kind)));
    for (key, _, name) in named {
        lines.set_some(key, name.map(|name| name.as_str()));
    }
    let is_said = |dimension: &str| named.iter().any(|(_, own, name)| *own == dimension && name.is_some());
    let others = alarm.dimensions.iter().filter(|(dimension, _)| !is_said(dimension));
    let others: Vec<_> = others.map(|(dimension, value)| (dimension, scene.string(value))).collect();
    if !others.is_empty() {
        lines.set("dimensions", inline(others));
    }
    lines.set_some("unit", alarm.unit.as_deref());
    lines.inline()
}

fn comparison(id: &Id, operator: &str, scene: &Scene, lines: &mut Lines) {
    match operator {
        "GreaterThanOrEqualToThreshold" => {}
        "GreaterThanThreshold" => lines.set("comparison", ">"),
        "LessThanOrEqualToThreshold" => lines.set("comparison", "<="),
        "LessThanThreshold" => lines.set("comparison", "<"),
        other => {
            let why = "alarms on anomalies are not modelled: with this section it would compare by `>=`; leave it out";
            scene.unsaid(id, &format!("the comparison {other}"), why);
        }
    }
}

/// The topics among what it notifies.
fn topics(id: &Id, arns: &BTreeSet<String>, scene: &Scene) -> Vec<String> {
    let topic = |arn: &String| match scene.section_of(Kind::Topic, arn) {
        Some(name) => Some(name.to_string()),
        None => {
            let why = "an alarm can only notify topics that have a section: this one would no longer be notified";
            scene.unsaid(id, &format!("the action {arn}"), why);
            None
        }
    };
    arns.iter().filter_map(topic).collect()
}
