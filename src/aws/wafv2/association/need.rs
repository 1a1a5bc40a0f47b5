//! What IAM must allow for associations: WAF asks about the web ACL and the stage, and API Gateway about the stage.

use super::{Association, Call, stage_arn_start};
use crate::aws::need::{Need, Needs, on, pattern};
use crate::aws::{Id, apigateway};
use crate::name::{Owner, Site};

impl Needs for Association {
    fn needs(_: &Id, call: &Call) -> Vec<Need> {
        match call {
            Call::Associate(input) => [
                on(pattern(&input.web_acl_arn), &["wafv2:AssociateWebACL", "wafv2:GetWebACL"]),
                on(pattern(&input.resource_arn), &["apigateway:SetWebACL", "wafv2:AssociateWebACL"]),
            ]
            .concat(),
            Call::Disassociate(input) => {
                on(pattern(&input.resource_arn), &["apigateway:SetWebACL", "wafv2:DisassociateWebACL"])
            }
        }
    }

    fn needs_ever(id: &Id) -> Vec<Need> {
        let start = stage_arn_start(&id.site.partition, id.site.region.as_str());
        on(format!("{start}*/stages/*"), &["apigateway:SetWebACL", "wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"])
    }

    fn needs_to_read(id: &Id) -> Vec<Need> {
        apigateway::needs_for_stages(&id.site)
    }

    fn needs_to_list(site: &Site, _: &Owner) -> Vec<Need> {
        apigateway::needs_for_stages(site)
    }
}
