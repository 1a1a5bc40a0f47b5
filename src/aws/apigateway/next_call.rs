//! Which call comes next on the way to a wanted REST API.
//!
//! 1. Tags: who may change an API is told by them.
//! 2. Settings of the API itself.
//! 3. What must go: methods that differ, then paths, the longest first; then what has to go before it can come again.
//! 4. What must come: models, validators, authorizers and gateway responses, paths, each level after the one that it
//!    continues, then each method, its integration, its responses and their values, since API Gateway accepts no part before
//!    the one that it builds on.
//! 5. A deployment of that definition, unless there is one; the stages; then the deployments that none needs, and the
//!    authorizers, validators and models that no method names.
//! 6. The tag that says which of those there are, where it says more than that.

use std::collections::BTreeSet;

use crate::aws::Id;
use crate::aws::apigateway::{
    Call, CreateDeployment, CreateResource, CreateRestApi, DeleteDeployment, EDGE, Method, MethodKey, PRIVATE,
    PatchOperation, PutIntegration, PutIntegrationResponse, PutMethod, PutMethodResponse, REGIONAL, ResourceId,
    RestApi, RestApiId, UpdateRestApi, VPC_ENDPOINTS, api_arn, api_id, authorizer, deployment_id, parts, resource_id,
    stage, validation,
};
use crate::aws::document::Document;
use crate::aws::tags::{self, Tags};

/// The next call, or `None` when nothing remains.
pub fn next_call(id: &Id, want: Option<&RestApi>, live: Option<&RestApi>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(_)) => Some(Call::DeleteRestApi(RestApiId { rest_api_id: api_id(id) })),
        (Some(want), None) => Some(Call::CreateRestApi(CreateRestApi::of(id, want))),
        (Some(want), Some(live)) => next_tags(id, &parts::early_tags(&want.tags, &live.tags), live)
            .or_else(|| next_endpoint(id, want, live))
            .or_else(|| next_settings(id, want, live))
            .or_else(|| next_removal(id, want, live))
            .or_else(|| parts::next_recreated(id, want, live))
            .or_else(|| parts::next(id, want, live))
            .or_else(|| next_resource(id, want, live))
            .or_else(|| next_method(id, want, live))
            .or_else(|| next_deployment(id, want, live))
            .or_else(|| stage::next_call(id, want, live))
            .or_else(|| next_old_deployment(id, want, live))
            .or_else(|| parts::next_removal(id, want, live))
            .or_else(|| next_tags(id, &want.tags, live)),
    }
}

fn next_tags(id: &Id, want: &Tags, live: &RestApi) -> Option<Call> {
    tags::next_call((api_arn(id, ""), None), want, &live.tags)
}

/// The endpoint's type changes in a call of its own: it takes long, and nothing else shall wait for it half-done. From a VPC
/// to the edges there is no way but by the region. VPC endpoints go before, and come after: AWS takes them of a private API
/// alone.
fn next_endpoint(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    let of = |op: &str, those: BTreeSet<&String>| -> Vec<PatchOperation> {
        let one = |endpoint: &String| PatchOperation {
            op: op.into(),
            path: VPC_ENDPOINTS.into(),
            value: Some(endpoint.as_str().into()),
        };
        those.into_iter().map(one).collect()
    };
    let (wanted, present) = (&want.parts.vpc_endpoint_ids, &live.parts.vpc_endpoint_ids);
    let path = format!("/endpointConfiguration/types/{}", live.endpoint_type);
    let is_far = live.endpoint_type == PRIVATE && want.endpoint_type == EDGE;
    let patch = PatchOperation::replace(&path, if is_far { REGIONAL } else { want.endpoint_type.as_str() });
    let moves = (want.endpoint_type != live.endpoint_type).then(|| vec![patch]);
    let (gone, new) =
        (of("remove", present.difference(wanted).collect()), of("add", wanted.difference(present).collect()));
    let patches = [Some(gone), moves, Some(new)];
    patches.into_iter().flatten().find(|patches| !patches.is_empty()).map(|patches| update(id, patches))
}

fn next_settings(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    let mut patches = Vec::new();
    if want.description != live.description {
        patches.push(description(&want.description));
    }
    if want.policy != live.policy {
        let policy = want.policy.as_ref().map(Document::to_string).unwrap_or_default();
        patches.push(PatchOperation::replace("/policy", policy));
    }
    let binary = |of: &String| format!("/binaryMediaTypes/{}", pointer(of));
    patches.extend(
        want.binary_media_types.difference(&live.binary_media_types).map(|of| PatchOperation::add(&binary(of))),
    );
    patches.extend(
        live.binary_media_types.difference(&want.binary_media_types).map(|of| PatchOperation::remove(&binary(of))),
    );
    if want.minimum_compression_size != live.minimum_compression_size {
        let size = want.minimum_compression_size.map(|size| size.to_string().into());
        patches.push(PatchOperation { value: size, ..PatchOperation::replace("/minimumCompressionSize", "") });
    }
    (!patches.is_empty()).then(|| update(id, patches))
}

/// API Gateway takes no empty description.
fn description(want: &str) -> PatchOperation {
    match want {
        "" => PatchOperation::remove("/description"),
        want => PatchOperation::replace("/description", want),
    }
}

/// A word as one step of a JSON pointer.
fn pointer(word: &str) -> String {
    word.replace('~', "~0").replace('/', "~1")
}

fn update(id: &Id, patch_operations: Vec<PatchOperation>) -> Call {
    Call::UpdateRestApi(UpdateRestApi { rest_api_id: api_id(id), patch_operations })
}

/// What must go before anything comes: methods that differ, then paths, the longest first.
fn next_removal(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    let goes = |key: &String, method: &Method| {
        parts::uses_recreated(want, live, method) || want.methods.get(key).is_none_or(|want| !can_become(want, method))
    };
    let stale = live.methods.iter().find(|(key, method)| goes(key, method));
    if let Some((http_method, path)) = stale.and_then(|(key, _)| key.split_once(' ')) {
        return Some(Call::DeleteMethod(MethodKey::of(id, http_method, path)));
    }
    let path = live.resources.iter().rev().find(|path| !want.resources.contains(*path))?;
    Some(Call::DeleteResource(ResourceId {
        rest_api_id: api_id(id),
        resource_id: resource_id(id, path),
        path: path.clone(),
    }))
}

/// True if putting parts of a method makes the live one the wanted one.
fn can_become(want: &Method, live: &Method) -> bool {
    let same = want.authorization_type == live.authorization_type
        && want.api_key_required == live.api_key_required
        && want.checks == live.checks;
    let integration = live.integration.is_none() || live.integration == want.integration;
    let responses =
        live.method_responses.iter().all(|(status, headers)| want.method_responses.get(status) == Some(headers));
    let values = live
        .integration_responses
        .iter()
        .all(|(status, values)| want.integration_responses.get(status) == Some(values));
    same && integration && responses && values && live.other.is_empty()
}

/// `/items/{id}` as `/items` and `{id}`.
fn split(path: &str) -> (&str, &str) {
    match path.rsplit_once('/') {
        Some(("", part)) => ("/", part),
        Some((parent, part)) => (parent, part),
        None => ("/", path),
    }
}

/// Level by level: the ids of one are known by a single read.
fn next_resource(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    let missing = want.resources.iter().filter(|path| !live.resources.contains(*path));
    let path = missing.min_by_key(|path| (path.matches('/').count(), *path))?;
    let (parent, part) = split(path);
    Some(Call::CreateResource(CreateResource {
        rest_api_id: api_id(id),
        parent_id: resource_id(id, parent),
        path_part: part.to_owned(),
        path: path.clone(),
    }))
}

fn next_method(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    want.methods.iter().find_map(|(key, want)| {
        let (http_method, path) = key.split_once(' ')?;
        let method = MethodKey::of(id, http_method, path);
        match live.methods.get(key) {
            Some(live) => next_method_part(method, want, live),
            None => Some(put_method(id, method, want)),
        }
    })
}

fn put_method(id: &Id, method: MethodKey, want: &Method) -> Call {
    let checks = want.checks.clone();
    Call::PutMethod(Box::new(PutMethod {
        method,
        authorization_type: want.authorization_type.clone(),
        api_key_required: want.api_key_required,
        authorizer_id: checks.authorizer.as_ref().map(|name| authorizer::authorizer_id(id, name)),
        request_validator_id: checks.request_validator.as_ref().map(|name| validation::validator_id(id, name)),
        checks,
    }))
}

fn next_method_part(key: MethodKey, want: &Method, live: &Method) -> Option<Call> {
    if let (Some(integration), None) = (&want.integration, &live.integration) {
        return Some(Call::PutIntegration(PutIntegration { method: key, integration: integration.clone() }));
    }
    let response = want.method_responses.iter().find(|(status, _)| !live.method_responses.contains_key(*status));
    if let Some((status_code, headers)) = response {
        let response_parameters = headers.iter().map(|header| (header.clone(), false)).collect();
        return Some(Call::PutMethodResponse(PutMethodResponse {
            method: key,
            status_code: status_code.clone(),
            response_parameters,
        }));
    }
    let mut missing =
        want.integration_responses.iter().filter(|(status, _)| !live.integration_responses.contains_key(*status));
    let (status, response) = missing.next()?;
    Some(Call::PutIntegrationResponse(PutIntegrationResponse::of(key, status, response)))
}

fn next_deployment(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    let description = want.deployments.iter().find(|description| !live.deployments.contains(*description))?;
    Some(Call::CreateDeployment(CreateDeployment { rest_api_id: api_id(id), description: description.clone() }))
}

/// Deployments of one description are numbered by age: the youngest goes first, so that no other changes its number.
fn next_old_deployment(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    let stale = live.deployments.iter().filter(|description| !want.deployments.contains(*description));
    let description = stale.max_by_key(|description| (description.len(), *description))?;
    Some(Call::DeleteDeployment(DeleteDeployment {
        rest_api_id: api_id(id),
        deployment_id: deployment_id(id, description),
        description: description.clone(),
    }))
}
