//! REST APIs.

use std::collections::BTreeMap;

use aws_sdk_apigateway::types::Stage;
use serverless_app::aws::client::Clients;

use super::{last, or_none, sorted};

/// Each API's name by its id.
pub async fn names(read: &Clients) -> BTreeMap<String, String> {
    let apis = read.apigateway.get_rest_apis().send().await.unwrap().items.unwrap_or_default();
    apis.into_iter().map(|api| (api.id.unwrap(), api.name.unwrap())).collect()
}

pub async fn apis(read: &Clients, names: &BTreeMap<String, String>) -> Vec<String> {
    let (client, mut all) = (&read.apigateway, Vec::new());
    for (id, name) in names {
        let api = client.get_rest_api().rest_api_id(id).send().await.unwrap();
        let deployments = client.get_deployments().rest_api_id(id).send().await.unwrap().items.unwrap_or_default();
        // AWS escapes it once more than JSON does.
        let limited = api.policy().is_some_and(|policy| policy.replace('\\', "").contains("192.0.2.0/24"));
        let description = or_none(api.description());
        all.push(format!("api {name} {description} limited={limited} deployments={}", deployments.len()));
        let stages = client.get_stages().rest_api_id(id).send().await.unwrap().item.unwrap_or_default();
        for stage in stages {
            let arn = format!("arn:aws:apigateway:{}::/restapis/{id}/stages/", super::super::app::REGION);
            let arn = format!("{arn}{}", stage.stage_name().unwrap());
            let wall = read.wafv2.get_web_acl_for_resource().resource_arn(arn).send().await.unwrap();
            let wall = wall.web_acl().map(|acl| acl.name().to_owned());
            all.push(format!("api {name} {} firewall={}", told(&stage), or_none(wall.as_deref())));
        }
        all.extend(routes(read, id).await.into_iter().map(|line| format!("api {name} {line}")));
        all.extend(guards(read, id).await.into_iter().map(|line| format!("api {name} {line}")));
    }
    all
}

/// Authorizers, validators and what callers get where nothing of the app's has answered.
async fn guards(read: &Clients, id: &str) -> Vec<String> {
    let client = &read.apigateway;
    let authorizers = client.get_authorizers().rest_api_id(id).send().await.unwrap().items.unwrap_or_default();
    let validators = client.get_request_validators().rest_api_id(id).send().await.unwrap().items.unwrap_or_default();
    let responses = client.get_gateway_responses().rest_api_id(id).send().await.unwrap().items.unwrap_or_default();
    let authorizer = |one: &aws_sdk_apigateway::types::Authorizer| {
        let function = one.authorizer_uri().and_then(|uri| uri.strip_suffix("/invocations")).map_or("-", last);
        let (of, ttl) = (one.r#type().unwrap().as_str(), one.authorizer_result_ttl_in_seconds().unwrap());
        format!("authorizer {} {of} asks {function} ttl={ttl}", one.name().unwrap())
    };
    let validator = |one: &aws_sdk_apigateway::types::RequestValidator| {
        let (body, parameters) = (one.validate_request_body(), one.validate_request_parameters());
        format!("validator {} body={body} parameters={parameters}", one.name().unwrap())
    };
    let response = |one: &aws_sdk_apigateway::types::GatewayResponse| {
        let headers = one.response_parameters().map_or(0, |headers| headers.len());
        format!("answers {} with {headers} header", one.response_type().unwrap().as_str())
    };
    let said = responses.iter().filter(|one| !one.default_response()).map(response);
    authorizers.iter().map(authorizer).chain(validators.iter().map(validator)).chain(said).collect()
}

fn told(stage: &Stage) -> String {
    let settings = stage.method_settings().and_then(|settings| settings.get("*/*"));
    // Without a limit of its own a stage has the account's.
    let limits = settings.map(|of| (of.throttling_rate_limit(), of.throttling_burst_limit()));
    let throttle = match limits {
        Some((rate, burst)) if rate > 0.0 && burst > 0 && burst < 5000 => format!("{rate}/{burst}"),
        _ => "-".into(),
    };
    let cache = stage.cache_cluster_size().filter(|_| stage.cache_cluster_enabled()).map(|size| size.as_str());
    let (name, tracing, cache) = (stage.stage_name().unwrap(), stage.tracing_enabled(), or_none(cache));
    format!("stage {name} tracing={tracing} throttle={throttle} cache={cache}")
}

async fn routes(read: &Clients, id: &str) -> Vec<String> {
    let (client, mut all, mut paths) = (&read.apigateway, Vec::new(), Vec::new());
    let resources = client.get_resources().rest_api_id(id).embed("methods").limit(500).send().await.unwrap();
    for resource in resources.items() {
        let path = resource.path().unwrap();
        paths.push(path.to_owned());
        for verb in resource.resource_methods().into_iter().flat_map(|methods| methods.keys()) {
            let method = client.get_method().rest_api_id(id).resource_id(resource.id().unwrap()).http_method(verb);
            let method = method.send().await.unwrap();
            let uri = method.method_integration().and_then(|integration| integration.uri());
            let function = uri.and_then(|uri| uri.strip_suffix("/invocations")).map(last);
            let asked = uri.filter(|uri| uri.contains(":sqs:path/")).and_then(|uri| uri.rsplit('/').next());
            let answer = match (function, asked) {
                (Some(function), _) => format!("calls {function}"),
                (None, Some(queue)) => format!("asks {queue}"),
                (None, None) => "is mocked".to_owned(),
            };
            all.push(format!("{verb} {path} {answer} {}", or_none(method.authorization_type())));
        }
    }
    all.push(format!("paths {}", sorted(paths)));
    all
}
