//! Tables, topics, buckets and log groups.

use aws_sdk_dynamodb::types::{KeySchemaElement, TableDescription, TimeToLiveStatus};
use serde_json::json;
use serverless_app::aws::client::Clients;

use super::{Tags, document, list, or_none, owned};

pub async fn tables(read: &Clients) -> Vec<String> {
    let (client, mut all) = (&read.dynamodb, Vec::new());
    for name in client.list_tables().send().await.unwrap().table_names() {
        let table = client.describe_table().table_name(name).send().await.unwrap().table.unwrap();
        let tags = client.list_tags_of_resource().resource_arn(table.table_arn().unwrap()).send().await.unwrap();
        let tags: Tags = tags.tags().iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
        let expiry = client.describe_time_to_live().table_name(name).send().await.unwrap();
        let expires = expiry.time_to_live_description().is_some_and(|expiry| {
            expiry.time_to_live_status() == Some(&TimeToLiveStatus::Enabled)
                && expiry.attribute_name() == Some("expires")
        });
        let backups = client.describe_continuous_backups().table_name(name).send().await.unwrap();
        let backups = backups.continuous_backups_description.and_then(|all| all.point_in_time_recovery_description);
        let recovery = backups.is_some_and(|recovery| {
            recovery.point_in_time_recovery_status().is_some_and(|status| status.as_str() == "ENABLED")
        });
        let more = format!(
            "{} expires={expires} recovery={recovery} stream={} protected={} owned-key={}",
            shape(&table),
            table.stream_specification().map_or("-", |stream| or_none(stream.stream_view_type().map(|v| v.as_str()))),
            table.deletion_protection_enabled().unwrap_or_default(),
            table.sse_description().is_none_or(|sse| sse.status().is_some_and(|of| of.as_str() == "DISABLED")),
        );
        let line = owned(format!("table {name}"), &more, &tags);
        if !line.starts_with("released") {
            all.extend(indexes(&table).into_iter().map(|index| format!("table {name} index {index}")));
        }
        all.push(line);
    }
    all
}

fn shape(table: &TableDescription) -> String {
    let kind = |name: &str| {
        let found = table.attribute_definitions().iter().find(|of| of.attribute_name == name);
        found.map_or("?", |of| of.attribute_type.as_str())
    };
    let keys = table.key_schema().iter();
    let keys: Vec<String> = keys.map(|key| format!("{}:{}", key.attribute_name, kind(&key.attribute_name))).collect();
    let on_demand = table.billing_mode_summary().and_then(|billing| billing.billing_mode()).map(|mode| mode.as_str());
    let capacity = table.provisioned_throughput().and_then(|capacity| capacity.read_capacity_units()).unwrap_or(0);
    let capacity = if on_demand == Some("PAY_PER_REQUEST") { 0 } else { capacity };
    format!("{} capacity={capacity}", keys.join("/"))
}

fn indexes(table: &TableDescription) -> Vec<String> {
    let keys =
        |keys: &[KeySchemaElement]| keys.iter().map(|key| key.attribute_name.clone()).collect::<Vec<_>>().join("/");
    let mut all = Vec::new();
    for index in table.global_secondary_indexes() {
        let projection = index.projection().and_then(|of| of.projection_type()).map(|of| of.as_str());
        let capacity = index.provisioned_throughput().and_then(|of| of.read_capacity_units()).unwrap_or(0);
        let (name, keys) = (index.index_name().unwrap(), keys(index.key_schema()));
        all.push(format!("{name} {keys} {} capacity={capacity}", or_none(projection)));
    }
    for index in table.local_secondary_indexes() {
        let projection = index.projection().and_then(|of| of.projection_type()).map(|of| of.as_str());
        all.push(format!("{} {} {}", index.index_name().unwrap(), keys(index.key_schema()), or_none(projection)));
    }
    all
}

pub async fn topics(read: &Clients) -> Vec<String> {
    let (client, mut all) = (&read.sns, Vec::new());
    for arn in client.list_topics().send().await.unwrap().topics().iter().filter_map(|topic| topic.topic_arn()) {
        let attributes = client.get_topic_attributes().topic_arn(arn).send().await.unwrap().attributes.unwrap();
        let name = super::last(arn);
        let display = attributes.get("DisplayName").map(String::as_str);
        let alarms = attributes.get("Policy").is_some_and(|policy| policy.contains("cloudwatch.amazonaws.com"));
        all.push(format!("topic {name} display={} alarms={alarms}", or_none(display)));
        let subscriptions = client.list_subscriptions_by_topic().topic_arn(arn).send().await.unwrap();
        for one in subscriptions.subscriptions() {
            let to = format!("{}:{}", one.protocol().unwrap(), one.endpoint().unwrap());
            let attributes = client.get_subscription_attributes().subscription_arn(one.subscription_arn().unwrap());
            // One that nobody has confirmed has no attributes.
            let attributes = attributes.send().await.ok().and_then(|got| got.attributes).unwrap_or_default();
            let raw = attributes.get("RawMessageDelivery").is_some_and(|value| value == "true");
            let filter =
                attributes.get("FilterPolicy").map(|text| document(text)).filter(|filter| *filter != json!({}));
            let scope = attributes.get("FilterPolicyScope").map_or("MessageAttributes", String::as_str);
            let filter = filter.map_or("-".to_owned(), |filter| format!("{scope}{filter}"));
            all.push(format!("topic {name} sends to {to} raw={raw} filter={filter}"));
        }
    }
    all
}

pub async fn buckets(read: &Clients) -> Vec<String> {
    let (client, mut all) = (&read.s3, Vec::new());
    for name in client.list_buckets().send().await.unwrap().buckets().iter().filter_map(|bucket| bucket.name()) {
        let versioning = client.get_bucket_versioning().bucket(name).send().await.unwrap();
        let ownership = client.get_bucket_ownership_controls().bucket(name).send().await.unwrap();
        let ownership = ownership.ownership_controls.unwrap().rules[0].object_ownership.as_str().to_owned();
        let rules = client.get_bucket_lifecycle_configuration().bucket(name).send().await;
        let rules = rules.map(|got| got.rules.unwrap_or_default()).unwrap_or_default().into_iter().map(|rule| {
            let prefix = rule.filter().and_then(|filter| filter.prefix()).unwrap_or_default().to_owned();
            let days = rule.expiration().and_then(|expiration| expiration.days()).unwrap_or_default();
            format!("{} {prefix} {days}", rule.id.unwrap_or_default())
        });
        let cors = client.get_bucket_cors().bucket(name).send().await;
        let cors = cors.map(|got| got.cors_rules.unwrap_or_default()).unwrap_or_default().into_iter().map(|rule| {
            let mut methods = rule.allowed_methods;
            methods.sort();
            format!("{} {}", rule.allowed_origins.join("+"), methods.join("+"))
        });
        let policy = client.get_bucket_policy().bucket(name).send().await.ok().and_then(|got| got.policy);
        let tls = policy.is_some_and(|policy| policy.contains("aws:SecureTransport"));
        let tags = client.get_bucket_tagging().bucket(name).send().await.map(|got| got.tag_set).unwrap_or_default();
        let tags: Tags = tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
        let reports = client.get_bucket_notification_configuration().bucket(name).send().await.unwrap();
        let notifies = reports.lambda_function_configurations().iter().map(|one| {
            let rules = one.filter().and_then(|filter| filter.key()).map(|key| key.filter_rules()).unwrap_or_default();
            let prefix = rules.iter().filter_map(|rule| rule.value()).collect::<Vec<_>>().join("+");
            let events: Vec<_> = one.events().iter().map(|event| event.as_str()).collect();
            format!("{} {} {prefix}", one.lambda_function_arn(), events.join("+"))
        });
        let objects =
            client.list_objects_v2().bucket(name).prefix("v/").send().await.unwrap().contents.unwrap_or_default();
        let objects =
            objects.into_iter().map(|object| (object.key.unwrap_or_default(), object.e_tag.unwrap_or_default()));
        // What names the rules of headers is no file.
        let objects = objects.filter(|(key, _)| !key.contains("/.serverless-app/"));
        let objects = objects.map(|(key, tag)| format!("{key} {}", tag.trim_matches('"')));
        let more = format!(
            "versioned={} {ownership} rules={} cors={} tls={tls} notifies={} bridge={} files={}",
            versioning.status().is_some_and(|status| status.as_str() == "Enabled"),
            list(&rules.collect::<Vec<_>>()),
            list(&cors.collect::<Vec<_>>()),
            list(&notifies.collect::<Vec<_>>()),
            reports.event_bridge_configuration().is_some(),
            list(&objects.collect::<Vec<_>>()),
        );
        all.push(owned(format!("bucket {name}"), &more, &tags));
    }
    all
}

pub async fn log_groups(read: &Clients) -> Vec<String> {
    let (client, mut all) = (&read.logs, Vec::new());
    for group in client.describe_log_groups().send().await.unwrap().log_groups() {
        let arn = group.arn().unwrap().trim_end_matches(":*");
        let tags = client.list_tags_for_resource().resource_arn(arn).send().await.unwrap();
        let tags: Tags = tags.tags.unwrap_or_default().into_iter().collect();
        let more = format!("days={}", group.retention_in_days().unwrap_or(0));
        all.push(owned(format!("log group {}", group.log_group_name().unwrap()), &more, &tags));
    }
    all
}
