//! The calls on a queue.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Queue;
use crate::aws::kit::calls::calls;
use crate::aws::kit::tags::{tag_calls, tag_inputs};
use crate::aws::tags::{Tags, mapped};

calls! {
    /// The calls on a queue.
    pub enum Call {
        /// Makes the queue.
        "sqs:CreateQueue" => Create(CreateQueue),
        /// Changes attributes; the others stay.
        "sqs:SetQueueAttributes" => SetAttributes(SetQueueAttributes),
        /// Adds or changes tags.
        "sqs:TagQueue" => Tag(TagQueue),
        /// Removes tags.
        "sqs:UntagQueue" => Untag(UntagQueue),
        /// Deletes the queue and its messages.
        "sqs:DeleteQueue" => Delete(QueueUrl),
    }
}

tag_inputs!(TagQueue, UntagQueue { #[serde(rename = "QueueUrl")] queue_url: String } mapped);
tag_calls!(Call: Tag(TagQueue), Untag(UntagQueue));

/// Input of `CreateQueue`. Where there is such a queue already, AWS compares the attributes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateQueue {
    pub(super) queue_name: String,
    pub(super) attributes: BTreeMap<String, String>,
    /// AWS's spelling.
    #[serde(rename = "tags", with = "mapped")]
    pub(super) tags: Tags,
}

/// Input of `SetQueueAttributes`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SetQueueAttributes {
    pub(super) queue_url: String,
    pub(super) attributes: BTreeMap<String, String>,
}

/// Input of `DeleteQueue`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct QueueUrl {
    pub(super) queue_url: String,
}

impl CreateQueue {
    /// The queue that this makes.
    pub(super) fn queue(&self) -> Queue {
        let mut queue = Queue { tags: self.tags.clone(), ..Queue::default() };
        queue.set_all(&self.attributes);
        queue
    }
}
