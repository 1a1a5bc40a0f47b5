//! What methods of REST APIs call beside functions, and how stages serve them, on both emulators.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_apigateway::types::{ConnectionType, IntegrationType, Op, PatchOperation};
use serverless_app::aws::apigateway::{
    DEFAULT_LIMITS, Integration, IntegrationResponse, Method, REGIONAL, RestApi, Stage, Throttle, setting_key,
};
use serverless_app::aws::{Aws, Id, Kind, State, Tags};
use serverless_app::text::{OutputRef, Outputs};

use crate::lifecycle::{emulators, id, lead, observe};

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn role(id: &Id, name: &str) -> String {
    id.site.global_arn("iam", &format!("role/{name}"))
}

fn response(headers: &[(&str, &str)], pattern: Option<&str>, body: Option<&str>) -> IntegrationResponse {
    IntegrationResponse {
        response_parameters: map(headers),
        selection_pattern: pattern.map(String::from),
        response_templates: body.map(|body| ("application/json".to_owned(), body.to_owned())).into_iter().collect(),
        content_handling: None,
    }
}

/// A method with these parameters and answers.
fn method(integration: Integration, parameters: &[&str], responses: &[(&str, IntegrationResponse)]) -> Method {
    let mut method = Method { authorization_type: "NONE".into(), ..Method::default() };
    method.checks.request_parameters = parameters.iter().map(|name| ((*name).to_owned(), false)).collect();
    method.integration = Some(Integration { timeout_in_millis: 29000, ..integration });
    for (status, response) in responses {
        let headers = response.response_parameters.keys().cloned().collect();
        method.method_responses.insert((*status).to_owned(), headers);
        method.integration_responses.insert((*status).to_owned(), response.clone());
    }
    method
}

const HEADER: &str = "method.response.header.X-Id";
const PAGE: &str = "method.request.querystring.page";

/// A queue that is asked, with answers that are told apart.
fn queue(id: &Id, template: &str) -> Method {
    let integration = Integration {
        integration_type: "AWS".into(),
        uri: Some("arn:aws:apigateway:us-west-2:sqs:path/123456789012/jobs".into()),
        integration_http_method: Some("POST".into()),
        credentials: Some(role(id, "suite")),
        request_parameters: map(&[("integration.request.header.Content-Type", "'application/x-www-form-urlencoded'")]),
        request_templates: map(&[("application/json", template)]),
        passthrough_behavior: Some("NEVER".into()),
        ..Integration::default()
    };
    let good = response(&[(HEADER, "integration.response.body.MessageId")], None, Some("{}"));
    let bad = response(&[], Some("4\\d{2}"), Some("{\"message\":\"no\"}"));
    method(integration, &[], &[("200", good), ("400", bad)])
}

/// A URL in a VPC, whose answers are cached by page.
fn url(uri: &str, link: &str) -> Method {
    let integration = Integration {
        integration_type: "HTTP_PROXY".into(),
        uri: Some(uri.into()),
        integration_http_method: Some("GET".into()),
        connection_type: Some("VPC_LINK".into()),
        connection_id: Some(link.into()),
        request_parameters: map(&[("integration.request.querystring.page", PAGE)]),
        cache_key_parameters: [PAGE.to_owned()].into(),
        ..Integration::default()
    };
    method(integration, &[PAGE], &[])
}

fn mock(body: &str) -> Method {
    let integration = Integration {
        integration_type: "MOCK".into(),
        request_templates: map(&[("application/json", "{\"statusCode\": 203}")]),
        passthrough_behavior: Some("NEVER".into()),
        ..Integration::default()
    };
    method(integration, &[], &[("203", response(&[(HEADER, "'one'")], None, Some(body)))])
}

fn settings(pairs: &[(&str, &str)], limits: Throttle) -> BTreeMap<String, String> {
    map(pairs).into_iter().chain(limits.of_method()).collect()
}

fn api(methods: Vec<(&str, Method)>, stage: Stage) -> RestApi {
    let api = RestApi {
        description: String::new(),
        endpoint_type: REGIONAL.into(),
        policy: None,
        binary_media_types: BTreeSet::new(),
        minimum_compression_size: None,
        resources: ["/items".to_owned()].into(),
        methods: methods.into_iter().map(|(key, method)| (key.to_owned(), method)).collect(),
        parts: Default::default(),
        deployments: BTreeSet::new(),
        stages: BTreeMap::new(),
        tags: Tags::new(),
    };
    api.deployed("v1", stage)
}

fn first(id: &Id) -> RestApi {
    let cached = settings(&[("cachingEnabled", "true"), ("cacheDataEncrypted", "true")], DEFAULT_LIMITS);
    let stage = Stage {
        cache_cluster_size: Some("0.5".into()),
        other_settings: [(setting_key("GET", "/items"), cached)].into(),
        ..Stage::default()
    };
    let methods = vec![
        ("POST /items", queue(id, "Action=SendMessage")),
        ("GET /items", url("https://example.org", "link1")),
        ("GET /", mock("{}")),
    ];
    api(methods, stage)
}

/// Everything changed; logs of all methods, and fewer of one.
fn second(id: &Id) -> RestApi {
    let limits = Throttle { rate_limit: 5.0, burst_limit: 2 };
    let cached = [("cachingEnabled", "true"), ("cacheTtlInSeconds", "60"), ("loggingLevel", "INFO")];
    let stage = Stage {
        cache_cluster_size: Some("1.6".into()),
        throttling: Some(limits),
        other_settings: [
            ("*/*".to_owned(), map(&[("loggingLevel", "INFO"), ("metricsEnabled", "true")])),
            (setting_key("GET", "/items"), settings(&cached, limits)),
        ]
        .into(),
        ..Stage::default()
    };
    let methods = vec![
        ("POST /items", mock("{\"a\": 1}")),
        ("GET /items", url("https://example.com", "link2")),
        ("GET /", queue(id, "Action=SendMessage&MessageBody=1")),
    ];
    api(methods, stage)
}

async fn to(aws: &Aws, id: &Id, want: Option<RestApi>) -> Vec<String> {
    let sent = lead(aws, id, want.map(State::from).as_ref(), &mut Outputs::new()).await;
    sent.into_iter().map(|api| api.replace("apigateway:", "")).collect()
}

#[tokio::test]
async fn what_asks_services_and_urls_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::RestApi, "asking", "suite--test-asking").await;
        let sent = to(&aws, &id, Some(first(&id))).await;
        let count = |sent: &[String], api: &str| sent.iter().filter(|one| *one == api).count();
        for (api, times) in [("PutIntegration", 3), ("PutMethodResponse", 3), ("PutIntegrationResponse", 3)] {
            assert_eq!(count(&sent, api), times, "{emulator} {api} {sent:?}");
        }
        assert_eq!(sent[sent.len() - 3..], ["CreateDeployment", "CreateStage", "UpdateStage"], "{emulator}");
        let sent = to(&aws, &id, Some(second(&id))).await;
        assert_eq!((count(&sent, "DeleteMethod"), count(&sent, "UpdateStage")), (3, 1), "{emulator} {sent:?}");
        to(&aws, &id, Some(first(&id))).await;
        let bare = api(vec![("GET /", mock("{}"))], Stage::default());
        let sent = to(&aws, &id, Some(bare)).await;
        assert_eq!(count(&sent, "UpdateStage"), 1, "{emulator} {sent:?}");
        assert_eq!(to(&aws, &id, None).await, ["DeleteRestApi"], "{emulator}");
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
async fn what_others_do_to_integrations_and_caches_is_seen_and_undone() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::RestApi, "asked", "suite--test-asked").await;
        let (want, client) = (first(&id), &aws.write.apigateway);
        to(&aws, &id, Some(want.clone())).await;
        let (api, items) = ids(&aws, &id, "/items").await;

        let update = |method: &str, patch: PatchOperation| {
            let update = client.update_integration().rest_api_id(&api).resource_id(&items).http_method(method);
            update.patch_operations(patch).send()
        };
        for (method, patch) in [
            ("POST", replace("/credentials", &role(&id, "other"))),
            ("POST", replace("/passthroughBehavior", "WHEN_NO_MATCH")),
            ("POST", replace("/requestTemplates/application~1json", "Action=PurgeQueue")),
            ("GET", replace("/uri", "https://example.net")),
        ] {
            let what = format!("{emulator}: {patch:?}");
            update(method, patch).await.unwrap();
            let sent = to(&aws, &id, Some(want.clone())).await;
            assert_eq!(sent[..3], ["DeleteMethod", "PutMethod", "PutIntegration"], "{what} {sent:?}");
            assert!(!sent.contains(&"CreateDeployment".to_owned()), "{what}: what is served is what was deployed");
        }

        let other = client.put_integration_response().rest_api_id(&api).resource_id(&items).http_method("POST");
        other.status_code("400").selection_pattern("5\\d{2}").send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await[0], "DeleteMethod", "{emulator}");

        let put = client.put_integration().rest_api_id(&api).resource_id(&items).http_method("GET");
        let put = put.r#type(IntegrationType::HttpProxy).integration_http_method("GET").uri("https://example.org");
        put.connection_type(ConnectionType::Internet).send().await.unwrap();
        let again = ["DeleteMethod", "PutMethod", "PutIntegration"];
        assert_eq!(to(&aws, &id, Some(want.clone())).await, again, "{emulator}");

        let stage = |patch| client.update_stage().rest_api_id(&api).stage_name("v1").patch_operations(patch).send();
        for patch in [
            replace("/cacheClusterSize", "6.1"),
            replace("/cacheClusterEnabled", "false"),
            replace("/~1items/GET/caching/dataEncrypted", "false"),
            replace("/~1items/GET/caching/ttlInSeconds", "5"),
            replace("/~1items/GET/caching/enabled", "false"),
            replace("/*/*/logging/loglevel", "INFO"),
        ] {
            let what = format!("{emulator}: {patch:?}");
            stage(patch).await.unwrap();
            assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateStage"], "{what}");
        }
        to(&aws, &id, None).await;
    }
}
