//! What Lambda fetches for functions.

use super::*;

pub(super) const ON_QUEUE: &[Field] = &[
    implied("EventSourceArn"),
    implied("StartingPosition"),
    implied("StartingPositionTimestamp"),
    unless("true", "Enabled", "on_queue.enabled", PLAIN),
    main("BatchSize", "on_queue.batch", PLAIN),
    unless("0", "MaximumBatchingWindowInSeconds", "on_queue.window", PLAIN),
    main("FunctionResponseTypes", "on_queue.partial_failures", Form::List),
    main("Filters", "on_queue.filter", Form::List),
    main("MaximumConcurrency", "on_queue.max_concurrency", PLAIN),
    implied("ParallelizationFactor"),
    implied("BisectBatchOnFunctionError"),
    implied("MaximumRetryAttempts"),
    implied("MaximumRecordAgeInSeconds"),
    implied("TumblingWindowInSeconds"),
    implied("OnFailure"),
    later("Tags.*", "on_queue.tags", Form::Names),
];

const WITHOUT_END: Form = Form::Value(&[("-1", "until it expires")]);

pub(super) const ON_STREAM: &[Field] = &[
    implied("EventSourceArn"),
    main(
        "StartingPosition",
        "on_stream.starting_position",
        Form::Value(&[("LATEST", "latest"), ("TRIM_HORIZON", "trim-horizon"), ("AT_TIMESTAMP", "at a time")]),
    ),
    main("StartingPositionTimestamp", "on_stream.starting_position", PLAIN),
    unless("true", "Enabled", "on_stream.enabled", PLAIN),
    main("BatchSize", "on_stream.batch", PLAIN),
    unless("0", "MaximumBatchingWindowInSeconds", "on_stream.window", PLAIN),
    main("FunctionResponseTypes", "on_stream.partial_failures", Form::List),
    main("Filters", "on_stream.filter", Form::List),
    implied("MaximumConcurrency"),
    unless("1", "ParallelizationFactor", "on_stream.parallelization", PLAIN),
    unless("false", "BisectBatchOnFunctionError", "on_stream.bisect", PLAIN),
    unless("until it expires", "MaximumRetryAttempts", "on_stream.retries", WITHOUT_END),
    unless("until it expires", "MaximumRecordAgeInSeconds", "on_stream.max_age", WITHOUT_END),
    unless("0", "TumblingWindowInSeconds", "on_stream.tumbling_window", PLAIN),
    main("OnFailure", "on_stream.on_failure", PLAIN),
    later("Tags.*", "on_stream.tags", Form::Names),
];
