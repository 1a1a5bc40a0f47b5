//! What IAM must allow for web ACLs: WAF asks about what their rules refer to as well.
//!
//! Their names are ours, and what changes one asks for our tags besides. Tags may be set by the name alone: that is how one
//! without them is adopted.

use super::{Call, Rule, Statement, WebAcl};
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, claiming, on, owned, pattern};
use crate::aws::wafv2::arn_of;
use crate::name::{Owner, Site};

impl RequiredActions for WebAcl {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let acl = |made_up: &str, actions| on(arn_of(&id.site, "webacl", &id.name, made_up), actions);
        match call {
            Call::Create(input) => [
                create(id),
                acl("*", &["wafv2:TagResource"]),
                referred_to(id, "wafv2:CreateWebACL", input.rules.values()),
            ]
            .concat(),
            Call::Update(input) => {
                let update = owned(&id.owner, acl(&pattern(&input.id), &["wafv2:UpdateWebACL"]));
                [update, referred_to(id, "wafv2:UpdateWebACL", input.rules.values())].concat()
            }
            Call::Tag(input) => on(pattern(&input.resource_arn), &["wafv2:TagResource"]),
            Call::Untag(input) => owned(&id.owner, on(pattern(&input.resource_arn), &["wafv2:UntagResource"])),
            Call::Delete(input) => owned(&id.owner, acl(&pattern(&input.id), &["wafv2:DeleteWebACL"])),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let acl = |actions| on(arn_of(&id.site, "webacl", &id.name, "*"), actions);
        let changes = acl(&["wafv2:DeleteWebACL", "wafv2:UntagResource", "wafv2:UpdateWebACL"]);
        let own = [create(id), acl(&["wafv2:TagResource"]), owned(&id.owner, changes)].concat();
        let sets = arn_of(&id.site, "ipset", &Self::names(&id.owner), "*");
        let referring = &["wafv2:CreateWebACL", "wafv2:UpdateWebACL"];
        [own, on(managed_rules(id), referring), on(sets, referring)].concat()
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        let acl = on(arn_of(&id.site, "webacl", &id.name, "*"), &["wafv2:GetWebACL", "wafv2:ListTagsForResource"]);
        [acl, anywhere(&["wafv2:ListWebACLs"])].concat()
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["wafv2:ListAvailableManagedRuleGroups", "wafv2:ListWebACLs"])
    }
}

fn create(id: &Id) -> Vec<RequiredAction> {
    claiming(&id.owner, on(arn_of(&id.site, "webacl", &id.name, "*"), &["wafv2:CreateWebACL"]))
}

/// The IP sets by their ARN, and AWS's own rules by what IAM calls all of them.
fn referred_to<'a>(id: &Id, action: &'static str, rules: impl Iterator<Item = &'a Rule>) -> Vec<RequiredAction> {
    let actions = rules.filter_map(|rule| match &rule.statement {
        Statement::ManagedRuleGroupStatement(_) => Some(RequiredAction::new(action, managed_rules(id))),
        Statement::IPSetReferenceStatement(set) => Some(RequiredAction::new(action, pattern(&set.arn))),
        _ => None,
    });
    actions.collect()
}

fn managed_rules(id: &Id) -> String {
    arn_of(&id.site, "managedruleset", "*", "*")
}
