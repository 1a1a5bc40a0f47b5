use super::*;
use crate::aws::State;
use crate::aws::test_support::{assert_properties, test_id};
use proptest::prelude::*;

fn group() -> impl Strategy<Value = State> {
    let tags = proptest::collection::btree_map("[a-c]", "[x-z]", 0..3);
    let retention = proptest::option::of(proptest::sample::select(RETENTIONS.as_slice()));
    let class = proptest::option::of(proptest::sample::select(["INFREQUENT_ACCESS", DELIVERY].as_slice()));
    (class, retention, tags).prop_map(|(class, retention_in_days, tags)| {
        LogGroup { log_group_class: class.map(str::to_owned), retention_in_days, tags }.into()
    })
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in proptest::option::of(group()), live in proptest::option::of(group())) {
        let id = test_id(Kind::LogGroup, "/aws/lambda/shop--test-thing");
        assert_properties(&id, want.as_ref(), live.as_ref());
    }
}

#[test]
fn what_is_not_modelled_is_named_and_what_forbids_a_delete_says_so() {
    let group = aws_sdk_cloudwatchlogs::types::LogGroup::builder();
    let read = |name: &str, group: aws_sdk_cloudwatchlogs::types::builders::LogGroupBuilder| {
        observe::assemble(&test_id(Kind::LogGroup, name), &group.build(), Tags::new())
    };
    let others = |group| read("/aws/lambda/shop--test-a", group).unmodelled;
    assert_eq!(others(group.clone().deletion_protection_enabled(false).log_group_class("STANDARD".into())), []);
    let group = group.deletion_protection_enabled(true).kms_key_id("k").log_group_class("INFREQUENT_ACCESS".into());
    let expected = [
        Unmodelled::kept("kmsKeyId"),
        Unmodelled::forbids("deletionProtectionEnabled", "logs:DeleteLogGroup"),
        Unmodelled::kept("logGroupClass"),
    ];
    assert_eq!(others(group.clone()), expected);
    let own = read("/serverless-app/shop--test-a", group.retention_in_days(7));
    assert_eq!(own.state.log_group_class.as_deref(), Some("INFREQUENT_ACCESS"));
    assert_eq!((own.state.retention_in_days, own.unmodelled.len()), (Some(7), 2), "a section can ask for the class");
}

#[test]
fn how_long_a_group_for_deliveries_keeps_events_is_no_attribute_and_another_class_is_another_group() {
    let live = aws_sdk_cloudwatchlogs::types::LogGroup::builder().log_group_class(DELIVERY.into()).retention_in_days(1);
    let id = test_id(Kind::LogGroup, "/serverless-app/shop--test-a");
    let live = observe::assemble(&id, &live.build(), Tags::new()).state;
    assert_eq!(live, LogGroup { log_group_class: Some(DELIVERY.into()), ..LogGroup::default() });
    let wanted = LogGroup { retention_in_days: Some(7), ..LogGroup::default() };
    let call = next_call::next_call(&id, Some(&wanted), Some(&live)).expect("a call");
    assert_eq!(call.api(), "logs:DeleteLogGroup");
    let made = next_call::next_call(&id, Some(&live), None).expect("a call");
    let expected = serde_json::json!({"logGroupName": id.name, "logGroupClass": "DELIVERY", "tags": {}});
    assert_eq!(serde_json::to_value(&made).expect("a call is JSON")["input"], expected);
}
