use aws_sdk_eventbridge::types::PutTargetsResultEntry;
use proptest::collection::btree_map;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::aws::settle::{Verdict, verdict};
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use crate::aws::{Kind, State};

prop_compose! {
    fn target()(
        (arn, role_arn) in ("[a-b]", option::of("[r-s]")),
        input in option::of(Just("{\"a\":1}")),
        input_path in option::of(Just("$.detail")),
        template in option::of(("[a-b]", "[a-b]")),
        (group, dead_letter) in (option::of("[g-h]"), option::of("[d-e]")),
        (attempts, age) in (option::of(0..2), option::of(60..62)),
    ) -> Target {
        Target {
            arn,
            role_arn,
            input: input.map(Text::from),
            input_path: input_path.map(str::to_owned),
            input_transformer: template.map(|(name, template)| InputTransformer {
                input_paths_map: BTreeMap::from([(name, "$.detail".to_owned())]),
                input_template: template.into(),
            }),
            sqs_parameters: group.map(|message_group_id| SqsParameters { message_group_id }),
            dead_letter_config: dead_letter.map(|arn| DeadLetterConfig { arn }),
            retry_policy: RetryPolicy::of(attempts, age),
        }
    }
}

prop_compose! {
    fn rule()(
        description in option::of("[a-b]"),
        source in "[a-b]",
        is_enabled in any::<bool>(),
        targets in btree_map("[a-f]", target(), 0..6),
        tags in btree_map("[a-c]", "[x-z]", 0..3),
    ) -> State {
        let state = if is_enabled { "ENABLED" } else { "DISABLED" };
        let event_pattern = format!("{{\"source\":[\"{source}\"]}}").into();
        Rule { description, event_pattern, state: state.into(), targets, tags }.into()
    }
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in option::of(rule()), live in option::of(rule())) {
        assert_properties(&test_id(Kind::EventRule, "shop--test-orders/shop--test-paid"), want.as_ref(), live.as_ref());
    }

    #[test]
    fn a_rule_never_has_more_targets_than_aws_allows(want in rule(), live in option::of(rule())) {
        let mut state = live.clone();
        for step in steps(&test_id(Kind::EventRule, "r"), Some(&want), live.as_ref()).unwrap() {
            state = step.call.effect(state);
            let Some(State::EventRule(rule)) = &state else { continue };
            prop_assert!(rule.targets.len() <= MOST_TARGETS, "{rule:?}");
        }
    }
}

fn plain() -> Rule {
    let event_pattern = "{\"source\":[\"shop\"]}".into();
    Rule { event_pattern, state: "ENABLED".into(), ..Rule::default() }
}

fn to(arn: &str) -> Target {
    Target { arn: arn.into(), ..Target::default() }
}

fn targets(ids: &[&str]) -> BTreeMap<String, Target> {
    ids.iter().map(|id| (id.to_string(), to(id))).collect()
}

/// The calls as `api target`.
fn calls(want: Option<Rule>, live: Option<Rule>) -> Vec<String> {
    let (want, live) = (want.map(State::from), live.map(State::from));
    let planned = steps(&test_id(Kind::EventRule, "bus/rule"), want.as_ref(), live.as_ref()).unwrap();
    let said = planned.iter().map(|step| {
        let json = step.call.json();
        let target = &json["input"]["Targets"][0]["Id"];
        let id = if target.is_null() { &json["input"]["Ids"][0] } else { target };
        format!("{} {}", json["api"].as_str().unwrap(), id.as_str().unwrap_or("-"))
    });
    said.collect()
}

#[test]
fn a_new_target_comes_before_an_old_one_goes_where_there_is_room() {
    let rule = |ids: &[&str]| Some(Rule { targets: targets(ids), ..plain() });
    assert_eq!(calls(rule(&["b"]), rule(&["a"])), ["events:PutTargets b", "events:RemoveTargets a"]);
    let full = ["a", "b", "c", "d", "e"];
    let moved = calls(rule(&["b", "c", "d", "e", "f"]), rule(&full));
    assert_eq!(moved, ["events:RemoveTargets a", "events:PutTargets f"]);
}

#[test]
fn a_rule_goes_after_its_targets() {
    let live = Rule { targets: targets(&["a", "b"]), ..plain() };
    assert_eq!(calls(None, Some(live)), ["events:RemoveTargets a", "events:RemoveTargets b", "events:DeleteRule -"]);
}

#[test]
fn every_call_names_the_bus() {
    for (name, bus, rule) in [
        ("shop--test-orders/shop--test-paid", "shop--test-orders", "shop--test-paid"),
        ("shop--test-paid", "default", "shop--test-paid"),
    ] {
        let live = Rule { targets: targets(&["a"]), state: "DISABLED".into(), ..plain() };
        let want = Rule { targets: targets(&["b"]), ..plain() };
        let id = test_id(Kind::EventRule, name);
        let mut planned = steps(&id, Some(&want.into()), Some(&live.clone().into())).unwrap();
        planned.extend(steps(&id, None, Some(&live.into())).unwrap());
        assert_eq!(planned.len(), 5);
        for step in planned {
            let input = &step.call.json()["input"];
            assert_eq!(input["EventBusName"], bus);
            let named = input.get("Rule").or(input.get("Name"));
            assert_eq!(named, Some(&json!(rule)));
        }
    }
}

#[test]
fn tags_are_sent_with_a_new_rule_alone() {
    let tags = Tags::from([("team".to_owned(), "a".to_owned())]);
    let id = test_id(Kind::EventRule, "r");
    let want = State::from(Rule { tags, ..plain() });
    let json = |live: Option<&State>| -> Vec<Value> {
        steps(&id, Some(&want), live).unwrap().iter().map(|step| step.call.json()).collect()
    };
    assert_eq!(json(None)[0]["input"]["Tags"], json!([{"Key": "team", "Value": "a"}]));
    let live = State::from(Rule { description: Some("d".into()), ..plain() });
    let update = json(Some(&live));
    assert_eq!((&update[0]["api"], &update[1]["api"]), (&json!("events:PutRule"), &json!("events:TagResource")));
    assert_eq!(update[0]["input"].get("Tags"), None);
    assert_eq!(update[0]["input"].get("Description"), None, "AWS empties what is left out");
    assert_eq!(update[1]["input"]["ResourceARN"], "arn:aws:events:us-west-2:123456789012:rule/r");
}

#[test]
fn a_target_that_aws_did_not_take_is_a_refusal_with_its_code() {
    let none: Vec<PutTargetsResultEntry> = Vec::new();
    assert_eq!(send::refused("events:PutTargets", None, 0, none.clone()), Ok(()));
    let entry =
        |code: &str| PutTargetsResultEntry::builder().target_id("t").error_code(code).error_message("no").build();
    let busy = send::refused("events:PutTargets", Some("r".into()), 1, vec![entry("ConcurrentModificationException")]);
    let busy = busy.unwrap_err();
    assert_eq!(busy.to_string(), "events:PutTargets: ConcurrentModificationException: no (request r)");
    assert!(matches!(verdict(&busy), Verdict::Again { .. }), "time heals it");
    let limit = send::refused("events:PutTargets", None, 1, vec![entry("LimitExceededException")]).unwrap_err();
    assert_eq!(verdict(&limit), Verdict::Final, "whatever other clients do about it");
    let silent = send::refused("events:RemoveTargets", None, 1, none).unwrap_err();
    assert_eq!(verdict(&silent), Verdict::Final);
}

#[test]
fn what_aws_fills_in_by_itself_is_no_difference() {
    let filled = types::Rule::builder().name("r").arn("arn").event_bus_name("bus").state("ENABLED".into());
    let filled = filled.event_pattern("{ \"source\": [ \"shop\" ] }").description("").role_arn("").build();
    let retry = types::RetryPolicy::builder().maximum_retry_attempts(185).maximum_event_age_in_seconds(86_400).build();
    let target = types::Target::builder().id("queue-jobs").arn("q").input("{\"b\": 1, \"a\": 2}").retry_policy(retry);
    let observed = observe::assemble(&filled, vec![target.build().unwrap()], Tags::new()).unwrap();
    let target = Target { input: Some("{\"a\":2,\"b\":1}".into()), ..to("q") };
    let expected = Rule { targets: BTreeMap::from([("queue-jobs".to_owned(), target)]), ..plain() };
    assert_eq!(observed, Observed::of(expected));
}

#[test]
fn what_a_put_would_erase_is_named_and_a_managed_rule_is_not_put() {
    let rule = types::Rule::builder().state("ENABLED".into()).schedule_expression("rate(1 day)").role_arn("r");
    let observed = observe::assemble(&rule.managed_by("aws").build(), Vec::new(), Tags::new()).unwrap();
    let named: Vec<_> = observed.unmodelled.iter().map(|u| (u.attribute.as_str(), u.erased_by, u.forbids)).collect();
    let put = Some("events:PutRule");
    let expected = [("RoleArn", put, None), ("ScheduleExpression", put, None), ("ManagedBy", None, put)];
    assert_eq!(named, expected);
}

#[test]
fn a_pattern_that_cannot_be_read_is_an_error() {
    let rule = types::Rule::builder().event_pattern("{").build();
    assert!(observe::assemble(&rule, Vec::new(), Tags::new()).unwrap_err().message.starts_with("EventPattern: "));
}

#[test]
fn targets_are_listed_with_their_ids_and_none_twice() {
    let json = |targets: Value| json!({"api": "events:PutTargets", "input": {"Rule": "r", "EventBusName": "default", "Targets": targets}});
    let parse = |json: Value| serde_json::from_value::<Call>(json).map_err(|error| error.to_string());
    let one = json(json!([{"Arn": "q", "Id": "a", "InputPath": "$.detail"}]));
    assert_eq!(serde_json::to_value(parse(one.clone()).unwrap()).unwrap(), one);
    let twice = json(json!([{"Arn": "q", "Id": "a"}, {"Arn": "p", "Id": "a"}]));
    assert!(parse(twice).unwrap_err().contains("is listed twice"));
    assert!(parse(json(json!([{"Arn": "q"}]))).unwrap_err().contains("Id"));
    assert!(parse(json(json!([{"Arn": "q", "Id": "a", "Other": 1}]))).unwrap_err().contains("Other"));
}
