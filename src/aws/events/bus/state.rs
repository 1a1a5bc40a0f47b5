//! What a bus is.

use super::*;

/// A bus.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Bus {
    /// What it is for.
    pub description: Option<String>,
    /// The key of the account's own that encrypts its events; `None`: one that AWS owns.
    pub kms_key_identifier: Option<String>,
    /// Where events go that the key's fault keeps from being delivered.
    pub dead_letter_config: Option<DeadLetterConfig>,
    /// Which other accounts may send to it.
    pub policy: Option<Document>,
    pub tags: Tags,
}

/// A policy as AWS shows it. One without statements says no more than none does.
pub(super) fn policy(text: &str) -> Result<Option<Document>, serde_json::Error> {
    match text {
        "" => Ok(None),
        text => Document::parse(text).map(|document| Some(document).filter(|all| !all.statements().is_empty())),
    }
}
