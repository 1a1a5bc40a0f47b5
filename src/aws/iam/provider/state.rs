//! What GitHub's identity provider is.

use super::*;

/// An OpenID Connect provider.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OidcProvider {
    /// The audiences that tokens may be for. Wanted ones are all that we need; others stay.
    #[serde(rename = "ClientIDList")]
    pub client_id_list: BTreeSet<String>,
}
