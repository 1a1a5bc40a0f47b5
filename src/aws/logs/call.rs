//! The calls on a log group.

use super::*;

calls! {
    /// The calls on a log group.
    pub enum Call {
        /// Makes the group.
        "logs:CreateLogGroup" => Create(CreateLogGroup),
        /// Sets the retention.
        "logs:PutRetentionPolicy" => PutRetention(PutRetentionPolicy),
        /// Keeps events for ever.
        "logs:DeleteRetentionPolicy" => DeleteRetention(Group),
        /// Adds or changes tags.
        "logs:TagResource" => Tag(TagResource),
        /// Removes tags.
        "logs:UntagResource" => Untag(UntagResource),
        /// Deletes the group and its events.
        "logs:DeleteLogGroup" => Delete(Group),
    }
}

tag_inputs!(TagResource, UntagResource { #[serde(rename = "resourceArn")] resource_arn: String } lower_mapped);

tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

/// Input of `CreateLogGroup`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateLogGroup {
    pub(super) log_group_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) log_group_class: Option<String>,
    pub(super) tags: Tags,
}

/// Input of `PutRetentionPolicy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PutRetentionPolicy {
    pub(super) log_group_name: String,
    pub(super) retention_in_days: i32,
}

/// Input of the calls that need nothing but the group's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Group {
    pub(super) log_group_name: String,
}
