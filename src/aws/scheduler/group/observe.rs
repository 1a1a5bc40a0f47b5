//! What AWS reports of a group: its state, its tags, and for a plan what is in it.

use aws_sdk_scheduler::types::ScheduleGroupState;

use super::*;
use crate::aws::error::Answer;
use crate::aws::kit::unmodelled::Unmodelled;
use crate::aws::scheduler::listing::{InGroup, in_group};
use crate::aws::scheduler::{ABSENT, group_name, group_tags, tags_of};
use crate::name::Ownership;

/// The call that takes what is in it.
const TAKES_ALL: &str = "scheduler:DeleteScheduleGroup";

/// What a listing tells of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub(super) arn: String,
    pub(super) name: String,
    /// `ACTIVE`, `DELETING`.
    pub(super) state: String,
}

/// The groups whose names begin with our prefix.
pub(super) async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Listed>>, AwsError> {
    let groups = groups(reader.into(), owner).await?.into_iter();
    Ok(groups.map(|group| Found { name: group.name.clone(), seed: group }).collect())
}

/// What a listing tells, asked for once a plan.
async fn groups(reader: Reader<'_>, owner: &Owner) -> Result<Vec<Listed>, AwsError> {
    let prefix = owner.prefix();
    reader.once(|cache| &cache.schedule_groups, &prefix, read_groups(reader.aws(), &prefix)).await
}

async fn read_groups(aws: &Aws, prefix: &str) -> Result<Vec<Listed>, AwsError> {
    let request = aws.read.scheduler.list_schedule_groups().name_prefix(prefix);
    let (mut found, mut groups) = (Vec::new(), request.into_paginator().items().send());
    while let Some(group) = groups.next().await {
        let group = group.answer("scheduler:ListScheduleGroups")?;
        let state = group.state.map(|state| state.as_str().to_owned()).unwrap_or_default();
        if let (Some(arn), Some(name)) = (group.arn, group.name.filter(|name| name.starts_with(prefix))) {
            found.push(Listed { arn, name, state });
        }
    }
    Ok(found)
}

/// True if there is a group of an app and stage, and its tags say that it is theirs.
pub(in crate::aws::scheduler) async fn is_ours(reader: Reader<'_>, owner: &Owner) -> Result<bool, AwsError> {
    let (name, groups) = (group_name(owner), groups(reader, owner).await?);
    let Some(group) = groups.iter().find(|group| group.name == name) else { return Ok(false) };
    Ok(matches!(owner.of(&tags_of(reader, &group.arn).await?), Ownership::Owned(_)))
}

pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&Listed>,
) -> Result<Option<Observed<ScheduleGroup>>, AwsError> {
    let arn = id.site.arn("scheduler", &format!("schedule-group/{}", id.name));
    let (state, tags, content) = match reader {
        Reader::Direct(aws) => {
            let (state, tags) = tokio::try_join!(state(aws, &id.name), group_tags(aws, &arn))?;
            (state, tags, InGroup::default())
        }
        Reader::Plan(_) => {
            let state = async {
                match seed {
                    Some(seed) => Ok(Some(seed.state.clone())),
                    None => state(reader.aws(), &id.name).await,
                }
            };
            tokio::try_join!(state, tags_of(reader, &arn), in_group(reader, &id.owner))?
        }
    };
    Ok(state.map(|state| observed(&state, tags, content)))
}

async fn state(aws: &Aws, name: &str) -> Result<Option<String>, AwsError> {
    const API: &str = "scheduler:GetScheduleGroup";
    let answer = aws.read.scheduler.get_schedule_group().name(name).send().await.found(API, ABSENT)?;
    let state = AwsError::held(API, answer.map(|answer| answer.state))?;
    Ok(state.map(|state| state.as_str().to_owned()))
}

/// AWS's answers as a state.
pub(super) fn observed(state: &str, tags: Tags, content: InGroup) -> Observed<ScheduleGroup> {
    let is_active = state == ScheduleGroupState::Active.as_str();
    let more = format!("more than {} schedules that this app's manifest does not name", content.others.len());
    let unmodelled = content.has_more.then(|| Unmodelled::forbids(more, TAKES_ALL)).into_iter().collect();
    let pending = (!is_active).then(|| state.to_owned());
    Observed { pending, unmodelled, ..Observed::of(ScheduleGroup { tags, others: content.others }) }
}
