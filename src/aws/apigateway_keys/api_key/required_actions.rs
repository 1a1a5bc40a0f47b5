//! What IAM must allow for API keys.
//!
//! A key that was kept after it left the manifest has the tags of no app: whoever may create keys may adopt it again.

use super::{ApiKey, Call, KEYS, arn_of};
use crate::aws::Id;
use crate::aws::apigateway_keys::required_actions::{adopt, create, delete, get, patch, tag, tags_of_any, untag};
use crate::aws::required_actions::{RequiredAction, RequiredActions, pattern};
use crate::name::{Owner, Site};
use crate::text::Text;

impl RequiredActions for ApiKey {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let arn = |key: &Text| arn_of(&id.site, KEYS, &pattern(key));
        match call {
            Call::Create(_) => create(id, KEYS),
            Call::Update(input) => patch(id, arn(&input.api_key)),
            Call::Tag(input) => tag(id, &pattern(&input.resource_arn), &input.tags),
            Call::Untag(input) => untag(id, &pattern(&input.resource_arn)),
            Call::Delete(input) => delete(id, arn(&input.api_key)),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let any = arn_of(&id.site, KEYS, "*");
        [create(id, KEYS), adopt(id, &any), patch(id, &any), delete(id, &any), tags_of_any(id, KEYS)].concat()
    }

    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        [get(arn_of(&id.site, KEYS, "")), get(arn_of(&id.site, KEYS, "*"))].concat()
    }

    fn actions_to_list(site: &Site, _: &Owner) -> Vec<RequiredAction> {
        // Of several keys of one name, tags tell which is ours.
        [get(arn_of(site, KEYS, "")), get(arn_of(site, KEYS, "*"))].concat()
    }
}
