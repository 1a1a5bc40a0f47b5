//! Listings by prefix, for each service.

use std::future::Future;
use std::pin::Pin;

use aws_sdk_apigatewayv2::types::ProtocolType;
use aws_sdk_cloudwatch::types::AlarmType;
use aws_sdk_wafv2::types::Scope;

use super::Listed;
use crate::aws::kit::pages::pages;
use crate::aws::{Answer, Aws, AwsError, Kind};

type Listing<'a> = Pin<Box<dyn Future<Output = Result<Vec<Listed>, AwsError>> + Send + 'a>>;

/// A listing for each kind of thing that has names.
pub(super) fn listings<'a>(aws: &'a Aws, prefix: &'a str) -> Vec<Listing<'a>> {
    vec![
        Box::pin(functions(aws, prefix)),
        Box::pin(tables(aws, prefix)),
        Box::pin(topics(aws, prefix)),
        Box::pin(queues(aws, prefix)),
        Box::pin(buckets(aws, prefix)),
        Box::pin(log_groups(aws, prefix)),
        Box::pin(alarms(aws, prefix)),
        Box::pin(buses_and_rules(aws, prefix)),
        Box::pin(schedules(aws, prefix)),
        Box::pin(workflows(aws, prefix)),
        Box::pin(roles(aws, prefix)),
        Box::pin(rest_apis(aws, prefix)),
        Box::pin(http_apis(aws, prefix)),
        Box::pin(usage_plans(aws, prefix)),
        Box::pin(web_acls(aws, prefix)),
        Box::pin(config_rules(aws, prefix)),
    ]
}

/// What begins so, of one kind.
fn of(kind: Kind, prefix: &str, names: impl IntoIterator<Item = String>) -> Vec<Listed> {
    names.into_iter().filter(|name| name.starts_with(prefix)).map(|name| Listed::new(kind, name)).collect()
}

/// The same of what has an id beside its name.
fn with_ids<T>(
    kind: Kind,
    prefix: &str,
    items: impl IntoIterator<Item = T>,
    parts: impl Fn(T) -> (Option<String>, Option<String>),
) -> Vec<Listed> {
    let named = items.into_iter().filter_map(|item| {
        let (name, id) = parts(item);
        Some(Listed::new(kind, name.filter(|name| name.starts_with(prefix))?).with_id(id))
    });
    named.collect()
}

async fn functions(aws: &Aws, prefix: &str) -> Result<Vec<Listed>, AwsError> {
    let (mut names, mut pages) = (Vec::new(), aws.read.lambda.list_functions().into_paginator().items().send());
    while let Some(function) = pages.next().await {
        names.extend(function.answer("lambda:ListFunctions")?.function_name);
    }
    Ok(of(Kind::Function, prefix, names))
}

async fn tables(aws: &Aws, prefix: &str) -> Result<Vec<Listed>, AwsError> {
    let (mut names, mut pages) = (Vec::new(), aws.read.dynamodb.list_tables().into_paginator().items().send());
    while let Some(name) = pages.next().await {
        names.push(name.answer("dynamodb:ListTables")?);
    }
    Ok(of(Kind::Table, prefix, names))
}

async fn topics(aws: &Aws, prefix: &str) -> Result<Vec<Listed>, AwsError> {
    let (mut names, mut pages) = (Vec::new(), aws.read.sns.list_topics().into_paginator().items().send());
    while let Some(topic) = pages.next().await {
        let arn = topic.answer("sns:ListTopics")?.topic_arn.unwrap_or_default();
        names.extend(arn.rsplit(':').next().map(str::to_owned));
    }
    Ok(of(Kind::Topic, prefix, names))
}

async fn queues(aws: &Aws, prefix: &str) -> Result<Vec<Listed>, AwsError> {
    let request = aws.read.sqs.list_queues().queue_name_prefix(prefix).max_results(1000);
    let (mut names, mut urls) = (Vec::new(), request.into_paginator().items().send());
    while let Some(url) = urls.next().await {
        names.extend(url.answer("sqs:ListQueues")?.rsplit('/').next().map(str::to_owned));
    }
    Ok(of(Kind::Queue, prefix, names))
}

async fn buckets(aws: &Aws, prefix: &str) -> Result<Vec<Listed>, AwsError> {
    let request = aws.read.s3.list_buckets().prefix(prefix).bucket_region(aws.region().as_str()).max_buckets(1000);
    let (mut names, mut pages) = (Vec::new(), request.into_paginator().send());
    while let Some(page) = pages.next().await {
        let buckets = page.answer("s3:ListBuckets")?.buckets.unwrap_or_default();
        names.extend(buckets.into_iter().filter_map(|bucket| bucket.name));
    }
    Ok(of(Kind::Bucket, prefix, names))
}

/// Those of functions follow their functions.
async fn log_groups(aws: &Aws, prefix: &str) -> Result<Vec<Listed>, AwsError> {
    let request = aws.read.logs.describe_log_groups().log_group_name_prefix(prefix);
    let (mut names, mut pages) = (Vec::new(), request.into_paginator().items().send());
    while let Some(group) = pages.next().await {
        names.extend(group.answer("logs:DescribeLogGroups")?.log_group_name);
    }
    Ok(of(Kind::LogGroup, prefix, names))
}

async fn alarms(aws: &Aws, prefix: &str) -> Result<Vec<Listed>, AwsError> {
    let request = aws.read.cloudwatch.describe_alarms().alarm_name_prefix(prefix).alarm_types(AlarmType::MetricAlarm);
    let (mut names, mut pages) = (Vec::new(), request.into_paginator().send());
    while let Some(page) = pages.next().await {
        let alarms = page.answer("cloudwatch:DescribeAlarms")?.metric_alarms.unwrap_or_default();
        names.extend(alarms.into_iter().filter_map(|alarm| alarm.alarm_name));
    }
    Ok(of(Kind::Alarm, prefix, names))
}

const BUSES: &str = "events:ListEventBuses";
const RULES: &str = "events:ListRules";

/// A rule of any bus counts by its own name; one that AWS manages is nobody's to take over.
async fn buses_and_rules(aws: &Aws, prefix: &str) -> Result<Vec<Listed>, AwsError> {
    let request = aws.read.events.list_event_buses().limit(100);
    let buses = pages!(BUSES, token => {
        let page = request.clone().set_next_token(token).send().await.answer(BUSES)?;
        Some((page.event_buses.unwrap_or_default(), page.next_token))
    });
    let buses: Vec<String> = buses.await?.unwrap_or_default().into_iter().filter_map(|bus| bus.name).collect();
    let mut found = Vec::new();
    for bus in &buses {
        let request = aws.read.events.list_rules().event_bus_name(bus).name_prefix(prefix).limit(100);
        let rules = pages!(RULES, token => {
            let page = request.clone().set_next_token(token).send().await.answer(RULES)?;
            Some((page.rules.unwrap_or_default(), page.next_token))
        });
        let by_hand = rules.await?.unwrap_or_default().into_iter().filter(|rule| rule.managed_by.is_none());
        let names = by_hand.filter_map(|rule| rule.name).filter(|name| name.starts_with(prefix));
        let physical = |name: String| if bus == "default" { name } else { format!("{bus}/{name}") };
        found.extend(names.map(|name| Listed::new(Kind::EventRule, physical(name))));
    }
    found.extend(of(Kind::EventBus, prefix, buses.into_iter().filter(|bus| bus != "default")));
    Ok(found)
}

async fn schedules(aws: &Aws, prefix: &str) -> Result<Vec<Listed>, AwsError> {
    let request = aws.read.scheduler.list_schedules().name_prefix(prefix);
    let (mut found, mut pages) = (Vec::new(), request.into_paginator().items().send());
    while let Some(schedule) = pages.next().await {
        let schedule = schedule.answer("scheduler:ListSchedules")?;
        let (group, name) = (schedule.group_name.unwrap_or_default(), schedule.name.unwrap_or_default());
        found.push(Listed::new(Kind::Schedule, format!("{group}/{name}")));
    }
    Ok(found)
}

async fn workflows(aws: &Aws, prefix: &str) -> Result<Vec<Listed>, AwsError> {
    let request = aws.read.sfn.list_state_machines().max_results(1000);
    let (mut names, mut pages) = (Vec::new(), request.into_paginator().items().send());
    while let Some(machine) = pages.next().await {
        names.push(machine.answer("states:ListStateMachines")?.name);
    }
    Ok(of(Kind::StateMachine, prefix, names))
}

/// Where IAM keeps the roles that AWS has made for itself, which nobody can take over.
const OF_AWS: [&str; 2] = ["/aws-service-role/", "/aws-reserved/"];

/// Path and name of a role that begins so, unless it is one of AWS's own.
fn role(path: &str, name: &str, prefix: &str) -> Option<Listed> {
    let is_somebodys = !OF_AWS.iter().any(|of_aws| path.starts_with(of_aws));
    (is_somebodys && name.starts_with(prefix)).then(|| Listed::new(Kind::Role, format!("{path}{name}")))
}

async fn roles(aws: &Aws, prefix: &str) -> Result<Vec<Listed>, AwsError> {
    let (mut found, mut pages) = (Vec::new(), aws.read.iam.list_roles().into_paginator().items().send());
    while let Some(listed) = pages.next().await {
        let listed = listed.answer("iam:ListRoles")?;
        found.extend(role(&listed.path, &listed.role_name, prefix));
    }
    Ok(found)
}

async fn rest_apis(aws: &Aws, prefix: &str) -> Result<Vec<Listed>, AwsError> {
    let request = aws.read.apigateway.get_rest_apis().limit(500);
    let (mut apis, mut pages) = (Vec::new(), request.into_paginator().items().send());
    while let Some(api) = pages.next().await {
        apis.push(api.answer("apigateway:GetRestApis")?);
    }
    Ok(with_ids(Kind::RestApi, prefix, apis, |api| (api.name, api.id)))
}

const APIS: &str = "apigatewayv2:GetApis";

async fn http_apis(aws: &Aws, prefix: &str) -> Result<Vec<Listed>, AwsError> {
    let apis = pages!(APIS, token => {
        let page = aws.read.apigatewayv2.get_apis().set_next_token(token).send().await.answer(APIS)?;
        Some((page.items.unwrap_or_default(), page.next_token))
    });
    let apis = apis.await?.unwrap_or_default().into_iter();
    let http = apis.filter(|api| api.protocol_type() == Some(&ProtocolType::Http));
    Ok(with_ids(Kind::HttpApi, prefix, http, |api| (api.name, api.api_id)))
}

async fn usage_plans(aws: &Aws, prefix: &str) -> Result<Vec<Listed>, AwsError> {
    let request = aws.read.apigateway.get_usage_plans().limit(500);
    let (mut plans, mut pages) = (Vec::new(), request.into_paginator().items().send());
    while let Some(plan) = pages.next().await {
        plans.push(plan.answer("apigateway:GetUsagePlans")?);
    }
    Ok(with_ids(Kind::UsagePlan, prefix, plans, |plan| (plan.name, plan.id)))
}

const ACLS: &str = "wafv2:ListWebACLs";

async fn web_acls(aws: &Aws, prefix: &str) -> Result<Vec<Listed>, AwsError> {
    let request = aws.read.wafv2.list_web_acls().scope(Scope::Regional).limit(100);
    let acls = pages!(ACLS, marker => {
        let page = request.clone().set_next_marker(marker).send().await.answer(ACLS)?;
        Some((page.web_acls.unwrap_or_default(), page.next_marker))
    });
    let acls = acls.await?.unwrap_or_default();
    Ok(with_ids(Kind::WebAcl, prefix, acls, |acl| (acl.name, acl.arn)))
}

async fn config_rules(aws: &Aws, prefix: &str) -> Result<Vec<Listed>, AwsError> {
    let (mut names, mut pages) = (Vec::new(), aws.read.config.describe_config_rules().into_paginator().send());
    while let Some(page) = pages.next().await {
        let rules = page.answer("config:DescribeConfigRules")?.config_rules.unwrap_or_default();
        names.extend(rules.into_iter().filter_map(|rule| rule.config_rule_name));
    }
    Ok(of(Kind::Rule, prefix, names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_of_aws_is_nobodys_to_take_over() {
        let name = |path: &str, name: &str| role(path, name, "AWS").map(|listed| listed.name);
        assert_eq!(name("/", "AWSome"), Some("/AWSome".into()));
        assert_eq!(name("/service-role/", "AWSome"), Some("/service-role/AWSome".into()));
        assert_eq!(name("/", "shop"), None);
        assert_eq!(name("/aws-service-role/wafv2.amazonaws.com/", "AWSServiceRoleForWAFV2Logging"), None);
        assert_eq!(name("/aws-reserved/sso.amazonaws.com/", "AWSReservedSSO_Admin_0a"), None);
    }
}
