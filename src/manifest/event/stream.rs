//! `on_stream`: the streams that Lambda fetches records from for a function.

use std::collections::BTreeSet;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::queue::words;
use super::{Destination, Events, Source, allow, check_region, enabled, filter, responses, service_and_resource};
use crate::aws::{Tags, lambda};
use crate::manifest::{Cursor, kms, names};
use crate::name::Name;
use crate::text::{OutputRef, Text};

/// A stream whose records a function processes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnStream {
    /// A `[table.<name>]` with a `stream`.
    pub table: Option<Name>,
    /// Instead of `table`: the ARN of a Kinesis stream.
    pub stream: Option<String>,
    /// Where a new mapping begins: `latest`, with new records only; `trim-horizon`, with the oldest record in the
    /// stream; or, for a Kinesis stream, at a time such as `2026-01-31T12:00:00Z`.
    pub starting_position: String,
    /// The most records that one invocation gets, from 1 to 10000.
    #[serde(default = "batch")]
    pub batch: i32,
    /// Seconds for which records are collected into a batch, from 0 to 300.
    #[serde(default)]
    pub window: i32,
    /// True if the function reports the first record of a batch that has failed: Lambda continues from that record.
    #[serde(default)]
    pub partial_failures: bool,
    /// How many batches of one shard are processed at once, from 1 to 10.
    #[serde(default = "one")]
    pub parallelization: i32,
    /// True: a batch that fails is split in two before it is retried.
    #[serde(default)]
    pub bisect: bool,
    /// How often a batch is retried, from 0 to 10000. Default: until its records expire; meanwhile nothing else in the
    /// shard is processed.
    pub retries: Option<i32>,
    /// Seconds after which a record is dropped, from 60 to 604800 (7 days). Default: when it expires.
    pub max_age: Option<i32>,
    /// Seconds of a window over which the function aggregates, from 0 to 900; 0: none.
    #[serde(default)]
    pub tumbling_window: i32,
    /// Where dropped records are reported: `{ queue = "..." }`, `{ topic = "..." }` or `{ bucket = "..." }`.
    pub on_failure: Option<Destination>,
    /// Patterns, as tables or as JSON: a record that matches none of them is skipped. Five at most, or ten if AWS has
    /// raised the account's quota.
    #[serde(default)]
    pub filter: Vec<Value>,
    /// False: records are not fetched, and expire.
    #[serde(default = "enabled")]
    pub enabled: bool,
    /// Tags of the mapping, in addition to the app's.
    #[serde(default)]
    pub tags: Tags,
}

fn batch() -> i32 {
    100
}

fn one() -> i32 {
    1
}

const OF_TABLE: [&str; 3] = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
const OF_KINESIS: [&str; 5] = [
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
];

/// A stream that is there.
enum Stream<'a> {
    Table(&'a Name),
    Kinesis(&'a str, &'a str),
}

impl OnStream {
    /// `given` is the ARN of a Kinesis stream.
    fn source<'s>(&'s self, given: Option<&'s str>, here: &Cursor) -> Option<Stream<'s>> {
        match (&self.table, given) {
            (Some(name), None) => here.manifest.table.get(name)?.stream.map(|_| Stream::Table(name)),
            (None, Some(arn)) => match service_and_resource(arn)? {
                ("kinesis", resource) => {
                    let name = resource.strip_prefix("stream/").filter(|name| !name.contains('/'))?;
                    Some(Stream::Kinesis(name, arn))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// What is listed has no resource that IAM could tell it by.
    pub(super) fn grants(&self, here: &Cursor) -> Vec<Value> {
        let all = ["*".to_owned()];
        let given = self.stream.as_ref().map(|arn| here.likely(arn, ""));
        match self.source(given.as_deref(), here) {
            Some(Stream::Table(name)) => {
                let streams = format!("{}/stream/*", names::table::arn(here.site, here.owner, name));
                let sid = format!("OnTable{}", words(name.as_str()));
                let key = here.manifest.table.get(name).and_then(|table| table.kms_key());
                let key =
                    key.and_then(|key| kms::use_of(&format!("KeyOf{sid}"), key, "dynamodb", &["kms:Decrypt"], here));
                let list = allow("ListTableStreams".into(), &["dynamodb:ListStreams"], &all);
                [allow(sid, &OF_TABLE, &[streams]), list].into_iter().chain(key).collect()
            }
            Some(Stream::Kinesis(name, arn)) => {
                let sid = format!("OnStream{}", words(name));
                vec![
                    allow(sid, &OF_KINESIS, &[arn.to_owned()]),
                    allow("ListStreams".into(), &["kinesis:ListStreams"], &all),
                ]
            }
            None => Vec::new(),
        }
    }

    pub(super) fn lower(&self, events: &Events, sources: &mut BTreeSet<String>, here: &Cursor) {
        let given = self.stream.as_ref().map(|arn| here.at("stream").literal(arn));
        self.check_source(given.as_deref(), here);
        self.check_numbers(here);
        let (position, at) = self.lower_position(&here.at("starting_position")).unzip();
        let on_failure = self.on_failure.as_ref().and_then(|to| {
            let here = here.at("on_failure");
            if let Destination::Function(_) | Destination::Bus(_) = to {
                let help = Some("write queue, topic or bucket");
                here.problem("failed records of a stream cannot be sent to a function or a bus", help);
            }
            to.lower(events.function, &here)
        });
        let filters = filter::lower(&self.filter, &here.at("filter"));
        let Some(stream) = self.source(given.as_deref(), here) else { return };
        let (event_source_arn, source) = match stream {
            Stream::Table(name) => {
                let table = names::table::address(name);
                here.need(table.clone());
                let arn = names::table::arn(here.site, here.owner, name);
                let source = Source { section: "table", name: name.to_string(), arn, is_elsewhere: false };
                (Text::output(OutputRef::new(&table, "stream_arn")), source)
            }
            Stream::Kinesis(name, arn) => {
                let (name, elsewhere) = (name.to_owned(), arn.to_owned());
                (arn.into(), Source { section: "stream", name, arn: elsewhere, is_elsewhere: true })
            }
        };
        let mapping = lambda::EventSourceMapping {
            event_source_arn,
            starting_position: position,
            starting_position_timestamp: at.flatten(),
            enabled: self.enabled,
            batch_size: self.batch,
            maximum_batching_window_in_seconds: self.window,
            function_response_types: responses(self.partial_failures),
            filters,
            parallelization_factor: self.parallelization,
            bisect_batch_on_function_error: self.bisect,
            maximum_retry_attempts: self.retries.unwrap_or(-1),
            maximum_record_age_in_seconds: self.max_age.unwrap_or(-1),
            tumbling_window_in_seconds: self.tumbling_window,
            on_failure,
            ..lambda::EventSourceMapping::default()
        };
        source.add(events, sources, &self.tags, here, mapping);
    }

    fn check_source(&self, given: Option<&str>, here: &Cursor) {
        match (&self.table, given) {
            (Some(name), None) => {
                let table = here.at("table").known("table", name, &here.manifest.table);
                if table.is_some_and(|table| table.stream.is_none()) {
                    let help = format!("write stream = \"new-and-old-images\" in [table.{name}]");
                    here.at("table").problem(format!("{name} has no stream"), Some(&help));
                }
            }
            (None, Some(arn)) if self.source(given, here).is_none() => {
                let help = "write one such as arn:aws:kinesis:us-west-2:123456789012:stream/name, or table = \"...\"";
                here.at("stream").problem(format!("{arn:?} is not the ARN of a Kinesis stream"), Some(help));
            }
            (None, Some(arn)) => check_region(arn, &here.at("stream")),
            _ => here.problem(
                "an entry names exactly one stream",
                Some("write table, or stream with the ARN of a Kinesis stream"),
            ),
        }
    }

    fn check_numbers(&self, here: &Cursor) {
        here.check_range("batch", self.batch, 1..=10_000);
        here.check_range("window", self.window, 0..=300);
        here.check_range("parallelization", self.parallelization, 1..=10);
        here.check_range("retries", self.retries, 0..=10_000);
        here.check_range("max_age", self.max_age, 60..=604_800);
        here.check_range("tumbling_window", self.tumbling_window, 0..=900);
    }

    /// AWS's word for where a new mapping begins, and the time, in seconds since 1970.
    fn lower_position(&self, here: &Cursor) -> Option<(String, Option<i64>)> {
        match self.starting_position.as_str() {
            "latest" => return Some(("LATEST".into(), None)),
            "trim-horizon" => return Some(("TRIM_HORIZON".into(), None)),
            _ => {}
        }
        let Ok(at) = DateTime::from_str(&self.starting_position, Format::DateTimeWithOffset) else {
            let help = "write latest, trim-horizon, or a time such as 2026-01-31T12:00:00Z";
            here.problem(format!("{:?} is not a starting position", self.starting_position), Some(help));
            return None;
        };
        if self.table.is_some() {
            let help = Some("write latest or trim-horizon");
            here.problem("the stream of a table cannot be read from a point in time", help);
            return None;
        }
        Some(("AT_TIMESTAMP".into(), Some(at.secs())))
    }
}
