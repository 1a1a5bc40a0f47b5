//! One request for each call on a role.

use aws_sdk_iam::Client;

use super::*;
use crate::aws::kit::calls::Calls;

/// Sends a call, once.
pub async fn send(iam: &Client, call: &Call) -> Result<(), AwsError> {
    let api = call.api();
    match call {
        Call::Create(input) => create(iam, api, input).await,
        Call::UpdateTrust(input) => {
            let request = iam.update_assume_role_policy().role_name(&input.role_name);
            let request = request.policy_document(input.policy_document.to_string());
            request.send().await.answer(api).map(drop)
        }
        Call::Update(input) => {
            let request = iam.update_role().role_name(&input.role_name);
            let request = request.set_description(input.description.clone());
            let request = request.set_max_session_duration(input.max_session_duration);
            request.send().await.answer(api).map(drop)
        }
        Call::Delete(input) => iam.delete_role().role_name(&input.role_name).send().await.answer(api).map(drop),
        Call::Tag(input) => {
            let request = iam.tag_role().role_name(&input.role_name);
            let request = request.set_tags(Some(tags::sdk(api, &input.tags)?));
            request.send().await.answer(api).map(drop)
        }
        Call::Untag(input) => {
            let request = iam.untag_role().role_name(&input.role_name);
            let request = request.set_tag_keys(Some(input.tag_keys.clone()));
            request.send().await.answer(api).map(drop)
        }
        Call::PutBoundary(input) => {
            let request = iam.put_role_permissions_boundary().role_name(&input.role_name);
            let request = request.permissions_boundary(&input.permissions_boundary);
            request.send().await.answer(api).map(drop)
        }
        Call::DeleteBoundary(input) => {
            let request = iam.delete_role_permissions_boundary().role_name(&input.role_name);
            request.send().await.answer(api).map(drop)
        }
        Call::Attach(input) => {
            let request = iam.attach_role_policy().role_name(&input.role_name).policy_arn(&input.policy_arn);
            request.send().await.answer(api).map(drop)
        }
        Call::Detach(input) => {
            let request = iam.detach_role_policy().role_name(&input.role_name).policy_arn(&input.policy_arn);
            request.send().await.answer(api).map(drop)
        }
        Call::PutInline(input) => {
            let request = iam.put_role_policy().role_name(&input.role_name).policy_name(&input.policy_name);
            let request = request.policy_document(input.policy_document.to_string());
            request.send().await.answer(api).map(drop)
        }
        Call::DeleteInline(input) => {
            let request = iam.delete_role_policy().role_name(&input.role_name).policy_name(&input.policy_name);
            request.send().await.answer(api).map(drop)
        }
    }
}

async fn create(iam: &Client, api: &'static str, input: &CreateRole) -> Result<(), AwsError> {
    let request = iam.create_role().role_name(&input.role_name).path(&input.path);
    let request = request.assume_role_policy_document(input.assume_role_policy_document.to_string());
    let description = Some(input.description.clone()).filter(|text| !text.is_empty());
    let request = request.set_description(description).max_session_duration(input.max_session_duration);
    let request = request.set_permissions_boundary(input.permissions_boundary.clone());
    let request = request.set_tags(Some(tags::sdk(api, &input.tags)?));
    request.send().await.answer(api).map(drop)
}
