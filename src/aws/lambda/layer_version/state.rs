//! What a version is.

use super::*;
use crate::canonical::{self, Sha};

/// A version of a layer.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LayerVersion {
    /// Base64 of the SHA-256 of its zip.
    pub code_sha256: String,
    /// The architectures that it says it is for; none: it does not say.
    pub compatible_architectures: BTreeSet<String>,
    /// The runtimes that it says it is for; none: it does not say.
    pub compatible_runtimes: BTreeSet<String>,
    /// What it is for, without the mark.
    pub description: String,
    /// Its licence: a name, a URL or a text.
    pub license_info: String,
    /// How its zip gets to Lambda.
    #[serde(skip)]
    pub way: Way,
    /// Functions that use it and are not ours; read only if the version is no longer wanted.
    #[serde(skip)]
    pub used_by: BTreeSet<String>,
}

impl LayerVersion {
    /// The digest of all that it is, in hex. A state of texts can be written.
    pub(super) fn fingerprint(&self) -> String {
        Sha::of(&canonical::bytes(self).unwrap_or_default()).hex()
    }
}
