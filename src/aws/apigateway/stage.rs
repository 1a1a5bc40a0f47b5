//! Stages: which deployment callers reach, and how.
//!
//! `CreateStage` takes neither throttling nor access logs; an `UpdateStage` follows.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::aws::Id;
use crate::aws::apigateway::{
    Call, CreateStage, PatchOperation, RestApi, StageName, TagResource, UntagResource, UpdateStage, api_arn, api_id,
    deployment_id,
};
use crate::aws::tags::{self, TagChange, Tags};

/// A stage.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stage {
    /// The description of the deployment that it serves.
    pub deployment: Option<String>,
    /// X-Ray tracing.
    pub tracing_enabled: bool,
    /// The limits of all methods together; `None`: the account's.
    pub throttling: Option<Throttle>,
    /// Where a line a request goes.
    pub access_log_settings: Option<AccessLog>,
    /// Stage variables.
    pub variables: BTreeMap<String, String>,
    /// Tags.
    pub tags: Tags,
}

/// Limits on requests.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Throttle {
    /// Requests a second.
    pub rate_limit: f64,
    /// Requests at once.
    pub burst_limit: i32,
}

/// Access logging.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessLog {
    /// The log group's ARN, without `:*`.
    pub destination_arn: String,
    /// What a line holds.
    pub format: String,
}

/// The next call on the way to the wanted stages.
pub fn next(id: &Id, want: &RestApi, live: &RestApi) -> Option<Call> {
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
    tags::next(&want.tags, &live.tags).map(|change| match change {
        TagChange::Set(tags) => Call::TagResource(TagResource { resource_arn, stage, tags }),
        TagChange::Remove(tag_keys) => Call::UntagResource(UntagResource { resource_arn, stage, tag_keys }),
    })
}

fn patches(id: &Id, want: &Stage, live: &Stage) -> Vec<PatchOperation> {
    let mut patches = Vec::new();
    if let Some(deployment) = want.deployment.as_deref().filter(|_| want.deployment != live.deployment) {
        patches.push(PatchOperation::replace("/deploymentId", deployment_id(id, deployment)));
    }
    if want.tracing_enabled != live.tracing_enabled {
        patches.push(PatchOperation::replace("/tracingEnabled", want.tracing_enabled.to_string()));
    }
    if want.throttling != live.throttling {
        match want.throttling {
            Some(throttle) => {
                patches.push(PatchOperation::replace("/*/*/throttling/rateLimit", throttle.rate_limit.to_string()));
                patches.push(PatchOperation::replace("/*/*/throttling/burstLimit", throttle.burst_limit.to_string()));
            }
            None => patches.push(PatchOperation::remove("/*/*")),
        }
    }
    if want.access_log_settings != live.access_log_settings {
        match &want.access_log_settings {
            Some(log) => {
                patches
                    .push(PatchOperation::replace("/accessLogSettings/destinationArn", log.destination_arn.as_str()));
                patches.push(PatchOperation::replace("/accessLogSettings/format", log.format.as_str()));
            }
            None => patches.push(PatchOperation::remove("/accessLogSettings")),
        }
    }
    for (name, value) in want.variables.iter().filter(|(name, value)| live.variables.get(*name) != Some(*value)) {
        patches.push(PatchOperation::replace(&format!("/variables/{name}"), value.as_str()));
    }
    for name in live.variables.keys().filter(|name| !want.variables.contains_key(*name)) {
        patches.push(PatchOperation::remove(&format!("/variables/{name}")));
    }
    patches
}

/// What patches do to a stage. Those that the state does not hold change nothing.
pub fn patch(stage: &mut Stage, deployment: Option<&String>, patches: &[PatchOperation]) {
    if deployment.is_some() {
        stage.deployment = deployment.cloned();
    }
    for operation in patches {
        let value = operation.value.as_ref().and_then(|value| value.literal()).unwrap_or_default().to_owned();
        let throttle = stage.throttling.unwrap_or(Throttle { rate_limit: 0.0, burst_limit: 0 });
        let log = stage
            .access_log_settings
            .clone()
            .unwrap_or(AccessLog { destination_arn: String::new(), format: String::new() });
        match (operation.op.as_str(), operation.path.as_str()) {
            (_, "/tracingEnabled") => stage.tracing_enabled = value == "true",
            ("remove", "/*/*") => stage.throttling = None,
            (_, "/*/*/throttling/rateLimit") => {
                stage.throttling = Some(Throttle { rate_limit: value.parse().unwrap_or(0.0), ..throttle });
            }
            (_, "/*/*/throttling/burstLimit") => {
                stage.throttling = Some(Throttle { burst_limit: value.parse().unwrap_or(0), ..throttle });
            }
            ("remove", "/accessLogSettings") => stage.access_log_settings = None,
            (_, "/accessLogSettings/destinationArn") => {
                stage.access_log_settings = Some(AccessLog { destination_arn: value, ..log });
            }
            (_, "/accessLogSettings/format") => stage.access_log_settings = Some(AccessLog { format: value, ..log }),
            (op, path) => {
                if let Some(name) = path.strip_prefix("/variables/") {
                    match op {
                        "remove" => drop(stage.variables.remove(name)),
                        _ => drop(stage.variables.insert(name.to_owned(), value)),
                    }
                }
            }
        }
    }
}
