use super::*;
use crate::aws::test_support::{assert_properties, test_id};
use crate::aws::{Kind, State};
use proptest::prelude::*;

prop_compose! {
    fn machine()(
        definition in "[a-b]", role_arn in "[a-b]",
        of in prop_oneof![Just("STANDARD"), Just("EXPRESS")],
        logging in proptest::option::of(("[A-B]", any::<bool>(), "[x-y]")),
        tracing in any::<bool>(),
        tags in proptest::collection::btree_map("[a-c]", "[x-z]", 0..3),
    ) -> State {
        let logging = logging.map(|(level, include_execution_data, log_group_arn)| {
            Logging { level, include_execution_data, log_group_arn }
        });
        StateMachine { definition: definition.into(), role_arn, machine_type: of.into(), logging, tracing, tags }.into()
    }
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in proptest::option::of(machine()), live in proptest::option::of(machine())) {
        assert_properties(&test_id(Kind::StateMachine, "shop--test-thing"), want.as_ref(), live.as_ref());
    }
}

#[test]
fn definitions_compare_by_what_they_say() {
    assert_eq!(canonical("{ \"b\": 1,\n \"a\": 2 }").unwrap(), canonical("{\"a\":2,\"b\":1}").unwrap());
    assert!(canonical("{").is_err());
}
