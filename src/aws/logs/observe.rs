//! What AWS reports of a log group.

use super::*;

pub(super) async fn found(
    reader: &PlanReader,
    owner: &Owner,
) -> Result<Vec<Found<aws_sdk_cloudwatchlogs::types::LogGroup>>, AwsError> {
    found_in(reader, OF_FUNCTIONS, owner).await
}

fn named(groups: Vec<aws_sdk_cloudwatchlogs::types::LogGroup>) -> Vec<Found<aws_sdk_cloudwatchlogs::types::LogGroup>> {
    let named = groups.into_iter().filter_map(|seed| Some(Found { name: seed.log_group_name.clone()?, seed }));
    named.collect()
}

pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&aws_sdk_cloudwatchlogs::types::LogGroup>,
) -> Result<Option<Observed<LogGroup>>, AwsError> {
    let (aws, arn) = (reader.aws(), arn(id));
    let group = async {
        match seed {
            Some(seed) => Ok(Some(seed.clone())),
            None => describe::describe(aws, id).await,
        }
    };
    let (group, tags) = tokio::try_join!(group, reader.tags_or(&arn, read_tags(aws, &arn)))?;
    let Some(group) = group else { return Ok(None) };
    Ok(Some(assemble(id, &group, tags)))
}

/// Only a group with a section of its own can be asked to be of another class, and AWS has its own word on how long one for
/// deliveries keeps events.
pub(super) fn assemble(id: &Id, group: &aws_sdk_cloudwatchlogs::types::LogGroup, tags: Tags) -> Observed<LogGroup> {
    let class = group.log_group_class().map(|class| class.as_str()).filter(|class| *class != STANDARD);
    let mut unmodelled = others(group);
    let mut of_others = LATE.into_iter().chain([OF_FUNCTIONS]).filter(|folder| *folder != OF_SECTIONS);
    let is_asked = !of_others.any(|folder| id.name.starts_with(folder));
    if class.is_some() && !is_asked {
        unmodelled.push(Unmodelled::kept("logGroupClass"));
    }
    let log_group_class = class.filter(|_| is_asked).map(str::to_owned);
    let is_of_aws = log_group_class.as_deref() == Some(DELIVERY);
    let retention_in_days = group.retention_in_days.filter(|_| !is_of_aws);
    Observed { unmodelled, ..Observed::of(LogGroup { log_group_class, retention_in_days, tags }) }
}

/// What the names of functions' groups begin with. Lambda makes a group that is missing, without tags, so that it is always
/// listed.
const OF_FUNCTIONS: &str = "/aws/lambda/";

/// What the names of firewalls' groups begin with: WAF takes none without `aws-waf-logs-`.
pub const OF_FIREWALLS: &str = "aws-waf-logs-firewall/";

/// What the names of groups begin with that have a section of their own.
pub const OF_SECTIONS: &str = "/serverless-app/";

/// What the names of our other groups begin with: of REST APIs, HTTP APIs, workflows, firewalls and sections of their own. They are
/// made with our tags, so they are listed only where the manifest or the tagging index names one.
pub const LATE: [&str; 5] =
    ["/aws/apigateway/", "/aws/vendedlogs/apigateway/", "/aws/vendedlogs/states/", OF_FIREWALLS, OF_SECTIONS];

/// True for the name of a group that Lambda writes to.
pub fn is_of_function(name: &str) -> bool {
    name.starts_with(OF_FUNCTIONS)
}

/// True for the name of a group that is found by how it begins.
pub fn is_listed(owner: &Owner, name: &str) -> bool {
    let mut folders = LATE.into_iter().chain([OF_FUNCTIONS]);
    folders.any(|folder| name.strip_prefix(folder).is_some_and(|own| own.starts_with(&owner.prefix())))
}

/// Every group of our prefix whose name begins so, as a listing finds it.
///
/// Not by pattern: of what `logGroupNamePattern` finds, AWS reports `arn`, `creationTime` and `logGroupName` alone, so that a
/// retention would be taken for none.
pub async fn found_in(
    reader: &PlanReader,
    folder: &str,
    owner: &Owner,
) -> Result<Vec<Found<aws_sdk_cloudwatchlogs::types::LogGroup>>, AwsError> {
    Ok(named(list_in(reader, folder, owner).await?))
}

/// Every group of our prefix whose name begins with `/aws/lambda/` or the like.
pub async fn list_in(
    reader: &PlanReader,
    folder: &str,
    owner: &Owner,
) -> Result<Vec<aws_sdk_cloudwatchlogs::types::LogGroup>, AwsError> {
    let prefix = format!("{folder}{}", owner.prefix());
    let ask = async {
        let pages =
            reader.aws().read.logs.describe_log_groups().log_group_name_prefix(&prefix).into_paginator().items();
        let groups: Result<Vec<_>, _> = pages.send().collect().await;
        groups.answer("logs:DescribeLogGroups")
    };
    reader.once(|cache| &cache.log_groups, &prefix, ask).await
}

async fn read_tags(aws: &Aws, arn: &str) -> Result<Tags, AwsError> {
    let listed = aws.read.logs.list_tags_for_resource().resource_arn(arn).send().await;
    let listed = listed.found("logs:ListTagsForResource", &["ResourceNotFoundException"])?;
    Ok(tags::collect(listed.and_then(|listed| listed.tags).unwrap_or_default()))
}

fn others(group: &aws_sdk_cloudwatchlogs::types::LogGroup) -> Vec<Unmodelled> {
    let mut others = unmodelled::kept([("kmsKeyId", group.kms_key_id().is_some())]);
    if group.deletion_protection_enabled() == Some(true) {
        others.push(Unmodelled::forbids("deletionProtectionEnabled", "logs:DeleteLogGroup"));
    }
    others
}
