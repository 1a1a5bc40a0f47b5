//! Roles, policies, functions and state machines.

use std::collections::BTreeMap;

use serde_json::Value;
use serverless_app::aws::client::Clients;

use super::{document, last, or_none, sorted, strings};

/// The actions that tell reads from writes.
const MARKS: [&str; 9] = [
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "iam:PassRole",
    "s3:GetObject",
    "s3:PutObject",
    "scheduler:CreateSchedule",
    "scheduler:GetSchedule",
    "sns:Publish",
    "ssm:GetParameter",
];

pub async fn roles(read: &Clients) -> Vec<String> {
    let (client, mut all) = (&read.iam, Vec::new());
    let roles = client.list_roles().path_prefix("/model/").send().await.unwrap();
    for name in roles.roles().iter().map(|role| role.role_name()) {
        let attached = client.list_attached_role_policies().role_name(name).send().await.unwrap();
        let has = sorted(attached.attached_policies().iter().filter_map(|policy| policy.policy_name()));
        let inline = client.list_role_policies().role_name(name).send().await.unwrap();
        all.push(format!("role {name} has {has} holds {}", sorted(inline.policy_names())));
    }
    all
}

pub async fn policies(read: &Clients) -> Vec<String> {
    let (client, mut all) = (&read.iam, Vec::new());
    let policies = client.list_policies().path_prefix("/model/").send().await.unwrap();
    for policy in policies.policies() {
        let version = client.get_policy_version().policy_arn(policy.arn().unwrap());
        let version = version.version_id(policy.default_version_id().unwrap()).send().await.unwrap();
        let document = document(version.policy_version().and_then(|version| version.document()).unwrap());
        let grants = document["Statement"].as_array().unwrap().iter().map(grant);
        all.push(format!("policy {} grants {}", policy.policy_name().unwrap(), sorted(grants)));
    }
    all
}

fn grant(statement: &Value) -> String {
    let mut marks: Vec<&str> = strings(&statement["Action"]).into_iter().filter(|of| MARKS.contains(of)).collect();
    marks.sort_unstable();
    format!("{}:{}", statement["Sid"].as_str().unwrap_or("-"), marks.join("+"))
}

pub async fn functions(read: &Clients, apis: &BTreeMap<String, String>) -> Vec<String> {
    let (client, mut all) = (&read.lambda, Vec::new());
    for function in client.list_functions().send().await.unwrap().functions() {
        let name = function.function_name().unwrap();
        let got = client.get_function_configuration().function_name(name).send().await.unwrap();
        let environment =
            got.environment().and_then(|environment| environment.variables()).cloned().unwrap_or_default();
        all.push(format!(
            "function {name} {} memory={} timeout={} {} {} environment={} dead-letter={}",
            got.code_sha256().unwrap(),
            got.memory_size().unwrap(),
            got.timeout().unwrap(),
            or_none(got.tracing_config().and_then(|tracing| tracing.mode()).map(|mode| mode.as_str())),
            last(got.role().unwrap()),
            sorted(environment.into_iter().map(|(key, value)| format!("{key}={value}"))),
            or_none(got.dead_letter_config().and_then(|config| config.target_arn())),
        ));
        let logging = got.logging_config().unwrap();
        let from = logging.application_log_level().map(|level| format!(" from {}", level.as_str()));
        let format = logging.log_format().unwrap().as_str();
        all.push(format!("function {name} logs {format}{}", from.unwrap_or_default()));
        let loops = client.get_function_recursion_config().function_name(name).send().await.unwrap();
        let is_endless = loops.recursive_loop().is_some_and(|said| said.as_str() == "Allow");
        all.extend(is_endless.then(|| format!("function {name} may call itself for ever")));
        if let Ok(url) = client.get_function_url_config().function_name(name).send().await {
            all.push(format!("function {name} has a URL {}", url.auth_type().as_str()));
        }
        if let Ok(config) = client.get_function_event_invoke_config().function_name(name).send().await {
            all.push(format!("function {name} tries again {} times", config.maximum_retry_attempts().unwrap()));
        }
        if let Ok(policy) = client.get_policy().function_name(name).send().await {
            let policy = document(policy.policy().unwrap());
            let statements = policy["Statement"].as_array().unwrap().iter();
            all.extend(statements.map(|statement| format!("function {name} lets in {}", source(statement, apis))));
        }
    }
    all
}

/// `topic <name>`, `rule <path>`, or `API <name> by <path>`.
fn source(statement: &Value, apis: &BTreeMap<String, String>) -> String {
    let conditions = statement["Condition"].as_object().into_iter().flat_map(|all| all.values());
    let source = conditions.filter_map(|of| strings(&of["AWS:SourceArn"]).first().copied()).next().unwrap_or_default();
    let part = source.splitn(6, ':').nth(5).unwrap_or_default();
    if statement["Principal"] == "*" {
        return format!("everybody by {}", statement["Action"].as_str().unwrap_or("-"));
    }
    match (statement["Principal"]["Service"].as_str(), part.split_once('/')) {
        (Some("sns.amazonaws.com"), _) => format!("topic {part}"),
        (Some("events.amazonaws.com"), Some(("rule", path))) => format!("rule {path}"),
        (Some("s3.amazonaws.com"), _) => format!("bucket {part}"),
        (Some("apigateway.amazonaws.com"), Some((id, path))) => {
            let name = apis.get(id).map_or(id, String::as_str);
            format!("API {name} by /{path}")
        }
        _ => statement.to_string(),
    }
}

pub async fn mappings(read: &Clients) -> Vec<String> {
    let mappings = read.lambda.list_event_source_mappings().send().await.unwrap();
    let line = |of: &aws_sdk_lambda::types::EventSourceMappingConfiguration| {
        let source = of.event_source_arn().unwrap().split("/stream/").next().unwrap();
        format!(
            "mapping of {} to {} from {} {} {}",
            last(source),
            last(of.function_arn().unwrap()),
            or_none(of.starting_position().map(|position| position.as_str())),
            of.state().unwrap(),
            of.batch_size().unwrap()
        )
    };
    mappings.event_source_mappings().iter().map(line).collect()
}

pub async fn machines(read: &Clients) -> Vec<String> {
    let (client, mut all) = (&read.sfn, Vec::new());
    for machine in client.list_state_machines().send().await.unwrap().state_machines() {
        let got = client.describe_state_machine().state_machine_arn(machine.state_machine_arn()).send().await.unwrap();
        let definition: Value = serde_json::from_str(got.definition()).unwrap();
        let logging = got.logging_configuration().and_then(|logging| logging.level()).map(|level| level.as_str());
        all.push(format!(
            "state machine {} {} {} {} tracing={} logging={}",
            got.name(),
            got.r#type().as_str(),
            definition["StartAt"].as_str().unwrap_or("-"),
            last(got.role_arn()),
            got.tracing_configuration().is_some_and(|tracing| tracing.enabled()),
            or_none(logging.filter(|level| *level != "OFF")),
        ));
    }
    all
}
