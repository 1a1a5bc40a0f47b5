//! The calls on a REST API, and what each does to its state.
//!
//! Fields in the plan that AWS does not know (`path`, `deployment`, `stage`) say in words what an id stands for;
//! they are not sent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::aws::Id;
use crate::aws::apigateway::{Integration, Method, RestApi, Stage, api_id, resource_id, stage};
use crate::aws::document::Document;
use crate::aws::tags::{self, Tags};
use crate::text::Text;

/// The calls on a REST API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "api", content = "input")]
#[allow(missing_docs, reason = "each variant is the AWS operation of its name")]
pub enum Call {
    #[serde(rename = "apigateway:CreateRestApi")]
    CreateRestApi(CreateRestApi),
    #[serde(rename = "apigateway:UpdateRestApi")]
    UpdateRestApi(UpdateRestApi),
    #[serde(rename = "apigateway:DeleteRestApi")]
    DeleteRestApi(RestApiId),
    #[serde(rename = "apigateway:CreateResource")]
    CreateResource(CreateResource),
    #[serde(rename = "apigateway:DeleteResource")]
    DeleteResource(ResourceId),
    #[serde(rename = "apigateway:PutMethod")]
    PutMethod(PutMethod),
    #[serde(rename = "apigateway:DeleteMethod")]
    DeleteMethod(MethodKey),
    #[serde(rename = "apigateway:PutIntegration")]
    PutIntegration(PutIntegration),
    #[serde(rename = "apigateway:PutMethodResponse")]
    PutMethodResponse(PutMethodResponse),
    #[serde(rename = "apigateway:PutIntegrationResponse")]
    PutIntegrationResponse(PutIntegrationResponse),
    #[serde(rename = "apigateway:CreateDeployment")]
    CreateDeployment(CreateDeployment),
    #[serde(rename = "apigateway:DeleteDeployment")]
    DeleteDeployment(DeleteDeployment),
    #[serde(rename = "apigateway:CreateStage")]
    CreateStage(CreateStage),
    #[serde(rename = "apigateway:UpdateStage")]
    UpdateStage(UpdateStage),
    #[serde(rename = "apigateway:DeleteStage")]
    DeleteStage(StageName),
    #[serde(rename = "apigateway:TagResource")]
    TagResource(TagResource),
    #[serde(rename = "apigateway:UntagResource")]
    UntagResource(UntagResource),
}

/// One operation of a patch; values are always text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatchOperation {
    /// `replace` or `remove`.
    pub op: String,
    /// What.
    pub path: String,
    /// The new value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
}

impl PatchOperation {
    /// Gives `path` another value.
    pub fn replace(path: &str, value: impl Into<Text>) -> Self {
        Self { op: "replace".into(), path: path.into(), value: Some(value.into()) }
    }

    /// Takes `path` away.
    pub fn remove(path: &str) -> Self {
        Self { op: "remove".into(), path: path.into(), value: None }
    }
}

/// Input of `CreateRestApi`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateRestApi {
    /// The physical name.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// `REGIONAL`.
    pub endpoint_configuration: EndpointConfiguration,
    /// Who may call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Document>,
    /// Tags.
    pub tags: Tags,
}

/// `endpointConfiguration`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointConfiguration {
    /// One of `REGIONAL`, `EDGE`, `PRIVATE`.
    pub types: Vec<String>,
}

/// Input of `UpdateRestApi`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateRestApi {
    /// The API.
    pub rest_api_id: Text,
    /// What changes.
    pub patch_operations: Vec<PatchOperation>,
}

/// Input of `DeleteRestApi`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RestApiId {
    /// The API.
    pub rest_api_id: Text,
}

/// Input of `CreateResource`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateResource {
    /// The API.
    pub rest_api_id: Text,
    /// The path that this one continues.
    pub parent_id: Text,
    /// The last part of the path.
    pub path_part: String,
    /// The whole path; not sent.
    pub path: String,
}

/// Input of `DeleteResource`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceId {
    /// The API.
    pub rest_api_id: Text,
    /// The path's id.
    pub resource_id: Text,
    /// The whole path; not sent.
    pub path: String,
}

/// Which method; the whole input of `DeleteMethod`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MethodKey {
    /// The API.
    pub rest_api_id: Text,
    /// The path's id.
    pub resource_id: Text,
    /// `POST`, or `ANY`.
    pub http_method: String,
    /// The whole path; not sent.
    pub path: String,
}

impl MethodKey {
    /// A method of a path.
    pub fn of(id: &Id, http_method: &str, path: &str) -> Self {
        let (http_method, path_) = (http_method.to_owned(), path.to_owned());
        Self { rest_api_id: api_id(id), resource_id: resource_id(id, path), http_method, path: path_ }
    }

    fn key(&self) -> String {
        format!("{} {}", self.http_method, self.path)
    }
}

/// Input of `PutMethod`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PutMethod {
    /// Which.
    #[serde(flatten)]
    pub method: MethodKey,
    /// `NONE` or `AWS_IAM`.
    pub authorization_type: String,
    /// True if callers need a key.
    pub api_key_required: bool,
}

/// Input of `PutIntegration`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PutIntegration {
    /// Which.
    #[serde(flatten)]
    pub method: MethodKey,
    /// What it calls.
    #[serde(flatten)]
    pub integration: Integration,
}

/// Input of `PutMethodResponse`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PutMethodResponse {
    /// Which.
    #[serde(flatten)]
    pub method: MethodKey,
    /// The status.
    pub status_code: String,
    /// Headers, and whether each is required.
    pub response_parameters: BTreeMap<String, bool>,
}

/// Input of `PutIntegrationResponse`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PutIntegrationResponse {
    /// Which.
    #[serde(flatten)]
    pub method: MethodKey,
    /// The status.
    pub status_code: String,
    /// Headers and their values.
    pub response_parameters: BTreeMap<String, String>,
}

/// Input of `CreateDeployment`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateDeployment {
    /// The API.
    pub rest_api_id: Text,
    /// The digest of the definition.
    pub description: String,
}

/// Input of `DeleteDeployment`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeleteDeployment {
    /// The API.
    pub rest_api_id: Text,
    /// The deployment.
    pub deployment_id: Text,
    /// Its description; not sent.
    pub description: String,
}

/// Input of `CreateStage`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateStage {
    /// The API.
    pub rest_api_id: Text,
    /// The stage's name.
    pub stage_name: String,
    /// The deployment.
    pub deployment_id: Text,
    /// The deployment's description; not sent.
    pub deployment: String,
    /// X-Ray tracing.
    pub tracing_enabled: bool,
    /// Stage variables.
    pub variables: BTreeMap<String, String>,
    /// Tags.
    pub tags: Tags,
}

/// Input of `UpdateStage`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateStage {
    /// The API.
    pub rest_api_id: Text,
    /// The stage's name.
    pub stage_name: String,
    /// The description of another deployment; not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<String>,
    /// What changes.
    pub patch_operations: Vec<PatchOperation>,
}

/// Input of `DeleteStage`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StageName {
    /// The API.
    pub rest_api_id: Text,
    /// The stage's name.
    pub stage_name: String,
}

/// Input of `TagResource`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TagResource {
    /// The API or stage.
    pub resource_arn: Text,
    /// The stage's name, if it is one; not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Tags to set.
    pub tags: Tags,
}

/// Input of `UntagResource`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UntagResource {
    /// The API or stage.
    pub resource_arn: Text,
    /// The stage's name, if it is one; not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Keys to remove.
    pub tag_keys: Vec<String>,
}

impl CreateRestApi {
    /// The call that makes an empty API.
    pub fn of(id: &Id, want: &RestApi) -> Self {
        Self {
            name: id.name.clone(),
            description: want.description.clone(),
            endpoint_configuration: EndpointConfiguration { types: vec!["REGIONAL".into()] },
            policy: want.policy.clone(),
            tags: want.tags.clone(),
        }
    }
}

/// What a call does to the state.
pub fn effect(call: &Call, state: Option<RestApi>) -> Option<RestApi> {
    match call {
        Call::CreateRestApi(input) => Some(RestApi {
            description: input.description.clone(),
            policy: input.policy.clone(),
            resources: Default::default(),
            methods: BTreeMap::new(),
            deployments: Default::default(),
            stages: BTreeMap::new(),
            tags: input.tags.clone(),
        }),
        Call::DeleteRestApi(_) => None,
        other => state.map(|mut api| {
            apply(&mut api, other);
            api
        }),
    }
}

fn apply(api: &mut RestApi, call: &Call) {
    match call {
        Call::CreateRestApi(_) | Call::DeleteRestApi(_) => {}
        Call::UpdateRestApi(input) => update(api, &input.patch_operations),
        Call::CreateResource(input) => drop(api.resources.insert(input.path.clone())),
        Call::DeleteResource(input) => drop(api.resources.remove(&input.path)),
        Call::DeleteMethod(key) => drop(api.methods.remove(&key.key())),
        Call::PutMethod(input) => {
            let method = Method {
                authorization_type: input.authorization_type.clone(),
                api_key_required: input.api_key_required,
                integration: None,
                method_responses: BTreeMap::new(),
                integration_responses: BTreeMap::new(),
            };
            api.methods.insert(input.method.key(), method);
        }
        Call::PutIntegration(input) => on(api, &input.method, |m| m.integration = Some(input.integration.clone())),
        Call::PutMethodResponse(input) => on(api, &input.method, |method| {
            let headers = input.response_parameters.keys().cloned().collect();
            method.method_responses.insert(input.status_code.clone(), headers);
        }),
        Call::PutIntegrationResponse(input) => on(api, &input.method, |method| {
            method.integration_responses.insert(input.status_code.clone(), input.response_parameters.clone());
        }),
        Call::CreateDeployment(input) => drop(api.deployments.insert(input.description.clone())),
        Call::DeleteDeployment(input) => drop(api.deployments.remove(&input.description)),
        Call::CreateStage(input) => {
            let stage = Stage {
                deployment: Some(input.deployment.clone()),
                tracing_enabled: input.tracing_enabled,
                throttling: None,
                access_log_settings: None,
                variables: input.variables.clone(),
                tags: input.tags.clone(),
            };
            api.stages.insert(input.stage_name.clone(), stage);
        }
        Call::UpdateStage(input) => {
            if let Some(stage) = api.stages.get_mut(&input.stage_name) {
                stage::patch(stage, input.deployment.as_ref(), &input.patch_operations);
            }
        }
        Call::DeleteStage(input) => drop(api.stages.remove(&input.stage_name)),
        Call::TagResource(input) => {
            if let Some(tags) = tags_of(api, input.stage.as_ref()) {
                tags::set(tags, &input.tags);
            }
        }
        Call::UntagResource(input) => {
            if let Some(tags) = tags_of(api, input.stage.as_ref()) {
                tags::remove(tags, &input.tag_keys);
            }
        }
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

fn update(api: &mut RestApi, patches: &[PatchOperation]) {
    for patch in patches {
        let value = patch.value.as_ref().and_then(|value| value.literal()).unwrap_or_default();
        match patch.path.as_str() {
            "/description" => api.description = value.to_owned(),
            "/policy" => api.policy = Document::parse(value).ok(),
            _ => {}
        }
    }
}
