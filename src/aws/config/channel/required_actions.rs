//! What IAM must allow for the delivery channel: IAM scopes it by nothing, and starting and stopping by the recorder.

use super::{Call, DeliveryChannel};
use crate::aws::Id;
use crate::aws::config::required_actions::{recorder, to_describe_channels, to_describe_recorders};
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on};
use crate::name::{Owner, Site};

impl RequiredActions for DeliveryChannel {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        match call {
            Call::Put(_) => anywhere(&["config:PutDeliveryChannel"]),
            Call::Start(_) => on(recorder(&id.site, &id.owner), &["config:StartConfigurationRecorder"]),
            Call::Stop(_) => on(recorder(&id.site, &id.owner), &["config:StopConfigurationRecorder"]),
            Call::Delete(_) => anywhere(&["config:DeleteDeliveryChannel"]),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let recorder = recorder(&id.site, &id.owner);
        let recording = on(recorder, &["config:StartConfigurationRecorder", "config:StopConfigurationRecorder"]);
        [recording, anywhere(&["config:DeleteDeliveryChannel", "config:PutDeliveryChannel"])].concat()
    }

    fn actions_to_read(_: &Id) -> Vec<RequiredAction> {
        let status = to_describe_recorders("config:DescribeConfigurationRecorderStatus");
        [status, to_describe_channels()].concat()
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        to_describe_channels()
    }
}
