//! What AWS reports of an association.

use super::*;

/// A web ACL that somebody else has put before our stage is not ours to take away.
pub(super) async fn list(reader: Reader<'_>, owner: &Owner) -> Result<Vec<Found<Arns>>, AwsError> {
    let apis = apigateway::ours(reader, owner).await?;
    let stages = apis.iter().map(|api| protected_stages(reader, owner, api));
    let found = try_join_all(stages).await?.into_iter().flatten();
    Ok(found.filter(|found| is_ours(owner, &found.seed.web_acl)).collect())
}

pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&Arns>,
) -> Result<Option<Observed<Association>>, AwsError> {
    let arns = match seed {
        Some(seed) => Some(seed.clone()),
        None => read(reader, id).await?,
    };
    Ok(arns.map(|arns| observed(&id.owner, &arns)))
}

/// What a listing tells: all there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arns {
    pub(super) resource: String,
    pub(super) web_acl: String,
}

pub(super) fn observed(owner: &Owner, arns: &Arns) -> Observed<Association> {
    let (resource_arn, web_acl_arn) = (Text::from(arns.resource.as_str()), Text::from(arns.web_acl.as_str()));
    let attribute = format!("a web ACL of somebody else ({})", arns.web_acl);
    let unmodelled = unmodelled::erased("wafv2:AssociateWebACL", [(&attribute, !is_ours(owner, &arns.web_acl))]);
    Observed { unmodelled, ..Observed::of(Association { resource_arn, web_acl_arn }) }
}

/// `arn:aws:wafv2:<region>:<account>:regional/webacl/<name>/<id>` with a name of ours.
fn is_ours(owner: &Owner, web_acl_arn: &str) -> bool {
    let name = web_acl_arn.split_once("/webacl/").map(|(_, name)| name);
    name.is_some_and(|name| name.starts_with(&owner.prefix()))
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
