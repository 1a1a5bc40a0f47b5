//! What brings events in an account, and the objects of its buckets.

use aws_sdk_lambda::types::EventSourceMappingConfiguration;
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::Value;
use serverless_app::aws::client::Clients;

/// A line a resource and a line for each of its parts that could come twice.
pub async fn all(read: &Clients) -> Vec<String> {
    let mut all = queues(read).await;
    all.extend(subscriptions(read).await);
    all.extend(mappings(read).await);
    all.extend(of_functions(read).await);
    all.extend(notifications(read).await);
    all.extend(objects(read).await);
    all.extend(buses(read).await);
    all.extend(schedules(read).await);
    all
}

async fn queues(read: &Clients) -> Vec<String> {
    let (mut all, queues) = (Vec::new(), read.sqs.list_queues().send().await.unwrap());
    for url in queues.queue_urls() {
        let attributes = read.sqs.get_queue_attributes().queue_url(url).attribute_names(QueueAttributeName::All);
        let attributes = attributes.send().await.unwrap().attributes.unwrap_or_default();
        let attribute = |name: QueueAttributeName| attributes.get(&name).cloned().unwrap_or_default();
        let name = url.rsplit('/').next().unwrap_or_default();
        let (timeout, redrive) =
            (attribute(QueueAttributeName::VisibilityTimeout), attribute(QueueAttributeName::RedrivePolicy));
        all.push(format!("queue {name} {timeout} {redrive}"));
        let policy: Value = serde_json::from_str(&attribute(QueueAttributeName::Policy)).unwrap_or_default();
        let statements = policy["Statement"].as_array().into_iter().flatten();
        all.extend(statements.map(|statement| format!("queue {name} allows {}", statement["Sid"])));
    }
    all
}

async fn subscriptions(read: &Clients) -> Vec<String> {
    let all = read.sns.list_subscriptions().send().await.unwrap();
    let said = all.subscriptions().iter().map(|one| format!("{:?} of {:?}", one.endpoint(), one.topic_arn()));
    said.map(|one| format!("subscription {one}")).collect()
}

/// A stream's ARN ends in when it was made.
async fn mappings(read: &Clients) -> Vec<String> {
    let all = read.lambda.list_event_source_mappings().send().await.unwrap();
    let mapping = |one: &EventSourceMappingConfiguration| {
        let source = one.event_source_arn().unwrap_or_default().split("/stream/").next().unwrap_or_default();
        format!("mapping {source} to {:?} by {:?} {:?}", one.function_arn(), one.batch_size(), one.state())
    };
    all.event_source_mappings().iter().map(mapping).collect()
}

async fn of_functions(read: &Clients) -> Vec<String> {
    let (mut all, functions) = (Vec::new(), read.lambda.list_functions().send().await.unwrap());
    for name in functions.functions().iter().filter_map(|function| function.function_name()) {
        if let Ok(url) = read.lambda.get_function_url_config().function_name(name).send().await {
            all.push(format!("URL of {name} {:?} {:?}", url.auth_type(), url.cors()));
        }
        if let Ok(config) = read.lambda.get_function_event_invoke_config().function_name(name).send().await {
            let (retries, destinations) = (config.maximum_retry_attempts(), config.destination_config());
            all.push(format!("asynchronous invocations of {name} {retries:?} {destinations:?}"));
        }
    }
    all
}

async fn notifications(read: &Clients) -> Vec<String> {
    let (mut all, buckets) = (Vec::new(), read.s3.list_buckets().send().await.unwrap());
    for bucket in buckets.buckets().iter().filter_map(|bucket| bucket.name()) {
        let said = read.s3.get_bucket_notification_configuration().bucket(bucket).send().await.unwrap();
        all.extend(said.lambda_function_configurations().iter().map(|one| format!("notification {one:?}")));
        all.extend(said.queue_configurations().iter().map(|one| format!("notification {one:?}")));
        all.extend(said.topic_configurations().iter().map(|one| format!("notification {one:?}")));
        all.extend(said.event_bridge_configuration().map(|_| "notifications to EventBridge".to_owned()));
    }
    all
}

/// What is served, and how.
async fn objects(read: &Clients) -> Vec<String> {
    let (mut all, buckets) = (Vec::new(), read.s3.list_buckets().send().await.unwrap());
    for bucket in buckets.buckets().iter().filter_map(|bucket| bucket.name()) {
        let listed = read.s3.list_objects_v2().bucket(bucket).send().await.unwrap();
        for object in listed.contents().iter().filter_map(|object| object.key()) {
            let head = read.s3.head_object().bucket(bucket).key(object).send().await.unwrap();
            let served = (head.e_tag(), head.content_type(), head.cache_control(), head.content_encoding());
            all.push(format!("object {bucket}/{object} {served:?}"));
        }
    }
    all
}

async fn buses(read: &Clients) -> Vec<String> {
    let (events, mut all) = (&read.events, Vec::new());
    for bus in events.list_event_buses().send().await.unwrap().event_buses() {
        let bus = bus.name().unwrap_or_default();
        // The account's own was always there.
        all.extend((bus != "default").then(|| format!("bus {bus}")));
        for rule in events.list_rules().event_bus_name(bus).send().await.unwrap().rules() {
            let name = rule.name().unwrap_or_default();
            all.push(format!("rule {name} of {bus} {:?} {:?}", rule.state(), rule.event_pattern()));
            let targets = events.list_targets_by_rule().rule(name).event_bus_name(bus).send().await.unwrap();
            all.extend(targets.targets().iter().map(|target| format!("target {} {}", target.id(), target.arn())));
        }
    }
    let archives = events.list_archives().send().await.unwrap();
    let archives = archives.archives().iter();
    all.extend(archives.map(|one| format!("archive {:?} {:?}", one.archive_name(), one.retention_days())));
    all
}

async fn schedules(read: &Clients) -> Vec<String> {
    let (scheduler, mut all) = (&read.scheduler, Vec::new());
    let groups = scheduler.list_schedule_groups().send().await.unwrap();
    let groups = groups.schedule_groups().iter().filter(|group| group.name() != Some("default"));
    all.extend(groups.map(|group| format!("schedule group {:?} {:?}", group.name(), group.state())));
    for one in scheduler.list_schedules().send().await.unwrap().schedules() {
        let (group, name) = (one.group_name().unwrap_or_default(), one.name().unwrap_or_default());
        let read = scheduler.get_schedule().group_name(group).name(name).send().await.unwrap();
        all.push(format!("schedule {group}/{name} {:?} {:?}", read.schedule_expression(), read.state()));
    }
    all
}
