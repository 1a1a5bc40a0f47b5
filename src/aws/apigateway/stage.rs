//! Stages: which deployment callers reach, and how.
//!
//! `CreateStage` takes neither throttling nor access logs; an `UpdateStage` follows. Settings of methods go as a
//! whole: API Gateway refuses to take single fields of them away. Ours are limits, and settings that are not only that are removed and
//! put again by one call.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::aws::Id;
use crate::aws::apigateway::{
    Call, CreateStage, PatchOperation, RestApi, StageName, UpdateStage, api_arn, api_id, deployment_id,
};
use crate::aws::tags::{self, Tags};

/// The key of the settings that hold for all methods.
pub const ALL: &str = "*/*";

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
    /// Settings by method (`*/*` for all, else `~1items/POST`) and name. Of ours methods have their limits, both of them, and
    /// all together none: see [`Throttle::of_method`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub other_settings: BTreeMap<String, BTreeMap<String, String>>,
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

/// The names of a method's limits among its settings, and what patches call them.
const LIMITS: [(&str, &str); 2] =
    [("throttlingBurstLimit", "throttling/burstLimit"), ("throttlingRateLimit", "throttling/rateLimit")];

impl Throttle {
    /// The settings of a method with these limits.
    pub fn of_method(self) -> BTreeMap<String, String> {
        let [(burst, _), (rate, _)] = LIMITS;
        BTreeMap::from([(burst.into(), self.burst_limit.to_string()), (rate.into(), self.rate_limit.to_string())])
    }
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

/// The next call on the way to the wanted stages.
pub fn next_call(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
    want.stages.iter().find_map(|(name, want)| next_of(id, name, want, live.stages.get(name))).or_else(|| {
        let stale = live.stages.keys().find(|name| !want.stages.contains_key(*name))?;
        Some(Call::DeleteStage(StageName { rest_api_id: api_id(id), stage_name: stale.clone() }))
    })
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
    patches.extend(setting_patches(want, live));
    patches.extend(log_patches(want.access_log_settings.as_ref(), live.access_log_settings.as_ref()));
    let variable = |name: &String| format!("/variables/{name}");
    let set = want.variables.iter().filter(|(name, value)| live.variables.get(*name) != Some(*value));
    patches.extend(set.map(|(name, value)| PatchOperation::replace(&variable(name), value.as_str())));
    let gone = live.variables.keys().filter(|name| !want.variables.contains_key(*name));
    patches.extend(gone.map(|name| PatchOperation::remove(&variable(name))));
    patches
}

fn setting_patches(want: &Stage, live: &Stage) -> Vec<PatchOperation> {
    let gone = |key: &String| !want.other_settings.contains_key(key);
    let others = live.other_settings.keys().filter(|key| *key != ALL && gone(key));
    let mut patches: Vec<_> = others.map(|key| PatchOperation::remove(&format!("/{key}"))).collect();
    let anew = live.other_settings.contains_key(ALL) || (want.throttling.is_none() && live.throttling.is_some());
    if anew {
        patches.push(PatchOperation::remove(&format!("/{ALL}")));
    }
    if let Some(throttle) = want.throttling.filter(|_| anew || want.throttling != live.throttling) {
        patches.push(PatchOperation::replace("/*/*/throttling/rateLimit", throttle.rate_limit.to_string()));
        patches.push(PatchOperation::replace("/*/*/throttling/burstLimit", throttle.burst_limit.to_string()));
    }
    // A method's settings begin as those of all methods, which must be right by then.
    for (key, settings) in want.other_settings.iter().filter(|(key, of)| live.other_settings.get(*key) != Some(*of)) {
        patches.extend(live.other_settings.get(key).map(|_| PatchOperation::remove(&format!("/{key}"))));
        let limits = LIMITS.iter().filter_map(|(name, path)| Some((path, settings.get(*name)?)));
        patches.extend(limits.map(|(path, value)| PatchOperation::replace(&format!("/{key}/{path}"), value.as_str())));
    }
    patches
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
        (_, "/*/*/throttling/rateLimit") => {
            stage.throttling.get_or_insert_default().rate_limit = value.parse().unwrap_or_default();
        }
        (_, "/*/*/throttling/burstLimit") => {
            stage.throttling.get_or_insert_default().burst_limit = value.parse().unwrap_or_default();
        }
        ("remove", "/accessLogSettings") => stage.access_log_settings = None,
        (_, "/accessLogSettings/destinationArn") => {
            stage.access_log_settings.get_or_insert_default().destination_arn = value;
        }
        (_, "/accessLogSettings/format") => stage.access_log_settings.get_or_insert_default().format = value,
        (op, path) => match (op, path.strip_prefix("/variables/"), path.strip_prefix('/')) {
            ("remove", Some(name), _) => drop(stage.variables.remove(name)),
            (_, Some(name), _) => drop(stage.variables.insert(name.to_owned(), value)),
            ("remove", None, Some(key)) => remove_settings(stage, key),
            (_, None, Some(path)) => {
                let limit =
                    LIMITS.iter().find_map(|(name, of)| Some((*name, path.strip_suffix(of)?.strip_suffix('/')?)));
                if let Some((name, key)) = limit {
                    stage.other_settings.entry(key.to_owned()).or_default().insert(name.to_owned(), value);
                }
            }
            _ => {}
        },
    }
}

fn remove_settings(stage: &mut Stage, key: &str) {
    stage.other_settings.remove(key);
    if key == ALL {
        stage.throttling = None;
    }
}
