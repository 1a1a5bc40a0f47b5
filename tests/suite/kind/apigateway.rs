//! REST APIs on both emulators.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_apigateway::types::{EndpointConfiguration, EndpointType, Op, PatchOperation};
use serde_json::json;
use serverless_app::aws::apigateway::{
    AccessLog, EDGE, Integration, IntegrationResponse, Method, PRIVATE, REGIONAL, RestApi, Stage, Throttle, setting_key,
};
use serverless_app::aws::document::Document;
use serverless_app::aws::{Aws, Id, Kind, PlanReader, State, Tags};
use serverless_app::text::{OutputRef, Outputs};

use crate::lifecycle::{emulators, id, lead, observe};

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn function(id: &Id, timeout_in_millis: i32) -> Method {
    let function = id.site.arn("lambda", "function:suite--test-none");
    let region = &id.site.region;
    Method {
        authorization_type: "NONE".into(),
        api_key_required: false,
        checks: Default::default(),
        integration: Some(Integration {
            integration_type: "AWS_PROXY".into(),
            uri: Some(format!("arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations")),
            integration_http_method: Some("POST".into()),
            timeout_in_millis,
            ..Integration::default()
        }),
        ..Method::default()
    }
}

fn preflight(origin: &str) -> Method {
    let header = "method.response.header.Access-Control-Allow-Origin";
    Method {
        authorization_type: "NONE".into(),
        api_key_required: false,
        checks: Default::default(),
        integration: Some(Integration {
            integration_type: "MOCK".into(),
            timeout_in_millis: 29000,
            request_templates: [("application/json".into(), "{\"statusCode\": 200}".into())].into(),
            content_handling: Some("CONVERT_TO_TEXT".into()),
            ..Integration::default()
        }),
        method_responses: [("200".into(), [header.to_owned()].into())].into(),
        integration_responses: [("200".into(), headers(&[(header, &format!("'{origin}'"))]))].into(),
        ..Method::default()
    }
}

fn headers(all: &[(&str, &str)]) -> IntegrationResponse {
    IntegrationResponse { response_parameters: tags(all), ..IntegrationResponse::default() }
}

fn policy(range: &str) -> Document {
    let statement = |effect: &str| json!({"Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"});
    let mut deny = statement("Deny");
    deny["Condition"] = json!({"NotIpAddress": {"aws:SourceIp": [range]}});
    Document::new(vec![statement("Allow"), deny])
}

fn api(id: &Id, tags: &Tags) -> RestApi {
    RestApi {
        description: "For tests".into(),
        endpoint_type: REGIONAL.into(),
        policy: Some(policy("192.0.2.0/24")),
        binary_media_types: BTreeSet::new(),
        minimum_compression_size: None,
        resources: ["/items", "/items/{id}"].map(String::from).into(),
        methods: [
            ("POST /items".into(), function(id, 29000)),
            ("OPTIONS /items".into(), preflight("*")),
            ("GET /items/{id}".into(), Method { authorization_type: "AWS_IAM".into(), ..function(id, 5000) }),
        ]
        .into(),
        parts: Default::default(),
        deployments: BTreeSet::new(),
        stages: BTreeMap::new(),
        tags: tags.clone(),
    }
}

fn log(id: &Id, format: &str) -> AccessLog {
    AccessLog { destination_arn: id.site.arn("logs", "log-group:/aws/apigateway/suite"), format: format.into() }
}

/// Limits of routes: so many requests a second, five at once.
fn limits(routes: &[(&str, &str, f64)]) -> BTreeMap<String, BTreeMap<String, String>> {
    let limit = |(method, path, rate_limit): &(&str, &str, f64)| {
        (setting_key(method, path), Throttle { rate_limit: *rate_limit, burst_limit: 5 }.of_method())
    };
    routes.iter().map(limit).collect()
}

/// Everything that can be set.
fn first(id: &Id) -> RestApi {
    let tags = tags(&[("a", "1"), ("b", "2")]);
    let stage = Stage {
        tracing_enabled: true,
        throttling: Some(Throttle { rate_limit: 100.0, burst_limit: 50 }),
        other_settings: limits(&[("POST", "/items", 10.5), ("GET", "/items/{id}", 20.0)]),
        access_log_settings: Some(log(id, "$context.requestId")),
        variables: [("one".into(), "1".into()), ("two".into(), "2".into())].into(),
        tags: tags.clone(),
        ..Stage::default()
    };
    let binary_media_types = ["image/png".into(), "*/*".into()].into();
    RestApi { binary_media_types, minimum_compression_size: Some(1024), ..api(id, &tags) }.deployed("v1", stage)
}

/// Everything changed.
fn second(id: &Id) -> RestApi {
    let tags = tags(&[("b", "3"), ("c", "4")]);
    let stage = Stage {
        throttling: Some(Throttle { rate_limit: 2.5, burst_limit: 5 }),
        other_settings: limits(&[("POST", "/items", 1.0), ("GET", "/", 2.0)]),
        access_log_settings: Some(log(id, "$context.requestId $context.status")),
        variables: [("two".into(), "3".into())].into(),
        tags: tags.clone(),
        ..Stage::default()
    };
    RestApi {
        description: "Changed".into(),
        endpoint_type: EDGE.into(),
        policy: Some(policy("198.51.100.0/24")),
        binary_media_types: ["image/gif".into()].into(),
        minimum_compression_size: Some(0),
        resources: ["/items", "/items/{key}", "/items/{key}/parts", "/{proxy+}"].map(String::from).into(),
        methods: [
            ("POST /items".into(), Method { api_key_required: true, ..function(id, 3000) }),
            ("OPTIONS /items".into(), preflight("https://example.org")),
            ("ANY /{proxy+}".into(), function(id, 29000)),
            ("GET /".into(), function(id, 29000)),
        ]
        .into(),
        ..api(id, &tags)
    }
    .deployed("v1", stage)
}

async fn to(aws: &Aws, id: &Id, want: Option<RestApi>) -> Vec<String> {
    let sent = lead(aws, id, want.map(State::from).as_ref(), &mut Outputs::new()).await;
    sent.into_iter().map(|api| api.replace("apigateway:", "")).collect()
}

#[tokio::test]
async fn an_api_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::RestApi, "life", "suite--test-life").await;
        let sent = to(&aws, &id, Some(first(&id))).await;
        let end = ["CreateDeployment", "CreateStage", "UpdateStage"];
        assert_eq!(
            (sent[0].as_str(), &sent[sent.len() - 3..]),
            ("CreateRestApi", &end.map(String::from)[..]),
            "{emulator}"
        );
        let sent = to(&aws, &id, Some(second(&id))).await;
        assert_eq!(sent.iter().filter(|api| *api == "CreateDeployment").count(), 1, "{emulator} {sent:?}");
        let bare = RestApi { description: String::new(), policy: None, ..api(&id, &Tags::new()) };
        to(&aws, &id, Some(bare.clone().deployed("v1", Stage::default()))).await;
        let sent = to(&aws, &id, Some(bare.deployed("v2", Stage::default()))).await;
        assert_eq!(sent, ["CreateStage", "DeleteStage"], "{emulator}");
        assert_eq!(to(&aws, &id, None).await, ["DeleteRestApi"], "{emulator}");
    }
}

#[tokio::test]
async fn an_api_keeps_its_vpc_endpoints_while_it_is_private_and_lets_them_go_before_it_is_another() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::RestApi, "vpc", "suite--test-vpc").await;
        let of = |endpoint_type: &str| {
            let api = RestApi { endpoint_type: endpoint_type.into(), ..api(&id, &Tags::new()) };
            api.deployed("v1", Stage::default())
        };
        to(&aws, &id, Some(of(PRIVATE))).await;
        let (api_id, _) = ids(&aws, &id, "/").await;
        let endpoint =
            PatchOperation::builder().op(Op::Add).path("/endpointConfiguration/vpcEndpointIds").value("vpce-1");
        let update = aws.write.apigateway.update_rest_api().rest_api_id(api_id);
        update.patch_operations(endpoint.build()).send().await.unwrap();
        let keeping = async |want: RestApi| {
            let live = observe(&aws, &id, &mut Outputs::new()).await.expect("the API");
            assert_eq!(live.unmodelled, vec![], "{emulator}");
            let mut want = State::from(want);
            want.keep(&live.state);
            let State::RestApi(want) = want else { panic!("an API") };
            want
        };
        let kept = keeping(of(PRIVATE)).await;
        assert_eq!(kept.parts.vpc_endpoint_ids, ["vpce-1".to_owned()].into(), "{emulator}");
        assert_eq!(to(&aws, &id, Some(kept)).await, [""; 0], "{emulator}");
        let moved = keeping(of(REGIONAL)).await;
        assert_eq!(to(&aws, &id, Some(moved)).await, ["UpdateRestApi", "UpdateRestApi"], "{emulator}");
        to(&aws, &id, None).await;
    }
}

#[tokio::test]
async fn an_api_returns_to_an_earlier_definition() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::RestApi, "back", "suite--test-back").await;
        for want in [first(&id), second(&id), first(&id)] {
            to(&aws, &id, Some(want)).await;
        }
        let live = observe(&aws, &id, &mut Outputs::new()).await.expect("the API");
        assert_eq!(live.state, first(&id).into(), "{emulator}");
        to(&aws, &id, None).await;
    }
}

fn replace(path: &str, value: &str) -> PatchOperation {
    PatchOperation::builder().op(Op::Replace).path(path).value(value).build()
}

/// The API's id, and the id of one of its paths.
async fn ids(aws: &Aws, id: &Id, path: &str) -> (String, String) {
    let mut known = Outputs::new();
    observe(aws, id, &mut known).await.expect("the API");
    let of = |attribute: String| known[&OutputRef::new(&id.address, attribute)].clone();
    (of("id".into()), of(format!("resource:{path}")))
}

#[tokio::test]
async fn what_others_do_to_the_definition_is_seen_and_undone() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::RestApi, "drift", "suite--test-drift").await;
        let (want, client) = (first(&id), &aws.write.apigateway);
        to(&aws, &id, Some(want.clone())).await;
        let (api, items) = ids(&aws, &id, "/items").await;
        let method = || client.update_method().rest_api_id(&api).resource_id(&items).http_method("POST");

        client.delete_method().rest_api_id(&api).resource_id(&items).http_method("POST").send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["PutMethod", "PutIntegration"], "{emulator}");

        method().patch_operations(replace("/operationName", "other")).send().await.unwrap();
        let again = ["DeleteMethod", "PutMethod", "PutIntegration"];
        assert_eq!(to(&aws, &id, Some(want.clone())).await, again, "{emulator}");

        let integration = client.update_integration().rest_api_id(&api).resource_id(&items).http_method("POST");
        integration.patch_operations(replace("/credentials", "arn:aws:iam::1:role/other")).send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, again, "{emulator}");

        let other = client.create_resource().rest_api_id(&api).parent_id(&items).path_part("other");
        let other = other.send().await.unwrap().id.unwrap();
        let put = client.put_method().rest_api_id(&api).resource_id(&other).http_method("GET");
        put.authorization_type("NONE").send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["DeleteMethod", "DeleteResource"], "{emulator}");

        let open = json!({"Version": "2012-10-17", "Statement": []}).to_string();
        client.update_rest_api().rest_api_id(&api).patch_operations(replace("/policy", &open)).send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateRestApi"], "{emulator}");

        let edge = replace("/endpointConfiguration/types/REGIONAL", "EDGE");
        client.update_rest_api().rest_api_id(&api).patch_operations(edge).send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want)).await, ["UpdateRestApi"], "{emulator}");
        to(&aws, &id, None).await;
    }
}

#[tokio::test]
async fn what_others_do_to_stages_and_deployments_is_seen_and_undone() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::RestApi, "served", "suite--test-served").await;
        let (want, client) = (first(&id), &aws.write.apigateway);
        to(&aws, &id, Some(want.clone())).await;
        let (api, _) = ids(&aws, &id, "/").await;
        let stage = |patch| client.update_stage().rest_api_id(&api).stage_name("v1").patch_operations(patch).send();

        for patch in [
            replace("/tracingEnabled", "false"),
            replace("/variables/two", "other"),
            replace("/*/*/throttling/rateLimit", "9999"),
            replace("/*/*/logging/dataTrace", "true"),
            replace("/~1items/POST/throttling/burstLimit", "7"),
        ] {
            let what = format!("{emulator}: {patch:?}");
            stage(patch).await.unwrap();
            assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateStage"], "{what}");
        }

        for description in ["", "", "by hand"] {
            let made = client.create_deployment().rest_api_id(&api).description(description).send().await.unwrap();
            stage(replace("/deploymentId", made.id().unwrap())).await.unwrap();
        }
        let expected = ["UpdateStage", "DeleteDeployment", "DeleteDeployment", "DeleteDeployment"];
        assert_eq!(to(&aws, &id, Some(want.clone())).await, expected, "{emulator}");

        for arn in ["", "/stages/v1"] {
            let arn = format!("arn:aws:apigateway:us-west-2::/restapis/{api}{arn}");
            client.tag_resource().resource_arn(&arn).tags("a", "other").tags("new", "1").send().await.unwrap();
        }
        let tagged = ["TagResource", "UntagResource"];
        assert_eq!(to(&aws, &id, Some(want.clone())).await, [tagged, tagged].concat(), "{emulator}");

        client.delete_stage().rest_api_id(&api).stage_name("v1").send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want)).await, ["CreateStage", "UpdateStage"], "{emulator}");
        to(&aws, &id, None).await;
    }
}

#[tokio::test]
async fn an_api_of_our_name_is_ours_only_by_its_tags() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::RestApi, "same", "suite--test-same").await;
        let client = &aws.write.apigateway;
        let regional = || EndpointConfiguration::builder().types(EndpointType::Regional).build();
        let make = |tags: Tags| {
            let request = client.create_rest_api().name(&id.name).endpoint_configuration(regional());
            request.set_tags(Some(tags.into_iter().collect())).send()
        };
        make(tags(&[("team", "other")])).await.unwrap();
        let foreign = observe(&aws, &id, &mut Outputs::new()).await.expect("somebody else's").state;
        assert_eq!(foreign.tags(), Some(&tags(&[("team", "other")])), "{emulator}");

        let ours = make(id.owner.tags(&id.address)).await.unwrap().id.unwrap();
        let found = observe(&aws, &id, &mut Outputs::new()).await.expect("ours");
        assert_eq!((found.identity, found.unmodelled), (Some(ours.clone()), vec![]), "{emulator}");
        let listed = Kind::RestApi.find(&PlanReader::new(&aws), &id.owner).await.unwrap();
        let seeds: Vec<_> = listed.iter().filter(|found| found.name == id.name).collect();
        assert_eq!(seeds.len(), 1, "{emulator}");
        let seeded = Kind::RestApi
            .observe_for_plan(&PlanReader::new(&aws), &id, Some(&seeds[0].seed))
            .await
            .unwrap()
            .expect("ours");
        assert_eq!(seeded.identity, Some(ours.clone()), "{emulator}");

        let twin = make(id.owner.tags(&id.address)).await.unwrap().id.unwrap();
        let error = Kind::RestApi.find(&PlanReader::new(&aws), &id.owner).await.expect_err("two of ours").to_string();
        assert!(error.contains(&ours) && error.contains(&twin), "{emulator} {error}");
    }
}
