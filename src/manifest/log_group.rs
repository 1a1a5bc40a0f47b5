//! `[log_group.<name>]`: a log group that several functions write to, or one of a class of its own.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::{Tags, logs};
use crate::manifest::{Cursor, OnDelete, Section, names};
use crate::name::{Address, Name};
use crate::text::Text;

/// A log group, which functions name in `logging = { group = "<name>" }`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogGroup {
    /// The log group's name in AWS. Default: made of the app, the stage and the section's name.
    pub name: Option<String>,
    /// What CloudWatch can do with it, and what it costs. It cannot be changed later.
    #[serde(default)]
    pub class: Class,
    /// Days for which its events are kept; 0: for ever. Default: 14. CloudWatch keeps events of the class `delivery`
    /// for one day.
    pub retention_days: Option<i32>,
    /// Tags in addition to the app's.
    #[serde(default)]
    pub tags: Tags,
    /// What happens to it and its events when it is no longer in the manifest.
    #[serde(default)]
    pub on_delete: OnDelete,
    /// Takes over an existing log group of this name that does not belong to this app yet.
    #[serde(default)]
    pub adopt: bool,
}

/// What CloudWatch can do with a log group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "LogGroupClass")]
pub enum Class {
    /// Everything.
    #[default]
    Standard,
    /// Logs Insights queries and little else, for half the price.
    InfrequentAccess,
    /// Delivery of what functions log to Firehose or S3.
    Delivery,
}

impl Class {
    fn of_aws(self) -> Option<String> {
        match self {
            Self::Standard => None,
            Self::InfrequentAccess => Some("INFREQUENT_ACCESS".into()),
            Self::Delivery => Some("DELIVERY".into()),
        }
    }
}

impl Section for LogGroup {
    const SECTION: &'static str = "log_group";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn"];

    fn address(name: &Name) -> Address {
        names::log_group::address(name)
    }

    fn own_name(&self) -> Option<String> {
        self.name.clone()
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        match attribute {
            "name" => names::log_group::physical(here.owner, name).into(),
            _ => names::log_group::arn(here.site, here.owner, name).into(),
        }
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        self.check(here);
        let address = Self::address(name);
        let id = here.id(address.kind, name, names::log_group::physical(here.owner, name));
        let tags = here.tags(&address, &self.tags, self.on_delete);
        let days = self.retention_days.unwrap_or(14);
        let is_kept_by_us = days != 0 && self.class != Class::Delivery;
        let retention_in_days = is_kept_by_us.then_some(days);
        here.add(id, logs::LogGroup { log_group_class: self.class.of_aws(), retention_in_days, tags }, self.adopt);
    }
}

impl LogGroup {
    fn check(&self, here: &Cursor) {
        let here = here.at("retention_days");
        match self.retention_days {
            Some(_) if self.class == Class::Delivery => {
                let message = "CloudWatch keeps events of the class delivery for one day";
                here.problem(message, Some("remove it, or write class = \"standard\""));
            }
            Some(days) => check_retention(days, &here),
            None => {}
        }
    }
}

/// Says where logs shall be kept for a number of days that CloudWatch has not.
pub(super) fn check_retention(days: i32, here: &Cursor) {
    if days != 0 && !logs::RETENTIONS.contains(&days) {
        let help = "choose 0 (for ever), 1, 3, 5, 7, 14, 30, 60, 90 ...";
        here.problem(format!("logs cannot be kept for {days} days"), Some(help));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::manifest::function::tests::{lowered, problems, state};

    fn manifest(group: &str) -> String {
        format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[log_group.all]\n{group}\n")
    }

    fn group(text: &str) -> Value {
        let lowered = lowered(&manifest(text), &[]).unwrap();
        assert_eq!(lowered.wanted[&"logs.log-group/all".parse().unwrap()].id.name, "/serverless-app/shop--test-all");
        let mut group = state(&lowered, "logs.log-group/all");
        group.as_object_mut().unwrap().remove("tags");
        group
    }

    #[test]
    fn a_log_group_keeps_events_for_two_weeks_and_is_of_the_class_that_is_asked_for() {
        assert_eq!(group(""), json!({"retentionInDays": 14}));
        assert_eq!(group("retention_days = 0"), json!({"retentionInDays": null}));
        let infrequent = json!({"logGroupClass": "INFREQUENT_ACCESS", "retentionInDays": 30});
        assert_eq!(group("class = \"infrequent-access\"\nretention_days = 30"), infrequent);
        assert_eq!(group("class = \"delivery\""), json!({"logGroupClass": "DELIVERY", "retentionInDays": null}));
    }

    #[test]
    fn days_that_cloudwatch_does_not_offer_and_those_of_deliveries_are_problems() {
        assert_eq!(problems(&manifest("retention_days = 2"), &[]), ["5:18: logs cannot be kept for 2 days"]);
        let said = "6:18: CloudWatch keeps events of the class delivery for one day";
        assert_eq!(problems(&manifest("class = \"delivery\"\nretention_days = 1"), &[]), [said]);
    }
}
