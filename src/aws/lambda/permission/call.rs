//! The calls on a function's resource policy.

use super::*;

calls! {
    /// The calls on a function's resource policy.
    pub enum Call {
        /// Adds a statement.
        "lambda:AddPermission" => Add(AddPermission),
        /// Removes a statement.
        "lambda:RemovePermission" => Remove(RemovePermission),
    }
}

/// Input of `AddPermission`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AddPermission {
    /// The function's physical name.
    pub function_name: String,
    /// The alias, if the policy is one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<String>,
    /// The statement's id.
    pub statement_id: String,
    /// `lambda:InvokeFunction`, or `lambda:InvokeFunctionUrl`.
    pub action: String,
    /// The service, or `*`.
    pub principal: String,
    /// On whose behalf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_arn: Option<Text>,
    /// The account that this must belong to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_account: Option<String>,
    /// How the URL is authorized that it must be called by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function_url_auth_type: Option<String>,
    /// True if it must be invoked by its URL.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub invoked_via_function_url: bool,
}

/// Input of `RemovePermission`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RemovePermission {
    /// The function's physical name.
    pub function_name: String,
    /// The alias, if the policy is one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<String>,
    /// The statement's id.
    pub statement_id: String,
}
