//! The calls on a group.

use super::*;
use crate::aws::kit::calls::calls;
use crate::aws::kit::tags::{tag_calls, tag_inputs};
use crate::aws::tags::listed;

calls! {
    /// The calls on a group.
    pub enum Call {
        /// Makes the group.
        "scheduler:CreateScheduleGroup" => Create(CreateScheduleGroup),
        /// Adds or changes tags.
        "scheduler:TagResource" => Tag(TagResource),
        /// Removes tags.
        "scheduler:UntagResource" => Untag(UntagResource),
        /// Deletes the group and every schedule in it.
        "scheduler:DeleteScheduleGroup" => Delete(DeleteScheduleGroup),
    }
}

tag_inputs!(TagResource, UntagResource { #[serde(rename = "ResourceArn")] resource_arn: String } listed);
tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

/// Input of `CreateScheduleGroup`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateScheduleGroup {
    pub(super) name: String,
    #[serde(with = "listed")]
    pub(super) tags: Tags,
}

/// Input of `DeleteScheduleGroup`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteScheduleGroup {
    pub(super) name: String,
    /// The schedules that may go with it and that no call of ours deletes: not sent to AWS, which takes all that is there.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) schedules: BTreeSet<String>,
}
