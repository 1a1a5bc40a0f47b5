//! One request for each call on an API key. What AWS answers is dropped: the value is no longer in it.

use super::*;
use crate::aws::apigateway_keys::send::{patches, tag, untag};
use crate::aws::kit::calls::Calls;

/// Sends a call, once.
pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let (client, api) = (&aws.write.apigateway, call.api());
    match call {
        Call::Create(input) => {
            let request = client.create_api_key().name(&input.name).enabled(input.enabled);
            let request = request.set_description(Some(input.description.clone()).filter(|text| !text.is_empty()));
            request.set_tags(Some(tags::map(&input.tags))).send().await.answer(api).map(drop)
        }
        Call::Update(input) => {
            let all = input
                .patch_operations
                .iter()
                .map(|patch| (patch.op.as_str(), patch.path.as_str().into(), &patch.value));
            let request = client.update_api_key().api_key(literal(api, &input.api_key)?);
            request.set_patch_operations(Some(patches(api, all)?)).send().await.answer(api).map(drop)
        }
        Call::Tag(input) => tag(aws, &input.resource_arn, &input.tags).await,
        Call::Untag(input) => untag(aws, &input.resource_arn, &input.tag_keys).await,
        Call::Delete(input) => {
            let request = client.delete_api_key().api_key(literal(api, &input.api_key)?);
            request.send().await.answer(api).map(drop)
        }
    }
}
