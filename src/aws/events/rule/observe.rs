//! What AWS reports of a rule: itself, where no listing has shown it, its targets and its tags.

use super::*;
use crate::aws::kit::pages::pages;
use crate::aws::kit::text::some_text;

const LIST: &str = "events:ListRules";

const DESCRIBE: &str = "events:DescribeRule";

const TARGETS: &str = "events:ListTargetsByRule";

const PUT: &str = "events:PutRule";

const RULE: &[Member] = members! {
    Name, Arn, EventPattern, State, Description, EventBusName,
    // AWS's own.
    CreatedBy, ManagedBy,
    // Judged by `others`.
    ScheduleExpression, RoleArn,
};

const LISTED: Shape = Shape { at: &["Rules"], named_by: "Name", members: RULE, erased_by: PUT };

const DESCRIBED: Shape = Shape { at: &[], named_by: "", members: RULE, erased_by: PUT };

/// What a target has that is not here, a put of it would erase.
const TARGET: Shape = Shape {
    at: &["Targets"],
    named_by: "Id",
    members: members! {
        Id, Arn, RoleArn, Input, InputPath, InputTransformer { InputPathsMap, InputTemplate },
        SqsParameters { MessageGroupId }, DeadLetterConfig { Arn },
        RetryPolicy { MaximumRetryAttempts, MaximumEventAgeInSeconds },
    },
    erased_by: "events:PutTargets",
};

/// Our rules on our buses and on the default one. Rules that a service of AWS manages are its own.
pub(super) async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Described<types::Rule>>>, AwsError> {
    let mut buses = our_buses(reader, owner).await?;
    buses.extend(hinted_buses(reader, owner).map(str::to_owned));
    buses.push(DEFAULT_BUS.to_owned());
    let lists = futures_util::future::join_all(buses.iter().map(|bus| list_of(reader.aws(), owner, bus))).await;
    let mut found = Vec::new();
    for rules in lists {
        found.extend(rules?);
    }
    Ok(found)
}

async fn list_of(aws: &Aws, owner: &Owner, bus: &str) -> Result<Vec<Found<Described<types::Rule>>>, AwsError> {
    let prefix = owner.prefix();
    let request = aws.read.events.list_rules().event_bus_name(bus).name_prefix(&prefix).limit(100);
    let pages = pages!(LIST, token => {
        let answer = request.clone().set_next_token(token).send().await.found(LIST, ABSENT)?;
        Some(answer.map(|answer| (answer.rules.unwrap_or_default(), answer.next_token)).unwrap_or_default())
    });
    let (rules, unread) = unread(&LISTED, pages).await;
    let named = rules?.unwrap_or_default().into_iter().filter_map(|rule| Some((rule.name.clone()?, rule)));
    let ours = named.filter(|(name, rule)| name.starts_with(&prefix) && !is_managed(rule.managed_by()));
    let physical = |name: &str| if bus == DEFAULT_BUS { name.to_owned() } else { format!("{bus}/{name}") };
    let found = ours.map(|(name, known)| {
        let seed = Described { known, unread: unread.of(&name) };
        Found { name: physical(&name), seed }
    });
    Ok(found.collect())
}

fn is_managed(by: Option<&str>) -> bool {
    some_text(by).is_some()
}

pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&Described<types::Rule>>,
) -> Result<Option<Observed<Rule>>, AwsError> {
    let (aws, arn) = (reader.aws(), arn(id));
    let rule = async {
        match seed {
            Some(seed) => Ok(Some(seed.clone())),
            None => describe(aws, &id.name).await,
        }
    };
    let rest = async { tokio::join!(targets(aws, &id.name), reader.tags_or(&arn, read_tags(aws, &arn))) };
    let (rule, (targets, tags)) = match reader.is_unlikely(seed) {
        true => match rule.await? {
            Some(rule) => (Some(rule), rest.await),
            None => return Ok(None),
        },
        false => {
            let (rule, rest) = tokio::join!(rule, rest);
            (rule?, rest)
        }
    };
    let Some(Described { known, unread }) = rule else { return Ok(None) };
    let (targets, more) = targets?;
    let mut observed = assemble(&known, targets, tags?)?;
    observed.unmodelled.extend(unread);
    observed.unmodelled.extend(more);
    Ok(Some(observed))
}

async fn describe(aws: &Aws, name: &str) -> Result<Option<Described<types::Rule>>, AwsError> {
    let (bus, name) = parts(name);
    let request = aws.read.events.describe_rule().event_bus_name(bus).name(name).send();
    let (answer, unread) = unread(&DESCRIBED, request).await;
    let Some(answer) = answer.found(DESCRIBE, ABSENT)? else { return Ok(None) };
    let known = types::Rule::builder()
        .set_name(answer.name)
        .set_arn(answer.arn)
        .set_event_pattern(answer.event_pattern)
        .set_state(answer.state)
        .set_description(answer.description)
        .set_schedule_expression(answer.schedule_expression)
        .set_role_arn(answer.role_arn)
        .set_managed_by(answer.managed_by)
        .set_event_bus_name(answer.event_bus_name);
    Ok(Some(Described { known: known.build(), unread: unread.all() }))
}

/// The targets, and what they have that is not modelled.
async fn targets(aws: &Aws, name: &str) -> Result<(Vec<types::Target>, Vec<Unmodelled>), AwsError> {
    let (bus, rule) = parts(name);
    let request = aws.read.events.list_targets_by_rule().event_bus_name(bus).rule(rule).limit(100);
    let pages = pages!(TARGETS, token => {
        let answer = request.clone().set_next_token(token).send().await.found(TARGETS, ABSENT)?;
        Some(answer.map(|answer| (answer.targets.unwrap_or_default(), answer.next_token)).unwrap_or_default())
    });
    let (targets, unread) = unread(&TARGET, pages).await;
    let targets = targets?.unwrap_or_default();
    let more = targets.iter().flat_map(|target| {
        let id = target.id().to_owned();
        unread
            .of(&id)
            .into_iter()
            .map(move |one| Unmodelled { attribute: format!("Targets.{id}.{}", one.attribute), ..one })
    });
    let more = more.collect();
    Ok((targets, more))
}

/// Puts together what was read.
pub(super) fn assemble(
    rule: &types::Rule,
    targets: Vec<types::Target>,
    tags: Tags,
) -> Result<Observed<Rule>, AwsError> {
    let pattern = rule.event_pattern().filter(|pattern| !pattern.is_empty()).map(canonical).transpose();
    let pattern = pattern.map_err(|error| AwsError::malformed(DESCRIBE, format!("EventPattern: {error}")))?;
    let state = Rule {
        description: some_text(rule.description()),
        event_pattern: pattern.unwrap_or_default().into(),
        state: rule.state().map(|state| state.as_str()).unwrap_or_default().to_owned(),
        targets: targets.into_iter().map(target).collect(),
        tags,
    };
    Ok(Observed { unmodelled: others(rule), ..Observed::of(state) })
}

/// JSON that cannot be read stays as it is: it differs from whatever is wanted.
fn target(target: types::Target) -> (String, Target) {
    let input = some_text(target.input()).map(|input| canonical(&input).unwrap_or(input));
    let transformer = target.input_transformer().map(|transformer| InputTransformer {
        input_paths_map: transformer.input_paths_map().cloned().unwrap_or_default().into_iter().collect(),
        input_template: transformer.input_template().into(),
    });
    let group = target.sqs_parameters().and_then(|sqs| some_text(sqs.message_group_id()));
    let retry = target.retry_policy();
    let state = Target {
        arn: target.arn().to_owned(),
        role_arn: some_text(target.role_arn()),
        input: input.map(Text::from),
        input_path: some_text(target.input_path()),
        input_transformer: transformer,
        sqs_parameters: group.map(|message_group_id| SqsParameters { message_group_id }),
        dead_letter_config: DeadLetterConfig::read(target.dead_letter_config()),
        retry_policy: RetryPolicy::of(
            retry.and_then(|retry| retry.maximum_retry_attempts()),
            retry.and_then(|retry| retry.maximum_event_age_in_seconds()),
        ),
    };
    (target.id, state)
}

fn others(rule: &types::Rule) -> Vec<Unmodelled> {
    let is_set = |text: Option<&str>| some_text(text).is_some();
    let mut all = unmodelled::erased(
        PUT,
        [("RoleArn", is_set(rule.role_arn())), ("ScheduleExpression", is_set(rule.schedule_expression()))],
    );
    if is_managed(rule.managed_by()) {
        all.push(Unmodelled::forbids("ManagedBy", PUT));
    }
    all
}
