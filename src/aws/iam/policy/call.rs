//! The calls on a customer-managed policy.

use serde::{Deserialize, Serialize};

use crate::aws::document::Document;
use crate::aws::kit::calls::calls;
use crate::aws::kit::tags::{tag_calls, tag_inputs};
use crate::aws::tags::{Tags, listed};
use crate::text::Text;

calls! {
    /// The calls on a customer-managed policy.
    pub enum Call {
        /// Makes the policy, with one version.
        "iam:CreatePolicy" => Create(CreatePolicy),
        /// Adds a version that is not in force yet.
        "iam:CreatePolicyVersion" => CreateVersion(CreateVersion),
        /// Puts a version in force.
        "iam:SetDefaultPolicyVersion" => SetDefault(Version),
        /// Deletes a version that is not in force.
        "iam:DeletePolicyVersion" => DeleteVersion(Version),
        /// Adds or changes tags.
        "iam:TagPolicy" => Tag(TagPolicy),
        /// Removes tags.
        "iam:UntagPolicy" => Untag(UntagPolicy),
        /// Deletes the policy with the version in force, the last one.
        "iam:DeletePolicy" => Delete(PolicyArn),
    }
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

tag_inputs!(TagPolicy, UntagPolicy { #[serde(rename = "PolicyArn")] policy_arn: String } listed);
tag_calls!(Call: Tag(TagPolicy), Untag(UntagPolicy));

/// Input of the calls that need nothing but the policy's ARN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PolicyArn {
    pub(super) policy_arn: String,
}
