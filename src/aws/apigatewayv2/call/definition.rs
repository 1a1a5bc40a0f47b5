//! The inputs of calls on the parts of an API's definition: authorizers, integrations, routes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::aws::apigatewayv2::state::{Authorizer, Integration, Jwt, Route};
use crate::text::Text;

/// What both calls on an authorizer say of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuthorizerSettings {
    /// `JWT` or `REQUEST`.
    pub authorizer_type: String,
    /// Where in a request its words are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_source: Option<Vec<String>>,
    /// Whose tokens count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwt_configuration: Option<Jwt>,
    /// The function.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer_uri: Option<String>,
    /// The role; empty: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer_credentials_arn: Option<String>,
    /// `1.0` or `2.0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer_payload_format_version: Option<String>,
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer_result_ttl_in_seconds: Option<i32>,
    /// Yes or no in the place of a policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_simple_responses: Option<bool>,
}

/// Input of `CreateAuthorizer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateAuthorizer {
    /// The API.
    pub api_id: Text,
    /// Its name.
    pub name: String,
    /// Its settings.
    #[serde(flatten)]
    pub settings: AuthorizerSettings,
}

/// Input of `UpdateAuthorizer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateAuthorizer {
    /// The API.
    pub api_id: Text,
    /// The authorizer.
    pub authorizer_id: Text,
    /// Its name; not sent.
    pub name: String,
    /// What it shall be.
    #[serde(flatten)]
    pub settings: AuthorizerSettings,
}

/// Input of `DeleteAuthorizer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuthorizerId {
    /// The API.
    pub api_id: Text,
    /// The authorizer.
    pub authorizer_id: Text,
    /// Its name; not sent.
    pub name: String,
}

/// Input of `CreateIntegration`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateIntegration {
    /// The API.
    pub api_id: Text,
    /// Its settings.
    #[serde(flatten)]
    pub integration: Integration,
}

/// Input of `UpdateIntegration`: all that it shall be, with an empty value for each parameter that goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateIntegration {
    /// The API.
    pub api_id: Text,
    /// The integration.
    pub integration_id: Text,
    /// Its key so far; not sent.
    pub key: String,
    /// What it shall be.
    #[serde(flatten)]
    pub integration: Integration,
}

/// Input of `DeleteIntegration`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IntegrationId {
    /// The API.
    pub api_id: Text,
    /// The integration.
    pub integration_id: Text,
    /// Its key; not sent.
    pub key: String,
}

/// Input of `CreateRoute`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateRoute {
    /// The API.
    pub api_id: Text,
    /// Such as `GET /items`.
    pub route_key: String,
    /// `NONE`, `AWS_IAM`, `JWT` or `CUSTOM`.
    pub authorization_type: String,
    /// The authorizer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer_id: Option<Text>,
    /// Its name; not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer: Option<String>,
    /// Of which a token has to bear one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub authorization_scopes: BTreeSet<String>,
    /// AWS's name of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub operation_name: String,
    /// `integrations/` and an id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Text>,
    /// The integration's key; not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration: Option<String>,
}

/// Input of `UpdateRoute`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateRoute {
    /// The API.
    pub api_id: Text,
    /// The route.
    pub route_id: Text,
    /// Its key; not sent.
    pub route_key: String,
    /// Said wherever the authorizer is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_type: Option<String>,
    /// The authorizer; empty: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer_id: Option<Text>,
    /// Its name; not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer: Option<String>,
    /// All of them; empty: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_scopes: Option<BTreeSet<String>>,
    /// Empty: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_name: Option<String>,
    /// `integrations/` and an id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Text>,
    /// The integration's key; not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration: Option<String>,
}

/// Input of `DeleteRoute`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RouteId {
    /// The API.
    pub api_id: Text,
    /// The route.
    pub route_id: Text,
    /// Its key; not sent.
    pub route_key: String,
}

impl AuthorizerSettings {
    /// What makes an authorizer this one; `live`: what it has been.
    pub fn of(want: &Authorizer, live: Option<&Authorizer>) -> Self {
        let is_request = want.authorizer_type != "JWT";
        let goes = |set: fn(&Authorizer) -> bool| live.is_some_and(set);
        let sources = !want.identity_source.is_empty() || goes(|live| !live.identity_source.is_empty());
        let role_goes = goes(|live| live.authorizer_credentials_arn.is_some()).then(String::new);
        Self {
            authorizer_type: want.authorizer_type.clone(),
            identity_source: sources.then(|| want.identity_source.clone()),
            jwt_configuration: want.jwt_configuration.clone(),
            authorizer_uri: want.authorizer_uri.clone(),
            authorizer_credentials_arn: want.authorizer_credentials_arn.clone().or(role_goes),
            authorizer_payload_format_version: want.authorizer_payload_format_version.clone(),
            authorizer_result_ttl_in_seconds: is_request.then_some(want.authorizer_result_ttl_in_seconds),
            enable_simple_responses: is_request.then_some(want.enable_simple_responses),
        }
    }

    /// The authorizer that it asks for.
    pub fn authorizer(&self) -> Authorizer {
        Authorizer {
            authorizer_type: self.authorizer_type.clone(),
            identity_source: self.identity_source.clone().unwrap_or_default(),
            jwt_configuration: self.jwt_configuration.clone(),
            authorizer_uri: self.authorizer_uri.clone(),
            authorizer_credentials_arn: self.authorizer_credentials_arn.clone().filter(|arn| !arn.is_empty()),
            authorizer_payload_format_version: self.authorizer_payload_format_version.clone(),
            authorizer_result_ttl_in_seconds: self.authorizer_result_ttl_in_seconds.unwrap_or_default(),
            enable_simple_responses: self.enable_simple_responses.unwrap_or_default(),
        }
    }
}

impl CreateRoute {
    /// The route that it makes.
    pub fn route(&self) -> Route {
        Route {
            authorization_type: self.authorization_type.clone(),
            authorizer: self.authorizer.clone(),
            authorization_scopes: self.authorization_scopes.clone(),
            operation_name: self.operation_name.clone(),
            integration: self.integration.clone(),
            other: BTreeMap::new(),
        }
    }
}
