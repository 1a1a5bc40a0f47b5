//! What IAM must allow for usage plans.

use super::{Call, PLANS, UsagePlan, arn_of};
use crate::aws::Id;
use crate::aws::apigateway_keys::required_actions::{adopt, create, delete, get, patch, post, tag, tags_of_any, untag};
use crate::aws::required_actions::{RequiredAction, RequiredActions, pattern};
use crate::name::{Owner, Site};
use crate::text::Text;

impl RequiredActions for UsagePlan {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let arn = |plan: &Text| arn_of(&id.site, PLANS, &pattern(plan));
        match call {
            Call::Create(_) => create(id, PLANS),
            Call::Update(input) => patch(id, arn(&input.usage_plan_id)),
            Call::AddKey(input) => post(id, format!("{}/keys", arn(&input.usage_plan_id))),
            Call::RemoveKey(input) => {
                delete(id, format!("{}/keys/{}", arn(&input.usage_plan_id), pattern(&input.key_id)))
            }
            Call::Tag(input) => tag(id, &pattern(&input.resource_arn), &input.tags),
            Call::Untag(input) => untag(id, &pattern(&input.resource_arn)),
            Call::Delete(input) => delete(id, arn(&input.usage_plan_id)),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let any = arn_of(&id.site, PLANS, "*");
        [
            create(id, PLANS),
            patch(id, &any),
            post(id, format!("{any}/keys")),
            delete(id, format!("{any}/keys/*")),
            delete(id, &any),
            tags_of_any(id, PLANS),
        ]
        .concat()
    }

    fn actions_to_adopt(id: &Id) -> Vec<RequiredAction> {
        adopt(id, &arn_of(&id.site, PLANS, "*"))
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        let any = arn_of(&id.site, PLANS, "*");
        [get(arn_of(&id.site, PLANS, "")), get(format!("{any}/keys")), get(any)].concat()
    }

    fn actions_to_list(site: &Site, _: &Owner) -> Vec<RequiredAction> {
        // Of several plans of one name, tags tell which is ours.
        [get(arn_of(site, PLANS, "")), get(arn_of(site, PLANS, "*"))].concat()
    }
}
