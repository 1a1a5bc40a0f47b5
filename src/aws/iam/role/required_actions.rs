//! What IAM must allow for roles.
//!
//! All calls but the first name a role without its path. While IAM does not know the role (before it is made, or on a
//! replica that has not heard of it yet) it cannot tell the path either, and asks about a role without one: of reads
//! always, of writes only about those that follow the making of a role at once. Names are unique in the account whatever
//! the path, and such a write is allowed on the very names of the manifest's roles ([`is_bare`]), so that this lets in no
//! role beside ours. What is deleted has been there for long, and is known with its path.

use super::{Call, Role, name_of};
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on};
use crate::name::{Owner, Site};

const BOUNDARY: &str = "iam:PermissionsBoundary";

impl RequiredActions for Role {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        match call {
            Call::Create(input) => {
                let create = RequiredAction::new("iam:CreateRole", arn(id));
                let boundary = input.permissions_boundary.as_deref();
                let create = match boundary {
                    Some(boundary) => create.when("StringEquals", BOUNDARY, boundary),
                    None => create,
                };
                [vec![create], on(arn(id), &["iam:TagRole"])].concat()
            }
            Call::UpdateTrust(_) => role(id, &["iam:UpdateAssumeRolePolicy"]),
            Call::Update(_) => role(id, &["iam:UpdateRole"]),
            Call::PutBoundary(input) => when(
                role(id, &["iam:PutRolePermissionsBoundary"]),
                "StringEquals",
                BOUNDARY,
                &input.permissions_boundary,
            ),
            Call::DeleteBoundary(_) => role(id, &["iam:DeleteRolePermissionsBoundary"]),
            Call::Attach(input) => {
                when(new_role(id, &["iam:AttachRolePolicy"]), "ArnLike", "iam:PolicyARN", &input.policy_arn)
            }
            Call::Detach(input) => {
                when(role(id, &["iam:DetachRolePolicy"]), "ArnLike", "iam:PolicyARN", &input.policy_arn)
            }
            Call::PutInline(_) => new_role(id, &["iam:PutRolePolicy"]),
            Call::DeleteInline(_) => role(id, &["iam:DeleteRolePolicy"]),
            Call::Tag(_) => role(id, &["iam:TagRole"]),
            Call::Untag(_) => role(id, &["iam:UntagRole"]),
            Call::Delete(_) => role(id, &["iam:DeleteRole"]),
        }
    }

    /// Any policy may be detached, so that one that somebody has attached can go. Which one may be attached, and which
    /// boundary be set, is in the input alone.
    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        role(
            id,
            &[
                "iam:DeleteRole",
                "iam:DeleteRolePermissionsBoundary",
                "iam:DeleteRolePolicy",
                "iam:DetachRolePolicy",
                "iam:PutRolePolicy",
                "iam:TagRole",
                "iam:UntagRole",
                "iam:UpdateAssumeRolePolicy",
                "iam:UpdateRole",
            ],
        )
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        new_role(id, &["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"])
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["iam:ListRoles"])
    }
}

fn arn(id: &Id) -> String {
    super::arn(&id.site, &id.owner, &id.name)
}

fn role(id: &Id, actions: &[&'static str]) -> Vec<RequiredAction> {
    on(arn(id), actions)
}

/// The same of a role that IAM may not know yet.
fn new_role(id: &Id, actions: &[&'static str]) -> Vec<RequiredAction> {
    let without_path = id.site.global_arn("iam", &format!("role/{}", name_of(&id.name)));
    [role(id, actions), on(without_path, actions)].concat()
}

/// True for a need about one role, told by its name alone.
pub fn is_bare(required: &RequiredAction) -> bool {
    let role = required.resource.split_once(":role/").map(|(_, role)| role);
    role.is_some_and(|role| !role.contains(['/', '*']))
}

fn when(actions: Vec<RequiredAction>, operator: &'static str, key: &'static str, arn: &str) -> Vec<RequiredAction> {
    actions.into_iter().map(|required| required.when(operator, key, arn)).collect()
}

/// What gives a role rights.
const GIVES: [&str; 3] = ["iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePolicy"];

impl Role {
    /// The needs of this wanted role where whoever has them must not be able to give away more than a boundary lets
    /// through: rights are given only to a role that has the boundary, and none loses it. A role that is meant to have none
    /// gets exactly the policies that it is to have attached, and no others.
    pub fn bounded(&self, actions: Vec<RequiredAction>) -> Vec<RequiredAction> {
        let kept = actions.into_iter().filter(|required| required.action != "iam:DeleteRolePermissionsBoundary");
        let Some(boundary) = &self.permissions_boundary else {
            return kept.filter(|required| required.action != "iam:PutRolePolicy").collect();
        };
        let bound = |required: RequiredAction| required.when("StringEquals", BOUNDARY, boundary);
        kept.map(|required| if GIVES.contains(&required.action) { bound(required) } else { required }).collect()
    }
}
