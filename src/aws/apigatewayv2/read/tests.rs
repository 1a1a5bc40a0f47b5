use aws_sdk_apigatewayv2::primitives::DateTime;
use aws_sdk_apigatewayv2::types;
use serde_json::json;

use super::*;

fn answers(api: types::Api) -> Answers {
    Answers {
        api,
        api_id: "abc1234567".into(),
        routes: Vec::new(),
        integrations: Vec::new(),
        authorizers: Vec::new(),
        deployments: Vec::new(),
        stages: Vec::new(),
    }
}

fn integration(id: &str, uri: &str) -> types::Integration {
    types::Integration::builder()
        .integration_id(id)
        .integration_type(types::IntegrationType::AwsProxy)
        .integration_uri(uri)
        .integration_method("POST")
        .connection_type(types::ConnectionType::Internet)
        .payload_format_version("2.0")
        .timeout_in_millis(30000)
        .build()
}

fn route(id: &str, key: &str, target: &str) -> types::Route {
    let route = types::Route::builder().route_id(id).route_key(key).target(target).api_key_required(false);
    route.authorization_type(types::AuthorizationType::None).build()
}

fn deployment(id: &str, description: &str, seconds: i64) -> types::Deployment {
    with_status(id, description, seconds, types::DeploymentStatus::Deployed)
}

fn with_status(id: &str, description: &str, seconds: i64, status: types::DeploymentStatus) -> types::Deployment {
    let described = types::Deployment::builder().deployment_id(id).created_date(DateTime::from_secs(seconds));
    described.description(description).deployment_status(status).build()
}

#[test]
fn what_api_gateway_adds_by_itself_is_nothing_that_was_asked_for() {
    let cors = types::Cors::builder().allow_credentials(false).max_age(0);
    let api = types::Api::builder()
        .api_key_selection_expression("$request.header.x-api-key")
        .route_selection_expression("$request.method $request.path")
        .disable_execute_api_endpoint(false)
        .ip_address_type(types::IpAddressType::Ipv4)
        .cors_configuration(cors.build())
        .description("")
        .version("");
    let settings = types::RouteSettings::builder().detailed_metrics_enabled(false).build();
    let stage = types::Stage::builder().stage_name("$default").auto_deploy(false).default_route_settings(settings);
    let uri = "arn:aws:lambda:us-west-2:123456789012:function:f";
    let observed = Answers {
        integrations: vec![integration("i1", uri)],
        routes: vec![route("r1", "GET /a", "integrations/i1")],
        stages: vec![stage.build()],
        ..answers(api.build())
    };
    let observed = observed.observed().expect("answers that can be read");
    assert_eq!((observed.unmodelled, observed.pending), (vec![], None));
    let mut wanted = HttpApi::default();
    let of = crate::aws::apigatewayv2::Integration::function(uri);
    wanted.route("GET /a", crate::aws::apigatewayv2::Route::default(), of.clone());
    wanted.stages.insert("$default".into(), crate::aws::apigatewayv2::Stage::default());
    assert_eq!(observed.state, wanted);
    let ids = [
        ("id".to_owned(), "abc1234567"),
        ("route:GET /a".to_owned(), "r1"),
        (format!("integration:{}", of.key()), "i1"),
    ];
    assert_eq!(observed.outputs, ids.map(|(name, id)| (name, id.to_owned())).into());
}

#[test]
fn integrations_that_are_the_same_are_numbered_by_their_ids_and_routes_say_which_they_call() {
    let observed = Answers {
        integrations: vec![integration("i3", "u"), integration("i1", "u"), integration("i2", "v")],
        routes: vec![
            route("r1", "GET /a", "integrations/i3"),
            route("r2", "GET /b", "integrations/i1"),
            route("r3", "GET /c", "integrations/gone"),
        ],
        ..answers(types::Api::builder().build())
    };
    let state = observed.observed().expect("answers that can be read").state;
    let first = state.routes["GET /b"].integration.clone().expect("a target");
    assert_eq!(state.routes["GET /a"].integration, Some(format!("{first} #2")));
    assert_eq!(state.routes["GET /c"].integration.as_deref(), Some("integrations/gone"));
    assert_eq!(state.integrations.len(), 3);
}

#[test]
fn deployments_are_told_apart_and_one_that_failed_is_none_of_ours() {
    let digest = crate::canonical::Sha::of(b"x").to_string();
    let failed = with_status("a", &digest, 1, types::DeploymentStatus::Failed);
    let all = vec![deployment("c", &digest, 3), failed, deployment("b", &digest, 2), deployment("d", "", 4)];
    let described = stage::described(all);
    let names: Vec<&str> = ["a", "b", "c", "d"].iter().map(|id| described[*id].as_str()).collect();
    let (failed, second) = (format!("{digest} FAILED #1"), format!("{digest} #2"));
    assert_eq!(names, [failed.as_str(), &digest, &second, "made by hand #1"]);
    let pending = with_status("e", "", 5, types::DeploymentStatus::Pending);
    assert_eq!(stage::pending(&[deployment("b", &digest, 2)], &[]), None);
    assert_eq!(stage::pending(&[pending], &[]).as_deref(), Some("PENDING"));
}

#[test]
fn why_a_deployment_failed_is_what_aws_says_of_the_youngest_that_no_stage_serves() {
    let failed = |id: &str, seconds, why: Option<&str>| {
        let built = types::Deployment::builder().deployment_id(id).created_date(DateTime::from_secs(seconds));
        let built = built.deployment_status(types::DeploymentStatus::Failed);
        built.set_deployment_status_message(why.map(str::to_owned)).build()
    };
    let serving = |id: &str| types::Stage::builder().stage_name("$default").deployment_id(id).build();
    let all = [failed("a", 1, Some("old")), failed("c", 3, Some("No integration")), deployment("b", "", 2)];
    assert_eq!(stage::pending(&all, &[serving("b")]).as_deref(), Some("Failed to deploy: No integration"));
    assert_eq!(stage::pending(&all, &[serving("c")]).as_deref(), Some("Failed to deploy: old"));
    assert_eq!(stage::pending(&all[1..], &[serving("c")]), None);
    let silent = stage::pending(&[failed("a", 1, None)], &[]);
    assert_eq!(silent.as_deref(), Some("Failed to deploy: no reason given"));
    let next = with_status("d", "", 4, types::DeploymentStatus::Pending);
    assert_eq!(stage::pending(&[all[1].clone(), next], &[]).as_deref(), Some("PENDING"), "another is on its way");
}

#[test]
fn limits_are_read_as_they_are_and_one_of_two_brings_that_of_a_new_account() {
    let read = |rate: Option<f64>, burst: Option<i32>| {
        let settings =
            types::RouteSettings::builder().set_throttling_rate_limit(rate).set_throttling_burst_limit(burst);
        let stage = types::Stage::builder().default_route_settings(settings.build()).build();
        stage::stage(&stage, &BTreeMap::new()).default_route_settings.throttling
    };
    let of = crate::aws::apigatewayv2::Throttle::of;
    assert_eq!(read(None, None), None);
    assert_eq!(read(Some(10000.0), Some(5000)), Some(of(10000.0, 5000)));
    assert_eq!(read(Some(10000.0), None), Some(of(10000.0, 5000)));
    assert_eq!(read(None, Some(7)), Some(of(10000.0, 7)));
}

#[test]
fn authorizers_read_the_same_whatever_is_said_of_the_other_type() {
    let jwt = types::JwtConfiguration::builder().issuer("https://example.org").audience("b").audience("a").build();
    let users = types::Authorizer::builder()
        .authorizer_id("a1")
        .name("users")
        .authorizer_type(types::AuthorizerType::Jwt)
        .identity_source("$request.header.Authorization")
        .jwt_configuration(jwt)
        .authorizer_uri("")
        .authorizer_payload_format_version("2.0")
        .authorizer_result_ttl_in_seconds(300);
    let own = types::Authorizer::builder()
        .authorizer_id("a2")
        .name("own")
        .authorizer_type(types::AuthorizerType::Request)
        .authorizer_uri("uri")
        .authorizer_credentials_arn("")
        .authorizer_payload_format_version("1.0")
        .jwt_configuration(types::JwtConfiguration::builder().build());
    let of_users = types::Route::builder().route_id("r").route_key("GET /a").authorizer_id("a1");
    let of_users = of_users.authorization_type(types::AuthorizationType::Jwt).authorization_scopes("read").build();
    let observed = Answers {
        authorizers: vec![users.build(), own.build()],
        routes: vec![of_users],
        ..answers(types::Api::builder().build())
    };
    let state = serde_json::to_value(observed.observed().expect("answers that can be read").state).unwrap();
    let users = json!({"authorizerType": "JWT", "identitySource": ["$request.header.Authorization"],
        "jwtConfiguration": {"issuer": "https://example.org", "audience": ["a", "b"]}, "authorizerResultTtlInSeconds": 0});
    let own = json!({"authorizerType": "REQUEST", "authorizerUri": "uri", "authorizerPayloadFormatVersion": "1.0",
        "authorizerResultTtlInSeconds": 0});
    assert_eq!(state["authorizers"], json!({"users": users, "own": own}));
    let route = json!({"authorizationType": "JWT", "authorizer": "users", "authorizationScopes": ["read"]});
    assert_eq!(state["routes"], json!({"GET /a": route}));
}

#[test]
fn settings_that_nothing_of_ours_has_are_seen() {
    let route =
        types::Route::builder().route_id("r").route_key("GET /a").api_key_required(true).api_gateway_managed(true);
    let odd = types::Integration::builder().integration_id("i").description("by hand");
    let odd = odd.content_handling_strategy(types::ContentHandlingStrategy::ConvertToText).build();
    let stage = types::Stage::builder().stage_name("v1").description("by hand").auto_deploy(true);
    let limits = types::RouteSettings::builder().throttling_rate_limit(2.5).build();
    let observed = Answers {
        routes: vec![route.build()],
        integrations: vec![odd],
        stages: vec![stage.deployment_id("d").default_route_settings(limits).build()],
        ..answers(types::Api::builder().version("3").build())
    };
    let observed = observed.observed().expect("answers that can be read");
    let seen: Vec<(&str, Option<&str>)> =
        observed.unmodelled.iter().map(|one| (one.attribute.as_str(), one.forbids)).collect();
    let expected = [
        ("route apiGatewayManaged", Some("apigatewayv2:DeleteRoute")),
        ("version", None),
        ("integration description", None),
        ("stage description", None),
    ];
    assert_eq!(seen, expected);
    let state = serde_json::to_value(&observed.state).unwrap();
    assert_eq!(state["routes"]["GET /a"]["other"], json!({"apiKeyRequired": "true"}));
    let integration = observed.state.integrations.values().next().expect("one");
    assert_eq!(integration.other.keys().collect::<Vec<_>>(), ["contentHandlingStrategy"]);
    let stage = json!({"deployment": "d", "autoDeploy": true, "routeSettings": {}, "accessLogSettings": null,
        "stageVariables": {}, "defaultRouteSettings": {"detailedMetricsEnabled": false,
            "throttling": {"throttlingRateLimit": 2.5, "throttlingBurstLimit": 5000}}});
    assert_eq!(state["stages"], json!({"v1": stage}));
}

#[test]
fn two_routes_of_one_key_are_no_answer() {
    let twice = vec![route("r1", "GET /a", ""), route("r2", "GET /a", "")];
    let observed = Answers { routes: twice, ..answers(types::Api::builder().build()) }.observed();
    assert!(observed.unwrap_err().contains("abc1234567"));
}
