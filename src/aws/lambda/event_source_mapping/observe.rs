//! What mappings there are: one listing of the account tells everything but their tags.

use std::collections::BTreeMap;

use super::*;
use crate::aws::error::Answer;
use crate::aws::kit::unmodelled::{self, Unmodelled};
use crate::aws::lambda::LIVE;
use crate::aws::tags;
use crate::name::Ownership;

const LIST: &str = "lambda:ListEventSourceMappings";
const LIST_TAGS: &str = "lambda:ListTags";
const ABSENT: &[&str] = &["ResourceNotFoundException"];

type Listed = EventSourceMappingConfiguration;

/// The mappings of functions whose names begin with our prefix, and those that the tagging index knows as ours. A mapping outlives
/// its function, so those of functions that are gone are among them.
pub(super) async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Box<Listed>>>, AwsError> {
    let (aws, prefix, mut named) = (reader.aws(), owner.prefix(), BTreeMap::<String, Vec<Listed>>::new());
    for mapping in all(aws, None).await? {
        let is_hinted = mapping.event_source_mapping_arn().is_some_and(|arn| reader.hints().contains_key(arn));
        if let Some(name) = name_of(&mapping).filter(|name| is_hinted || name.starts_with(&prefix)) {
            named.entry(name).or_default().push(mapping);
        }
    }
    let mut found = Vec::new();
    for (name, mappings) in named {
        let chosen = choose(aws, owner, &name, mappings).await?;
        found.extend(chosen.map(|seed| Found { name, seed: Box::new(seed) }));
    }
    Ok(found)
}

/// The mapping of this name, to the function or to its alias. Where AWS does not know the function any more, it is among those of
/// the account.
async fn find(aws: &Aws, id: &Id) -> Result<Option<Listed>, AwsError> {
    let listed = match all(aws, Some(function_name(id))).await {
        Err(error) if error.is(ABSENT) => all(aws, None).await?,
        listed => listed?,
    };
    let is_it = |mapping: &Listed| name_of(mapping).as_deref() == Some(&id.name);
    let mut named: Vec<_> = listed.into_iter().filter(is_it).collect();
    if named.is_empty() {
        match all(aws, Some(&format!("{}:{LIVE}", function_name(id)))).await {
            Err(error) if error.is(ABSENT) => {}
            listed => named.extend(listed?.into_iter().filter(is_it)),
        }
    }
    choose(aws, &id.owner, &id.name, named).await
}

async fn all(aws: &Aws, function: Option<&str>) -> Result<Vec<Listed>, AwsError> {
    let request = aws.read.lambda.list_event_source_mappings().set_function_name(function.map(str::to_owned));
    let pages = request.into_paginator().items().send();
    pages.collect::<Result<Vec<_>, _>>().await.answer(LIST)
}

/// What the mappings to a function, or to its alias, are called.
pub async fn names_of(aws: &Aws, function: &str) -> Result<Vec<String>, AwsError> {
    let mut listed = Vec::new();
    for name in [function.to_owned(), format!("{function}:{LIVE}")] {
        match all(aws, Some(&name)).await {
            Err(error) if error.is(ABSENT) => {}
            answer => listed.extend(answer?),
        }
    }
    let mut names: Vec<String> = listed.iter().filter_map(name_of).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

fn name_of(mapping: &Listed) -> Option<String> {
    name::of_arns(mapping.function_arn()?, mapping.event_source_arn()?)
}

/// Which of several mappings of one name is meant: streams that a table has had one after another are of one name. Ours, or
/// else the one that was changed last.
async fn choose(aws: &Aws, owner: &Owner, name: &str, mut named: Vec<Listed>) -> Result<Option<Listed>, AwsError> {
    if named.len() < 2 {
        return Ok(named.pop());
    }
    named.sort_by_key(|mapping| (mapping.last_modified().map(|at| at.secs()), mapping.uuid().map(str::to_owned)));
    let mut ours = Vec::new();
    for mapping in &named {
        let arn = mapping.event_source_mapping_arn().unwrap_or_default();
        let tags = read_tags(aws, arn).await?.unwrap_or_default();
        if matches!(owner.of(&tags), Ownership::Owned(_)) {
            ours.push(mapping.clone());
        }
    }
    match ours.len() {
        0 => Ok(named.pop()),
        1 => Ok(ours.pop()),
        _ => {
            let ids: Vec<&str> = ours.iter().filter_map(|mapping| mapping.uuid()).collect();
            let message = format!("several mappings of this app are {name}: {}; delete all but one", ids.join(", "));
            Err(AwsError::malformed(LIST, message))
        }
    }
}

/// The tags; `None` if there is no such mapping.
async fn read_tags(aws: &Aws, arn: &str) -> Result<Option<Tags>, AwsError> {
    let answer = aws.read.lambda.list_tags().resource(arn).send().await.found(LIST_TAGS, ABSENT)?;
    Ok(answer.map(|answer| tags::collect(answer.tags.unwrap_or_default())))
}

/// Reads one mapping; one that a listing has shown by its tags alone.
pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&Listed>,
) -> Result<Option<Observed<EventSourceMapping>>, AwsError> {
    let listed = match seed {
        Some(seed) => Some(seed.clone()),
        None => find(reader.aws(), id).await?,
    };
    let Some(mapping) = listed else { return Ok(None) };
    let Some(uuid) = AwsError::held(LIST, Some(mapping.uuid()))? else { return Ok(None) };
    let arn = id.site.arn("lambda", &format!("event-source-mapping:{uuid}"));
    let tags = match reader.trusted(&arn) {
        Some(tags) => tags::collect(tags.clone()),
        // One that goes while it is read is gone.
        None => match read_tags(reader.aws(), &arn).await? {
            Some(tags) => tags,
            None => return Ok(None),
        },
    };
    assemble(&mapping, tags).map(Some)
}

/// AWS's answer as a state.
pub(super) fn assemble(mapping: &Listed, tags: Tags) -> Result<Observed<EventSourceMapping>, AwsError> {
    if let Some(error) = mapping.filter_criteria_error() {
        let (code, why) = (error.error_code().unwrap_or_default(), error.message().unwrap_or_default());
        return Err(AwsError::malformed(LIST, format!("the filters cannot be read: {code}: {why}")));
    }
    let source = mapping.event_source_arn().unwrap_or_default();
    let default = EventSourceMapping::default();
    let destination = mapping.destination_config().and_then(|config| config.on_failure());
    let destination = destination.and_then(|on_failure| on_failure.destination()).filter(|arn| !arn.is_empty());
    let filters = mapping.filter_criteria().map(|criteria| criteria.filters()).unwrap_or_default();
    let concurrency = mapping.scaling_config().and_then(|scaling| scaling.maximum_concurrency());
    let position = mapping.starting_position().map(|position| position.as_str().to_owned());
    let state = EventSourceMapping {
        qualifier: mapping.function_arn().and_then(name::qualifier),
        event_source_arn: source.into(),
        // An emulator shows one of a queue too.
        starting_position: position.filter(|_| !source.contains(":sqs:")),
        starting_position_timestamp: mapping.starting_position_timestamp().map(|at| at.secs()),
        enabled: !matches!(mapping.state(), Some("Disabled" | "Disabling")),
        batch_size: mapping.batch_size().unwrap_or(if source.contains(":sqs:") { 10 } else { 100 }),
        maximum_batching_window_in_seconds: mapping.maximum_batching_window_in_seconds().unwrap_or(0),
        function_response_types: mapping.function_response_types().iter().map(|of| of.as_str().to_owned()).collect(),
        filters: filters.iter().filter_map(|filter| filter.pattern()).map(pattern).collect(),
        maximum_concurrency: concurrency,
        parallelization_factor: mapping.parallelization_factor().unwrap_or(default.parallelization_factor),
        bisect_batch_on_function_error: mapping.bisect_batch_on_function_error().unwrap_or(false),
        maximum_retry_attempts: mapping.maximum_retry_attempts().unwrap_or(default.maximum_retry_attempts),
        maximum_record_age_in_seconds: mapping
            .maximum_record_age_in_seconds()
            .unwrap_or(default.maximum_record_age_in_seconds),
        tumbling_window_in_seconds: mapping.tumbling_window_in_seconds().unwrap_or(0),
        on_failure: destination.map(str::to_owned),
        tags,
    };
    let moving = ["Creating", "Enabling", "Disabling", "Updating", "Deleting"];
    let uuid = mapping.uuid().unwrap_or_default().to_owned();
    Ok(Observed {
        identity: Some(uuid.clone()),
        outputs: [("uuid".to_owned(), uuid)].into(),
        pending: mapping.state().filter(|state| moving.contains(state)).map(str::to_owned),
        unmodelled: others(mapping),
        ..Observed::of(state)
    })
}

fn others(mapping: &Listed) -> Vec<Unmodelled> {
    let metrics = mapping.metrics_config().is_some_and(|config| !config.metrics().is_empty());
    let level = mapping.logging_config().and_then(|config| config.system_log_level());
    let success = mapping.destination_config().and_then(|config| config.on_success());
    unmodelled::kept([
        ("KMSKeyArn", mapping.kms_key_arn().is_some_and(|arn| !arn.is_empty())),
        ("MetricsConfig", metrics),
        ("LoggingConfig", level.is_some()),
        ("ProvisionedPollerConfig", mapping.provisioned_poller_config().is_some()),
        ("SourceAccessConfigurations", !mapping.source_access_configurations().is_empty()),
        ("DestinationConfig.OnSuccess", success.and_then(|success| success.destination()).is_some()),
    ])
}
