//! Sending the calls on an HTTP API, field by field.

use aws_sdk_apigatewayv2::types;

use super::call::{self, Call};
use super::state::Cors;
use crate::aws::error::{Answer, AwsError};
use crate::aws::{Aws, literal, tags};
use crate::text::Text;

mod part;
mod stage;

/// Sends one call.
pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    match call {
        Call::CreateAuthorizer(_)
        | Call::UpdateAuthorizer(_)
        | Call::DeleteAuthorizer(_)
        | Call::CreateIntegration(_)
        | Call::UpdateIntegration(_)
        | Call::DeleteIntegration(_)
        | Call::CreateRoute(_)
        | Call::UpdateRoute(_)
        | Call::DeleteRoute(_) => part::send(aws, call).await,
        Call::CreateDeployment(_)
        | Call::DeleteDeployment(_)
        | Call::CreateStage(_)
        | Call::UpdateStage(_)
        | Call::DeleteAccessLogSettings(_)
        | Call::DeleteRouteSettings(_)
        | Call::DeleteStage(_) => stage::send(aws, call).await,
        other => send_api(aws, other).await,
    }
}

async fn send_api(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let client = &aws.write.apigatewayv2;
    match call {
        Call::CreateApi(input) => create_api(aws, input).await,
        Call::UpdateApi(input) => {
            let api = "apigatewayv2:UpdateApi";
            let request = client.update_api().api_id(literal(api, &input.api_id)?);
            let request = request
                .set_description(input.description.clone())
                .set_cors_configuration(input.cors_configuration.as_ref().map(cors))
                .set_disable_execute_api_endpoint(input.disable_execute_api_endpoint);
            request.send().await.answer(api).map(drop)
        }
        Call::DeleteCorsConfiguration(input) => {
            let api = "apigatewayv2:DeleteCorsConfiguration";
            let request = client.delete_cors_configuration().api_id(literal(api, &input.api_id)?);
            request.send().await.answer(api).map(drop)
        }
        Call::DeleteApi(input) => {
            let api = "apigatewayv2:DeleteApi";
            client.delete_api().api_id(literal(api, &input.api_id)?).send().await.answer(api).map(drop)
        }
        Call::TagResource(input) => {
            let api = "apigatewayv2:TagResource";
            let request = client.tag_resource().resource_arn(literal(api, &input.resource_arn)?);
            request.set_tags(Some(tags::map(&input.tags))).send().await.answer(api).map(drop)
        }
        Call::UntagResource(input) => {
            let api = "apigatewayv2:UntagResource";
            let request = client.untag_resource().resource_arn(literal(api, &input.resource_arn)?);
            request.set_tag_keys(Some(input.tag_keys.clone())).send().await.answer(api).map(drop)
        }
        other => Err(unexpected(other)),
    }
}

async fn create_api(aws: &Aws, input: &call::CreateApi) -> Result<(), AwsError> {
    let request = aws.write.apigatewayv2.create_api().name(&input.name);
    let request = request
        .protocol_type(input.protocol_type.as_str().into())
        .set_description((!input.description.is_empty()).then(|| input.description.clone()))
        .set_cors_configuration(input.cors_configuration.as_ref().map(cors))
        .set_disable_execute_api_endpoint(input.disable_execute_api_endpoint.then_some(true))
        .set_tags(Some(tags::map(&input.tags)));
    request.send().await.answer("apigatewayv2:CreateApi").map(drop)
}

fn cors(cors: &Cors) -> types::Cors {
    let list = |set: &std::collections::BTreeSet<String>| (!set.is_empty()).then(|| set.iter().cloned().collect());
    types::Cors::builder()
        .set_allow_credentials(cors.allow_credentials.then_some(true))
        .set_allow_headers(list(&cors.allow_headers))
        .set_allow_methods(list(&cors.allow_methods))
        .set_allow_origins(list(&cors.allow_origins))
        .set_expose_headers(list(&cors.expose_headers))
        .set_max_age(cors.max_age)
        .build()
}

fn unexpected(call: &Call) -> AwsError {
    AwsError::not_sent("apigatewayv2", format!("no request for {call:?}"))
}

/// Text that may be left out, with every id in it.
fn optional(api: &'static str, text: Option<&Text>) -> Result<Option<String>, AwsError> {
    text.map(|text| literal(api, text).map(str::to_owned)).transpose()
}
