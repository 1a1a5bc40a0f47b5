//! The calls on an HTTP API.
//!
//! Updates keep what they leave out, and a member that is to be removed has a form of its own for that: empty text, an
//! empty list, `NONE`, 0, or a call. Fields in the plan that AWS does not know (`routeKey` of an update, `authorizer`,
//! `integration`, `key`, `deployment`) say in words what an id stands for; they are not sent.

use serde::{Deserialize, Serialize};

use super::state::{Cors, HttpApi};
use crate::aws::Id;
use crate::aws::kit::calls::calls;
use crate::aws::kit::tags::{tag_calls, tag_inputs};
use crate::aws::tags::Tags;
use crate::text::Text;

mod definition;
mod stage;

pub use definition::*;
pub use stage::*;

calls! {
    /// The calls on an HTTP API.
    #[allow(missing_docs, reason = "each variant is the AWS operation of its name")]
    pub enum Call {
        "apigatewayv2:CreateApi" => CreateApi(CreateApi),
        "apigatewayv2:UpdateApi" => UpdateApi(UpdateApi),
        "apigatewayv2:DeleteCorsConfiguration" => DeleteCorsConfiguration(ApiId),
        "apigatewayv2:DeleteApi" => DeleteApi(ApiId),
        "apigatewayv2:CreateAuthorizer" => CreateAuthorizer(CreateAuthorizer),
        "apigatewayv2:UpdateAuthorizer" => UpdateAuthorizer(UpdateAuthorizer),
        "apigatewayv2:DeleteAuthorizer" => DeleteAuthorizer(AuthorizerId),
        "apigatewayv2:CreateIntegration" => CreateIntegration(CreateIntegration),
        "apigatewayv2:UpdateIntegration" => UpdateIntegration(UpdateIntegration),
        "apigatewayv2:DeleteIntegration" => DeleteIntegration(IntegrationId),
        "apigatewayv2:CreateRoute" => CreateRoute(CreateRoute),
        "apigatewayv2:UpdateRoute" => UpdateRoute(UpdateRoute),
        "apigatewayv2:DeleteRoute" => DeleteRoute(RouteId),
        "apigatewayv2:CreateDeployment" => CreateDeployment(CreateDeployment),
        "apigatewayv2:DeleteDeployment" => DeleteDeployment(DeleteDeployment),
        "apigatewayv2:CreateStage" => CreateStage(CreateStage),
        "apigatewayv2:UpdateStage" => UpdateStage(UpdateStage),
        "apigatewayv2:DeleteAccessLogSettings" => DeleteAccessLogSettings(StageName),
        "apigatewayv2:DeleteRouteSettings" => DeleteRouteSettings(DeleteRouteSettings),
        "apigatewayv2:DeleteStage" => DeleteStage(StageName),
        "apigatewayv2:TagResource" => TagResource(TagResource),
        "apigatewayv2:UntagResource" => UntagResource(UntagResource),
    }
}

impl Call {
    /// True for what makes or changes a part of the API's definition, which no caller sees before it is deployed.
    pub fn adds_to_definition(&self) -> bool {
        matches!(
            self,
            Self::CreateAuthorizer(_) | Self::CreateIntegration(_) | Self::CreateRoute(_) | Self::UpdateRoute(_)
        )
    }
}

/// Input of `CreateApi`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateApi {
    /// The physical name.
    pub name: String,
    /// `HTTP`.
    pub protocol_type: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Which other sites' pages may call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cors_configuration: Option<Cors>,
    /// True if it answers under domain names of its own alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disable_execute_api_endpoint: bool,
    pub tags: Tags,
}

/// Input of `UpdateApi`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateApi {
    /// The API.
    pub api_id: Text,
    /// Empty: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// All of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cors_configuration: Option<Cors>,
    /// Whether it answers under domain names of its own alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable_execute_api_endpoint: Option<bool>,
}

/// Input of `DeleteApi` and of `DeleteCorsConfiguration`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiId {
    /// The API.
    pub api_id: Text,
}

tag_inputs!(TagResource, UntagResource {
    /// The API.
    #[serde(rename = "resourceArn")] resource_arn: Text,
} lower_mapped);
tag_calls!(Call: TagResource(TagResource), UntagResource(UntagResource));

impl CreateApi {
    /// The call that makes an API without routes.
    pub fn of(id: &Id, want: &HttpApi) -> Self {
        Self {
            name: id.name.clone(),
            protocol_type: "HTTP".into(),
            description: want.description.clone(),
            cors_configuration: want.cors_configuration.clone(),
            disable_execute_api_endpoint: want.disable_execute_api_endpoint,
            tags: want.tags.clone(),
        }
    }
}
