//! What each call does to an HTTP API's state.

use super::call::{Call, CreateApi, UpdateApi};
use super::state::HttpApi;
use super::{part, stage};
use crate::aws::kit::changed;

/// What a call does to the state.
pub(super) fn effect(call: &Call, state: Option<HttpApi>) -> Option<HttpApi> {
    match call {
        Call::CreateApi(input) => Some(create(input)),
        Call::DeleteApi(_) => None,
        other => changed(state, |api| apply(api, other)),
    }
}

fn create(input: &CreateApi) -> HttpApi {
    HttpApi {
        description: input.description.clone(),
        cors_configuration: input.cors_configuration.clone(),
        disable_execute_api_endpoint: input.disable_execute_api_endpoint,
        tags: input.tags.clone(),
        ..HttpApi::default()
    }
}

fn apply(api: &mut HttpApi, call: &Call) {
    match call {
        Call::UpdateApi(input) => update(api, input),
        Call::DeleteCorsConfiguration(_) => api.cors_configuration = None,
        Call::CreateAuthorizer(input) => {
            drop(api.authorizers.insert(input.name.clone(), input.settings.authorizer()));
        }
        Call::UpdateAuthorizer(input) => {
            drop(api.authorizers.insert(input.name.clone(), input.settings.authorizer()));
        }
        Call::DeleteAuthorizer(input) => drop(api.authorizers.remove(&input.name)),
        Call::CreateIntegration(input) => {
            drop(api.integrations.insert(input.integration.key(), input.integration.clone()));
        }
        Call::UpdateIntegration(input) => {
            let (integration, _) = (part::updated(&input.integration), api.integrations.remove(&input.key));
            part::renamed(&mut api.routes, &input.key, &integration.key());
            api.integrations.insert(integration.key(), integration);
        }
        Call::DeleteIntegration(input) => drop(api.integrations.remove(&input.key)),
        Call::CreateRoute(input) => drop(api.routes.insert(input.route_key.clone(), input.route())),
        Call::UpdateRoute(input) => {
            if let Some(route) = api.routes.get_mut(&input.route_key) {
                part::update(route, input);
            }
        }
        Call::DeleteRoute(input) => drop(api.routes.remove(&input.route_key)),
        other => apply_to_stages(api, other),
    }
}

fn apply_to_stages(api: &mut HttpApi, call: &Call) {
    match call {
        Call::CreateDeployment(input) => drop(api.deployments.insert(input.description.clone())),
        Call::DeleteDeployment(input) => drop(api.deployments.remove(&input.description)),
        Call::CreateStage(input) => drop(api.stages.insert(input.stage_name.clone(), stage::created(input))),
        Call::UpdateStage(input) => {
            if let Some(stage) = api.stages.get_mut(&input.stage_name) {
                stage::update(stage, input);
            }
        }
        Call::DeleteAccessLogSettings(input) => {
            if let Some(stage) = api.stages.get_mut(&input.stage_name) {
                stage.access_log_settings = None;
            }
        }
        Call::DeleteRouteSettings(input) => {
            if let Some(stage) = api.stages.get_mut(&input.stage_name) {
                stage.route_settings.remove(&input.route_key);
            }
        }
        Call::DeleteStage(input) => drop(api.stages.remove(&input.stage_name)),
        Call::TagResource(input) => input.apply(&mut api.tags),
        Call::UntagResource(input) => input.apply(&mut api.tags),
        _ => {}
    }
}

fn update(api: &mut HttpApi, input: &UpdateApi) {
    if let Some(description) = &input.description {
        api.description.clone_from(description);
    }
    if input.cors_configuration.is_some() {
        api.cors_configuration.clone_from(&input.cors_configuration);
    }
    if let Some(is_off) = input.disable_execute_api_endpoint {
        api.disable_execute_api_endpoint = is_off;
    }
}
