//! Which call comes next: all attributes that differ in one call, then tags.

use std::collections::BTreeMap;

use super::call::{Call, CreateQueue, QueueUrl, SetQueueAttributes};
use super::state::{FIFO_QUEUE, Queue, url};
use crate::aws::{Id, tags};

/// The next call, or `None` when nothing remains.
pub(super) fn next_call(id: &Id, want: Option<&Queue>, live: Option<&Queue>) -> Option<Call> {
    let queue_url = url(&id.site, &id.name);
    match (want, live) {
        (None, None) => None,
        (None, Some(_)) => Some(Call::Delete(QueueUrl { queue_url })),
        (Some(want), None) => Some(create(id, want)),
        (Some(want), Some(live)) if want.fifo_queue != live.fifo_queue => Some(Call::Delete(QueueUrl { queue_url })),
        (Some(want), Some(live)) => {
            next_attributes(&queue_url, want, live).or_else(|| tags::next_call(queue_url, &want.tags, &live.tags))
        }
    }
}

/// What AWS would fill in is said too, so that it never depends on when a queue was made. AWS refuses an attribute that a
/// queue does not have, even its empty value.
fn create(id: &Id, want: &Queue) -> Call {
    let fifo = want.fifo_queue.then(|| (FIFO_QUEUE, "true".to_owned()));
    let attributes = want.attributes().into_iter().filter(|(_, text)| !text.is_empty()).chain(fifo);
    let attributes = attributes.map(|(name, text)| (name.to_owned(), text)).collect();
    Call::Create(CreateQueue { queue_name: id.name.clone(), attributes, tags: want.tags.clone() })
}

/// Two attributes of which one needs the other (throughput by group, deduplication by group; a key that goes, SQS's own that
/// comes) are in one call.
fn next_attributes(queue_url: &str, want: &Queue, live: &Queue) -> Option<Call> {
    let live = live.attributes();
    let differ = want.attributes().into_iter().filter(|(name, text)| live.get(name) != Some(text));
    let attributes: BTreeMap<_, _> = differ.map(|(name, text)| (name.to_owned(), text)).collect();
    (!attributes.is_empty())
        .then(|| Call::SetAttributes(SetQueueAttributes { queue_url: queue_url.to_owned(), attributes }))
}
