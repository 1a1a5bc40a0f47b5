//! One request for each call on a bus.

use super::*;
use crate::aws::kit::calls::Calls;

/// Sends a call, once.
pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let (events, api) = (&aws.write.events, call.api());
    match call {
        Call::Create(input) => {
            let request = events.create_event_bus().name(&input.name).set_description(input.description.clone());
            let request = request.set_kms_key_identifier(input.kms_key_identifier.clone());
            let request = request.set_dead_letter_config(input.dead_letter_config.as_ref().map(DeadLetterConfig::sdk));
            request.set_tags(Some(tags::sdk(api, &input.tags)?)).send().await.answer(api).map(drop)
        }
        Call::Update(input) => {
            let request = events.update_event_bus().name(&input.name).description(&input.description);
            let request = request.kms_key_identifier(&input.kms_key_identifier);
            let request = request.set_dead_letter_config(input.dead_letter_config.as_ref().map(DeadLetterConfig::sdk));
            request.send().await.answer(api).map(drop)
        }
        Call::PutPermission(input) => {
            let request = events.put_permission().event_bus_name(&input.event_bus_name).policy(&input.policy);
            request.send().await.answer(api).map(drop)
        }
        Call::RemovePermission(input) => {
            let request = events.remove_permission().event_bus_name(&input.event_bus_name);
            request.remove_all_permissions(input.remove_all_permissions).send().await.answer(api).map(drop)
        }
        Call::Tag(input) => input.send(aws).await,
        Call::Untag(input) => input.send(aws).await,
        Call::Delete(input) => events.delete_event_bus().name(&input.name).send().await.answer(api).map(drop),
    }
}
