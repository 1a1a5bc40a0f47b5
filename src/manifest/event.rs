//! What Lambda fetches for a function from queues and streams (`on_queue`, `on_stream`), and where the results of
//! invocations are sent (`on_failure`, `on_success`).
//!
//! Each entry of `on_queue` and `on_stream` becomes a mapping of its own. The rights that it needs are granted to the
//! function's role, even if that is a shared one: no other setting could grant them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::aws::{Kind, Tags, lambda};
use crate::manifest::{Cursor, OnDelete, names};
use crate::name::Name;

pub mod destination;
mod filter;
pub mod queue;
pub mod stream;
#[cfg(test)]
mod tests;

pub use destination::Destination;
pub use queue::OnQueue;
pub use stream::OnStream;

/// What a function's section says of events.
#[derive(Debug, Clone, Copy)]
pub struct Events<'a> {
    /// The function.
    pub function: &'a Name,
    /// Seconds that one invocation may take.
    pub timeout: i32,
    /// Its queues.
    pub on_queue: &'a [OnQueue],
    /// Its streams.
    pub on_stream: &'a [OnStream],
    /// Where asynchronous invocations go that failed, and that succeeded.
    pub destinations: [Option<&'a Destination>; 2],
    /// True to take over mappings that are there.
    pub adopt: bool,
}

impl Events<'_> {
    /// What the function's role must be allowed for all of this. Reports nothing: [`Events::lower`] does.
    pub fn grants(&self, here: &Cursor) -> Vec<Value> {
        let mut grants: Vec<Value> = self.on_queue.iter().flat_map(|entry| entry.grants(here)).collect();
        grants.extend(self.on_stream.iter().flat_map(|entry| entry.grants(here)));
        let of_streams = self.on_stream.iter().filter_map(|entry| entry.on_failure.as_ref());
        let destinations = self.destinations.into_iter().flatten().chain(of_streams);
        grants.extend(destinations.flat_map(|to| to.grants(here)));
        let mut seen = BTreeSet::new();
        grants.retain(|statement| seen.insert(statement.to_string()));
        grants
    }

    /// Adds the mappings, each of which needs the function. `here` is the function's section.
    pub fn lower(&self, here: &Cursor) {
        let mut sources = BTreeSet::new();
        for (here, entry) in here.at("on_queue").each(self.on_queue) {
            entry.lower(self, &mut sources, &here.apart());
        }
        for (here, entry) in here.at("on_stream").each(self.on_stream) {
            entry.lower(self, &mut sources, &here.apart());
        }
    }
}

/// A source, by the section or the service that it is of, its name there, and its ARN; a stream of a table by the table's.
struct Source {
    section: &'static str,
    name: String,
    arn: String,
    /// True for one that is not in this manifest: two of a name may be of two accounts.
    is_elsewhere: bool,
}

impl Source {
    /// The mapping of it to a function, once: AWS takes no second one. `sources` are those that the function has so far.
    fn add(
        self,
        events: &Events,
        sources: &mut BTreeSet<String>,
        tags: &Tags,
        here: &Cursor,
        mut mapping: lambda::EventSourceMapping,
    ) {
        if !sources.insert(self.arn.clone()) {
            let help = "remove one of them: AWS allows one mapping from a source to a function; a filter can have ten \
                        patterns";
            here.problem(format!("the function has two mappings from {}", self.name), Some(help));
            return;
        }
        let elsewhere = self.is_elsewhere.then_some(self.arn.as_str());
        let name = names::mapping::name(events.function, self.section, &self.name, elsewhere);
        let function = names::function::physical(here.owner, events.function);
        let id = here.id(Kind::EventSourceMapping, &name, lambda::mapping_name(here.site, &function, &self.arn));
        here.need(names::function::address(events.function));
        mapping.qualifier = here.alias_of(events.function);
        mapping.tags = here.tags(&id.address, tags, OnDelete::Retain);
        here.add(id, mapping, events.adopt);
    }
}

fn allow(sid: String, actions: &[&str], resources: &[String]) -> Value {
    json!({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources})
}

/// What a function answers with that reports which records of a batch have failed.
fn responses(partial_failures: bool) -> BTreeSet<String> {
    partial_failures.then(|| "ReportBatchItemFailures".to_owned()).into_iter().collect()
}

fn enabled() -> bool {
    true
}

/// Reports a source that Lambda cannot fetch from: it takes those of its own region. One without a region holds a reference that
/// is reported.
fn check_region(arn: &str, here: &Cursor) {
    let parts: Vec<&str> = arn.splitn(5, ':').collect();
    let (partition, region) = (here.site.partition.as_str(), here.site.region.as_str());
    if let ["arn", of, _, at, _] = parts.as_slice()
        && !at.is_empty()
        && (*of, *at) != (partition, region)
    {
        let help = format!("name one in the partition {partition} and the region {region}");
        here.problem(format!("Lambda cannot fetch from {arn}, which is in {at}"), Some(&help));
    }
}

/// `arn:aws:sqs:us-west-2:123456789012:jobs` as `sqs` and what follows the account.
fn service_and_resource(arn: &str) -> Option<(&str, &str)> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, service, _, _, resource] if !resource.is_empty() => Some((service, resource)),
        _ => None,
    }
}
