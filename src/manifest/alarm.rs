//! `[alarm.<name>]`: CloudWatch alarms.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::{Kind, cloudwatch};
use crate::manifest::{Cursor, OnDelete, Section, names};
use crate::name::{Address, Name};
use crate::text::Text;

mod metric;
mod statistic;
#[cfg(test)]
mod tests;

pub use metric::Metric;
use statistic::{Statistic, statistic};

/// A CloudWatch alarm on one metric.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Alarm {
    /// The alarm's name in AWS. Default: made of the app, the stage and the section's name.
    pub name: Option<String>,
    /// What is measured.
    pub metric: Metric,
    /// `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, or an extended statistic such as `p99` or `TM(10%:90%)`.
    pub statistic: String,
    /// Seconds that one datapoint covers: 10, 20, 30 or a multiple of 60.
    #[serde(default = "five_minutes")]
    pub period: i32,
    /// How many of the latest datapoints are evaluated.
    #[serde(default = "one")]
    pub evaluation_periods: i32,
    /// How many of these datapoints must be beyond the threshold. Default: all of them.
    pub datapoints_to_alarm: Option<i32>,
    /// What the statistic is compared with.
    pub threshold: f64,
    /// How the statistic is compared with the threshold.
    #[serde(default)]
    pub comparison: Comparison,
    /// What a missing datapoint counts as.
    #[serde(default)]
    pub missing: Missing,
    /// Topics that are notified of the alarm.
    #[serde(default)]
    pub notify: Vec<Name>,
    /// Topics that are notified when the alarm is over.
    #[serde(default)]
    pub notify_ok: Vec<Name>,
    /// Topics that are notified when there is insufficient data.
    #[serde(default)]
    pub notify_insufficient_data: Vec<Name>,
    /// False: nobody is notified.
    #[serde(default = "yes")]
    pub actions_enabled: bool,
    /// A description for people.
    pub description: Option<String>,
    /// Tags in addition to the app's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Takes over an existing alarm of this name.
    #[serde(default)]
    pub adopt: bool,
}

/// When an alarm goes off.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
pub enum Comparison {
    /// At the threshold or above.
    #[default]
    #[serde(rename = ">=")]
    AtLeast,
    /// Above the threshold.
    #[serde(rename = ">")]
    Above,
    /// At the threshold or below.
    #[serde(rename = "<=")]
    AtMost,
    /// Below the threshold.
    #[serde(rename = "<")]
    Below,
}

/// What a missing datapoint counts as.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// As missing: if there are too many of them, the alarm has insufficient data.
    #[default]
    Missing,
    /// Not at all: the alarm keeps its state.
    Ignore,
    /// As beyond the threshold.
    Breaching,
    /// As within the threshold.
    NotBreaching,
}

impl Section for Alarm {
    const SECTION: &'static str = "alarm";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn"];

    fn address(name: &Name) -> Address {
        names::alarm::address(name)
    }

    fn own_name(&self) -> Option<String> {
        self.name.clone()
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        match attribute {
            "name" => names::alarm::physical(here.owner, name).into(),
            _ => names::alarm::arn(here.site, here.owner, name).into(),
        }
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        self.check(here);
        let id = here.id(Kind::Alarm, name, names::alarm::physical(here.owner, name));
        let dimensions = self.metric.lower(&here.at("metric"));
        let description = self.description.clone().filter(|text| !text.is_empty());
        let form = statistic(&self.statistic);
        let named = |wanted| (form == Some(wanted)).then(|| self.statistic.clone());
        let state = cloudwatch::Alarm {
            alarm_description: description.map(|raw| here.at("description").literal(&raw)),
            actions_enabled: self.actions_enabled,
            alarm_actions: actions(&self.notify, &here.at("notify")),
            ok_actions: actions(&self.notify_ok, &here.at("notify_ok")),
            insufficient_data_actions: actions(&self.notify_insufficient_data, &here.at("notify_insufficient_data")),
            namespace: Some(self.metric.namespace.clone()),
            metric_name: Some(self.metric.name.clone()),
            dimensions,
            statistic: named(Statistic::Plain),
            extended_statistic: named(Statistic::Extended),
            unit: self.metric.unit.clone(),
            period: Some(self.period),
            evaluation_periods: self.evaluation_periods,
            datapoints_to_alarm: self.datapoints_to_alarm,
            threshold: Some(self.threshold),
            comparison_operator: self.comparison.lower().into(),
            treat_missing_data: self.missing.lower().into(),
            tags: here.tags(&id.address, &self.tags, OnDelete::Retain),
        };
        here.add(id, state.normalise(), self.adopt);
    }
}

impl Alarm {
    /// The topics that it notifies.
    pub fn topics(&self) -> Vec<&Name> {
        let all = self.notify.iter().chain(&self.notify_ok).chain(&self.notify_insufficient_data);
        all.collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn check(&self, here: &Cursor) {
        self.check_periods(here);
        let check = |is_valid: bool, field: &str, what: String, help: &str| {
            if !is_valid {
                here.at(field).problem(what, Some(help));
            }
        };
        let help = "use Sum, Average, Minimum, Maximum, SampleCount, a percentile such as p99, or TM(10%:90%)";
        check(
            statistic(&self.statistic).is_some(),
            "statistic",
            format!("{:?} is not a statistic", self.statistic),
            help,
        );
        let help = "write a number";
        check(self.threshold.is_finite(), "threshold", format!("{} is not a threshold", self.threshold), help);
        let length = self.description.as_ref().map_or(0, |text| text.chars().count());
        check(length <= 1024, "description", format!("it has {length} characters"), "use 1024 at most");
        self.metric.check(&here.at("metric"));
    }

    fn check_periods(&self, here: &Cursor) {
        let check = |is_valid: bool, field: &str, what: String, help: &str| {
            if !is_valid {
                here.at(field).problem(what, Some(help));
            }
        };
        let (period, count) = (self.period, self.evaluation_periods);
        let fits = [10, 20, 30].contains(&period) || (period > 0 && period % 60 == 0);
        check(fits, "period", format!("{period} seconds is not a period"), "use 10, 20, 30 or a multiple of 60");
        check(count >= 1, "evaluation_periods", format!("{count} is too few"), "use 1 or more");
        let limit = if period < 3600 { 86_400 } else { 604_800 };
        let total = i64::from(period) * i64::from(count);
        let help = "cover a day at most, or seven days if a period is an hour or more";
        check(total <= limit, "evaluation_periods", format!("{count} periods are {total} seconds"), help);
        if let Some(datapoints) = self.datapoints_to_alarm {
            let help = "use 1 or more, and no more than evaluation_periods";
            let fits = (1..=count).contains(&datapoints);
            check(fits, "datapoints_to_alarm", format!("{datapoints} of {count} datapoints is impossible"), help);
        }
    }
}

impl Comparison {
    fn lower(self) -> &'static str {
        match self {
            Comparison::AtLeast => "GreaterThanOrEqualToThreshold",
            Comparison::Above => "GreaterThanThreshold",
            Comparison::AtMost => "LessThanOrEqualToThreshold",
            Comparison::Below => "LessThanThreshold",
        }
    }
}

impl Missing {
    fn lower(self) -> &'static str {
        match self {
            Missing::Missing => "missing",
            Missing::Ignore => "ignore",
            Missing::Breaching => "breaching",
            Missing::NotBreaching => "notBreaching",
        }
    }
}

fn actions(topics: &[Name], here: &Cursor) -> BTreeSet<String> {
    for (here, name) in here.each(topics) {
        if here.known("topic", name, &here.manifest.topic).is_some_and(|topic| topic.fifo) {
            let message = format!("{name} is a FIFO topic, and an alarm sends messages without a message group");
            here.problem(message, Some("notify a standard topic"));
        }
        here.need(names::topic::address(name));
    }
    let arn = |name: &Name| names::topic::arn(here.site, here.owner, name, false);
    let arns: BTreeSet<String> = topics.iter().map(arn).collect();
    if arns.len() > 5 {
        here.problem(format!("there are {} topics", arns.len()), Some("use 5 at most"));
    }
    arns
}

fn five_minutes() -> i32 {
    300
}

fn one() -> i32 {
    1
}

fn yes() -> bool {
    true
}
