//! The calls on an alarm.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Alarm;
use crate::aws::Id;
use crate::aws::kit::calls::calls;
use crate::aws::kit::tags::{tag_calls, tag_inputs};
use crate::aws::tags::{Tags, listed};

calls! {
    /// The calls on an alarm.
    pub enum Call {
        /// Makes the alarm, or replaces everything but its tags.
        "cloudwatch:PutMetricAlarm" => Put(Box<PutMetricAlarm>),
        /// Adds or changes tags.
        "cloudwatch:TagResource" => Tag(TagResource),
        /// Removes tags.
        "cloudwatch:UntagResource" => Untag(UntagResource),
        /// Deletes the alarm.
        "cloudwatch:DeleteAlarms" => Delete(DeleteAlarms),
    }
}

/// Input of `PutMetricAlarm`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutMetricAlarm {
    pub(super) alarm_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) alarm_description: Option<String>,
    pub(super) actions_enabled: bool,
    pub(super) alarm_actions: Vec<String>,
    #[serde(rename = "OKActions")]
    pub(super) ok_actions: Vec<String>,
    pub(super) insufficient_data_actions: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) namespace: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) metric_name: Option<String>,
    pub(super) dimensions: Vec<Dimension>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) statistic: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) extended_statistic: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) unit: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) period: Option<i32>,
    pub(super) evaluation_periods: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) datapoints_to_alarm: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) threshold: Option<f64>,
    pub(super) comparison_operator: String,
    pub(super) treat_missing_data: String,
    /// Only where the alarm is made: AWS ignores them on an update.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "optional_tags")]
    pub(super) tags: Option<Tags>,
}

/// One dimension of a metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Dimension {
    pub(super) name: String,
    pub(super) value: String,
}

tag_inputs!(TagResource, UntagResource { #[serde(rename = "ResourceARN")] resource_arn: String } listed);
tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

/// Input of `DeleteAlarms`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteAlarms {
    pub(super) alarm_names: Vec<String>,
}

impl PutMetricAlarm {
    /// The call that leads to a state, but for its tags.
    pub(super) fn of(id: &Id, alarm: &Alarm) -> Self {
        let list = |actions: &std::collections::BTreeSet<String>| actions.iter().cloned().collect();
        let dimension = |(name, value): (&String, &String)| Dimension { name: name.clone(), value: value.clone() };
        Self {
            alarm_name: id.name.clone(),
            alarm_description: alarm.alarm_description.clone(),
            actions_enabled: alarm.actions_enabled,
            alarm_actions: list(&alarm.alarm_actions),
            ok_actions: list(&alarm.ok_actions),
            insufficient_data_actions: list(&alarm.insufficient_data_actions),
            namespace: alarm.namespace.clone(),
            metric_name: alarm.metric_name.clone(),
            dimensions: alarm.dimensions.iter().map(dimension).collect(),
            statistic: alarm.statistic.clone(),
            extended_statistic: alarm.extended_statistic.clone(),
            unit: alarm.unit.clone(),
            period: alarm.period,
            evaluation_periods: alarm.evaluation_periods,
            datapoints_to_alarm: alarm.datapoints_to_alarm,
            threshold: alarm.threshold,
            comparison_operator: alarm.comparison_operator.clone(),
            treat_missing_data: alarm.treat_missing_data.clone(),
            tags: None,
        }
    }

    /// The state that the call leads to, but for its tags.
    pub(super) fn state(&self) -> Alarm {
        let set = |actions: &Vec<String>| actions.iter().cloned().collect();
        let dimensions: BTreeMap<_, _> = self.dimensions.iter().map(|d| (d.name.clone(), d.value.clone())).collect();
        Alarm {
            alarm_description: self.alarm_description.clone(),
            actions_enabled: self.actions_enabled,
            alarm_actions: set(&self.alarm_actions),
            ok_actions: set(&self.ok_actions),
            insufficient_data_actions: set(&self.insufficient_data_actions),
            namespace: self.namespace.clone(),
            metric_name: self.metric_name.clone(),
            dimensions,
            statistic: self.statistic.clone(),
            extended_statistic: self.extended_statistic.clone(),
            unit: self.unit.clone(),
            period: self.period,
            evaluation_periods: self.evaluation_periods,
            datapoints_to_alarm: self.datapoints_to_alarm,
            threshold: self.threshold,
            comparison_operator: self.comparison_operator.clone(),
            treat_missing_data: self.treat_missing_data.clone(),
            tags: Tags::new(),
        }
    }
}

mod optional_tags {
    use serde::{Deserializer, Serializer};

    use super::{Tags, listed};

    pub fn serialize<S: Serializer>(tags: &Option<Tags>, output: S) -> Result<S::Ok, S::Error> {
        match tags {
            Some(tags) => listed::serialize(tags, output),
            None => output.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Tags>, D::Error> {
        listed::deserialize(input).map(Some)
    }
}
