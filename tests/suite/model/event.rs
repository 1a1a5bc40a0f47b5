//! Sections that call others when it is time.

use super::app::{App, Name, PREFIX};
use super::random::Random;

/// `[schedule.<name>]`
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    pub when: (&'static str, &'static str),
    pub zone: Option<&'static str>,
    /// Which section, and which of it.
    pub target: (&'static str, Name),
    pub window: Option<i32>,
    pub retries: Option<i32>,
    pub enabled: bool,
    pub input: bool,
}

const TIMES: [(&str, &str); 3] = [("cron", "0 3 ? * MON-FRI *"), ("rate", "1 hour"), ("at", "2190-12-24T18:00:00")];

impl Schedule {
    pub fn random(random: &mut Random, app: &App) -> Self {
        let mut targets: Vec<(&'static str, Name)> = app.function.keys().map(|name| ("function", *name)).collect();
        targets.extend(app.topic.keys().map(|name| ("topic", *name)));
        targets.extend(app.workflow.keys().map(|name| ("workflow", *name)));
        // What calls nothing is taken out again.
        targets.extend(targets.is_empty().then_some(("function", "ada")));
        Self {
            when: random.pick(&TIMES),
            zone: random.maybe(&["Europe/Berlin", "US/Pacific"]),
            target: random.pick(&targets),
            window: random.maybe(&[5, 60]),
            retries: random.maybe(&[0, 3]),
            enabled: random.chance(70),
            input: random.chance(50),
        }
    }

    pub fn write(&self, name: Name) -> String {
        let ((form, when), (section, target)) = (self.when, self.target);
        let mut text = format!("[schedule.{name}]\n{form} = \"{when}\"\n{section} = \"{target}\"\n");
        text += &format!("enabled = {}\n", self.enabled);
        text += &self.zone.map(|zone| format!("timezone = \"{zone}\"\n")).unwrap_or_default();
        text += &self.window.map(|minutes| format!("window = {minutes}\n")).unwrap_or_default();
        text += &self.retries.map(|count| format!("retries = {count}\n")).unwrap_or_default();
        text += if self.input { "input = { stage = \"${stage}\" }\n" } else { "" };
        text
    }

    pub fn lines(&self, name: Name) -> Vec<String> {
        let ((form, when), (_, target)) = (self.when, self.target);
        vec![
            format!(
                "schedule {PREFIX}{name} {form}({when}) {} calls {PREFIX}{target} as {PREFIX}{name}-schedule window={} \
                 retries={} {} input={} then NONE",
                self.zone.unwrap_or("UTC"),
                self.window.unwrap_or_default(),
                self.retries.unwrap_or(185),
                if self.enabled { "ENABLED" } else { "DISABLED" },
                if self.input { "{\"stage\":\"production\"}" } else { "-" },
            ),
            format!("role {PREFIX}{name}-schedule has [] holds [schedule]"),
        ]
    }
}

/// What the group of all schedules is told as.
pub fn group_line(project: usize) -> String {
    format!("schedule group {PREFIX}schedules project={project}")
}
