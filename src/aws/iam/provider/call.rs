//! The calls on GitHub's identity provider.

use super::*;

calls! {
    /// The calls on a provider.
    pub enum Call {
        /// Makes it. AWS checks GitHub's certificate by its own list, so no thumbprint is given.
        "iam:CreateOpenIDConnectProvider" => Create(CreateProvider),
        /// Lets tokens for one more audience in.
        "iam:AddClientIDToOpenIDConnectProvider" => AddClientId(AddClientId),
    }
}

/// Input of `CreateOpenIDConnectProvider`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateProvider {
    #[serde(rename = "Url")]
    pub(super) url: String,
    #[serde(rename = "ClientIDList")]
    pub(super) client_id_list: BTreeSet<String>,
}

/// Input of `AddClientIDToOpenIDConnectProvider`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddClientId {
    #[serde(rename = "OpenIDConnectProviderArn")]
    pub(super) arn: String,
    #[serde(rename = "ClientID")]
    pub(super) client_id: String,
}
