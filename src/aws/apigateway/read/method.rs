//! Methods, as API Gateway embeds them in the answer about their path.

use std::collections::BTreeMap;

use aws_sdk_apigateway::types;

use super::{Names, joined, unless};
use crate::aws::apigateway::{Checks, Integration, Method};

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
    let integration_responses = responses.map(|(status, response)| {
        other.extend(other_of_response(status, response));
        let values = response.response_parameters().into_iter().flatten();
        (status.clone(), values.map(|(name, value)| (name.clone(), value.clone())).collect())
    });
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
    let templates = integration.request_templates().into_iter().flatten();
    let timeout = Some(integration.timeout_in_millis()).filter(|timeout| *timeout != 0);
    Integration {
        uri: integration.uri().filter(|uri| !uri.is_empty()).map(str::to_owned),
        // Nothing is called, whatever method is listed.
        integration_http_method: integration.http_method().filter(|_| of != "MOCK").map(str::to_owned),
        timeout_in_millis: timeout.unwrap_or(29000),
        request_templates: templates.map(|(of, template)| (of.clone(), template.clone())).collect(),
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
        unless("integration cacheKeyParameters", Some(integration.cache_key_parameters().join(", ")), ""),
        unless("integration connectionType", integration.connection_type().map(|of| of.as_str()), "INTERNET"),
        unless("integration connectionId", integration.connection_id(), ""),
        unless("integration credentials", integration.credentials(), ""),
        unless("integration passthroughBehavior", integration.passthrough_behavior(), "WHEN_NO_MATCH"),
        unless("integration requestParameters", joined(integration.request_parameters()), ""),
        unless("integration responseTransferMode", transfer, "BUFFERED"),
        unless("integration insecureSkipVerification", Some(unverified), "false"),
    ];
    set.into_iter().flatten()
}

fn other_of_response(status: &str, response: &types::IntegrationResponse) -> impl Iterator<Item = (String, String)> {
    let named = |name: &str| format!("{status} {name}");
    let handling = response.content_handling().map(|handling| handling.as_str());
    let set = [
        unless(&named("contentHandling"), handling, ""),
        unless(&named("responseTemplates"), joined(response.response_templates()), ""),
        unless(&named("selectionPattern"), response.selection_pattern(), ""),
    ];
    set.into_iter().flatten()
}
