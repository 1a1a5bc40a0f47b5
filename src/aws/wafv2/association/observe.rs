//! What AWS reports of an association.
//!
//! A stage reports itself which web ACL it has. Other resources that the manifest names by ARN are found through our
//! web ACLs whose tags say that they protect such resources ([`parts`]), and read by their ARN if no listing has named
//! them.

use std::collections::BTreeSet;

use aws_sdk_wafv2::types::ResourceType;

use super::*;

/// A web ACL that somebody else has put before our stage is not ours to take away.
pub(super) async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Arns>>, AwsError> {
    let (stages, others) = tokio::try_join!(of_stages(reader.into(), owner), of_others(reader))?;
    Ok(stages.into_iter().filter(|found| is_ours(reader.into(), owner, &found.seed.web_acl)).chain(others).collect())
}

async fn of_stages(reader: Reader<'_>, owner: &Owner) -> Result<Vec<Found<Arns>>, AwsError> {
    let apis = apigateway::ours(reader, owner).await?;
    let stages = apis.iter().map(|api| protected_stages(reader, owner, api));
    Ok(try_join_all(stages).await?.into_iter().flatten().collect())
}

/// What stands behind our web ACLs beside stages, by the types that their tags name.
async fn of_others(reader: &PlanReader) -> Result<Vec<Found<Arns>>, AwsError> {
    let acls = reader.hints().iter().filter(|(arn, _)| arn.contains("/webacl/"));
    let asked = acls.flat_map(|(arn, tags)| parts::types(tags).into_iter().map(move |of| (arn, of)));
    let found = asked.map(async |(arn, of)| {
        let arns = resources(reader.aws(), arn, of).await?;
        let found = |resource: String| Found { name: resource.clone(), seed: Arns { resource, web_acl: arn.clone() } };
        Ok::<_, AwsError>(arns.into_iter().filter(|resource| parts::word(resource).is_some()).map(found).collect())
    });
    let found: Vec<Vec<_>> = try_join_all(found).await?;
    // Whoever answers with all types answers twice.
    let by_name: BTreeMap<String, Found<Arns>> =
        found.into_iter().flatten().map(|found: Found<Arns>| (found.name.clone(), found)).collect();
    Ok(by_name.into_values().collect())
}

/// The ARNs of all that stands behind a web ACL, whoever put it there. Whoever answers with all types answers more than once.
pub async fn behind(aws: &Aws, web_acl_arn: &str) -> Result<BTreeSet<String>, AwsError> {
    let found = try_join_all(parts::all_types().map(|of| resources(aws, web_acl_arn, of))).await?;
    Ok(found.into_iter().flatten().collect())
}

async fn resources(aws: &Aws, web_acl_arn: &str, of: &'static str) -> Result<Vec<String>, AwsError> {
    let request = aws.read.wafv2.list_resources_for_web_acl().web_acl_arn(web_acl_arn);
    let answer = request.resource_type(ResourceType::from(of)).send().await;
    let answer = answer.found("wafv2:ListResourcesForWebACL", ABSENT)?;
    Ok(answer.and_then(|answer| answer.resource_arns).unwrap_or_default())
}

pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&Arns>,
) -> Result<Option<Observed<Association>>, AwsError> {
    let arns = match seed {
        Some(seed) => Some(seed.clone()),
        None if parts::word(&id.name).is_some() => web_acl_of(reader, &id.name).await?,
        None => read(reader, id).await?,
    };
    Ok(arns.map(|arns| observed(is_ours(reader, &id.owner, &arns.web_acl), &arns)))
}

/// The web ACL that stands in front of a resource.
async fn web_acl_of(reader: Reader<'_>, resource: &str) -> Result<Option<Arns>, AwsError> {
    let request = reader.aws().read.wafv2.get_web_acl_for_resource().resource_arn(resource);
    let answer = request.send().await.found("wafv2:GetWebACLForResource", ABSENT)?;
    let web_acl = answer.and_then(|answer| answer.web_acl).map(|acl| acl.arn);
    Ok(web_acl.map(|web_acl| Arns { resource: resource.to_owned(), web_acl }))
}

/// What a listing tells: all there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arns {
    pub(super) resource: String,
    pub(super) web_acl: String,
}

pub(super) fn observed(is_ours: bool, arns: &Arns) -> Observed<Association> {
    let (resource_arn, web_acl_arn) = (Text::from(arns.resource.as_str()), Text::from(arns.web_acl.as_str()));
    let attribute = format!("a web ACL of another owner ({})", arns.web_acl);
    let unmodelled = unmodelled::erased("wafv2:AssociateWebACL", [(&attribute, !is_ours)]);
    Observed { unmodelled, ..Observed::of(Association { resource_arn, web_acl_arn }) }
}

/// `arn:aws:wafv2:<region>:<account>:regional/webacl/<name>/<id>` with a name of ours, or one that the tagging index knows as ours. An
/// apply, which asks no index, takes any: what the plan was made against is in it.
pub(super) fn is_ours(reader: Reader<'_>, owner: &Owner, web_acl_arn: &str) -> bool {
    let name = web_acl_arn.split_once("/webacl/").map(|(_, name)| name);
    let is_hinted = match reader {
        Reader::Direct(_) => true,
        Reader::Plan(reader) => reader.hints().contains_key(web_acl_arn),
    };
    is_hinted || name.is_some_and(|name| name.starts_with(&owner.prefix()))
}

async fn read(reader: Reader<'_>, id: &Id) -> Result<Option<Arns>, AwsError> {
    let Some((name, _)) = id.name.rsplit_once('/') else { return Ok(None) };
    let apis = apigateway::ours(reader, &id.owner).await?;
    let named = apis.iter().filter(|api| api.name() == Some(name));
    let stages = try_join_all(named.map(|api| protected_stages(reader, &id.owner, api))).await?;
    Ok(stages.into_iter().flatten().find(|found| found.name == id.name).map(|found| found.seed))
}

/// The stages of an API of ours that have a web ACL.
async fn protected_stages(
    reader: Reader<'_>,
    owner: &Owner,
    api: &apigateway::Listed,
) -> Result<Vec<Found<Arns>>, AwsError> {
    let (Some(api_id), Some(name)) = (api.id(), api.name()) else { return Ok(Vec::new()) };
    let tags = tags::collect(api.tags().into_iter().flatten());
    if !matches!(owner.of(&tags), Ownership::Owned(_)) {
        return Ok(Vec::new());
    }
    let Some(stages) = apigateway::stages(reader, api_id).await? else { return Ok(Vec::new()) };
    let region = reader.aws().region();
    let start = stage_arn_start(Site::partition_of(region), region.as_str());
    let stages = stages.into_iter().filter_map(|stage| {
        let web_acl = stage.web_acl_arn.filter(|arn| !arn.is_empty())?;
        let stage = stage.stage_name?;
        let resource = format!("{start}{api_id}/stages/{stage}");
        Some(Found { name: format!("{name}/{stage}"), seed: Arns { resource, web_acl } })
    });
    Ok(stages.collect())
}
