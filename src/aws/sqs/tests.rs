use std::collections::HashMap;

use proptest::collection::{btree_map, btree_set};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::*;
use crate::aws::document::Document;
use crate::aws::error::Reach;
use crate::aws::settle::{Verdict, verdict};
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use crate::aws::{State, Tags};

const URL: &str = "https://sqs.us-west-2.amazonaws.com/123456789012/q";
const KEY: &str = "alias/own";

/// What a FIFO queue alone has.
fn order(queue: Queue) -> impl Strategy<Value = Queue> {
    let scopes = (select(vec!["queue", "messageGroup"]), select(vec!["perQueue", "perMessageGroupId"]));
    (any::<(bool, bool)>(), scopes).prop_map(move |((fifo_queue, content), (scope, limit))| match fifo_queue {
        false => queue.clone(),
        true => Queue {
            fifo_queue,
            content_based_deduplication: content,
            deduplication_scope: scope.into(),
            fifo_throughput_limit: limit.into(),
            ..queue.clone()
        },
    })
}

/// One kind of encryption, or none.
fn encryption(queue: Queue) -> impl Strategy<Value = Queue> {
    (any::<bool>(), option::of(("[a-b]", 300..302))).prop_map(move |(sqs_managed_sse_enabled, key)| match key {
        None => Queue { sqs_managed_sse_enabled, ..queue.clone() },
        Some((key, reuse)) => Queue {
            sqs_managed_sse_enabled: false,
            kms_master_key_id: Some(key),
            kms_data_key_reuse_period_seconds: reuse,
            ..queue.clone()
        },
    })
}

prop_compose! {
    fn plain()(
        (visibility_timeout, message_retention_period, delay_seconds) in (30..32, 60..62, 0..2),
        (receive_message_wait_time_seconds, maximum_message_size) in (0..2, 1024..1026),
        redrive in option::of(("[a-b]", 1..3)),
        allowed in option::of(btree_set("[a-c]", 0..3)),
        action in option::of("sqs:[a-b]"),
        tags in btree_map("[a-c]", "[x-z]", 0..3),
    ) -> Queue {
        let redrive_policy = redrive.map(|(dead_letter_target_arn, max_receive_count)| {
            RedrivePolicy { dead_letter_target_arn, max_receive_count }
        });
        let redrive_allow_policy = allowed.map(|source_queue_arns| RedriveAllowPolicy {
            redrive_permission: if source_queue_arns.is_empty() { "denyAll" } else { "byQueue" }.into(),
            source_queue_arns,
        });
        let policy = action.map(|action| Document::new(vec![json!({"Effect": "Allow", "Action": action})]));
        Queue {
            visibility_timeout, message_retention_period, delay_seconds, receive_message_wait_time_seconds,
            maximum_message_size, policy, redrive_policy, redrive_allow_policy, tags, ..Queue::default()
        }
    }
}

fn queue() -> impl Strategy<Value = State> {
    plain().prop_flat_map(order).prop_flat_map(encryption).prop_map(State::from)
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

/// The attributes of the one call that leads from one state to the other.
fn set(want: Queue, live: Queue) -> Value {
    let planned = steps(&test_id(Kind::Queue, "q"), Some(&want.into()), Some(&live.into())).unwrap();
    let [step] = planned.as_slice() else { panic!("{planned:?}") };
    let call = step.call.json();
    assert_eq!((&call["api"], &call["input"]["QueueUrl"]), (&json!("sqs:SetQueueAttributes"), &json!(URL)));
    call["input"]["Attributes"].clone()
}

#[test]
fn what_aws_fills_in_by_itself_is_no_difference() {
    let filled = [
        ("QueueArn", "arn:aws:sqs:us-west-2:123456789012:q"),
        ("ApproximateNumberOfMessages", "7"),
        ("CreatedTimestamp", "1700000000"),
        ("DelaySeconds", "0"),
        ("MaximumMessageSize", "1048576"),
        ("MessageRetentionPeriod", "345600"),
        ("ReceiveMessageWaitTimeSeconds", "0"),
        ("SqsManagedSseEnabled", "true"),
        ("VisibilityTimeout", "30"),
    ];
    let observed = observe::assemble(&attributes(&filled), Tags::new()).unwrap();
    assert_eq!(observed, Observed::of(Queue::default()));
    let order = [
        ("FifoQueue", "true"),
        ("ContentBasedDeduplication", "false"),
        ("DeduplicationScope", "queue"),
        ("FifoThroughputLimit", "perQueue"),
    ];
    let observed = observe::assemble(&attributes(&[&filled[..], &order].concat()), Tags::new()).unwrap();
    assert_eq!(observed, Observed::of(Queue { fifo_queue: true, ..Queue::default() }));
}

#[test]
fn a_policy_that_allows_all_sources_is_none_and_a_key_shows_how_long_its_data_keys_last() {
    let set = attributes(&[
        ("RedriveAllowPolicy", r#"{"redrivePermission":"allowAll"}"#),
        ("KmsMasterKeyId", KEY),
        ("KmsDataKeyReusePeriodSeconds", "600"),
        ("SqsManagedSseEnabled", "false"),
        ("Policy", r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:SendMessage"}}"#),
    ]);
    let observed = observe::assemble(&set, Tags::new()).unwrap();
    let policy = Document::new(vec![json!({"Effect": "Allow", "Action": ["sqs:SendMessage"]})]);
    let expected = Queue {
        kms_master_key_id: Some(KEY.into()),
        kms_data_key_reuse_period_seconds: 600,
        sqs_managed_sse_enabled: false,
        policy: Some(policy),
        ..Queue::default()
    };
    assert_eq!(observed, Observed::of(expected));
}

#[test]
fn what_is_not_modelled_is_named() {
    let observed = observe::assemble(&attributes(&[("Novelty", "on")]), Tags::new()).unwrap().unmodelled;
    let named: Vec<_> = observed.iter().map(|one| (one.attribute.as_str(), one.erased_by)).collect();
    assert_eq!(named, [("Novelty", None)]);
}

#[test]
fn an_attribute_that_cannot_be_read_is_an_error() {
    let policies = [("RedrivePolicy", "{}"), ("RedriveAllowPolicy", "[]"), ("Policy", "{")];
    for (name, text) in policies.into_iter().chain([("DelaySeconds", "soon"), ("VisibilityTimeout", "1.5")]) {
        let error = observe::assemble(&attributes(&[(name, text)]), Tags::new()).unwrap_err();
        assert!(error.message.starts_with(&format!("{name} cannot be read: ")), "{error}");
    }
}

#[test]
fn one_call_changes_all_attributes_that_differ_and_an_empty_text_ends_the_redrive() {
    let redrive_policy =
        Some(RedrivePolicy { dead_letter_target_arn: "arn:aws:sqs:us-west-2:1:d".into(), max_receive_count: 5 });
    let live = Queue { redrive_policy, delay_seconds: 9, ..Queue::default() };
    assert_eq!(set(Queue::default(), live), json!({"DelaySeconds": "0", "RedrivePolicy": ""}));
}

#[test]
fn a_key_that_goes_leaves_the_one_of_sqs_in_the_same_call_and_one_that_comes_brings_no_false() {
    let own = || Queue {
        sqs_managed_sse_enabled: false,
        kms_master_key_id: Some(KEY.into()),
        kms_data_key_reuse_period_seconds: 600,
        ..Queue::default()
    };
    let back = json!({"KmsMasterKeyId": "", "SqsManagedSseEnabled": "true"});
    assert_eq!(set(Queue::default(), own()), back);
    let comes = json!({"KmsMasterKeyId": KEY, "KmsDataKeyReusePeriodSeconds": "600"});
    assert_eq!(set(own(), Queue::default()), comes);
    let sooner = Queue { kms_data_key_reuse_period_seconds: 60, ..own() };
    assert_eq!(set(sooner, own()), json!({"KmsDataKeyReusePeriodSeconds": "60"}));
}

#[test]
fn throughput_by_group_and_deduplication_by_group_come_and_go_in_one_call() {
    let plain = || Queue { fifo_queue: true, ..Queue::default() };
    let grouped = || Queue {
        deduplication_scope: "messageGroup".into(),
        fifo_throughput_limit: "perMessageGroupId".into(),
        ..plain()
    };
    let comes = json!({"DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"});
    assert_eq!(set(grouped(), plain()), comes);
    assert_eq!(set(plain(), grouped()), json!({"DeduplicationScope": "queue", "FifoThroughputLimit": "perQueue"}));
}

#[test]
fn a_standard_queue_is_never_asked_to_be_no_fifo_queue() {
    let json = |queue: Queue| steps(&test_id(Kind::Queue, "q"), Some(&queue.into()), None).unwrap()[0].call.json();
    let standard = json(Queue::default())["input"]["Attributes"].clone();
    for absent in ["FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "KmsMasterKeyId", "Policy"] {
        assert_eq!(standard.get(absent), None, "{absent}");
    }
    let fifo = json(Queue { fifo_queue: true, ..Queue::default() })["input"]["Attributes"].clone();
    assert_eq!((&fifo["FifoQueue"], &fifo["FifoThroughputLimit"]), (&json!("true"), &json!("perQueue")));
    let own = Queue { sqs_managed_sse_enabled: false, kms_master_key_id: Some(KEY.into()), ..Queue::default() };
    assert_eq!(json(own)["input"]["Attributes"].get("SqsManagedSseEnabled"), None, "AWS refuses both");
}

#[test]
fn a_name_is_waited_for_longer_than_its_lock_and_another_queue_s_name_is_final() {
    let refused = |code: &str, message: &str| {
        let base = AwsError::malformed("sqs:CreateQueue", message);
        verdict(&AwsError { code: Some(code.into()), status: Some(400), reach: Reach::Refused, ..base })
    };
    for code in ["QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently"] {
        let Verdict::Again { within, .. } = refused(code, "You must wait 60 seconds") else { panic!("{code}") };
        assert!(within >= Duration::from_secs(70), "{code}");
    }
    for code in ["QueueNameExists", "QueueAlreadyExists"] {
        assert_eq!(refused(code, "already exists with the same name"), Verdict::Final, "{code}");
    }
    for code in ["InvalidParameterValue", "InvalidAttributeValue"] {
        let young = refused(code, "Invalid value for the parameter Policy.");
        assert!(matches!(young, Verdict::Again { .. }), "{code}");
        assert_eq!(refused(code, "Value for parameter DelaySeconds is invalid."), Verdict::Final, "{code}");
    }
}
