//! What IAM must allow for groups. Tags in the input of `CreateScheduleGroup` are asked for beside it, and deleting a group
//! is deleting what is in it.

use super::*;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on};
use crate::aws::scheduler::{group_arn, schedule_arn};
use crate::name::Site;

impl RequiredActions for ScheduleGroup {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let group = |actions| on(group_arn(&id.site, &id.owner), actions);
        match call {
            Call::Create(_) => group(&["scheduler:CreateScheduleGroup", "scheduler:TagResource"]),
            Call::Tag(_) => group(&["scheduler:TagResource"]),
            Call::Untag(_) => group(&["scheduler:UntagResource"]),
            Call::Delete(_) => [group(&["scheduler:DeleteScheduleGroup"]), with_what_is_in_it(id)].concat(),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let group = on(
            group_arn(&id.site, &id.owner),
            &[
                "scheduler:CreateScheduleGroup",
                "scheduler:DeleteScheduleGroup",
                "scheduler:TagResource",
                "scheduler:UntagResource",
            ],
        );
        [group, with_what_is_in_it(id)].concat()
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        on(group_arn(&id.site, &id.owner), &["scheduler:GetScheduleGroup", "scheduler:ListTagsForResource"])
    }

    /// What a listing tells is not read again.
    fn actions_to_plan(id: &Id) -> Vec<RequiredAction> {
        let tags = on(group_arn(&id.site, &id.owner), &["scheduler:ListTagsForResource"]);
        [tags, anywhere(&["scheduler:ListSchedules"])].concat()
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["scheduler:ListScheduleGroups"])
    }
}

fn with_what_is_in_it(id: &Id) -> Vec<RequiredAction> {
    let schedules = on(schedule_arn(&id.site, &id.owner, "*"), &["scheduler:DeleteSchedule"]);
    [schedules, anywhere(&["scheduler:ListSchedules"])].concat()
}
