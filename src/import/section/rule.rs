//! `[rule.<name>]`

use serde_json::Value as Json;
use toml_edit::{Table, Value};

use super::http_api::boundary;
use crate::aws::events::{DEFAULT_BUS, Rule, Target, bus_arn};
use crate::aws::{Id, Kind};
use crate::import::Scene;
use crate::import::lines::{Lines, inline, json};
use crate::text::Text;

/// The section of a rule.
pub fn write(id: &Id, rule: &Rule, scene: &Scene) -> Table {
    let mut lines = scene.start(id);
    bus(id, scene, &mut lines);
    lines.set_some("pattern", pattern(&rule.event_pattern, scene));
    lines.set_list("targets", rule.targets.iter().filter_map(|(called, target)| to(id, called, target, scene)));
    lines.set_unless("enabled", rule.state == "ENABLED", true);
    lines.set_some("description", rule.description.as_ref().map(|text| scene.string(text)));
    lines.set_some("permissions_boundary", boundary(id, "rule", scene));
    scene.end(id, &rule.tags, lines)
}

/// The bus whose events it takes, from its name.
fn bus(id: &Id, scene: &Scene, lines: &mut Lines) {
    let Some((bus, _)) = id.name.rsplit_once('/') else { return };
    match scene.section_of(Kind::EventBus, bus) {
        Some(section) => lines.set("bus", section.as_str()),
        None => scene.unsaid(id, "bus", &format!("{bus} has no section: the rule would be on the default bus")),
    }
}

/// A pattern as a table, or as JSON where TOML cannot say it; none where it is empty.
pub fn pattern(text: &Text, scene: &Scene) -> Option<Value> {
    let written = scene.text(text);
    let value = serde_json::from_str::<Json>(&written).ok().and_then(|value| json(&value));
    value.or_else(|| Some(written).filter(|text| !text.is_empty()).map(Value::from))
}

/// Sections that a target can be, and what a target's id begins with.
const RECEIVERS: [(Kind, &str); 5] = [
    (Kind::Function, "function"),
    (Kind::StateMachine, "workflow"),
    (Kind::Queue, "queue"),
    (Kind::Topic, "topic"),
    (Kind::EventBus, "bus"),
];

/// Where events go, if that has a section.
fn to(id: &Id, called: &str, target: &Target, scene: &Scene) -> Option<Value> {
    let what = format!("the target {called}");
    let Some((field, name)) = receiver(&target.arn, scene) else {
        scene.unsaid(id, &what, &format!("{} has no section: it will be removed", target.arn));
        return None;
    };
    if !called.starts_with(field) {
        scene.unsaid(id, &what, "the ids of a section's targets are generated: another target takes its place");
    }
    let mut lines = Lines::new();
    lines.set(field, name);
    input(id, &what, target, scene, &mut lines);
    let group = target.sqs_parameters.as_ref().map(|parameters| scene.string(&parameters.message_group_id));
    lines.set_some("message_group_id", group);
    lines.set_some("dead_letter", dead_letter(id, target.dead_letter_config.as_ref().map(|to| to.arn.as_str()), scene));
    let policy = target.retry_policy.unwrap_or_default();
    lines.set_some("retries", policy.maximum_retry_attempts.map(i64::from));
    lines.set_some("max_age", policy.maximum_event_age_in_seconds.map(i64::from));
    Some(lines.inline())
}

fn receiver(arn: &str, scene: &Scene) -> Option<(&'static str, String)> {
    if arn == bus_arn(&scene.site, DEFAULT_BUS) {
        return Some(("bus", DEFAULT_BUS.to_owned()));
    }
    let section = RECEIVERS.iter().find_map(|(kind, field)| Some((*field, scene.section_of(*kind, arn)?.to_string())));
    section.or_else(|| arn.contains(":event-bus/").then(|| ("bus", arn.to_owned())))
}

/// What is sent in the place of the event.
fn input(id: &Id, what: &str, target: &Target, scene: &Scene, lines: &mut Lines) {
    if let Some(text) = &target.input {
        match serde_json::from_str::<Json>(&scene.text(text)).ok().and_then(|value| json(&value)) {
            Some(value) => lines.set("input", value),
            None => {
                scene.unsaid(id, what, "its input contains a null, which TOML does not have: it would get the event")
            }
        }
    }
    lines.set_some("input_path", target.input_path.as_deref());
    if let Some(transformer) = &target.input_transformer {
        let mut template = Lines::new();
        if !transformer.input_paths_map.is_empty() {
            template.set("paths", inline(&transformer.input_paths_map));
        }
        template.set("template", scene.text(&transformer.input_template));
        lines.set("input_template", template.inline());
    }
}

/// The queue that gets what cannot be delivered, if it has a section.
pub fn dead_letter(id: &Id, arn: Option<&str>, scene: &Scene) -> Option<String> {
    let arn = arn?;
    let section = scene.section_of(Kind::Queue, arn);
    if section.is_none() {
        scene.unsaid(id, "dead_letter", &format!("{arn} has no section: it is left out"));
    }
    section.map(ToString::to_string)
}
