//! What IAM must allow for the delivery channel: IAM scopes it by nothing, and starting and stopping by the recorder.

use super::{Call, DeliveryChannel};
use crate::aws::Id;
use crate::aws::config::needs::{recorder, to_describe_channels, to_describe_recorders};
use crate::aws::need::{Need, Needs, anywhere, on};
use crate::name::{Owner, Site};

impl Needs for DeliveryChannel {
    fn needs(id: &Id, call: &Call) -> Vec<Need> {
        match call {
            Call::Put(_) => anywhere(&["config:PutDeliveryChannel"]),
            Call::Start(_) => on(recorder(&id.site, &id.owner), &["config:StartConfigurationRecorder"]),
            Call::Stop(_) => on(recorder(&id.site, &id.owner), &["config:StopConfigurationRecorder"]),
            Call::Delete(_) => anywhere(&["config:DeleteDeliveryChannel"]),
        }
    }

    fn needs_ever(id: &Id) -> Vec<Need> {
        let recorder = recorder(&id.site, &id.owner);
        let recording = on(recorder, &["config:StartConfigurationRecorder", "config:StopConfigurationRecorder"]);
        [recording, anywhere(&["config:DeleteDeliveryChannel", "config:PutDeliveryChannel"])].concat()
    }

    fn needs_to_read(_: &Id) -> Vec<Need> {
        let status = to_describe_recorders("config:DescribeConfigurationRecorderStatus");
        [status, to_describe_channels()].concat()
    }

    fn needs_to_list(_: &Site, _: &Owner) -> Vec<Need> {
        to_describe_channels()
    }
}
