//! What AWS reports of a role: three reads at once, then one for each inline policy; of many roles, the first of them
//! each and the rest together.

use aws_sdk_iam::Client;
use aws_sdk_iam::types;
use tokio::task::JoinSet;

use super::*;
use crate::aws::iam::account::{RoleParts, account};
use crate::aws::iam::{ABSENT, PROPAGATING};
use crate::aws::kit::members::{Described, Shape, members, unread};
use crate::aws::kit::text::some_text;

const SHAPE: Shape = Shape {
    at: &["GetRoleResult", "Role"],
    named_by: "",
    members: members! {
        RoleName, Path, Description, MaxSessionDuration, AssumeRolePolicyDocument, Tags,
        PermissionsBoundary { PermissionsBoundaryType, PermissionsBoundaryArn },
        // AWS's own.
        RoleId, Arn, CreateDate, RoleLastUsed, SourceRoleTemplate,
    },
    erased_by: "iam:UpdateRole",
};

/// True if there is a role of this name, under whatever path.
pub async fn exists(aws: &Aws, id: &Id) -> Result<bool, AwsError> {
    Ok(get(&aws.read.iam, name_of(&id.name)).await?.is_some())
}

/// Reads a role by its name. `pending` while some replica does not know all of it.
pub async fn role(reader: Reader<'_>, id: &Id) -> Result<Option<Observed<Role>>, AwsError> {
    let name = name_of(&id.name);
    let (role, parts) = tokio::try_join!(get(&reader.aws().read.iam, name), parts(reader, name))?;
    let Some(Described { known: role, unread }) = role else { return Ok(None) };
    let known_everywhere = parts.is_some();
    let RoleParts { attached, inline } = parts.unwrap_or_default();
    let complete = known_everywhere && inline.values().all(Option::is_some) && role.arn().starts_with("arn:");
    let inline = inline.into_iter().filter_map(|(name, document)| Some((name, document?))).collect();
    let state = state(id, &role, attached, inline)?;
    let pending = (!complete).then(|| PROPAGATING.to_owned());
    Ok(Some(Observed { identity: Some(role.role_id), pending, unmodelled: unread, ..Observed::of(state) }))
}

/// What hangs on a role; `None` if a replica does not know the role.
async fn parts(reader: Reader<'_>, name: &str) -> Result<Option<RoleParts>, AwsError> {
    let iam = &reader.aws().read.iam;
    if let Reader::Plan(reader) = reader
        && let Some(parts) = account(reader).await?.and_then(|account| account.roles.get(name).cloned())
    {
        return Ok(Some(parts));
    }
    let (attached, inline) = tokio::try_join!(attached(iam, name), inline_names(iam, name))?;
    let (Some(attached), Some(inline)) = (attached, inline) else { return Ok(None) };
    Ok(Some(RoleParts { attached, inline: documents(iam, name, inline).await? }))
}

/// The role as IAM describes it, normalised.
pub(super) fn state(
    id: &Id,
    role: &types::Role,
    managed_policy_arns: BTreeSet<String>,
    inline_policies: BTreeMap<String, Document>,
) -> Result<Role, AwsError> {
    let trust = role.assume_role_policy_document().unwrap_or_default();
    let boundary = role.permissions_boundary().and_then(|b| b.permissions_boundary_arn());
    Ok(Role {
        path: Some(role.path().to_owned()).filter(|live| *live != path(id)),
        description: some_text(role.description()),
        max_session_duration: role.max_session_duration().unwrap_or(DEFAULT_SESSION),
        assume_role_policy_document: document("iam:GetRole", trust)?,
        managed_policy_arns,
        inline_policies,
        permissions_boundary: boundary.map(str::to_owned),
        tags: tags::read(role.tags().to_vec()),
    })
}

fn document(api: &'static str, text: &str) -> Result<Document, AwsError> {
    Document::parse(text).map_err(|error| AwsError::malformed(api, format!("the policy is not JSON: {error}")))
}

async fn get(iam: &Client, name: &str) -> Result<Option<Described<types::Role>>, AwsError> {
    let (answer, unread) = unread(&SHAPE, iam.get_role().role_name(name).send()).await;
    let answer = answer.found("iam:GetRole", ABSENT)?;
    let role = AwsError::held("iam:GetRole", answer.map(|answer| answer.role))?;
    Ok(role.map(|known| Described { known, unread: unread.all() }))
}

async fn attached(iam: &Client, name: &str) -> Result<Option<BTreeSet<String>>, AwsError> {
    let mut arns = BTreeSet::new();
    let mut policies = iam.list_attached_role_policies().role_name(name).into_paginator().items().send();
    while let Some(policy) = policies.next().await {
        match policy.found("iam:ListAttachedRolePolicies", ABSENT)? {
            Some(policy) => arns.extend(policy.policy_arn),
            None => return Ok(None),
        }
    }
    Ok(Some(arns))
}

async fn inline_names(iam: &Client, name: &str) -> Result<Option<Vec<String>>, AwsError> {
    let mut names = Vec::new();
    let mut policies = iam.list_role_policies().role_name(name).into_paginator().items().send();
    while let Some(policy) = policies.next().await {
        match policy.found("iam:ListRolePolicies", ABSENT)? {
            Some(policy) => names.push(policy),
            None => return Ok(None),
        }
    }
    Ok(Some(names))
}

/// The inline policies by name; `None` for one that cannot be read although it was listed.
async fn documents(
    iam: &Client,
    role: &str,
    names: Vec<String>,
) -> Result<BTreeMap<String, Option<Document>>, AwsError> {
    let reads = names.into_iter().map(|name| inline_document(iam.clone(), role.to_owned(), name));
    reads.collect::<JoinSet<_>>().join_all().await.into_iter().collect()
}

async fn inline_document(iam: Client, role: String, name: String) -> Result<(String, Option<Document>), AwsError> {
    let api = "iam:GetRolePolicy";
    let answer = iam.get_role_policy().role_name(role).policy_name(&name).send().await.found(api, ABSENT)?;
    let read = answer.map(|answer| document(api, answer.policy_document())).transpose()?;
    Ok((name, read))
}

pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&()>,
) -> Result<Option<Observed<Role>>, AwsError> {
    match reader.is_unlikely(seed) && !exists(reader.aws(), id).await? {
        true => Ok(None),
        false => role(reader, id).await,
    }
}

pub(super) async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
    let mut found = Vec::new();
    let mut roles = aws.read.iam.list_roles().path_prefix(owner.path()).into_paginator().items().send();
    while let Some(role) = roles.next().await {
        found.push(Found { name: role.answer("iam:ListRoles")?.role_name, seed: () });
    }
    Ok(found)
}
