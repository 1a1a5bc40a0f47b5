//! `[schedule.<name>]`: a schedule of EventBridge Scheduler, with the role with which it calls its target.
//!
//! All schedules of an app and stage are in one group, which is made with the first of them and carries the app's tags.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::aws::scheduler::schedule::{DISABLED, ENABLED, FlexibleTimeWindow, KEPT, LONGEST_AGE, MOST_RETRIES, UTC};
use crate::aws::scheduler::schedule::{RetryPolicy, Schedule as State};
use crate::aws::scheduler::{ScheduleGroup, group_name, schedule_arn, the_group};
use crate::aws::{Kind, Tags};
use crate::manifest::{Cursor, OnDelete, Section, names, problem};
use crate::name::{Address, Name};
use crate::text::Text;

pub mod expression;
mod input;
mod role;
mod target;
#[cfg(test)]
mod tests;

use expression::Fault;

/// A schedule: one of `cron`, `rate` and `at` says when, and one of `function`, `workflow`, `queue`, `topic` and `bus` what is
/// called.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Minute, hour, day of the month, month, day of the week and year, such as `0 3 * * ? *` for three o'clock every
    /// night. One of the two days must be `?`; Sunday is day 1 of the week.
    pub cron: Option<String>,
    /// How often it fires, such as `5 minutes` or `1 hour`, starting at `start` or when the schedule is created.
    pub rate: Option<String>,
    /// Fires once, at a time such as `2026-12-24T18:00:00`. The schedule is kept afterwards.
    pub at: Option<String>,
    /// The time zone of `cron` and `at`: its IANA name, such as `Europe/Berlin`. Default: UTC.
    pub timezone: Option<String>,
    /// Minutes after its time within which it may fire, from 1 to 1440. Default: it fires within a minute.
    pub window: Option<i32>,
    /// The time from which it may fire, in UTC, such as `2026-12-24T18:00:00Z`. AWS refuses a time in the past when the
    /// schedule is created or changed.
    pub start: Option<String>,
    /// The time until which it may fire, in UTC.
    pub end: Option<String>,
    /// The name of a function that it invokes.
    pub function: Option<Name>,
    /// The name of a workflow that it starts.
    pub workflow: Option<Name>,
    /// The name of a queue to which it sends a message.
    pub queue: Option<Name>,
    /// The name of a topic to which it publishes.
    pub topic: Option<Name>,
    /// The name of an event bus on which it puts an event, or `default`; with `source` and `detail_type`.
    pub bus: Option<Name>,
    /// The group within which messages to a FIFO queue keep their order.
    pub message_group_id: Option<String>,
    /// The event's source; it must not begin with `aws.`.
    pub source: Option<String>,
    /// The event's detail type.
    pub detail_type: Option<String>,
    /// The input of its target, as JSON; `${...}` in texts is filled in. Default: AWS's own description of the
    /// schedule.
    pub input: Option<Value>,
    /// How often it retries, from 0 to 185. Default: 185.
    pub retries: Option<i32>,
    /// For how many seconds it retries, from 60 to 86400 (a day). Default: a day.
    pub max_age: Option<i32>,
    /// The name of a standard queue for invocations that have failed after all retries. Default: they are lost.
    pub dead_letter: Option<Name>,
    /// False: the schedule is disabled.
    #[serde(default = "enabled")]
    pub enabled: bool,
    /// A description for people, 512 characters at most.
    pub description: Option<String>,
    /// The ARN of the KMS key that encrypts its input. Default: a key that AWS owns.
    pub kms_key: Option<String>,
    /// The ARN of its role's permissions boundary.
    pub permissions_boundary: Option<String>,
    /// Tags of its role, in addition to the app's. A schedule itself has no tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Takes over an existing role and an existing schedule group of these names.
    #[serde(default)]
    pub adopt: bool,
}

fn enabled() -> bool {
    true
}

/// The zones that this release knows, as `fixtures/aws/timezones.py` takes them out of the IANA database.
pub fn timezones() -> Vec<&'static str> {
    include_str!("schedule/timezones.txt").lines().collect()
}

impl Section for Schedule {
    const SECTION: &'static str = "schedule";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn", "group", "role_arn"];

    fn address(name: &Name) -> Address {
        names::schedule::address(name)
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        let physical = names::schedule::physical(here.owner, name);
        match attribute {
            "arn" => schedule_arn(here.site, here.owner, &physical).into(),
            "group" => group_name(here.owner).into(),
            "role_arn" => names::schedule::role_arn(here.site, here.owner, name).unwrap_or_default().into(),
            _ => physical.into(),
        }
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        let expression = self.lower_expression(here);
        let called = self.lower_called(here);
        let dead_letter = self.lower_dead_letter(&here.at("dead_letter"));
        let input = self.lower_input(&here.at("input"));
        let kms_key_arn = self.lower_kms_key(&here.at("kms_key"));
        let description = self.lower_description(&here.at("description"));
        self.check(here);
        let (Some(expression), Some(called)) = (expression, called) else { return };
        let statements = role::statements(&called, dead_letter.as_ref(), kms_key_arn.as_deref(), here);
        let Some(role_arn) = self.lower_role(name, statements, here) else { return };
        lower_group(name, here);
        let state = State {
            schedule_expression: expression,
            schedule_expression_timezone: self.lower_timezone(&here.at("timezone")),
            start_date: self.start.clone(),
            end_date: self.end.clone(),
            flexible_time_window: FlexibleTimeWindow::of(self.window),
            target: called.target(role_arn, input, self.retry_policy(), dead_letter.map(|queue| queue.arn)),
            state: if self.enabled { ENABLED } else { DISABLED }.into(),
            description,
            kms_key_arn,
            action_after_completion: KEPT.into(),
        };
        here.add(here.id(Kind::Schedule, name, names::schedule::physical(here.owner, name)), state, false);
    }
}

/// The group of all schedules, with the first of them.
fn lower_group(name: &Name, here: &Cursor) {
    let all = &here.manifest.schedule;
    let id = here.id(Kind::ScheduleGroup, &the_group(), group_name(here.owner));
    here.need(id.address.clone());
    if all.keys().next() == Some(name) {
        let tags = here.tags(&id.address, &Tags::new(), OnDelete::Retain);
        let adopt = all.values().any(|schedule| schedule.adopt);
        here.apart().add(id, ScheduleGroup { tags, ..ScheduleGroup::default() }, adopt);
    }
}

impl Schedule {
    fn lower_expression(&self, here: &Cursor) -> Option<String> {
        type Check = fn(&str) -> Result<(), Fault>;
        let all: [(&str, &Option<String>, Check); 3] = [
            ("cron", &self.cron, expression::cron),
            ("rate", &self.rate, expression::rate),
            ("at", &self.at, expression::at),
        ];
        let mut given = all.into_iter().filter_map(|(form, text, check)| Some((form, text.as_ref()?, check)));
        let (Some((form, text, check)), None) = (given.next(), given.next()) else {
            let help = "give one of cron, rate and at";
            here.problem("a schedule has exactly one of cron, rate and at", Some(help));
            return None;
        };
        check_text(text, check, &here.at(form));
        Some(format!("{form}({text})"))
    }

    fn lower_timezone(&self, here: &Cursor) -> String {
        let Some(zone) = &self.timezone else { return UTC.into() };
        let known = timezones();
        if !known.contains(&zone.as_str()) {
            let same = known.iter().copied().find(|name| name.eq_ignore_ascii_case(zone));
            let near = same.or_else(|| problem::nearest(zone, &known)).unwrap_or("Europe/Berlin");
            let help = format!("did you mean {near}? Write the IANA name of a time zone");
            here.problem(format!("there is no time zone {zone:?}"), Some(&help));
        }
        zone.clone()
    }

    fn retry_policy(&self) -> RetryPolicy {
        RetryPolicy {
            maximum_event_age_in_seconds: self.max_age.unwrap_or(LONGEST_AGE),
            maximum_retry_attempts: self.retries.unwrap_or(MOST_RETRIES),
        }
    }

    fn lower_kms_key(&self, here: &Cursor) -> Option<String> {
        let key = here.literal(self.kms_key.as_ref()?);
        let is_arn = matches!(key.split(':').collect::<Vec<_>>().as_slice(), ["arn", _, "kms", _, _, key] if key.starts_with("key/"));
        if !is_arn {
            let help = "write the key's ARN, such as arn:aws:kms:us-west-2:123456789012:key/...";
            here.problem(format!("{key:?} is not the ARN of a KMS key"), Some(help));
        }
        Some(key)
    }

    fn lower_description(&self, here: &Cursor) -> Option<String> {
        let text = here.literal(self.description.as_ref()?);
        if text.chars().count() > 512 {
            here.problem("a description can have at most 512 characters", Some("shorten it"));
        }
        (!text.is_empty()).then_some(text)
    }

    fn check(&self, here: &Cursor) {
        here.check_range("window", self.window, 1..=1440);
        here.check_range("retries", self.retries, 0..=MOST_RETRIES);
        here.check_range("max_age", self.max_age, 60..=LONGEST_AGE);
        self.check_begin_and_end(here);
    }

    fn check_begin_and_end(&self, here: &Cursor) {
        let both = [("start", &self.start), ("end", &self.end)];
        for (field, text) in both.into_iter().filter_map(|(field, text)| Some((field, text.as_ref()?))) {
            check_text(text, expression::instant, &here.at(field));
            if self.at.is_some() {
                let help = "remove it, or write cron or rate instead of at";
                here.at(field).problem(format!("AWS ignores the {field} of a schedule that fires once"), Some(help));
            }
        }
        let (Some(start), Some(end)) = (&self.start, &self.end) else { return };
        if end <= start {
            here.at("end")
                .problem(format!("the schedule ends at {end}, before it starts"), Some("write an end after the start"));
        }
    }
}

/// Reports what AWS would refuse of a moment or an expression, with its column.
fn check_text(text: &str, check: impl Fn(&str) -> Result<(), Fault>, here: &Cursor) {
    if let Err(Fault { column, message, help, .. }) = check(text) {
        here.problem(format!("{message} (column {column} of {text:?})"), Some(&help));
    }
}
