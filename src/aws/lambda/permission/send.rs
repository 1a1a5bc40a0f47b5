//! One request for each call on a function's resource policy.

use super::*;

pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    match call {
        Call::Add(input) => {
            let api = "lambda:AddPermission";
            let source = input.source_arn.as_ref().map(|arn| crate::aws::literal(api, arn)).transpose()?;
            let request = aws.write.lambda.add_permission().function_name(&input.function_name);
            let request = request
                .set_qualifier(input.qualifier.clone())
                .statement_id(&input.statement_id)
                .action(&input.action)
                .principal(&input.principal)
                .set_source_arn(source.map(str::to_owned))
                .set_source_account(input.source_account.clone())
                .set_function_url_auth_type(input.function_url_auth_type.as_deref().map(Into::into))
                .set_invoked_via_function_url(Some(true).filter(|_| input.invoked_via_function_url));
            request.send().await.answer(api).map(drop)
        }
        Call::Remove(input) => {
            let request = aws.write.lambda.remove_permission().function_name(&input.function_name);
            let request = request.set_qualifier(input.qualifier.clone()).statement_id(&input.statement_id);
            request.send().await.answer("lambda:RemovePermission").map(drop)
        }
    }
}
