//! What keys there are, and what AWS reports of one. None of these reads asks for values.

use std::collections::BTreeMap;

use aws_sdk_apigateway::types;

use super::*;

const LIST: &str = "apigateway:GetApiKeys";
const GET: &str = "apigateway:GetApiKey";

/// The keys whose names begin with our prefix, one of each name.
pub(super) async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<Box<types::ApiKey>>>, AwsError> {
    let mut named: BTreeMap<String, Vec<types::ApiKey>> = BTreeMap::new();
    for key in beginning_with(aws, &owner.prefix()).await? {
        if let Some(name) = key.name().map(str::to_owned) {
            named.entry(name).or_default().push(key);
        }
    }
    let mut found = Vec::new();
    for (name, keys) in named {
        let chosen = choose_of(aws, owner, &name, keys).await?;
        found.extend(chosen.map(|seed| Found { name, seed: Box::new(seed) }));
    }
    Ok(found)
}

/// AWS takes the beginning of a name.
async fn beginning_with(aws: &Aws, start: &str) -> Result<Vec<types::ApiKey>, AwsError> {
    let request = aws.read.apigateway.get_api_keys().name_query(start).limit(PAGE);
    let pages = request.into_paginator().items().send();
    let keys = pages.collect::<Result<Vec<_>, _>>().await.answer(LIST)?;
    Ok(keys.into_iter().filter(|key| key.name().is_some_and(|name| name.starts_with(start))).collect())
}

/// Which of several keys of one name is meant. Only then are tags asked for.
async fn choose_of(
    aws: &Aws,
    owner: &Owner,
    name: &str,
    mut named: Vec<types::ApiKey>,
) -> Result<Option<types::ApiKey>, AwsError> {
    if named.len() < 2 {
        return Ok(named.pop());
    }
    let mut candidates = Vec::new();
    for key in named {
        let Some(id) = key.id().map(str::to_owned) else { continue };
        check_id(LIST, &id)?;
        // One that goes while it is looked at is gone.
        let Some(key) = get(aws, &id).await? else { continue };
        let tags = shown_tags(key.tags()).unwrap_or_default();
        candidates.push(Candidate { id, made: key.created_date().map(|date| date.secs()), tags, known: key });
    }
    choose(LIST, owner, name, candidates)
}

async fn get(aws: &Aws, id: &str) -> Result<Option<types::ApiKey>, AwsError> {
    let answer = aws.read.apigateway.get_api_key().api_key(id).send().await.found(GET, ABSENT)?;
    let known = |answer: aws_sdk_apigateway::operation::get_api_key::GetApiKeyOutput| {
        types::ApiKey::builder()
            .set_id(answer.id)
            .set_name(answer.name)
            .set_description(answer.description)
            .enabled(answer.enabled)
            .set_customer_id(answer.customer_id)
            .set_created_date(answer.created_date)
            .set_tags(answer.tags)
            .build()
    };
    Ok(answer.map(known))
}

/// Reads one key: by its name, and then by its id; one that a listing has shown by its tags alone.
pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&types::ApiKey>,
) -> Result<Option<Observed<ApiKey>>, AwsError> {
    let aws = reader.aws();
    let listed = match seed {
        Some(seed) => Some(seed.clone()),
        None => {
            let named = beginning_with(aws, &id.name).await?.into_iter().filter(|key| key.name() == Some(&id.name));
            choose_of(aws, &id.owner, &id.name, named.collect()).await?
        }
    };
    let Some(key) = listed else { return Ok(None) };
    let Some(key_id) = AwsError::held(LIST, Some(key.id().map(str::to_owned)))? else { return Ok(None) };
    check_id(LIST, &key_id)?;
    let known = seed.and_then(|_| known_tags(reader, &id.site, KEYS, &key_id, shown_tags(key.tags())));
    let (key, tags) = match known {
        Some(tags) => (key, tags),
        None => match get(aws, &key_id).await? {
            Some(key) => {
                let tags = shown_tags(key.tags()).unwrap_or_default();
                (key, tags)
            }
            None => return Ok(None),
        },
    };
    Ok(Some(assemble(&key, key_id, tags)))
}

/// AWS's answer as a state.
pub(super) fn assemble(key: &types::ApiKey, id: String, tags: Tags) -> Observed<ApiKey> {
    let description = key.description().unwrap_or_default().to_owned();
    Observed {
        identity: Some(id.clone()),
        outputs: [("id".to_owned(), id)].into(),
        unmodelled: others(key),
        ..Observed::of(ApiKey { description, enabled: key.enabled(), tags })
    }
}

fn others(key: &types::ApiKey) -> Vec<Unmodelled> {
    unmodelled::kept([("customerId", key.customer_id().is_some_and(|id| !id.is_empty()))])
}
