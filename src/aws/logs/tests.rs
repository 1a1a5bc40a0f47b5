use super::*;
use crate::aws::State;
use crate::plan::steps::{assert_properties, test_id};
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
