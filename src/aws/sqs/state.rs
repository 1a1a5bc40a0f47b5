//! What a queue is, and how AWS writes each of its attributes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::aws::Tags;
use crate::aws::document::Document;
use crate::name::Site;

/// A queue. Its ARN and its URL follow from its name.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Queue {
    /// True if messages are delivered in order, and once. Its name ends in `.fifo` then; it never changes.
    pub fifo_queue: bool,
    /// True if two messages with the same body within five minutes count as one. Only for a FIFO queue.
    pub content_based_deduplication: bool,
    /// Within what duplicates are detected: `queue` or `messageGroup`. Only for a FIFO queue.
    pub deduplication_scope: String,
    /// What the limit of messages a second applies to: `perQueue` or `perMessageGroupId`. Only for a FIFO queue.
    pub fifo_throughput_limit: String,
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
    /// True if messages are encrypted with a key that SQS owns. Never together with a KMS key.
    pub sqs_managed_sse_enabled: bool,
    /// The KMS key that messages are encrypted with; `None`: none.
    pub kms_master_key_id: Option<String>,
    /// Seconds for which SQS reuses a data key; AWS's 300 without a KMS key.
    pub kms_data_key_reuse_period_seconds: i32,
    /// Who may do what with it; `None`: its account alone.
    pub policy: Option<Document>,
    /// Where messages go that were received in vain; `None`: nowhere.
    pub redrive_policy: Option<RedrivePolicy>,
    /// Which queues may use it as their dead-letter queue; `None`: any queue of its account and region.
    pub redrive_allow_policy: Option<RedriveAllowPolicy>,
    pub tags: Tags,
}

/// Where messages are moved that were received too often without being deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RedrivePolicy {
    /// The ARN of the queue that they go to.
    pub dead_letter_target_arn: String,
    /// How often one is received before it goes there.
    pub max_receive_count: i32,
}

/// Whose dead-letter queue a queue may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RedriveAllowPolicy {
    /// `denyAll` or `byQueue`; `allowAll` is the default.
    pub redrive_permission: String,
    /// With `byQueue`: the ARNs of those queues, ten at most.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub source_queue_arns: BTreeSet<String>,
}

pub(super) const FIFO_QUEUE: &str = "FifoQueue";
pub(super) const KMS_MASTER_KEY_ID: &str = "KmsMasterKeyId";
pub(super) const POLICY: &str = "Policy";
pub(super) const REDRIVE_ALLOW_POLICY: &str = "RedriveAllowPolicy";
pub(super) const REDRIVE_POLICY: &str = "RedrivePolicy";

/// As AWS has it where nobody asks for another one.
const DATA_KEY_REUSE: i32 = 300;

impl Default for Queue {
    /// As AWS makes one that is asked for nothing.
    fn default() -> Self {
        Self {
            fifo_queue: false,
            content_based_deduplication: false,
            deduplication_scope: "queue".into(),
            fifo_throughput_limit: "perQueue".into(),
            visibility_timeout: 30,
            message_retention_period: 345_600,
            delay_seconds: 0,
            receive_message_wait_time_seconds: 0,
            maximum_message_size: 1_048_576,
            sqs_managed_sse_enabled: true,
            kms_master_key_id: None,
            kms_data_key_reuse_period_seconds: DATA_KEY_REUSE,
            policy: None,
            redrive_policy: None,
            redrive_allow_policy: None,
            tags: Tags::new(),
        }
    }
}

impl Queue {
    /// What can change, as AWS writes it. An empty text takes an attribute away; what a queue of this type or encryption does
    /// not have is not named, since AWS refuses it.
    pub(super) fn attributes(&self) -> BTreeMap<&'static str, String> {
        let json = |policy: Option<String>| policy.unwrap_or_default();
        let mut all = BTreeMap::from([
            ("DelaySeconds", self.delay_seconds.to_string()),
            (KMS_MASTER_KEY_ID, self.kms_master_key_id.clone().unwrap_or_default()),
            ("MaximumMessageSize", self.maximum_message_size.to_string()),
            ("MessageRetentionPeriod", self.message_retention_period.to_string()),
            (POLICY, json(self.policy.as_ref().map(Document::to_string))),
            ("ReceiveMessageWaitTimeSeconds", self.receive_message_wait_time_seconds.to_string()),
            (REDRIVE_ALLOW_POLICY, json(text(self.redrive_allow_policy.as_ref()))),
            (REDRIVE_POLICY, json(text(self.redrive_policy.as_ref()))),
            ("VisibilityTimeout", self.visibility_timeout.to_string()),
        ]);
        match self.kms_master_key_id {
            Some(_) => all.insert("KmsDataKeyReusePeriodSeconds", self.kms_data_key_reuse_period_seconds.to_string()),
            None => all.insert("SqsManagedSseEnabled", self.sqs_managed_sse_enabled.to_string()),
        };
        if self.fifo_queue {
            all.extend([
                ("ContentBasedDeduplication", self.content_based_deduplication.to_string()),
                ("DeduplicationScope", self.deduplication_scope.clone()),
                ("FifoThroughputLimit", self.fifo_throughput_limit.clone()),
            ]);
        }
        all
    }

    /// Reads one attribute. One that is not modelled, or that is no such value, changes nothing. A KMS key takes the place of
    /// SQS's own, and its data keys go with it: so attributes are read in the order of their names.
    pub(super) fn set(&mut self, name: &str, text: &str) {
        let number = |field: &mut i32| *field = text.parse().unwrap_or(*field);
        match name {
            "ContentBasedDeduplication" => self.content_based_deduplication = text == "true",
            "DeduplicationScope" => self.deduplication_scope = text.to_owned(),
            "DelaySeconds" => number(&mut self.delay_seconds),
            FIFO_QUEUE => self.fifo_queue = text == "true",
            "FifoThroughputLimit" => self.fifo_throughput_limit = text.to_owned(),
            "KmsDataKeyReusePeriodSeconds" => number(&mut self.kms_data_key_reuse_period_seconds),
            KMS_MASTER_KEY_ID => self.set_key(text),
            "MaximumMessageSize" => number(&mut self.maximum_message_size),
            "MessageRetentionPeriod" => number(&mut self.message_retention_period),
            POLICY => self.policy = Document::parse(text).ok(),
            "ReceiveMessageWaitTimeSeconds" => number(&mut self.receive_message_wait_time_seconds),
            REDRIVE_ALLOW_POLICY => {
                let policy = serde_json::from_str(text).ok();
                self.redrive_allow_policy =
                    policy.filter(|it: &RedriveAllowPolicy| it.redrive_permission != "allowAll");
            }
            REDRIVE_POLICY => self.redrive_policy = serde_json::from_str(text).ok(),
            "SqsManagedSseEnabled" => self.sqs_managed_sse_enabled = text == "true",
            "VisibilityTimeout" => number(&mut self.visibility_timeout),
            _ => {}
        }
    }

    fn set_key(&mut self, key: &str) {
        self.kms_master_key_id = (!key.is_empty()).then(|| key.to_owned());
        match self.kms_master_key_id {
            Some(_) => self.sqs_managed_sse_enabled = false,
            None => self.kms_data_key_reuse_period_seconds = DATA_KEY_REUSE,
        }
    }

    pub(super) fn set_all(&mut self, attributes: &BTreeMap<String, String>) {
        attributes.iter().for_each(|(name, text)| self.set(name, text));
    }
}

fn text<T: Serialize>(policy: Option<&T>) -> Option<String> {
    policy.and_then(|policy| serde_json::to_string(policy).ok())
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
