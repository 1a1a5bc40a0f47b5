//! `on_queue`: the queues that Lambda fetches messages from for a function.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{Events, Source, allow, check_region, enabled, filter, responses, service_and_resource};
use crate::aws::{Tags, lambda};
use crate::manifest::role::access::target::camel;
use crate::manifest::{Cursor, kms, names};
use crate::name::Name;

/// A queue whose messages a function processes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnQueue {
    /// A `[queue.<name>]`. Its visibility timeout must not be shorter than the function's timeout.
    pub queue: Option<Name>,
    /// Instead of `queue`: the ARN of a queue that is not in this manifest.
    pub arn: Option<String>,
    /// The most messages that one invocation gets, from 1 to 10000, or to 10 from a FIFO queue. More than 10 need a
    /// `window`.
    #[serde(default = "batch")]
    pub batch: i32,
    /// Seconds for which messages are collected into a batch, from 0 to 300; for a FIFO queue, 0.
    #[serde(default)]
    pub window: i32,
    /// True if the function reports which messages of a batch have failed: only those are delivered again.
    #[serde(default)]
    pub partial_failures: bool,
    /// The most concurrent invocations for this queue, from 2 to 1000. Default: as many as the function can have.
    pub max_concurrency: Option<i32>,
    /// Patterns, as tables or as JSON: a message that matches none of them is deleted without an invocation. Five at
    /// most, or ten if AWS has raised the account's quota.
    #[serde(default)]
    pub filter: Vec<Value>,
    /// False: messages stay in the queue.
    #[serde(default = "enabled")]
    pub enabled: bool,
    /// Tags of the mapping, in addition to the app's.
    #[serde(default)]
    pub tags: Tags,
}

fn batch() -> i32 {
    10
}

/// What Lambda does with a queue on behalf of a function.
const RECEIVE: [&str; 3] = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];

impl OnQueue {
    /// The queue's name here, and its ARN, which is `given` of one that is not in this manifest; `None` for one that is not
    /// there.
    fn source(&self, given: Option<&str>, here: &Cursor) -> Option<(String, String)> {
        match (&self.queue, given) {
            (Some(name), None) => Some((name.to_string(), here.manifest.queue.get(name)?.arn(name, here))),
            (None, Some(arn)) => match service_and_resource(arn)? {
                ("sqs", name) => Some((name.to_owned(), arn.to_owned())),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn grants(&self, here: &Cursor) -> Vec<Value> {
        let given = self.arn.as_ref().map(|arn| here.likely(arn, ""));
        let Some((name, arn)) = self.source(given.as_deref(), here) else { return Vec::new() };
        let key = self.queue.as_ref().and_then(|name| here.manifest.queue.get(name)?.kms_key());
        let sid = format!("KeyOfOnQueue{}", words(&name));
        let key = key.and_then(|key| kms::use_of(&sid, key, "sqs", &["kms:Decrypt"], here));
        std::iter::once(allow(format!("OnQueue{}", words(&name)), &RECEIVE, &[arn])).chain(key).collect()
    }

    pub(super) fn lower(&self, events: &Events, sources: &mut BTreeSet<String>, here: &Cursor) {
        let given = self.arn.as_ref().map(|arn| here.at("arn").literal(arn));
        self.check_source(given.as_deref(), events, here);
        let Some((name, arn)) = self.source(given.as_deref(), here) else { return };
        let is_fifo = arn.ends_with(".fifo");
        here.check_range("batch", self.batch, 1..=if is_fifo { 10 } else { 10_000 });
        here.check_range("window", self.window, 0..=if is_fifo { 0 } else { 300 });
        if !is_fifo && self.batch > 10 && self.window == 0 {
            let help = Some("add window = 1 or more, or write batch = 10 at most");
            here.at("batch").problem("a batch of more than 10 messages needs a window", help);
        }
        if let Some(count) = self.max_concurrency {
            here.check_range("max_concurrency", count, 2..=1000);
        }
        let mapping = lambda::EventSourceMapping {
            event_source_arn: arn.as_str().into(),
            enabled: self.enabled,
            batch_size: self.batch,
            maximum_batching_window_in_seconds: self.window,
            function_response_types: responses(self.partial_failures),
            filters: filter::lower(&self.filter, &here.at("filter")),
            maximum_concurrency: self.max_concurrency,
            ..lambda::EventSourceMapping::default()
        };
        let source = Source { section: "queue", name, arn, is_elsewhere: self.arn.is_some() };
        source.add(events, sources, &self.tags, here, mapping);
    }

    fn check_source(&self, given: Option<&str>, events: &Events, here: &Cursor) {
        match (&self.queue, given) {
            (Some(name), None) => {
                let Some(queue) = here.at("queue").known("queue", name, &here.manifest.queue) else { return };
                here.need(names::queue::address(name));
                let (hidden, timeout) = (queue.visibility_timeout, events.timeout);
                if hidden < timeout {
                    let message = format!(
                        "messages of {name} become visible again after {hidden} seconds, but {} may take {timeout}",
                        events.function
                    );
                    let help = format!(
                        "write visibility_timeout = {timeout} or more in [queue.{name}] (AWS advises {}); or reduce \
                         the timeout",
                        timeout.saturating_mul(6).min(43_200)
                    );
                    here.at("queue").problem(message, Some(&help));
                }
            }
            (None, Some(arn)) if !matches!(service_and_resource(arn), Some(("sqs", _))) => {
                here.at("arn")
                    .problem(format!("{arn:?} is not the ARN of a queue"), Some("write one such as arn:aws:sqs:..."));
            }
            (None, Some(arn)) => check_region(arn, &here.at("arn")),
            _ => here.problem(
                "an entry names exactly one queue",
                Some("write queue, or arn for a queue that is not in this manifest"),
            ),
        }
    }
}

/// A source's name as part of a statement's id.
pub(super) fn words(name: &str) -> String {
    name.parse()
        .map_or_else(|_| name.chars().filter(char::is_ascii_alphanumeric).collect(), |name: Name| camel(name.as_str()))
}
