//! What usage plans there are, and what AWS reports of one: itself, and the keys in it.

use aws_sdk_apigateway::types;

use super::*;

const LIST: &str = "apigateway:GetUsagePlans";
const GET: &str = "apigateway:GetUsagePlan";
const LIST_KEYS: &str = "apigateway:GetUsagePlanKeys";

/// The plans whose names begin with our prefix or that the tagging index knows as ours, one of each name.
pub(super) async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Box<types::UsagePlan>>>, AwsError> {
    let (aws, prefix, mut named) = (reader.aws(), owner.prefix(), BTreeMap::<String, Vec<types::UsagePlan>>::new());
    let ids: BTreeSet<&str> =
        reader.hints().keys().filter_map(|arn| Some(arn.rsplit_once("::/usageplans/")?.1)).collect();
    for plan in all(aws).await? {
        let is_hinted = plan.id().is_some_and(|id| ids.contains(id));
        if let Some(name) = plan.name().filter(|name| is_hinted || name.starts_with(&prefix)).map(str::to_owned) {
            named.entry(name).or_default().push(plan);
        }
    }
    let mut found = Vec::new();
    for (name, plans) in named {
        let chosen = choose_of(aws, owner, &name, plans).await?;
        found.extend(chosen.map(|seed| Found { name, seed: Box::new(seed) }));
    }
    Ok(found)
}

async fn all(aws: &Aws) -> Result<Vec<types::UsagePlan>, AwsError> {
    let pages = aws.read.apigateway.get_usage_plans().limit(PAGE).into_paginator().items().send();
    pages.collect::<Result<Vec<_>, _>>().await.answer(LIST)
}

/// Which of several plans of one name is meant. Only then are tags asked for.
async fn choose_of(
    aws: &Aws,
    owner: &Owner,
    name: &str,
    mut named: Vec<types::UsagePlan>,
) -> Result<Option<types::UsagePlan>, AwsError> {
    if named.len() < 2 {
        return Ok(named.pop());
    }
    let mut candidates = Vec::new();
    for plan in named {
        let Some(id) = plan.id().map(str::to_owned) else { continue };
        // One that goes while it is looked at is gone.
        let Some(plan) = get(aws, &id).await? else { continue };
        let tags = shown_tags(plan.tags()).unwrap_or_default();
        candidates.push(Candidate { id, made: None, tags, known: plan });
    }
    choose(LIST, owner, name, candidates)
}

async fn get(aws: &Aws, id: &str) -> Result<Option<types::UsagePlan>, AwsError> {
    let answer = aws.read.apigateway.get_usage_plan().usage_plan_id(id).send().await.found(GET, ABSENT)?;
    let known = |answer: aws_sdk_apigateway::operation::get_usage_plan::GetUsagePlanOutput| {
        types::UsagePlan::builder()
            .set_id(answer.id)
            .set_name(answer.name)
            .set_description(answer.description)
            .set_api_stages(answer.api_stages)
            .set_throttle(answer.throttle)
            .set_quota(answer.quota)
            .set_product_code(answer.product_code)
            .set_tags(answer.tags)
            .build()
    };
    Ok(answer.map(known))
}

/// The ids of the keys in a plan; none where there is no such plan.
async fn keys(aws: &Aws, id: &str) -> Result<BTreeSet<Text>, AwsError> {
    let request = aws.read.apigateway.get_usage_plan_keys().usage_plan_id(id).limit(PAGE);
    let pages = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let listed = pages.found(LIST_KEYS, ABSENT)?.unwrap_or_default();
    let ids: Vec<String> = listed.into_iter().filter_map(|key| key.id).collect();
    ids.iter().try_for_each(|id| check_id(LIST_KEYS, id))?;
    Ok(ids.into_iter().map(Text::from).collect())
}

/// Reads one plan: by its name, and then by its id; one that a listing has shown by its keys and, where nothing says them,
/// its tags.
pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&types::UsagePlan>,
) -> Result<Option<Observed<UsagePlan>>, AwsError> {
    let aws = reader.aws();
    let listed = match seed {
        Some(seed) => Some(seed.clone()),
        None => {
            let named = all(aws).await?.into_iter().filter(|plan| plan.name() == Some(&id.name));
            choose_of(aws, &id.owner, &id.name, named.collect()).await?
        }
    };
    let Some(plan) = listed else { return Ok(None) };
    let Some(plan_id) = AwsError::held(LIST, Some(plan.id().map(str::to_owned)))? else { return Ok(None) };
    let known = seed.and_then(|_| known_tags(reader, &id.site, PLANS, &plan_id, shown_tags(plan.tags())));
    let described = async {
        match known {
            Some(tags) => Ok::<_, AwsError>(Some((plan, tags))),
            None => Ok(get(aws, &plan_id).await?.map(|plan| {
                let tags = shown_tags(plan.tags()).unwrap_or_default();
                (plan, tags)
            })),
        }
    };
    let (described, keys) = tokio::try_join!(described, keys(aws, &plan_id))?;
    Ok(described.map(|(plan, tags)| assemble(&plan, plan_id, keys, tags)))
}

/// AWS's answers as a state.
pub(super) fn assemble(plan: &types::UsagePlan, id: String, keys: BTreeSet<Text>, tags: Tags) -> Observed<UsagePlan> {
    let stages = plan.api_stages().iter().filter_map(|stage| {
        let of = ApiStage { api_id: stage.api_id()?.into(), stage: stage.stage()?.to_owned() };
        Some((of, stage.throttle()))
    });
    let of_methods = stages.clone().flat_map(|(of, throttle)| {
        let each = throttle.into_iter().flatten();
        each.map(move |(path, throttle)| (Method { of: of.clone(), path: path.clone() }, limits(throttle)))
    });
    let quota = plan.quota().filter(|quota| quota.period().is_some());
    let state = UsagePlan {
        description: plan.description().unwrap_or_default().to_owned(),
        method_throttle: of_methods.collect(),
        api_stages: stages.map(|(of, _)| of).collect(),
        throttle: plan.throttle().map(limits).filter(|limits| *limits != Limits::default()),
        quota: quota.map(|quota| Quota {
            limit: quota.limit(),
            offset: quota.offset(),
            period: quota.period().map(|period| period.as_str().to_owned()).unwrap_or_default(),
        }),
        keys,
        tags,
    };
    Observed {
        identity: Some(id.clone()),
        outputs: [("id".to_owned(), id)].into(),
        unmodelled: others(plan),
        ..Observed::of(state)
    }
}

fn limits(throttle: &types::ThrottleSettings) -> Limits {
    Limits { rate_limit: throttle.rate_limit(), burst_limit: throttle.burst_limit() }
}

fn others(plan: &types::UsagePlan) -> Vec<Unmodelled> {
    unmodelled::kept([("productCode", plan.product_code().is_some_and(|code| !code.is_empty()))])
}
