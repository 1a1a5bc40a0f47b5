use aws_sdk_lambda::types;
use proptest::collection::{btree_map, btree_set};
use proptest::option;
use proptest::prelude::*;

use super::observe::assemble;
use super::*;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use crate::aws::{Kind, State};

const STREAM: &str = "arn:aws:dynamodb:us-west-2:123456789012:table/shop--test-items/stream/2026-01-01T00:00:00.000";
const QUEUE: &str = "arn:aws:sqs:us-west-2:123456789012:shop--test-jobs";

fn mapping_id() -> Id {
    test_id(Kind::EventSourceMapping, "shop--test-worker:sqs:shop--test-jobs")
}

prop_compose! {
    fn mapping()(
        (source, position, at) in ("[a-b]", option::of("[x-y]"), option::of(0..2i64)),
        qualifier in option::of(Just("live".to_owned())),
        (enabled, bisect_batch_on_function_error) in any::<(bool, bool)>(),
        (batch_size, maximum_batching_window_in_seconds, parallelization_factor) in (10..12, 0..2, 1..3),
        (maximum_retry_attempts, maximum_record_age_in_seconds) in (-1..1, -1..1),
        (tumbling_window_in_seconds, maximum_concurrency, on_failure) in (0..2, option::of(2..4), option::of("[a-b]")),
        (function_response_types, filters) in (btree_set("[a-b]", 0..2), btree_set("[a-b]", 0..3)),
        tags in btree_map("[a-c]", "[x-z]", 0..3),
    ) -> State {
        EventSourceMapping {
            qualifier, event_source_arn: source.into(), starting_position: position, starting_position_timestamp: at, enabled,
            batch_size, maximum_batching_window_in_seconds, function_response_types, filters, maximum_concurrency,
            parallelization_factor, bisect_batch_on_function_error, maximum_retry_attempts,
            maximum_record_age_in_seconds, tumbling_window_in_seconds, on_failure, tags,
        }.into()
    }
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in option::of(mapping()), live in option::of(mapping())) {
        assert_properties(&mapping_id(), want.as_ref(), live.as_ref());
    }
}

fn of_queue() -> EventSourceMapping {
    EventSourceMapping { event_source_arn: QUEUE.into(), ..EventSourceMapping::default() }
}

fn calls(want: &EventSourceMapping, live: &EventSourceMapping) -> Vec<serde_json::Value> {
    let all = steps(&mapping_id(), Some(&want.clone().into()), Some(&live.clone().into())).expect("a plan");
    all.iter().map(|step| step.call.json()).collect()
}

#[test]
fn a_mapping_is_named_by_its_function_and_its_source_and_a_stream_by_its_table() {
    let site = mapping_id().site;
    let named = |source: &str| physical(&site, "shop--test-worker", source);
    assert_eq!(named(QUEUE), "shop--test-worker:sqs:shop--test-jobs");
    assert_eq!(named(STREAM), "shop--test-worker:dynamodb:table/shop--test-items");
    let table = STREAM.split("/stream/").next().unwrap();
    assert_eq!(named(table), named(STREAM), "before and after its stream has an ARN");
    let far = "arn:aws:kinesis:us-west-2:111122223333:stream/clicks";
    assert_eq!(named(far), "shop--test-worker:kinesis:us-west-2:111122223333:stream/clicks");
    let function = "arn:aws:lambda:us-west-2:123456789012:function:shop--test-worker";
    assert_eq!(name::of_arns(function, STREAM).as_deref(), Some(named(STREAM).as_str()));
    assert_eq!(name::of_arns(&format!("{function}:live"), STREAM), name::of_arns(function, STREAM), "of its own alias");
    assert_eq!(name::of_arns(&format!("{function}:other"), STREAM), None, "another alias's is none of ours");
    assert_eq!(function_name(&mapping_id()), "shop--test-worker");
}

#[test]
fn a_queue_is_asked_for_nothing_that_only_a_stream_has() {
    let all = steps(&mapping_id(), Some(&of_queue().into()), None).expect("a plan");
    let expected = serde_json::json!({"api": "lambda:CreateEventSourceMapping", "input": {
        "FunctionName": "shop--test-worker", "EventSourceArn": QUEUE, "Tags": {},
        "Enabled": true, "BatchSize": 10, "MaximumBatchingWindowInSeconds": 0,
    }});
    assert_eq!(all[0].call.json(), expected);
}

#[test]
fn an_update_clears_what_is_not_wanted_any_more() {
    let live = EventSourceMapping {
        filters: ["{}".to_owned()].into(),
        maximum_concurrency: Some(5),
        function_response_types: ["ReportBatchItemFailures".to_owned()].into(),
        on_failure: Some("arn".into()),
        maximum_retry_attempts: 3,
        enabled: false,
        ..of_queue()
    };
    let expected = serde_json::json!({"api": "lambda:UpdateEventSourceMapping", "input": {
        "UUID": {"$output": "lambda.event-source-mapping/thing.uuid"},
        "Enabled": true, "FilterCriteria": {}, "ScalingConfig": {}, "FunctionResponseTypes": [],
        "DestinationConfig": {}, "MaximumRetryAttempts": -1,
    }});
    assert_eq!(calls(&of_queue(), &live), [expected]);
}

#[test]
fn another_stream_or_another_place_to_start_is_another_mapping() {
    let live = EventSourceMapping {
        event_source_arn: STREAM.into(),
        starting_position: Some("LATEST".into()),
        ..EventSourceMapping::default()
    };
    let remade = Text::output(OutputRef::new(&"dynamodb.table/items".parse().unwrap(), "stream_arn"));
    for want in [
        EventSourceMapping { event_source_arn: remade, ..live.clone() },
        EventSourceMapping { starting_position: Some("TRIM_HORIZON".into()), ..live.clone() },
    ] {
        let apis: Vec<_> = calls(&want, &live).into_iter().map(|call| call["api"].clone()).collect();
        assert_eq!(apis, ["lambda:DeleteEventSourceMapping", "lambda:CreateEventSourceMapping"]);
    }
}

/// A mapping of a stream for which nothing was asked, as AWS was recorded to show it.
fn plain_stream() -> types::builders::EventSourceMappingConfigurationBuilder {
    let none = types::OnFailure::builder().build();
    EventSourceMappingConfiguration::builder()
        .uuid("14e0db71-5d35-4eb5-b481-8945cf9d10c2")
        .event_source_arn(STREAM)
        .function_arn("arn:aws:lambda:us-west-2:123456789012:function:shop--test-worker")
        .starting_position(types::EventSourcePosition::TrimHorizon)
        .batch_size(100)
        .maximum_batching_window_in_seconds(0)
        .bisect_batch_on_function_error(false)
        .destination_config(types::DestinationConfig::builder().on_failure(none).build())
        .set_function_response_types(Some(Vec::new()))
        .maximum_record_age_in_seconds(-1)
        .maximum_retry_attempts(-1)
        .parallelization_factor(1)
        .tumbling_window_in_seconds(0)
        .last_processing_result("No records processed")
        .state("Enabled")
        .state_transition_reason("User action")
}

#[test]
fn what_aws_fills_in_by_itself_is_no_difference() {
    let observed = assemble(&plain_stream().build(), Tags::new()).expect("a mapping");
    let stream = EventSourceMapping {
        event_source_arn: STREAM.into(),
        starting_position: Some("TRIM_HORIZON".into()),
        batch_size: 100,
        ..EventSourceMapping::default()
    };
    assert_eq!(observed.state, stream);
    assert_eq!((observed.pending, observed.unmodelled), (None, Vec::new()));
    assert_eq!(observed.outputs["uuid"], "14e0db71-5d35-4eb5-b481-8945cf9d10c2");
    let queue = EventSourceMappingConfiguration::builder().uuid("u").event_source_arn(QUEUE).state("Disabled").build();
    let queue = assemble(&queue, Tags::new()).expect("a mapping");
    assert_eq!(queue.state, EventSourceMapping { enabled: false, ..of_queue() });
}

#[test]
fn what_moves_is_pending_and_what_is_not_modelled_is_named() {
    for moving in ["Creating", "Enabling", "Disabling", "Updating", "Deleting"] {
        let observed = assemble(&plain_stream().state(moving).build(), Tags::new()).expect("a mapping");
        assert_eq!(observed.pending.as_deref(), Some(moving));
        assert!(Kind::EventSourceMapping.settles(moving).is_some(), "{moving}");
        assert_eq!(observed.state.enabled, moving != "Disabling");
    }
    let pollers = types::ProvisionedPollerConfig::builder().minimum_pollers(1).build();
    let observed = assemble(&plain_stream().provisioned_poller_config(pollers).kms_key_arn("k").build(), Tags::new());
    let named: Vec<_> = observed.expect("a mapping").unmodelled.into_iter().map(|one| one.attribute).collect();
    assert_eq!(named, ["KMSKeyArn", "ProvisionedPollerConfig"]);
}

#[test]
fn filters_are_compared_by_what_they_say_and_ones_that_cannot_be_read_are_an_error() {
    let filter = |text: &str| types::Filter::builder().pattern(text).build();
    let theirs = types::FilterCriteria::builder().filters(filter("{ \"b\": [1],\n \"a\": [\"x\"] }")).build();
    let observed = assemble(&plain_stream().filter_criteria(theirs).build(), Tags::new()).expect("a mapping");
    assert_eq!(observed.state.filters, BTreeSet::from([pattern(r#"{"a":["x"],"b":[1]}"#)]));
    let denied = types::FilterCriteriaError::builder().error_code("KMSAccessDeniedException").message("no").build();
    let error = assemble(&plain_stream().filter_criteria_error(denied).build(), Tags::new()).unwrap_err();
    assert!(error.message.contains("filters cannot be read: KMSAccessDeniedException"), "{error}");
}
