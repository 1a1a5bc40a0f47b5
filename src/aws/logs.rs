//! CloudWatch Logs: log groups.
//!
//! A group is made before the function that writes to it, since the first invocation would make one without
//! retention and without tags. Tag calls want the ARN without the `:*` that `DescribeLogGroups` puts behind it.

use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};

use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::Calls;
use crate::aws::kit::calls::calls;
use crate::aws::kit::changed;
use crate::aws::kit::tags::{tag_calls, tag_inputs, tagged};
use crate::aws::kit::unmodelled::{self, Unmodelled};
use crate::aws::rate::{Limit, Of, limit};
use crate::aws::settle::{Rule, reason::BUSY, rule};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Kind, Observed, Resource};
use crate::name::Owner;

mod describe;
mod need;

pub use describe::{Asked, Known};

/// A log group. Its name is the physical name, such as `/aws/lambda/shop--production-api`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogGroup {
    /// Days after which events go; `None`: never.
    pub retention_in_days: Option<i32>,
    /// Tags.
    pub tags: Tags,
}

/// The retentions that AWS accepts, in days.
pub const RETENTIONS: [i32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

calls! {
    /// The calls on a log group.
    pub enum Call {
        /// Makes the group.
        "logs:CreateLogGroup" => Create(CreateLogGroup),
        /// Sets the retention.
        "logs:PutRetentionPolicy" => PutRetention(PutRetentionPolicy),
        /// Keeps events for ever.
        "logs:DeleteRetentionPolicy" => DeleteRetention(Group),
        /// Adds or changes tags.
        "logs:TagResource" => Tag(TagResource),
        /// Removes tags.
        "logs:UntagResource" => Untag(UntagResource),
        /// Deletes the group and its events.
        "logs:DeleteLogGroup" => Delete(Group),
    }
}

/// Input of `CreateLogGroup`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateLogGroup {
    log_group_name: String,
    tags: Tags,
}

/// Input of `PutRetentionPolicy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PutRetentionPolicy {
    log_group_name: String,
    retention_in_days: i32,
}

/// Input of the calls that need nothing but the group's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Group {
    log_group_name: String,
}

tag_inputs!(TagResource, UntagResource { #[serde(rename = "resourceArn")] resource_arn: String } lower_mapped);
tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

const HEALS: &[Rule] = &[rule("logs:", "OperationAbortedException", "", 60, BUSY)];

const LIMITS: &[Limit] =
    &[limit("CloudWatch Logs", Of::Each(&["CreateLogGroup", "DeleteLogGroup", "DescribeLogGroups"]), 5.0, 5.0)];

impl Resource for LogGroup {
    type Call = Call;
    type Seed = aws_sdk_cloudwatchlogs::types::LogGroup;
    const HEALS: &'static [Rule] = HEALS;
    const LIMITS: &'static [Limit] = LIMITS;
    const LISTS_ALL: bool = true;
    const HOLDS_DATA: bool = true;
    const USED_BY: &'static [Kind] = &[Kind::Function, Kind::RestApi, Kind::StateMachine];

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        let group = || Group { log_group_name: id.name.clone() };
        match (want, live) {
            (None, None) => None,
            (None, Some(_)) => Some(Call::Delete(group())),
            (Some(want), None) => {
                Some(Call::Create(CreateLogGroup { log_group_name: id.name.clone(), tags: want.tags.clone() }))
            }
            (Some(want), Some(live)) => {
                next_retention(id, want, live).or_else(|| tags::next(arn(id), &want.tags, &live.tags))
            }
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(Self { retention_in_days: None, tags: input.tags.clone() }),
            Call::Delete(_) => None,
            Call::PutRetention(input) => state.map(|s| Self { retention_in_days: Some(input.retention_in_days), ..s }),
            Call::DeleteRetention(_) => state.map(|s| Self { retention_in_days: None, ..s }),
            Call::Tag(input) => changed(state, |s| input.apply(&mut s.tags)),
            Call::Untag(input) => changed(state, |s| input.apply(&mut s.tags)),
        }
    }

    tagged!();

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<Self::Seed>>, AwsError> {
        let groups = list(aws, owner).await?.into_iter();
        Ok(groups.filter_map(|seed| Some(Found { name: seed.log_group_name.clone()?, seed })).collect())
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&Self::Seed>) -> Result<Option<Observed<Self>>, AwsError> {
        let arn = arn(id);
        let group = async {
            match seed {
                Some(seed) => Ok(Some(seed.clone())),
                None => describe::describe(aws, id).await,
            }
        };
        let (group, tags) = tokio::try_join!(group, aws.tags_or(&arn, read_tags(aws, &arn)))?;
        let Some(group) = group else { return Ok(None) };
        let state = Self { retention_in_days: group.retention_in_days, tags };
        Ok(Some(Observed { unmodelled: others(&group), ..Observed::of(state) }))
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        let (logs, api) = (&aws.write.logs, call.api());
        match call {
            Call::Create(input) => {
                let request = logs.create_log_group().log_group_name(&input.log_group_name);
                let request = request.set_tags(Some(tags::map(&input.tags)));
                request.send().await.answer(api).map(drop)
            }
            Call::PutRetention(input) => {
                let request = logs.put_retention_policy().log_group_name(&input.log_group_name);
                let request = request.retention_in_days(input.retention_in_days);
                request.send().await.answer(api).map(drop)
            }
            Call::DeleteRetention(input) => {
                let request = logs.delete_retention_policy().log_group_name(&input.log_group_name);
                request.send().await.answer(api).map(drop)
            }
            Call::Tag(input) => {
                let request = logs.tag_resource().resource_arn(&input.resource_arn);
                let request = request.set_tags(Some(tags::map(&input.tags)));
                request.send().await.answer(api).map(drop)
            }
            Call::Untag(input) => {
                let request = logs.untag_resource().resource_arn(&input.resource_arn);
                let request = request.set_tag_keys(Some(input.tag_keys.clone()));
                request.send().await.answer(api).map(drop)
            }
            Call::Delete(input) => {
                let request = logs.delete_log_group().log_group_name(&input.log_group_name);
                request.send().await.answer(api).map(drop)
            }
        }
    }
}

/// What the names of our groups begin with: the folder of the service that writes to them, which a plan alone decides.
pub const FOLDERS: [&str; 3] = ["/aws/lambda/", "/aws/apigateway/", "/aws/vendedlogs/states/"];

/// Every group of our prefix in one of [`FOLDERS`], a listing each, all at once.
///
/// Not by pattern: of what `logGroupNamePattern` finds, AWS reports `arn`, `creationTime` and `logGroupName` alone, so that a
/// retention would be taken for none.
pub async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<aws_sdk_cloudwatchlogs::types::LogGroup>, AwsError> {
    let listed = FOLDERS.iter().map(async |folder| list_in(aws, folder, owner).await);
    Ok(try_join_all(listed).await?.concat())
}

/// Every group of our prefix in one folder, such as `/aws/lambda/`.
pub async fn list_in(
    aws: &Aws,
    folder: &str,
    owner: &Owner,
) -> Result<Vec<aws_sdk_cloudwatchlogs::types::LogGroup>, AwsError> {
    let prefix = format!("{folder}{}", owner.prefix());
    let ask = async {
        let pages = aws.read.logs.describe_log_groups().log_group_name_prefix(&prefix).into_paginator().items();
        let groups: Result<Vec<_>, _> = pages.send().collect().await;
        groups.answer("logs:DescribeLogGroups")
    };
    aws.once(|shared| &shared.log_groups, &prefix, ask).await
}

async fn read_tags(aws: &Aws, arn: &str) -> Result<Tags, AwsError> {
    let listed = aws.read.logs.list_tags_for_resource().resource_arn(arn).send().await;
    let listed = listed.found("logs:ListTagsForResource", &["ResourceNotFoundException"])?;
    Ok(tags::collect(listed.and_then(|listed| listed.tags).unwrap_or_default()))
}

/// The ARN that tag calls want: without `:*`.
fn arn(id: &Id) -> String {
    id.site.arn("logs", &format!("log-group:{}", id.name))
}

fn next_retention(id: &Id, want: &LogGroup, live: &LogGroup) -> Option<Call> {
    let log_group_name = id.name.clone();
    match want.retention_in_days {
        days if days == live.retention_in_days => None,
        Some(retention_in_days) => Some(Call::PutRetention(PutRetentionPolicy { log_group_name, retention_in_days })),
        None => Some(Call::DeleteRetention(Group { log_group_name })),
    }
}

fn others(group: &aws_sdk_cloudwatchlogs::types::LogGroup) -> Vec<Unmodelled> {
    let class = group.log_group_class().is_some_and(|class| class.as_str() != "STANDARD");
    unmodelled::kept([("kmsKeyId", group.kms_key_id().is_some()), ("logGroupClass", class)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::State;
    use crate::plan::steps::{assert_properties, test_id};
    use proptest::prelude::*;

    fn group() -> impl Strategy<Value = State> {
        let tags = proptest::collection::btree_map("[a-c]", "[x-z]", 0..3);
        let retention = proptest::option::of(proptest::sample::select(RETENTIONS.as_slice()));
        (retention, tags).prop_map(|(retention_in_days, tags)| LogGroup { retention_in_days, tags }.into())
    }

    proptest! {
        #[test]
        fn the_three_properties_hold(want in proptest::option::of(group()), live in proptest::option::of(group())) {
            let id = test_id(Kind::LogGroup, "/aws/lambda/shop--test-thing");
            assert_properties(&id, want.as_ref(), live.as_ref());
        }
    }
}
