use aws_sdk_apigateway::primitives::DateTime;
use aws_sdk_apigateway::types;
use serde_json::json;

use super::*;
use crate::aws::Kind;
use crate::aws::apigateway::Checks;
use crate::aws::test_support::test_id;

fn site() -> Site {
    test_id(Kind::RestApi, "any").site
}

fn observed(api: types::RestApi, resources: &[types::Resource], stages: &[types::Stage]) -> Observed<RestApi> {
    let beside = BesidePaths::default();
    let answers = Answers { api: &api, api_id: "abc123", resources, deployments: Vec::new(), stages, beside: &beside };
    answers.observed(&site()).expect("answers that can be read")
}

/// What lies beside the paths, with a method that names some of it.
fn observed_beside(beside: &BesidePaths, method: types::Method) -> Observed<RestApi> {
    let resource = [types::Resource::builder().path("/").resource_methods("GET", method).build()];
    let api = types::RestApi::builder().build();
    let deployments = Vec::new();
    let answers = Answers { api: &api, api_id: "abc123", resources: &resource, deployments, stages: &[], beside };
    answers.observed(&site()).expect("answers that can be read")
}

fn deployment(id: &str, description: &str, seconds: i64) -> types::Deployment {
    let described = types::Deployment::builder().id(id).created_date(DateTime::from_secs(seconds));
    described.description(description).build()
}

#[test]
fn a_policy_reads_the_same_however_it_is_escaped_and_however_our_arn_is_written() {
    let short = json!({"Statement": [{"Effect": "Allow", "Resource": "execute-api:/*"}]});
    let long =
        r#"{"Statement":[{"Effect":"Allow","Resource":["arn:aws:execute-api:us-west-2:123456789012:abc123/*"]}]}"#;
    let quotes = long.replace('"', "\\\"");
    let slashes = long.replace('/', "\\/").replace('\\', "\\\\").replace('"', "\\\"");
    for text in [long, &quotes, &slashes] {
        assert_eq!(policy(&site(), text, "abc123"), Ok(Some(short.clone().into())), "{text}");
    }
    assert_eq!(policy(&site(), "", "abc123"), Ok(None));
    assert!(policy(&site(), "{", "abc123").is_err());
}

#[test]
fn an_arn_of_another_api_stays_as_it_is() {
    let text = r#"{"Statement":[{"Resource":"arn:aws:execute-api:us-west-2:123456789012:other/*"}]}"#;
    let document = policy(&site(), text, "abc123").unwrap().unwrap();
    assert_eq!(document.statements()[0]["Resource"], json!(["arn:aws:execute-api:us-west-2:123456789012:other/*"]));
}

#[test]
fn deployments_are_told_apart_and_keep_their_names_when_the_youngest_goes() {
    let digest = crate::canonical::Sha::of(b"x").to_string();
    let mut all = vec![
        deployment("d", &digest, 4),
        deployment("c", &digest, 3),
        deployment("a", "", 1),
        deployment("b", "", 2),
        deployment("e", "made by hand #2", 5),
    ];
    let described = describe(all.clone());
    let names: Vec<&str> = ["a", "b", "c", "d", "e"].iter().map(|id| described[*id].as_str()).collect();
    let second = format!("{digest} #2");
    assert_eq!(names, ["made by hand #1", "made by hand #2", &digest, &second, "made by hand #2 #1"]);
    all.retain(|deployment| deployment.id() != Some("d"));
    assert!(describe(all).iter().all(|(id, description)| described[id] == *description));
}

#[test]
fn what_api_gateway_adds_by_itself_is_nothing_that_was_asked_for() {
    let integration = types::Integration::builder()
        .r#type(types::IntegrationType::AwsProxy)
        .http_method("POST")
        .uri("uri")
        .connection_type(types::ConnectionType::Internet)
        .passthrough_behavior("WHEN_NO_MATCH")
        .cache_namespace("r1")
        .timeout_in_millis(29000)
        .build();
    let method = types::Method::builder()
        .http_method("POST")
        .authorization_type("NONE")
        .api_key_required(false)
        .method_integration(integration)
        .build();
    let resource = types::Resource::builder().id("r1").path("/items").resource_methods("POST", method).build();
    let endpoint = types::EndpointConfiguration::builder()
        .types(types::EndpointType::Regional)
        .ip_address_type(types::IpAddressType::Ipv4)
        .build();
    let api = types::RestApi::builder()
        .api_key_source(types::ApiKeySourceType::Header)
        .endpoint_configuration(endpoint)
        .api_status(types::ApiStatus::Available)
        .security_policy(types::SecurityPolicy::Tls10)
        .build();
    let observed = observed(api, &[resource], &[]);
    assert_eq!((observed.unmodelled, observed.pending), (vec![], None));
    assert_eq!(observed.outputs["resource:/items"], "r1");
    let state = serde_json::to_value(observed.state).unwrap();
    let method = json!({"authorizationType": "NONE", "apiKeyRequired": false, "methodResponses": {},
        "integrationResponses": {}, "integration": {"type": "AWS_PROXY", "uri": "uri", "integrationHttpMethod": "POST",
        "timeoutInMillis": 29000}});
    assert_eq!(state["methods"], json!({"POST /items": method}));
}

#[test]
fn settings_that_no_method_of_ours_has_are_seen() {
    let integration = types::Integration::builder().response_transfer_mode("STREAM".into()).build();
    let response = types::MethodResponse::builder().response_models("application/json", "Empty").build();
    let method = types::Method::builder()
        .request_validator_id("v")
        .authorization_scopes("one")
        .authorization_scopes("two")
        .method_responses("200", response)
        .method_integration(integration);
    let resource = types::Resource::builder().path("/").resource_methods("GET", method.build()).build();
    let other = &observed(types::RestApi::builder().build(), &[resource], &[]).state.methods["GET /"].other;
    let expected = json!({"200 responseModels": "application/json=Empty",
        "integration responseTransferMode": "STREAM", "requestValidatorId": "v"});
    assert_eq!(serde_json::to_value(other).unwrap(), expected);
}

#[test]
fn what_a_service_is_asked_with_is_read_and_a_template_that_is_null_or_empty_is_none() {
    let response = types::IntegrationResponse::builder()
        .selection_pattern("5\\d{2}")
        .response_templates("application/json", "{}")
        .response_templates("text/plain", "")
        .response_parameters("method.response.header.X", "'x'");
    let integration = types::Integration::builder()
        .r#type(types::IntegrationType::Aws)
        .uri("arn:queue")
        .credentials("arn:role")
        .connection_type(types::ConnectionType::VpcLink)
        .connection_id("link")
        .request_parameters("integration.request.header.X", "'x'")
        .passthrough_behavior("NEVER")
        .cache_key_parameters("method.request.querystring.page")
        .integration_responses("200", types::IntegrationResponse::builder().selection_pattern("").build())
        .integration_responses("500", response.build());
    let method = types::Method::builder().method_integration(integration.build()).build();
    let resource = types::Resource::builder().path("/").resource_methods("GET", method).build();
    let state = serde_json::to_value(observed(types::RestApi::builder().build(), &[resource], &[]).state).unwrap();
    let read = &state["methods"]["GET /"];
    let expected = json!({"type": "AWS", "uri": "arn:queue", "credentials": "arn:role", "connectionType": "VPC_LINK",
        "connectionId": "link", "timeoutInMillis": 29000, "passthroughBehavior": "NEVER",
        "requestParameters": {"integration.request.header.X": "'x'"},
        "cacheKeyParameters": ["method.request.querystring.page"]});
    assert_eq!((&read["integration"], read.get("other")), (&expected, None));
    let responses = json!({"200": {}, "500": {"selectionPattern": "5\\d{2}",
        "responseTemplates": {"application/json": "{}"}, "method.response.header.X": "'x'"}});
    assert_eq!(read["integrationResponses"], responses);
}

#[test]
fn settings_of_a_stage_are_read_in_every_form_of_their_keys() {
    let traced = types::MethodSetting::builder().data_trace_enabled(true).logging_level("INFO");
    let traced = traced.throttling_rate_limit(10000.0).throttling_burst_limit(5000).build();
    let limited = types::MethodSetting::builder().throttling_rate_limit(2.5).throttling_burst_limit(1).build();
    let log = types::AccessLogSettings::builder().destination_arn("arn:group:*").format("f").build();
    let stage = types::Stage::builder()
        .stage_name("v1")
        .deployment_id("gone")
        .method_settings("*/*", traced)
        .method_settings("~1a~1{b}/GET", limited.clone())
        .method_settings("items/POST", limited.clone())
        .method_settings("~1/PUT", limited)
        .access_log_settings(log)
        .client_certificate_id("c");
    let observed = observed(types::RestApi::builder().build(), &[], &[stage.build()]);
    let attributes: Vec<&str> = observed.unmodelled.iter().map(|one| one.attribute.as_str()).collect();
    assert_eq!(attributes, ["stage clientCertificateId"]);
    let limits = json!({"throttlingBurstLimit": "1", "throttlingRateLimit": "2.5"});
    let expected = json!({
        "deployment": "gone", "tracingEnabled": false, "variables": {}, "tags": {},
        "throttling": {"rateLimit": 10000.0, "burstLimit": 5000},
        "accessLogSettings": {"destinationArn": "arn:group", "format": "f"},
        "otherSettings": {"*/*": {"dataTraceEnabled": "true", "loggingLevel": "INFO"},
            "~1a~1{b}/GET": limits, "~1items/POST": limits, "~1/PUT": limits},
    });
    assert_eq!(serde_json::to_value(&observed.state.stages["v1"]).unwrap(), expected);
}

#[test]
fn a_cache_shows_its_size_and_what_it_is_at_and_settings_by_default_are_not_said() {
    let cached =
        types::MethodSetting::builder().caching_enabled(true).cache_ttl_in_seconds(60).cache_data_encrypted(true);
    let quiet =
        types::MethodSetting::builder().cache_ttl_in_seconds(60).cache_data_encrypted(true).logging_level("OFF");
    let stage = types::Stage::builder()
        .stage_name("v1")
        .cache_cluster_enabled(true)
        .cache_cluster_size("1.6".into())
        .cache_cluster_status("CREATE_IN_PROGRESS".into())
        .method_settings("items/GET", cached.throttling_rate_limit(1.0).throttling_burst_limit(1).build())
        .method_settings("*/*", quiet.throttling_rate_limit(10000.0).throttling_burst_limit(5000).build());
    let observed = observed(types::RestApi::builder().build(), &[], &[stage.build()]);
    assert_eq!((observed.pending.as_deref(), observed.unmodelled.len()), (Some("CREATE_IN_PROGRESS"), 0));
    let stage = serde_json::to_value(&observed.state.stages["v1"]).unwrap();
    let settings = json!({"cacheDataEncrypted": "true", "cacheTtlInSeconds": "60", "cachingEnabled": "true",
        "throttlingBurstLimit": "1", "throttlingRateLimit": "1"});
    assert_eq!(
        (&stage["cacheClusterSize"], &stage["otherSettings"]),
        (&json!("1.6"), &json!({"~1items/GET": settings}))
    );
}

fn validator(id: &str, name: &str) -> types::RequestValidator {
    types::RequestValidator::builder().id(id).name(name).validate_request_body(true).build()
}

#[test]
fn parts_are_called_by_their_names_and_aws_own_models_are_none_of_them() {
    let authorizer = types::Authorizer::builder()
        .id("a1")
        .name("users")
        .r#type(types::AuthorizerType::Token)
        .auth_type("custom")
        .authorizer_uri("uri")
        .identity_source("method.request.header.Authorization")
        .build();
    let model = |name: &str| types::Model::builder().name(name).content_type("application/json").schema("{ }").build();
    let response = |of: &str, status: Option<&str>, default: bool| {
        types::GatewayResponse::builder()
            .response_type(of.into())
            .set_status_code(status.map(String::from))
            .response_templates("application/json", "{\"message\":$context.error.messageString}")
            .default_response(default)
            .build()
    };
    let beside = BesidePaths {
        authorizers: vec![authorizer],
        models: vec![model("Empty"), model("Error"), model("Order")],
        validators: vec![validator("v2", "body"), validator("v1", "body")],
        responses: vec![response("THROTTLED", Some("429"), true), response("WAF_FILTERED", Some("403"), false)],
        ..BesidePaths::default()
    };
    let method = types::Method::builder()
        .authorization_type("CUSTOM")
        .authorizer_id("a1")
        .request_validator_id("v2")
        .request_models("$default", "Order");
    let observed = observed_beside(&beside, method.build());
    let state = serde_json::to_value(&observed.state).unwrap();
    assert_eq!(state["authorizers"]["users"]["authorizerResultTtlInSeconds"], json!(300));
    assert_eq!(state["authorizers"]["users"].get("authType"), None);
    assert_eq!(state["models"], json!({"Order": {"contentType": "application/json", "schema": {}}}));
    assert_eq!(state["gatewayResponses"], json!({"WAF_FILTERED": {}}), "what is so by default is not said");
    let validators: Vec<&str> = observed.state.parts.request_validators.keys().map(String::as_str).collect();
    assert_eq!(validators, ["body", "body #2"], "one that came twice is seen");
    let method = &state["methods"]["GET /"];
    assert_eq!((&method["authorizer"], &method["requestValidator"]), (&json!("users"), &json!("body #2")));
    assert_eq!(method.get("other"), None);
    let id = |name: &str| observed.outputs[name].as_str();
    assert_eq!((id("authorizer:users"), id("validator:body"), id("validator:body #2")), ("a1", "v1", "v2"));
}

#[test]
fn an_authorizer_that_was_not_read_is_somebody_elses() {
    let method = types::Method::builder().authorization_type("CUSTOM").authorizer_id("a1").build();
    let observed = observed_beside(&BesidePaths::default(), method);
    let method = &observed.state.methods["GET /"];
    assert_eq!(method.checks, Checks::default());
    assert_eq!(method.other, BTreeMap::from([("authorizerId".into(), "a1".into())]));
}

#[test]
fn why_aws_could_not_do_what_was_asked_of_an_api_is_noted() {
    let api = |status, message: Option<&str>| {
        let api = types::RestApi::builder().api_status(status).set_api_status_message(message.map(str::to_owned));
        observed(api.build(), &[], &[]).unmodelled.into_iter().map(|one| one.attribute).collect::<Vec<_>>()
    };
    assert_eq!(api(types::ApiStatus::Failed, Some("no such endpoint")), ["apiStatus FAILED (no such endpoint)"]);
    assert_eq!(api(types::ApiStatus::Failed, None), ["apiStatus FAILED (no reason given)"]);
    assert_eq!(api(types::ApiStatus::Available, Some("")), [""; 0]);
}
