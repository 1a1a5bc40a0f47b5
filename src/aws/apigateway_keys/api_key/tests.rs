use proptest::collection::btree_map;
use proptest::option::of;
use proptest::prelude::*;

use super::*;
use crate::aws::State;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};

fn id() -> Id {
    test_id(Kind::ApiKey, "shop--test-thing")
}

fn key() -> impl Strategy<Value = State> {
    ("[d-e]?", any::<bool>(), btree_map("[a-c]", "[x-z]", 0..3))
        .prop_map(|(description, enabled, tags)| ApiKey { description, enabled, tags }.into())
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in of(key()), live in of(key())) {
        assert_properties(&id(), want.as_ref(), live.as_ref());
    }
}

#[test]
fn what_a_key_shall_be_is_always_said_and_never_a_value() {
    let on = State::from(ApiKey { enabled: true, ..ApiKey::default() });
    let off = State::from(ApiKey { description: "Off".into(), ..ApiKey::default() });
    let json = |want: &State, live: Option<&State>| {
        let planned = steps(&id(), Some(want), live).expect("a plan");
        planned.iter().map(|step| step.call.json()).collect::<Vec<_>>()
    };
    let made = serde_json::json!({"api": "apigateway:CreateApiKey",
        "input": {"name": "shop--test-thing", "enabled": true, "tags": {}}});
    assert_eq!(json(&on, None), [made]);
    assert_eq!(json(&off, None)[0]["input"]["enabled"], false);
    let patch = serde_json::json!([{"op": "replace", "path": "/description", "value": "Off"},
        {"op": "replace", "path": "/enabled", "value": "false"}]);
    let changed = json(&off, Some(&on));
    assert_eq!((changed.len(), &changed[0]["input"]["patchOperations"]), (1, &patch), "in one patch");
}

#[test]
fn an_answer_is_a_state_without_a_value_and_what_is_not_modelled_is_named() {
    let answer = aws_sdk_apigateway::types::ApiKey::builder().id("a1").value("planted-value-0123456789");
    let answer = answer.name("n").customer_id("c").enabled(true).stage_keys("x/y").build();
    let observed = observe::assemble(&answer, "a1".into(), Tags::new());
    assert_eq!(observed.state, ApiKey { enabled: true, ..ApiKey::default() });
    assert_eq!(observed.outputs.get("id").map(String::as_str), Some("a1"));
    let named: Vec<_> = observed.unmodelled.iter().map(|one| one.attribute.as_str()).collect();
    assert_eq!(named, ["customerId"]);
    assert!(!format!("{observed:?}").contains("planted"), "{observed:?}");
}
