//! What SQS would refuse of a queue.

use std::ops::RangeInclusive;

use super::{AllOrNone, Encryption, Queue, RedriveAllow, Scope};
use crate::manifest::{Cursor, kms};
use crate::name::{Address, Name};

/// Reports what is wrong with a section's own values.
pub(super) fn check(queue: &Queue, here: &Cursor) {
    let numbers: [(&str, Option<i32>, RangeInclusive<i32>); 7] = [
        ("visibility_timeout", Some(queue.visibility_timeout), 0..=43_200),
        ("retention_days", queue.retention_days, 1..=14),
        ("retention_seconds", queue.retention_seconds, 60..=1_209_600),
        ("delay", Some(queue.delay), 0..=900),
        ("receive_wait_time", Some(queue.receive_wait_time), 0..=20),
        ("max_message_size", Some(queue.max_message_size), 1024..=1_048_576),
        ("data_key_reuse", queue.data_key_reuse, 60..=86_400),
    ];
    for (field, value, range) in numbers {
        here.check_range(field, value, range);
    }
    if queue.retention_days.is_some() && queue.retention_seconds.is_some() {
        let message = "retention_days and retention_seconds both set the retention";
        here.at("retention_seconds").problem(message, Some("remove one of them"));
    }
    check_order(queue, here);
}

fn check_order(queue: &Queue, here: &Cursor) {
    let of_fifo = [
        ("content_based_deduplication", queue.content_based_deduplication),
        ("deduplication_scope", queue.deduplication_scope != Scope::Queue),
        ("throughput_limit", queue.throughput_limit != Scope::Queue),
    ];
    for (field, _) in of_fifo.into_iter().filter(|(_, is_set)| *is_set && !queue.fifo) {
        here.at(field).problem(format!("{field} is only for FIFO queues"), Some("remove it, or write fifo = true"));
    }
    if queue.throughput_limit == Scope::MessageGroup && queue.deduplication_scope == Scope::Queue {
        let message = "SQS can limit message groups separately only if it detects duplicates within each group";
        here.at("throughput_limit").problem(message, Some("add deduplication_scope = \"message-group\""));
    }
}

/// The KMS key of a queue, and what is wrong with it.
pub(super) fn key(queue: &Queue, address: &Address, here: &Cursor) -> Option<String> {
    let Encryption::KmsKey(key) = &queue.encryption else {
        if queue.data_key_reuse.is_some() {
            let help = "remove it, or write encryption = { kms_key = \"...\" }";
            here.at("data_key_reuse").problem("data keys are reused only with a KMS key", Some(help));
        }
        return None;
    };
    let here = here.at("encryption").at("kms_key");
    let key = here.literal(key);
    kms::check(&key, &here);
    kms::check_services(&key, "alias/aws/sqs", &here.deliveries(address), address, &here);
    Some(key)
}

/// Reports a dead-letter queue that SQS would not take for this queue.
pub(super) fn dead_letter(queue: &Queue, name: &Name, other_name: &Name, other: &Queue, here: &Cursor) {
    if other.fifo != queue.fifo {
        let message = format!(
            "{other_name} is of another type: the dead-letter queue of a FIFO queue must be FIFO too, and of a \
             standard queue standard"
        );
        here.problem(message, Some("give both queues the same fifo"));
    }
    let is_refused = match &other.redrive_allow {
        None | Some(RedriveAllow::Any(AllOrNone::All)) => false,
        Some(RedriveAllow::Any(AllOrNone::None)) => true,
        Some(RedriveAllow::Queues(names)) => !names.contains(name),
    };
    if is_refused {
        let message = format!("the redrive_allow of {other_name} does not name {name}");
        here.problem(message, Some("add it there"));
    }
}

/// Reports a list of sources that SQS would not take.
pub(super) fn sources(count: usize, here: &Cursor) {
    match count {
        0 => here.problem("it names no queue", Some("write \"none\"")),
        1..=10 => {}
        _ => here.problem(format!("it names {count} queues; AWS allows 10"), Some("write \"all\", or list fewer")),
    }
}
