//! Sending the calls on a REST API, field by field.

use aws_sdk_apigateway::types;

use crate::aws::apigateway::call::{self, Call, MethodKey, PatchOperation};
use crate::aws::error::{Answer, AwsError};
use crate::aws::{Aws, literal, tags};
use crate::text::Text;

mod parts;

/// Sends one call.
pub async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    match call {
        Call::PutMethod(_) | Call::DeleteMethod(_) | Call::PutMethodResponse(_) => send_method(aws, call).await,
        Call::PutIntegration(_) | Call::PutIntegrationResponse(_) => send_integration(aws, call).await,
        Call::CreateAuthorizer(_)
        | Call::UpdateAuthorizer(_)
        | Call::DeleteAuthorizer(_)
        | Call::CreateModel(_)
        | Call::UpdateModel(_)
        | Call::DeleteModel(_)
        | Call::CreateRequestValidator(_)
        | Call::UpdateRequestValidator(_)
        | Call::DeleteRequestValidator(_)
        | Call::PutGatewayResponse(_)
        | Call::DeleteGatewayResponse(_) => parts::send(aws, call).await,
        Call::CreateDeployment(_)
        | Call::DeleteDeployment(_)
        | Call::CreateStage(_)
        | Call::UpdateStage(_)
        | Call::DeleteStage(_) => send_stage(aws, call).await,
        other => send_api(aws, other).await,
    }
}

async fn send_api(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let client = &aws.write.apigateway;
    match call {
        Call::CreateRestApi(input) => create_rest_api(aws, input).await,
        Call::UpdateRestApi(input) => {
            let api = "apigateway:UpdateRestApi";
            let request = client.update_rest_api().rest_api_id(literal(api, &input.rest_api_id)?);
            let request = request.set_patch_operations(Some(patches(api, &input.patch_operations)?));
            request.send().await.answer(api).map(drop)
        }
        Call::DeleteRestApi(input) => {
            let api = "apigateway:DeleteRestApi";
            client.delete_rest_api().rest_api_id(literal(api, &input.rest_api_id)?).send().await.answer(api).map(drop)
        }
        Call::CreateResource(input) => {
            let api = "apigateway:CreateResource";
            let request = client.create_resource().rest_api_id(literal(api, &input.rest_api_id)?);
            let request = request.parent_id(literal(api, &input.parent_id)?).path_part(&input.path_part);
            request.send().await.answer(api).map(drop)
        }
        Call::DeleteResource(input) => {
            let api = "apigateway:DeleteResource";
            let request = client.delete_resource().rest_api_id(literal(api, &input.rest_api_id)?);
            request.resource_id(literal(api, &input.resource_id)?).send().await.answer(api).map(drop)
        }
        Call::TagResource(input) => {
            let api = "apigateway:TagResource";
            let request = client.tag_resource().resource_arn(literal(api, &input.resource_arn)?);
            request.set_tags(Some(tags::map(&input.tags))).send().await.answer(api).map(drop)
        }
        Call::UntagResource(input) => {
            let api = "apigateway:UntagResource";
            let request = client.untag_resource().resource_arn(literal(api, &input.resource_arn)?);
            request.set_tag_keys(Some(input.tag_keys.clone())).send().await.answer(api).map(drop)
        }
        other => Err(unexpected(other)),
    }
}

async fn create_rest_api(aws: &Aws, input: &call::CreateRestApi) -> Result<(), AwsError> {
    let kinds = input.endpoint_configuration.types.iter().map(|of| of.as_str().into()).collect();
    let binary: Vec<String> = input.binary_media_types.iter().cloned().collect();
    let endpoint = types::EndpointConfiguration::builder().set_types(Some(kinds)).build();
    let request = aws.write.apigateway.create_rest_api().name(&input.name).endpoint_configuration(endpoint);
    let request = request
        .set_description((!input.description.is_empty()).then(|| input.description.clone()))
        .set_policy(input.policy.as_ref().map(ToString::to_string))
        .set_binary_media_types((!binary.is_empty()).then_some(binary))
        .set_minimum_compression_size(input.minimum_compression_size)
        .set_tags(Some(tags::map(&input.tags)));
    request.send().await.answer("apigateway:CreateRestApi").map(drop)
}

/// The three ids of a method: API, path and HTTP method.
fn ids(api: &'static str, key: &MethodKey) -> Result<(String, String, String), AwsError> {
    let (rest, resource) = (literal(api, &key.rest_api_id)?, literal(api, &key.resource_id)?);
    Ok((rest.to_owned(), resource.to_owned(), key.http_method.clone()))
}

async fn send_method(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let client = &aws.write.apigateway;
    match call {
        Call::DeleteMethod(key) => {
            let api = "apigateway:DeleteMethod";
            let (rest, resource, method) = ids(api, key)?;
            let request = client.delete_method().rest_api_id(rest).resource_id(resource).http_method(method);
            request.send().await.answer(api).map(drop)
        }
        Call::PutMethod(input) => {
            let api = "apigateway:PutMethod";
            let (rest, resource, method) = ids(api, &input.method)?;
            let request = client.put_method().rest_api_id(rest).resource_id(resource).http_method(method);
            let optional =
                |id: &Option<Text>| id.as_ref().map(|id| literal(api, id)).transpose().map(|id| id.map(str::to_owned));
            let (authorizer, validator) = (optional(&input.authorizer_id)?, optional(&input.request_validator_id)?);
            let (checks, some) = (&input.checks, |is_empty: bool| !is_empty);
            let scopes = checks.authorization_scopes.iter().cloned().collect();
            let parameters = checks.request_parameters.iter().map(|(name, is)| (name.clone(), *is)).collect();
            let request = request
                .authorization_type(&input.authorization_type)
                .api_key_required(input.api_key_required)
                .set_authorizer_id(authorizer)
                .set_request_validator_id(validator)
                .set_authorization_scopes(some(checks.authorization_scopes.is_empty()).then_some(scopes))
                .set_request_parameters(some(checks.request_parameters.is_empty()).then_some(parameters))
                .set_request_models(some(checks.request_models.is_empty()).then(|| tags::map(&checks.request_models)));
            request.send().await.answer(api).map(drop)
        }
        Call::PutMethodResponse(input) => {
            let api = "apigateway:PutMethodResponse";
            let (rest, resource, method) = ids(api, &input.method)?;
            let headers = input.response_parameters.iter().map(|(k, v)| (k.clone(), *v)).collect();
            let request = client.put_method_response().rest_api_id(rest).resource_id(resource).http_method(method);
            let request = request.status_code(&input.status_code).set_response_parameters(Some(headers));
            request.send().await.answer(api).map(drop)
        }
        other => Err(unexpected(other)),
    }
}

async fn send_integration(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let client = &aws.write.apigateway;
    match call {
        Call::PutIntegration(input) => {
            let api = "apigateway:PutIntegration";
            let (rest, resource, method) = ids(api, &input.method)?;
            let wanted = &input.integration;
            let (parameters, templates) = (tags::map(&wanted.request_parameters), tags::map(&wanted.request_templates));
            let keys: Vec<String> = wanted.cache_key_parameters.iter().cloned().collect();
            let request = client.put_integration().rest_api_id(rest).resource_id(resource).http_method(method);
            let request = request
                .r#type(wanted.integration_type.as_str().into())
                .set_uri(wanted.uri.clone())
                .set_integration_http_method(wanted.integration_http_method.clone())
                .set_credentials(wanted.credentials.clone())
                .set_connection_type(wanted.connection_type.as_deref().map(Into::into))
                .set_connection_id(wanted.connection_id.clone())
                .timeout_in_millis(wanted.timeout_in_millis)
                .set_request_parameters((!parameters.is_empty()).then_some(parameters))
                .set_passthrough_behavior(wanted.passthrough_behavior.clone())
                .set_cache_key_parameters((!keys.is_empty()).then_some(keys))
                .set_request_templates((!templates.is_empty()).then_some(templates))
                .set_content_handling(wanted.content_handling.as_deref().map(Into::into));
            request.send().await.answer(api).map(drop)
        }
        Call::PutIntegrationResponse(input) => {
            let api = "apigateway:PutIntegrationResponse";
            let (rest, resource, method) = ids(api, &input.method)?;
            let values = tags::map(&input.response_parameters);
            let request = client.put_integration_response().rest_api_id(rest).resource_id(resource).http_method(method);
            let templates = tags::map(&input.response_templates);
            let request = request
                .status_code(&input.status_code)
                .set_response_parameters(Some(values))
                .set_selection_pattern(input.selection_pattern.clone())
                .set_response_templates((!templates.is_empty()).then_some(templates))
                .set_content_handling(input.content_handling.as_deref().map(Into::into));
            request.send().await.answer(api).map(drop)
        }
        other => Err(unexpected(other)),
    }
}

async fn send_stage(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let client = &aws.write.apigateway;
    match call {
        Call::CreateDeployment(input) => {
            let api = "apigateway:CreateDeployment";
            let request = client.create_deployment().rest_api_id(literal(api, &input.rest_api_id)?);
            request.description(&input.description).send().await.answer(api).map(drop)
        }
        Call::DeleteDeployment(input) => {
            let api = "apigateway:DeleteDeployment";
            let request = client.delete_deployment().rest_api_id(literal(api, &input.rest_api_id)?);
            request.deployment_id(literal(api, &input.deployment_id)?).send().await.answer(api).map(drop)
        }
        Call::CreateStage(input) => {
            let api = "apigateway:CreateStage";
            let variables = tags::map(&input.variables);
            let request = client.create_stage().rest_api_id(literal(api, &input.rest_api_id)?);
            let request = request
                .stage_name(&input.stage_name)
                .deployment_id(literal(api, &input.deployment_id)?)
                .tracing_enabled(input.tracing_enabled)
                .set_cache_cluster_enabled(input.cache_cluster_enabled.then_some(true))
                .set_cache_cluster_size(input.cache_cluster_size.as_deref().map(Into::into))
                .set_variables((!variables.is_empty()).then_some(variables))
                .set_tags(Some(tags::map(&input.tags)));
            request.send().await.answer(api).map(drop)
        }
        Call::UpdateStage(input) => {
            let api = "apigateway:UpdateStage";
            let request = client.update_stage().rest_api_id(literal(api, &input.rest_api_id)?);
            let request = request.stage_name(&input.stage_name);
            let request = request.set_patch_operations(Some(patches(api, &input.patch_operations)?));
            request.send().await.answer(api).map(drop)
        }
        Call::DeleteStage(input) => {
            let api = "apigateway:DeleteStage";
            let request = client.delete_stage().rest_api_id(literal(api, &input.rest_api_id)?);
            request.stage_name(&input.stage_name).send().await.answer(api).map(drop)
        }
        other => Err(unexpected(other)),
    }
}

fn unexpected(call: &Call) -> AwsError {
    AwsError::not_sent("apigateway", format!("no request for {call:?}"))
}

fn patches(api: &'static str, wanted: &[PatchOperation]) -> Result<Vec<types::PatchOperation>, AwsError> {
    let one = |patch: &PatchOperation| {
        let value = patch.value.as_ref().map(|value| literal(api, value)).transpose()?;
        let builder = types::PatchOperation::builder().op(patch.op.as_str().into()).path(&patch.path);
        Ok(builder.set_value(value.map(str::to_owned)).build())
    };
    wanted.iter().map(one).collect()
}
