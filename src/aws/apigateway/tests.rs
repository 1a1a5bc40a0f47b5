use proptest::collection::{btree_map, btree_set};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use super::*;
use crate::aws::State;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};

mod stages;

use stages::stage;

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
    let keys = btree_set("[k-l]", 0..2);
    let asked = (of("role-[1-2]"), of("link-[1-2]"), maps("[q-r]"), of(Just("NEVER".to_owned())), keys);
    (parts, asked).prop_map(|((of, uri, timeout_in_millis, request_templates, content_handling), asked)| {
        let (credentials, connection_id, request_parameters, passthrough_behavior, cache_key_parameters) = asked;
        Integration {
            integration_http_method: (of == "AWS_PROXY").then(|| "POST".into()),
            integration_type: of.into(),
            uri,
            credentials,
            connection_type: connection_id.as_ref().map(|_| "VPC_LINK".into()),
            connection_id,
            timeout_in_millis,
            request_parameters,
            request_templates,
            passthrough_behavior,
            content_handling,
            cache_key_parameters,
        }
    })
}

fn checks() -> impl Strategy<Value = Checks> {
    let parts = (of("[a-b]"), btree_set("[s-t]", 0..2), of("[v-w]"), maps("[m-n]"), of(any::<bool>()));
    parts.prop_map(|(authorizer, authorization_scopes, request_validator, request_models, required)| Checks {
        authorizer,
        authorization_scopes,
        request_validator,
        request_parameters: required
            .map(|required| ("method.request.querystring.q".into(), required))
            .into_iter()
            .collect(),
        request_models,
    })
}

fn authorizer() -> impl Strategy<Value = Authorizer> {
    let types = select(vec!["TOKEN", "REQUEST", COGNITO]);
    let texts = (of("uri-[1-2]"), of("role-[1-2]"), of("source-[1-2]"), of("[x-z]"));
    (types, btree_set("pool-[1-2]", 0..2), texts, 0..2).prop_map(|(of, provider_arns, texts, ttl)| Authorizer {
        authorizer_type: of.into(),
        provider_arns,
        authorizer_uri: texts.0,
        authorizer_credentials: texts.1,
        identity_source: texts.2,
        identity_validation_expression: texts.3,
        authorizer_result_ttl_in_seconds: ttl,
    })
}

fn parts(live: bool) -> impl Strategy<Value = Parts> {
    let types = select(vec!["application/json", "text/json"]);
    let schemas = select(vec![json!({"type": "object"}), json!({"type": "array"}), json!("no JSON")]);
    let model = (types, schemas).prop_map(|(of, schema)| Model { content_type: of.into(), schema });
    let validator = (any::<bool>(), any::<bool>()).prop_map(|(validate_request_body, validate_request_parameters)| {
        RequestValidator { validate_request_body, validate_request_parameters }
    });
    let response = (of("40[0-3]"), maps("[h-i]"), maps("[a-b]"))
        .prop_map(|(status, headers, bodies)| GatewayResponse::of("DEFAULT_4XX", status, headers, bodies));
    let names = if live { vec!["v", "w", "v #2", "v #10"] } else { vec!["v", "w"] };
    (
        btree_map("[a-b]", authorizer(), 0..3),
        btree_map("[m-n]", model, 0..3),
        btree_map(select(names).prop_map(String::from), validator, 0..3),
        btree_map(select(vec!["DEFAULT_4XX", "THROTTLED"]).prop_map(String::from), response, 0..3),
        btree_set("vpce-[1-3]", 0..3),
    )
        .prop_map(|(authorizers, models, request_validators, gateway_responses, vpc_endpoint_ids)| Parts {
            authorizers,
            models,
            request_validators,
            gateway_responses,
            vpc_endpoint_ids,
            by_hand: ByHand::default(),
        })
}

fn integration_response() -> impl Strategy<Value = IntegrationResponse> {
    let parts =
        (btree_map("[h-i]", "[x-y]", 0..2), of("4[0-9]"), maps("[a-b]"), of(Just("CONVERT_TO_TEXT".to_owned())));
    parts.prop_map(|(response_parameters, selection_pattern, response_templates, content_handling)| {
        IntegrationResponse { response_parameters, selection_pattern, response_templates, content_handling }
    })
}

/// A method; without settings that are not ours unless it is live.
fn method(live: bool) -> impl Strategy<Value = Method> {
    let responses =
        (btree_map("20[0-1]", btree_set("[h-i]", 0..2), 0..2), btree_map("20[0-1]", integration_response(), 0..2));
    let parts = (select(vec!["NONE", "CUSTOM"]), any::<bool>(), checks(), of(integration()), responses, maps("[o-p]"));
    parts.prop_map(move |(authorization, api_key_required, checks, integration, responses, other)| Method {
        authorization_type: authorization.into(),
        api_key_required,
        checks,
        integration,
        method_responses: responses.0,
        integration_responses: responses.1,
        other: if live { other } else { BTreeMap::new() },
    })
}

fn api(live: bool) -> impl Strategy<Value = RestApi> {
    let settings =
        ("[d-e]?", select(vec![EDGE, REGIONAL, PRIVATE]), of(document()), btree_set("[a-b]/[a-b~]", 0..3), of(0..2));
    let methods = btree_map((select(vec!["GET", "ANY"]), select(PATHS.as_slice())), method(live), 0..5);
    let more = btree_set(select(&PATHS[1..]), 0..3);
    let deployments = btree_set(select(vec!["one", "made by hand #1", "made by hand #2", "two #2", "three"]), 0..4);
    let stages = btree_map("v[1-2]", stage(live), 0..3);
    (settings, methods, more, deployments, stages, (parts(live), maps("[t-u]"))).prop_map(
        |(settings, methods, more, deployments, stages, (parts, tags))| {
            let (description, endpoint_type, policy, binary_media_types, size) = settings;
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
                parts,
                stages,
                tags,
            }
            .marked()
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
        checks: Checks::default(),
        integration: Some(Integration {
            integration_type: "AWS_PROXY".into(),
            uri: Some("uri".into()),
            integration_http_method: Some("POST".into()),
            timeout_in_millis: 29000,
            ..Integration::default()
        }),
        ..Method::default()
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
        parts: Parts::default(),
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

fn asking(of: &str) -> Authorizer {
    Authorizer {
        authorizer_type: of.into(),
        provider_arns: if of == COGNITO { ["pool-1".into()].into() } else { BTreeSet::new() },
        authorizer_uri: (of != COGNITO).then(|| "uri".into()),
        authorizer_credentials: None,
        identity_source: Some("method.request.header.Authorization".into()),
        identity_validation_expression: None,
        authorizer_result_ttl_in_seconds: TTL,
    }
}

/// An API whose route asks an authorizer of this type, and checks bodies.
fn guarded(of: &str) -> RestApi {
    let checks = Checks {
        authorizer: Some("users".into()),
        request_validator: Some("body".into()),
        request_models: [("$default".into(), "Order".into())].into(),
        ..Checks::default()
    };
    let authorization_type = if of == COGNITO { COGNITO } else { "CUSTOM" }.into();
    let schema = json!({"type": "object", "required": ["id"]});
    let validator = RequestValidator { validate_request_body: true, validate_request_parameters: false };
    let response =
        GatewayResponse::of("DEFAULT_4XX", None, BTreeMap::from([("h".into(), "'v'".into())]), BTreeMap::new());
    let api = RestApi {
        methods: [("POST /items".into(), Method { authorization_type, checks, ..proxy() })].into(),
        parts: Parts {
            authorizers: [("users".into(), asking(of))].into(),
            models: [("Order".into(), Model { content_type: "application/json".into(), schema })].into(),
            request_validators: [("body".into(), validator)].into(),
            gateway_responses: [("DEFAULT_4XX".into(), response)].into(),
            ..Parts::default()
        },
        ..bare()
    };
    api.deployed("v1", Stage::default()).marked()
}

#[test]
fn what_a_method_names_comes_before_it_and_goes_after_the_stage_has_moved_on() {
    let made = calls(guarded("TOKEN"), None);
    let order = ["CreateModel", "CreateRequestValidator", "CreateAuthorizer", "PutGatewayResponse", "CreateResource"];
    assert_eq!(made[1..6], order);
    let expected = [
        "DeleteMethod",
        "DeleteGatewayResponse",
        "PutMethod",
        "PutIntegration",
        "CreateDeployment",
        "UpdateStage",
        "DeleteDeployment",
        "DeleteAuthorizer",
        "DeleteRequestValidator",
        "DeleteModel",
        "UntagResource",
    ];
    assert_eq!(calls(bare(), Some(guarded("TOKEN"))), expected, "the tag goes last: until then it says what to read");
    assert_eq!(calls(guarded("TOKEN"), Some(bare()))[0], "TagResource", "and it comes first");
}

#[test]
fn what_asks_a_function_and_what_asks_user_pools_do_not_become_each_other() {
    let start = |want: &str| calls(guarded(want), Some(guarded("TOKEN")));
    assert_eq!(start(COGNITO)[..3], ["DeleteMethod", "DeleteAuthorizer", "CreateAuthorizer"]);
    assert_eq!(start("REQUEST")[..2], ["UpdateAuthorizer", "CreateDeployment"]);
}

#[test]
fn a_model_of_another_content_type_comes_again_after_the_methods_that_name_it_have_gone() {
    let mut live = guarded("TOKEN");
    live.parts.models.get_mut("Order").unwrap().content_type = "text/plain".into();
    let sent = calls(guarded("TOKEN"), Some(live));
    assert_eq!(sent, ["DeleteMethod", "DeleteModel", "CreateModel", "PutMethod", "PutIntegration"]);
}

#[test]
fn user_pools_are_added_before_others_go_so_that_there_is_always_one() {
    let mut live = guarded(COGNITO);
    live.parts.authorizers.get_mut("users").unwrap().provider_arns = ["pool-0".into()].into();
    let planned = steps(&id(), Some(&guarded(COGNITO).into()), Some(&live.into())).expect("a plan");
    let patches: Vec<_> = planned.iter().map(|step| step.call.json()["input"]["patchOperations"].clone()).collect();
    let expected = json!([
        {"op": "add", "path": "/providerARNs", "value": "pool-1"},
        {"op": "remove", "path": "/providerARNs", "value": "pool-0"},
    ]);
    assert_eq!(patches, [expected]);
}

#[test]
fn an_api_without_parts_is_the_same_json_as_before_there_were_any() {
    let json = serde_json::to_value(bare()).unwrap();
    let keys: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    let expected =
        ["binaryMediaTypes", "deployments", "description", "endpointType", "methods", "minimumCompressionSize"];
    assert_eq!(keys[..6], expected);
    assert_eq!(keys[6..], ["policy", "resources", "stages", "tags"]);
    let method = json["methods"]["POST /items"].as_object().unwrap();
    let expected = ["apiKeyRequired", "authorizationType", "integration", "integrationResponses", "methodResponses"];
    assert_eq!(method.keys().map(String::as_str).collect::<Vec<_>>(), expected);
}

#[test]
fn a_wrong_api_is_told_from_a_busy_one_by_the_state_and_an_authorizer_in_use_is_final() {
    let verdict = |api, code: &str, message: &str| {
        let base = AwsError::malformed(api, message);
        let refused = crate::aws::error::Reach::Refused;
        crate::aws::settle::verdict(&AwsError { code: Some(code.into()), status: Some(409), reach: refused, ..base })
    };
    let busy = "Unable to complete operation due to concurrent modification. Please try again later.";
    let within = std::time::Duration::from_secs(300);
    let again = crate::aws::settle::Verdict::Again { within, reason: BUSY };
    assert_eq!(verdict("apigateway:CreateAuthorizer", "ConflictException", busy), again);
    let used = "Cannot delete authorizer 'x', is referenced in method: GET//test";
    let last = crate::aws::settle::Verdict::Final;
    assert_eq!(verdict("apigateway:DeleteAuthorizer", "ConflictException", used), last);
}

#[test]
fn an_api_leaves_a_vpc_for_the_edges_by_the_region() {
    let of = |endpoint_type: &str| RestApi { endpoint_type: endpoint_type.into(), ..bare() };
    assert_eq!(calls(of(EDGE), Some(of(PRIVATE))), ["UpdateRestApi", "UpdateRestApi"]);
    assert_eq!(calls(of(EDGE), Some(of(REGIONAL))), ["UpdateRestApi"]);
}

#[test]
fn a_private_api_keeps_its_vpc_endpoints_and_lets_them_go_before_it_is_another() {
    let of = |endpoint_type: &str, endpoints: &[&str]| {
        let mut api = RestApi { endpoint_type: endpoint_type.into(), ..bare() };
        api.parts.vpc_endpoint_ids = endpoints.iter().map(|id| (*id).to_owned()).collect();
        api
    };
    let live = of(PRIVATE, &["vpce-1", "vpce-2"]);
    let kept = |endpoint_type: &str| {
        let mut want = of(endpoint_type, &[]);
        want.keep(&live);
        want
    };
    assert_eq!(calls(kept(PRIVATE), Some(live.clone())), [""; 0]);
    let planned = steps(&id(), Some(&kept(REGIONAL).into()), Some(&live.clone().into())).expect("a plan");
    let patches: Vec<_> = planned.iter().map(|step| step.call.json()["input"]["patchOperations"].clone()).collect();
    let remove = |id: &str| json!({"op": "remove", "path": "/endpointConfiguration/vpcEndpointIds", "value": id});
    let moved = json!([{"op": "replace", "path": "/endpointConfiguration/types/PRIVATE", "value": "REGIONAL"}]);
    assert_eq!(patches, [json!([remove("vpce-1"), remove("vpce-2")]), moved]);
    assert_eq!(calls(kept(EDGE), Some(live)).len(), 3, "by the region");
}

fn response(status: &str) -> GatewayResponse {
    GatewayResponse::of("THROTTLED", Some(status.into()), BTreeMap::new(), BTreeMap::new())
}

#[test]
fn responses_made_by_hand_that_are_as_they_are_wanted_are_ours_once_the_tag_says_so() {
    let mut want = bare();
    want.parts.gateway_responses.insert("THROTTLED".into(), response("503"));
    let want = want.deployed("v1", Stage::default()).marked();
    let mut live = bare();
    live.parts.by_hand.responses.insert("THROTTLED".into(), response("503"));
    assert_eq!(want.obstacle(Some(&live), &[]), None);
    let sent = calls(want.clone(), Some(live.clone()));
    assert_eq!(sent, ["TagResource", "CreateDeployment", "UpdateStage", "DeleteDeployment"], "nothing is put again");

    let mut other = live.clone();
    other.parts.by_hand.responses.insert("DEFAULT_5XX".into(), response("500"));
    let told = want.obstacle(Some(&other), &[]).expect("an obstacle");
    let way_out =
        "write each as it is into the section (`response.DEFAULT_5XX`), or set `errors = false` in its `cors`";
    assert!(told.starts_with("it has gateway responses DEFAULT_5XX that no manifest has asked for"), "{told}");
    assert!(told.contains(way_out), "{told}");
    live.parts.by_hand.responses.insert("THROTTLED".into(), response("418"));
    assert!(want.obstacle(Some(&live), &[]).is_some_and(|told| told.contains("THROTTLED")), "it would be replaced");
    assert_eq!(serde_json::to_value(&live).unwrap(), serde_json::to_value(bare()).unwrap(), "no part of the state");
}

#[test]
fn authorizers_that_do_not_fit_beside_those_that_go_are_told_before_anything_is_sent() {
    let of = |names: std::ops::Range<usize>| {
        let mut api = bare();
        api.parts.authorizers = names.map(|n| (format!("a{n}"), asking("TOKEN"))).collect();
        api
    };
    assert_eq!(of(0..10).obstacle(Some(&of(0..10)), &[]), None);
    assert_eq!(of(0..10).obstacle(Some(&of(0..9)), &[]), None);
    assert_eq!(of(0..9).obstacle(Some(&of(1..10)), &[]), None, "ten on the way");
    let told = of(1..11).obstacle(Some(&of(0..10)), &[]).expect("an obstacle");
    assert!(
        told.starts_with("it would temporarily have 11 authorizers, including a0 that are deleted only after"),
        "{told}"
    );
}

#[test]
fn a_stage_that_is_not_wanted_goes_first_where_no_other_fits() {
    let mut live = bare();
    let stage = live.stages["v1"].clone();
    live.stages = (0..10).map(|n| (format!("s{n}"), stage.clone())).collect();
    let sent = calls(bare(), Some(live.clone()));
    assert_eq!((sent[..2].join(" "), sent.len()), ("DeleteStage CreateStage".to_owned(), 11));
    live.stages.remove("s0");
    assert_eq!(calls(bare(), Some(live))[0], "CreateStage");
}
