//! Placeholder until the section is written.
use schemars::JsonSchema;
use serde::Deserialize;

use crate::manifest::Lowering;

/// Placeholder.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compliance {}

impl Compliance {
    /// Placeholder.
    pub fn lower(&self, _: &mut Lowering) {}
}
