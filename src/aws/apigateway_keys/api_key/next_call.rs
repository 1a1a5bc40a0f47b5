//! Which call comes next: tags, since they tell who may change a key, then all else in one patch.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&ApiKey>, live: Option<&ApiKey>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(_)) => Some(Call::Delete(ApiKeyId { api_key: made_up_id(id) })),
        (Some(want), None) => Some(Call::Create(CreateApiKey {
            name: id.name.clone(),
            description: want.description.clone(),
            enabled: want.enabled,
            tags: want.tags.clone(),
        })),
        (Some(want), Some(live)) => {
            tags::next_call(arn(id, KEYS), &want.tags, &live.tags).or_else(|| next_update(id, want, live))
        }
    }
}

fn next_update(id: &Id, want: &ApiKey, live: &ApiKey) -> Option<Call> {
    let mut patch_operations = Vec::new();
    if want.description != live.description {
        patch_operations.push(PatchOperation::replace("/description", want.description.as_str()));
    }
    if want.enabled != live.enabled {
        patch_operations.push(PatchOperation::replace("/enabled", want.enabled.to_string()));
    }
    let api_key = made_up_id(id);
    (!patch_operations.is_empty()).then_some(Call::Update(UpdateApiKey { api_key, patch_operations }))
}
