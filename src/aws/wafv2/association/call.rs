//! The calls on an association.

use super::*;

calls! {
    /// The calls on an association.
    pub enum Call {
        /// Puts the web ACL before the stage or another resource, in the place of any other.
        "wafv2:AssociateWebACL" => Associate(AssociateWebAcl),
        /// Takes whichever web ACL there is away.
        "wafv2:DisassociateWebACL" => Disassociate(DisassociateWebAcl),
    }
}

/// Input of `AssociateWebACL`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AssociateWebAcl {
    #[serde(rename = "WebACLArn")]
    pub(super) web_acl_arn: Text,
    pub(super) resource_arn: Text,
}

/// Input of `DisassociateWebACL`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DisassociateWebAcl {
    pub(super) resource_arn: Text,
}
