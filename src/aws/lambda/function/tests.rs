use super::*;
use crate::aws::State;
use crate::aws::test_support::{assert_properties, test_id};
use proptest::prelude::*;

prop_compose! {
    fn function()(
        code in "[a-b]",
        text in ("[a-b]", "[a-b]", "[a-b]", "[a-b]?"),
        sizes in (128..130i32, 1..3i32, 512..514i32),
        architecture in prop_oneof![Just("x86_64"), Just("arm64")],
        environment in proptest::collection::btree_map("[A-B]", "[x-y]", 0..3),
        tracing in prop_oneof![Just("Active"), Just("PassThrough")],
        layers in proptest::collection::vec("[a-b]", 0..3),
        target in proptest::option::of("[a-b]"),
        reserved in proptest::option::of(0..2i32),
        tags in proptest::collection::btree_map("[a-c]", "[x-z]", 0..3),
    ) -> State {
        Function {
            code_sha256: Blob::of(&crate::canonical::Sha::of(code.as_bytes())).code_sha256(),
            runtime: text.0, handler: text.1, role: text.2, description: text.3,
            memory_size: sizes.0, timeout: sizes.1, ephemeral_storage_size: sizes.2,
            architecture: architecture.into(),
            environment: environment.into_iter().map(|(k, v)| (k, v.into())).collect(),
            tracing_mode: tracing.into(), layers, dead_letter_target_arn: target,
            reserved_concurrent_executions: reserved, tags,
        }.into()
    }
}

/// A function with these variables, to be told from others by nothing else.
fn with(variables: &[(&str, &str)]) -> Function {
    Function {
        code_sha256: Blob::of(&crate::canonical::Sha::of(b"code")).code_sha256(),
        runtime: "python3.11".into(),
        handler: "main.handler".into(),
        role: "role".into(),
        description: String::new(),
        memory_size: 128,
        timeout: 3,
        architecture: "x86_64".into(),
        environment: variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        tracing_mode: "PassThrough".into(),
        layers: Vec::new(),
        dead_letter_target_arn: None,
        ephemeral_storage_size: 512,
        reserved_concurrent_executions: None,
        tags: Tags::new(),
    }
}

fn veiled(live: &[(&str, &str)], goal: Option<&[(&str, &str)]>) -> State {
    let (mut state, goal) = (State::from(with(live)), goal.map(|goal| State::from(with(goal))));
    state.veil(goal.as_ref());
    state
}

#[test]
fn a_hidden_value_leaves_no_trace_and_its_name_stays() {
    let goal: &[(&str, &str)] = &[("TABLE", "orders")];
    let one = veiled(&[("API_KEY", "1234"), ("TABLE", "orders")], Some(goal));
    assert_eq!(one, veiled(&[("API_KEY", "9876"), ("TABLE", "orders")], Some(goal)));
    assert_ne!(one, veiled(&[("API_KEYS", "1234"), ("TABLE", "orders")], Some(goal)), "names count");
    assert_ne!(one, veiled(&[("API_KEY", "1234"), ("TABLE", "others")], Some(goal)), "so does what the plan shows");
    assert_eq!(veiled(goal, Some(goal)), with(goal).into());
    assert_eq!(veiled(&[("A", "1")], None), veiled(&[("A", "2")], None), "of what is deleted nothing is shown");
    // No manifest can write what stands for a hidden value.
    let text = serde_json::to_string(&hidden_value()).expect("a text is JSON");
    assert_eq!(text, r#"{"$output":"lambda.function/hidden.@value"}"#);
}

proptest! {
    #[test]
    fn the_three_properties_hold_with_hidden_values(want in function(), live in function()) {
        let mut live = live;
        live.veil(Some(&want));
        assert_properties(&test_id(Kind::Function, "shop-test-thing"), Some(&want), Some(&live));
    }

    #[test]
    fn the_three_properties_hold(want in proptest::option::of(function()), live in proptest::option::of(function())) {
        assert_properties(&test_id(Kind::Function, "shop--test-thing"), want.as_ref(), live.as_ref());
    }
}
