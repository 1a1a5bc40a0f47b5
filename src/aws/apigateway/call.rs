//! The calls on a REST API.
//!
//! Fields in the plan that AWS does not know (`path`, `deployment`, `stage`) say in words what an id stands for;
//! they are not sent.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::aws::Id;
use crate::aws::apigateway::{
    Checks, CreateAuthorizer, CreateModel, CreateRequestValidator, DeleteAuthorizer, DeleteRequestValidator,
    GatewayResponseType, Integration, IntegrationResponse, ModelName, PutGatewayResponse, RestApi, UpdateAuthorizer,
    UpdateModel, UpdateRequestValidator, api_id, resource_id,
};
use crate::aws::document::Document;
use crate::aws::kit::calls::calls;
use crate::aws::kit::tags::{tag_calls, tag_inputs};
use crate::aws::tags::Tags;
use crate::text::Text;

calls! {
    /// The calls on a REST API.
    #[allow(missing_docs, reason = "each variant is the AWS operation of its name")]
    pub enum Call {
        "apigateway:CreateRestApi" => CreateRestApi(CreateRestApi),
        "apigateway:UpdateRestApi" => UpdateRestApi(UpdateRestApi),
        "apigateway:DeleteRestApi" => DeleteRestApi(RestApiId),
        "apigateway:CreateResource" => CreateResource(CreateResource),
        "apigateway:DeleteResource" => DeleteResource(ResourceId),
        "apigateway:PutMethod" => PutMethod(Box<PutMethod>),
        "apigateway:DeleteMethod" => DeleteMethod(MethodKey),
        "apigateway:PutIntegration" => PutIntegration(PutIntegration),
        "apigateway:PutMethodResponse" => PutMethodResponse(PutMethodResponse),
        "apigateway:PutIntegrationResponse" => PutIntegrationResponse(PutIntegrationResponse),
        "apigateway:CreateAuthorizer" => CreateAuthorizer(Box<CreateAuthorizer>),
        "apigateway:UpdateAuthorizer" => UpdateAuthorizer(UpdateAuthorizer),
        "apigateway:DeleteAuthorizer" => DeleteAuthorizer(DeleteAuthorizer),
        "apigateway:CreateModel" => CreateModel(CreateModel),
        "apigateway:UpdateModel" => UpdateModel(UpdateModel),
        "apigateway:DeleteModel" => DeleteModel(ModelName),
        "apigateway:CreateRequestValidator" => CreateRequestValidator(CreateRequestValidator),
        "apigateway:UpdateRequestValidator" => UpdateRequestValidator(UpdateRequestValidator),
        "apigateway:DeleteRequestValidator" => DeleteRequestValidator(DeleteRequestValidator),
        "apigateway:PutGatewayResponse" => PutGatewayResponse(PutGatewayResponse),
        "apigateway:DeleteGatewayResponse" => DeleteGatewayResponse(GatewayResponseType),
        "apigateway:CreateDeployment" => CreateDeployment(CreateDeployment),
        "apigateway:DeleteDeployment" => DeleteDeployment(DeleteDeployment),
        "apigateway:CreateStage" => CreateStage(CreateStage),
        "apigateway:UpdateStage" => UpdateStage(UpdateStage),
        "apigateway:DeleteStage" => DeleteStage(StageName),
        "apigateway:TagResource" => TagResource(TagResource),
        "apigateway:UntagResource" => UntagResource(UntagResource),
    }
}

impl Call {
    /// True for what makes a part of the API's definition, which no caller sees before it is deployed. Not a validator: where an
    /// answer about one is lost, nothing but the state says whether it is there.
    pub fn adds_to_definition(&self) -> bool {
        matches!(
            self,
            Self::CreateAuthorizer(_)
                | Self::CreateModel(_)
                | Self::PutGatewayResponse(_)
                | Self::CreateResource(_)
                | Self::PutMethod(_)
                | Self::PutIntegration(_)
                | Self::PutMethodResponse(_)
                | Self::PutIntegrationResponse(_)
        )
    }
}

/// One operation of a patch; values are always text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatchOperation {
    /// `add`, `replace` or `remove`.
    pub op: String,
    pub path: String,
    /// The new value; `replace` without one sets it back to what it is by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
}

impl PatchOperation {
    /// Gives `path` another value.
    pub fn replace(path: &str, value: impl Into<Text>) -> Self {
        Self { op: "replace".into(), path: path.into(), value: Some(value.into()) }
    }

    /// Adds `path`, where that says everything.
    pub fn add(path: &str) -> Self {
        Self { op: "add".into(), path: path.into(), value: None }
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
    /// Content types whose bodies are bytes.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub binary_media_types: BTreeSet<String>,
    /// Bytes from which on answers are compressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_compression_size: Option<i32>,
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
#[serde(rename_all = "camelCase", deny_unknown_fields)]
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

    /// `POST /items`, as the state names it.
    pub fn key(&self) -> String {
        format!("{} {}", self.http_method, self.path)
    }
}

/// Input of `PutMethod`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PutMethod {
    #[serde(flatten)]
    pub method: MethodKey,
    /// `NONE`, `AWS_IAM`, `CUSTOM` or `COGNITO_USER_POOLS`.
    pub authorization_type: String,
    /// True if callers need a key.
    pub api_key_required: bool,
    /// The authorizer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer_id: Option<Text>,
    /// The validator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_validator_id: Option<Text>,
    /// What is looked at; the names of authorizer and validator are not sent.
    #[serde(flatten)]
    pub checks: Checks,
}

/// Input of `PutIntegration`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutIntegration {
    #[serde(flatten)]
    pub method: MethodKey,
    /// What it calls.
    #[serde(flatten)]
    pub integration: Integration,
}

/// Input of `PutMethodResponse`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PutMethodResponse {
    #[serde(flatten)]
    pub method: MethodKey,
    /// The status.
    pub status_code: String,
    /// Headers, and whether each is required.
    pub response_parameters: BTreeMap<String, bool>,
}

/// Input of `PutIntegrationResponse`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PutIntegrationResponse {
    #[serde(flatten)]
    pub method: MethodKey,
    /// The status.
    pub status_code: String,
    /// Headers and their values.
    pub response_parameters: BTreeMap<String, String>,
    /// The statuses of the integration that it applies to. Default: all statuses that no other response matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection_pattern: Option<String>,
    /// Bodies by content type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub response_templates: BTreeMap<String, String>,
    /// What becomes of a body on its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_handling: Option<String>,
}

impl PutIntegrationResponse {
    /// The call that gives callers this for a status.
    pub fn of(method: MethodKey, status_code: &str, want: &IntegrationResponse) -> Self {
        let IntegrationResponse { response_parameters, selection_pattern, response_templates, content_handling } =
            want.clone();
        let status_code = status_code.to_owned();
        Self { method, status_code, response_parameters, selection_pattern, response_templates, content_handling }
    }

    /// What it leads to.
    pub fn response(&self) -> IntegrationResponse {
        IntegrationResponse {
            response_parameters: self.response_parameters.clone(),
            selection_pattern: self.selection_pattern.clone(),
            response_templates: self.response_templates.clone(),
            content_handling: self.content_handling.clone(),
        }
    }
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
    /// True for a stage with a cache.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cache_cluster_enabled: bool,
    /// The cache's size in gigabytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_cluster_size: Option<String>,
    /// Stage variables.
    pub variables: BTreeMap<String, String>,
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

tag_inputs!(TagResource, UntagResource {
    /// The API or stage.
    #[serde(rename = "resourceArn")] resource_arn: Text,
    /// The stage's name, if it is one; not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")] stage: Option<String>,
} lower_mapped);
tag_calls!(Call: TagResource(TagResource), UntagResource(UntagResource));

impl CreateRestApi {
    /// The call that makes an empty API.
    pub fn of(id: &Id, want: &RestApi) -> Self {
        Self {
            name: id.name.clone(),
            description: want.description.clone(),
            endpoint_configuration: EndpointConfiguration { types: vec![want.endpoint_type.clone()] },
            policy: want.policy.clone(),
            binary_media_types: want.binary_media_types.clone(),
            minimum_compression_size: want.minimum_compression_size,
            tags: want.tags.clone(),
        }
    }
}
