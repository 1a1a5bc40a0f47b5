//! HTTP APIs.

use std::collections::BTreeMap;

use aws_sdk_apigatewayv2::types::{Authorizer, Integration, Stage};
use serverless_app::aws::client::Clients;

use super::{last, or_none};

/// Each API's name by its id.
pub async fn names(read: &Clients) -> BTreeMap<String, String> {
    let apis = read.apigatewayv2.get_apis().send().await.unwrap().items.unwrap_or_default();
    apis.into_iter().map(|api| (api.api_id.unwrap(), api.name.unwrap())).collect()
}

pub async fn apis(read: &Clients) -> Vec<String> {
    let (client, mut all) = (&read.apigatewayv2, Vec::new());
    for (id, name) in names(read).await {
        let api = client.get_api().api_id(&id).send().await.unwrap();
        let deployments = client.get_deployments().api_id(&id).send().await.unwrap().items.unwrap_or_default();
        let cors = api.cors_configuration().is_some_and(|cors| cors.allow_credentials() == Some(true));
        let description = or_none(api.description());
        all.push(format!("http api {name} {description} cors={cors} deployments={}", deployments.len()));
        let stages = client.get_stages().api_id(&id).send().await.unwrap().items.unwrap_or_default();
        all.extend(stages.iter().map(|stage| format!("http api {name} {}", shown(stage))));
        let authorizers = client.get_authorizers().api_id(&id).send().await.unwrap().items.unwrap_or_default();
        all.extend(authorizers.iter().map(|one| format!("http api {name} authorizer {}", judge(one))));
        all.extend(routes(read, &id, &authorizers).await.into_iter().map(|line| format!("http api {name} {line}")));
    }
    all
}

fn shown(stage: &Stage) -> String {
    // Without a limit of its own a stage has the account's.
    let limits = stage.default_route_settings();
    let limits = limits.map(|of| (of.throttling_rate_limit().unwrap_or(0.0), of.throttling_burst_limit().unwrap_or(0)));
    let throttle = match limits {
        Some((rate, burst)) if rate > 0.0 && burst > 0 && burst < 5000 => format!("{rate}/{burst}"),
        _ => "-".into(),
    };
    let logs = stage.access_log_settings().is_some_and(|logs| logs.destination_arn().is_some());
    format!("stage {} throttle={throttle} logs={logs}", stage.stage_name().unwrap())
}

fn judge(one: &Authorizer) -> String {
    let name = one.name().unwrap();
    match one.jwt_configuration().filter(|jwt| jwt.issuer().is_some()) {
        Some(jwt) => format!("{name} {} for {}", jwt.issuer().unwrap(), jwt.audience().join("+")),
        None => {
            let function = last(one.authorizer_uri().unwrap().trim_end_matches("/invocations"));
            format!("{name} {function} for {} s", one.authorizer_result_ttl_in_seconds().unwrap_or_default())
        }
    }
}

async fn routes(read: &Clients, id: &str, authorizers: &[Authorizer]) -> Vec<String> {
    let client = &read.apigatewayv2;
    let integrations = client.get_integrations().api_id(id).send().await.unwrap().items.unwrap_or_default();
    let routes = client.get_routes().api_id(id).send().await.unwrap().items.unwrap_or_default();
    let line = |route: &aws_sdk_apigatewayv2::types::Route| {
        let target = route.target().unwrap().trim_start_matches("integrations/");
        let integration = integrations.iter().find(|one| one.integration_id() == Some(target)).unwrap();
        let authorizer = authorizers.iter().find(|one| one.authorizer_id() == route.authorizer_id());
        format!(
            "{} calls {} {} {}",
            route.route_key().unwrap(),
            called(integration),
            or_none(route.authorization_type().map(|of| of.as_str())),
            or_none(authorizer.filter(|_| route.authorizer_id().is_some()).and_then(|one| one.name()))
        )
    };
    routes.iter().map(line).collect()
}

/// A function, a queue or a workflow, by its name.
fn called(integration: &Integration) -> String {
    let asked = integration.request_parameters();
    let asked = asked.and_then(|asked| asked.get("QueueUrl").or_else(|| asked.get("StateMachineArn")));
    last(integration.integration_uri().or(asked.map(String::as_str)).unwrap()).to_owned()
}
