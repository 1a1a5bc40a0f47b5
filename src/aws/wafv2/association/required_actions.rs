//! What IAM must allow for associations: WAF checks the web ACL and the resource, and the resource's own service checks
//! the resource.
//!
//! API Gateway knows the tags of a stage, and WAF only those of a web ACL: a request that either refuses fails.

use super::{Association, Call, stage_arn_start};
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on, owned, pattern};
use crate::aws::wafv2::{arn_of, parts};
use crate::aws::{Id, apigateway};
use crate::name::{Owner, Site};

impl RequiredActions for Association {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        match call {
            Call::Associate(input) => {
                let (acl, resource) = (pattern(&input.web_acl_arn), pattern(&input.resource_arn));
                [
                    owned(&id.owner, on(&acl, &["wafv2:AssociateWebACL"])),
                    on(&acl, &["wafv2:GetWebACL"]),
                    of_resource(id, &resource, Some(acl.as_str())),
                ]
                .concat()
            }
            Call::Disassociate(input) => of_resource(id, &pattern(&input.resource_arn), None),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        if parts::word(&id.name).is_some() {
            return of_resource(id, &id.name, None);
        }
        let start = stage_arn_start(&id.site.partition, id.site.region.as_str());
        of_stage(id, &format!("{start}*/stages/*"), &["wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"])
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        match parts::word(&id.name) {
            Some(word) => to_read(id, word),
            None => apigateway::actions_for_stages(&id.site),
        }
    }

    fn actions_to_list(site: &Site, owner: &Owner) -> Vec<RequiredAction> {
        [apigateway::actions_for_stages(site), to_list(site, owner)].concat()
    }
}

/// What finding asks that a web ACL of ours stands in front of, whatever the manifest still names: the web ACL's tags say which
/// types there have been, for as long as it is there.
fn to_list(site: &Site, owner: &Owner) -> Vec<RequiredAction> {
    let unscoped = anywhere(&["appsync:ListResourcesForWebACL", "elasticloadbalancing:DescribeWebACLAssociation"]);
    [actions_to_find(site, &format!("{}*", owner.prefix())), unscoped].concat()
}

/// What finding asks about the web ACLs of a name.
pub fn actions_to_find(site: &Site, web_acl: &str) -> Vec<RequiredAction> {
    let acl = arn_of(site, "webacl", web_acl, "*");
    on(acl, &["cognito-idp:ListResourcesForWebACL", "wafv2:ListResourcesForWebACL"])
}

fn of_stage(id: &Id, stage: &str, actions: &[&'static str]) -> Vec<RequiredAction> {
    [on(stage, actions), owned(&id.owner, on(stage, &["apigateway:SetWebACL"]))].concat()
}

/// What tying a resource to a web ACL asks, or with none untying it.
fn of_resource(id: &Id, resource: &str, acl: Option<&str>) -> Vec<RequiredAction> {
    let waf = if acl.is_some() { "wafv2:AssociateWebACL" } else { "wafv2:DisassociateWebACL" };
    let Some(word) = parts::word(resource) else { return of_stage(id, resource, &[waf]) };
    let own = match (word, acl) {
        ("alb", Some(_)) => on(resource, &["elasticloadbalancing:CreateWebACLAssociation"]),
        ("alb", None) => on(resource, &["elasticloadbalancing:DeleteWebACLAssociation"]),
        ("appsync", Some(_)) => on(resource, &["appsync:AssociateWebACL"]),
        ("appsync", None) => on(resource, &["appsync:DisassociateWebACL"]),
        (_, Some(acl)) => [resource, acl].map(|arn| RequiredAction::new("cognito-idp:AssociateWebACL", arn)).to_vec(),
        (_, None) => on(resource, &["cognito-idp:DisassociateWebACL"]),
    };
    let unscoped = match word {
        "alb" => anywhere(&["elasticloadbalancing:SetWebAcl"]),
        "appsync" => anywhere(&["appsync:SetWebACL"]),
        _ => Vec::new(),
    };
    [on(resource, &[waf]), own, unscoped].concat()
}

/// What looking at such a resource asks by its ARN.
fn to_read(id: &Id, word: &str) -> Vec<RequiredAction> {
    let any = arn_of(&id.site, "webacl", "*", "*");
    let own = match word {
        "alb" => "elasticloadbalancing:GetLoadBalancerWebACL",
        "appsync" => "appsync:GetWebACLForResource",
        _ => "cognito-idp:GetWebACLForResource",
    };
    [on(&id.name, &["wafv2:GetWebACLForResource", own]), on(any, &["wafv2:GetWebACL", "wafv2:GetWebACLForResource"])]
        .concat()
}
