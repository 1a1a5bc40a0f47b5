//! The inputs of calls on deployments and stages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::aws::apigatewayv2::state::{AccessLog, RouteSettings, Throttle, has_failed};
use crate::text::Text;

/// Input of `CreateDeployment`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateDeployment {
    /// The API.
    pub api_id: Text,
    /// The digest of the definition.
    pub description: String,
}

/// Input of `DeleteDeployment`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeleteDeployment {
    /// The API.
    pub api_id: Text,
    /// The deployment.
    pub deployment_id: Text,
    /// Its description; not sent.
    pub description: String,
}

impl DeleteDeployment {
    /// True for one that AWS could not deploy.
    pub fn has_failed(&self) -> bool {
        has_failed(&self.description)
    }
}

/// What holds for routes, as a request says it: all of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// Metrics by route.
    pub detailed_metrics_enabled: bool,
    /// Requests a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttling_rate_limit: Option<f64>,
    /// Requests at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttling_burst_limit: Option<i32>,
}

/// Input of `CreateStage`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateStage {
    /// The API.
    pub api_id: Text,
    /// The stage's name.
    pub stage_name: String,
    /// The deployment.
    pub deployment_id: Text,
    /// The deployment's description; not sent.
    pub deployment: String,
    /// What holds for every route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_route_settings: Option<Settings>,
    /// What holds for one route.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub route_settings: BTreeMap<String, Settings>,
    /// Where a line a request goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_log_settings: Option<AccessLog>,
    /// Stage variables.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stage_variables: BTreeMap<String, String>,
}

/// Input of `UpdateStage`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateStage {
    /// The API.
    pub api_id: Text,
    /// The stage's name.
    pub stage_name: String,
    /// False, where AWS has deployed by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_deploy: Option<bool>,
    /// Another deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<Text>,
    /// Its description; not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<String>,
    /// What holds for every route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_route_settings: Option<Settings>,
    /// All of what holds for one route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_settings: Option<BTreeMap<String, Settings>>,
    /// Where a line a request goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_log_settings: Option<AccessLog>,
    /// All of them; one that goes is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage_variables: Option<BTreeMap<String, String>>,
}

/// Input of `DeleteStage` and of `DeleteAccessLogSettings`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StageName {
    /// The API.
    pub api_id: Text,
    /// The stage's name.
    pub stage_name: String,
}

/// Input of `DeleteRouteSettings`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeleteRouteSettings {
    /// The API.
    pub api_id: Text,
    /// The stage's name.
    pub stage_name: String,
    /// The route.
    pub route_key: String,
}

impl From<RouteSettings> for Settings {
    fn from(settings: RouteSettings) -> Self {
        Self {
            detailed_metrics_enabled: settings.detailed_metrics_enabled,
            throttling_rate_limit: settings.throttling.map(|limits| limits.throttling_rate_limit),
            throttling_burst_limit: settings.throttling.map(|limits| limits.throttling_burst_limit),
        }
    }
}

impl From<Settings> for RouteSettings {
    fn from(settings: Settings) -> Self {
        let limits = settings.throttling_rate_limit.zip(settings.throttling_burst_limit);
        Self {
            throttling: limits.map(|(rate, burst)| Throttle::of(rate, burst)),
            detailed_metrics_enabled: settings.detailed_metrics_enabled,
        }
    }
}
