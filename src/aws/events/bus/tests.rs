use aws_sdk_eventbridge::operation::describe_event_bus::DescribeEventBusOutput;
use aws_sdk_eventbridge::types;
use proptest::collection::btree_map;
use proptest::option;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::aws::State;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};

fn statement(account: &str) -> Document {
    Document::new(vec![json!({"Sid": "Accounts", "Effect": "Allow", "Principal": {"AWS": account},
        "Action": "events:PutEvents", "Resource": "arn:aws:events:us-west-2:123456789012:event-bus/shop--test-orders"})])
}

prop_compose! {
    fn bus()(
        description in option::of("[a-b]"),
        kms_key_identifier in option::of("[a-b]"),
        dead_letter in option::of("[a-b]"),
        policy in option::of("[1-2]{12}"),
        tags in btree_map("[a-c]", "[x-z]", 0..3),
    ) -> State {
        let dead_letter_config = dead_letter.map(|arn| DeadLetterConfig { arn });
        let policy = policy.map(|account| statement(&account));
        Bus { description, kms_key_identifier, dead_letter_config, policy, tags }.into()
    }
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in option::of(bus()), live in option::of(bus())) {
        assert_properties(&test_id(Kind::EventBus, "shop--test-orders"), want.as_ref(), live.as_ref());
    }
}

fn calls(want: &Bus, live: Option<&Bus>) -> Vec<serde_json::Value> {
    let (want, live) = (State::from(want.clone()), live.map(|live| State::from(live.clone())));
    let planned = steps(&test_id(Kind::EventBus, "shop--test-orders"), Some(&want), live.as_ref()).unwrap();
    planned.iter().map(|step| step.call.json()).collect()
}

#[test]
fn one_update_says_everything_and_an_empty_text_takes_description_and_key_away() {
    let live = Bus { description: Some("d".into()), kms_key_identifier: Some("alias/k".into()), ..Bus::default() };
    let expected = json!({"api": "events:UpdateEventBus",
        "input": {"Name": "shop--test-orders", "Description": "", "KmsKeyIdentifier": ""}});
    assert_eq!(calls(&Bus::default(), Some(&live)), [expected]);
}

#[test]
fn a_policy_that_goes_is_taken_away_as_a_whole() {
    let live = Bus { policy: Some(statement("210987654321")), ..Bus::default() };
    let expected = json!({"api": "events:RemovePermission",
        "input": {"EventBusName": "shop--test-orders", "RemoveAllPermissions": true}});
    assert_eq!(calls(&Bus::default(), Some(&live)), [expected]);
}

#[test]
fn a_dead_letter_queue_that_nobody_can_take_away_stays_and_is_named() {
    let queue = |name: &str| Some(DeadLetterConfig { arn: format!("arn:aws:sqs:us-west-2:123456789012:{name}") });
    let live = Bus { dead_letter_config: queue("old"), ..Bus::default() };
    let mut want = Bus::default();
    assert!(want.later(&live).unwrap().contains(":old stays"), "{:?}", want.later(&live));
    want.keep(&live);
    assert_eq!(calls(&want, Some(&live)), [json!(null); 0]);
    let mut other = Bus { dead_letter_config: queue("new"), ..Bus::default() };
    assert_eq!(other.later(&live), None);
    other.keep(&live);
    assert_eq!(
        calls(&other, Some(&live))[0]["input"]["DeadLetterConfig"]["Arn"],
        "arn:aws:sqs:us-west-2:123456789012:new"
    );
}

#[test]
fn what_aws_fills_in_by_itself_is_no_difference() {
    let off = types::LogConfig::builder().level("OFF".into()).include_detail("NONE".into()).build();
    let filled = DescribeEventBusOutput::builder().name("b").arn("arn").description("").log_config(off);
    let observed = observe::assemble(&filled.build(), Tags::new()).unwrap();
    assert_eq!(observed, Observed::of(Bus::default()));
    let empty = DescribeEventBusOutput::builder().policy(r#"{"Version": "2012-10-17", "Statement": []}"#).build();
    assert_eq!(observe::assemble(&empty, Tags::new()).unwrap(), Observed::of(Bus::default()));
}

#[test]
fn an_account_in_a_policy_is_its_root() {
    let read = |principal: &str| {
        let policy = json!({"Version": "2012-10-17", "Statement": [{"Sid": "Accounts", "Effect": "Allow",
            "Principal": {"AWS": principal}, "Action": "events:PutEvents",
            "Resource": "arn:aws:events:us-west-2:123456789012:event-bus/shop--test-orders"}]});
        let described = DescribeEventBusOutput::builder().policy(policy.to_string()).build();
        observe::assemble(&described, Tags::new()).unwrap().state.policy
    };
    assert_eq!(read("arn:aws:iam::210987654321:root"), Some(statement("210987654321")));
}

#[test]
fn logs_are_named_since_an_update_may_erase_them() {
    let logs = types::LogConfig::builder().level("INFO".into()).build();
    let described = DescribeEventBusOutput::builder().log_config(logs).managed_by("aws").build();
    let unmodelled = observe::assemble(&described, Tags::new()).unwrap().unmodelled;
    let named: Vec<_> = unmodelled.iter().map(|one| (one.attribute.as_str(), one.erased_by)).collect();
    assert_eq!(named, [("LogConfig", Some("events:UpdateEventBus")), ("ManagedBy", None)]);
}

#[test]
fn a_policy_that_cannot_be_read_is_an_error() {
    let described = DescribeEventBusOutput::builder().policy("{").build();
    assert!(observe::assemble(&described, Tags::new()).unwrap_err().message.starts_with("Policy: "));
}
