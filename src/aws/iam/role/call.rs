//! The calls on a role.

use serde::{Deserialize, Serialize};

use super::Role;
use crate::aws::document::Document;
use crate::aws::kit::calls::calls;
use crate::aws::kit::settings::settings;
use crate::aws::kit::tags::{tag_calls, tag_inputs};
use crate::aws::tags::{Tags, listed};

calls! {
    /// The calls on a role.
    pub enum Call {
        /// Makes the role, with nothing hanging on it.
        "iam:CreateRole" => Create(CreateRole),
        /// Replaces who may assume it.
        "iam:UpdateAssumeRolePolicy" => UpdateTrust(UpdateAssumeRolePolicy),
        /// Changes description or longest session.
        "iam:UpdateRole" => Update(UpdateRole),
        /// Bounds it.
        "iam:PutRolePermissionsBoundary" => PutBoundary(PutBoundary),
        /// Removes the bounds.
        "iam:DeleteRolePermissionsBoundary" => DeleteBoundary(RoleName),
        /// Attaches a managed policy.
        "iam:AttachRolePolicy" => Attach(Attachment),
        /// Detaches a managed policy.
        "iam:DetachRolePolicy" => Detach(Attachment),
        /// Adds or replaces an inline policy.
        "iam:PutRolePolicy" => PutInline(PutRolePolicy),
        /// Removes an inline policy.
        "iam:DeleteRolePolicy" => DeleteInline(InlinePolicy),
        /// Adds or changes tags.
        "iam:TagRole" => Tag(TagRole),
        /// Removes tags.
        "iam:UntagRole" => Untag(UntagRole),
        /// Deletes the role.
        "iam:DeleteRole" => Delete(RoleName),
    }
}

settings! {
    /// Input of `CreateRole`.
    #[serde(rename_all = "PascalCase")]
    create CreateRole {
        role_name: String,
        path: String,
        assume_role_policy_document: Document,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        permissions_boundary: Option<String>,
        #[serde(with = "listed")]
        tags: Tags,
    }
    /// Input of `UpdateRole`: a description that is left out stays as it is, and a longest session becomes an hour again. So
    /// the latter is always said.
    #[serde(rename_all = "PascalCase")]
    update UpdateRole {
        role_name: String,
    }
    Settings of Role {
        /// IAM does not tell an empty text from none.
        description: String = description [serde(default, skip_serializing_if = "String::is_empty")],
        /// In seconds.
        max_session_duration: i32 = max_session_duration,
    }
}

/// Input of `UpdateAssumeRolePolicy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateAssumeRolePolicy {
    pub(super) role_name: String,
    pub(super) policy_document: Document,
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

tag_inputs!(TagRole, UntagRole { #[serde(rename = "RoleName")] role_name: String } listed);
tag_calls!(Call: Tag(TagRole), Untag(UntagRole));

/// Input of the calls that need nothing but the role's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RoleName {
    pub(super) role_name: String,
}
