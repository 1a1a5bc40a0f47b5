//! One request for each call on a schedule.

use aws_sdk_scheduler::primitives::{DateTime, DateTimeFormat};
use aws_sdk_scheduler::types;
use aws_smithy_types::error::operation::BuildError;

use super::*;
use crate::aws::error::Answer;
use crate::aws::kit::calls::Calls;
use crate::aws::literal;
use crate::aws::scheduler::token;

/// Sets what both requests have, which is everything.
macro_rules! set {
    ($request:expr, $call:expr, $api:expr, $input:expr) => {{
        let input: &ScheduleInput = $input;
        $request
            .name(&input.name)
            .group_name(&input.group_name)
            .schedule_expression(&input.schedule_expression)
            .schedule_expression_timezone(&input.schedule_expression_timezone)
            .set_start_date(moment($api, input.start_date.as_deref())?)
            .set_end_date(moment($api, input.end_date.as_deref())?)
            .flexible_time_window(window($api, &input.flexible_time_window)?)
            .target(target($api, &input.target)?)
            .state(input.state.as_str().into())
            .set_description(input.description.clone())
            .set_kms_key_arn(input.kms_key_arn.clone())
            .action_after_completion(input.action_after_completion.as_str().into())
            .client_token(token($api, $call)?)
    }};
}

/// Sends a call, once.
pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let (scheduler, api) = (&aws.write.scheduler, call.api());
    match call {
        Call::Create(input) => set!(scheduler.create_schedule(), call, api, input).send().await.answer(api).map(drop),
        Call::Update(input) => set!(scheduler.update_schedule(), call, api, input).send().await.answer(api).map(drop),
        Call::Delete(input) => {
            let request = scheduler.delete_schedule().name(&input.name).group_name(&input.group_name);
            request.client_token(token(api, call)?).send().await.answer(api).map(drop)
        }
    }
}

fn not_sent(api: &'static str) -> impl Fn(BuildError) -> AwsError {
    move |error| AwsError::not_sent(api, error.to_string())
}

fn moment(api: &'static str, text: Option<&str>) -> Result<Option<DateTime>, AwsError> {
    let read = text.map(|text| DateTime::from_str(text, DateTimeFormat::DateTime)).transpose();
    read.map_err(|error| AwsError::not_sent(api, error.to_string()))
}

fn window(api: &'static str, window: &FlexibleTimeWindow) -> Result<types::FlexibleTimeWindow, AwsError> {
    let builder = types::FlexibleTimeWindow::builder().mode(window.mode.as_str().into());
    builder.set_maximum_window_in_minutes(window.maximum_window_in_minutes).build().map_err(not_sent(api))
}

fn target(api: &'static str, target: &Target) -> Result<types::Target, AwsError> {
    let retry = types::RetryPolicy::builder()
        .maximum_event_age_in_seconds(target.retry_policy.maximum_event_age_in_seconds)
        .maximum_retry_attempts(target.retry_policy.maximum_retry_attempts);
    let dead_letters = |config: &DeadLetterConfig| types::DeadLetterConfig::builder().arn(&config.arn).build();
    let group = |of: &SqsParameters| types::SqsParameters::builder().message_group_id(&of.message_group_id).build();
    let event = |of: &EventBridgeParameters| {
        types::EventBridgeParameters::builder().detail_type(&of.detail_type).source(&of.source).build()
    };
    let event = target.event_bridge_parameters.as_ref().map(event).transpose().map_err(not_sent(api))?;
    let input = target.input.as_ref().map(|input| literal(api, input)).transpose()?;
    types::Target::builder()
        .arn(&target.arn)
        .role_arn(&target.role_arn)
        .set_input(input.map(str::to_owned))
        .retry_policy(retry.build())
        .set_dead_letter_config(target.dead_letter_config.as_ref().map(dead_letters))
        .set_sqs_parameters(target.sqs_parameters.as_ref().map(group))
        .set_event_bridge_parameters(event)
        .build()
        .map_err(not_sent(api))
}
