//! What AWS reports of a schedule.

use aws_sdk_scheduler::operation::get_schedule::GetScheduleOutput;
use aws_sdk_scheduler::primitives::{DateTime, DateTimeFormat};
use aws_sdk_scheduler::types;

use super::members::{ERASED_BY, SHAPE};
use super::*;
use crate::aws::error::Answer;
use crate::aws::kit::members::unread;
use crate::aws::kit::text::filled;
use crate::aws::kit::unmodelled::{self, Unmodelled};
use crate::aws::scheduler::listing::in_group;
use crate::aws::scheduler::{ABSENT, group, group_name};

const API: &str = "scheduler:GetSchedule";

/// The schedules in our group that bear our prefix; none where that group is somebody else's.
pub(super) async fn list(reader: Reader<'_>, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
    let (is_ours, content) = tokio::try_join!(group::is_ours(reader, owner), in_group(reader, owner))?;
    let names = content.ours.into_iter().filter(|_| is_ours);
    Ok(names.map(|name| Found { name, seed: () }).collect())
}

/// Reads one schedule.
pub(super) async fn observe(aws: &Aws, id: &Id) -> Result<Option<Observed<Schedule>>, AwsError> {
    let request = aws.read.scheduler.get_schedule().group_name(group_name(&id.owner)).name(&id.name);
    let (answer, unread) = unread(&SHAPE, request.send()).await;
    let Some(answer) = answer.found(API, ABSENT)? else { return Ok(None) };
    let observed = assemble(answer)?;
    let unmodelled = [observed.unmodelled, unread.all()].concat();
    Ok(Some(Observed { unmodelled, ..Observed::of(observed.state) }))
}

/// AWS's answer as a state. What AWS leaves out is its default; a target it cannot.
pub(super) fn assemble(answer: GetScheduleOutput) -> Result<Observed<Schedule>, AwsError> {
    let malformed = |what: &str| AwsError::malformed(API, format!("the answer has no {what}"));
    let target = answer.target.ok_or_else(|| malformed("target"))?;
    let unmodelled = others(&target);
    let window = answer.flexible_time_window.ok_or_else(|| malformed("flexible time window"))?;
    let state = Schedule {
        schedule_expression: answer.schedule_expression.ok_or_else(|| malformed("expression"))?,
        schedule_expression_timezone: filled(answer.schedule_expression_timezone).unwrap_or_else(|| UTC.into()),
        start_date: answer.start_date.map(moment).transpose()?,
        end_date: answer.end_date.map(moment).transpose()?,
        flexible_time_window: FlexibleTimeWindow {
            mode: window.mode.as_str().to_owned(),
            maximum_window_in_minutes: window.maximum_window_in_minutes,
        },
        target: self::target(target),
        state: answer.state.map_or(ENABLED.into(), |state| state.as_str().to_owned()),
        description: filled(answer.description),
        kms_key_arn: filled(answer.kms_key_arn),
        action_after_completion: answer
            .action_after_completion
            .map_or(KEPT.into(), |action| action.as_str().to_owned()),
    };
    Ok(Observed { unmodelled, ..Observed::of(state) })
}

fn target(target: types::Target) -> Target {
    let retry = target.retry_policy;
    let age = retry.as_ref().and_then(|retry| retry.maximum_event_age_in_seconds);
    let attempts = retry.as_ref().and_then(|retry| retry.maximum_retry_attempts);
    let dead_letters = target.dead_letter_config.and_then(|config| filled(config.arn));
    let group = target.sqs_parameters.and_then(|parameters| filled(parameters.message_group_id));
    let event = target.event_bridge_parameters;
    Target {
        arn: target.arn,
        role_arn: target.role_arn,
        input: filled(target.input).map(Text::from),
        retry_policy: RetryPolicy {
            maximum_event_age_in_seconds: age.unwrap_or(LONGEST_AGE),
            maximum_retry_attempts: attempts.unwrap_or(MOST_RETRIES),
        },
        dead_letter_config: dead_letters.map(|arn| DeadLetterConfig { arn }),
        sqs_parameters: group.map(|message_group_id| SqsParameters { message_group_id }),
        event_bridge_parameters: event
            .map(|event| EventBridgeParameters { detail_type: event.detail_type, source: event.source }),
    }
}

fn others(target: &types::Target) -> Vec<Unmodelled> {
    unmodelled::erased(
        ERASED_BY,
        [
            ("Target.EcsParameters", target.ecs_parameters.is_some()),
            ("Target.KinesisParameters", target.kinesis_parameters.is_some()),
            ("Target.SageMakerPipelineParameters", target.sage_maker_pipeline_parameters.is_some()),
        ],
    )
}

/// `2026-12-24T18:00:00Z`, as the manifest has it; a schedule knows no part of a second.
fn moment(at: DateTime) -> Result<String, AwsError> {
    let text = DateTime::from_secs(at.secs()).fmt(DateTimeFormat::DateTime);
    text.map_err(|error| AwsError::malformed(API, error.to_string()))
}
