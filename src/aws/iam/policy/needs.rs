//! What IAM must allow for customer-managed policies.

use super::{Call, Policy, arn};
use crate::aws::Id;
use crate::aws::need::{Need, Needs, anywhere, on};
use crate::name::{Owner, Site};

impl Needs for Policy {
    fn needs(id: &Id, call: &Call) -> Vec<Need> {
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

    fn needs_ever(id: &Id) -> Vec<Need> {
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

    fn needs_to_read(id: &Id) -> Vec<Need> {
        on(arn(id), &["iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListPolicyVersions"])
    }

    fn needs_to_list(_: &Site, _: &Owner) -> Vec<Need> {
        anywhere(&["iam:ListPolicies"])
    }
}
