//! `[alarm.<name>]`: CloudWatch alarms.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::{Kind, cloudwatch};
use crate::manifest::problem::unknown;
use crate::manifest::{Lowering, OnDelete, Section, api, function, topic};
use crate::name::{Address, Name, Owner, Site};
use crate::text::Text;

/// A CloudWatch alarm on one metric.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Alarm {
    /// What is measured.
    pub metric: Metric,
    /// `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, or an extended statistic such as `p99` or `TM(10%:90%)`.
    pub statistic: String,
    /// Seconds that one datapoint stands for: 10, 20, 30 or a multiple of 60.
    #[serde(default = "five_minutes")]
    pub period: i32,
    /// How many of the latest datapoints are regarded.
    #[serde(default = "one")]
    pub evaluation_periods: i32,
    /// How many of them must be beyond the threshold; all of them where it is left out.
    pub datapoints_to_alarm: Option<i32>,
    /// What the statistic is compared with.
    pub threshold: f64,
    /// How it is compared.
    #[serde(default)]
    pub comparison: Comparison,
    /// What a missing datapoint counts as.
    #[serde(default)]
    pub missing: Missing,
    /// Topics that learn of the alarm.
    #[serde(default)]
    pub notify: Vec<Name>,
    /// Topics that learn that all is well again.
    #[serde(default)]
    pub notify_ok: Vec<Name>,
    /// Topics that learn that there is too little data to tell.
    #[serde(default)]
    pub notify_insufficient_data: Vec<Name>,
    /// False to notify nobody for now.
    #[serde(default = "yes")]
    pub actions_enabled: bool,
    /// For people.
    pub description: Option<String>,
    /// Tags beside the app's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Take over an existing alarm of this name.
    #[serde(default)]
    pub adopt: bool,
}

/// A metric.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// Its namespace, such as `AWS/Lambda`.
    pub namespace: String,
    /// Its name, such as `Errors`.
    pub name: String,
    /// A function of this app, for the dimension `FunctionName`.
    pub function: Option<Name>,
    /// An API of this app, for the dimension `ApiName`.
    pub api: Option<Name>,
    /// Other dimensions by name; `${...}` is filled in.
    #[serde(default)]
    pub dimensions: BTreeMap<String, String>,
    /// The unit that datapoints must have; any where it is left out.
    pub unit: Option<String>,
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
    /// As missing: with too many of them there is too little data to tell.
    #[default]
    Missing,
    /// As nothing: the alarm stays as it is.
    Ignore,
    /// As beyond the threshold.
    Breaching,
    /// As within the threshold.
    NotBreaching,
}

/// The statistics that have a name of their own.
const STATISTICS: [&str; 5] = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];

impl Section for Alarm {
    const SECTION: &'static str = "alarm";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn"];

    fn address(name: &Name) -> Address {
        Address::new(Kind::Alarm, name.clone())
    }

    fn attribute(&self, name: &Name, attribute: &str, to: &Lowering) -> Text {
        match attribute {
            "name" => physical(to.owner, name).into(),
            _ => arn(to.site, to.owner, name).into(),
        }
    }

    fn lower(&self, name: &Name, to: &mut Lowering) {
        let path = format!("alarm.{name}");
        self.check(&path, to);
        let id = to.id(Kind::Alarm, name, physical(to.owner, name));
        let mut needs = BTreeSet::new();
        let dimensions = self.metric.lower(&format!("{path}.metric"), to, &mut needs);
        let description = self.description.clone().filter(|text| !text.is_empty());
        let is_plain = STATISTICS.contains(&self.statistic.as_str());
        let state = cloudwatch::Alarm {
            alarm_description: description.map(|raw| to.literal(&format!("{path}.description"), &raw, &mut needs)),
            actions_enabled: self.actions_enabled,
            alarm_actions: actions(&self.notify, &format!("{path}.notify"), to, &mut needs),
            ok_actions: actions(&self.notify_ok, &format!("{path}.notify_ok"), to, &mut needs),
            insufficient_data_actions: actions(
                &self.notify_insufficient_data,
                &format!("{path}.notify_insufficient_data"),
                to,
                &mut needs,
            ),
            namespace: Some(self.metric.namespace.clone()),
            metric_name: Some(self.metric.name.clone()),
            dimensions,
            statistic: is_plain.then(|| self.statistic.clone()),
            extended_statistic: (!is_plain).then(|| self.statistic.clone()),
            unit: self.metric.unit.clone(),
            period: Some(self.period),
            evaluation_periods: self.evaluation_periods,
            datapoints_to_alarm: self.datapoints_to_alarm,
            threshold: Some(self.threshold),
            comparison_operator: self.comparison.lower().into(),
            treat_missing_data: self.missing.lower().into(),
            tags: to.tags(&id.address, &self.tags, OnDelete::Retain),
        };
        to.add(&path, id, state.normalise(), needs, self.adopt);
    }
}

/// The physical name of a section's main resource.
pub fn physical(owner: &Owner, name: &Name) -> String {
    owner.physical(name.as_str(), 255)
}

/// Its ARN.
pub fn arn(site: &Site, owner: &Owner, name: &Name) -> String {
    site.arn("cloudwatch", &format!("alarm:{}", physical(owner, name)))
}

impl Alarm {
    /// The topics that it notifies.
    pub fn topics(&self) -> Vec<&Name> {
        let all = self.notify.iter().chain(&self.notify_ok).chain(&self.notify_insufficient_data);
        all.collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn check(&self, path: &str, to: &mut Lowering) {
        self.check_periods(path, to);
        let mut check = |is_valid: bool, field: &str, what: String, help: &str| {
            if !is_valid {
                to.problem(&format!("{path}.{field}"), what, Some(help));
            }
        };
        let statistic = &self.statistic;
        let known = STATISTICS.contains(&statistic.as_str()) || is_extended_statistic(statistic);
        let help = "use Sum, Average, Minimum, Maximum, SampleCount, a percentile such as p99, or TM(10%:90%)";
        check(known, "statistic", format!("{statistic:?} is not a statistic"), help);
        let help = "write a number";
        check(self.threshold.is_finite(), "threshold", format!("{} is not a threshold", self.threshold), help);
        let length = self.description.as_ref().map_or(0, |text| text.chars().count());
        check(length <= 1024, "description", format!("it has {length} characters"), "use 1024 at most");
        self.metric.check(&format!("{path}.metric"), to);
    }

    fn check_periods(&self, path: &str, to: &mut Lowering) {
        let mut check = |is_valid: bool, field: &str, what: String, help: &str| {
            if !is_valid {
                to.problem(&format!("{path}.{field}"), what, Some(help));
            }
        };
        let (period, count) = (self.period, self.evaluation_periods);
        let fits = [10, 20, 30].contains(&period) || (period > 0 && period % 60 == 0);
        check(fits, "period", format!("{period} seconds is not a period"), "use 10, 20, 30 or a multiple of 60");
        check(count >= 1, "evaluation_periods", format!("{count} is too few"), "use 1 or more");
        let limit = if period < 3600 { 86_400 } else { 604_800 };
        let total = i64::from(period) * i64::from(count);
        let help = "regard a day at most, or seven days where a period is an hour or more";
        check(total <= limit, "evaluation_periods", format!("{count} periods are {total} seconds"), help);
        if let Some(datapoints) = self.datapoints_to_alarm {
            let help = "use 1 or more, and no more than evaluation_periods";
            let fits = (1..=count).contains(&datapoints);
            check(fits, "datapoints_to_alarm", format!("{datapoints} of {count} datapoints cannot be"), help);
        }
    }
}

impl Metric {
    fn check(&self, path: &str, to: &mut Lowering) {
        let is_namespace = is_text(&self.namespace, 255) && !self.namespace.starts_with(':');
        if !is_namespace {
            let help = Some("use 1 to 255 characters of ASCII, no colon first, such as AWS/Lambda");
            to.problem(&format!("{path}.namespace"), format!("{:?} is not a namespace", self.namespace), help);
        }
        if !is_text(&self.name, 255) {
            let help = Some("use 1 to 255 characters of ASCII");
            to.problem(&format!("{path}.name"), format!("{:?} is not a metric's name", self.name), help);
        }
        let is_unit = |unit: &str| aws_sdk_cloudwatch::types::StandardUnit::values().contains(&unit);
        if let Some(unit) = self.unit.as_deref().filter(|unit| !is_unit(unit)) {
            let known = aws_sdk_cloudwatch::types::StandardUnit::values().iter().copied();
            to.problem(&format!("{path}.unit"), unknown("unit", unit, known), None);
        }
    }

    fn lower(&self, path: &str, to: &mut Lowering, needs: &mut BTreeSet<Address>) -> BTreeMap<String, String> {
        let mut dimensions = BTreeMap::new();
        for (name, raw) in &self.dimensions {
            let at = format!("{path}.dimensions.{name}");
            let value = to.literal(&at, raw, needs);
            if !is_text(name, 255) || name.starts_with(':') || !is_text(&value, 1024) {
                let help = Some("use ASCII, no colon first; 255 characters at most for a name, 1024 for a value");
                to.problem(&at, format!("{name:?} with the value {value:?} is not a dimension"), help);
            }
            dimensions.insert(name.clone(), value);
        }
        let manifest = to.manifest;
        if let Some(name) = &self.function {
            known(name, manifest.function.keys(), "function", &format!("{path}.function"), to);
            self.own("FunctionName", function::physical(to.owner, name), &mut dimensions, path, to);
        }
        if let Some(name) = &self.api {
            known(name, manifest.api.keys(), "api", &format!("{path}.api"), to);
            self.own("ApiName", api::physical(to.owner, name), &mut dimensions, path, to);
        }
        if dimensions.len() > 30 {
            let help = Some("use 30 at most");
            to.problem(&format!("{path}.dimensions"), format!("there are {} dimensions", dimensions.len()), help);
        }
        dimensions
    }

    /// Adds the dimension that stands for a section's name, unless it is there already.
    fn own(&self, key: &str, value: String, all: &mut BTreeMap<String, String>, path: &str, to: &mut Lowering) {
        if all.insert(key.into(), value).is_some() {
            to.problem(&format!("{path}.dimensions.{key}"), format!("the dimension {key} is given twice"), None);
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

fn actions(topics: &[Name], path: &str, to: &mut Lowering, needs: &mut BTreeSet<Address>) -> BTreeSet<String> {
    let manifest = to.manifest;
    for (index, name) in topics.iter().enumerate() {
        known(name, manifest.topic.keys(), "topic", &format!("{path}[{index}]"), to);
        needs.insert(topic::Topic::address(name));
    }
    let arns: BTreeSet<String> = topics.iter().map(|name| topic::arn(to.site, to.owner, name)).collect();
    if arns.len() > 5 {
        to.problem(path, format!("there are {} topics", arns.len()), Some("use 5 at most"));
    }
    arns
}

/// A problem if no section has this name.
fn known<'a>(name: &Name, mut all: impl Iterator<Item = &'a Name> + Clone, what: &str, path: &str, to: &mut Lowering) {
    if !all.clone().any(|one| one == name) {
        let message = unknown(&format!("{what} section"), name.as_str(), all.by_ref().map(Name::as_str));
        to.problem(path, message, None);
    }
}

fn is_text(text: &str, limit: usize) -> bool {
    (1..=limit).contains(&text.len()) && text.bytes().all(|b| matches!(b, b' '..=b'~')) && !text.trim().is_empty()
}

/// `p99.9` and its kin, `IQM`, or a range such as `TM(10%:90%)` or `PR(1:5)`.
fn is_extended_statistic(text: &str) -> bool {
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.parse::<f64>().is_ok();
    let percent = |text: &str| number(text) && text.parse::<f64>().is_ok_and(|value| (0.0..=100.0).contains(&value));
    let bound = |text: &str, of: &dyn Fn(&str) -> bool| text.is_empty() || of(text);
    let range = |inner: &str, is_percent: bool| {
        let Some((from, to)) = inner.split_once(':') else { return false };
        let part = |text: &str| match is_percent {
            true => bound(text, &|text| text.strip_suffix('%').is_some_and(percent)),
            false => bound(text, &number),
        };
        !(from.is_empty() && to.is_empty()) && part(from) && part(to)
    };
    if text == "IQM" {
        return true;
    }
    if let Some((name, inner)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) {
        return match name {
            "TM" | "WM" | "TC" | "TS" => range(inner, inner.contains('%')),
            "PR" => range(inner, false),
            _ => false,
        };
    }
    ["p", "tm", "wm", "tc", "ts"].iter().any(|name| text.strip_prefix(name).is_some_and(percent))
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
