//! What reaches functions by itself, from what the manifest asks for: objects, messages, events, items.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::example_event::matching;
use crate::aws::{Kind, State, Wanted, dynamodb, events, lambda, s3, sns, sqs};
use crate::name::Address;

/// What is sent, and the function that is to be invoked for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// `an object in bucket uploads`.
    pub what: String,
    /// The function's name in the manifest.
    pub function: String,
    /// The function's physical name.
    pub physical: String,
    /// What is sent; or why nothing is.
    pub sent: Result<Sent, &'static str>,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent {
    /// An object.
    Object { bucket: String, key: String },
    /// A message in a queue.
    Message { url: String, body: String, is_fifo: bool },
    /// A message on a topic.
    Notice { topic: String },
    /// An event on a bus: in the form in which rules see it.
    Event { bus: String, event: Value },
    /// An item, by its key: attribute, type.
    Item { table: String, key: Vec<(String, String)> },
}

/// Resources by address.
type All = BTreeMap<Address, Wanted>;

/// Everything that reaches a function, kind of sender by kind.
pub fn deliveries(wanted: &All) -> Vec<Delivery> {
    let of = |one: &Wanted| match &one.state {
        State::Bucket(bucket) => of_bucket(one, bucket, wanted),
        State::Topic(topic) => of_topic(one, topic, wanted),
        State::EventRule(rule) => of_rule(one, rule, wanted),
        State::EventSourceMapping(mapping) => of_mapping(one, mapping, wanted).into_iter().collect(),
        _ => Vec::new(),
    };
    wanted.values().flat_map(of).collect()
}

fn delivery(what: String, function: &Wanted, sent: Result<Sent, &'static str>) -> Delivery {
    Delivery { what, function: function.id.address.name.to_string(), physical: function.id.name.clone(), sent }
}

/// The resource of a kind whose ARN ends in its name.
fn named<'w>(kind: Kind, arn: &str, wanted: &'w All) -> Option<&'w Wanted> {
    let name = arn.rsplit([':', '/']).next()?;
    wanted.values().find(|one| one.id.address.kind == kind && one.id.name == name)
}

fn of_bucket(bucket: &Wanted, state: &s3::Bucket, wanted: &All) -> Vec<Delivery> {
    let entry = |entry: &s3::Notification| {
        let function = named(Kind::Function, entry.lambda_function_arn.as_ref()?, wanted)?;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let key = format!("{}rehearsal{}", text(&entry.prefix), text(&entry.suffix));
        let is_put = ["s3:ObjectCreated:*", "s3:ObjectCreated:Put"].iter().any(|event| entry.events.contains(*event));
        let sent = match is_put {
            true => Ok(Sent::Object { bucket: bucket.id.name.clone(), key }),
            false => Err("it is for events other than a put"),
        };
        Some(delivery(format!("an object in bucket {}", bucket.id.address.name), function, sent))
    };
    state.notification_configuration.entries.values().filter_map(entry).collect()
}

fn of_topic(topic: &Wanted, state: &sns::Topic, wanted: &All) -> Vec<Delivery> {
    let subscription = |(key, of): (&String, &sns::Subscription)| {
        let function = named(Kind::Function, key.strip_prefix("lambda:")?, wanted)?;
        let sent = match &of.filter_policy {
            None => Ok(Sent::Notice { topic: topic.id.site.arn("sns", &topic.id.name) }),
            Some(_) => Err("the subscription has a filter"),
        };
        Some(delivery(format!("a message on topic {}", topic.id.address.name), function, sent))
    };
    state.subscriptions.iter().filter_map(subscription).collect()
}

fn of_rule(rule: &Wanted, state: &events::Rule, wanted: &All) -> Vec<Delivery> {
    let bus = rule.id.name.rsplit_once('/').map_or("default", |(bus, _)| bus).to_owned();
    let target = |target: &events::Target| {
        let function = named(Kind::Function, &target.arn, wanted)?;
        let sent = match state.state == "ENABLED" {
            true => event(state).map(|event| Sent::Event { bus: bus.clone(), event }),
            false => Err("the rule is disabled"),
        };
        Some(delivery(format!("an event for rule {}", rule.id.address.name), function, sent))
    };
    state.targets.values().filter_map(target).collect()
}

/// An event that the rule takes, with what the bus asks of every event.
fn event(rule: &events::Rule) -> Result<Value, &'static str> {
    let pattern = rule.event_pattern.literal().and_then(|text| serde_json::from_str(text).ok());
    let pattern: Value = pattern.ok_or("its pattern contains ids that AWS generates")?;
    let mut event = matching(&pattern).ok_or("its pattern does not only compare values")?;
    let source = event["source"].as_str().unwrap_or("rehearsal").to_owned();
    if source.starts_with("aws.") {
        return Err("it is for events of AWS's own services");
    }
    let kind = event["detail-type"].as_str().unwrap_or("rehearsal").to_owned();
    let detail = event.get("detail").cloned().unwrap_or_else(|| json!({}));
    event["source"] = source.into();
    event["detail-type"] = kind.into();
    event["detail"] = detail;
    Ok(event)
}

fn of_mapping(mapping: &Wanted, state: &lambda::EventSourceMapping, wanted: &All) -> Option<Delivery> {
    // Its name is that of the function, and what its source is called: a table's stream has an ARN that AWS makes up.
    let mut parts = mapping.id.name.split(':');
    let (function, source) = (named(Kind::Function, parts.next()?, wanted)?, parts.next_back()?);
    let open = |sent| match (state.enabled, state.filters.is_empty()) {
        (false, _) => Err("the mapping is disabled"),
        (_, false) => Err("the mapping has a filter"),
        _ => Ok(sent),
    };
    if let Some(queue) = named(Kind::Queue, source, wanted) {
        let (url, body) = (sqs::url(&queue.id.site, &queue.id.name), json!({"rehearsal": true}).to_string());
        let sent = open(Sent::Message { url, body, is_fifo: queue.id.name.ends_with(".fifo") });
        return Some(delivery(format!("a message in queue {}", queue.id.address.name), function, sent));
    }
    let table = named(Kind::Table, source, wanted)?;
    let State::Table(dynamodb::Table { key_schema, .. }) = &table.state else { return None };
    let key = key_schema.iter().map(|key| (key.attribute_name.clone(), key.attribute_type.clone())).collect();
    let sent = open(Sent::Item { table: table.id.name.clone(), key });
    Some(delivery(format!("an item in table {}", table.id.address.name), function, sent))
}

#[cfg(test)]
mod tests;
