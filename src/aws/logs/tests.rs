use super::*;
use crate::aws::State;
use crate::aws::test_support::{assert_properties, test_id};
use proptest::prelude::*;

fn group() -> impl Strategy<Value = State> {
    let tags = proptest::collection::btree_map("[a-c]", "[x-z]", 0..3);
    let retention = proptest::option::of(proptest::sample::select(RETENTIONS.as_slice()));
    (retention, tags).prop_map(|(retention_in_days, tags)| LogGroup { retention_in_days, tags }.into())
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
    assert_eq!(observe::others(&group.clone().deletion_protection_enabled(false).build()), []);
    let group = group.deletion_protection_enabled(true).kms_key_id("k").log_group_class("INFREQUENT_ACCESS".into());
    let expected = [
        Unmodelled::kept("kmsKeyId"),
        Unmodelled::kept("logGroupClass"),
        Unmodelled::forbids("deletionProtectionEnabled", "logs:DeleteLogGroup"),
    ];
    assert_eq!(observe::others(&group.build()), expected);
}
