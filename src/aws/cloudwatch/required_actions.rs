//! What IAM must allow for alarms.

use super::{Alarm, Call, arn};
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, RequiredActions, on};
use crate::name::{Owner, Site};

impl RequiredActions for Alarm {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let alarm = |actions| on(arn(id), actions);
        match call {
            Call::Put(input) if input.tags.is_some() => alarm(&["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"]),
            Call::Put(_) => alarm(&["cloudwatch:PutMetricAlarm"]),
            Call::Tag(_) => alarm(&["cloudwatch:TagResource"]),
            Call::Untag(_) => alarm(&["cloudwatch:UntagResource"]),
            Call::Delete(_) => alarm(&["cloudwatch:DeleteAlarms"]),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        on(
            arn(id),
            &[
                "cloudwatch:DeleteAlarms",
                "cloudwatch:PutMetricAlarm",
                "cloudwatch:TagResource",
                "cloudwatch:UntagResource",
            ],
        )
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        [describe(&id.site), on(arn(id), &["cloudwatch:ListTagsForResource"])].concat()
    }

    fn actions_to_list(site: &Site, _: &Owner) -> Vec<RequiredAction> {
        describe(site)
    }
}

/// CloudWatch asks about all alarms, whichever are named.
fn describe(site: &Site) -> Vec<RequiredAction> {
    on(site.arn("cloudwatch", "alarm:*"), &["cloudwatch:DescribeAlarms"])
}
