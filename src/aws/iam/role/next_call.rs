//! Which call comes next.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&Role>, live: Option<&Role>) -> Option<Call> {
    match (want, live) {
        (None, None) => None,
        (None, Some(live)) => Some(next_to_absence(id, live)),
        (Some(want), None) => Some(Call::Create(create(id, want))),
        (Some(want), Some(live)) if want.path != live.path => Some(next_to_absence(id, live)),
        (Some(want), Some(live)) => next_trust(id, want, live)
            .or_else(|| next_settings(id, want, live))
            .or_else(|| next_boundary(id, want, live))
            .or_else(|| next_attachment(id, want, live))
            .or_else(|| next_inline(id, want, live))
            .or_else(|| tags::next_call(role_name(id), &want.tags, &live.tags)),
    }
}

/// The policies that can be attached to a role, where the account's quota has not been raised.
const ATTACHMENTS: usize = 10;

/// The characters that a role's inline policies can have together.
const INLINE_CHARACTERS: usize = 10_240;

fn create(id: &Id, want: &Role) -> CreateRole {
    let (name, trust) = (role_name(id), want.assume_role_policy_document.clone());
    CreateRole::of(want, name, path(id), trust, want.permissions_boundary.clone(), want.tags.clone())
}

/// AWS deletes only a role on which nothing hangs.
fn next_to_absence(id: &Id, live: &Role) -> Call {
    let role_name = role_name(id);
    if let Some(policy_arn) = live.managed_policy_arns.first().cloned() {
        return Call::Detach(Attachment { role_name, policy_arn });
    }
    match live.inline_policies.keys().next().cloned() {
        Some(policy_name) => Call::DeleteInline(InlinePolicy { role_name, policy_name }),
        None => Call::Delete(RoleName { role_name }),
    }
}

fn next_trust(id: &Id, want: &Role, live: &Role) -> Option<Call> {
    let document = &want.assume_role_policy_document;
    (*document != live.assume_role_policy_document).then(|| {
        Call::UpdateTrust(UpdateAssumeRolePolicy { role_name: role_name(id), policy_document: document.clone() })
    })
}

fn next_settings(id: &Id, want: &Role, live: &Role) -> Option<Call> {
    let input = UpdateRole::between(want, live, role_name(id))?;
    Some(Call::Update(UpdateRole { max_session_duration: Some(want.max_session_duration), ..input }))
}

fn next_boundary(id: &Id, want: &Role, live: &Role) -> Option<Call> {
    let role_name = role_name(id);
    match &want.permissions_boundary {
        boundary if *boundary == live.permissions_boundary => None,
        Some(arn) => Some(Call::PutBoundary(PutBoundary { role_name, permissions_boundary: arn.clone() })),
        None => Some(Call::DeleteBoundary(RoleName { role_name })),
    }
}

fn next_attachment(id: &Id, want: &Role, live: &Role) -> Option<Call> {
    let missing = want.managed_policy_arns.difference(&live.managed_policy_arns).next();
    let extra = live.managed_policy_arns.difference(&want.managed_policy_arns).next();
    let input = |arn: &String| Attachment { role_name: role_name(id), policy_arn: arn.clone() };
    let full = live.managed_policy_arns.len() >= ATTACHMENTS;
    match (missing, extra) {
        (Some(missing), None) => Some(Call::Attach(input(missing))),
        (Some(missing), Some(_)) if !full => Some(Call::Attach(input(missing))),
        (_, Some(extra)) => Some(Call::Detach(input(extra))),
        (None, None) => None,
    }
}

fn next_inline(id: &Id, want: &Role, live: &Role) -> Option<Call> {
    let put = want.inline_policies.iter().find(|(name, document)| live.inline_policies.get(*name) != Some(*document));
    let extra = live.inline_policies.keys().find(|name| !want.inline_policies.contains_key(*name));
    let role_name = role_name(id);
    let fits = put.is_none_or(|(name, document)| fits_with(&live.inline_policies, name, document));
    match (put, extra) {
        (Some((name, document)), extra) if fits || extra.is_none() => {
            let (policy_name, policy_document) = (name.clone(), document.clone());
            Some(Call::PutInline(PutRolePolicy { role_name, policy_name, policy_document }))
        }
        (_, Some(name)) => Some(Call::DeleteInline(InlinePolicy { role_name, policy_name: name.clone() })),
        _ => None,
    }
}

/// True if a policy can be put beside, or in the place of, those that are there.
fn fits_with(live: &BTreeMap<String, Document>, name: &str, document: &Document) -> bool {
    let others = live.iter().filter(|(other, _)| *other != name).map(|(_, document)| document);
    let characters = others.chain([document]).map(|document| document.to_string().chars().count());
    characters.sum::<usize>() <= INLINE_CHARACTERS
}
