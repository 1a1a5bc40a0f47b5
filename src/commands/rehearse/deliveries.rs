//! What reaches functions by itself, from what the manifest asks for: objects, messages, events, items.
//!
//! It is found in the wanted states, which have the names of AWS: a notification of a bucket, a mapping, a rule's target, a
//! subscription.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::example_event::matching;
use crate::aws::{Kind, Wanted, sqs};
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
    Notice { topic: String, is_fifo: bool },
    /// An event on a bus: in the form in which rules see it.
    Event { bus: String, event: Value },
    /// An item, by its key: attribute, type.
    Item { table: String, key: Vec<(String, String)> },
}

/// Resources by address.
type All = BTreeMap<Address, Wanted>;

/// Everything that reaches a function, kind of sender by kind.
pub fn deliveries(wanted: &All) -> Vec<Delivery> {
    let mut found = Vec::new();
    for one in wanted.values() {
        let Ok(state) = serde_json::to_value(&one.state) else { continue };
        found.extend(match one.id.address.kind.name() {
            "s3.bucket" => of_bucket(one, &state, wanted),
            "sns.topic" => of_topic(one, &state, wanted),
            "events.rule" => of_rule(one, &state, wanted),
            "lambda.event-source-mapping" => of_mapping(&state, wanted).into_iter().collect(),
            _ => Vec::new(),
        });
    }
    found
}

fn delivery(what: String, function: &Wanted, sent: Result<Sent, &'static str>) -> Delivery {
    Delivery { what, function: function.id.address.name.to_string(), physical: function.id.name.clone(), sent }
}

/// The resource of a kind that a name, an ARN or a reference stands for.
fn meant<'w>(value: &Value, kind: &str, wanted: &'w All) -> Option<&'w Wanted> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let is_meant = |one: &&Wanted| {
        let by_name = text.split([':', '/', '"']).any(|part| part == one.id.name);
        one.id.address.kind.name() == kind && (by_name || text.contains(&format!("{}.", one.id.address)))
    };
    wanted.values().find(is_meant)
}

fn function<'w>(value: &Value, wanted: &'w All) -> Option<&'w Wanted> {
    meant(value, Kind::Function.name(), wanted)
}

/// Everything in a list, or under a map's names.
fn all(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(fields) => fields.values().collect(),
        _ => Vec::new(),
    }
}

fn of_bucket(bucket: &Wanted, state: &Value, wanted: &All) -> Vec<Delivery> {
    let entry = |entry: &Value| {
        let function = function(entry.get("LambdaFunctionArn")?, wanted)?;
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let is_put = |event: &&Value| matches!(event.as_str(), Some("s3:ObjectCreated:*" | "s3:ObjectCreated:Put"));
        let key = format!("{}rehearsal{}", text("Prefix"), text("Suffix"));
        let sent = match all(&entry["Events"]).iter().any(is_put) {
            true => Ok(Sent::Object { bucket: bucket.id.name.clone(), key }),
            false => Err("it is for other events than a put"),
        };
        Some(delivery(format!("an object in bucket {}", bucket.id.address.name), function, sent))
    };
    all(&state["NotificationConfiguration"]["Entries"]).into_iter().filter_map(entry).collect()
}

fn of_topic(topic: &Wanted, state: &Value, wanted: &All) -> Vec<Delivery> {
    let subscriptions = state["Subscriptions"].as_object().into_iter().flatten();
    let subscription = |(endpoint, of): (&String, &Value)| {
        let arn = endpoint.strip_prefix("lambda:")?;
        let is_fifo = topic.id.name.ends_with(".fifo");
        let sent = match of.get("FilterPolicy").is_none_or(Value::is_null) {
            true => Ok(Sent::Notice { topic: topic.id.site.arn("sns", &topic.id.name), is_fifo }),
            false => Err("the subscription has a filter"),
        };
        Some(delivery(format!("a message on topic {}", topic.id.address.name), function(&arn.into(), wanted)?, sent))
    };
    subscriptions.filter_map(subscription).collect()
}

fn of_rule(rule: &Wanted, state: &Value, wanted: &All) -> Vec<Delivery> {
    let pattern = match &state["EventPattern"] {
        Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
        Value::Null => return Vec::new(),
        pattern => pattern.clone(),
    };
    let bus = meant(&state["EventBusName"], "events.bus", wanted).map_or("default", |bus| &bus.id.name);
    let target = |target: &Value| {
        let function = function(target.get("Arn")?, wanted)?;
        let what = format!("an event for rule {}", rule.id.address.name);
        Some(delivery(what, function, event(&pattern).map(|event| Sent::Event { bus: bus.to_owned(), event })))
    };
    all(&state["Targets"]).into_iter().filter_map(target).collect()
}

fn event(pattern: &Value) -> Result<Value, &'static str> {
    let mut event = matching(pattern).ok_or("its pattern asks for more than values")?;
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

fn of_mapping(state: &Value, wanted: &All) -> Option<Delivery> {
    let (source, name) = (state.get("EventSourceArn")?, state.get("FunctionName").or(state.get("FunctionArn"))?);
    let function = function(name, wanted)?;
    let is_filtered = state.get("FilterCriteria").is_some_and(|criteria| !all(&criteria["Filters"]).is_empty());
    let open = |sent| if is_filtered { Err("the mapping has a filter") } else { Ok(sent) };
    if let Some(queue) = meant(source, Kind::Queue.name(), wanted) {
        let url = sqs::url(&queue.id.site, &queue.id.name);
        let body = json!({"rehearsal": true}).to_string();
        let sent = open(Sent::Message { url, body, is_fifo: queue.id.name.ends_with(".fifo") });
        return Some(delivery(format!("a message in queue {}", queue.id.address.name), function, sent));
    }
    let table = meant(source, Kind::Table.name(), wanted)?;
    let schema = serde_json::to_value(&table.state).ok()?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let key = all(&schema["KeySchema"]).into_iter();
    let key = key.map(|one| (text(&one["AttributeName"]), text(&one["AttributeType"]))).collect();
    let sent = open(Sent::Item { table: table.id.name.clone(), key });
    Some(delivery(format!("an item in table {}", table.id.address.name), function, sent))
}

#[cfg(test)]
mod tests;
