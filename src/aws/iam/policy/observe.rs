//! What AWS reports of a customer-managed policy: two reads at once, then one for each version; of many policies, the
//! first of them each and the rest together.

use std::collections::BTreeMap;

use aws_sdk_iam::Client;
use aws_sdk_iam::types;
use tokio::task::JoinSet;

use super::*;
use crate::aws::iam::account::account;
use crate::aws::iam::{ABSENT, PROPAGATING};
use crate::aws::kit::unmodelled;

/// True if there is a policy of this ARN.
pub async fn exists(iam: &Client, arn: &str) -> Result<bool, AwsError> {
    Ok(get(iam, arn).await?.is_some())
}

/// Reads a policy by its ARN. `pending` while some replica does not know all of it.
pub async fn policy(reader: Reader<'_>, arn: String) -> Result<Option<Observed<Policy>>, AwsError> {
    let iam = &reader.aws().read.iam;
    let (policy, versions) = tokio::try_join!(get(iam, &arn), versions(reader, &arn))?;
    let Some(policy) = policy else { return Ok(None) };
    let versions = match versions {
        Versions::Read(versions) => versions,
        Versions::Listed(versions) => {
            let reads = versions.into_iter().map(|version| document(iam.clone(), arn.clone(), version));
            reads.collect::<JoinSet<_>>().join_all().await.into_iter().collect::<Result<_, _>>()?
        }
    };
    Ok(Some(assemble(&policy, versions)))
}

/// A policy's versions, with their documents or without.
enum Versions {
    Read(BTreeMap<String, Option<Document>>),
    Listed(Vec<String>),
}

async fn versions(reader: Reader<'_>, arn: &str) -> Result<Versions, AwsError> {
    let account = match reader {
        Reader::Direct(_) => None,
        Reader::Plan(reader) => account(reader).await?,
    };
    match account.and_then(|account| account.policies.get(arn).cloned()) {
        Some(versions) => Ok(Versions::Read(versions)),
        None => version_ids(&reader.aws().read.iam, arn).await.map(Versions::Listed),
    }
}

/// Puts together what was read: the versions are by id, with `None` for one that cannot be read although it was
/// listed.
pub(super) fn assemble(policy: &types::Policy, mut versions: BTreeMap<String, Option<Document>>) -> Observed<Policy> {
    let in_force = policy.default_version_id().unwrap_or_default();
    let complete = versions.contains_key(in_force) && versions.values().all(Option::is_some);
    let document = versions.remove(in_force).flatten();
    let mut others: Vec<_> = versions.into_iter().filter_map(|(version, read)| Some((version, read?))).collect();
    others.sort_by_key(|(version, _)| number(version));
    let named = document.iter().map(|document| (in_force, document));
    let outputs = names(named.chain(others.iter().map(|(version, document)| (version.as_str(), document))));
    let mut other_versions: Vec<_> = others.into_iter().map(|(_, document)| document).collect();
    other_versions.sort_by_key(Document::to_string);
    // It can only be given when the policy is made.
    let described = policy.description().is_some_and(|text| !text.is_empty());
    // An unsettled state is never planned against, so what stands for a document that cannot be read is no matter.
    let policy_document = document.unwrap_or_else(|| Document::new(Vec::new()));
    Observed {
        identity: policy.policy_id().map(str::to_owned),
        outputs,
        pending: (!complete).then(|| PROPAGATING.to_owned()),
        unmodelled: unmodelled::kept([("Description", described)]),
        ..Observed::of(Policy { policy_document, other_versions, tags: tags::read(policy.tags().to_vec()) })
    }
}

/// Ids by the names that calls use, from versions in the order in which names are given.
fn names<'a>(versions: impl Iterator<Item = (&'a str, &'a Document)>) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (id, document) in versions {
        let mut index = 0;
        while names.contains_key(&version_name(document, index)) {
            index += 1;
        }
        names.insert(version_name(document, index), id.to_owned());
    }
    names
}

/// The age of a version: AWS counts them, `v1`, `v2` and so on.
fn number(version: &str) -> (Option<u64>, String) {
    (version.strip_prefix('v').and_then(|number| number.parse().ok()), version.to_owned())
}

async fn get(iam: &Client, arn: &str) -> Result<Option<types::Policy>, AwsError> {
    let answer = iam.get_policy().policy_arn(arn).send().await.found("iam:GetPolicy", ABSENT)?;
    AwsError::held("iam:GetPolicy", answer.map(|answer| answer.policy))
}

async fn version_ids(iam: &Client, arn: &str) -> Result<Vec<String>, AwsError> {
    let mut ids = Vec::new();
    let mut versions = iam.list_policy_versions().policy_arn(arn).into_paginator().items().send();
    while let Some(version) = versions.next().await {
        match version.found("iam:ListPolicyVersions", ABSENT)? {
            Some(version) => ids.extend(version.version_id),
            None => return Ok(Vec::new()),
        }
    }
    Ok(ids)
}

async fn document(iam: Client, arn: String, version: String) -> Result<(String, Option<Document>), AwsError> {
    let api = "iam:GetPolicyVersion";
    let answer = iam.get_policy_version().policy_arn(arn).version_id(&version).send().await.found(api, ABSENT)?;
    let text = answer.map(|answer| answer.policy_version.and_then(|version| version.document));
    let text = AwsError::held(api, text)?;
    let read = text.map(|text| Document::parse(&text)).transpose();
    let read = read.map_err(|error| AwsError::malformed(api, format!("the policy is not JSON: {error}")))?;
    Ok((version, read))
}

pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&()>,
) -> Result<Option<Observed<Policy>>, AwsError> {
    let arn = arn(id);
    match reader.is_unlikely(seed) && !exists(&reader.aws().read.iam, &arn).await? {
        true => Ok(None),
        false => policy(reader, arn).await,
    }
}

pub(super) async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
    let request = aws.read.iam.list_policies().path_prefix(owner.path());
    let request = request.scope(aws_sdk_iam::types::PolicyScopeType::Local);
    let (mut found, mut policies) = (Vec::new(), request.into_paginator().items().send());
    while let Some(policy) = policies.next().await {
        let name = policy.answer("iam:ListPolicies")?.policy_name;
        found.extend(name.map(|name| Found { name, seed: () }));
    }
    Ok(found)
}
