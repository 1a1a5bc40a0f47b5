//! The calls on versions of a layer.

use super::*;
use crate::aws::kit::calls::calls;

calls! {
    /// The calls on versions of a layer.
    pub enum Call {
        /// Makes a version.
        "lambda:PublishLayerVersion" => Publish(Box<PublishLayerVersion>),
        /// Deletes a version.
        "lambda:DeleteLayerVersion" => Delete(DeleteLayerVersion),
    }
}

/// Input of `PublishLayerVersion`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PublishLayerVersion {
    /// The layer's physical name.
    pub(super) layer_name: String,
    /// What it is for, and the mark.
    pub(super) description: String,
    /// Where the zip comes from.
    pub(super) content: Code,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) compatible_architectures: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) compatible_runtimes: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) license_info: String,
}

/// Input of `DeleteLayerVersion`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteLayerVersion {
    /// The layer's physical name.
    pub(super) layer_name: String,
    /// The number that AWS made up.
    pub(super) version_number: Text,
}

impl PublishLayerVersion {
    /// The version that it makes.
    pub(super) fn version(&self) -> LayerVersion {
        let description = mark::read(&self.description).map_or("", |(description, _)| description);
        LayerVersion {
            code_sha256: self.content.code_sha256(),
            compatible_architectures: self.compatible_architectures.clone(),
            compatible_runtimes: self.compatible_runtimes.clone(),
            description: description.to_owned(),
            license_info: self.license_info.clone(),
            ..LayerVersion::default()
        }
    }
}
