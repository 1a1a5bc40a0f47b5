//! Stages: which deployment callers reach, and how.
//!
//! `CreateStage` accepts neither settings of methods ([`setting`]) nor access logs; an `UpdateStage` follows.
//!
//! A cache is a machine of its own, which costs by the hour: creating, resizing and deleting it takes minutes, during
//! which its status says so.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::aws::Id;
use crate::aws::apigateway::{
    Call, CreateStage, PatchOperation, RestApi, StageName, UpdateStage, api_arn, api_id, deployment_id, setting,
};
use crate::aws::tags::{self, Tags};

/// The size of a cache for which none is given.
const SMALLEST: &str = "0.5";

/// A stage.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stage {
    /// The description of the deployment that it serves. A wanted stage has one: see [`RestApi::deployed`].
    pub deployment: Option<String>,
    /// X-Ray tracing.
    pub tracing_enabled: bool,
    /// The limits of all methods together; `None`: the account's.
    pub throttling: Option<Throttle>,
    /// Settings by method (`*/*` for all, else `~1items/POST`) and name, where they are not what they are by default; limits only
    /// of single methods, and both of them: see [`Throttle::of_method`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub other_settings: BTreeMap<String, BTreeMap<String, String>>,
    /// The size of its cache in gigabytes, such as `0.5`; `None`: it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_cluster_size: Option<String>,
    /// Where a line a request goes.
    pub access_log_settings: Option<AccessLog>,
    /// Stage variables.
    pub variables: BTreeMap<String, String>,
    pub tags: Tags,
}

/// Limits on requests.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Throttle {
    /// Requests a second.
    pub rate_limit: f64,
    /// Requests at once.
    pub burst_limit: i32,
}

/// The key of a method's settings: `~1items/POST`.
pub fn setting_key(http_method: &str, path: &str) -> String {
    format!("{}/{http_method}", path.replace('~', "~0").replace('/', "~1"))
}

/// Access logging.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessLog {
    /// The log group's ARN, without `:*`.
    pub destination_arn: String,
    /// What a line holds.
    pub format: String,
}

/// Stages that one API can have.
const MOST: usize = 10;

/// The next call on the way to the wanted stages. What is not wanted goes last, but where nothing more fits.
pub fn next_call(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    let stale = live.stages.keys().find(|name| !want.stages.contains_key(*name));
    let delete = |stale: &String| Call::DeleteStage(StageName { rest_api_id: api_id(id), stage_name: stale.clone() });
    let is_crowded = live.stages.len() >= MOST && want.stages.keys().any(|name| !live.stages.contains_key(name));
    stale
        .filter(|_| is_crowded)
        .map(delete)
        .or_else(|| want.stages.iter().find_map(|(name, want)| next_of(id, name, want, live.stages.get(name))))
        .or_else(|| stale.map(delete))
}

fn next_of(id: &Id, name: &str, want: &Stage, live: Option<&Stage>) -> Option<Call> {
    let Some(live) = live else {
        let deployment = want.deployment.as_deref()?;
        return Some(Call::CreateStage(CreateStage {
            rest_api_id: api_id(id),
            stage_name: name.to_owned(),
            deployment_id: deployment_id(id, deployment),
            deployment: deployment.to_owned(),
            tracing_enabled: want.tracing_enabled,
            cache_cluster_enabled: want.cache_cluster_size.is_some(),
            cache_cluster_size: want.cache_cluster_size.clone(),
            variables: want.variables.clone(),
            tags: want.tags.clone(),
        }));
    };
    let patch_operations = patches(id, want, live);
    if !patch_operations.is_empty() {
        let (rest_api_id, stage_name) = (api_id(id), name.to_owned());
        let deployment = want.deployment.clone().filter(|_| want.deployment != live.deployment);
        return Some(Call::UpdateStage(UpdateStage { rest_api_id, stage_name, deployment, patch_operations }));
    }
    let (resource_arn, stage) = (api_arn(id, &format!("/stages/{name}")), Some(name.to_owned()));
    tags::next_call((resource_arn, stage), &want.tags, &live.tags)
}

fn patches(id: &Id, want: &Stage, live: &Stage) -> Vec<PatchOperation> {
    let mut patches = Vec::new();
    if let Some(deployment) = want.deployment.as_deref().filter(|_| want.deployment != live.deployment) {
        patches.push(PatchOperation::replace("/deploymentId", deployment_id(id, deployment)));
    }
    if want.tracing_enabled != live.tracing_enabled {
        patches.push(PatchOperation::replace("/tracingEnabled", want.tracing_enabled.to_string()));
    }
    patches.extend(cache_patches(want.cache_cluster_size.as_deref(), live.cache_cluster_size.as_deref()));
    patches.extend(setting::patches(want, live));
    patches.extend(log_patches(want.access_log_settings.as_ref(), live.access_log_settings.as_ref()));
    let variable = |name: &String| format!("/variables/{name}");
    let set = want.variables.iter().filter(|(name, value)| live.variables.get(*name) != Some(*value));
    patches.extend(set.map(|(name, value)| PatchOperation::replace(&variable(name), value.as_str())));
    let gone = live.variables.keys().filter(|name| !want.variables.contains_key(*name));
    patches.extend(gone.map(|name| PatchOperation::remove(&variable(name))));
    patches
}

fn cache_patches(want: Option<&str>, live: Option<&str>) -> Vec<PatchOperation> {
    let size = |size: &str| PatchOperation::replace("/cacheClusterSize", size);
    match (want, live) {
        _ if want == live => Vec::new(),
        (Some(want), Some(_)) => vec![size(want)],
        (Some(want), None) => vec![PatchOperation::replace("/cacheClusterEnabled", "true"), size(want)],
        (None, _) => vec![PatchOperation::replace("/cacheClusterEnabled", "false")],
    }
}

fn log_patches(want: Option<&AccessLog>, live: Option<&AccessLog>) -> Vec<PatchOperation> {
    match want {
        _ if want == live => Vec::new(),
        Some(log) => vec![
            PatchOperation::replace("/accessLogSettings/destinationArn", log.destination_arn.as_str()),
            PatchOperation::replace("/accessLogSettings/format", log.format.as_str()),
        ],
        None => vec![PatchOperation::remove("/accessLogSettings")],
    }
}

/// What patches do to a stage. Those that the state does not hold change nothing.
pub fn patch(stage: &mut Stage, deployment: Option<&String>, patches: &[PatchOperation]) {
    if deployment.is_some() {
        stage.deployment = deployment.cloned();
    }
    patches.iter().for_each(|operation| patch_one(stage, operation));
}

fn patch_one(stage: &mut Stage, operation: &PatchOperation) {
    let value = operation.value.as_ref().and_then(|value| value.literal()).unwrap_or_default().to_owned();
    match (operation.op.as_str(), operation.path.as_str()) {
        (_, "/deploymentId") => {}
        (_, "/tracingEnabled") => stage.tracing_enabled = value == "true",
        (_, "/cacheClusterEnabled") if value == "true" => {
            stage.cache_cluster_size.get_or_insert_with(|| SMALLEST.into());
        }
        (_, "/cacheClusterEnabled") => stage.cache_cluster_size = None,
        (_, "/cacheClusterSize") => stage.cache_cluster_size = Some(value),
        ("remove", "/accessLogSettings") => stage.access_log_settings = None,
        (_, "/accessLogSettings/destinationArn") => {
            stage.access_log_settings.get_or_insert_default().destination_arn = value;
        }
        (_, "/accessLogSettings/format") => stage.access_log_settings.get_or_insert_default().format = value,
        (op, path) => match (op, path.strip_prefix("/variables/"), path.strip_prefix('/')) {
            ("remove", Some(name), _) => drop(stage.variables.remove(name)),
            (_, Some(name), _) => drop(stage.variables.insert(name.to_owned(), value)),
            ("remove", None, Some(key)) => setting::remove(stage, key),
            (_, None, Some(path)) => setting::set(stage, path, &value),
            _ => {}
        },
    }
}
