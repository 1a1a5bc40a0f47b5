//! What IAM must allow for rules: their ARNs hold an id that AWS makes up, and not their names.

use super::{Call, Rule, TagResource, UntagResource};
use crate::aws::Id;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on, pattern};
use crate::name::{Owner, Site};
use crate::text::Text;

impl RequiredActions for Rule {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        match call {
            Call::Put(_) => on(any(&id.site), &["config:PutConfigRule", "config:TagResource"]),
            Call::Tag(TagResource { resource_arn, .. }) => tagged(id, resource_arn, "config:TagResource"),
            Call::Untag(UntagResource { resource_arn, .. }) => tagged(id, resource_arn, "config:UntagResource"),
            Call::Delete(_) => on(any(&id.site), &["config:DeleteConfigRule"]),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        on(
            any(&id.site),
            &["config:DeleteConfigRule", "config:PutConfigRule", "config:TagResource", "config:UntagResource"],
        )
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        let tags = on(any(&id.site), &["config:ListTagsForResource"]);
        [tags, anywhere(&["config:DescribeConfigRules"])].concat()
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        anywhere(&["config:DescribeConfigRules"])
    }
}

fn any(site: &Site) -> String {
    site.arn("config", "config-rule/*")
}

fn tagged(id: &Id, arn: &Text, action: &'static str) -> Vec<RequiredAction> {
    on(arn.literal().map_or_else(|| any(&id.site), |_| pattern(arn)), &[action])
}
