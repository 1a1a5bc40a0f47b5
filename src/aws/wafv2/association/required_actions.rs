//! What IAM must allow for associations: WAF asks about the web ACL and the stage, and API Gateway about the stage.
//!
//! API Gateway knows the tags of a stage, and WAF those of a web ACL alone: no request goes through that either refuses.

use super::{Association, Call, stage_arn_start};
use crate::aws::required_actions::{RequiredAction, RequiredActions, on, owned, pattern};
use crate::aws::{Id, apigateway};
use crate::name::{Owner, Site};

impl RequiredActions for Association {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
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

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let start = stage_arn_start(&id.site.partition, id.site.region.as_str());
        of_stage(id, format!("{start}*/stages/*"), &["wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"])
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        apigateway::actions_for_stages(&id.site)
    }

    fn actions_to_list(site: &Site, _: &Owner) -> Vec<RequiredAction> {
        apigateway::actions_for_stages(site)
    }
}

fn of_stage(id: &Id, stage: String, actions: &[&'static str]) -> Vec<RequiredAction> {
    [on(&stage, actions), owned(&id.owner, on(&stage, &["apigateway:SetWebACL"]))].concat()
}
