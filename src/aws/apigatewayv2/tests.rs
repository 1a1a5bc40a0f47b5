use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::{btree_map, btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use super::*;
use crate::aws::State;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};

mod order;

const KEYS: [&str; 6] = ["$default", "GET /a", "GET /a/{b}", "GET /a/{c}", "ANY /{p+}", "POST /a"];

fn maps(keys: &'static str) -> impl Strategy<Value = BTreeMap<String, String>> {
    btree_map(keys, "[x-z]", 0..3)
}

fn cors() -> impl Strategy<Value = Cors> {
    let sets = (btree_set("[a-b]", 0..2), btree_set("[A-B]", 0..2), btree_set("https://[a-b]", 0..2));
    (any::<bool>(), sets, btree_set("[a-b]", 0..2), of(1..3)).prop_map(
        |(credentials, sets, expose_headers, max_age)| Cors {
            allow_credentials: credentials,
            allow_headers: sets.0,
            allow_methods: sets.1,
            allow_origins: sets.2,
            expose_headers,
            max_age,
        },
    )
}

/// An integration; without settings that are not ours unless it is live.
fn integration(live: bool) -> impl Strategy<Value = Integration> {
    let what = (
        select(vec!["AWS_PROXY", "HTTP_PROXY"]),
        of(select(vec!["SQS-SendMessage", "SQS-ReceiveMessage"])),
        of("uri-[1-2]"),
        of(select(vec!["GET", "ANY"])),
    );
    let how = (of("link"), of("role-[1-2]"), select(vec!["1.0", "2.0"]), 50..52, of("name"));
    let parameters = (maps("[a-b]"), btree_map("20[0-1]", btree_map("[h-i]", "[x-y]", 1..3), 0..2), maps("[o-p]"));
    (what, how, parameters).prop_map(move |((of, subtype, uri, method), how, (request, response, other))| Integration {
        integration_type: of.into(),
        integration_subtype: subtype.map(String::from),
        integration_uri: uri,
        integration_method: method.map(String::from),
        connection_id: how.0,
        credentials_arn: how.1,
        payload_format_version: how.2.into(),
        timeout_in_millis: how.3,
        request_parameters: request,
        response_parameters: response,
        server_name_to_verify: how.4,
        other: if live { other } else { BTreeMap::new() },
    })
}

fn authorizer() -> impl Strategy<Value = Authorizer> {
    let jwt = ("[i-j]", btree_set("[a-b]", 0..2), "[s-t]").prop_map(|(issuer, audience, source)| Authorizer {
        authorizer_type: "JWT".into(),
        identity_source: vec![source],
        jwt_configuration: Some(Jwt { issuer, audience }),
        authorizer_uri: None,
        authorizer_credentials_arn: None,
        authorizer_payload_format_version: None,
        authorizer_result_ttl_in_seconds: 0,
        enable_simple_responses: false,
    });
    let request = (vec("[s-t]", 0..2), "uri-[1-2]", of("role"), select(vec!["1.0", "2.0"]), 0..2, any::<bool>());
    let request = request.prop_map(|(identity_source, uri, role, version, ttl, simple)| Authorizer {
        authorizer_type: "REQUEST".into(),
        identity_source,
        jwt_configuration: None,
        authorizer_uri: Some(uri),
        authorizer_credentials_arn: role,
        authorizer_payload_format_version: Some(version.into()),
        authorizer_result_ttl_in_seconds: ttl,
        enable_simple_responses: simple,
    });
    prop_oneof![jwt, request]
}

/// A route, and which of the integrations it calls.
fn route(live: bool) -> impl Strategy<Value = (Route, Index)> {
    let auth = (select(vec!["NONE", "JWT", "CUSTOM"]), of("[k-l]"), btree_set("[a-b]", 0..2));
    (auth, "[o-p]?", maps("[o-p]"), any::<Index>()).prop_map(move |((of, authorizer, scopes), name, other, index)| {
        let route = Route {
            authorization_type: of.into(),
            authorizer,
            authorization_scopes: scopes,
            operation_name: name,
            integration: None,
            other: if live { other } else { BTreeMap::new() },
        };
        (route, index)
    })
}

fn settings() -> impl Strategy<Value = RouteSettings> {
    let own = (1..3_i32, 1..3).prop_map(|(rate, burst)| Throttle::of(f64::from(rate) / 4.0, burst));
    let limits = of(prop_oneof![4 => own, 1 => Just(Throttle::OF_A_NEW_ACCOUNT)]);
    (limits, any::<bool>())
        .prop_map(|(throttling, metrics)| RouteSettings { throttling, detailed_metrics_enabled: metrics })
}

fn stage(live: bool) -> impl Strategy<Value = Stage> {
    let log = ("arn-[1-2]", "format-[1-2]").prop_map(|(destination_arn, format)| AccessLog { destination_arn, format });
    let of_routes = btree_map(select(KEYS.as_slice()).prop_map(String::from), settings(), 0..3);
    let parts = (select(vec!["one", "two #2"]), any::<bool>(), settings(), of_routes, of(log), maps("[v-w]"));
    parts.prop_map(move |(deployment, auto_deploy, default, of_routes, access_log_settings, stage_variables)| Stage {
        deployment: Some(deployment.into()),
        auto_deploy: live && auto_deploy,
        default_route_settings: default,
        route_settings: of_routes,
        access_log_settings,
        stage_variables,
    })
}

fn api(live: bool) -> impl Strategy<Value = HttpApi> {
    let settings = ("[d-e]?", of(cors()), any::<bool>());
    let routes = btree_map(select(KEYS.as_slice()).prop_map(String::from), route(live), 0..4);
    let parts = (vec(integration(live), 1..3), routes, btree_map("[k-l]", authorizer(), 0..3), any::<bool>());
    let deployments = btree_set(select(vec!["one", "made by hand #1", "made by hand #2", "two #2"]), 0..4);
    let stages = btree_map("v[1-2]", stage(live), 0..3);
    (settings, parts, deployments, stages, maps("[t-u]")).prop_map(
        move |((description, cors_configuration, off), parts, deployments, stages, tags)| {
            let (integrations, routes, authorizers, foreign) = parts;
            let served = stages.values().filter_map(|stage| stage.deployment.clone());
            let mut api = HttpApi {
                description,
                cors_configuration: cors_configuration.filter(|cors| *cors != Cors::default()),
                disable_execute_api_endpoint: off,
                authorizers,
                deployments: deployments.into_iter().map(String::from).chain(served).collect(),
                stages,
                tags,
                ..HttpApi::default()
            };
            for (key, (route, index)) in routes {
                api.route(&key, route, index.get(&integrations).clone());
            }
            if live {
                leave_behind(&mut api, &integrations[0], foreign);
                api.deployments.extend(foreign.then(|| "one FAILED #1".to_owned()));
            }
            api
        },
    )
}

/// What live APIs have besides: integrations that are the same, or that no route calls, and routes that call nothing of ours.
fn leave_behind(api: &mut HttpApi, one: &Integration, foreign: bool) {
    api.integrations.insert(one.key(), one.clone());
    api.integrations.insert(format!("{} #2", one.key()), one.clone());
    if let Some(route) = api.routes.values_mut().next().filter(|_| foreign) {
        route.integration = Some("integrations/gone".into());
    } else if let Some(route) = api.routes.values_mut().next() {
        route.integration = Some(format!("{} #2", one.key()));
    }
}

fn id() -> Id {
    test_id(Kind::HttpApi, "shop--test-thing")
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in of(api(false)), live in of(api(true))) {
        let state = |api: Option<HttpApi>| api.map(State::from);
        let want = want.map(|mut want| {
            live.iter().for_each(|live| want.keep(live));
            want
        });
        assert_properties(&id(), state(want).as_ref(), state(live).as_ref());
    }
}

fn function(name: &str) -> Integration {
    Integration::function(&format!("arn:aws:lambda:us-west-2:123456789012:function:{name}"))
}

/// Two routes on one function and one on another, without what is deployed.
fn open() -> HttpApi {
    let mut api = HttpApi::default();
    api.route("GET /items/{id}", Route::default(), function("items"));
    api.route("POST /items", Route::default(), function("items"));
    api.route("$default", Route::default(), function("rest"));
    api
}

fn bare() -> HttpApi {
    open().deployed("$default", Stage::default())
}

/// The calls from one API to another.
fn planned(want: &HttpApi, live: Option<&HttpApi>) -> Vec<Value> {
    let (want, live) = (State::from(want.clone()), live.cloned().map(State::from));
    let planned = steps(&id(), Some(&want), live.as_ref()).expect("a plan");
    planned.iter().map(|step| step.call.json()).collect()
}

/// Their names.
fn calls(want: &HttpApi, live: Option<&HttpApi>) -> Vec<String> {
    let name = |call: Value| call["api"].as_str().expect("a name").replace("apigatewayv2:", "");
    planned(want, live).into_iter().map(name).collect()
}

#[test]
fn the_digest_of_a_definition_stays_the_same_in_later_versions() {
    let mut api = open();
    api.cors_configuration = Some(Cors { allow_origins: ["*".to_owned()].into(), ..Cors::default() });
    let jwt = Jwt { issuer: "https://example.org".into(), audience: ["a".to_owned()].into() };
    api.authorizers.insert("users".into(), jwt_authorizer(jwt));
    assert_eq!(api.definition(), "sha256:54dbae9b8304b37fc50ad05e65640a7a81b188e44ee208b32aa235dc3b037d3f");
    assert_eq!(bare().definition(), "sha256:7614e695fc2d76fc71bbf2364531ab368c3c6b451b6ef9e6580653cb20b09f3a");
}

fn jwt_authorizer(jwt: Jwt) -> Authorizer {
    Authorizer {
        authorizer_type: "JWT".into(),
        identity_source: vec!["$request.header.Authorization".into()],
        jwt_configuration: Some(jwt),
        authorizer_uri: None,
        authorizer_credentials_arn: None,
        authorizer_payload_format_version: None,
        authorizer_result_ttl_in_seconds: 0,
        enable_simple_responses: false,
    }
}

#[test]
fn routes_share_an_integration_that_is_the_same_and_a_new_api_goes_live_in_one_deployment() {
    let expected = [
        "CreateApi",
        "CreateIntegration",
        "CreateIntegration",
        "CreateRoute",
        "CreateRoute",
        "CreateRoute",
        "CreateDeployment",
        "CreateStage",
    ];
    assert_eq!(calls(&bare(), None), expected);
}

#[test]
fn only_a_change_of_the_definition_makes_a_deployment() {
    let mut slower = bare();
    slower.stages.get_mut("$default").unwrap().default_route_settings.throttling = Some(Throttle::of(1.0, 1));
    slower.description = "Other".into();
    assert_eq!(calls(&slower, Some(&bare())), ["UpdateApi", "UpdateStage"]);
    let mut open = open();
    open.route("GET /new", Route::default(), function("items"));
    let open = open.deployed("$default", Stage::default());
    let expected = ["CreateRoute", "CreateDeployment", "UpdateStage", "DeleteDeployment"];
    assert_eq!(calls(&open, Some(&bare())), expected);
}

#[test]
fn what_all_routes_of_an_integration_call_otherwise_is_changed_in_its_place() {
    let mut moved = HttpApi::default();
    let slow = Integration { timeout_in_millis: 5000, ..function("items") };
    moved.route("GET /items/{id}", Route::default(), slow.clone());
    moved.route("POST /items", Route::default(), slow);
    moved.route("$default", Route::default(), function("rest"));
    let moved = moved.deployed("$default", Stage::default());
    let end = ["CreateDeployment", "UpdateStage", "DeleteDeployment"];
    assert_eq!(calls(&moved, Some(&bare())), [&["UpdateIntegration"][..], &end[..]].concat());
    // One of two routes: another integration beside the first.
    let mut one = open();
    one.route("POST /items", Route::default(), function("other"));
    let one = one.deployed("$default", Stage::default());
    assert_eq!(calls(&one, Some(&bare())), [&["CreateIntegration", "UpdateRoute"][..], &end[..]].concat());
    // AWS is not known to take a role away.
    let (mut with, mut without) = (HttpApi::default(), HttpApi::default());
    let role = Integration { credentials_arn: Some("role".into()), ..function("items") };
    with.route("$default", Route::default(), role);
    without.route("$default", Route::default(), function("items"));
    assert_eq!(calls(&without, Some(&with)), ["CreateIntegration", "UpdateRoute", "DeleteIntegration"]);
    assert_eq!(calls(&with, Some(&without)), ["UpdateIntegration"]);
}

#[test]
fn parameters_that_go_are_sent_empty_and_those_that_stay_are_sent_again() {
    let service = |parameters: &[&str]| {
        let parameters = parameters.iter().map(|name| ((*name).to_owned(), "$request.body".to_owned())).collect();
        let mut api = HttpApi::default();
        api.route("$default", Route::default(), Integration::service("SQS-SendMessage", "role", parameters));
        api
    };
    let (old, new) = (service(&["QueueUrl", "MessageBody", "DelaySeconds"]), service(&["QueueUrl", "MessageBody"]));
    let [call]: [Value; 1] = planned(&new, Some(&old)).try_into().expect("one call");
    assert_eq!(call["input"]["integrationSubtype"], "SQS-SendMessage");
    assert_eq!(call["input"]["integrationType"], "AWS_PROXY");
    let expected = json!({"QueueUrl": "$request.body", "MessageBody": "$request.body", "DelaySeconds": ""});
    assert_eq!(call["input"]["requestParameters"], expected);
}

#[test]
fn a_route_whose_variable_has_another_name_goes_before_the_other_comes() {
    let mut other = HttpApi::default();
    other.route("GET /items/{key}", Route::default(), function("items"));
    other.route("POST /items", Route::default(), function("items"));
    other.route("$default", Route::default(), function("rest"));
    let other = other.deployed("$default", Stage::default());
    let expected = ["DeleteRoute", "CreateRoute", "CreateDeployment", "UpdateStage", "DeleteDeployment"];
    assert_eq!(calls(&other, Some(&bare())), expected);
}

#[test]
fn an_authorizer_of_another_type_is_made_again_once_no_route_names_it() {
    let guarded = |authorizer: Authorizer, of: &str| {
        let mut api = HttpApi::default();
        api.authorizers.insert("users".into(), authorizer);
        let route = Route { authorization_type: of.into(), authorizer: Some("users".into()), ..Route::default() };
        api.route("GET /items", route, function("items"));
        api
    };
    let jwt = guarded(jwt_authorizer(Jwt::default()), "JWT");
    let request = Authorizer {
        authorizer_type: "REQUEST".into(),
        identity_source: Vec::new(),
        jwt_configuration: None,
        authorizer_uri: Some("uri".into()),
        authorizer_credentials_arn: Some("role".into()),
        authorizer_payload_format_version: Some("2.0".into()),
        authorizer_result_ttl_in_seconds: 0,
        enable_simple_responses: true,
    };
    let custom = guarded(request.clone(), "CUSTOM");
    assert_eq!(calls(&custom, Some(&jwt)), ["DeleteRoute", "DeleteAuthorizer", "CreateAuthorizer", "CreateRoute"]);
    // A role and identity sources that go are sent empty, and for how long an answer holds is always said.
    let cached = Authorizer { identity_source: vec!["$request.header.A".into()], ..request.clone() };
    let cached = guarded(Authorizer { authorizer_result_ttl_in_seconds: 300, ..cached }, "CUSTOM");
    let bare = guarded(Authorizer { authorizer_credentials_arn: None, ..request }, "CUSTOM");
    let [call]: [Value; 1] = planned(&bare, Some(&cached)).try_into().expect("one call");
    let input = &call["input"];
    let sent = (&input["authorizerCredentialsArn"], &input["identitySource"], &input["authorizerResultTtlInSeconds"]);
    assert_eq!(sent, (&json!(""), &json!([]), &json!(0)));
    // One that leaves is detached from its route first.
    let mut without = HttpApi::default();
    without.route("GET /items", Route::default(), function("items"));
    let all = planned(&without, Some(&custom));
    let names: Vec<&str> = all.iter().filter_map(|call| call["api"].as_str()).collect();
    assert_eq!(names, ["apigatewayv2:UpdateRoute", "apigatewayv2:DeleteAuthorizer"]);
    let sent = (&all[0]["input"]["authorizationType"], &all[0]["input"]["authorizerId"]);
    assert_eq!(sent, (&json!("NONE"), &json!("")));
}

#[test]
fn aws_stops_deploying_by_itself_before_anything_else_of_the_definition_changes() {
    let mut live = bare();
    live.routes.remove("$default");
    live.stages.get_mut("$default").unwrap().auto_deploy = true;
    live.stages.get_mut("$default").unwrap().deployment = Some("made by hand #1".into());
    live.deployments = BTreeSet::from(["made by hand #1".to_owned()]);
    let expected = ["UpdateStage", "CreateRoute", "CreateDeployment", "UpdateStage", "DeleteDeployment"];
    assert_eq!(calls(&bare(), Some(&live)), expected);
    let all = planned(&bare(), Some(&live));
    assert_eq!(all[0]["input"]["autoDeploy"], json!(false));
    assert_eq!(all[0]["input"].get("deploymentId"), None, "AWS refuses one on a stage that it deploys to itself");
}

#[test]
fn cors_that_loses_a_member_is_set_again_as_a_whole() {
    let of = |headers: &[&str], max_age| {
        let allow_headers: BTreeSet<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        let cors = Cors { allow_origins: ["*".to_owned()].into(), allow_headers, max_age, ..Cors::default() };
        HttpApi { cors_configuration: Some(cors), ..HttpApi::default() }
    };
    assert_eq!(calls(&of(&["a"], None), Some(&of(&["b"], None))), ["UpdateApi"]);
    assert_eq!(calls(&of(&["a"], Some(1)), Some(&of(&["a"], None))), ["UpdateApi"]);
    assert_eq!(calls(&of(&[], None), Some(&of(&["b"], None))), ["DeleteCorsConfiguration", "UpdateApi"]);
    assert_eq!(calls(&of(&["a"], None), Some(&of(&["a"], Some(1)))), ["DeleteCorsConfiguration", "UpdateApi"]);
    assert_eq!(calls(&HttpApi::default(), Some(&of(&["a"], None))), ["DeleteCorsConfiguration"]);
}

#[test]
fn integrations_that_are_the_same_go_the_last_first_and_their_routes_move_before() {
    let mut live = bare();
    let (key, one) = (function("items").key(), function("items"));
    live.integrations.insert(format!("{key} #2"), one.clone());
    live.integrations.insert(format!("{key} #3"), one);
    live.routes.get_mut("POST /items").unwrap().integration = Some(format!("{key} #2"));
    let all = planned(&bare(), Some(&live));
    let names: Vec<&str> = all.iter().filter_map(|call| call["api"].as_str()).collect();
    assert_eq!(names, ["apigatewayv2:UpdateRoute", "apigatewayv2:DeleteIntegration", "apigatewayv2:DeleteIntegration"]);
    assert_eq!(all[1]["input"]["key"], format!("{key} #3"));
}

#[test]
fn a_call_with_an_unknown_field_is_refused() {
    for mut call in planned(&bare(), None) {
        assert!(Kind::HttpApi.parse_call(&call.to_string()).is_ok(), "{call}");
        call["input"]["surprise"] = json!(1);
        assert!(Kind::HttpApi.parse_call(&call.to_string()).is_err(), "{call}");
    }
}

#[test]
fn parts_of_a_definition_follow_each_other_without_a_look_and_a_deployment_waits() {
    let of = |call: &Value| Kind::HttpApi.parse_call(&call.to_string()).expect("a call");
    let all = planned(&bare(), None);
    let flows = |from: usize| of(&all[from]).flows_into(&of(&all[from + 1]));
    assert_eq!((0..7).map(flows).collect::<Vec<_>>(), [false, true, true, true, true, false, false]);
}

#[test]
fn a_word_for_people_begins_an_integration_s_key_and_its_digest_tells_it_apart() {
    let key = |integration: &Integration| integration.key().rsplit_once(' ').expect("two parts").0.to_owned();
    assert_eq!(key(&function("items")), "items");
    assert_eq!(key(&Integration::http("GET", "https://example.org/a")), "GET https://example.org/a");
    assert_eq!(key(&Integration::service("SQS-SendMessage", "role", BTreeMap::new())), "SQS-SendMessage");
    assert_ne!(function("a").key(), Integration { timeout_in_millis: 50, ..function("a") }.key());
}
