//! `[queue.<name>]`: an SQS queue.

use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::sqs::{self, RedrivePolicy};
use crate::aws::{Kind, Tags};
use crate::manifest::{Cursor, OnDelete, Section, names};
use crate::name::{Address, Name};
use crate::text::Text;

/// An SQS queue, encrypted with a key that SQS owns.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// Delivers messages in order, and each of them once. A queue is made so; it cannot become one later.
    #[serde(default)]
    pub fifo: bool,
    /// Seconds for which a message that was received is hidden from others: from 0 to 43200, 12 hours.
    #[serde(default = "visibility_timeout")]
    pub visibility_timeout: i32,
    /// Seconds after which a message that nobody has deleted goes: from 60 to 1209600, 14 days. Left out: 4 days.
    #[serde(default = "message_retention")]
    pub message_retention: i32,
    /// Seconds after which a new message can be received: from 0 to 900.
    #[serde(default)]
    pub delay: i32,
    /// Seconds that a receive waits for a message: from 0 to 20. Left out: 20, since each receive costs, whether it
    /// finds a message or not.
    #[serde(default = "receive_wait_time")]
    pub receive_wait_time: i32,
    /// The most bytes of a message: from 1024 to 1048576.
    #[serde(default = "max_message_size")]
    pub max_message_size: i32,
    /// Whose key encrypts messages at rest.
    #[serde(default)]
    pub encryption: Encryption,
    /// Where messages go that were received in vain. Left out: they stay until they expire.
    pub dead_letter: Option<DeadLetter>,
    /// Tags, beside the app's.
    #[serde(default)]
    pub tags: Tags,
    /// What becomes of it and its messages when it leaves the manifest.
    #[serde(default)]
    pub on_delete: OnDelete,
    /// Takes over a live queue of the same name that is not this app's yet.
    #[serde(default)]
    pub adopt: bool,
}

/// Whose key encrypts a queue's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Encryption {
    /// One that SQS owns: costs nothing.
    #[default]
    SqsOwned,
    /// None.
    None,
}

/// Where messages go that were received in vain.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeadLetter {
    /// The name of another queue of this manifest, of the same type: both `fifo`, or neither.
    pub queue: Name,
    /// How often a message is received before it goes there: from 1 to 1000.
    pub max_receives: i32,
}

fn visibility_timeout() -> i32 {
    30
}

fn message_retention() -> i32 {
    345_600
}

fn receive_wait_time() -> i32 {
    20
}

fn max_message_size() -> i32 {
    1_048_576
}

impl Section for Queue {
    const SECTION: &'static str = "queue";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn", "url"];

    fn address(name: &Name) -> Address {
        names::queue::address(name)
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        let physical = names::queue::physical(here.owner, name, self.fifo);
        match attribute {
            "arn" => sqs::arn(here.site, &physical).into(),
            "url" => sqs::url(here.site, &physical).into(),
            _ => physical.into(),
        }
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        self.check(here);
        let id = here.id(Kind::Queue, name, names::queue::physical(here.owner, name, self.fifo));
        let state = sqs::Queue {
            fifo_queue: self.fifo,
            visibility_timeout: self.visibility_timeout,
            message_retention_period: self.message_retention,
            delay_seconds: self.delay,
            receive_message_wait_time_seconds: self.receive_wait_time,
            maximum_message_size: self.max_message_size,
            sqs_managed_sse_enabled: self.encryption == Encryption::SqsOwned,
            redrive_policy: self.lower_dead_letter(&here.at("dead_letter")),
            tags: here.tags(&id.address, &self.tags, self.on_delete),
        };
        here.add(id, state, self.adopt);
    }
}

impl Queue {
    fn check(&self, here: &Cursor) {
        let numbers: [(&str, i32, RangeInclusive<i32>); 5] = [
            ("visibility_timeout", self.visibility_timeout, 0..=43_200),
            ("message_retention", self.message_retention, 60..=1_209_600),
            ("delay", self.delay, 0..=900),
            ("receive_wait_time", self.receive_wait_time, 0..=20),
            ("max_message_size", self.max_message_size, 1024..=1_048_576),
        ];
        for (field, value, range) in numbers {
            in_range(field, value, range, here);
        }
    }

    fn lower_dead_letter(&self, here: &Cursor) -> Option<RedrivePolicy> {
        let DeadLetter { queue, max_receives } = self.dead_letter.as_ref()?;
        in_range("max_receives", *max_receives, 1..=1000, here);
        let other = here.at("queue").known("queue", queue, &here.manifest.queue)?;
        if other.fifo != self.fifo {
            let message = format!("{queue} is of another type: only a FIFO queue keeps the order of FIFO messages");
            here.at("queue").problem(message, Some("give both queues the same fifo"));
        }
        here.need(Self::address(queue));
        let dead_letter_target_arn = sqs::arn(here.site, &names::queue::physical(here.owner, queue, other.fifo));
        Some(RedrivePolicy { dead_letter_target_arn, max_receive_count: *max_receives })
    }
}

fn in_range(field: &str, value: i32, range: RangeInclusive<i32>, here: &Cursor) {
    if !range.contains(&value) {
        let help = format!("write a number from {} to {}", range.start(), range.end());
        here.at(field).problem(format!("{value} is no {}", field.replace('_', " ")), Some(&help));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::aws::test_support::test_id;
    use crate::manifest::lower::{Lowered, Sources, lower};
    use crate::manifest::problem::Problems;
    use crate::manifest::read::read;
    use serde_json::json;

    fn lowered(text: &str) -> Result<Lowered, Problems> {
        let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{text}");
        let id = test_id(Kind::Queue, "any");
        let source = read("m.toml", &text, &id.owner.stage).expect("a manifest");
        lower(&source, &id.owner, &id.site, &Sources::default())
    }

    #[test]
    fn an_empty_section_is_an_encrypted_queue_that_receives_wait_for() {
        let lowered = lowered("[queue.jobs]").expect("no problems");
        let wanted = &lowered.wanted[&"sqs.queue/jobs".parse().unwrap()];
        assert_eq!(wanted.id.name, "shop--test-jobs");
        let tags = json!({"serverless-app:app": "shop", "serverless-app:stage": "test",
            "serverless-app:address": "sqs.queue/jobs"});
        let expected = json!({"FifoQueue": false, "VisibilityTimeout": 30, "MessageRetentionPeriod": 345_600,
            "DelaySeconds": 0, "ReceiveMessageWaitTimeSeconds": 20, "MaximumMessageSize": 1_048_576,
            "SqsManagedSseEnabled": true, "RedrivePolicy": null, "Tags": tags});
        assert_eq!(serde_json::to_value(&wanted.state).unwrap(), expected);
    }

    #[test]
    fn a_queue_waits_for_its_dead_letter_queue_and_is_known_by_name_arn_and_url() {
        let text = r#"[queue.jobs]
            fifo = true
            visibility_timeout = 60
            message_retention = 61
            delay = 1
            receive_wait_time = 0
            max_message_size = 2048
            encryption = "none"
            dead_letter = { queue = "failed", max_receives = 3 }
            on_delete = "delete"
            [queue.failed]
            fifo = true
            [outputs]
            jobs = "${queue.jobs.name} ${queue.jobs.arn} ${queue.jobs.url}"
"#;
        let lowered = lowered(text).expect("no problems");
        let wanted = &lowered.wanted[&"sqs.queue/jobs".parse().unwrap()];
        assert_eq!(wanted.needs, BTreeSet::from(["sqs.queue/failed".parse().unwrap()]));
        let state = serde_json::to_value(&wanted.state).unwrap();
        let target = "arn:aws:sqs:us-west-2:123456789012:shop--test-failed.fifo";
        assert_eq!(state["RedrivePolicy"], json!({"deadLetterTargetArn": target, "maxReceiveCount": 3}));
        assert_eq!((&state["SqsManagedSseEnabled"], &state["DelaySeconds"]), (&json!(false), &json!(1)));
        assert_eq!(state["Tags"]["serverless-app:on-delete"], "delete");
        let told = "shop--test-jobs.fifo arn:aws:sqs:us-west-2:123456789012:shop--test-jobs.fifo \
            https://sqs.us-west-2.amazonaws.com/123456789012/shop--test-jobs.fifo";
        assert_eq!(lowered.outputs["jobs"].literal(), Some(told));
    }

    #[test]
    fn every_problem_is_told_with_its_place() {
        let text = r#"[queue.jobs]
visibility_timeout = 43201
message_retention = 59
delay = -1
receive_wait_time = 21
max_message_size = 1023
dead_letter = { queue = "failde", max_receives = 0 }
[queue.failed]
fifo = true
dead_letter = { queue = "jobs", max_receives = 1001 }
"#;
        let problems = lowered(text).expect_err("problems").0;
        let found: Vec<_> = problems.iter().map(|p| format!("{}:{} {}", p.line, p.column, p.message)).collect();
        let expected = [
            "5:22 43201 is no visibility timeout",
            "6:21 59 is no message retention",
            "7:9 -1 is no delay",
            "8:21 21 is no receive wait time",
            "9:20 1023 is no max message size",
            "10:25 there is no queue section \"failde\"; did you mean \"failed\"?",
            "10:50 0 is no max receives",
            "13:25 jobs is of another type: only a FIFO queue keeps the order of FIFO messages",
            "13:48 1001 is no max receives",
        ];
        assert_eq!(found, expected);
    }
}
