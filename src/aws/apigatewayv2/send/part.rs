//! Authorizers, integrations and routes.

use aws_sdk_apigatewayv2::types;

use super::{optional, unexpected};
use crate::aws::apigatewayv2::call::{self, Call};
use crate::aws::apigatewayv2::state::{Integration, Jwt};
use crate::aws::error::{Answer, AwsError};
use crate::aws::{Aws, literal, tags};

/// Sends one call on a part of the definition.
pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    match call {
        Call::CreateAuthorizer(_) | Call::UpdateAuthorizer(_) | Call::DeleteAuthorizer(_) => {
            send_authorizer(aws, call).await
        }
        Call::CreateRoute(_) | Call::UpdateRoute(_) | Call::DeleteRoute(_) => send_route(aws, call).await,
        other => send_integration(aws, other).await,
    }
}

/// What both calls on an authorizer say.
macro_rules! set_authorizer {
    ($request:expr, $of:expr) => {{
        let of: &call::AuthorizerSettings = $of;
        $request
            .authorizer_type(of.authorizer_type.as_str().into())
            .set_identity_source(of.identity_source.clone())
            .set_jwt_configuration(of.jwt_configuration.as_ref().map(jwt))
            .set_authorizer_uri(of.authorizer_uri.clone())
            .set_authorizer_credentials_arn(of.authorizer_credentials_arn.clone())
            .set_authorizer_payload_format_version(of.authorizer_payload_format_version.clone())
            .set_authorizer_result_ttl_in_seconds(of.authorizer_result_ttl_in_seconds)
            .set_enable_simple_responses(of.enable_simple_responses)
    }};
}

/// What both calls on an integration say.
macro_rules! set_integration {
    ($request:expr, $of:expr) => {{
        let of: &Integration = $of;
        let tls = |name: &String| types::TlsConfigInput::builder().server_name_to_verify(name).build();
        let link = of.connection_id.as_ref().map(|_| types::ConnectionType::VpcLink);
        let answers = of.response_parameters.iter().map(|(status, all)| (status.clone(), tags::map(all)));
        let answers = (!of.response_parameters.is_empty()).then(|| answers.collect());
        $request
            .integration_type(of.integration_type.as_str().into())
            .set_integration_subtype(of.integration_subtype.clone())
            .set_integration_uri(of.integration_uri.clone())
            .set_integration_method(of.integration_method.clone())
            .set_connection_type(link)
            .set_connection_id(of.connection_id.clone())
            .set_credentials_arn(of.credentials_arn.clone())
            .payload_format_version(&of.payload_format_version)
            .timeout_in_millis(of.timeout_in_millis)
            .set_request_parameters((!of.request_parameters.is_empty()).then(|| tags::map(&of.request_parameters)))
            .set_response_parameters(answers)
            .set_tls_config(of.server_name_to_verify.as_ref().map(tls))
    }};
}

fn jwt(jwt: &Jwt) -> types::JwtConfiguration {
    let audience = jwt.audience.iter().cloned().collect();
    types::JwtConfiguration::builder().issuer(&jwt.issuer).set_audience(Some(audience)).build()
}

async fn send_authorizer(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let client = &aws.write.apigatewayv2;
    match call {
        Call::CreateAuthorizer(input) => {
            let api = "apigatewayv2:CreateAuthorizer";
            let request = client.create_authorizer().api_id(literal(api, &input.api_id)?).name(&input.name);
            set_authorizer!(request, &input.settings).send().await.answer(api).map(drop)
        }
        Call::UpdateAuthorizer(input) => {
            let api = "apigatewayv2:UpdateAuthorizer";
            let request = client.update_authorizer().api_id(literal(api, &input.api_id)?);
            let request = request.authorizer_id(literal(api, &input.authorizer_id)?);
            set_authorizer!(request, &input.settings).send().await.answer(api).map(drop)
        }
        Call::DeleteAuthorizer(input) => {
            let api = "apigatewayv2:DeleteAuthorizer";
            let request = client.delete_authorizer().api_id(literal(api, &input.api_id)?);
            request.authorizer_id(literal(api, &input.authorizer_id)?).send().await.answer(api).map(drop)
        }
        other => Err(unexpected(other)),
    }
}

async fn send_integration(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let client = &aws.write.apigatewayv2;
    match call {
        Call::CreateIntegration(input) => {
            let api = "apigatewayv2:CreateIntegration";
            let request = client.create_integration().api_id(literal(api, &input.api_id)?);
            set_integration!(request, &input.integration).send().await.answer(api).map(drop)
        }
        Call::UpdateIntegration(input) => {
            let api = "apigatewayv2:UpdateIntegration";
            let request = client.update_integration().api_id(literal(api, &input.api_id)?);
            let request = request.integration_id(literal(api, &input.integration_id)?);
            set_integration!(request, &input.integration).send().await.answer(api).map(drop)
        }
        Call::DeleteIntegration(input) => {
            let api = "apigatewayv2:DeleteIntegration";
            let request = client.delete_integration().api_id(literal(api, &input.api_id)?);
            request.integration_id(literal(api, &input.integration_id)?).send().await.answer(api).map(drop)
        }
        other => Err(unexpected(other)),
    }
}

async fn send_route(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let client = &aws.write.apigatewayv2;
    match call {
        Call::CreateRoute(input) => {
            let api = "apigatewayv2:CreateRoute";
            let request = client.create_route().api_id(literal(api, &input.api_id)?).route_key(&input.route_key);
            let scopes: Vec<String> = input.authorization_scopes.iter().cloned().collect();
            let name = &input.operation_name;
            let request = request
                .authorization_type(input.authorization_type.as_str().into())
                .set_authorizer_id(optional(api, input.authorizer_id.as_ref())?)
                .set_authorization_scopes((!scopes.is_empty()).then_some(scopes))
                .set_operation_name((!name.is_empty()).then(|| name.clone()))
                .set_target(optional(api, input.target.as_ref())?);
            request.send().await.answer(api).map(drop)
        }
        Call::UpdateRoute(input) => {
            let api = "apigatewayv2:UpdateRoute";
            let request = client.update_route().api_id(literal(api, &input.api_id)?);
            let scopes = input.authorization_scopes.as_ref().map(|scopes| scopes.iter().cloned().collect());
            let request = request
                .route_id(literal(api, &input.route_id)?)
                .set_authorization_type(input.authorization_type.as_deref().map(Into::into))
                .set_authorizer_id(optional(api, input.authorizer_id.as_ref())?)
                .set_authorization_scopes(scopes)
                .set_operation_name(input.operation_name.clone())
                .set_target(optional(api, input.target.as_ref())?);
            request.send().await.answer(api).map(drop)
        }
        Call::DeleteRoute(input) => {
            let api = "apigatewayv2:DeleteRoute";
            let request = client.delete_route().api_id(literal(api, &input.api_id)?);
            request.route_id(literal(api, &input.route_id)?).send().await.answer(api).map(drop)
        }
        other => Err(unexpected(other)),
    }
}
