//! What IAM must allow for associations: WAF asks about the web ACL and the stage, and API Gateway about the stage.
//!
//! API Gateway knows the tags of a stage, and WAF those of a web ACL alone: no request goes through that either refuses.

use super::{Association, Call, stage_arn_start};
use crate::aws::need::{Need, Needs, on, owned, pattern};
use crate::aws::{Id, apigateway};
use crate::name::{Owner, Site};

impl Needs for Association {
    fn needs(id: &Id, call: &Call) -> Vec<Need> {
        match call {
            Call::Associate(input) => {
                let (acl, stage) = (pattern(&input.web_acl_arn), pattern(&input.resource_arn));
                [
                    owned(&id.owner, on(&acl, &["wafv2:AssociateWebACL"])),
                    on(&acl, &["wafv2:GetWebACL"]),
                    of_stage(id, stage, &["wafv2:AssociateWebACL"]),
                ]
                .concat()
            }
            Call::Disassociate(input) => of_stage(id, pattern(&input.resource_arn), &["wafv2:DisassociateWebACL"]),
        }
    }

    fn needs_ever(id: &Id) -> Vec<Need> {
        let start = stage_arn_start(&id.site.partition, id.site.region.as_str());
        of_stage(id, format!("{start}*/stages/*"), &["wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"])
    }

    fn needs_to_read(id: &Id) -> Vec<Need> {
        apigateway::needs_for_stages(&id.site)
    }

    fn needs_to_list(site: &Site, _: &Owner) -> Vec<Need> {
        apigateway::needs_for_stages(site)
    }
}

fn of_stage(id: &Id, stage: String, actions: &[&'static str]) -> Vec<Need> {
    [on(&stage, actions), owned(&id.owner, on(&stage, &["apigateway:SetWebACL"]))].concat()
}
