//! What IAM must allow for IP sets.
//!
//! Their names are ours, and changing one requires our tags besides. Tags may be set by the name alone: that is how one
//! without tags is adopted.

use super::{Call, IpSet};
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, claiming, on, owned, pattern};
use crate::aws::wafv2::arn_of;
use crate::aws::{Id, wafv2};
use crate::name::{Owner, Site};
use crate::text::Text;

impl RequiredActions for IpSet {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let set = |made_up: &Text, actions| on(arn(id, &pattern(made_up)), actions);
        match call {
            Call::Create(_) => [create(id), on(arn(id, "*"), &["wafv2:TagResource"])].concat(),
            Call::Update(input) => owned(&id.owner, set(&input.id, &["wafv2:UpdateIPSet"])),
            Call::Tag(input) => on(pattern(&input.resource_arn), &["wafv2:TagResource"]),
            Call::Untag(input) => owned(&id.owner, on(pattern(&input.resource_arn), &["wafv2:UntagResource"])),
            Call::Delete(wafv2::Locked { id: made_up, .. }) => owned(&id.owner, set(made_up, &["wafv2:DeleteIPSet"])),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let changes = &["wafv2:DeleteIPSet", "wafv2:UntagResource", "wafv2:UpdateIPSet"];
        let tag = on(arn(id, "*"), &["wafv2:TagResource"]);
        [create(id), tag, owned(&id.owner, on(arn(id, "*"), changes))].concat()
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        let set = on(arn(id, "*"), &["wafv2:GetIPSet", "wafv2:ListTagsForResource"]);
        [set, anywhere(&["wafv2:ListIPSets"])].concat()
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["wafv2:ListIPSets"])
    }
}

fn create(id: &Id) -> Vec<RequiredAction> {
    claiming(&id.owner, on(arn(id, "*"), &["wafv2:CreateIPSet"]))
}

fn arn(id: &Id, made_up: &str) -> String {
    arn_of(&id.site, "ipset", &id.name, made_up)
}
