//! What an account holds, told by the SDK alone: nothing of the product's own reading takes part.

mod events;

use serverless_app::aws::Aws;
use serverless_app::aws::client::Clients;

/// A line a resource and a line for each of its parts that could come twice, sorted, without ids that AWS makes up.
pub async fn census(aws: &Aws, account: &str) -> Vec<String> {
    let read = &aws.read;
    let mut all = data(read, account).await;
    all.extend(identity(read).await);
    all.extend(compute(read).await);
    all.extend(apis(read).await);
    all.extend(guards(read).await);
    all.extend(events::all(read).await);
    let mut all: Vec<String> = all.into_iter().map(|line| line.replace(account, "ACCOUNT")).collect();
    all.sort();
    all
}

async fn data(read: &Clients, account: &str) -> Vec<String> {
    let mut all = Vec::new();
    let tables = read.dynamodb.list_tables().send().await.unwrap();
    all.extend(tables.table_names().iter().map(|name| format!("table {name}")));
    let topics = read.sns.list_topics().send().await.unwrap();
    all.extend(topics.topics().iter().map(|topic| format!("topic {}", topic.topic_arn().unwrap())));
    let buckets = read.s3.list_buckets().send().await.unwrap();
    for bucket in buckets.buckets().iter().filter_map(|bucket| bucket.name()) {
        let versioning = read.s3.get_bucket_versioning().bucket(bucket).send().await.unwrap();
        // A name that is too long keeps only a part of the account, and a digest.
        let name = bucket.split_once(&account[..5]).map_or(bucket, |(name, _)| name);
        all.push(format!("bucket {name} {:?}", versioning.status()));
    }
    let groups = read.logs.describe_log_groups().send().await.unwrap();
    let groups = groups.log_groups.unwrap_or_default();
    all.extend(groups.iter().map(|g| format!("log group {} {:?}", g.log_group_name().unwrap(), g.retention_in_days())));
    all
}

async fn identity(read: &Clients) -> Vec<String> {
    let (iam, mut all) = (&read.iam, Vec::new());
    let roles = iam.list_roles().path_prefix("/serverless-app/").send().await.unwrap();
    for role in roles.roles().iter().map(|role| role.role_name()) {
        all.push(format!("role {role}"));
        let attached = iam.list_attached_role_policies().role_name(role).send().await.unwrap();
        all.extend(
            attached.attached_policies().iter().map(|p| format!("role {role} has {}", p.policy_name().unwrap())),
        );
        let inline = iam.list_role_policies().role_name(role).send().await.unwrap();
        all.extend(inline.policy_names().iter().map(|name| format!("role {role} holds {name}")));
    }
    let policies = iam.list_policies().path_prefix("/serverless-app/").send().await.unwrap();
    for arn in policies.policies().iter().filter_map(|policy| policy.arn()) {
        let versions = iam.list_policy_versions().policy_arn(arn).send().await.unwrap();
        all.push(format!("policy {arn} in {} versions", versions.versions().len()));
    }
    all
}

async fn compute(read: &Clients) -> Vec<String> {
    let mut all = Vec::new();
    let functions = read.lambda.list_functions().send().await.unwrap();
    for function in functions.functions() {
        let name = function.function_name().unwrap();
        let code = function.code_sha256().unwrap();
        all.push(format!("function {name} {code} {:?} {:?}", function.memory_size(), function.timeout()));
        if let Ok(policy) = read.lambda.get_policy().function_name(name).send().await {
            let policy: serde_json::Value = serde_json::from_str(policy.policy().unwrap()).unwrap();
            let statements = policy["Statement"].as_array().unwrap();
            all.extend(statements.iter().map(|statement| format!("function {name} allows {}", statement["Sid"])));
        }
    }
    let layers = read.lambda.list_layers().send().await.unwrap();
    for name in layers.layers().iter().filter_map(|layer| layer.layer_name()) {
        let versions = read.lambda.list_layer_versions().layer_name(name).send().await.unwrap();
        let described = versions.layer_versions().iter().map(|version| version.description().unwrap_or("-"));
        all.extend(described.map(|described| format!("layer {name} has a version: {described}")));
    }
    let machines = read.sfn.list_state_machines().send().await.unwrap();
    all.extend(machines.state_machines().iter().map(|machine| format!("state machine {}", machine.name())));
    let alarms = read.cloudwatch.describe_alarms().send().await.unwrap();
    let alarms = alarms.metric_alarms().iter();
    all.extend(alarms.map(|alarm| format!("alarm {} {:?}", alarm.alarm_name().unwrap(), alarm.alarm_description())));
    all
}

async fn apis(read: &Clients) -> Vec<String> {
    let (client, mut all) = (&read.apigateway, Vec::new());
    let apis = client.get_rest_apis().send().await.unwrap();
    for api in apis.items() {
        let (id, name) = (api.id().unwrap(), api.name().unwrap());
        let resources = client.get_resources().rest_api_id(id).embed("methods").send().await.unwrap();
        for resource in resources.items() {
            let mut methods: Vec<_> = resource.resource_methods().into_iter().flatten().map(|(verb, _)| verb).collect();
            methods.sort();
            all.push(format!("api {name} {} {methods:?}", resource.path().unwrap()));
        }
        let deployments = client.get_deployments().rest_api_id(id).send().await.unwrap();
        let stages = client.get_stages().rest_api_id(id).send().await.unwrap();
        let stages: Vec<_> =
            stages.item().iter().map(|stage| (stage.stage_name(), stage.web_acl_arn().is_some())).collect();
        all.push(format!("api {name}: {} deployments, stages {stages:?}", deployments.items().len()));
    }
    all
}

async fn guards(read: &Clients) -> Vec<String> {
    let mut all = Vec::new();
    let scope = aws_sdk_wafv2::types::Scope::Regional;
    let acls = read.wafv2.list_web_acls().scope(scope.clone()).send().await.unwrap();
    all.extend(acls.web_acls().iter().map(|acl| format!("web ACL {}", acl.name().unwrap())));
    let sets = read.wafv2.list_ip_sets().scope(scope).send().await.unwrap();
    all.extend(sets.ip_sets().iter().map(|set| format!("IP set {}", set.name().unwrap())));
    let config = &read.config;
    let recorders = config.describe_configuration_recorder_status().send().await.unwrap();
    let recorders = recorders.configuration_recorders_status().iter();
    all.extend(recorders.map(|recorder| format!("recorder {} {}", recorder.name().unwrap(), recorder.recording())));
    let channels = config.describe_delivery_channels().send().await.unwrap();
    all.extend(channels.delivery_channels().iter().map(|channel| format!("channel {}", channel.name().unwrap())));
    let rules = config.describe_config_rules().send().await.unwrap();
    all.extend(rules.config_rules().iter().map(|rule| format!("rule {}", rule.config_rule_name().unwrap())));
    all
}
