use super::*;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use crate::aws::{Kind, State};
use aws_sdk_config::types;
use proptest::collection::{btree_map, btree_set};
use proptest::option;
use proptest::prelude::*;
use serde_json::json;

fn scope() -> impl Strategy<Value = Scope> {
    let types = btree_set("AWS::[A-C]::X", 0..3);
    (types, option::of("[a-b]"), option::of("[a-b]"), option::of("[a-b]")).prop_map(
        |(compliance_resource_types, tag_key, tag_value, compliance_resource_id)| Scope {
            compliance_resource_types,
            tag_key,
            tag_value,
            compliance_resource_id,
        },
    )
}

fn rule() -> impl Strategy<Value = State> {
    let frequency = option::of(proptest::sample::select(vec!["One_Hour", "Six_Hours"]));
    let parameters = btree_map("[a-b]", "[\"a-b,]{0,3}", 0..3);
    ("[A-B]", parameters, scope(), frequency, option::of("[a-b]"), btree_map("[a-c]", "[x-z]", 0..3)).prop_map(
        |(source_identifier, input_parameters, scope, frequency, description, tags)| {
            let maximum_execution_frequency = frequency.map(str::to_owned);
            Rule { source_identifier, input_parameters, scope, maximum_execution_frequency, description, tags }.into()
        },
    )
}

fn id() -> Id {
    test_id(Kind::Rule, "shop--test-thing")
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in option::of(rule()), live in option::of(rule())) {
        assert_properties(&id(), want.as_ref(), live.as_ref());
    }
}

fn plain() -> types::builders::ConfigRuleBuilder {
    let source = types::Source::builder().owner(types::Owner::Aws).source_identifier("A").build().unwrap();
    ConfigRule::builder().config_rule_name("shop--test-thing").config_rule_id("config-rule-1").source(source)
}

fn observed(rule: types::builders::ConfigRuleBuilder) -> Result<Observed<Rule>, AwsError> {
    observe::assemble(&rule.build(), "arn:1", Tags::new())
}

#[test]
fn what_aws_fills_in_by_itself_is_no_difference() {
    let detective = types::EvaluationModeConfiguration::builder().mode(types::EvaluationMode::Detective).build();
    let filled = plain()
        .description("")
        .input_parameters("{}")
        .scope(types::Scope::builder().set_compliance_resource_types(Some(Vec::new())).build())
        .maximum_execution_frequency(types::MaximumExecutionFrequency::TwentyFourHours)
        .config_rule_state(types::ConfigRuleState::Active)
        .evaluation_modes(detective);
    let live = observed(filled).unwrap();
    assert_eq!(live.state, Rule { source_identifier: "A".into(), ..Rule::default() });
    assert_eq!((live.pending, live.unmodelled), (None, Vec::new()));
    assert_eq!(live.identity.as_deref(), Some("config-rule-1"));
    assert_eq!(live.outputs["arn"], "arn:1");
}

#[test]
fn parameters_are_compared_by_what_they_say() {
    let live = observed(plain().input_parameters(r#"{"b": 90, "a": "x,y"}"#)).unwrap();
    let pairs: Vec<_> = live.state.input_parameters.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(pairs, [("a", "x,y"), ("b", "90")]);
    let error = observed(plain().input_parameters("[]")).unwrap_err();
    assert!(error.message.contains("InputParameters is not a JSON object"), "{error}");
}

#[test]
fn a_rule_that_is_being_deleted_is_pending() {
    for state in [types::ConfigRuleState::Deleting, types::ConfigRuleState::DeletingResults] {
        let pending = observed(plain().config_rule_state(state.clone())).unwrap().pending;
        assert_eq!(pending.as_deref(), Some(state.as_str()));
    }
}

#[test]
fn a_rule_with_logic_of_its_own_is_told_from_ours() {
    let source = types::Source::builder().owner(types::Owner::CustomLambda).source_identifier("arn:f").build();
    let proactive = types::EvaluationModeConfiguration::builder().mode(types::EvaluationMode::Proactive).build();
    let live = observed(plain().source(source.unwrap()).evaluation_modes(proactive)).unwrap();
    let names: Vec<_> = live.unmodelled.iter().map(|u| u.attribute.as_str()).collect();
    assert_eq!(names, ["Source.Owner", "EvaluationModes"]);
    assert!(live.unmodelled.iter().all(|u| u.erased_by == Some("config:PutConfigRule")));
}

#[test]
fn a_plan_shows_the_input_as_aws_gets_it() {
    let want = Rule {
        source_identifier: "IAM_ROLE_MANAGED_POLICY_CHECK".into(),
        input_parameters: BTreeMap::from([("managedPolicyArns".into(), "a,b".into())]),
        tags: Tags::from([("k".into(), "v".into())]),
        ..Rule::default()
    };
    let planned = steps(&id(), Some(&want.into()), None).unwrap();
    let expected = json!({"api": "config:PutConfigRule", "input": {
        "ConfigRule": {
            "ConfigRuleName": "shop--test-thing",
            "Source": {"Owner": "AWS", "SourceIdentifier": "IAM_ROLE_MANAGED_POLICY_CHECK"},
            "InputParameters": "{\"managedPolicyArns\":\"a,b\"}",
        },
        "Tags": [{"Key": "k", "Value": "v"}],
    }});
    assert_eq!(planned[0].call.json(), expected);
    assert_eq!(planned.len(), 1);
}
