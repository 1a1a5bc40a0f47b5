//! What IAM must allow for schedules. Every update passes the role again, and uses the key again if there is one.

use super::*;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on, pass_role};
use crate::aws::scheduler::schedule_arn;
use crate::name::Site;

const KEY: &[&str] = &["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"];

impl RequiredActions for Schedule {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let schedule = |actions| on(arn(id), actions);
        match call {
            Call::Create(input) => [schedule(&["scheduler:CreateSchedule"]), handed_over(input)].concat(),
            Call::Update(input) => [schedule(&["scheduler:UpdateSchedule"]), handed_over(input)].concat(),
            Call::Delete(_) => schedule(&["scheduler:DeleteSchedule"]),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        on(arn(id), &["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule"])
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        on(arn(id), &["scheduler:GetSchedule"])
    }

    /// The group's own declarations have what it takes to know whose it is.
    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["scheduler:ListScheduleGroups", "scheduler:ListSchedules"])
    }
}

fn arn(id: &Id) -> String {
    schedule_arn(&id.site, &id.owner, &id.name)
}

fn handed_over(input: &ScheduleInput) -> Vec<RequiredAction> {
    let role = pass_role(&input.target.role_arn, "scheduler.amazonaws.com");
    let key = input.kms_key_arn.iter().flat_map(|key| on(key.as_str(), KEY));
    std::iter::once(role).chain(key).collect()
}
