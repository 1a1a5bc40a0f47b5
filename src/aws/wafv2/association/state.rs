//! What an association is.

use super::*;

/// An association. Its physical name is `<API>/<stage>`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Association {
    /// The stage.
    pub resource_arn: Text,
    /// The web ACL.
    #[serde(rename = "WebACLArn")]
    pub web_acl_arn: Text,
}
