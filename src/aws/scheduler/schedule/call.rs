//! The calls on a schedule.

use super::*;
use crate::aws::kit::calls::calls;
use crate::aws::scheduler::group_name;

calls! {
    /// The calls on a schedule.
    pub enum Call {
        /// Makes it.
        "scheduler:CreateSchedule" => Create(Box<ScheduleInput>),
        /// Replaces all of it.
        "scheduler:UpdateSchedule" => Update(Box<ScheduleInput>),
        /// Deletes it.
        "scheduler:DeleteSchedule" => Delete(DeleteSchedule),
    }
}

/// Input of `CreateSchedule` and `UpdateSchedule`, which is everything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ScheduleInput {
    pub(super) name: String,
    /// Without it, AWS takes the account's group `default`.
    pub(super) group_name: String,
    pub(super) schedule_expression: String,
    pub(super) schedule_expression_timezone: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) start_date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) end_date: Option<String>,
    pub(super) flexible_time_window: FlexibleTimeWindow,
    pub(super) target: Target,
    pub(super) state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) kms_key_arn: Option<String>,
    pub(super) action_after_completion: String,
}

/// Input of `DeleteSchedule`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteSchedule {
    pub(super) name: String,
    pub(super) group_name: String,
}

impl ScheduleInput {
    /// The input that leads to a state.
    pub(super) fn of(id: &Id, schedule: &Schedule) -> Self {
        Self {
            name: id.name.clone(),
            group_name: group_name(&id.owner),
            schedule_expression: schedule.schedule_expression.clone(),
            schedule_expression_timezone: schedule.schedule_expression_timezone.clone(),
            start_date: schedule.start_date.clone(),
            end_date: schedule.end_date.clone(),
            flexible_time_window: schedule.flexible_time_window.clone(),
            target: schedule.target.clone(),
            state: schedule.state.clone(),
            description: schedule.description.clone(),
            kms_key_arn: schedule.kms_key_arn.clone(),
            action_after_completion: schedule.action_after_completion.clone(),
        }
    }

    /// The state that it leads to.
    pub(super) fn schedule(&self) -> Schedule {
        Schedule {
            schedule_expression: self.schedule_expression.clone(),
            schedule_expression_timezone: self.schedule_expression_timezone.clone(),
            start_date: self.start_date.clone(),
            end_date: self.end_date.clone(),
            flexible_time_window: self.flexible_time_window.clone(),
            target: self.target.clone(),
            state: self.state.clone(),
            description: self.description.clone(),
            kms_key_arn: self.kms_key_arn.clone(),
            action_after_completion: self.action_after_completion.clone(),
        }
    }
}
