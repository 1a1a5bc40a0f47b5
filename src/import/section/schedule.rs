//! `[schedule.<name>]`

use serde_json::Value as Json;
use toml_edit::Table;

use super::http_api::boundary;
use super::rule::dead_letter;
use crate::aws::scheduler::Schedule;
use crate::aws::scheduler::schedule::{ENABLED, KEPT, LONGEST_AGE, MOST_RETRIES, UTC};
use crate::aws::{Id, Kind, State, Tags};
use crate::import::Scene;
use crate::import::lines::{Lines, json};
use crate::manifest::names::own_part;

/// The section of a schedule. It has no tags of its own: those of its role say whose it is.
pub fn write(id: &Id, schedule: &Schedule, scene: &Scene) -> Table {
    let mut lines = Lines::new();
    expression(id, &schedule.schedule_expression, scene, &mut lines);
    lines.set_unless("timezone", schedule.schedule_expression_timezone.as_str(), UTC);
    lines.set_some("window", schedule.flexible_time_window.maximum_window_in_minutes.map(i64::from));
    lines.set_some("start", schedule.start_date.as_deref());
    lines.set_some("end", schedule.end_date.as_deref());
    called(id, schedule, scene, &mut lines);
    let policy = schedule.target.retry_policy;
    lines.set_unless("retries", i64::from(policy.maximum_retry_attempts), i64::from(MOST_RETRIES));
    lines.set_unless("max_age", i64::from(policy.maximum_event_age_in_seconds), i64::from(LONGEST_AGE));
    let queue = schedule.target.dead_letter_config.as_ref().map(|to| to.arn.as_str());
    lines.set_some("dead_letter", dead_letter(id, queue, scene));
    lines.set_unless("enabled", schedule.state == ENABLED, true);
    lines.set_some("description", schedule.description.as_ref().map(|text| scene.string(text)));
    lines.set_some("kms_key", schedule.kms_key_arn.as_ref().map(|key| scene.string(key)));
    lines.set_some("permissions_boundary", boundary(id, "schedule", scene));
    if schedule.action_after_completion != KEPT {
        scene.unsaid(id, "ActionAfterCompletion", "a section cannot set it: the schedule will stay when it is done");
    }
    scene.end(id, &tags_of_role(id, scene), lines)
}

fn tags_of_role(id: &Id, scene: &Scene) -> Tags {
    let role = own_part(&id.address.name, "schedule")
        .and_then(|own| scene.all(Kind::Role).find(|live| live.id.address.name == own));
    match role.map(|live| &live.observed.state) {
        Some(State::Role(role)) => role.tags.clone(),
        _ => Tags::new(),
    }
}

/// `cron(0 3 * * ? *)`
fn expression(id: &Id, text: &str, scene: &Scene, lines: &mut Lines) {
    let form = text.strip_suffix(')').and_then(|text| text.split_once('('));
    match form.filter(|(form, _)| ["cron", "rate", "at"].contains(form)) {
        Some((form, when)) => lines.set(form, when),
        None => scene.unsaid(id, "ScheduleExpression", &format!("a section cannot have {text}")),
    }
}

fn called(id: &Id, schedule: &Schedule, scene: &Scene, lines: &mut Lines) {
    let target = &schedule.target;
    let sections = [
        (Kind::Function, "function"),
        (Kind::StateMachine, "workflow"),
        (Kind::Queue, "queue"),
        (Kind::Topic, "topic"),
        (Kind::EventBus, "bus"),
    ];
    let found = sections.iter().find_map(|(kind, field)| Some((*field, scene.section_of(*kind, &target.arn)?)));
    match found {
        Some((field, name)) => lines.set(field, name.as_str()),
        None if target.arn.ends_with(":event-bus/default") => lines.set("bus", "default"),
        None => scene.unsaid(id, "target", &format!("{} has no section: write what it calls instead", target.arn)),
    }
    let group = target.sqs_parameters.as_ref().map(|parameters| scene.string(&parameters.message_group_id));
    lines.set_some("message_group_id", group);
    if let Some(event) = &target.event_bridge_parameters {
        lines.set("source", scene.string(&event.source));
        lines.set("detail_type", scene.string(&event.detail_type));
    }
    let Some(input) = &target.input else { return };
    match serde_json::from_str::<Json>(&scene.text(input)).ok().and_then(|value| json(&value)) {
        Some(value) => lines.set("input", value),
        None => {
            scene.unsaid(id, "input", "it is not JSON that a manifest can have: the target would get AWS's own event")
        }
    }
}
