//! Placeholder: the package module of another branch takes this place.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Placeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
pub enum Architecture {
    /// Intel and AMD.
    #[default]
    #[serde(rename = "x86_64")]
    X86_64,
    /// Graviton.
    #[serde(rename = "arm64")]
    Arm64,
}

/// Placeholder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Hex digest of the wheel.
    pub sha256: String,
}

/// Placeholder.
#[derive(Debug, Clone)]
pub struct Package {
    /// The zip.
    pub zip: Vec<u8>,
    /// Its hex digest.
    pub sha256: String,
    /// What was vendored.
    pub requirements: Vec<Requirement>,
}

impl Package {
    /// Lambda's CodeSha256.
    pub fn code_sha256(&self) -> String {
        String::new()
    }
}

/// Placeholder.
#[derive(Debug, thiserror::Error)]
#[error("placeholder")]
pub struct PackageError;

/// Placeholder.
#[derive(Debug, Clone)]
pub struct Source;

/// Placeholder.
pub fn build(_: &Source, _: &std::path::Path) -> Result<Package, PackageError> {
    Err(PackageError)
}

/// Placeholder.
pub fn lock(_: &Source, _: &std::path::Path) -> Result<String, PackageError> {
    Err(PackageError)
}
