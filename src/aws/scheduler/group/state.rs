//! What a group is.

use super::*;

/// A schedule group.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ScheduleGroup {
    pub tags: Tags,
    /// The schedules in it that this program did not make, as a plan has seen them: they go with it. They come and go
    /// without it being another, so they are no part of what is compared.
    #[serde(skip)]
    pub others: BTreeSet<String>,
}
