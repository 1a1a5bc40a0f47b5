//! Methods, as API Gateway embeds them in the answer about their path.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_apigateway::types;

use super::Names;
use crate::aws::apigateway::{Checks, Integration, IntegrationResponse, Method};
use crate::aws::kit::text::{joined, unless};

/// The methods of one path, as `POST /items`.
pub fn methods(path: &str, resource: &types::Resource, names: &Names) -> Vec<(String, Method)> {
    let all = resource.resource_methods().into_iter().flatten();
    all.map(|(http_method, read)| (format!("{http_method} {path}"), method(read, names))).collect()
}

fn method(method: &types::Method, names: &Names) -> Method {
    let integration = method.method_integration();
    let mut other: BTreeMap<String, String> = other_of_method(method, names).collect();
    other.extend(integration.into_iter().flat_map(other_of_integration));
    let responses = method.method_responses().into_iter().flatten();
    let method_responses = responses.map(|(status, response)| {
        other.extend(unless(&format!("{status} responseModels"), joined(response.response_models()), ""));
        (status.clone(), response.response_parameters().into_iter().flatten().map(|(name, _)| name.clone()).collect())
    });
    let method_responses = method_responses.collect();
    let responses = integration.and_then(|integration| integration.integration_responses()).into_iter().flatten();
    let integration_responses = responses.map(|(status, response)| (status.clone(), read_response(response)));
    Method {
        authorization_type: method.authorization_type().unwrap_or("NONE").to_owned(),
        api_key_required: method.api_key_required().unwrap_or(false),
        checks: checks(method, names),
        integration: integration.map(read_integration),
        method_responses,
        integration_responses: integration_responses.collect(),
        other,
    }
}

fn checks(method: &types::Method, names: &Names) -> Checks {
    let name = |names: &BTreeMap<String, String>, id: Option<&str>| id.and_then(|id| names.get(id)).cloned();
    let parameters = method.request_parameters().into_iter().flatten();
    let models = method.request_models().into_iter().flatten();
    Checks {
        authorizer: name(&names.authorizers, method.authorizer_id()),
        authorization_scopes: method.authorization_scopes().iter().cloned().collect(),
        request_validator: name(&names.validators, method.request_validator_id()),
        request_parameters: parameters.map(|(name, is_required)| (name.clone(), *is_required)).collect(),
        request_models: models.map(|(of, model)| (of.clone(), model.clone())).collect(),
    }
}

fn read_integration(integration: &types::Integration) -> Integration {
    let of = integration.r#type().map(|of| of.as_str()).unwrap_or_default().to_owned();
    let other_than = |value: Option<&str>, default: &str| {
        value.filter(|value| !value.is_empty() && *value != default).map(str::to_owned)
    };
    let timeout = Some(integration.timeout_in_millis()).filter(|timeout| *timeout != 0);
    Integration {
        uri: integration.uri().filter(|uri| !uri.is_empty()).map(str::to_owned),
        // Nothing is called, whatever method is listed.
        integration_http_method: integration.http_method().filter(|_| of != "MOCK").map(str::to_owned),
        credentials: other_than(integration.credentials(), ""),
        connection_type: other_than(integration.connection_type().map(|of| of.as_str()), "INTERNET"),
        connection_id: other_than(integration.connection_id(), ""),
        timeout_in_millis: timeout.unwrap_or(29000),
        request_parameters: sorted(integration.request_parameters()),
        request_templates: sorted(integration.request_templates()),
        passthrough_behavior: other_than(integration.passthrough_behavior(), "WHEN_NO_MATCH"),
        cache_key_parameters: integration.cache_key_parameters().iter().cloned().collect(),
        content_handling: integration.content_handling().map(|handling| handling.as_str().to_owned()),
        integration_type: of,
    }
}

/// Of authorizers and validators those that nothing of ours is called.
fn other_of_method(method: &types::Method, names: &Names) -> impl Iterator<Item = (String, String)> {
    let authorizer = method.authorizer_id().filter(|id| !names.authorizers.contains_key(*id));
    let validator = method.request_validator_id().filter(|id| !names.validators.contains_key(*id));
    let set = [
        unless("authorizerId", authorizer, ""),
        unless("operationName", method.operation_name(), ""),
        unless("requestValidatorId", validator, ""),
    ];
    set.into_iter().flatten()
}

fn other_of_integration(integration: &types::Integration) -> impl Iterator<Item = (String, String)> {
    let unverified = integration.tls_config().is_some_and(|tls| tls.insecure_skip_verification());
    let transfer = integration.response_transfer_mode().map(|mode| mode.as_str());
    let set = [
        unless("integration responseTransferMode", transfer, "BUFFERED"),
        unless("integration insecureSkipVerification", Some(unverified), "false"),
    ];
    set.into_iter().flatten()
}

/// A template that is empty, or that AWS reports as null, leaves the body as it is.
fn read_response(response: &types::IntegrationResponse) -> IntegrationResponse {
    let templates = sorted(response.response_templates()).into_iter();
    IntegrationResponse {
        response_parameters: sorted(response.response_parameters()),
        selection_pattern: response.selection_pattern().filter(|pattern| !pattern.is_empty()).map(str::to_owned),
        response_templates: templates.filter(|(_, template)| !template.is_empty()).collect(),
        content_handling: response.content_handling().map(|handling| handling.as_str().to_owned()),
    }
}

fn sorted(map: Option<&HashMap<String, String>>) -> BTreeMap<String, String> {
    map.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
}
