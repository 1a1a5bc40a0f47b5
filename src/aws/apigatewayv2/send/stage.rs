//! Deployments and stages.

use std::collections::HashMap;

use aws_sdk_apigatewayv2::types;

use super::{optional, unexpected};
use crate::aws::apigatewayv2::call::{self, Call};
use crate::aws::apigatewayv2::state::AccessLog;
use crate::aws::error::{Answer, AwsError};
use crate::aws::{Aws, literal, tags};

/// Sends one call on a deployment or a stage.
pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let client = &aws.write.apigatewayv2;
    match call {
        Call::CreateDeployment(input) => {
            let api = "apigatewayv2:CreateDeployment";
            let request = client.create_deployment().api_id(literal(api, &input.api_id)?);
            request.description(&input.description).send().await.answer(api).map(drop)
        }
        Call::DeleteDeployment(input) => {
            let api = "apigatewayv2:DeleteDeployment";
            let request = client.delete_deployment().api_id(literal(api, &input.api_id)?);
            request.deployment_id(literal(api, &input.deployment_id)?).send().await.answer(api).map(drop)
        }
        Call::CreateStage(input) => create_stage(aws, input).await,
        Call::UpdateStage(input) => update_stage(aws, input).await,
        Call::DeleteAccessLogSettings(input) => {
            let api = "apigatewayv2:DeleteAccessLogSettings";
            let request = client.delete_access_log_settings().api_id(literal(api, &input.api_id)?);
            request.stage_name(&input.stage_name).send().await.answer(api).map(drop)
        }
        Call::DeleteRouteSettings(input) => {
            let api = "apigatewayv2:DeleteRouteSettings";
            let request = client.delete_route_settings().api_id(literal(api, &input.api_id)?);
            let request = request.stage_name(&input.stage_name).route_key(&input.route_key);
            request.send().await.answer(api).map(drop)
        }
        Call::DeleteStage(input) => {
            let api = "apigatewayv2:DeleteStage";
            let request = client.delete_stage().api_id(literal(api, &input.api_id)?);
            request.stage_name(&input.stage_name).send().await.answer(api).map(drop)
        }
        other => Err(unexpected(other)),
    }
}

async fn create_stage(aws: &Aws, input: &call::CreateStage) -> Result<(), AwsError> {
    let api = "apigatewayv2:CreateStage";
    let request = aws.write.apigatewayv2.create_stage().api_id(literal(api, &input.api_id)?);
    let (routes, variables) = (&input.route_settings, &input.stage_variables);
    let request = request
        .stage_name(&input.stage_name)
        .deployment_id(literal(api, &input.deployment_id)?)
        .set_default_route_settings(input.default_route_settings.map(settings))
        .set_route_settings((!routes.is_empty()).then(|| of_routes(routes.iter())))
        .set_access_log_settings(input.access_log_settings.as_ref().map(log))
        .set_stage_variables((!variables.is_empty()).then(|| tags::map(variables)));
    request.send().await.answer(api).map(drop)
}

async fn update_stage(aws: &Aws, input: &call::UpdateStage) -> Result<(), AwsError> {
    let api = "apigatewayv2:UpdateStage";
    let request = aws.write.apigatewayv2.update_stage().api_id(literal(api, &input.api_id)?);
    let request = request
        .stage_name(&input.stage_name)
        .set_auto_deploy(input.auto_deploy)
        .set_deployment_id(optional(api, input.deployment_id.as_ref())?)
        .set_default_route_settings(input.default_route_settings.map(settings))
        .set_route_settings(input.route_settings.as_ref().map(|routes| of_routes(routes.iter())))
        .set_access_log_settings(input.access_log_settings.as_ref().map(log))
        .set_stage_variables(input.stage_variables.as_ref().map(tags::map));
    request.send().await.answer(api).map(drop)
}

fn settings(of: call::Settings) -> types::RouteSettings {
    types::RouteSettings::builder()
        .detailed_metrics_enabled(of.detailed_metrics_enabled)
        .set_throttling_rate_limit(of.throttling_rate_limit)
        .set_throttling_burst_limit(of.throttling_burst_limit)
        .build()
}

fn of_routes<'a>(
    routes: impl Iterator<Item = (&'a String, &'a call::Settings)>,
) -> HashMap<String, types::RouteSettings> {
    routes.map(|(key, of)| (key.clone(), settings(*of))).collect()
}

fn log(log: &AccessLog) -> types::AccessLogSettings {
    types::AccessLogSettings::builder().destination_arn(&log.destination_arn).format(&log.format).build()
}
