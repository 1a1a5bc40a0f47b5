//! The calls on a customer-managed policy.

use serde::{Deserialize, Serialize};

use crate::aws::document::Document;
use crate::aws::tags::{Tags, listed};
use crate::text::Text;

/// The calls on a customer-managed policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "api", content = "input")]
pub enum Call {
    /// Makes the policy, with one version.
    #[serde(rename = "iam:CreatePolicy")]
    Create(CreatePolicy),
    /// Adds a version that is not in force yet.
    #[serde(rename = "iam:CreatePolicyVersion")]
    CreateVersion(CreateVersion),
    /// Puts a version in force.
    #[serde(rename = "iam:SetDefaultPolicyVersion")]
    SetDefault(Version),
    /// Deletes a version that is not in force.
    #[serde(rename = "iam:DeletePolicyVersion")]
    DeleteVersion(Version),
    /// Adds or changes tags.
    #[serde(rename = "iam:TagPolicy")]
    Tag(TagPolicy),
    /// Removes tags.
    #[serde(rename = "iam:UntagPolicy")]
    Untag(UntagPolicy),
    /// Deletes the policy with the version in force, the last one.
    #[serde(rename = "iam:DeletePolicy")]
    Delete(PolicyArn),
}

/// Input of `CreatePolicy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreatePolicy {
    pub(super) policy_name: String,
    pub(super) path: String,
    pub(super) policy_document: Document,
    #[serde(with = "listed")]
    pub(super) tags: Tags,
}

/// Input of `CreatePolicyVersion`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateVersion {
    pub(super) policy_arn: String,
    pub(super) policy_document: Document,
    pub(super) set_as_default: bool,
}

/// Input of `SetDefaultPolicyVersion` and `DeletePolicyVersion`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Version {
    pub(super) policy_arn: String,
    pub(super) version_id: Text,
}

/// Input of `TagPolicy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TagPolicy {
    pub(super) policy_arn: String,
    #[serde(with = "listed")]
    pub(super) tags: Tags,
}

/// Input of `UntagPolicy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UntagPolicy {
    pub(super) policy_arn: String,
    pub(super) tag_keys: Vec<String>,
}

/// Input of the calls that need nothing but the policy's ARN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PolicyArn {
    pub(super) policy_arn: String,
}
