//! The calls on a role.

use serde::{Deserialize, Serialize};

use crate::aws::document::Document;
use crate::aws::tags::{Tags, listed};

/// The calls on a role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "api", content = "input")]
pub enum Call {
    /// Makes the role, with nothing hanging on it.
    #[serde(rename = "iam:CreateRole")]
    Create(CreateRole),
    /// Replaces who may assume it.
    #[serde(rename = "iam:UpdateAssumeRolePolicy")]
    UpdateTrust(UpdateAssumeRolePolicy),
    /// Changes description or longest session.
    #[serde(rename = "iam:UpdateRole")]
    Update(UpdateRole),
    /// Bounds it.
    #[serde(rename = "iam:PutRolePermissionsBoundary")]
    PutBoundary(PutBoundary),
    /// Removes the bounds.
    #[serde(rename = "iam:DeleteRolePermissionsBoundary")]
    DeleteBoundary(RoleName),
    /// Attaches a managed policy.
    #[serde(rename = "iam:AttachRolePolicy")]
    Attach(Attachment),
    /// Detaches a managed policy.
    #[serde(rename = "iam:DetachRolePolicy")]
    Detach(Attachment),
    /// Adds or replaces an inline policy.
    #[serde(rename = "iam:PutRolePolicy")]
    PutInline(PutRolePolicy),
    /// Removes an inline policy.
    #[serde(rename = "iam:DeleteRolePolicy")]
    DeleteInline(InlinePolicy),
    /// Adds or changes tags.
    #[serde(rename = "iam:TagRole")]
    Tag(TagRole),
    /// Removes tags.
    #[serde(rename = "iam:UntagRole")]
    Untag(UntagRole),
    /// Deletes the role.
    #[serde(rename = "iam:DeleteRole")]
    Delete(RoleName),
}

/// Input of `CreateRole`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRole {
    pub(super) role_name: String,
    pub(super) path: String,
    pub(super) assume_role_policy_document: Document,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    pub(super) max_session_duration: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) permissions_boundary: Option<String>,
    #[serde(with = "listed")]
    pub(super) tags: Tags,
}

/// Input of `UpdateAssumeRolePolicy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateAssumeRolePolicy {
    pub(super) role_name: String,
    pub(super) policy_document: Document,
}

/// Input of `UpdateRole`: what is left out stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateRole {
    pub(super) role_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) max_session_duration: Option<i32>,
}

/// Input of `PutRolePermissionsBoundary`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutBoundary {
    pub(super) role_name: String,
    pub(super) permissions_boundary: String,
}

/// Input of `AttachRolePolicy` and `DetachRolePolicy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Attachment {
    pub(super) role_name: String,
    pub(super) policy_arn: String,
}

/// Input of `PutRolePolicy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutRolePolicy {
    pub(super) role_name: String,
    pub(super) policy_name: String,
    pub(super) policy_document: Document,
}

/// Input of `DeleteRolePolicy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct InlinePolicy {
    pub(super) role_name: String,
    pub(super) policy_name: String,
}

/// Input of `TagRole`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TagRole {
    pub(super) role_name: String,
    #[serde(with = "listed")]
    pub(super) tags: Tags,
}

/// Input of `UntagRole`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UntagRole {
    pub(super) role_name: String,
    pub(super) tag_keys: Vec<String>,
}

/// Input of the calls that need nothing but the role's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RoleName {
    pub(super) role_name: String,
}
