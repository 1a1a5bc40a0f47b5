//! `[queue.<name>]`: an SQS queue, with a policy that admits what delivers to it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::sqs::{self, RedriveAllowPolicy, RedrivePolicy};
use crate::aws::{Kind, Tags};
use crate::manifest::{Cursor, OnDelete, Section, names, resource_policy};
use crate::name::{Address, Name};
use crate::text::Text;

mod check;
#[cfg(test)]
mod tests;

/// An SQS queue, encrypted with a key that SQS owns. Topics, rules and whatever else in this manifest delivers to it
/// may send: its policy admits them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// The queue's name in AWS. Default: made of the app, the stage and the section's name. The name of a FIFO queue
    /// ends with `.fifo`.
    pub name: Option<String>,
    /// Delivers messages in order, each of them once. An existing queue cannot become a FIFO queue.
    #[serde(default)]
    pub fifo: bool,
    /// Treats two messages with the same body within five minutes as one, so that senders need not give them ids. For a
    /// FIFO queue.
    #[serde(default)]
    pub content_based_deduplication: bool,
    /// Within what duplicates are detected: the whole queue, or the message group. For a FIFO queue.
    #[serde(default)]
    pub deduplication_scope: Scope,
    /// What the limit of messages a second applies to: the whole queue, or each message group, which needs
    /// `deduplication_scope = "message-group"`. For a FIFO queue.
    #[serde(default)]
    pub throughput_limit: Scope,
    /// Seconds for which a received message is hidden from other receivers, from 0 to 43200 (12 hours).
    #[serde(default = "visibility_timeout")]
    pub visibility_timeout: i32,
    /// Days after which a message that nobody has deleted expires, from 1 to 14. Default: 4.
    pub retention_days: Option<i32>,
    /// Instead of `retention_days`: the same in seconds, from 60 to 1209600.
    pub retention_seconds: Option<i32>,
    /// Seconds until a new message can be received, from 0 to 900.
    #[serde(default)]
    pub delay: i32,
    /// Seconds for which a receive waits for a message, from 0 to 20. Each receive costs, whether it finds a message or
    /// not.
    #[serde(default = "receive_wait_time")]
    pub receive_wait_time: i32,
    /// The largest size of a message in bytes, from 1024 to 1048576. Queues that were created before 2025 have 262144.
    #[serde(default = "max_message_size")]
    pub max_message_size: i32,
    /// Which key encrypts messages at rest.
    #[serde(default)]
    pub encryption: Encryption,
    /// With a KMS key: how many seconds SQS reuses a data key, from 60 to 86400. Default: 300.
    pub data_key_reuse: Option<i32>,
    /// Where messages are moved that were received too often without being deleted. Default: they stay in the queue
    /// until they expire.
    pub dead_letter: Option<DeadLetter>,
    /// Which queues may use it as their dead-letter queue. Default: any queue of this account and region.
    pub redrive_allow: Option<RedriveAllow>,
    /// A file with a queue policy as JSON. `${queue.<name>.arn}` and the like are filled in; policy variables, which
    /// contain a colon, are left as they are. Statements for whatever in the app delivers to the queue are appended.
    pub policy: Option<String>,
    /// Tags in addition to the app's.
    #[serde(default)]
    pub tags: Tags,
    /// What happens to it and its messages when it is no longer in the manifest.
    #[serde(default)]
    pub on_delete: OnDelete,
    /// Takes over an existing queue of this name that does not belong to this app yet.
    #[serde(default)]
    pub adopt: bool,
}

/// A whole FIFO queue, or each of its message groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The whole queue.
    #[default]
    Queue,
    /// Each message group.
    MessageGroup,
}

/// Which key encrypts a queue's messages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "QueueEncryption")]
pub enum Encryption {
    /// A key that SQS owns: costs nothing.
    #[default]
    SqsOwned,
    /// No encryption.
    None,
    /// A KMS key: its id, its ARN, or `alias/<name>`. Whatever sends or receives needs the right to use it.
    #[serde(rename = "kms_key")]
    KmsKey(String),
}

/// Where messages are moved that were received too often without being deleted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "QueueDeadLetter")]
pub struct DeadLetter {
    /// The name of another queue in this manifest, of the same type: both `fifo`, or neither.
    pub queue: Name,
    /// How often a message is received before it is moved there, from 1 to 1000.
    pub after: i32,
}

/// Whose dead-letter queue a queue may be.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected \"all\", \"none\" or a list of names of queues")]
pub enum RedriveAllow {
    /// Any queue's, or no queue's.
    Any(AllOrNone),
    /// Of these queues of this manifest, ten at most.
    Queues(BTreeSet<Name>),
}

/// Any, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AllOrNone {
    /// Any queue's.
    All,
    /// No queue's.
    None,
}

/// What `retention_days` is where neither it nor `retention_seconds` is written.
const RETENTION_DAYS: i32 = 4;

fn visibility_timeout() -> i32 {
    30
}

fn receive_wait_time() -> i32 {
    20
}

fn max_message_size() -> i32 {
    1_048_576
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html>
const POLICY: resource_policy::Limits = resource_policy::Limits {
    noun: "queue policy",
    service: "sqs:",
    bytes: 8192,
    statements: 20,
    actions: 7,
    principals: 50,
};

impl Section for Queue {
    const SECTION: &'static str = "queue";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn", "url"];

    fn address(name: &Name) -> Address {
        names::queue::address(name)
    }

    fn own_name(&self) -> Option<String> {
        self.name.clone()
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        let physical = names::queue::physical(here.owner, name, self.fifo);
        match attribute {
            "arn" => self.arn(name, here).into(),
            "url" => sqs::url(here.site, &physical).into(),
            _ => physical.into(),
        }
    }

    fn files(&self) -> Vec<String> {
        self.policy.iter().cloned().collect()
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        check::check(self, here);
        let id = here.id(Kind::Queue, name, names::queue::physical(here.owner, name, self.fifo));
        let key = check::key(self, &id.address, here);
        let state = sqs::Queue {
            fifo_queue: self.fifo,
            content_based_deduplication: self.content_based_deduplication,
            deduplication_scope: self.deduplication_scope.lower("queue", "messageGroup"),
            fifo_throughput_limit: self.throughput_limit.lower("perQueue", "perMessageGroupId"),
            visibility_timeout: self.visibility_timeout,
            message_retention_period: self.retention(),
            delay_seconds: self.delay,
            receive_message_wait_time_seconds: self.receive_wait_time,
            maximum_message_size: self.max_message_size,
            sqs_managed_sse_enabled: self.encryption == Encryption::SqsOwned,
            kms_data_key_reuse_period_seconds: self.data_key_reuse.filter(|_| key.is_some()).unwrap_or(300),
            kms_master_key_id: key,
            policy: self.lower_policy(name, here),
            redrive_policy: self.lower_dead_letter(name, &here.at("dead_letter")),
            redrive_allow_policy: self.lower_redrive_allow(&here.at("redrive_allow")),
            tags: here.tags(&id.address, &self.tags, self.on_delete),
        };
        here.add(id, state, self.adopt);
    }
}

impl Scope {
    fn lower(self, queue: &str, group: &str) -> String {
        match self {
            Self::Queue => queue.into(),
            Self::MessageGroup => group.into(),
        }
    }
}

impl Queue {
    /// The KMS key that encrypts its messages, unless it is one that SQS owns.
    pub fn kms_key(&self) -> Option<&str> {
        match &self.encryption {
            Encryption::KmsKey(key) => Some(key),
            Encryption::SqsOwned | Encryption::None => None,
        }
    }

    /// Its ARN.
    pub fn arn(&self, name: &Name, here: &Cursor) -> String {
        sqs::arn(here.site, &names::queue::physical(here.owner, name, self.fifo))
    }

    /// In seconds.
    fn retention(&self) -> i32 {
        let days = self.retention_days.unwrap_or(RETENTION_DAYS);
        self.retention_seconds.unwrap_or_else(|| days.saturating_mul(24 * 60 * 60))
    }

    /// The file's statements, and one for each thing that a service of AWS brings.
    fn lower_policy(&self, name: &Name, here: &Cursor) -> Option<crate::aws::document::Document> {
        let (address, arn) = (Self::address(name), self.arn(name, here));
        let own = resource_policy::own(self.policy.as_ref(), &address, here);
        let deliveries = here.deliveries(&address);
        let statements = resource_policy::statements(&deliveries, "sqs:SendMessage", &arn, here);
        let policy = resource_policy::joined(own, statements)?;
        resource_policy::check(&policy, &POLICY, &here.at("policy"));
        Some(policy)
    }

    fn lower_dead_letter(&self, name: &Name, here: &Cursor) -> Option<RedrivePolicy> {
        let DeadLetter { queue, after } = self.dead_letter.as_ref()?;
        here.check_range("after", *after, 1..=1000);
        let other = here.at("queue").known("queue", queue, &here.manifest.queue)?;
        check::dead_letter(self, name, queue, other, &here.at("queue"));
        here.need(Self::address(queue));
        Some(RedrivePolicy { dead_letter_target_arn: other.arn(queue, here), max_receive_count: *after })
    }

    /// Its sources need not exist before it, and come after it.
    fn lower_redrive_allow(&self, here: &Cursor) -> Option<RedriveAllowPolicy> {
        let allow = |permission: &str, source_queue_arns| {
            Some(RedriveAllowPolicy { redrive_permission: permission.into(), source_queue_arns })
        };
        match self.redrive_allow.as_ref()? {
            RedriveAllow::Any(AllOrNone::All) => None,
            RedriveAllow::Any(AllOrNone::None) => allow("denyAll", BTreeSet::new()),
            RedriveAllow::Queues(names) => {
                check::sources(names.len(), here);
                let source = |(here, name): (Cursor, &Name)| {
                    let other = here.known("queue", name, &here.manifest.queue)?;
                    Some(other.arn(name, &here))
                };
                allow("byQueue", here.each(names).filter_map(source).collect())
            }
        }
    }
}
