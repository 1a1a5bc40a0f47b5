//! `[queue.<name>]`

use toml_edit::{Table, Value};

use super::resource_policy;
use crate::aws::{Id, Kind, sqs};
use crate::import::Scene;
use crate::import::lines::{Lines, inline, list};

const DAY: i32 = 24 * 60 * 60;

/// The section of a queue.
pub fn write(id: &Id, queue: &sqs::Queue, scene: &Scene) -> Table {
    let mut lines = scene.start(id);
    lines.set_unless("fifo", queue.fifo_queue, false);
    lines.set_unless("content_based_deduplication", queue.content_based_deduplication, false);
    if queue.deduplication_scope != "queue" {
        lines.set("deduplication_scope", "message-group");
    }
    if queue.fifo_throughput_limit != "perQueue" {
        lines.set("throughput_limit", "message-group");
    }
    lines.set_unless("visibility_timeout", i64::from(queue.visibility_timeout), 30);
    retention(queue.message_retention_period, &mut lines);
    lines.set_unless("delay", i64::from(queue.delay_seconds), 0);
    lines.set_unless("receive_wait_time", i64::from(queue.receive_message_wait_time_seconds), 20);
    lines.set_unless("max_message_size", i64::from(queue.maximum_message_size), 1_048_576);
    encryption(queue, scene, &mut lines);
    lines.set_some("dead_letter", queue.redrive_policy.as_ref().and_then(|policy| dead_letter(id, policy, scene)));
    lines.set_some(
        "redrive_allow",
        queue.redrive_allow_policy.as_ref().and_then(|policy| redrive_allow(id, policy, scene)),
    );
    let arn = sqs::arn(&id.site, &id.name);
    let own = queue.policy.as_ref().and_then(|policy| resource_policy::rest(&arn, policy, |_| false, scene));
    lines.set_some("policy", own.map(|policy| resource_policy::file(id, "queue", &policy, scene)));
    scene.end(id, &queue.tags, lines)
}

fn retention(seconds: i32, lines: &mut Lines) {
    match seconds % DAY {
        0 => lines.set_unless("retention_days", i64::from(seconds / DAY), 4),
        _ => lines.set("retention_seconds", i64::from(seconds)),
    }
}

fn encryption(queue: &sqs::Queue, scene: &Scene, lines: &mut Lines) {
    match (&queue.kms_master_key_id, queue.sqs_managed_sse_enabled) {
        (Some(key), _) => {
            lines.set("encryption", inline([("kms_key", scene.string(key))]));
            lines.set_unless("data_key_reuse", i64::from(queue.kms_data_key_reuse_period_seconds), 300);
        }
        (None, true) => {}
        (None, false) => lines.set("encryption", "none"),
    }
}

fn dead_letter(id: &Id, policy: &sqs::RedrivePolicy, scene: &Scene) -> Option<Value> {
    let arn = &policy.dead_letter_target_arn;
    let Some(queue) = scene.section_of(Kind::Queue, arn) else {
        scene.unsaid(
            id,
            "RedrivePolicy",
            &format!("{arn} has no section: the queue would no longer have a dead-letter queue"),
        );
        return None;
    };
    Some(inline([("queue", Value::from(queue.as_str())), ("after", i64::from(policy.max_receive_count).into())]))
}

fn redrive_allow(id: &Id, policy: &sqs::RedriveAllowPolicy, scene: &Scene) -> Option<Value> {
    if policy.redrive_permission == "denyAll" {
        return Some("none".into());
    }
    let name = |arn: &String| {
        let section = scene.section_of(Kind::Queue, arn);
        if section.is_none() {
            scene.unsaid(id, "RedriveAllowPolicy", &format!("{arn} has no section: it could no longer use this queue"));
        }
        section.map(|name| name.as_str())
    };
    let names: Vec<&str> = policy.source_queue_arns.iter().filter_map(name).collect();
    (!names.is_empty()).then(|| list(names))
}
