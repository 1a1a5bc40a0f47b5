//! Alarms, firewalls and AWS Config.

use aws_sdk_wafv2::types::{ResourceType, Rule, Scope};
use serverless_app::aws::client::Clients;

use super::{list, or_none, sorted};

pub async fn alarms(read: &Clients) -> Vec<String> {
    let alarms = read.cloudwatch.describe_alarms().send().await.unwrap();
    let tell = |alarm: &aws_sdk_cloudwatch::types::MetricAlarm| {
        let dimensions = alarm.dimensions().iter();
        let statistic = alarm.statistic().map(|of| of.as_str()).or(alarm.extended_statistic());
        format!(
            "alarm {} {} of {} over {} {} {} notifies {}",
            alarm.alarm_name().unwrap(),
            or_none(statistic),
            sorted(dimensions.map(|of| format!("{}={}", of.name().unwrap(), of.value().unwrap()))),
            alarm.period().unwrap_or(0),
            or_none(alarm.comparison_operator().map(|of| of.as_str())),
            alarm.threshold().unwrap_or_default(),
            sorted(alarm.alarm_actions()),
        )
    };
    alarms.metric_alarms().iter().map(tell).collect()
}

pub async fn firewalls(read: &Clients) -> Vec<String> {
    let (client, mut all) = (&read.wafv2, Vec::new());
    for acl in client.list_web_acls().scope(Scope::Regional).send().await.unwrap().web_acls() {
        let (name, id) = (acl.name().unwrap(), acl.id().unwrap());
        let got = client.get_web_acl().scope(Scope::Regional).name(name).id(id).send().await.unwrap().web_acl.unwrap();
        let closed = got.default_action().is_some_and(|action| action.block().is_some());
        let mut rules: Vec<&Rule> = got.rules().iter().collect();
        rules.sort_by_key(|rule| rule.priority());
        let rules: Vec<String> = rules.into_iter().map(told).collect();
        all.push(format!("web ACL {name} {} {}", if closed { "Block" } else { "Allow" }, list(&rules)));
        let arn = acl.arn().unwrap();
        let log = client.get_logging_configuration().resource_arn(arn).send().await.ok();
        let groups = log.and_then(|log| log.logging_configuration).map(|log| log.log_destination_configs);
        let group = |arn: &String| arn.split(':').nth(6).unwrap().to_owned();
        all.extend(groups.iter().flatten().map(|arn| format!("log of {name} to {}", group(arn))));
        // The SDK's word is misspelt.
        let pools = client.list_resources_for_web_acl().web_acl_arn(arn).resource_type(ResourceType::CognitioUserPool);
        let pools = pools.send().await.unwrap().resource_arns.unwrap_or_default();
        all.extend(pools.iter().map(|arn| format!("{} behind {name}", arn.split('/').nth(1).unwrap())));
    }
    for set in client.list_ip_sets().scope(Scope::Regional).send().await.unwrap().ip_sets() {
        let (name, id) = (set.name().unwrap(), set.id().unwrap());
        let got = client.get_ip_set().scope(Scope::Regional).name(name).id(id).send().await.unwrap().ip_set.unwrap();
        all.push(format!("IP set {name} {}", sorted(got.addresses())));
    }
    all
}

fn told(rule: &Rule) -> String {
    let statement = rule.statement();
    let rate = statement.and_then(|statement| statement.rate_based_statement());
    let geo = statement.and_then(|statement| statement.geo_match_statement());
    match (rate, geo) {
        (Some(rate), _) => format!("{}={} by {}", rule.name(), rate.limit(), rate.aggregate_key_type().as_str()),
        (_, Some(geo)) => format!("{}={}", rule.name(), geo.country_codes()[0].as_str()),
        _ => rule.name().to_owned(),
    }
}

pub async fn compliance(read: &Clients) -> Vec<String> {
    let (client, mut all) = (&read.config, Vec::new());
    let recorders = client.describe_configuration_recorder_status().send().await.unwrap();
    let recorders = recorders.configuration_recorders_status().iter();
    all.extend(recorders.map(|of| format!("recorder {} recording={}", of.name().unwrap(), of.recording())));
    let channels = client.describe_delivery_channels().send().await.unwrap();
    let channels = channels.delivery_channels().iter();
    all.extend(channels.map(|of| format!("channel {} to {}", of.name().unwrap(), or_none(of.s3_bucket_name()))));
    let rules = client.describe_config_rules().send().await.unwrap();
    all.extend(rules.config_rules().iter().map(|rule| {
        let source = rule.source().and_then(|source| source.source_identifier());
        format!("rule {} {} {}", rule.config_rule_name().unwrap(), or_none(source), or_none(rule.description()))
    }));
    all
}
