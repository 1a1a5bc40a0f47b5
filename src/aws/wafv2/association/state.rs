//! What an association is.

use super::*;

/// An association. Its physical name is `<API>/<stage>`, or the ARN of what is no stage.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Association {
    /// The stage, or another resource.
    pub resource_arn: Text,
    /// The web ACL.
    #[serde(rename = "WebACLArn")]
    pub web_acl_arn: Text,
}
