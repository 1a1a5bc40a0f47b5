//! One request for each call on an archive.

use super::*;
use crate::aws::kit::calls::Calls;

/// Sends a call, once.
pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let (events, api) = (&aws.write.events, call.api());
    let pattern = |text: &Option<Text>| match text {
        Some(text) => literal(api, text).map(|text| Some(text.to_owned())),
        None => Ok(None),
    };
    match call {
        Call::Create(input) => {
            let request = events.create_archive().archive_name(&input.archive_name);
            let request = request.event_source_arn(&input.event_source_arn).retention_days(input.retention_days);
            request.set_event_pattern(pattern(&input.event_pattern)?).send().await.answer(api).map(drop)
        }
        Call::Update(input) => {
            let request = events.update_archive().archive_name(&input.archive_name);
            let request = request.set_event_pattern(pattern(&input.event_pattern)?);
            request.set_retention_days(input.retention_days).send().await.answer(api).map(drop)
        }
        Call::Delete(input) => {
            events.delete_archive().archive_name(&input.archive_name).send().await.answer(api).map(drop)
        }
    }
}
