//! Asking API Gateway about HTTP APIs: which there are, then all parts of one at once.
//!
//! The size of a page is up to AWS: it publishes no number that a request may ask for.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_apigatewayv2::types;

use super::read;
use super::state::HttpApi;
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::pages::pages;
use crate::aws::{Found, Id, Observed, Reader};
use crate::name::{Owner, Ownership};

const ABSENT: &[&str] = &["NotFoundException"];
const GET_APIS: &str = "apigatewayv2:GetApis";

/// What the listing tells about one API.
pub type Listed = types::Api;

/// Every item of a listing; `None` where there is no such API.
macro_rules! all {
    ($api:literal, $request:expr) => {
        pages!($api, token => {
            let page = $request.set_next_token(token).send().await.found($api, ABSENT)?;
            page.map(|page| (page.items.unwrap_or_default(), page.next_token))
        })
    };
}

/// Every HTTP API whose name begins with our prefix or whose tags are ours, one of each name.
pub(super) async fn list(reader: Reader<'_>, owner: &Owner) -> Result<Vec<Found<Listed>>, AwsError> {
    let mut named: BTreeMap<String, Vec<Listed>> = BTreeMap::new();
    for api in every(reader).await? {
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
    let named = every(reader).await?.into_iter().filter(|api| api.name() == Some(&id.name));
    meant(&id.owner, &id.name, named.collect())
}

/// The ids of all HTTP APIs of this app and stage, whatever they are called.
pub async fn ids_of_ours(reader: Reader<'_>, owner: &Owner) -> Result<BTreeSet<String>, AwsError> {
    let is_ours = |api: &Listed| matches!(owner.of(&read::tags(api.tags())), Ownership::Owned(_));
    Ok(every(reader).await?.into_iter().filter(is_ours).filter_map(|api| api.api_id).collect())
}

/// The account's HTTP APIs; those for WebSockets are none.
async fn every(reader: Reader<'_>) -> Result<Vec<Listed>, AwsError> {
    let ask = async {
        let client = &reader.aws().read.apigatewayv2;
        let apis = all!("apigatewayv2:GetApis", client.get_apis()).await?.unwrap_or_default();
        Ok(apis.into_iter().filter(|api| api.protocol_type() == Some(&types::ProtocolType::Http)).collect())
    };
    reader.once(|cache| &cache.http_apis, "", ask).await
}

/// The same of all that bear a name. Which of several would be taken over, where none is ours, is nobody's guess.
fn meant(owner: &Owner, name: &str, named: Vec<Listed>) -> Result<Option<Listed>, AwsError> {
    let is_ours = |api: &Listed| matches!(owner.of(&read::tags(api.tags())), Ownership::Owned(_));
    if named.len() < 2 || named.iter().any(is_ours) {
        return choose(owner, name, named);
    }
    let ids: Vec<&str> = named.iter().filter_map(|api| api.api_id()).collect();
    let message = format!(
        "several APIs are called {name}, and none of them belongs to this stage: {}; rename the intended one, or the \
         section",
        ids.join(", ")
    );
    Err(AwsError::malformed(GET_APIS, message))
}

/// Which of several APIs of one name is meant: ours, or else the oldest. Two of ours are an error, since nothing
/// tells which one callers use.
fn choose(owner: &Owner, name: &str, mut named: Vec<Listed>) -> Result<Option<Listed>, AwsError> {
    named.sort_by_key(|api| (api.created_date().map(|date| date.secs()), api.api_id().map(str::to_owned)));
    let is_ours = |api: &&Listed| matches!(owner.of(&read::tags(api.tags())), Ownership::Owned(_));
    let ours: Vec<&Listed> = named.iter().filter(is_ours).collect();
    match ours.as_slice() {
        [] => Ok(named.into_iter().next()),
        [one] => Ok(Some((*one).clone())),
        many => {
            let ids: Vec<&str> = many.iter().filter_map(|api| api.api_id()).collect();
            let message = format!("several APIs of this app are called {name}: {}; delete all but one", ids.join(", "));
            Err(AwsError::malformed(GET_APIS, message))
        }
    }
}

/// Reads one API: five calls at once, after the listing where there is no seed.
pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&Listed>,
) -> Result<Option<Observed<HttpApi>>, AwsError> {
    let api = match seed {
        Some(seed) => Some(seed.clone()),
        None => find(reader, id).await?,
    };
    let Some((api, of)) = api.and_then(|api| api.api_id.clone().map(|of| (api, of))) else { return Ok(None) };
    let client = &reader.aws().read.apigatewayv2;
    let (routes, integrations, authorizers, deployments, stages) = tokio::join!(
        all!("apigatewayv2:GetRoutes", client.get_routes().api_id(&of)),
        all!("apigatewayv2:GetIntegrations", client.get_integrations().api_id(&of)),
        all!("apigatewayv2:GetAuthorizers", client.get_authorizers().api_id(&of)),
        all!("apigatewayv2:GetDeployments", client.get_deployments().api_id(&of)),
        all!("apigatewayv2:GetStages", client.get_stages().api_id(&of)),
    );
    let parts = (routes?, integrations?, authorizers?, deployments?, stages?);
    // An API that goes while it is read is gone.
    let (Some(routes), Some(integrations), Some(authorizers), Some(deployments), Some(stages)) = parts else {
        return Ok(None);
    };
    let answers = read::Answers { api, api_id: of, routes, integrations, authorizers, deployments, stages };
    answers.observed().map(Some).map_err(|why| AwsError::malformed(GET_APIS, why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Kind;
    use crate::aws::test_support::test_id;

    fn api(id: &str, tags: BTreeMap<String, String>) -> Listed {
        types::Api::builder().api_id(id).name("Orders").set_tags(Some(tags.into_iter().collect())).build()
    }

    #[test]
    fn of_two_apis_of_one_name_none_is_taken_over_unless_one_is_ours() {
        let id = test_id(Kind::HttpApi, "Orders");
        let of = |named: Vec<Listed>| meant(&id.owner, "Orders", named).map(|api| api.and_then(|api| api.api_id));
        let (one, other) = (api("one", BTreeMap::new()), api("other", BTreeMap::new()));
        assert_eq!(of(vec![one.clone()]), Ok(Some("one".into())));
        let told = of(vec![one.clone(), other]).unwrap_err().to_string();
        assert!(told.contains("none of them belongs to this stage: one, other;"), "{told}");
        let ours = api("ours", id.owner.tags(&id.address));
        assert_eq!(of(vec![one, ours]), Ok(Some("ours".into())));
    }
}
