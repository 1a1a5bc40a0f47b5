//! What an API key is, but for its value.

use super::*;

/// An API key. Its value is nowhere in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// What it is for.
    pub description: String,
    /// False where whoever has it is not let in.
    pub enabled: bool,
    pub tags: Tags,
}
