//! What a mapping is.

use super::*;

/// A mapping of a queue or a stream to a function. What a queue's mapping does not have is AWS's default for a stream's.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventSourceMapping {
    /// The alias that is invoked; `None`: the function itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<String>,
    /// The queue, or the stream.
    pub event_source_arn: Text,
    /// `LATEST`, `TRIM_HORIZON` or `AT_TIMESTAMP` of a stream; none of a queue.
    pub starting_position: Option<String>,
    /// In seconds since 1970, for `AT_TIMESTAMP`.
    pub starting_position_timestamp: Option<i64>,
    /// False: nothing is fetched.
    pub enabled: bool,
    /// How many records one invocation gets at most.
    pub batch_size: i32,
    /// Seconds that Lambda gathers records for.
    pub maximum_batching_window_in_seconds: i32,
    /// `ReportBatchItemFailures`, or nothing.
    pub function_response_types: BTreeSet<String>,
    /// Patterns, as JSON in its shortest form with sorted keys; a record that fits one of them is taken. None: all are.
    pub filters: BTreeSet<String>,
    /// How many invocations at once a queue's mapping makes at most.
    pub maximum_concurrency: Option<i32>,
    /// How many batches of one shard are worked on at once.
    pub parallelization_factor: i32,
    /// True: a batch that fails is split in two before it is retried.
    pub bisect_batch_on_function_error: bool,
    /// How often a batch is tried again; -1: until its records expire.
    pub maximum_retry_attempts: i32,
    /// Seconds after which a record is dropped; -1: never.
    pub maximum_record_age_in_seconds: i32,
    /// Seconds of a window over which a function adds up; 0: none.
    pub tumbling_window_in_seconds: i32,
    /// The ARN of where it is told what has been dropped.
    pub on_failure: Option<String>,
    pub tags: Tags,
}

impl Default for EventSourceMapping {
    /// What AWS makes of a queue where nothing else is asked for.
    fn default() -> Self {
        Self {
            qualifier: None,
            event_source_arn: Text::default(),
            starting_position: None,
            starting_position_timestamp: None,
            enabled: true,
            batch_size: 10,
            maximum_batching_window_in_seconds: 0,
            function_response_types: BTreeSet::new(),
            filters: BTreeSet::new(),
            maximum_concurrency: None,
            parallelization_factor: 1,
            bisect_batch_on_function_error: false,
            maximum_retry_attempts: -1,
            maximum_record_age_in_seconds: -1,
            tumbling_window_in_seconds: 0,
            on_failure: None,
            tags: Tags::new(),
        }
    }
}

impl EventSourceMapping {
    /// True if no call leads from `live` to this.
    pub(super) fn must_replace(&self, live: &Self) -> bool {
        self.event_source_arn != live.event_source_arn
            || self.starting_position != live.starting_position
            || self.starting_position_timestamp != live.starting_position_timestamp
    }
}

/// A pattern in the form in which it is compared: AWS keeps the text that it was given.
pub fn pattern(text: &str) -> String {
    serde_json::from_str::<serde_json::Value>(text).map_or_else(|_| text.to_owned(), |pattern| pattern.to_string())
}
