use proptest::collection::{btree_map, btree_set};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use super::*;
use crate::aws::State;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};

const PATHS: [&str; 7] = ["/", "/a", "/a-b", "/a/b", "/a/b/{c}", "/a/{id}", "/{proxy+}"];

fn maps(keys: &'static str) -> impl Strategy<Value = BTreeMap<String, String>> {
    btree_map(keys, "[x-z]", 0..3)
}

fn document() -> impl Strategy<Value = Document> {
    select(vec!["execute-api:/*", "execute-api:/v1/*"]).prop_map(|resource| {
        Document::new(vec![json!({"Effect": "Allow", "Principal": "*", "Action": "a", "Resource": resource})])
    })
}

fn integration() -> impl Strategy<Value = Integration> {
    let (types, uri) = (select(vec!["MOCK", "AWS_PROXY"]), of("uri-[1-2]"));
    let parts = (types, uri, 50..52, maps("[a-b]"), of(Just("CONVERT_TO_TEXT".to_owned())));
    parts.prop_map(|(of, uri, timeout_in_millis, request_templates, content_handling)| Integration {
        integration_http_method: (of == "AWS_PROXY").then(|| "POST".into()),
        integration_type: of.into(),
        uri,
        timeout_in_millis,
        request_templates,
        content_handling,
    })
}

/// A method; without settings that are not ours unless it is live.
fn method(live: bool) -> impl Strategy<Value = Method> {
    let responses = (
        btree_map("20[0-1]", btree_set("[h-i]", 0..2), 0..2),
        btree_map("20[0-1]", btree_map("[h-i]", "[x-y]", 0..2), 0..2),
    );
    let parts = (select(vec!["NONE", "AWS_IAM"]), any::<bool>(), of(integration()), responses, maps("[o-p]"));
    parts.prop_map(move |(authorization, api_key_required, integration, responses, other)| Method {
        authorization_type: authorization.into(),
        api_key_required,
        integration,
        method_responses: responses.0,
        integration_responses: responses.1,
        other: if live { other } else { BTreeMap::new() },
    })
}

fn stage(live: bool) -> impl Strategy<Value = Stage> {
    let throttle =
        (1..3_i32, 1..3).prop_map(|(rate, burst_limit)| Throttle { rate_limit: f64::from(rate) / 4.0, burst_limit });
    let log = ("arn-[1-2]", "format-[1-2]").prop_map(|(destination_arn, format)| AccessLog { destination_arn, format });
    let others = btree_map(select(vec!["*/*", "~1a/GET"]).prop_map(String::from), maps("[m-n]"), 0..3);
    let parts =
        (select(vec!["one", "two #2"]), any::<bool>(), of(throttle), of(log), maps("[v-w]"), maps("[t-u]"), others);
    parts.prop_map(move |(deployment, tracing_enabled, throttling, access_log_settings, variables, tags, others)| {
        Stage {
            deployment: Some(deployment.into()),
            tracing_enabled,
            throttling,
            other_settings: if live { others } else { BTreeMap::new() },
            access_log_settings,
            variables,
            tags,
        }
    })
}

fn api(live: bool) -> impl Strategy<Value = RestApi> {
    let settings = (
        "[d-e]?",
        select(if live { vec!["EDGE", "REGIONAL"] } else { vec!["REGIONAL"] }),
        of(document()),
        btree_set("[a-b]/[a-b~]", 0..3),
        of(0..2),
    );
    let methods = btree_map((select(vec!["GET", "ANY"]), select(PATHS.as_slice())), method(live), 0..5);
    let more = btree_set(select(&PATHS[1..]), 0..3);
    let deployments = btree_set(select(vec!["one", "made by hand #1", "made by hand #2", "two #2", "three"]), 0..4);
    let stages = btree_map("v[1-2]", stage(live), 0..3);
    (settings, methods, more, deployments, stages, maps("[t-u]")).prop_map(
        |((description, endpoint_type, policy, binary_media_types, size), methods, more, deployments, stages, tags)| {
            let paths = methods.keys().map(|(_, path)| *path).chain(more);
            let served = stages.values().filter_map(|stage| stage.deployment.clone());
            RestApi {
                description,
                endpoint_type: endpoint_type.into(),
                policy,
                binary_media_types,
                minimum_compression_size: size,
                resources: paths.flat_map(prefixes).collect(),
                methods: methods.into_iter().map(|((of, path), method)| (format!("{of} {path}"), method)).collect(),
                deployments: deployments.into_iter().map(String::from).chain(served).collect(),
                stages,
                tags,
            }
        },
    )
}

fn prefixes(path: &str) -> Vec<String> {
    let ends = path.match_indices('/').map(|(at, _)| at).skip(1).chain([path.len()]);
    ends.map(|end| path[..end].to_owned()).filter(|prefix| prefix != "/").collect()
}

fn id() -> Id {
    test_id(Kind::RestApi, "shop--test-thing")
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in of(api(false)), live in of(api(true))) {
        let state = |api: Option<RestApi>| api.map(State::from);
        assert_properties(&id(), state(want).as_ref(), state(live).as_ref());
    }
}

fn proxy() -> Method {
    Method {
        authorization_type: "NONE".into(),
        api_key_required: false,
        integration: Some(Integration {
            integration_type: "AWS_PROXY".into(),
            uri: Some("uri".into()),
            integration_http_method: Some("POST".into()),
            timeout_in_millis: 29000,
            request_templates: BTreeMap::new(),
            content_handling: None,
        }),
        method_responses: BTreeMap::new(),
        integration_responses: BTreeMap::new(),
        other: BTreeMap::new(),
    }
}

fn bare() -> RestApi {
    RestApi {
        description: String::new(),
        endpoint_type: REGIONAL.into(),
        policy: None,
        binary_media_types: BTreeSet::new(),
        minimum_compression_size: None,
        resources: ["/items".into(), "/items/{id}".into()].into(),
        methods: [("POST /items".into(), proxy())].into(),
        deployments: BTreeSet::new(),
        stages: BTreeMap::new(),
        tags: Tags::new(),
    }
    .deployed("v1", Stage::default())
}

/// The names of the calls from one API to another.
fn calls(want: RestApi, live: Option<RestApi>) -> Vec<String> {
    let planned = steps(&id(), Some(&want.into()), live.map(State::from).as_ref()).expect("a plan");
    planned.iter().map(|step| step.call.api().replace("apigateway:", "")).collect()
}

#[test]
fn the_digest_of_a_definition_stays_the_same_in_later_versions() {
    let digest = "sha256:d33d0db67e9236ed692e251ae2571079f34ae8ed20750630d210fe0e839f1053";
    assert_eq!(bare().definition(), digest);
}

#[test]
fn a_new_api_is_made_in_the_order_that_api_gateway_accepts() {
    let expected = [
        "CreateRestApi",
        "CreateResource",
        "CreateResource",
        "PutMethod",
        "PutIntegration",
        "CreateDeployment",
        "CreateStage",
    ];
    assert_eq!(calls(bare(), None), expected);
}

#[test]
fn only_a_change_of_the_definition_makes_a_deployment() {
    let mut slower = bare();
    slower.stages.get_mut("v1").unwrap().throttling = Some(Throttle { rate_limit: 1.0, burst_limit: 1 });
    slower.description = "Other".into();
    assert_eq!(calls(slower, Some(bare())), ["UpdateRestApi", "UpdateStage"]);
    let mut open = bare();
    open.methods.insert("GET /items/{id}".into(), proxy());
    let expected = ["PutMethod", "PutIntegration", "CreateDeployment", "UpdateStage", "DeleteDeployment"];
    assert_eq!(calls(open.deployed("v1", Stage::default()), Some(bare())), expected);
}

#[test]
fn a_method_that_others_changed_is_put_again_and_not_deployed_again() {
    let mut live = bare();
    live.methods.get_mut("POST /items").unwrap().other.insert("authorizerId".into(), "abc".into());
    assert_eq!(calls(bare(), Some(live)), ["DeleteMethod", "PutMethod", "PutIntegration"]);
}

#[test]
fn settings_of_methods_that_are_not_ours_go_as_a_whole_and_the_limits_come_back_in_the_same_call() {
    let throttling = Some(Throttle { rate_limit: 2.5, burst_limit: 4 });
    let (want, mut live) = (Stage { throttling, ..Stage::default() }, Stage { throttling, ..Stage::default() });
    live.other_settings.insert("*/*".into(), [("dataTraceEnabled".into(), "true".into())].into());
    let want = State::from(bare().deployed("v1", want));
    let planned = steps(&id(), Some(&want), Some(&bare().deployed("v1", live).into())).expect("a plan");
    let patches: Vec<_> = planned.iter().map(|step| step.call.json()["input"]["patchOperations"].clone()).collect();
    let expected = json!([
        {"op": "remove", "path": "/*/*"},
        {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "2.5"},
        {"op": "replace", "path": "/*/*/throttling/burstLimit", "value": "4"},
    ]);
    assert_eq!(patches, [expected]);
}

#[test]
fn a_description_that_goes_is_removed_since_an_empty_one_is_refused() {
    let described = RestApi { description: "Old".into(), ..bare() };
    let planned = steps(&id(), Some(&bare().into()), Some(&described.clone().into())).expect("a plan");
    let patches: Vec<_> = planned.iter().map(|step| step.call.json()["input"]["patchOperations"].clone()).collect();
    assert_eq!(patches, [json!([{"op": "remove", "path": "/description"}])]);
    let planned = steps(&id(), Some(&described.into()), Some(&bare().into())).expect("a plan");
    let patches: Vec<_> = planned.iter().map(|step| step.call.json()["input"]["patchOperations"].clone()).collect();
    assert_eq!(patches, [json!([{"op": "replace", "path": "/description", "value": "Old"}])]);
}

#[test]
fn a_call_with_an_unknown_field_is_refused() {
    for step in steps(&id(), Some(&bare().into()), None).expect("a plan") {
        let mut json = step.call.json();
        assert!(Kind::RestApi.parse_call(&json.to_string()).is_ok());
        json["input"]["surprise"] = json!(1);
        assert!(Kind::RestApi.parse_call(&json.to_string()).is_err(), "{json}");
    }
}

#[test]
fn foreign_tags_of_stages_are_forgotten_as_those_of_the_api_are() {
    let tags: Tags = [("ours".into(), "1".into()), ("cost".into(), "2".into())].into();
    let mut api = RestApi { tags: tags.clone(), ..bare() };
    api.stages.get_mut("v1").unwrap().tags = tags;
    api.scope(&["ours".to_owned()].into());
    assert_eq!((api.tags.len(), api.stages["v1"].tags.len()), (1, 1));
}
