//! What IAM must allow for customer-managed policies.

use super::{Call, Policy, arn};
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on};
use crate::name::{Owner, Site};

impl RequiredActions for Policy {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let policy = |actions| on(arn(id), actions);
        match call {
            Call::Create(_) => policy(&["iam:CreatePolicy", "iam:TagPolicy"]),
            Call::CreateVersion(_) => policy(&["iam:CreatePolicyVersion"]),
            Call::SetDefault(_) => policy(&["iam:SetDefaultPolicyVersion"]),
            Call::DeleteVersion(_) => policy(&["iam:DeletePolicyVersion"]),
            Call::Tag(_) => policy(&["iam:TagPolicy"]),
            Call::Untag(_) => policy(&["iam:UntagPolicy"]),
            Call::Delete(_) => policy(&["iam:DeletePolicy"]),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        on(
            arn(id),
            &[
                "iam:CreatePolicy",
                "iam:CreatePolicyVersion",
                "iam:DeletePolicy",
                "iam:DeletePolicyVersion",
                "iam:SetDefaultPolicyVersion",
                "iam:TagPolicy",
                "iam:UntagPolicy",
            ],
        )
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        on(arn(id), &["iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListPolicyVersions"])
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["iam:ListPolicies"])
    }
}
