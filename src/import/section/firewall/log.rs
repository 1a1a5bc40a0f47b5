//! `logging` of a firewall.

use toml_edit::Value;

use super::{text, toml};
use crate::aws::wafv2::{Json, WebAcl};
use crate::aws::{Id, Kind, State};
use crate::import::Scene;
use crate::import::lines::{Lines, inline};
use crate::name::tag;

/// Where its log goes, and what stands in it.
pub fn write(id: &Id, acl: &WebAcl, scene: &Scene) -> Option<Value> {
    let logging = acl.logging_configuration.as_ref()?;
    let destination = scene.plain(logging.log_destination_configs.first()?);
    let mut lines = Lines::new();
    let group = destination
        .split_once(":log-group:")
        .and_then(|(_, name)| scene.part(Kind::LogGroup, name.trim_end_matches(":*")));
    match group.map(|live| &live.observed.state) {
        Some(State::LogGroup(group)) => {
            lines.set_unless("retention_days", i64::from(group.retention_in_days.unwrap_or(0)), 14);
            lines.set_some("on_delete", group.tags.get(tag::ON_DELETE).map(|_| "delete"));
        }
        _ if destination.contains(":deliverystream/") => lines.set("destination", destination),
        _ => {
            let why = format!(
                "it goes to {destination}, but a section's log goes to a log group of its own or to Firehose: it is \
                 left out"
            );
            scene.unsaid(id, "logging", &why);
            return None;
        }
    }
    lines.set_list("redact", logging.redacted_fields.iter().filter_map(|field| redacted(id, field, scene)));
    lines.set_some("filter", logging.logging_filter.as_ref().map(|filter| toml(filter, scene)));
    Some(lines.inline())
}

fn redacted(id: &Id, field: &Json, scene: &Scene) -> Option<Value> {
    let (name, of) = field.object()?.iter().next()?;
    match name.as_str() {
        "Method" => Some("method".into()),
        "QueryString" => Some("query_string".into()),
        "UriPath" => Some("uri_path".into()),
        "SingleHeader" => Some(inline([("header", text(of.get("Name")?)?)])),
        other => {
            scene.unsaid(id, "redact", &format!("a section cannot redact {other}: it will be logged"));
            None
        }
    }
}
