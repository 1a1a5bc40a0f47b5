//! API Gateway: REST APIs with their resources, methods, deployments and stages.
//!
//! What callers reach is a deployment, a frozen copy of the definition. Each of ours is described by the digest of
//! the definition that it froze, so that live state tells whether a stage serves what is wanted, and a lost answer
//! never leads to a second copy. A method that differs is deleted and put again: callers see neither before the
//! stage moves to the next deployment. Names are not unique: ownership tags tell our API from another of its name.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::aws::document::Document;
use crate::aws::error::AwsError;
use crate::aws::tags::{self, TagChange, Tags};
use crate::aws::{Aws, Found, Id, Kind, Observed, Resource};
use crate::canonical::Sha;
use crate::name::Owner;
use crate::text::{OutputRef, Text};

mod call;
mod observe;
mod send;
mod stage;

pub use call::*;
pub use observe::{Listed, logging_role, ours};
pub use stage::{AccessLog, Stage, Throttle};

/// A REST API.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RestApi {
    /// What it is for.
    pub description: String,
    /// Who may call it; resources in the short form `execute-api:/*`.
    pub policy: Option<Document>,
    /// Every path but the root, each after those that it continues.
    pub resources: BTreeSet<String>,
    /// Methods as `POST /items`.
    pub methods: BTreeMap<String, Method>,
    /// The frozen copies, by description.
    pub deployments: BTreeSet<String>,
    /// The stages by name.
    pub stages: BTreeMap<String, Stage>,
    /// Tags.
    pub tags: Tags,
}

/// One method of one path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Method {
    /// `NONE` or `AWS_IAM`.
    pub authorization_type: String,
    /// True if callers need a key.
    pub api_key_required: bool,
    /// What is called.
    pub integration: Option<Integration>,
    /// Headers of its answers, by status.
    pub method_responses: BTreeMap<String, BTreeSet<String>>,
    /// Values of those headers, by status.
    pub integration_responses: BTreeMap<String, BTreeMap<String, String>>,
}

/// What a method calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Integration {
    /// `AWS_PROXY` or `MOCK`.
    #[serde(rename = "type")]
    pub of: String,
    /// The function, in the form that API Gateway wants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// `POST` for a function.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration_http_method: Option<String>,
    /// Milliseconds.
    pub timeout_in_millis: i32,
    /// By content type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_templates: BTreeMap<String, String>,
}

impl RestApi {
    /// The description of the deployment that freezes this definition.
    pub fn definition(&self) -> String {
        let definition = (&self.policy, &self.resources, &self.methods);
        Sha::of_json(&definition).map(|sha| sha.to_string()).unwrap_or_default()
    }

    /// The same API with one stage that serves its definition, and no other deployment.
    pub fn deployed(mut self, name: &str, stage: Stage) -> Self {
        let definition = self.definition();
        self.deployments = BTreeSet::from([definition.clone()]);
        self.stages = BTreeMap::from([(name.to_owned(), Stage { deployment: Some(definition), ..stage })]);
        self
    }
}

/// The id that AWS made up for the API.
fn api_id(id: &Id) -> Text {
    OutputRef::new(&id.address, "id").into()
}

/// The id that AWS made up for a path.
fn resource_id(id: &Id, path: &str) -> Text {
    OutputRef::new(&id.address, format!("resource:{path}")).into()
}

/// The id that AWS made up for a deployment.
fn deployment_id(id: &Id, description: &str) -> Text {
    OutputRef::new(&id.address, format!("deployment:{description}")).into()
}

/// `/items/{id}` as `/items` and `{id}`.
fn split(path: &str) -> (&str, &str) {
    match path.rsplit_once('/') {
        Some(("", part)) => ("/", part),
        Some((parent, part)) => (parent, part),
        None => ("/", path),
    }
}

impl Resource for RestApi {
    type Call = Call;
    type Seed = Listed;
    const USED_BY: &'static [Kind] = &[Kind::Association, Kind::Permission];

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        match (want, live) {
            (None, None) => None,
            (None, Some(_)) => Some(Call::DeleteRestApi(RestApiId { rest_api_id: api_id(id) })),
            (Some(want), None) => Some(Call::CreateRestApi(CreateRestApi::of(id, want))),
            (Some(want), Some(live)) => next_settings(id, want, live)
                .or_else(|| next_removal(id, want, live))
                .or_else(|| next_resource(id, want, live))
                .or_else(|| next_method(id, want, live))
                .or_else(|| next_deployment(id, want, live))
                .or_else(|| stage::next(id, want, live))
                .or_else(|| next_old_deployment(id, want, live))
                .or_else(|| next_tags(id, want, live)),
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        call::effect(call, state)
    }

    fn tags(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn scope(&mut self, keys: &BTreeSet<String>) {
        self.tags.retain(|key, _| keys.contains(key));
        self.stages.values_mut().for_each(|stage| stage.tags.retain(|key, _| keys.contains(key)));
    }

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<Listed>>, AwsError> {
        observe::list(aws, owner).await
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&Listed>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(aws, id, seed).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

fn next_settings(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    let mut patch_operations = Vec::new();
    if want.description != live.description {
        patch_operations.push(PatchOperation::replace("/description", want.description.as_str()));
    }
    if want.policy != live.policy {
        let policy = want.policy.as_ref().map(Document::to_string).unwrap_or_default();
        patch_operations.push(PatchOperation::replace("/policy", policy));
    }
    (!patch_operations.is_empty())
        .then(|| Call::UpdateRestApi(UpdateRestApi { rest_api_id: api_id(id), patch_operations }))
}

/// What must go before anything comes: methods that differ, then paths, the longest first.
fn next_removal(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    let stale =
        live.methods.iter().find(|(key, live)| want.methods.get(*key).is_none_or(|want| !can_become(want, live)));
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
    let same = want.authorization_type == live.authorization_type && want.api_key_required == live.api_key_required;
    let integration = live.integration.is_none() || live.integration == want.integration;
    let responses =
        live.method_responses.iter().all(|(status, headers)| want.method_responses.get(status) == Some(headers));
    let values = live
        .integration_responses
        .iter()
        .all(|(status, values)| want.integration_responses.get(status) == Some(values));
    same && integration && responses && values
}

fn next_resource(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    let path = want.resources.iter().find(|path| !live.resources.contains(*path))?;
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
        next_method_part(MethodKey::of(id, http_method, path), want, live.methods.get(key))
    })
}

fn next_method_part(key: MethodKey, want: &Method, live: Option<&Method>) -> Option<Call> {
    let Some(live) = live else {
        let (authorization_type, api_key_required) = (want.authorization_type.clone(), want.api_key_required);
        return Some(Call::PutMethod(PutMethod { method: key, authorization_type, api_key_required }));
    };
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
    let values =
        want.integration_responses.iter().find(|(status, _)| !live.integration_responses.contains_key(*status));
    values.map(|(status_code, values)| {
        let (status_code, response_parameters) = (status_code.clone(), values.clone());
        Call::PutIntegrationResponse(PutIntegrationResponse { method: key, status_code, response_parameters })
    })
}

fn next_deployment(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    let description = want.deployments.iter().find(|description| !live.deployments.contains(*description))?;
    Some(Call::CreateDeployment(CreateDeployment { rest_api_id: api_id(id), description: description.clone() }))
}

fn next_old_deployment(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    let description = live.deployments.iter().find(|description| !want.deployments.contains(*description))?;
    Some(Call::DeleteDeployment(DeleteDeployment {
        rest_api_id: api_id(id),
        deployment_id: deployment_id(id, description),
        description: description.clone(),
    }))
}

fn next_tags(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    let arn = api_arn(id, "");
    tags::next(&want.tags, &live.tags).map(|change| match change {
        TagChange::Set(tags) => Call::TagResource(TagResource { resource_arn: arn, stage: None, tags }),
        TagChange::Remove(tag_keys) => Call::UntagResource(UntagResource { resource_arn: arn, stage: None, tag_keys }),
    })
}

/// The ARN of the API, or of something below it (`/stages/v1`).
fn api_arn(id: &Id, below: &str) -> Text {
    let start = format!("arn:{}:apigateway:{}::/restapis/", id.site.partition, id.site.region);
    Text::from(start).then(api_id(id)).then(below)
}
