//! `[topic.<name>]`

use serde_json::Value as Json;
use toml_edit::{Table, Value};

use super::resource_policy;
use crate::aws::sns::{self, Feedback, MESSAGE_BODY, Subscription, policy};
use crate::aws::{Id, Kind};
use crate::import::Scene;
use crate::import::lines::{Lines, inline, json, list};

/// The section of a topic.
pub fn write(id: &Id, topic: &sns::Topic, scene: &Scene) -> Table {
    let mut lines = scene.start(id);
    lines.set_unless("fifo", topic.fifo_topic, false);
    lines.set_unless("content_based_deduplication", topic.content_based_deduplication, false);
    if topic.fifo_throughput_scope != "Topic" {
        lines.set("throughput_scope", "message-group");
    }
    lines.set_some("display_name", topic.display_name.as_deref().map(|text| scene.string(text)));
    lines.set_some("kms_key", topic.kms_master_key_id.as_deref().map(|key| scene.string(key)));
    let subscriptions = topic.subscriptions.iter().filter_map(|(key, one)| subscription(id, key, one, scene));
    let subscriptions: Vec<Value> = subscriptions.collect();
    if !subscriptions.is_empty() {
        lines.set("subscriptions", list(subscriptions));
    }
    lines.set_some("policy", own_policy(id, topic, scene));
    delivery_status(id, topic, scene, &mut lines);
    scene.end(id, &topic.tags, lines)
}

fn subscription(id: &Id, key: &str, one: &Subscription, scene: &Scene) -> Option<Value> {
    let (protocol, endpoint) = key.split_once(':')?;
    let mut lines = Lines::new();
    match (protocol, scene.section_of(Kind::Queue, endpoint), scene.section_of(Kind::Function, endpoint)) {
        ("sqs", Some(queue), _) => lines.set("queue", queue.as_str()),
        ("sqs", None, _) => lines.set("sqs", scene.string(endpoint)),
        ("lambda", _, Some(function)) => lines.set("lambda", function.as_str()),
        ("email" | "https", ..) => lines.set(protocol, scene.string(endpoint)),
        _ => {
            let why = "a topic's section can have e-mail, https, queues, and functions that have a section: this one \
                       would be removed";
            scene.unsaid(id, &format!("the subscription {key}"), why);
            return None;
        }
    }
    lines.set_unless("raw", one.raw_message_delivery, false);
    filter(id, key, one, scene, &mut lines);
    if let Some(redrive) = &one.redrive_policy {
        match scene.section_of(Kind::Queue, &redrive.dead_letter_target_arn) {
            Some(queue) => lines.set("dead_letter", inline([("queue", queue.as_str())])),
            None => {
                let why = format!("{} has no section: it would be removed", redrive.dead_letter_target_arn);
                scene.unsaid(id, &format!("the dead-letter queue of {key}"), &why);
            }
        }
    }
    Some(lines.inline())
}

fn filter(id: &Id, key: &str, one: &Subscription, scene: &Scene, lines: &mut Lines) {
    let Some(filter) = &one.filter_policy else { return };
    let name = if one.filter_policy_scope == MESSAGE_BODY { "filter_body" } else { "filter" };
    match json(filter) {
        Some(value) => lines.set(name, value),
        None => {
            let why = "it compares with null, which TOML does not have: all messages would be delivered";
            scene.unsaid(id, &format!("the filter of {key}"), why);
        }
    }
}

/// The statements that nothing else brings about. AWS's default, and what stands in its place beside the statements of others,
/// follows from the topic.
fn own_policy(id: &Id, topic: &sns::Topic, scene: &Scene) -> Option<String> {
    let arn = id.site.arn("sns", &id.name);
    let made = policy::for_alarms(&id.site, &arn);
    let is_made = |statement: &Json| made.statements().contains(statement);
    let policy = topic.policy.as_ref()?;
    resource_policy::rest(&arn, policy, is_made, scene)?;
    let alarms = made.statements().iter().find(|statement| statement["Sid"] == "Alarms");
    let own = resource_policy::rest(&arn, policy, |statement| Some(statement) == alarms, scene)?;
    Some(resource_policy::file(id, "topic", &own, scene))
}

fn delivery_status(id: &Id, topic: &sns::Topic, scene: &Scene, lines: &mut Lines) {
    let mut all = Lines::new();
    for (protocol, feedback) in &topic.delivery_status {
        all.set_some(&protocol.to_lowercase(), delivery_log(id, protocol, feedback, scene));
    }
    if !all.is_empty() {
        lines.set("delivery_status", all.inline());
    }
}

fn delivery_log(id: &Id, protocol: &str, feedback: &Feedback, scene: &Scene) -> Option<Value> {
    let (failure, success) = (&feedback.failure_feedback_role_arn, &feedback.success_feedback_role_arn);
    let role = failure.as_ref().or(success.as_ref())?;
    let percent = if success.is_some() { feedback.success_feedback_sample_rate } else { 0 };
    if failure.as_ref() != Some(role) || success.as_ref().is_some_and(|other| other != role) {
        let why = format!("failures and successes are logged with one role: {role}");
        scene.unsaid(id, &format!("how deliveries by {protocol} are logged"), &why);
    }
    let mut log = Lines::new();
    log.set("role", scene.string(role));
    log.set_unless("success_percent", i64::from(percent), 0);
    Some(log.inline())
}
