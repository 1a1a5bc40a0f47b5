//! What IAM must allow for web ACLs: WAF asks about what their rules refer to as well.

use super::{Call, Rule, Statement, WebAcl};
use crate::aws::Id;
use crate::aws::need::{Need, Needs, anywhere, on, pattern};
use crate::aws::wafv2::arn_of;
use crate::name::{Owner, Site};

impl Needs for WebAcl {
    fn needs(id: &Id, call: &Call) -> Vec<Need> {
        let acl = |made_up: &str, actions| on(arn_of(&id.site, "webacl", &id.name, made_up), actions);
        match call {
            Call::Create(input) => {
                let create = acl("*", &["wafv2:CreateWebACL", "wafv2:TagResource"]);
                [create, referred_to(id, "wafv2:CreateWebACL", input.rules.values())].concat()
            }
            Call::Update(input) => {
                let update = acl(&pattern(&input.id), &["wafv2:UpdateWebACL"]);
                [update, referred_to(id, "wafv2:UpdateWebACL", input.rules.values())].concat()
            }
            Call::Tag(input) => on(pattern(&input.resource_arn), &["wafv2:TagResource"]),
            Call::Untag(input) => on(pattern(&input.resource_arn), &["wafv2:UntagResource"]),
            Call::Delete(input) => acl(&pattern(&input.id), &["wafv2:DeleteWebACL"]),
        }
    }

    fn needs_ever(id: &Id) -> Vec<Need> {
        let acl = on(
            arn_of(&id.site, "webacl", &id.name, "*"),
            &[
                "wafv2:CreateWebACL",
                "wafv2:DeleteWebACL",
                "wafv2:TagResource",
                "wafv2:UntagResource",
                "wafv2:UpdateWebACL",
            ],
        );
        let sets = arn_of(&id.site, "ipset", &Self::names(&id.owner), "*");
        let referring = &["wafv2:CreateWebACL", "wafv2:UpdateWebACL"];
        [acl, on(managed_rules(id), referring), on(sets, referring)].concat()
    }

    fn needs_to_read(id: &Id) -> Vec<Need> {
        let acl = on(arn_of(&id.site, "webacl", &id.name, "*"), &["wafv2:GetWebACL", "wafv2:ListTagsForResource"]);
        [acl, anywhere(&["wafv2:ListWebACLs"])].concat()
    }

    fn needs_to_list(_: &Site, _: &Owner) -> Vec<Need> {
        anywhere(&["wafv2:ListWebACLs"])
    }
}

/// The IP sets by their ARN, and AWS's own rules by what IAM calls all of them.
fn referred_to<'a>(id: &Id, action: &'static str, rules: impl Iterator<Item = &'a Rule>) -> Vec<Need> {
    let needs = rules.filter_map(|rule| match &rule.statement {
        Statement::ManagedRuleGroupStatement(_) => Some(Need::new(action, managed_rules(id))),
        Statement::IPSetReferenceStatement(set) => Some(Need::new(action, pattern(&set.arn))),
        _ => None,
    });
    needs.collect()
}

fn managed_rules(id: &Id) -> String {
    arn_of(&id.site, "managedruleset", "*", "*")
}
