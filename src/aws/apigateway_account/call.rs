//! The calls that give an account a role to write logs with.

use super::*;

calls! {
    /// The calls on an account's setting and its role.
    #[allow(missing_docs, reason = "each variant is the AWS operation of its name")]
    pub enum Call {
        "iam:CreateRole" => CreateRole(CreateRole),
        "iam:AttachRolePolicy" => AttachRolePolicy(AttachRolePolicy),
        "apigateway:UpdateAccount" => UpdateAccount(UpdateAccount),
    }
}

/// Input of `CreateRole`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRole {
    pub(super) role_name: String,
    pub(super) description: String,
    #[serde(rename = "AssumeRolePolicyDocument")]
    pub(super) trust: Document,
}

/// Input of `AttachRolePolicy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AttachRolePolicy {
    pub(super) role_name: String,
    pub(super) policy_arn: String,
}

/// Input of `UpdateAccount`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateAccount {
    pub(super) patch_operations: Vec<Patch>,
}

/// One operation of a patch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patch {
    pub(super) op: String,
    pub(super) path: String,
    pub(super) value: String,
}
