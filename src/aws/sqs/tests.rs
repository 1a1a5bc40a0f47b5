use std::collections::HashMap;

use proptest::collection::btree_map;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use crate::aws::{State, Tags};

prop_compose! {
    fn queue()(
        (fifo_queue, sqs_managed_sse_enabled) in any::<(bool, bool)>(),
        (visibility_timeout, message_retention_period, delay_seconds) in (30..32, 60..62, 0..2),
        (receive_message_wait_time_seconds, maximum_message_size) in (0..2, 1024..1026),
        redrive in option::of(("[a-b]", 1..3)),
        tags in btree_map("[a-c]", "[x-z]", 0..3),
    ) -> State {
        let redrive_policy = redrive.map(|(dead_letter_target_arn, max_receive_count)| {
            RedrivePolicy { dead_letter_target_arn, max_receive_count }
        });
        Queue {
            fifo_queue, visibility_timeout, message_retention_period, delay_seconds, receive_message_wait_time_seconds,
            maximum_message_size, sqs_managed_sse_enabled, redrive_policy, tags,
        }.into()
    }
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in option::of(queue()), live in option::of(queue())) {
        assert_properties(&test_id(Kind::Queue, "shop-test-thing"), want.as_ref(), live.as_ref());
    }
}

fn attributes(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    pairs.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect()
}

#[test]
fn what_aws_fills_in_by_itself_is_no_difference() {
    let filled = attributes(&[
        ("QueueArn", "arn:aws:sqs:us-west-2:123456789012:q"),
        ("ApproximateNumberOfMessages", "7"),
        ("CreatedTimestamp", "1700000000"),
        ("DelaySeconds", "0"),
        ("MaximumMessageSize", "1048576"),
        ("MessageRetentionPeriod", "345600"),
        ("ReceiveMessageWaitTimeSeconds", "0"),
        ("SqsManagedSseEnabled", "true"),
        ("VisibilityTimeout", "30"),
        ("DeduplicationScope", "queue"),
    ]);
    let observed = observe::assemble(&filled, Tags::new()).unwrap();
    assert_eq!(observed, Observed::of(Queue::default()));
}

#[test]
fn what_is_not_modelled_is_named_and_a_key_of_ones_own_would_be_erased() {
    let set = attributes(&[("Policy", "{}"), ("KmsMasterKeyId", "alias/own"), ("ContentBasedDeduplication", "true")]);
    let observed = observe::assemble(&set, Tags::new()).unwrap().unmodelled;
    let named: Vec<_> = observed.iter().map(|one| (one.attribute.as_str(), one.erased_by)).collect();
    let key = ("KmsMasterKeyId", Some("sqs:SetQueueAttributes"));
    assert_eq!(named, [("ContentBasedDeduplication", None), key, ("Policy", None)]);
}

#[test]
fn a_redrive_policy_that_cannot_be_read_is_an_error() {
    let error = observe::assemble(&attributes(&[("RedrivePolicy", "{}")]), Tags::new()).unwrap_err();
    assert!(error.message.starts_with("RedrivePolicy: "), "{error}");
}

#[test]
fn one_call_changes_all_attributes_that_differ_and_an_empty_text_ends_the_redrive() {
    let redrive_policy =
        Some(RedrivePolicy { dead_letter_target_arn: "arn:aws:sqs:us-west-2:1:d".into(), max_receive_count: 5 });
    let live = State::from(Queue { redrive_policy, delay_seconds: 9, ..Queue::default() });
    let planned = steps(&test_id(Kind::Queue, "q"), Some(&Queue::default().into()), Some(&live)).unwrap();
    let [step] = planned.as_slice() else { panic!("{planned:?}") };
    let expected = serde_json::json!({"api": "sqs:SetQueueAttributes", "input": {
        "QueueUrl": "https://sqs.us-west-2.amazonaws.com/123456789012/q",
        "Attributes": {"DelaySeconds": "0", "RedrivePolicy": ""},
    }});
    assert_eq!(step.call.json(), expected);
}

#[test]
fn a_standard_queue_is_never_asked_to_be_no_fifo_queue() {
    let json = |queue: Queue| steps(&test_id(Kind::Queue, "q"), Some(&queue.into()), None).unwrap()[0].call.json();
    assert_eq!(json(Queue::default())["input"]["Attributes"].get("FifoQueue"), None);
    assert_eq!(json(Queue { fifo_queue: true, ..Queue::default() })["input"]["Attributes"]["FifoQueue"], "true");
}
