//! Which call comes next.
//!
//! 1. Tags that make it ours: IAM lets nobody change a plan without them.
//! 2. Stages that make room for another one of the same API, alone. AWS does that by itself once such a stage is deleted, so
//!    nothing else may have to come first; see the module's text.
//! 3. Other tags.
//! 4. Keys that go: whoever has one may be wanted in another plan.
//! 5. All else in one patch.
//! 6. Keys that come.

use super::*;
use crate::aws::required_actions::claims;

pub(super) fn next_call(id: &Id, want: Option<&UsagePlan>, live: Option<&UsagePlan>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(live)) => Some(next_removal(id, live)),
        (Some(want), None) => Some(Call::Create(CreateUsagePlan::of(id, want))),
        (Some(want), Some(live)) => claim(id, want, live)
            .or_else(|| update(id, patch::without(making_room(want, live))))
            .or_else(|| tags::next_call(arn(id, PLANS), &want.tags, &live.tags))
            .or_else(|| live.keys.difference(&want.keys).next().map(|key| remove_key(id, key)))
            .or_else(|| update(id, patch::between(want, live)))
            .or_else(|| want.keys.difference(&live.keys).next().map(|key| add_key(id, key))),
    }
}

/// The call on tags that comes first where a plan is not ours yet.
fn claim(id: &Id, want: &UsagePlan, live: &UsagePlan) -> Option<Call> {
    let is_claimed = claims(&want.tags) && !claims(&live.tags);
    is_claimed.then(|| tags::next_call(arn(id, PLANS), &want.tags, &live.tags)).flatten()
}

/// AWS deletes no plan that has stages.
fn next_removal(id: &Id, live: &UsagePlan) -> Call {
    let detach = update(id, patch::without(live.api_stages.iter()));
    let key = || live.keys.first().map(|key| remove_key(id, key));
    detach.or_else(key).unwrap_or_else(|| Call::Delete(UsagePlanId { usage_plan_id: made_up_id(id) }))
}

/// The stages that go while another stage of their API comes.
fn making_room<'a>(want: &'a UsagePlan, live: &'a UsagePlan) -> impl Iterator<Item = &'a ApiStage> {
    let comes =
        move |stage: &&ApiStage| want.api_stages.difference(&live.api_stages).any(|new| new.api_id == stage.api_id);
    live.api_stages.difference(&want.api_stages).filter(comes)
}

fn update(id: &Id, patch_operations: Vec<Patch>) -> Option<Call> {
    let usage_plan_id = made_up_id(id);
    (!patch_operations.is_empty()).then_some(Call::Update(UpdateUsagePlan { usage_plan_id, patch_operations }))
}

fn add_key(id: &Id, key: &Text) -> Call {
    let (usage_plan_id, key_type) = (made_up_id(id), "API_KEY".to_owned());
    Call::AddKey(CreateUsagePlanKey { usage_plan_id, key_id: key.clone(), key_type })
}

fn remove_key(id: &Id, key: &Text) -> Call {
    Call::RemoveKey(UsagePlanKey { usage_plan_id: made_up_id(id), key_id: key.clone() })
}
