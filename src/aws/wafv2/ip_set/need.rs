//! What IAM must allow for IP sets.

use super::{Call, IpSet};
use crate::aws::need::{Need, Needs, anywhere, on, pattern};
use crate::aws::wafv2::arn_of;
use crate::aws::{Id, wafv2};
use crate::name::{Owner, Site};
use crate::text::Text;

impl Needs for IpSet {
    fn needs(id: &Id, call: &Call) -> Vec<Need> {
        let set = |made_up: &Text, actions| on(arn(id, &pattern(made_up)), actions);
        match call {
            Call::Create(_) => on(arn(id, "*"), &["wafv2:CreateIPSet", "wafv2:TagResource"]),
            Call::Update(input) => set(&input.id, &["wafv2:UpdateIPSet"]),
            Call::Tag(input) => on(pattern(&input.resource_arn), &["wafv2:TagResource"]),
            Call::Untag(input) => on(pattern(&input.resource_arn), &["wafv2:UntagResource"]),
            Call::Delete(wafv2::Locked { id, .. }) => set(id, &["wafv2:DeleteIPSet"]),
        }
    }

    fn needs_ever(id: &Id) -> Vec<Need> {
        on(
            arn(id, "*"),
            &[
                "wafv2:CreateIPSet",
                "wafv2:DeleteIPSet",
                "wafv2:TagResource",
                "wafv2:UntagResource",
                "wafv2:UpdateIPSet",
            ],
        )
    }

    fn needs_to_read(id: &Id) -> Vec<Need> {
        let set = on(arn(id, "*"), &["wafv2:GetIPSet", "wafv2:ListTagsForResource"]);
        [set, anywhere(&["wafv2:ListIPSets"])].concat()
    }

    fn needs_to_list(_: &Site, _: &Owner) -> Vec<Need> {
        anywhere(&["wafv2:ListIPSets"])
    }
}

fn arn(id: &Id, made_up: &str) -> String {
    arn_of(&id.site, "ipset", &id.name, made_up)
}
