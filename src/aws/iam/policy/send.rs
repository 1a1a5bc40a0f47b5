//! One request for each call on a customer-managed policy.

use aws_sdk_iam::Client;

use super::*;
use crate::aws::kit::calls::Calls;
use crate::aws::literal;

/// Sends a call, once.
pub async fn send(iam: &Client, call: &Call) -> Result<(), AwsError> {
    let api = call.api();
    match call {
        Call::Create(input) => {
            let request = iam.create_policy().policy_name(&input.policy_name).path(&input.path);
            let request = request.policy_document(input.policy_document.to_string());
            let request = request.set_tags(Some(tags::sdk(api, &input.tags)?));
            request.send().await.answer(api).map(drop)
        }
        Call::CreateVersion(input) => {
            let request = iam.create_policy_version().policy_arn(&input.policy_arn);
            let request = request.policy_document(input.policy_document.to_string());
            let request = request.set_as_default(input.set_as_default);
            request.send().await.answer(api).map(drop)
        }
        Call::SetDefault(input) => {
            let request = iam.set_default_policy_version().policy_arn(&input.policy_arn);
            request.version_id(literal(api, &input.version_id)?).send().await.answer(api).map(drop)
        }
        Call::DeleteVersion(input) => {
            let request = iam.delete_policy_version().policy_arn(&input.policy_arn);
            request.version_id(literal(api, &input.version_id)?).send().await.answer(api).map(drop)
        }
        Call::Tag(input) => {
            let request = iam.tag_policy().policy_arn(&input.policy_arn);
            let request = request.set_tags(Some(tags::sdk(api, &input.tags)?));
            request.send().await.answer(api).map(drop)
        }
        Call::Untag(input) => {
            let request = iam.untag_policy().policy_arn(&input.policy_arn);
            let request = request.set_tag_keys(Some(input.tag_keys.clone()));
            request.send().await.answer(api).map(drop)
        }
        Call::Delete(input) => iam.delete_policy().policy_arn(&input.policy_arn).send().await.answer(api).map(drop),
    }
}
