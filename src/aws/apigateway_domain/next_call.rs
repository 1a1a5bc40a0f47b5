//! Which call comes next.
//!
//! 1. Tags: who may change a domain name is told by them.
//! 2. What differs of the domain name itself, in one patch.
//! 3. Mappings that make room: of the path of another sort of API, and where either side has an empty base path, beside which AWS
//!    takes no other.
//! 4. Mappings that lead elsewhere, and those that come.
//! 5. Mappings that go.
//! 6. The tag that says in which zones there are aliases, where it names more than there are any more.

use super::alias::early_tags;
use super::call::base_path;
use super::*;

pub(super) fn next_call(id: &Id, want: Option<&DomainName>, live: Option<&DomainName>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(live)) => Some(next_removal(id, live)),
        (Some(want), None) => Some(Call::Create(CreateDomainName::of(id, want))),
        (Some(want), Some(live)) => tags::next_call(arn(id), &early_tags(&want.tags, &live.tags), &live.tags)
            .or_else(|| update(id, patch::between(want, live)))
            .or_else(|| remove(id, live, |path, is_rest| makes_room(want, live, path, is_rest)))
            .or_else(|| change_base_path(id, want, live))
            .or_else(|| change_mapping(id, want, live))
            .or_else(|| remove(id, live, |path, is_rest| !want.maps(path, is_rest)))
            .or_else(|| tags::next_call(arn(id), &want.tags, &live.tags)),
    }
}

fn next_removal(id: &Id, live: &DomainName) -> Call {
    let delete = || Call::Delete(DeleteDomainName { domain_name: id.name.clone() });
    remove(id, live, |_, _| true).unwrap_or_else(delete)
}

impl DomainName {
    pub(super) fn maps(&self, path: &str, is_rest: bool) -> bool {
        if is_rest { self.base_path_mappings.contains_key(path) } else { self.api_mappings.contains_key(path) }
    }
}

/// True for a mapping that has to go before others come.
fn makes_room(want: &DomainName, live: &DomainName, path: &str, is_rest: bool) -> bool {
    let is_empty = |domain: &DomainName| domain.maps("", true) || domain.maps("", false);
    !want.maps(path, is_rest) && (want.maps(path, !is_rest) || is_empty(want) || (path.is_empty() && is_empty(live)))
}

/// Takes away the first mapping of which this holds.
fn remove(id: &Id, live: &DomainName, goes: impl Fn(&str, bool) -> bool) -> Option<Call> {
    let domain_name = id.name.clone();
    if let Some(path) = live.base_path_mappings.keys().find(|path| goes(path, true)) {
        return Some(Call::RemoveBasePath(DeleteBasePathMapping { domain_name, base_path: base_path(path) }));
    }
    let key = live.api_mappings.keys().find(|key| goes(key, false))?;
    let (api_mapping_id, api_mapping_key) = (mapping_id(id, key), key.clone());
    Some(Call::RemoveMapping(DeleteApiMapping { domain_name, api_mapping_id, api_mapping_key }))
}

fn update(id: &Id, patch_operations: Vec<PatchOperation>) -> Option<Call> {
    let domain_name = id.name.clone();
    (!patch_operations.is_empty()).then_some(Call::Update(UpdateDomainName { domain_name, patch_operations }))
}

fn change_base_path(id: &Id, want: &DomainName, live: &DomainName) -> Option<Call> {
    let mut differing = want.base_path_mappings.iter();
    let (path, mapping) = differing.find(|(path, mapping)| live.base_path_mappings.get(*path) != Some(*mapping))?;
    let (domain_name, base_path) = (id.name.clone(), base_path(path));
    let Some(before) = live.base_path_mappings.get(path) else {
        let (rest_api_id, stage) = (mapping.api_id.clone(), mapping.stage.clone());
        return Some(Call::AddBasePath(CreateBasePathMapping { domain_name, base_path, rest_api_id, stage }));
    };
    let api = PatchOperation::replace("/restapiId", mapping.api_id.clone());
    let stage = PatchOperation::replace("/stage", mapping.stage.as_str());
    let api = Some(api).filter(|_| mapping.api_id != before.api_id);
    let stage = Some(stage).filter(|_| mapping.stage != before.stage);
    let patch_operations = api.into_iter().chain(stage).collect();
    Some(Call::UpdateBasePath(UpdateBasePathMapping { domain_name, base_path, patch_operations }))
}

fn change_mapping(id: &Id, want: &DomainName, live: &DomainName) -> Option<Call> {
    let mut differing = want.api_mappings.iter();
    let (key, mapping) = differing.find(|(key, mapping)| live.api_mappings.get(*key) != Some(*mapping))?;
    let (domain_name, api_mapping_key) = (id.name.clone(), key.clone());
    let (api_id, stage) = (mapping.api_id.clone(), mapping.stage.clone());
    if !live.api_mappings.contains_key(key) {
        return Some(Call::AddMapping(CreateApiMapping { domain_name, api_mapping_key, api_id, stage }));
    }
    let api_mapping_id = mapping_id(id, key);
    Some(Call::UpdateMapping(UpdateApiMapping { domain_name, api_mapping_id, api_mapping_key, api_id, stage }))
}
