//! Asking API Gateway about REST APIs.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_apigateway::types;

use crate::aws::apigateway::{RestApi, read};
use crate::aws::error::{Answer, AwsError};
use crate::aws::{Aws, Found, Id, Observed, Reader};
use crate::name::{Owner, Ownership};

mod parts;

pub use parts::BesidePaths;

const ABSENT: &[&str] = &["NotFoundException"];
const GET_REST_APIS: &str = "apigateway:GetRestApis";
/// The most that one page can hold.
const PAGE: i32 = 500;

/// What the listing tells about one API.
pub type Listed = types::RestApi;

/// Every API whose name begins with our prefix or whose tags are ours, one of each name.
pub async fn list(reader: Reader<'_>, owner: &Owner) -> Result<Vec<Found<Listed>>, AwsError> {
    let mut named: BTreeMap<String, Vec<Listed>> = BTreeMap::new();
    for api in all(reader).await? {
        let is_ours = matches!(owner.of(&read::tags(api.tags())), Ownership::Owned(_));
        if let Some(name) = api.name().filter(|name| is_ours || name.starts_with(&owner.prefix())) {
            named.entry(name.to_owned()).or_default().push(api);
        }
    }
    let one_each = named.into_iter().filter_map(|(name, apis)| {
        let chosen = choose(owner, &name, apis).transpose()?;
        Some(chosen.map(|seed| Found { name, seed }))
    });
    one_each.collect()
}

/// The API of this name that is ours; else one of this name that is not, for the planner to refuse.
async fn find(reader: Reader<'_>, id: &Id) -> Result<Option<Listed>, AwsError> {
    let named = all(reader).await?.into_iter().filter(|api| api.name() == Some(&id.name));
    meant(&id.owner, &id.name, named.collect())
}

/// The APIs whose name begins with our prefix, or whose tags are ours.
pub async fn ours(reader: Reader<'_>, owner: &Owner) -> Result<Vec<Listed>, AwsError> {
    Ok(list(reader, owner).await?.into_iter().map(|found| found.seed).collect())
}

/// The ids of the account's REST APIs in the region.
#[derive(Debug, Default)]
pub struct Ids {
    /// All of them.
    pub all: BTreeSet<String>,
    /// Those of this app and stage, whatever they are called.
    pub ours: BTreeSet<String>,
}

/// The ids of all APIs, and of ours.
pub async fn ids(reader: Reader<'_>, owner: &Owner) -> Result<Ids, AwsError> {
    let is_ours = |api: &&Listed| matches!(owner.of(&read::tags(api.tags())), Ownership::Owned(_));
    let listed = all(reader).await?;
    let ours = listed.iter().filter(is_ours).filter_map(|api| api.id.clone()).collect();
    Ok(Ids { ours, all: listed.into_iter().filter_map(|api| api.id).collect() })
}

async fn all(reader: Reader<'_>) -> Result<Vec<Listed>, AwsError> {
    let ask = async {
        let pages = reader.aws().read.apigateway.get_rest_apis().limit(PAGE).into_paginator().items().send();
        pages.collect::<Result<Vec<_>, _>>().await.answer(GET_REST_APIS)
    };
    reader.once(|cache| &cache.apis, "", ask).await
}

/// The stages of an API; `None` if there is no such API.
pub async fn stages(reader: Reader<'_>, api_id: &str) -> Result<Option<Vec<types::Stage>>, AwsError> {
    let ask = async {
        let answer = reader.aws().read.apigateway.get_stages().rest_api_id(api_id).send().await;
        Ok(answer.found("apigateway:GetStages", ABSENT)?.map(|answer| answer.item.unwrap_or_default()))
    };
    reader.once(|cache| &cache.stages, api_id, ask).await
}

/// The same of all that bear a name. Which of several would be taken over, where none is ours, is nobody's guess.
fn meant(owner: &Owner, name: &str, named: Vec<Listed>) -> Result<Option<Listed>, AwsError> {
    let is_ours = |api: &Listed| matches!(owner.of(&read::tags(api.tags())), Ownership::Owned(_));
    if named.len() < 2 || named.iter().any(is_ours) {
        return choose(owner, name, named);
    }
    let ids: Vec<&str> = named.iter().filter_map(|api| api.id()).collect();
    let message = format!(
        "several APIs are called {name}, and none of them belongs to this stage: {}; rename the intended one, or the \
         section",
        ids.join(", ")
    );
    Err(AwsError::malformed(GET_REST_APIS, message))
}

/// Which of several APIs of one name is meant: ours, or else the oldest. Two of ours are an error, since nothing
/// tells which one callers use.
fn choose(owner: &Owner, name: &str, mut named: Vec<Listed>) -> Result<Option<Listed>, AwsError> {
    named.sort_by_key(|api| (api.created_date().map(|date| date.secs()), api.id().map(str::to_owned)));
    let is_ours = |api: &&Listed| matches!(owner.of(&read::tags(api.tags())), Ownership::Owned(_));
    let ours: Vec<&Listed> = named.iter().filter(is_ours).collect();
    match ours.as_slice() {
        [] => Ok(named.into_iter().next()),
        [one] => Ok(Some((*one).clone())),
        many => {
            let ids: Vec<&str> = many.iter().filter_map(|api| api.id()).collect();
            let message = format!("several APIs of this app are called {name}: {}; delete all but one", ids.join(", "));
            Err(AwsError::malformed(GET_REST_APIS, message))
        }
    }
}

/// The ARN of the role with which API Gateway writes logs in this account and region; without one, no stage can.
pub async fn logging_role(aws: &Aws) -> Result<Option<String>, AwsError> {
    let account = aws.read.apigateway.get_account().send().await.answer("apigateway:GetAccount")?;
    Ok(account.cloudwatch_role_arn.filter(|arn| !arn.is_empty()))
}

/// Reads one API: three calls at once, and one for each sort of parts that it has, after the listing where there is no seed.
pub async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&Listed>,
) -> Result<Option<Observed<RestApi>>, AwsError> {
    let api = match seed {
        Some(seed) => Some(seed.clone()),
        None => find(reader, id).await?,
    };
    let Some((api, api_id)) = api.and_then(|api| api.id.clone().map(|id| (api, id))) else { return Ok(None) };
    let (client, tags) = (&reader.aws().read.apigateway, read::tags(api.tags()));
    let resources = client.get_resources().rest_api_id(&api_id).embed("methods").limit(PAGE).into_paginator().items();
    let deployments = client.get_deployments().rest_api_id(&api_id).limit(PAGE).into_paginator().items();
    let (resources, deployments, stages, beside) = tokio::join!(
        resources.send().collect::<Result<Vec<_>, _>>(),
        deployments.send().collect::<Result<Vec<_>, _>>(),
        stages(reader, &api_id),
        parts::read(reader, id, &api_id, &tags),
    );
    // An API that goes while it is read is gone.
    let Some(resources) = resources.found("apigateway:GetResources", ABSENT)? else { return Ok(None) };
    let Some(deployments) = deployments.found("apigateway:GetDeployments", ABSENT)? else { return Ok(None) };
    let Some(stages) = stages? else { return Ok(None) };
    let Some(beside) = beside? else { return Ok(None) };
    let (stages, beside, resources) = (&stages, &beside, &resources);
    let answers = read::Answers { api: &api, api_id: &api_id, resources, deployments, stages, beside };
    answers.observed(&id.site).map(Some).map_err(|why| AwsError::malformed(GET_REST_APIS, why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Kind;
    use crate::aws::test_support::test_id;

    fn api(id: &str, tags: BTreeMap<String, String>) -> Listed {
        types::RestApi::builder().id(id).name("Orders").set_tags(Some(tags.into_iter().collect())).build()
    }

    #[test]
    fn of_two_apis_of_one_name_none_is_taken_over_unless_one_is_ours() {
        let id = test_id(Kind::RestApi, "Orders");
        let of = |named: Vec<Listed>| meant(&id.owner, "Orders", named).map(|api| api.and_then(|api| api.id));
        let (one, other) = (api("one", BTreeMap::new()), api("other", BTreeMap::new()));
        assert_eq!(of(vec![one.clone()]), Ok(Some("one".into())));
        let told = of(vec![one.clone(), other]).unwrap_err().to_string();
        assert!(told.contains("none of them belongs to this stage: one, other;"), "{told}");
        let ours = api("ours", id.owner.tags(&id.address));
        assert_eq!(of(vec![one, ours]), Ok(Some("ours".into())));
    }
}
