//! What Lambda fetches for functions: the fields of an entry of `on_queue` or `on_stream`.

use super::*;

/// How long a record is tried.
const WITHOUT_END: Form = Form::Value(&[("-1", "until it expires")]);

pub(super) const MAPPING: &[Field] = &[
    implied("Qualifier"),
    later("EventSourceArn", "source", Form::Changed),
    main(
        "StartingPosition",
        "starting_position",
        Form::Value(&[("LATEST", "latest"), ("TRIM_HORIZON", "trim-horizon"), ("AT_TIMESTAMP", "at a time")]),
    ),
    main("StartingPositionTimestamp", "starting_position", PLAIN),
    unless("true", "Enabled", "enabled", PLAIN),
    main("BatchSize", "batch", PLAIN),
    unless("0", "MaximumBatchingWindowInSeconds", "window", PLAIN),
    main("FunctionResponseTypes", "partial_failures", Form::List),
    main("Filters", "filter", Form::List),
    main("MaximumConcurrency", "max_concurrency", PLAIN),
    unless("1", "ParallelizationFactor", "parallelization", PLAIN),
    unless("false", "BisectBatchOnFunctionError", "bisect", PLAIN),
    unless("until it expires", "MaximumRetryAttempts", "retries", WITHOUT_END),
    unless("until it expires", "MaximumRecordAgeInSeconds", "max_age", WITHOUT_END),
    unless("0", "TumblingWindowInSeconds", "tumbling_window", PLAIN),
    main("OnFailure", "on_failure", PLAIN),
    later("Tags.*", "tags", Form::Names),
];
