//! One request for each call on a web ACL. Its body is the call's input, unchanged: the SDK's types do not know
//! everything that a rule may contain.

use super::*;
use crate::aws::wafv2::raw::{body, with};

/// Sends a call, once.
pub async fn send(waf: &Client, call: &Call) -> Result<(), AwsError> {
    match call {
        Call::Create(input) => {
            let api = "wafv2:CreateWebACL";
            let request = waf.create_web_acl().customize().mutate_request(with(body(api, input)?));
            request.send().await.answer(api).map(drop)
        }
        Call::Update(input) => {
            let api = "wafv2:UpdateWebACL";
            let request = waf.update_web_acl().customize().mutate_request(with(body(api, input)?));
            request.send().await.answer(api).map(drop)
        }
        Call::Tag(input) => send_tags(waf, input).await,
        Call::Untag(input) => send_untag(waf, input).await,
        Call::PutLogging(input) => {
            let api = "wafv2:PutLoggingConfiguration";
            let request = waf.put_logging_configuration().customize().mutate_request(with(body(api, input)?));
            request.send().await.answer(api).map(drop)
        }
        Call::DeleteLogging(input) => {
            let api = "wafv2:DeleteLoggingConfiguration";
            let request = waf.delete_logging_configuration().resource_arn(literal(api, &input.resource_arn)?);
            request.send().await.answer(api).map(drop)
        }
        Call::Delete(input) => {
            let api = "wafv2:DeleteWebACL";
            let request = waf.delete_web_acl().name(&input.name).scope(scope(&input.scope));
            let request = request.id(literal(api, &input.id)?).lock_token(literal(api, &input.lock_token)?);
            request.send().await.answer(api).map(drop)
        }
    }
}
