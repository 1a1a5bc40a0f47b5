//! Authorizers, integrations and routes.

use std::collections::BTreeMap;

use aws_sdk_apigatewayv2::types;

use crate::aws::apigatewayv2::state::{Authorizer, Integration, Jwt, Route, TIMEOUT};
use crate::aws::kit::text::{joined, some_text, unless};

/// An authorizer under its name.
pub(super) fn authorizer(read: &types::Authorizer) -> Option<(String, Authorizer)> {
    let of = read.authorizer_type().map_or("REQUEST", |of| of.as_str()).to_owned();
    // What is the other type's says nothing here.
    let is_request = of != "JWT";
    let jwt = read.jwt_configuration().filter(|_| !is_request);
    let authorizer = Authorizer {
        identity_source: read.identity_source().to_vec(),
        jwt_configuration: jwt.map(|jwt| Jwt {
            issuer: jwt.issuer().unwrap_or_default().to_owned(),
            audience: jwt.audience().iter().cloned().collect(),
        }),
        authorizer_uri: some_text(read.authorizer_uri()).filter(|_| is_request),
        authorizer_credentials_arn: some_text(read.authorizer_credentials_arn()).filter(|_| is_request),
        authorizer_payload_format_version: some_text(read.authorizer_payload_format_version()).filter(|_| is_request),
        authorizer_result_ttl_in_seconds: read.authorizer_result_ttl_in_seconds().filter(|_| is_request).unwrap_or(0),
        enable_simple_responses: read.enable_simple_responses().filter(|_| is_request).unwrap_or_default(),
        authorizer_type: of,
    };
    Some((read.name()?.to_owned(), authorizer))
}

/// Id and integration by key. Those that are the same are numbered in the order of their ids, which never changes.
pub(super) fn integrations(all: &[types::Integration]) -> BTreeMap<String, (String, Integration)> {
    let mut by_id: Vec<_> = all.iter().filter_map(|one| Some((one.integration_id()?, integration(one)))).collect();
    by_id.sort_by_key(|(id, _)| *id);
    let (mut keyed, mut seen) = (BTreeMap::new(), BTreeMap::<String, usize>::new());
    for (id, integration) in by_id {
        let key = integration.key();
        let count = seen.entry(key.clone()).or_default();
        *count += 1;
        let key = if *count == 1 { key } else { format!("{key} #{count}") };
        keyed.insert(key, (id.to_owned(), integration));
    }
    keyed
}

fn integration(read: &types::Integration) -> Integration {
    let of = read.integration_type().map(|of| of.as_str()).unwrap_or_default().to_owned();
    let request = read.request_parameters().into_iter().flatten();
    let answers = read.response_parameters().into_iter().flatten();
    let is_linked = read.connection_type() == Some(&types::ConnectionType::VpcLink);
    Integration {
        integration_subtype: some_text(read.integration_subtype()),
        integration_uri: some_text(read.integration_uri()),
        // AWS calls what is its own by POST, and says so or not.
        integration_method: some_text(read.integration_method()).filter(|_| of != "AWS_PROXY"),
        connection_id: some_text(read.connection_id()).filter(|_| is_linked),
        credentials_arn: some_text(read.credentials_arn()),
        payload_format_version: some_text(read.payload_format_version()).unwrap_or_else(|| "1.0".to_owned()),
        timeout_in_millis: read.timeout_in_millis().unwrap_or(TIMEOUT),
        request_parameters: request.map(|(name, value)| (name.clone(), value.clone())).collect(),
        response_parameters: answers
            .map(|(status, all)| (status.clone(), all.iter().map(|(k, v)| (k.clone(), v.clone())).collect()))
            .filter(|(_, all): &(String, BTreeMap<String, String>)| !all.is_empty())
            .collect(),
        server_name_to_verify: some_text(read.tls_config().and_then(|tls| tls.server_name_to_verify())),
        other: other_of_integration(read).collect(),
        integration_type: of,
    }
}

fn other_of_integration(read: &types::Integration) -> impl Iterator<Item = (String, String)> {
    let handling = read.content_handling_strategy().map(|strategy| strategy.as_str());
    let through = read.passthrough_behavior().map(|behavior| behavior.as_str());
    let set = [
        unless("contentHandlingStrategy", handling, ""),
        unless("passthroughBehavior", through, "WHEN_NO_MATCH"),
        unless("requestTemplates", joined(read.request_templates()), ""),
        unless("templateSelectionExpression", read.template_selection_expression(), ""),
    ];
    set.into_iter().flatten()
}

/// A route; `authorizers` are names by id, `integrations` keys by id. What stands for nothing there stays as it is.
pub(super) fn route(
    read: &types::Route,
    authorizers: &BTreeMap<&str, &str>,
    integrations: &BTreeMap<&str, &str>,
) -> Route {
    let target = some_text(read.target());
    Route {
        authorization_type: read.authorization_type().map_or("NONE", |of| of.as_str()).to_owned(),
        authorizer: some_text(read.authorizer_id())
            .map(|id| authorizers.get(id.as_str()).map_or(id.clone(), |n| (*n).into())),
        authorization_scopes: read.authorization_scopes().iter().cloned().collect(),
        operation_name: read.operation_name().unwrap_or_default().to_owned(),
        integration: target.map(|target| {
            let id = target.strip_prefix("integrations/").unwrap_or(&target);
            integrations.get(id).map_or_else(|| target.clone(), |key| (*key).to_owned())
        }),
        other: other_of_route(read).collect(),
    }
}

fn other_of_route(read: &types::Route) -> impl Iterator<Item = (String, String)> {
    let parameters = read.request_parameters().into_iter().flatten();
    let parameters: BTreeMap<_, _> = parameters.map(|(name, of)| (name, of.required().unwrap_or_default())).collect();
    let parameters = parameters.into_iter().map(|(name, needed)| format!("{name}={needed}")).collect::<Vec<_>>();
    let set = [
        unless("apiKeyRequired", read.api_key_required(), "false"),
        unless("modelSelectionExpression", read.model_selection_expression(), ""),
        unless("requestModels", joined(read.request_models()), ""),
        unless("requestParameters", Some(parameters.join(", ")), ""),
        unless("routeResponseSelectionExpression", read.route_response_selection_expression(), ""),
    ];
    set.into_iter().flatten()
}
