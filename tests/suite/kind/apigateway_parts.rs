//! Authorizers, models, validators and gateway responses of REST APIs, on both emulators.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_apigateway::types::{AuthorizerType, GatewayResponseType, Op, PatchOperation};
use serde_json::json;
use serverless_app::aws::apigateway::{
    Authorizer, COGNITO, Checks, GatewayResponse, Integration, Method, Model, Parts, REGIONAL, RequestValidator,
    RestApi, Stage,
};
use serverless_app::aws::{Aws, Id, Kind, PlanReader, Seed, State, Tags};
use serverless_app::text::{OutputRef, Outputs};

use crate::lifecycle::{emulators, id, lead, observe};

fn uri(id: &Id, function: &str) -> String {
    let function = id.site.arn("lambda", &format!("function:{function}"));
    format!("arn:aws:apigateway:{}:lambda:path/2015-03-31/functions/{function}/invocations", id.site.region)
}

fn pool(id: &Id, name: &str) -> String {
    id.site.arn("cognito-idp", &format!("userpool/us-west-2_{name}"))
}

fn method(id: &Id, authorization_type: &str, checks: Checks) -> Method {
    Method {
        authorization_type: authorization_type.into(),
        api_key_required: false,
        checks,
        integration: Some(Integration {
            integration_type: "AWS_PROXY".into(),
            uri: Some(uri(id, "suite--test-none")),
            integration_http_method: Some("POST".into()),
            timeout_in_millis: 29000,
            ..Integration::default()
        }),
        ..Method::default()
    }
}

/// Who judges tokens.
fn token(id: &Id) -> Authorizer {
    Authorizer {
        authorizer_type: "TOKEN".into(),
        provider_arns: BTreeSet::new(),
        authorizer_uri: Some(uri(id, "suite--test-judge")),
        authorizer_credentials: None,
        identity_source: Some("method.request.header.Authorization".into()),
        identity_validation_expression: Some("^Bearer .+$".into()),
        authorizer_result_ttl_in_seconds: 300,
    }
}

/// Who judges requests, each of them.
fn request(id: &Id) -> Authorizer {
    Authorizer {
        authorizer_type: "REQUEST".into(),
        identity_source: None,
        identity_validation_expression: None,
        authorizer_result_ttl_in_seconds: 0,
        ..token(id)
    }
}

fn cognito(id: &Id, pools: &[&str]) -> Authorizer {
    Authorizer {
        authorizer_type: COGNITO.into(),
        provider_arns: pools.iter().map(|name| pool(id, name)).collect(),
        authorizer_uri: None,
        identity_validation_expression: None,
        ..token(id)
    }
}

fn model(required: &[&str]) -> Model {
    let schema = json!({"type": "object", "required": required, "properties": {"price": {"minimum": 0.5}}});
    Model { content_type: "application/json".into(), schema }
}

fn response(of: &str, status: Option<&str>, origin: &str) -> (String, GatewayResponse) {
    let name = "gatewayresponse.header.Access-Control-Allow-Origin".to_owned();
    let headers = BTreeMap::from([(name, format!("'{origin}'"))]);
    (of.to_owned(), GatewayResponse::of(of, status.map(String::from), headers, BTreeMap::new()))
}

fn api(methods: Vec<(&str, Method)>, parts: Parts) -> RestApi {
    let api = RestApi {
        description: String::new(),
        endpoint_type: REGIONAL.into(),
        policy: None,
        binary_media_types: BTreeSet::new(),
        minimum_compression_size: None,
        resources: ["/items".to_owned()].into(),
        methods: methods.into_iter().map(|(key, method)| (key.to_owned(), method)).collect(),
        parts,
        deployments: BTreeSet::new(),
        stages: BTreeMap::new(),
        tags: Tags::new(),
    };
    api.deployed("v1", Stage::default()).marked()
}

fn named(authorizer: &str, body: Option<&str>, parameter: Option<&str>) -> Checks {
    let validator =
        RequestValidator { validate_request_body: body.is_some(), validate_request_parameters: parameter.is_some() };
    Checks {
        authorizer: Some(authorizer.into()),
        authorization_scopes: BTreeSet::new(),
        request_validator: validator.name().map(String::from),
        request_parameters: parameter.map(|name| (name.to_owned(), true)).into_iter().collect(),
        request_models: body
            .iter()
            .flat_map(|model| ["application/json", "$default"].map(|of| (of, model)))
            .map(|(of, model)| (of.to_owned(), (*model).to_owned()))
            .collect(),
    }
}

fn validators(all: &[(bool, bool)]) -> BTreeMap<String, RequestValidator> {
    let one = |(validate_request_body, validate_request_parameters): &(bool, bool)| {
        let validator = RequestValidator {
            validate_request_body: *validate_request_body,
            validate_request_parameters: *validate_request_parameters,
        };
        (validator.name().expect("a name").to_owned(), validator)
    };
    all.iter().map(one).collect()
}

/// Everything that can be set.
fn first(id: &Id) -> RestApi {
    let users = Checks { authorization_scopes: ["shop/read".into()].into(), ..named("users", None, None) };
    let parts = Parts {
        authorizers: [("judge".into(), token(id)), ("each".into(), request(id)), ("users".into(), cognito(id, &["a"]))]
            .into(),
        models: [("Order".into(), model(&["id"])), ("Other".into(), model(&[]))].into(),
        request_validators: validators(&[(true, false), (true, true)]),
        gateway_responses: [response("DEFAULT_4XX", None, "*"), response("UNAUTHORIZED", Some("403"), "*")].into(),
        ..Parts::default()
    };
    let page = Some("method.request.querystring.page");
    let methods = vec![
        ("POST /items", method(id, "CUSTOM", named("judge", Some("Order"), None))),
        ("PUT /items", method(id, "CUSTOM", named("each", Some("Other"), page))),
        ("GET /items", method(id, COGNITO, users)),
    ];
    api(methods, parts)
}

/// Everything changed: a judge of tokens judges requests and the other way round, and one asks user pools.
fn second(id: &Id) -> RestApi {
    let each = Authorizer { authorizer_result_ttl_in_seconds: 60, ..token(id) };
    let parts = Parts {
        authorizers: [
            ("judge".into(), cognito(id, &["a"])),
            ("each".into(), each),
            ("users".into(), cognito(id, &["b", "c"])),
        ]
        .into(),
        models: [("Order".into(), model(&["id", "price"]))].into(),
        request_validators: validators(&[(true, false), (false, true)]),
        gateway_responses: [
            response("DEFAULT_4XX", None, "https://example.org"),
            response("DEFAULT_5XX", Some("503"), "*"),
        ]
        .into(),
        ..Parts::default()
    };
    let page = Some("method.request.header.X-Page");
    let methods = vec![
        ("POST /items", method(id, COGNITO, named("judge", Some("Order"), None))),
        ("PUT /items", method(id, "CUSTOM", named("each", None, page))),
        ("GET /items", method(id, COGNITO, named("users", None, None))),
    ];
    api(methods, parts)
}

fn bare(id: &Id) -> RestApi {
    api(vec![("GET /items", method(id, "NONE", Checks::default()))], Parts::default())
}

async fn to(aws: &Aws, id: &Id, want: Option<RestApi>) -> Vec<String> {
    let sent = lead(aws, id, want.map(State::from).as_ref(), &mut Outputs::new()).await;
    sent.into_iter().map(|api| api.replace("apigateway:", "")).collect()
}

#[tokio::test]
async fn what_guards_routes_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::RestApi, "guarded", "suite--test-guarded").await;
        let sent = to(&aws, &id, Some(first(&id))).await;
        let count = |sent: &[String], api: &str| sent.iter().filter(|one| *one == api).count();
        for (api, times) in
            [("CreateAuthorizer", 3), ("CreateModel", 2), ("CreateRequestValidator", 2), ("PutGatewayResponse", 2)]
        {
            assert_eq!(count(&sent, api), times, "{emulator} {api} {sent:?}");
        }
        let sent = to(&aws, &id, Some(second(&id))).await;
        for (api, times) in [
            ("DeleteAuthorizer", 1),
            ("CreateAuthorizer", 1),
            ("UpdateAuthorizer", 2),
            ("UpdateModel", 1),
            ("DeleteModel", 1),
            ("CreateRequestValidator", 1),
            ("DeleteRequestValidator", 1),
            ("PutGatewayResponse", 2),
            ("DeleteGatewayResponse", 1),
            ("CreateDeployment", 1),
        ] {
            assert_eq!(count(&sent, api), times, "{emulator} {api} {sent:?}");
        }
        let sent = to(&aws, &id, Some(bare(&id))).await;
        assert_eq!(sent.last().map(String::as_str), Some("UntagResource"), "{emulator} {sent:?}");
        let sent = to(&aws, &id, Some(first(&id))).await;
        assert_eq!(sent[0], "TagResource", "{emulator} {sent:?}");
        assert_eq!(to(&aws, &id, None).await, ["DeleteRestApi"], "{emulator}");
    }
}

fn replace(path: &str, value: &str) -> PatchOperation {
    PatchOperation::builder().op(Op::Replace).path(path).value(value).build()
}

/// What AWS made up for the API and a part of it.
async fn ids(aws: &Aws, id: &Id, part: &str) -> (String, String) {
    let mut known = Outputs::new();
    observe(aws, id, &mut known).await.expect("the API");
    let of = |attribute: &str| known[&OutputRef::new(&id.address, attribute)].clone();
    (of("id"), of(part))
}

#[tokio::test]
async fn what_others_do_to_it_is_seen_and_undone() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::RestApi, "guard-drift", "suite--test-guard-drift").await;
        let (want, client) = (first(&id), &aws.write.apigateway);
        to(&aws, &id, Some(want.clone())).await;
        let (api, judge) = ids(&aws, &id, "authorizer:judge").await;
        let (_, validator) = ids(&aws, &id, "validator:body").await;
        let update =
            |patch| client.update_authorizer().rest_api_id(&api).authorizer_id(&judge).patch_operations(patch).send();
        for patch in [
            replace("/authorizerResultTtlInSeconds", "3600"),
            replace("/authorizerUri", &uri(&id, "other")),
            replace("/identityValidationExpression", ".*"),
            replace("/identitySource", "method.request.header.Other"),
            replace("/authorizerCredentials", "arn:aws:iam::1:role/other"),
        ] {
            let what = format!("{emulator}: {patch:?}");
            update(patch).await.unwrap();
            assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateAuthorizer"], "{what}");
        }

        let off = client.update_request_validator().rest_api_id(&api).request_validator_id(&validator);
        off.patch_operations(replace("/validateRequestBody", "false")).send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateRequestValidator"], "{emulator}");

        let open = client.update_model().rest_api_id(&api).model_name("Order");
        open.patch_operations(replace("/schema", r#"{"type":"object"}"#)).send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateModel"], "{emulator}");

        let other = client.put_gateway_response().rest_api_id(&api).response_type(GatewayResponseType::Throttled);
        other.status_code("500").send().await.unwrap();
        let wanted = client.delete_gateway_response().rest_api_id(&api).response_type(GatewayResponseType::Default4Xx);
        wanted.send().await.unwrap();
        let again = ["PutGatewayResponse", "DeleteGatewayResponse"];
        assert_eq!(to(&aws, &id, Some(want.clone())).await, again, "{emulator}");

        let more = client.create_authorizer().rest_api_id(&api).name("more").r#type(AuthorizerType::Token);
        more.authorizer_uri(uri(&id, "other")).identity_source("method.request.header.A").send().await.unwrap();
        client
            .create_model()
            .rest_api_id(&api)
            .name("More")
            .content_type("application/json")
            .schema(r#"{"a":1}"#)
            .send()
            .await
            .unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["DeleteAuthorizer", "DeleteModel"], "{emulator}");

        // As after an answer that was lost.
        let twice = client.create_request_validator().rest_api_id(&api).name("body").validate_request_body(true);
        twice.send().await.unwrap();
        let sent = to(&aws, &id, Some(want)).await;
        let detached = ["DeleteMethod", "PutMethod", "PutIntegration", "DeleteRequestValidator"];
        assert!(sent == ["DeleteRequestValidator"] || sent == detached, "{emulator} {sent:?}");
        to(&aws, &id, None).await;
    }
}

#[tokio::test]
async fn what_was_made_by_hand_is_seen_by_a_plan_that_wants_it_and_asked_about_by_no_other() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::RestApi, "guard-hand", "suite--test-guard-hand").await;
        to(&aws, &id, Some(bare(&id))).await;
        let (api, _) = ids(&aws, &id, "resource:/").await;
        let client = &aws.write.apigateway;
        let made = client.create_authorizer().rest_api_id(&api).name("hand").r#type(AuthorizerType::Token);
        made.authorizer_uri(uri(&id, "other")).identity_source("method.request.header.A").send().await.unwrap();
        let put = client.put_gateway_response().rest_api_id(&api).response_type(GatewayResponseType::Throttled);
        put.status_code("500").send().await.unwrap();
        let found = async |wanted: &[&'static str]| {
            let wanted = [((Kind::RestApi, id.name.clone()), wanted.to_vec())];
            let reader = PlanReader::new(&aws).wanting(wanted.into());
            let listed = Kind::RestApi.find(&reader, &id.owner).await.unwrap();
            let seed: &Seed = &listed.iter().find(|found| found.name == id.name).expect("the API").seed;
            let read = Box::pin(Kind::RestApi.observe_for_plan(&reader, &id, Some(seed))).await.expect("a read");
            let State::RestApi(mut api) = read.expect("the API").state else { panic!("an API") };
            let by_hand = std::mem::take(&mut api.parts.by_hand);
            assert_eq!(api, bare(&id), "{emulator}: it is not ours");
            let responses: Vec<String> = by_hand.responses.into_keys().collect();
            let others = by_hand.others.into_iter().map(|(word, names)| format!("{word} {names:?}"));
            (others.collect::<Vec<_>>(), responses)
        };
        let none = (Vec::<String>::new(), Vec::<String>::new());
        assert_eq!(found(&[]).await, none, "{emulator}: nobody has asked");
        assert_eq!(found(&["authorizers"]).await.0, [r#"authorizers {"hand"}"#], "{emulator}");
        assert_eq!(found(&["models", "validators"]).await, none, "{emulator}: AWS's own models count for nothing");
        assert_eq!(found(&["responses"]).await.1, ["THROTTLED"], "{emulator}");
        to(&aws, &id, None).await;
    }
}
