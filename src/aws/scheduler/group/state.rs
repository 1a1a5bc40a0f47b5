//! What a group is.

use super::*;

/// A schedule group.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ScheduleGroup {
    pub tags: Tags,
    /// The schedules in it that this program did not create, as a plan has seen them: they are deleted with it. They
    /// may change without the group changing, so they are not part of what is compared.
    #[serde(skip)]
    pub others: BTreeSet<String>,
}
