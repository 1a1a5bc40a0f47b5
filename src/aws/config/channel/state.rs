//! What the delivery channel is.

use super::*;

/// Where the recorder delivers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryChannel {
    /// The bucket's name.
    pub s3_bucket_name: String,
    /// True while our recorder records.
    pub recording: bool,
}
