//! What IAM must allow for an account's setting: of whoever makes the roles that an app is deployed with.

use super::{Account, Call, policy_arn, role_arn};
use crate::aws::Id;
use crate::aws::apigateway::actions_for_logging_role;
use crate::aws::required_actions::{RequiredAction, RequiredActions, on, pass_role};
use crate::name::{Owner, Site};

impl RequiredActions for Account {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let role = role_arn(&id.site);
        match call {
            Call::CreateRole(_) => on(role, &["iam:CreateRole"]),
            Call::AttachRolePolicy(_) => {
                let attach = RequiredAction::new("iam:AttachRolePolicy", &role);
                vec![attach.when("ArnLike", "iam:PolicyARN", &policy_arn(&id.site))]
            }
            Call::UpdateAccount(_) => {
                let account = format!("arn:{}:apigateway:{}::/account", id.site.partition, id.site.region);
                let passed = pass_role(&role, "apigateway.amazonaws.com");
                [on(account, &["apigateway:PATCH"]), vec![passed]].concat()
            }
        }
    }

    fn actions_of_all_calls(_: &Id) -> Vec<RequiredAction> {
        Vec::new()
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        let of_role = on(role_arn(&id.site), &["iam:GetRole", "iam:ListAttachedRolePolicies"]);
        [actions_for_logging_role(&id.site), of_role].concat()
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        Vec::new()
    }
}
