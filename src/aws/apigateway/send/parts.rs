//! Sending the calls on authorizers, models, validators and gateway responses.

use super::{Answer, Aws, AwsError, Call, literal, patches, tags, unexpected};
use crate::aws::apigateway::{CreateAuthorizer, PutGatewayResponse};

pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    match call {
        Call::CreateAuthorizer(_) | Call::UpdateAuthorizer(_) | Call::DeleteAuthorizer(_) => {
            send_authorizer(aws, call).await
        }
        Call::CreateModel(_) | Call::UpdateModel(_) | Call::DeleteModel(_) => send_model(aws, call).await,
        Call::PutGatewayResponse(_) | Call::DeleteGatewayResponse(_) => send_response(aws, call).await,
        other => send_validator(aws, other).await,
    }
}

async fn send_authorizer(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let client = &aws.write.apigateway;
    match call {
        Call::CreateAuthorizer(input) => create_authorizer(aws, input).await,
        Call::UpdateAuthorizer(input) => {
            let api = "apigateway:UpdateAuthorizer";
            let request = client.update_authorizer().rest_api_id(literal(api, &input.rest_api_id)?);
            let request = request.authorizer_id(literal(api, &input.authorizer_id)?);
            let request = request.set_patch_operations(Some(patches(api, &input.patch_operations)?));
            request.send().await.answer(api).map(drop)
        }
        Call::DeleteAuthorizer(input) => {
            let api = "apigateway:DeleteAuthorizer";
            let request = client.delete_authorizer().rest_api_id(literal(api, &input.rest_api_id)?);
            request.authorizer_id(literal(api, &input.authorizer_id)?).send().await.answer(api).map(drop)
        }
        other => Err(unexpected(other)),
    }
}

async fn create_authorizer(aws: &Aws, input: &CreateAuthorizer) -> Result<(), AwsError> {
    let api = "apigateway:CreateAuthorizer";
    let wanted = &input.authorizer;
    let pools: Vec<String> = wanted.provider_arns.iter().cloned().collect();
    let request = aws.write.apigateway.create_authorizer().rest_api_id(literal(api, &input.rest_api_id)?);
    let request = request
        .name(&input.name)
        .r#type(wanted.authorizer_type.as_str().into())
        .set_provider_arns((!pools.is_empty()).then_some(pools))
        .set_authorizer_uri(wanted.authorizer_uri.clone())
        .set_authorizer_credentials(wanted.authorizer_credentials.clone())
        .set_identity_source(wanted.identity_source.clone())
        .set_identity_validation_expression(wanted.identity_validation_expression.clone())
        .authorizer_result_ttl_in_seconds(wanted.authorizer_result_ttl_in_seconds);
    request.send().await.answer(api).map(drop)
}

async fn send_model(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let client = &aws.write.apigateway;
    match call {
        Call::CreateModel(input) => {
            let api = "apigateway:CreateModel";
            let request = client.create_model().rest_api_id(literal(api, &input.rest_api_id)?).name(&input.name);
            let request = request.content_type(&input.content_type).schema(&input.schema);
            request.send().await.answer(api).map(drop)
        }
        Call::UpdateModel(input) => {
            let api = "apigateway:UpdateModel";
            let request = client.update_model().rest_api_id(literal(api, &input.rest_api_id)?);
            let request = request.model_name(&input.model_name);
            let request = request.set_patch_operations(Some(patches(api, &input.patch_operations)?));
            request.send().await.answer(api).map(drop)
        }
        Call::DeleteModel(input) => {
            let api = "apigateway:DeleteModel";
            let request = client.delete_model().rest_api_id(literal(api, &input.rest_api_id)?);
            request.model_name(&input.model_name).send().await.answer(api).map(drop)
        }
        other => Err(unexpected(other)),
    }
}

async fn send_validator(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let client = &aws.write.apigateway;
    match call {
        Call::CreateRequestValidator(input) => {
            let api = "apigateway:CreateRequestValidator";
            let request = client.create_request_validator().rest_api_id(literal(api, &input.rest_api_id)?);
            let request = request
                .name(&input.name)
                .validate_request_body(input.validate_request_body)
                .validate_request_parameters(input.validate_request_parameters);
            request.send().await.answer(api).map(drop)
        }
        Call::UpdateRequestValidator(input) => {
            let api = "apigateway:UpdateRequestValidator";
            let request = client.update_request_validator().rest_api_id(literal(api, &input.rest_api_id)?);
            let request = request.request_validator_id(literal(api, &input.request_validator_id)?);
            let request = request.set_patch_operations(Some(patches(api, &input.patch_operations)?));
            request.send().await.answer(api).map(drop)
        }
        Call::DeleteRequestValidator(input) => {
            let api = "apigateway:DeleteRequestValidator";
            let request = client.delete_request_validator().rest_api_id(literal(api, &input.rest_api_id)?);
            request.request_validator_id(literal(api, &input.request_validator_id)?).send().await.answer(api).map(drop)
        }
        other => Err(unexpected(other)),
    }
}

async fn send_response(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    match call {
        Call::PutGatewayResponse(input) => put_response(aws, input).await,
        Call::DeleteGatewayResponse(input) => {
            let api = "apigateway:DeleteGatewayResponse";
            let request = aws.write.apigateway.delete_gateway_response().rest_api_id(literal(api, &input.rest_api_id)?);
            request.response_type(input.response_type.as_str().into()).send().await.answer(api).map(drop)
        }
        other => Err(unexpected(other)),
    }
}

async fn put_response(aws: &Aws, input: &PutGatewayResponse) -> Result<(), AwsError> {
    let api = "apigateway:PutGatewayResponse";
    let (headers, bodies) = (&input.response_parameters, &input.response_templates);
    let request = aws.write.apigateway.put_gateway_response().rest_api_id(literal(api, &input.rest_api_id)?);
    let request = request
        .response_type(input.response_type.as_str().into())
        .set_status_code(input.status_code.clone())
        .set_response_parameters((!headers.is_empty()).then(|| tags::map(headers)))
        .set_response_templates((!bodies.is_empty()).then(|| tags::map(bodies)));
    request.send().await.answer(api).map(drop)
}
