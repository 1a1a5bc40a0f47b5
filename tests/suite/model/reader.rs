//! What an account holds, told by the SDK alone: nothing of the product's own reading takes part. A line a resource,
//! and a line for each of its parts that could come twice.

use std::collections::BTreeMap;

use serde_json::Value;
use serverless_app::aws::Aws;

use super::app::list;

mod api;
mod compute;
mod data;
mod domain;
mod event;
mod events;
mod guard;
mod http_api;
mod keys;
mod layer;
mod queue;

/// Everything, sorted.
pub async fn read(aws: &Aws) -> Vec<String> {
    let read = &aws.read;
    let mut all = data::tables(read).await;
    all.extend(data::topics(read).await);
    all.extend(queue::queues(read).await);
    all.extend(data::buckets(read).await);
    all.extend(data::log_groups(read).await);
    all.extend(compute::roles(read).await);
    all.extend(compute::policies(read).await);
    let apis = api::names(read).await;
    let callers = apis.clone().into_iter().chain(http_api::names(read).await).collect();
    all.extend(compute::functions(read, &callers).await);
    all.extend(domain::names(read, &callers).await);
    all.extend(layer::layers(read).await);
    all.extend(compute::mappings(read).await);
    all.extend(compute::machines(read).await);
    all.extend(api::apis(read, &apis).await);
    all.extend(http_api::apis(read).await);
    all.extend(keys::plans(read, &apis).await);
    all.extend(keys::keys(read).await);
    all.extend(event::schedules(read).await);
    all.extend(events::buses(read).await);
    all.extend(events::rules(read).await);
    all.extend(guard::alarms(read).await);
    all.extend(guard::firewalls(read).await);
    all.extend(guard::compliance(read).await);
    all.sort();
    all
}

/// Tags by key.
type Tags = BTreeMap<String, String>;

/// What is told of something that holds data: all of it while it is the app's, its name alone afterwards.
fn owned(what: String, more: &str, tags: &Tags) -> String {
    if tags.contains_key("serverless-app:released") && !tags.contains_key("serverless-app:address") {
        return format!("released {what}");
    }
    let delete = tags.get("serverless-app:on-delete").is_some_and(|value| value == "delete");
    let project = tags.get("Project").map_or("-", String::as_str);
    format!("{what} {more} delete={delete} project={project}")
}

/// The last part of an ARN or a path.
fn last(arn: &str) -> &str {
    arn.rsplit(['/', ':']).next().unwrap_or(arn)
}

/// A document, which IAM writes with percent signs.
fn document(text: &str) -> Value {
    let text = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    serde_json::from_str(&text).expect("a document")
}

/// A string, or a list of them.
fn strings(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .map_or_else(|| value.as_str().into_iter().collect(), |all| all.iter().filter_map(Value::as_str).collect())
}

/// `[a, b]`, sorted.
fn sorted<T: Into<String>>(items: impl IntoIterator<Item = T>) -> String {
    let mut items: Vec<String> = items.into_iter().map(Into::into).collect();
    items.sort();
    list(&items)
}

/// Shown, or a hyphen.
fn or_none(text: Option<&str>) -> &str {
    text.filter(|text| !text.is_empty()).unwrap_or("-")
}
