//! What IAM must allow for alarms.

use super::{Alarm, Call, arn};
use crate::aws::Id;
use crate::aws::need::{Need, Needs, on};
use crate::name::{Owner, Site};

impl Needs for Alarm {
    fn needs(id: &Id, call: &Call) -> Vec<Need> {
        let alarm = |actions| on(arn(id), actions);
        match call {
            Call::Put(input) if input.tags.is_some() => alarm(&["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"]),
            Call::Put(_) => alarm(&["cloudwatch:PutMetricAlarm"]),
            Call::Tag(_) => alarm(&["cloudwatch:TagResource"]),
            Call::Untag(_) => alarm(&["cloudwatch:UntagResource"]),
            Call::Delete(_) => alarm(&["cloudwatch:DeleteAlarms"]),
        }
    }

    fn needs_ever(id: &Id) -> Vec<Need> {
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

    fn needs_to_read(id: &Id) -> Vec<Need> {
        [describe(&id.site), on(arn(id), &["cloudwatch:ListTagsForResource"])].concat()
    }

    fn needs_to_list(site: &Site, _: &Owner) -> Vec<Need> {
        describe(site)
    }
}

/// CloudWatch asks about all alarms, whichever are named.
fn describe(site: &Site) -> Vec<Need> {
    on(site.arn("cloudwatch", "alarm:*"), &["cloudwatch:DescribeAlarms"])
}
