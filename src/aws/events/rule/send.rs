//! One request for each call on a rule.

use aws_sdk_eventbridge::operation::RequestId;
use aws_sdk_eventbridge::types::{PutTargetsResultEntry, RemoveTargetsResultEntry};

use super::*;
use crate::aws::error::Reach;
use crate::aws::kit::calls::Calls;

/// Sends a call, once.
pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let (events, api) = (&aws.write.events, call.api());
    match call {
        Call::Put(input) => {
            let request = events.put_rule().name(&input.name).event_bus_name(&input.event_bus_name);
            let request = request.set_description(input.description.clone()).state(input.state.as_str().into());
            let request = request.event_pattern(literal(api, &input.event_pattern)?);
            let tags = Some(tags::sdk(api, &input.tags)?).filter(|tags| !tags.is_empty());
            request.set_tags(tags).send().await.answer(api).map(drop)
        }
        Call::PutTargets(input) => {
            let targets = input.targets.iter().map(|(id, to)| target(api, id, to)).collect::<Result<_, _>>()?;
            let request = events.put_targets().rule(&input.rule).event_bus_name(&input.event_bus_name);
            let answer = request.set_targets(Some(targets)).send().await.answer(api)?;
            let request_id = answer.request_id().map(str::to_owned);
            refused(api, request_id, answer.failed_entry_count, answer.failed_entries.unwrap_or_default())
        }
        Call::RemoveTargets(input) => {
            let request = events.remove_targets().rule(&input.rule).event_bus_name(&input.event_bus_name);
            let answer = request.set_ids(Some(input.ids.clone())).send().await.answer(api)?;
            let request_id = answer.request_id().map(str::to_owned);
            refused(api, request_id, answer.failed_entry_count, answer.failed_entries.unwrap_or_default())
        }
        Call::Tag(input) => input.send(aws).await,
        Call::Untag(input) => input.send(aws).await,
        Call::Delete(input) => {
            let request = events.delete_rule().name(&input.name).event_bus_name(&input.event_bus_name);
            request.send().await.answer(api).map(drop)
        }
    }
}

/// A target that AWS did not take, in an answer that says all is well.
pub(super) trait Failed {
    /// Code and message.
    fn why(self) -> (Option<String>, Option<String>);
}

impl Failed for PutTargetsResultEntry {
    fn why(self) -> (Option<String>, Option<String>) {
        (self.error_code, self.error_message)
    }
}

impl Failed for RemoveTargetsResultEntry {
    fn why(self) -> (Option<String>, Option<String>) {
        (self.error_code, self.error_message)
    }
}

pub(super) fn refused(
    api: &'static str,
    request_id: Option<String>,
    count: i32,
    entries: Vec<impl Failed>,
) -> Result<(), AwsError> {
    let first = entries.into_iter().next().map(Failed::why);
    if count == 0 && first.is_none() {
        return Ok(());
    }
    let (code, message) = first.unwrap_or_default();
    let message = message.unwrap_or_else(|| "AWS did not accept the target, and gives no reason".into());
    Err(AwsError { code, request_id, reach: Reach::Refused, ..AwsError::malformed(api, message) })
}

fn target(api: &'static str, id: &str, to: &Target) -> Result<types::Target, AwsError> {
    let unbuilt = |error: aws_smithy_types::error::operation::BuildError| AwsError::not_sent(api, error.to_string());
    let input = to.input.as_ref().map(|text| literal(api, text)).transpose()?;
    let transformer = to.input_transformer.as_ref().map(|transformer| {
        let paths = transformer.input_paths_map.clone().into_iter().collect();
        let template = literal(api, &transformer.input_template)?;
        let built = types::InputTransformer::builder().set_input_paths_map(Some(paths)).input_template(template);
        built.build().map_err(unbuilt)
    });
    let sqs = to
        .sqs_parameters
        .as_ref()
        .map(|sqs| types::SqsParameters::builder().message_group_id(&sqs.message_group_id).build());
    let retry = to.retry_policy.map(|retry| {
        let policy = types::RetryPolicy::builder().set_maximum_retry_attempts(retry.maximum_retry_attempts);
        policy.set_maximum_event_age_in_seconds(retry.maximum_event_age_in_seconds).build()
    });
    let target = types::Target::builder().id(id).arn(&to.arn).set_role_arn(to.role_arn.clone());
    let target = target.set_input(input.map(str::to_owned)).set_input_path(to.input_path.clone());
    let target = target.set_input_transformer(transformer.transpose()?).set_sqs_parameters(sqs);
    let target = target.set_dead_letter_config(to.dead_letter_config.as_ref().map(DeadLetterConfig::sdk));
    target.set_retry_policy(retry).build().map_err(unbuilt)
}
