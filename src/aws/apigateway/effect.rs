//! What each call does to a REST API's state.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::apigateway::{
    Call, CreateRestApi, CreateStage, Method, MethodKey, Parts, PatchOperation, PutMethod, RestApi, Stage,
    VPC_ENDPOINTS, parts, stage,
};
use crate::aws::document::Document;
use crate::aws::kit::changed;
use crate::aws::tags::Tags;

/// What a call does to the state.
pub fn effect(call: &Call, state: Option<RestApi>) -> Option<RestApi> {
    match call {
        Call::CreateRestApi(input) => Some(create(input)),
        Call::DeleteRestApi(_) => None,
        other => changed(state, |api| apply(api, other)),
    }
}

fn create(input: &CreateRestApi) -> RestApi {
    RestApi {
        description: input.description.clone(),
        endpoint_type: input.endpoint_configuration.types.first().cloned().unwrap_or_default(),
        policy: input.policy.clone(),
        binary_media_types: input.binary_media_types.clone(),
        minimum_compression_size: input.minimum_compression_size,
        resources: BTreeSet::new(),
        methods: BTreeMap::new(),
        parts: Parts::default(),
        deployments: BTreeSet::new(),
        stages: BTreeMap::new(),
        tags: input.tags.clone(),
    }
}

fn apply(api: &mut RestApi, call: &Call) {
    match call {
        Call::CreateRestApi(_) | Call::DeleteRestApi(_) => {}
        Call::UpdateRestApi(input) => input.patch_operations.iter().for_each(|patch| update(api, patch)),
        Call::CreateResource(input) => drop(api.resources.insert(input.path.clone())),
        Call::DeleteResource(input) => delete_resource(api, &input.path),
        Call::DeleteMethod(key) => drop(api.methods.remove(&key.key())),
        Call::PutMethod(input) => drop(api.methods.insert(input.method.key(), put_method(input))),
        Call::PutIntegration(input) => on(api, &input.method, |m| m.integration = Some(input.integration.clone())),
        Call::PutMethodResponse(input) => on(api, &input.method, |method| {
            let headers = input.response_parameters.keys().cloned().collect();
            method.method_responses.insert(input.status_code.clone(), headers);
        }),
        Call::PutIntegrationResponse(input) => on(api, &input.method, |method| {
            method.integration_responses.insert(input.status_code.clone(), input.response());
        }),
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
        | Call::DeleteGatewayResponse(_) => parts::effect(call, &mut api.parts),
        Call::CreateDeployment(input) => drop(api.deployments.insert(input.description.clone())),
        Call::DeleteDeployment(input) => drop(api.deployments.remove(&input.description)),
        Call::CreateStage(input) => drop(api.stages.insert(input.stage_name.clone(), create_stage(input))),
        Call::UpdateStage(input) => {
            if let Some(stage) = api.stages.get_mut(&input.stage_name) {
                stage::patch(stage, input.deployment.as_ref(), &input.patch_operations);
            }
        }
        Call::DeleteStage(input) => drop(api.stages.remove(&input.stage_name)),
        Call::TagResource(input) => {
            if let Some(tags) = tags_of(api, input.stage.as_ref()) {
                input.apply(tags);
            }
            parts::reveal(&api.tags, &mut api.parts);
        }
        Call::UntagResource(input) => {
            if let Some(tags) = tags_of(api, input.stage.as_ref()) {
                input.apply(tags);
            }
        }
    }
}

/// Whatever lies below a path goes with it.
fn delete_resource(api: &mut RestApi, path: &str) {
    let goes = |other: &str| other.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    api.resources.retain(|other| !goes(other));
    api.methods.retain(|key, _| key.split_once(' ').is_none_or(|(_, other)| !goes(other)));
}

fn put_method(input: &PutMethod) -> Method {
    Method {
        authorization_type: input.authorization_type.clone(),
        api_key_required: input.api_key_required,
        checks: input.checks.clone(),
        ..Method::default()
    }
}

fn create_stage(input: &CreateStage) -> Stage {
    Stage {
        deployment: Some(input.deployment.clone()),
        tracing_enabled: input.tracing_enabled,
        cache_cluster_size: input.cache_cluster_size.clone(),
        variables: input.variables.clone(),
        tags: input.tags.clone(),
        ..Stage::default()
    }
}

fn on(api: &mut RestApi, key: &MethodKey, change: impl FnOnce(&mut Method)) {
    if let Some(method) = api.methods.get_mut(&key.key()) {
        change(method);
    }
}

fn tags_of<'a>(api: &'a mut RestApi, stage: Option<&String>) -> Option<&'a mut Tags> {
    match stage {
        None => Some(&mut api.tags),
        Some(name) => api.stages.get_mut(name).map(|stage| &mut stage.tags),
    }
}

fn update(api: &mut RestApi, patch: &PatchOperation) {
    let value = patch.value.as_ref().and_then(|value| value.literal());
    let text = value.unwrap_or_default().to_owned();
    match (patch.op.as_str(), patch.path.as_str()) {
        (_, "/description") => api.description = text,
        (_, "/policy") => api.policy = Document::parse(&text).ok(),
        (_, "/minimumCompressionSize") => api.minimum_compression_size = text.parse().ok(),
        (op, path) => {
            if let Some(of) = path.strip_prefix("/binaryMediaTypes/") {
                let of = of.replace("~1", "/").replace("~0", "~");
                match op {
                    "remove" => drop(api.binary_media_types.remove(&of)),
                    _ => drop(api.binary_media_types.insert(of)),
                }
            } else if path == VPC_ENDPOINTS {
                match op {
                    "remove" => drop(api.parts.vpc_endpoint_ids.remove(&text)),
                    _ => drop(api.parts.vpc_endpoint_ids.insert(text)),
                }
            } else if path.starts_with("/endpointConfiguration/types/") {
                api.endpoint_type = text;
            }
        }
    }
}
