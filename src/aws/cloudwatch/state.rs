//! What an alarm is.

use super::*;

/// An alarm. Its ARN follows from its name.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alarm {
    /// A description for people.
    pub alarm_description: Option<String>,
    /// False if a change of the alarm's state shall do nothing.
    pub actions_enabled: bool,
    /// ARNs to notify once the metric is beyond the threshold.
    pub alarm_actions: BTreeSet<String>,
    /// ARNs to notify once it is within again.
    #[serde(rename = "OKActions")]
    pub ok_actions: BTreeSet<String>,
    /// ARNs to notify once there is too little data to tell.
    pub insufficient_data_actions: BTreeSet<String>,
    /// The metric's namespace, such as `AWS/Lambda`; `None` for metric math.
    pub namespace: Option<String>,
    /// The metric's name; `None` for metric math.
    pub metric_name: Option<String>,
    /// The metric's dimensions by name.
    pub dimensions: BTreeMap<String, String>,
    /// `Sum`, `Average`, `Minimum`, `Maximum` or `SampleCount`.
    pub statistic: Option<String>,
    /// Any other statistic, such as `p99`.
    pub extended_statistic: Option<String>,
    /// The unit that datapoints must have; `None`: any.
    pub unit: Option<String>,
    /// Seconds that one datapoint stands for.
    pub period: Option<i32>,
    /// How many of the latest datapoints are evaluated.
    pub evaluation_periods: i32,
    /// How many of them must be beyond the threshold; `None`: all.
    pub datapoints_to_alarm: Option<i32>,
    /// What the statistic is compared with; `None` for anomaly detection.
    pub threshold: Option<f64>,
    /// How: `GreaterThanOrEqualToThreshold` and so on.
    pub comparison_operator: String,
    /// What a missing datapoint counts as: `missing`, `ignore`, `breaching` or `notBreaching`.
    pub treat_missing_data: String,
    pub tags: Tags,
}

impl Alarm {
    /// Forgets a number of datapoints that says no more than its absence does.
    pub fn normalise(mut self) -> Self {
        self.datapoints_to_alarm = self.datapoints_to_alarm.filter(|count| *count != self.evaluation_periods);
        self
    }
}
