//! One request for each call.

use aws_sdk_apigateway::types::{Op, PatchOperation};

use super::*;

pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    match call {
        Call::CreateRole(input) => {
            let request = aws.write.iam.create_role().role_name(&input.role_name).description(&input.description);
            let request = request.assume_role_policy_document(input.trust.to_string());
            request.send().await.answer("iam:CreateRole").map(drop)
        }
        Call::AttachRolePolicy(input) => {
            let request = aws.write.iam.attach_role_policy().role_name(&input.role_name).policy_arn(&input.policy_arn);
            request.send().await.answer("iam:AttachRolePolicy").map(drop)
        }
        Call::UpdateAccount(input) => {
            let patch = |one: &Patch| {
                PatchOperation::builder().op(Op::from(one.op.as_str())).path(&one.path).value(&one.value).build()
            };
            let patches = input.patch_operations.iter().map(patch).collect();
            let request = aws.write.apigateway.update_account().set_patch_operations(Some(patches));
            request.send().await.answer("apigateway:UpdateAccount").map(drop)
        }
    }
}
