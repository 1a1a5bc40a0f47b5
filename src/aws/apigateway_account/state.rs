//! What an account's setting is.

use super::*;

/// The setting, or what there is of the role before it is set.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The ARN of the role with which API Gateway writes logs.
    pub cloudwatch_role_arn: Option<String>,
    /// Who may assume our role, as long as it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assume_role_policy_document: Option<Document>,
    /// Its policies, as long as it is not set.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub managed_policy_arns: BTreeSet<String>,
}

impl Account {
    /// With this role.
    pub fn of(arn: &str) -> Self {
        Self { cloudwatch_role_arn: Some(arn.to_owned()), ..Self::default() }
    }

    /// Without one so far, but with ours at hand.
    pub(super) fn with_role(trust: Document) -> Self {
        Self { assume_role_policy_document: Some(trust), ..Self::default() }
    }
}

/// Who may assume our role.
pub(super) fn trust() -> Document {
    let service = json!({"Service": "apigateway.amazonaws.com"});
    Document::new(vec![json!({"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole"})])
}
