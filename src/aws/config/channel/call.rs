//! The calls on the delivery channel.

use super::*;

calls! {
    /// The calls on the channel, and on the recorder that uses it.
    pub enum Call {
        /// Makes the channel, or changes it.
        "config:PutDeliveryChannel" => Put(PutDeliveryChannel),
        /// Starts recording.
        "config:StartConfigurationRecorder" => Start(RecorderName),
        /// Stops recording.
        "config:StopConfigurationRecorder" => Stop(RecorderName),
        /// Deletes the channel. What it has delivered stays.
        "config:DeleteDeliveryChannel" => Delete(ChannelName),
    }
}

/// Input of `PutDeliveryChannel`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutDeliveryChannel {
    pub(super) delivery_channel: Settings,
}

/// What a channel is to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Settings {
    pub(super) name: String,
    pub(super) s3_bucket_name: String,
}

/// Input of the calls that need nothing but the recorder's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RecorderName {
    pub(super) configuration_recorder_name: String,
}

/// Input of `DeleteDeliveryChannel`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ChannelName {
    pub(super) delivery_channel_name: String,
}
