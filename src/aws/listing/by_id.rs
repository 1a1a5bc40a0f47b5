//! The names of resources of which a source knows only the id.

use aws_sdk_apigatewayv2::types::ProtocolType;

use crate::aws::{Answer, Aws, AwsError, Kind};

/// What an id stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Called {
    /// Its physical name.
    Name(String),
    /// There is no such thing.
    Absent,
    /// It is of a sort that no kind is, such as this.
    Other(&'static str),
}

const ABSENT: &[&str] = &["NotFoundException", "ResourceNotFoundException", "NoSuchEntity"];

fn called(name: Option<String>) -> Called {
    name.filter(|name| !name.is_empty()).map_or(Called::Absent, Called::Name)
}

/// What AWS calls something of this kind: by the id of what API Gateway has, by the name of a role without its path, by that of a
/// schedule without its group, by the ARN of a certificate or a rule of AWS Config. Other kinds are called what their id is.
pub async fn call(aws: &Aws, kind: Kind, id: &str) -> Result<Called, AwsError> {
    match kind {
        Kind::RestApi => {
            let answer = aws.read.apigateway.get_rest_api().rest_api_id(id).send().await;
            Ok(called(answer.found("apigateway:GetRestApi", ABSENT)?.and_then(|api| api.name)))
        }
        Kind::HttpApi => http_api(aws, id).await,
        Kind::UsagePlan => {
            let answer = aws.read.apigateway.get_usage_plan().usage_plan_id(id).send().await;
            Ok(called(answer.found("apigateway:GetUsagePlan", ABSENT)?.and_then(|plan| plan.name)))
        }
        Kind::ApiKey => {
            let answer = aws.read.apigateway.get_api_key().api_key(id).send().await;
            Ok(called(answer.found("apigateway:GetApiKey", ABSENT)?.and_then(|key| key.name)))
        }
        Kind::Role => {
            let role = aws.read.iam.get_role().role_name(id).send().await.found("iam:GetRole", ABSENT)?;
            Ok(called(role.and_then(|role| role.role).map(|role| format!("{}{}", role.path, role.role_name))))
        }
        Kind::Schedule => schedule(aws, id).await,
        Kind::Certificate => {
            let answer = aws.read.acm.describe_certificate().certificate_arn(id).send().await;
            let certificate = answer.found("acm:DescribeCertificate", ABSENT)?.and_then(|answer| answer.certificate);
            Ok(called(certificate.and_then(|certificate| certificate.domain_name)))
        }
        Kind::Rule => config_rule(aws, id).await,
        _ => Ok(called(Some(id.to_owned()))),
    }
}

async fn http_api(aws: &Aws, id: &str) -> Result<Called, AwsError> {
    let answer = aws.read.apigatewayv2.get_api().api_id(id).send().await;
    let Some(api) = answer.found("apigatewayv2:GetApi", ABSENT)? else { return Ok(Called::Absent) };
    match api.protocol_type {
        Some(ProtocolType::Http) => Ok(called(api.name)),
        _ => Ok(Called::Other("an API for WebSockets")),
    }
}

/// A name may be there once in every group: the first is taken.
async fn schedule(aws: &Aws, name: &str) -> Result<Called, AwsError> {
    let mut pages = aws.read.scheduler.list_schedules().name_prefix(name).into_paginator().items().send();
    while let Some(schedule) = pages.next().await {
        let schedule = schedule.answer("scheduler:ListSchedules")?;
        if schedule.name() == Some(name) {
            let group = schedule.group_name.unwrap_or_default();
            return Ok(Called::Name(format!("{group}/{name}")));
        }
    }
    Ok(Called::Absent)
}

async fn config_rule(aws: &Aws, arn: &str) -> Result<Called, AwsError> {
    let mut pages = aws.read.config.describe_config_rules().into_paginator().send();
    while let Some(page) = pages.next().await {
        let rules = page.answer("config:DescribeConfigRules")?.config_rules.unwrap_or_default();
        if let Some(rule) = rules.into_iter().find(|rule| rule.config_rule_arn() == Some(arn)) {
            return Ok(called(rule.config_rule_name));
        }
    }
    Ok(Called::Absent)
}
