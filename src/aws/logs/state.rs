//! What a log group is.

use super::*;

/// A log group. Its name is the physical name, such as `/aws/lambda/shop--production-api`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogGroup {
    /// `INFREQUENT_ACCESS` or `DELIVERY`; `None`: `STANDARD`. Of a group of a section of its own alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_group_class: Option<String>,
    /// Days after which events go; `None`: never, or when AWS says so, as in the class `DELIVERY`.
    pub retention_in_days: Option<i32>,
    pub tags: Tags,
}

/// The retentions that AWS accepts, in days.
pub const RETENTIONS: [i32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
