//! What the recorder is.

use super::*;

/// A recorder of changes. Whether it records is the [delivery channel's](crate::aws::config::DeliveryChannel) state, without
/// which it cannot.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recorder {
    /// The ARN of the role by which it reads and delivers.
    #[serde(rename = "roleARN")]
    pub role_arn: String,
    /// What it records.
    pub recording_group: RecordingGroup,
    #[serde(rename = "Tags")]
    pub tags: Tags,
}

/// Which types of resources are recorded. AWS's "recording strategy" follows from it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordingGroup {
    /// All types that there are.
    pub all_supported: bool,
    /// Also those without regions, such as roles.
    pub include_global_resource_types: bool,
    /// These types, unless all.
    pub resource_types: BTreeSet<String>,
    /// All but these types; none: no exclusion.
    pub exclusion_by_resource_types: BTreeSet<String>,
}

impl RecordingGroup {
    /// All types, those without regions too.
    pub fn everything() -> Self {
        Self { all_supported: true, include_global_resource_types: true, ..Self::default() }
    }
}
