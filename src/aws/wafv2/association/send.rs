//! One request for each call on an association.

use super::*;

pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let waf = &aws.write.wafv2;
    match call {
        Call::Associate(input) => {
            let api = "wafv2:AssociateWebACL";
            let request = waf.associate_web_acl().web_acl_arn(literal(api, &input.web_acl_arn)?);
            request.resource_arn(literal(api, &input.resource_arn)?).send().await.answer(api).map(drop)
        }
        Call::Disassociate(input) => {
            let api = "wafv2:DisassociateWebACL";
            let request = waf.disassociate_web_acl().resource_arn(literal(api, &input.resource_arn)?);
            request.send().await.answer(api).map(drop)
        }
    }
}
