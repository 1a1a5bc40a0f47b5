//! `on_queue` and `on_stream`: what Lambda fetches for a function.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::Value as Json;
use toml_edit::Value;

use super::asynchronous::destination;
use super::role::allowed;
use crate::aws::lambda::{self, EventSourceMapping, function_of_mapping};
use crate::aws::{Id, Kind, Live, State};
use crate::import::Scene;
use crate::import::lines::{Lines, json};

/// Its queues and its streams, in the order in which its role allows them.
pub fn write(id: &Id, function: &lambda::Function, scene: &Scene, lines: &mut Lines) {
    let of = |live: &Live| match &live.observed.state {
        State::EventSourceMapping(mapping) if function_of_mapping(&live.id) == id.name => {
            Some((live.id.clone(), mapping.clone()))
        }
        _ => None,
    };
    let mut all: Vec<(Id, EventSourceMapping)> = scene.all(Kind::EventSourceMapping).filter_map(of).collect();
    let allowed = allowed(function, scene);
    all.sort_by_key(|(_, mapping)| allowed.iter().position(|statement| is_about(statement, mapping, scene)));
    let (queues, streams): (Vec<_>, Vec<_>) = all.iter().partition(|(_, mapping)| mapping.starting_position.is_none());
    lines.set_list("on_queue", queues.into_iter().filter_map(|(id, mapping)| queue(id, mapping, scene)));
    lines.set_list("on_stream", streams.into_iter().filter_map(|(id, mapping)| stream(id, mapping, scene)));
}

/// True for a statement about the source of a mapping.
fn is_about(statement: &Json, mapping: &EventSourceMapping, scene: &Scene) -> bool {
    let table = mapping.event_source_arn.references().find_map(|output| scene.live(&output.address));
    let arn = match table {
        Some(table) => table.id.site.arn("dynamodb", &format!("table/{}/stream/*", table.id.name)),
        None => scene.plain(&mapping.event_source_arn),
    };
    statement["Resource"].as_array().is_some_and(|all| all.iter().any(|one| *one == arn))
}

fn queue(id: &Id, mapping: &EventSourceMapping, scene: &Scene) -> Option<Value> {
    let mut lines = Lines::new();
    let arn = scene.plain(&mapping.event_source_arn);
    if !arn.contains(":sqs:") {
        scene.unsaid(id, "on_queue", &format!("{arn} is not an SQS queue: it is left out, and stays as it is"));
        return None;
    }
    match scene.section_of(Kind::Queue, &arn) {
        Some(section) => lines.set("queue", section.as_str()),
        None => lines.set("arn", arn),
    }
    batches(mapping, 10, &mut lines);
    lines.set_some("max_concurrency", mapping.maximum_concurrency.map(i64::from));
    Some(end(id, mapping, scene, lines))
}

fn stream(id: &Id, mapping: &EventSourceMapping, scene: &Scene) -> Option<Value> {
    let mut lines = Lines::new();
    let table = mapping.event_source_arn.references().find(|output| output.address.kind == Kind::Table);
    let arn = scene.plain(&mapping.event_source_arn);
    match table {
        Some(output) => lines.set("table", output.address.name.as_str()),
        None if arn.contains(":kinesis:") => lines.set("stream", arn),
        None => {
            scene.unsaid(
                id,
                "on_stream",
                &format!(
                    "{arn} is neither the stream of a table that has a section nor a Kinesis stream: it is left out"
                ),
            );
            return None;
        }
    }
    lines.set("starting_position", position(mapping));
    batches(mapping, 100, &mut lines);
    lines.set_unless("parallelization", i64::from(mapping.parallelization_factor), 1);
    lines.set_unless("bisect", mapping.bisect_batch_on_function_error, false);
    lines.set_unless("retries", i64::from(mapping.maximum_retry_attempts), -1);
    lines.set_unless("max_age", i64::from(mapping.maximum_record_age_in_seconds), -1);
    lines.set_unless("tumbling_window", i64::from(mapping.tumbling_window_in_seconds), 0);
    lines.set_some("on_failure", destination(id, "on_failure", mapping.on_failure.as_deref(), scene));
    Some(end(id, mapping, scene, lines))
}

fn position(mapping: &EventSourceMapping) -> String {
    match (mapping.starting_position.as_deref(), mapping.starting_position_timestamp) {
        (Some("AT_TIMESTAMP"), Some(seconds)) => DateTime::from_secs(seconds).fmt(Format::DateTime).unwrap_or_default(),
        (Some(word), _) => word.to_lowercase().replace('_', "-"),
        (None, _) => String::new(),
    }
}

fn batches(mapping: &EventSourceMapping, default: i64, lines: &mut Lines) {
    lines.set_unless("batch", i64::from(mapping.batch_size), default);
    lines.set_unless("window", i64::from(mapping.maximum_batching_window_in_seconds), 0);
    lines.set_unless("partial_failures", !mapping.function_response_types.is_empty(), false);
}

fn end(id: &Id, mapping: &EventSourceMapping, scene: &Scene, mut lines: Lines) -> Value {
    lines.set_list("filter", mapping.filters.iter().map(|pattern| filter(pattern)));
    lines.set_unless("enabled", mapping.enabled, true);
    scene.tags(id, &mapping.tags, &mut lines);
    lines.inline()
}

/// A pattern as a table, or as text where TOML cannot say it.
fn filter(pattern: &str) -> Value {
    serde_json::from_str(pattern).ok().and_then(|value| json(&value)).unwrap_or_else(|| pattern.into())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::aws::test_support::test_id;

    #[test]
    fn a_broker_is_no_queue() {
        let id = test_id(Kind::EventSourceMapping, "f:mq:broker");
        let scene = Scene::new(&id.site, &id.owner, BTreeMap::new(), BTreeMap::new());
        let of = |arn: &str| {
            let mapping = EventSourceMapping { event_source_arn: arn.into(), ..EventSourceMapping::default() };
            queue(&id, &mapping, &scene).map(|value| value.to_string())
        };
        let jobs = "arn:aws:sqs:us-west-2:123456789012:jobs";
        assert!(of(jobs).is_some_and(|lines| lines.contains(jobs)));
        assert_eq!(of("arn:aws:mq:us-west-2:123456789012:broker:b:b-1"), None);
        assert_eq!(scene.finish().0.len(), 1);
    }
}
