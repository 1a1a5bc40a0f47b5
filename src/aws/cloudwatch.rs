//! CloudWatch: alarms on one metric each.
//!
//! `PutMetricAlarm` makes and updates alike, and replaces everything but the tags. So one call leads from any alarm
//! to any other, and what an alarm has that we do not model (metric math, anomaly detection) would be lost by it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::changed;
use crate::aws::kit::tags::{sdk_tag, tagged};
use crate::aws::rate::{Limit, Of, limit};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Observed, Resource};
use crate::name::Owner;

mod call;
mod need;
mod observe;
mod send;

pub use call::*;

sdk_tag!(aws_sdk_cloudwatch::types::Tag, optional);

/// An alarm. Its ARN follows from its name.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alarm {
    /// For people.
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
    /// How many of the latest datapoints are regarded.
    pub evaluation_periods: i32,
    /// How many of them must be beyond the threshold; `None`: all.
    pub datapoints_to_alarm: Option<i32>,
    /// What the statistic is compared with; `None` for anomaly detection.
    pub threshold: Option<f64>,
    /// How: `GreaterThanOrEqualToThreshold` and so on.
    pub comparison_operator: String,
    /// What a missing datapoint counts as: `missing`, `ignore`, `breaching` or `notBreaching`.
    pub treat_missing_data: String,
    /// Tags.
    pub tags: Tags,
}

const LIMITS: &[Limit] = &[
    limit("CloudWatch", Of::These(&["PutMetricAlarm"]), 3.0, 3.0),
    limit("CloudWatch", Of::These(&["DeleteAlarms"]), 3.0, 3.0),
    limit("CloudWatch", Of::These(&["DescribeAlarms"]), 9.0, 9.0),
];

impl Resource for Alarm {
    type Call = Call;
    type Seed = Box<aws_sdk_cloudwatch::types::MetricAlarm>;
    const LIMITS: &'static [Limit] = LIMITS;
    const LISTS_ALL: bool = true;

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        match (want, live) {
            (None, None) => None,
            (None, Some(_)) => Some(Call::Delete(DeleteAlarms { alarm_names: vec![id.name.clone()] })),
            (Some(want), None) => {
                let tags = Some(want.tags.clone());
                Some(Call::Put(Box::new(PutMetricAlarm { tags, ..PutMetricAlarm::of(id, want) })))
            }
            (Some(want), Some(live)) => {
                next_put(id, want, live).or_else(|| tags::next(arn(id), &want.tags, &live.tags))
            }
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Put(input) => {
                let tags = state.map(|alarm| alarm.tags).or_else(|| input.tags.clone()).unwrap_or_default();
                Some(Self { tags, ..input.state() })
            }
            Call::Delete(_) => None,
            Call::Tag(input) => changed(state, |alarm| input.apply(&mut alarm.tags)),
            Call::Untag(input) => changed(state, |alarm| input.apply(&mut alarm.tags)),
        }
    }

    tagged!();

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<Self::Seed>>, AwsError> {
        observe::list(&aws.read.cloudwatch, &owner.prefix()).await
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&Self::Seed>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::alarm(aws, &id.name, &arn(id), seed.map(Box::as_ref)).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(&aws.write.cloudwatch, call).await
    }
}

impl Alarm {
    /// Forgets a number of datapoints that says no more than its absence does.
    pub fn normalise(mut self) -> Self {
        self.datapoints_to_alarm = self.datapoints_to_alarm.filter(|count| *count != self.evaluation_periods);
        self
    }
}

fn arn(id: &Id) -> String {
    id.site.arn("cloudwatch", &format!("alarm:{}", id.name))
}

fn next_put(id: &Id, want: &Alarm, live: &Alarm) -> Option<Call> {
    let put = PutMetricAlarm::of(id, want);
    (put != PutMetricAlarm::of(id, live)).then(|| Call::Put(Box::new(put)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::{Kind, State};
    use crate::plan::steps::{assert_properties, test_id};
    use proptest::collection::{btree_map, btree_set};
    use proptest::option;
    use proptest::prelude::*;

    prop_compose! {
        fn actions()(
            alarm_description in option::of("[a-b]"),
            actions_enabled in any::<bool>(),
            alarm_actions in btree_set("[a-c]", 0..3),
            ok_actions in btree_set("[a-c]", 0..3),
            insufficient_data_actions in btree_set("[a-c]", 0..3),
            treat_missing_data in "missing|ignore",
            tags in btree_map("[a-c]", "[x-z]", 0..3),
        ) -> Alarm {
            Alarm {
                alarm_description, actions_enabled, alarm_actions, ok_actions, insufficient_data_actions,
                treat_missing_data, tags, ..some_alarm()
            }
        }
    }

    prop_compose! {
        fn alarm()(
            actions in actions(),
            namespace in option::of("[a-b]"),
            metric_name in option::of("[a-b]"),
            dimensions in btree_map("[a-c]", "[x-z]", 0..3),
            (statistic, extended_statistic) in (option::of("Sum|Average"), option::of("p9[0-9]")),
            (unit, period) in (option::of("Count|Bytes"), option::of(60..62)),
            (evaluation_periods, datapoints_to_alarm) in (3..5, option::of(1..3)),
            threshold in option::of(-1.5..1.5),
            comparison_operator in "GreaterThanThreshold|LessThanThreshold",
        ) -> State {
            Alarm {
                namespace, metric_name, dimensions, statistic, extended_statistic, unit, period, evaluation_periods,
                datapoints_to_alarm, threshold, comparison_operator, ..actions
            }.into()
        }
    }

    fn some_alarm() -> Alarm {
        Alarm {
            alarm_description: None,
            actions_enabled: true,
            alarm_actions: BTreeSet::new(),
            ok_actions: BTreeSet::new(),
            insufficient_data_actions: BTreeSet::new(),
            namespace: None,
            metric_name: None,
            dimensions: BTreeMap::new(),
            statistic: None,
            extended_statistic: None,
            unit: None,
            period: None,
            evaluation_periods: 1,
            datapoints_to_alarm: None,
            threshold: None,
            comparison_operator: "GreaterThanThreshold".into(),
            treat_missing_data: "missing".into(),
            tags: Tags::new(),
        }
    }

    proptest! {
        #[test]
        fn the_three_properties_hold(want in option::of(alarm()), live in option::of(alarm())) {
            assert_properties(&test_id(Kind::Alarm, "shop--test-thing"), want.as_ref(), live.as_ref());
        }
    }
}
