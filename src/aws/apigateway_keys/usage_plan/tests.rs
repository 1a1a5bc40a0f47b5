use proptest::collection::{btree_map, btree_set};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::*;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use crate::aws::{Kind, State};
use crate::text::{OutputRef, Outputs};

fn id() -> Id {
    test_id(Kind::UsagePlan, "shop--test-thing")
}

fn output(address: &str) -> Text {
    OutputRef::new(&address.parse().unwrap(), "id").into()
}

fn api() -> Text {
    output("apigateway.rest-api/api")
}

fn limits() -> impl Strategy<Value = Limits> {
    (1..6i32, 1..3i32).prop_map(|(rate, burst_limit)| Limits { rate_limit: f64::from(rate) / 4.0, burst_limit })
}

fn plan() -> impl Strategy<Value = UsagePlan> {
    let stages =
        btree_set((select(vec![api(), Text::from("abc"), output("apigateway.rest-api/throttle")]), "v[1-2]"), 0..4);
    let methods = btree_map((0..4usize, select(vec!["//GET", "/a/{b}/POST", "/throttle/ANY"])), limits(), 0..4);
    let quota = (1..9, 0..3, select(vec!["DAY", "WEEK"]));
    let quota = quota.prop_map(|(limit, offset, period)| Quota { limit, offset, period: period.into() });
    let keys = btree_set(select(vec![Text::from("k1"), Text::from("k2"), output("apigateway.api-key/one")]), 0..3);
    (stages, methods, of(limits()), of(quota), keys, "[d-e]?", btree_map("[a-c]", "[x-z]", 0..3)).prop_map(
        |(stages, methods, throttle, quota, keys, description, tags)| {
            let stages: Vec<ApiStage> = stages.into_iter().map(|(api_id, stage)| ApiStage { api_id, stage }).collect();
            let methods = methods.into_iter().filter(|_| throttle.is_some());
            let limits = methods.filter_map(|((at, path), limits)| {
                Some((Method { of: stages.get(at)?.clone(), path: path.into() }, limits))
            });
            UsagePlan {
                description,
                method_throttle: limits.collect(),
                api_stages: stages.into_iter().collect(),
                throttle,
                quota,
                keys,
                tags,
            }
        },
    )
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in of(plan()), live in of(plan())) {
        let state = |plan: Option<UsagePlan>| plan.map(State::from);
        assert_properties(&id(), state(want).as_ref(), state(live).as_ref());
    }

    #[test]
    fn ids_and_references_go_into_each_other(plan in plan()) {
        let known: Outputs = ["apigateway.rest-api/api", "apigateway.rest-api/throttle", "apigateway.api-key/one"]
            .iter()
            .enumerate()
            .map(|(at, address)| (OutputRef::new(&address.parse().unwrap(), "id"), format!("id{at}")))
            .collect();
        let mut state = plan.clone();
        state.visit(&mut |text| *text = text.resolve(&known));
        prop_assert!(!serde_json::to_string(&state).unwrap().contains("$output"));
        state.visit(&mut |text| *text = text.symbolise(&known));
        prop_assert_eq!(state, plan);
    }

    /// AWS takes limits on methods only beside limits of the plan, after each operation of a patch as well.
    #[test]
    fn no_operation_leaves_limits_on_methods_without_those_of_the_plan(want in plan(), live in plan()) {
        let mut state = live.clone();
        for operation in patch::between(&want, &live) {
            patch::apply(&mut state, &[operation]);
            prop_assert!(state.method_throttle.is_empty() || state.throttle.is_some(), "{:?}", state);
        }
    }
}

fn stage(name: &str) -> ApiStage {
    ApiStage { api_id: api(), stage: name.into() }
}

fn full() -> UsagePlan {
    UsagePlan {
        description: "Free".into(),
        api_stages: [stage("v1")].into(),
        method_throttle: [(
            Method { of: stage("v1"), path: "/items/GET".into() },
            Limits { rate_limit: 0.5, burst_limit: 1 },
        )]
        .into(),
        throttle: Some(Limits { rate_limit: 10.0, burst_limit: 20 }),
        quota: Some(Quota { limit: 1000, offset: 0, period: "MONTH".into() }),
        keys: [output("apigateway.api-key/one")].into(),
        tags: Tags::new(),
    }
}

fn calls(want: Option<UsagePlan>, live: Option<UsagePlan>) -> Vec<Value> {
    let (want, live) = (want.map(State::from), live.map(State::from));
    let planned = steps(&id(), want.as_ref(), live.as_ref()).expect("a plan");
    planned.iter().map(|step| step.call.json()).collect()
}

fn apis(calls: &[Value]) -> Vec<&str> {
    calls.iter().map(|call| call["api"].as_str().unwrap().trim_start_matches("apigateway:")).collect()
}

#[test]
fn a_new_plan_is_made_with_its_stages_and_then_gets_its_keys() {
    let calls = calls(Some(full()), None);
    assert_eq!(apis(&calls), ["CreateUsagePlan", "CreateUsagePlanKey"]);
    let id = json!({"$output": "apigateway.rest-api/api.id"});
    let stage = json!({"apiId": id, "stage": "v1", "throttle": {"/items/GET": {"rateLimit": 0.5, "burstLimit": 1}}});
    assert_eq!(calls[0]["input"]["apiStages"], json!([stage]));
    let key = json!({"usagePlanId": {"$output": "apigateway.usage-plan/thing.id"},
        "keyId": {"$output": "apigateway.api-key/one.id"}, "keyType": "API_KEY"});
    assert_eq!(calls[1]["input"], key);
}

#[test]
fn whatever_differs_goes_in_one_patch_in_the_order_that_aws_takes() {
    let live = UsagePlan { quota: None, throttle: None, method_throttle: BTreeMap::new(), ..full() };
    let live = UsagePlan { api_stages: [ApiStage { api_id: "old".into(), stage: "v9".into() }].into(), ..live };
    let calls = calls(Some(full()), Some(live));
    assert_eq!(apis(&calls), ["UpdateUsagePlan"]);
    let (api, value) = (json!({"$output": "apigateway.rest-api/api.id"}), |text: &str| json!(text));
    let limit = |limit: &str| json!({"$join": ["/apiStages/", api, format!(":v1/throttle//items/GET/{limit}")]});
    let operation = |op: &str, path: Value, value: Value| json!({"op": op, "path": path, "value": value});
    let expected = json!([
        operation("remove", value("/apiStages"), value("old:v9")),
        operation("replace", value("/throttle/rateLimit"), value("10")),
        operation("replace", value("/throttle/burstLimit"), value("20")),
        operation("replace", value("/quota/limit"), value("1000")),
        operation("replace", value("/quota/offset"), value("0")),
        operation("replace", value("/quota/period"), value("MONTH")),
        operation("add", value("/apiStages"), json!({"$join": [api, ":v1"]})),
        operation("replace", limit("rateLimit"), value("0.5")),
        operation("replace", limit("burstLimit"), value("1")),
    ]);
    assert_eq!(calls[0]["input"]["patchOperations"], expected);
}

/// AWS takes a stage out of its plans when it is deleted: then the first of these patches is done by itself.
#[test]
fn a_stage_that_makes_room_for_another_of_its_api_goes_by_itself_first() {
    let mut renamed = full();
    renamed.api_stages = [stage("v2")].into();
    renamed.method_throttle.clear();
    let all = calls(Some(renamed.clone()), Some(full()));
    assert_eq!(apis(&all), ["UpdateUsagePlan", "UpdateUsagePlan"]);
    assert_eq!(all[0]["input"]["patchOperations"].as_array().map(Vec::len), Some(1), "{all:#?}");
    let mut dropped = full();
    dropped.api_stages.clear();
    dropped.method_throttle.clear();
    assert_eq!(calls(Some(renamed), Some(dropped)), all[1..], "what remains where AWS has done the first");
}

/// AWS may have done that first patch when the plan's turn comes, and then the plan must be where its second call begins.
#[test]
fn a_stage_makes_room_before_tags_change_and_before_keys_leave() {
    let mut renamed = UsagePlan { keys: BTreeSet::new(), tags: tags("Team", "b"), ..full() };
    renamed.api_stages = [stage("v2")].into();
    renamed.method_throttle.clear();
    let live = UsagePlan { tags: tags("Team", "a"), ..full() };
    let all = calls(Some(renamed.clone()), Some(live.clone()));
    assert_eq!(apis(&all), ["UpdateUsagePlan", "TagResource", "DeleteUsagePlanKey", "UpdateUsagePlan"]);
    let done = UsagePlan { api_stages: BTreeSet::new(), method_throttle: BTreeMap::new(), ..live };
    assert_eq!(calls(Some(renamed), Some(done)), all[1..], "what remains where AWS has done the first");
}

/// Nobody may change a plan without our tags.
#[test]
fn the_tags_that_make_a_plan_ours_come_before_anything_else() {
    let ours = id().owner.tags(&id().address);
    let mut renamed = UsagePlan { tags: ours, ..full() };
    renamed.api_stages = [stage("v2")].into();
    renamed.method_throttle.clear();
    let all = calls(Some(renamed), Some(UsagePlan { tags: tags("Team", "theirs"), ..full() }));
    assert_eq!(apis(&all), ["TagResource", "UpdateUsagePlan", "UntagResource", "UpdateUsagePlan"]);
}

fn tags(key: &str, value: &str) -> Tags {
    Tags::from([(key.to_owned(), value.to_owned())])
}

#[test]
fn a_key_that_conflicts_with_another_plan_is_waited_for_whatever_aws_says() {
    use crate::aws::error::Reach;
    use crate::aws::settle::{Verdict, verdict};
    let of = |code: &str, message: &str| {
        let base = AwsError::malformed("apigateway:CreateUsagePlanKey", message);
        verdict(&AwsError { code: Some(code.into()), status: Some(409), reach: Reach::Refused, ..base })
    };
    for said in [
        "Usage Plan cannot be added because API Key is in multiple Usage Plans",
        "subscribed to an API stage twice",
        "",
    ] {
        let seconds = match of("ConflictException", said) {
            Verdict::Again { within, .. } => within.as_secs(),
            other => panic!("{said}: {other:?}"),
        };
        assert_eq!(seconds, 600, "{said}");
    }
    assert_eq!(of("BadRequestException", "no such thing"), Verdict::Final);
}

#[test]
fn keys_leave_before_others_come_and_a_plan_goes_once_it_is_empty() {
    let other = UsagePlan { keys: [output("apigateway.api-key/two")].into(), description: "Other".into(), ..full() };
    let all = calls(Some(other), Some(full()));
    assert_eq!(apis(&all), ["DeleteUsagePlanKey", "UpdateUsagePlan", "CreateUsagePlanKey"]);
    assert_eq!(apis(&calls(None, Some(full()))), ["UpdateUsagePlan", "DeleteUsagePlanKey", "DeleteUsagePlan"]);
}

#[test]
fn a_call_with_an_unknown_field_is_refused() {
    for mut json in calls(Some(full()), None).into_iter().chain(calls(None, Some(full()))) {
        assert!(Kind::UsagePlan.parse_call(&json.to_string()).is_ok());
        json["input"]["surprise"] = json!(1);
        assert!(Kind::UsagePlan.parse_call(&json.to_string()).is_err(), "{json}");
    }
}

#[test]
fn what_aws_fills_in_is_not_asked_for_and_what_is_not_modelled_is_named() {
    use aws_sdk_apigateway::types;
    let quota = types::QuotaSettings::builder().limit(0).offset(0).build();
    let answer = types::UsagePlan::builder().id("p1").quota(quota).throttle(types::ThrottleSettings::builder().build());
    let answer = answer.product_code("code").description("").build();
    let observed = observe::assemble(&answer, "p1".into(), BTreeSet::new(), Tags::new());
    assert_eq!(observed.state, UsagePlan::default());
    let named: Vec<_> = observed.unmodelled.iter().map(|one| one.attribute.as_str()).collect();
    assert_eq!(named, ["productCode"]);
}
