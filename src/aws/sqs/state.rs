//! What a queue is, and how AWS writes each of its attributes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::aws::Tags;
use crate::name::Site;

/// A queue. Its ARN and its URL follow from its name.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Queue {
    /// True if messages are delivered in order, and once. Its name ends in `.fifo` then; it never changes.
    pub fifo_queue: bool,
    /// Seconds for which a message that was received is hidden from others.
    pub visibility_timeout: i32,
    /// Seconds after which a message that nobody has deleted goes.
    pub message_retention_period: i32,
    /// Seconds after which a new message can be received.
    pub delay_seconds: i32,
    /// Seconds that a receive waits for a message.
    pub receive_message_wait_time_seconds: i32,
    /// In bytes.
    pub maximum_message_size: i32,
    /// True if messages are encrypted with a key that SQS owns.
    pub sqs_managed_sse_enabled: bool,
    /// Where messages go that were received in vain; `None`: nowhere.
    pub redrive_policy: Option<RedrivePolicy>,
    pub tags: Tags,
}

/// Where messages go that were received in vain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RedrivePolicy {
    /// The ARN of the queue that they go to.
    pub dead_letter_target_arn: String,
    /// How often one is received before it goes there.
    pub max_receive_count: i32,
}

pub(super) const FIFO_QUEUE: &str = "FifoQueue";
pub(super) const REDRIVE_POLICY: &str = "RedrivePolicy";

impl Default for Queue {
    /// As AWS makes one that is asked for nothing.
    fn default() -> Self {
        Self {
            fifo_queue: false,
            visibility_timeout: 30,
            message_retention_period: 345_600,
            delay_seconds: 0,
            receive_message_wait_time_seconds: 0,
            maximum_message_size: 1_048_576,
            sqs_managed_sse_enabled: true,
            redrive_policy: None,
            tags: Tags::new(),
        }
    }
}

impl Queue {
    /// What can change, as AWS writes it. An empty text takes an attribute away.
    pub(super) fn attributes(&self) -> [(&'static str, String); 7] {
        let redrive = self.redrive_policy.as_ref().and_then(|policy| serde_json::to_string(policy).ok());
        [
            ("DelaySeconds", self.delay_seconds.to_string()),
            ("MaximumMessageSize", self.maximum_message_size.to_string()),
            ("MessageRetentionPeriod", self.message_retention_period.to_string()),
            ("ReceiveMessageWaitTimeSeconds", self.receive_message_wait_time_seconds.to_string()),
            (REDRIVE_POLICY, redrive.unwrap_or_default()),
            ("SqsManagedSseEnabled", self.sqs_managed_sse_enabled.to_string()),
            ("VisibilityTimeout", self.visibility_timeout.to_string()),
        ]
    }

    /// Reads one attribute. One that is not modelled, or that is no such value, changes nothing.
    pub(super) fn set(&mut self, name: &str, text: &str) {
        let number = |field: &mut i32| *field = text.parse().unwrap_or(*field);
        match name {
            "DelaySeconds" => number(&mut self.delay_seconds),
            "MaximumMessageSize" => number(&mut self.maximum_message_size),
            "MessageRetentionPeriod" => number(&mut self.message_retention_period),
            "ReceiveMessageWaitTimeSeconds" => number(&mut self.receive_message_wait_time_seconds),
            "VisibilityTimeout" => number(&mut self.visibility_timeout),
            "SqsManagedSseEnabled" => self.sqs_managed_sse_enabled = text == "true",
            FIFO_QUEUE => self.fifo_queue = text == "true",
            REDRIVE_POLICY => self.redrive_policy = serde_json::from_str(text).ok(),
            _ => {}
        }
    }

    pub(super) fn set_all(&mut self, attributes: &BTreeMap<String, String>) {
        attributes.iter().for_each(|(name, text)| self.set(name, text));
    }
}

/// The ARN of a queue.
pub fn arn(site: &Site, name: &str) -> String {
    site.arn("sqs", name)
}

/// The URL of a queue, by which calls name it.
pub fn url(site: &Site, name: &str) -> String {
    let host = match site.is_aws() {
        true => format!("https://sqs.{}.{}", site.region, site.dns_suffix()),
        false => site.endpoint.clone(),
    };
    format!("{host}/{}/{name}", site.account)
}
