//! What becomes of invocations that nobody waits for: `dead_letter`, `on_failure`, `on_success`, `max_retries`, `max_event_age`.

use toml_edit::Value;

use crate::aws::lambda::{self, InvokeConfig};
use crate::aws::{Id, Kind};
use crate::import::Scene;
use crate::import::lines::{Lines, inline};

/// Where failed invocations go, without what comes of them.
pub fn dead_letter(id: &Id, function: &lambda::Function, scene: &Scene) -> Option<Value> {
    let arn = function.dead_letter_target_arn.as_ref()?;
    if let Some(section) = scene.section_of(Kind::Topic, arn) {
        return Some(inline([("topic", section.as_str())]));
    }
    if let Some(section) = scene.section_of(Kind::Queue, arn) {
        return Some(inline([("queue", section.as_str())]));
    }
    if arn.contains(":sqs:") {
        return Some(inline([("queue", arn.as_str())]));
    }
    scene.unsaid(id, "dead_letter", &format!("{arn} has no section: it is left out"));
    None
}

const DESTINATIONS: [(Kind, &str); 5] = [
    (Kind::Queue, "queue"),
    (Kind::Topic, "topic"),
    (Kind::Function, "function"),
    (Kind::Bucket, "bucket"),
    (Kind::EventBus, "bus"),
];

/// Where what comes of an invocation goes, if that has a section.
pub fn destination(id: &Id, key: &str, arn: Option<&str>, scene: &Scene) -> Option<Value> {
    let arn = arn?;
    let found = DESTINATIONS.iter().find_map(|(kind, section)| Some((section, scene.section_of(*kind, arn)?)));
    if found.is_none() {
        scene.unsaid(id, key, &format!("{arn} has no section: it is left out"));
    }
    found.map(|(section, name)| inline([(section, name.as_str())]))
}

/// What is said of asynchronous invocations.
pub fn write(id: &Id, function: &lambda::Function, scene: &Scene, lines: &mut Lines) {
    let Some(config) = &function.invoke_config else { return };
    let default = InvokeConfig::default();
    let on_failure = destination(id, "on_failure", config.on_failure.as_deref(), scene);
    let on_success = destination(id, "on_success", config.on_success.as_deref(), scene);
    let has_age = config.maximum_event_age_in_seconds != default.maximum_event_age_in_seconds;
    // Something must be said, so that there is a configuration at all.
    let is_bare = on_failure.is_none() && on_success.is_none() && !has_age;
    lines.set_some("on_failure", on_failure);
    lines.set_some("on_success", on_success);
    if is_bare || config.maximum_retry_attempts != default.maximum_retry_attempts {
        lines.set("max_retries", i64::from(config.maximum_retry_attempts));
    }
    if has_age {
        lines.set("max_event_age", i64::from(config.maximum_event_age_in_seconds));
    }
}
