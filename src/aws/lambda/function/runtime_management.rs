//! How a function's runtime is updated: its state and its call.
//!
//! AWS shows this setting only in a read of its own, and nothing deletes it: the default is `Auto`.

use serde::{Deserialize, Serialize};

use crate::aws::error::{Answer, AwsError};
use crate::aws::{Aws, Id};

const GET: &str = "lambda:GetRuntimeManagementConfig";
const AUTO: &str = "Auto";

/// How a runtime is updated, where AWS does not do so by itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RuntimeManagementConfig {
    /// `FunctionUpdate` or `Manual`.
    pub update_runtime_on: String,
    /// The runtime that it keeps to; with `Manual` alone.
    pub runtime_version_arn: Option<String>,
}

/// Input of `PutRuntimeManagementConfig`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutRuntimeManagementConfig {
    /// The physical name.
    pub(super) function_name: String,
    pub(super) update_runtime_on: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) runtime_version_arn: Option<String>,
}

impl PutRuntimeManagementConfig {
    /// The call that leaves a function with this.
    pub(super) fn of(function_name: String, want: Option<&RuntimeManagementConfig>) -> Self {
        Self {
            function_name,
            update_runtime_on: want.map_or_else(|| AUTO.to_owned(), |want| want.update_runtime_on.clone()),
            runtime_version_arn: want.and_then(|want| want.runtime_version_arn.clone()),
        }
    }

    /// What it leaves a function with.
    pub(super) fn config(&self) -> Option<RuntimeManagementConfig> {
        config(&self.update_runtime_on, self.runtime_version_arn.as_deref())
    }
}

fn config(on: &str, arn: Option<&str>) -> Option<RuntimeManagementConfig> {
    let arn = arn.filter(|arn| !arn.is_empty()).map(str::to_owned);
    (on != AUTO).then(|| RuntimeManagementConfig { update_runtime_on: on.to_owned(), runtime_version_arn: arn })
}

/// Reads what a function has.
pub(super) async fn read(aws: &Aws, id: &Id) -> Result<Option<RuntimeManagementConfig>, AwsError> {
    let answer = aws.read.lambda.get_runtime_management_config().function_name(&id.name).send().await;
    let answer = answer.found(GET, &["ResourceNotFoundException"])?;
    Ok(answer.and_then(|answer| {
        let on = answer.update_runtime_on().map_or(AUTO, |on| on.as_str());
        config(on, answer.runtime_version_arn())
    }))
}

/// Sends a put.
pub(super) async fn put(aws: &Aws, api: &'static str, input: &PutRuntimeManagementConfig) -> Result<(), AwsError> {
    let request = aws.write.lambda.put_runtime_management_config().function_name(&input.function_name);
    let request = request.update_runtime_on(input.update_runtime_on.as_str().into());
    request.set_runtime_version_arn(input.runtime_version_arn.clone()).send().await.answer(api).map(drop)
}
