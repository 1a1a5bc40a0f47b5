//! Which events a bucket sends to functions, queues, topics and EventBridge.
//!
//! All notifications are one document, which each put replaces as a whole. Entries have ids: ours have a common prefix
//! ([`OURS`]), so that the same put twice gives the same document, and so that the entries of others are recognised.
//! Those are part of the state, each put carries them along, and the guard notices one that appears between plan and
//! apply.
//!
//! Reading the document costs one more call for each bucket. A tag says whether it contains anything of ours
//! ([`tag::PARTS`](crate::name::tag::PARTS)): it is set before the first put and removed after the last one. The
//! document of a bucket that neither has the tag nor is to have it is not read, and what others have set there is not
//! part of its state.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub mod call;
pub(super) mod observe;
pub(super) mod send;

/// How the ids of our entries begin.
pub const OURS: &str = "serverless-app:";

/// The call that replaces the document.
pub(super) const API: &str = "s3:PutBucketNotificationConfiguration";

/// What a bucket reports, and to whom.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Notifications {
    /// True if EventBridge gets all events.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub event_bridge: bool,
    /// Entries by id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub entries: BTreeMap<String, Notification>,
}

/// What one destination gets: one of the three ARNs is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Notification {
    /// A function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lambda_function_arn: Option<String>,
    /// A queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_arn: Option<String>,
    /// A topic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic_arn: Option<String>,
    /// Types of events, such as `s3:ObjectCreated:*`.
    pub events: BTreeSet<String>,
    /// How the keys begin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// How the keys end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
}

impl Notifications {
    /// True if nobody gets anything.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// The entries of others alone.
    pub(super) fn foreign(&self) -> Self {
        let foreign = self.entries.iter().filter(|(id, _)| !is_ours(id));
        Self { event_bridge: false, entries: foreign.map(|(id, entry)| (id.clone(), entry.clone())).collect() }
    }

    /// Every destination.
    fn destinations(&self) -> BTreeSet<&str> {
        self.entries.values().flat_map(Notification::destination).collect()
    }
}

impl Notification {
    /// True if both say the same. Consoles write an empty prefix or suffix where others write none.
    pub(super) fn asks_for(&self, other: &Self) -> bool {
        self.without_empty_filters() == other.without_empty_filters()
    }

    fn without_empty_filters(&self) -> Self {
        let said = |filter: &Option<String>| filter.clone().filter(|text| !text.is_empty());
        Self { prefix: said(&self.prefix), suffix: said(&self.suffix), ..self.clone() }
    }

    /// The ARN of the destination.
    fn destination(&self) -> Option<&str> {
        self.lambda_function_arn.as_deref().or(self.queue_arn.as_deref()).or(self.topic_arn.as_deref())
    }
}

/// True for an entry that we have made.
pub(super) fn is_ours(id: &str) -> bool {
    id.starts_with(OURS)
}

#[cfg(test)]
mod tests;
