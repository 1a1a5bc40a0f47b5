//! What a function's resource policy is.

use super::*;

/// Who may invoke one function. Without statements it does not exist.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Permission {
    /// The statements by their id.
    pub statements: BTreeMap<String, Statement>,
}

/// One statement that allows `lambda:InvokeFunction`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    /// A service such as `apigateway.amazonaws.com`.
    pub principal: String,
    /// On whose behalf the service may do so.
    pub source_arn: Option<Text>,
    /// The account that this must belong to.
    pub source_account: Option<String>,
    /// The whole statement, where it is of a form that this program never writes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foreign: Option<Value>,
}
