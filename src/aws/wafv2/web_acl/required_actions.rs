//! What IAM must allow for web ACLs: WAF also checks what their rules refer to.
//!
//! Their names are ours, and changing one requires our tags besides. Tags may be set by the name alone: that is how one
//! without tags is adopted.

use super::{Call, Rule, WebAcl};
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
            Call::PutLogging(input) => {
                let arn = pattern(&input.logging_configuration.resource_arn);
                let put = owned(&id.owner, on(arn, &["wafv2:PutLoggingConfiguration"]));
                [put, deliver(&id.site)].concat()
            }
            Call::DeleteLogging(input) => {
                let end = on(pattern(&input.resource_arn), &["wafv2:DeleteLoggingConfiguration"]);
                [owned(&id.owner, end), anywhere(&["logs:DeleteLogDelivery"])].concat()
            }
            Call::Delete(input) => owned(&id.owner, acl(&pattern(&input.id), &["wafv2:DeleteWebACL"])),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let acl = |actions| on(arn_of(&id.site, "webacl", &id.name, "*"), actions);
        let changes = acl(&[
            "wafv2:DeleteLoggingConfiguration",
            "wafv2:DeleteWebACL",
            "wafv2:UntagResource",
            "wafv2:UpdateWebACL",
        ]);
        let ends = anywhere(&["logs:DeleteLogDelivery"]);
        let own = [create(id), acl(&["wafv2:TagResource"]), owned(&id.owner, changes), ends].concat();
        let sets = arn_of(&id.site, "ipset", &Self::names(&id.owner), "*");
        let referring = &["wafv2:CreateWebACL", "wafv2:UpdateWebACL"];
        [own, on(managed_rules(id), referring), on(sets, referring)].concat()
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        let acl = on(
            arn_of(&id.site, "webacl", &id.name, "*"),
            &["wafv2:GetLoggingConfiguration", "wafv2:GetWebACL", "wafv2:ListTagsForResource"],
        );
        [acl, anywhere(&["wafv2:ListWebACLs"])].concat()
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["wafv2:ListAvailableManagedRuleGroups", "wafv2:ListWebACLs"])
    }
}

fn create(id: &Id) -> Vec<RequiredAction> {
    claiming(&id.owner, on(arn_of(&id.site, "webacl", &id.name, "*"), &["wafv2:CreateWebACL"]))
}

/// What it takes to let WAF write a log: the service's own role for delivery streams, and what CloudWatch Logs asks.
fn deliver(site: &Site) -> Vec<RequiredAction> {
    let role = site.global_arn("iam", "role/aws-service-role/wafv2.amazonaws.com/AWSServiceRoleForWAFV2Logging");
    let linked = RequiredAction::new("iam:CreateServiceLinkedRole", role);
    let linked = linked.when("StringEquals", "iam:AWSServiceName", "wafv2.amazonaws.com");
    let logs =
        ["logs:CreateLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:PutResourcePolicy"];
    [vec![linked], anywhere(&logs)].concat()
}

/// Sets and groups by their ARN, and vendors' own groups by what IAM calls all of them.
fn referred_to<'a>(id: &Id, action: &'static str, rules: impl Iterator<Item = &'a Rule>) -> Vec<RequiredAction> {
    let mut actions = Vec::new();
    for rule in rules {
        actions.extend(rule.is_managed().then(|| RequiredAction::new(action, managed_rules(id))));
        actions.extend(rule.references().into_iter().map(|arn| RequiredAction::new(action, pattern(arn))));
    }
    actions
}

fn managed_rules(id: &Id) -> String {
    arn_of(&id.site, "managedruleset", "*", "*")
}
