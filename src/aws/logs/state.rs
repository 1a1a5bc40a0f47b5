//! What a log group is.

use super::*;

/// A log group. Its name is the physical name, such as `/aws/lambda/shop--production-api`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogGroup {
    /// Days after which events go; `None`: never.
    pub retention_in_days: Option<i32>,
    pub tags: Tags,
}

/// The retentions that AWS accepts, in days.
pub const RETENTIONS: [i32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
