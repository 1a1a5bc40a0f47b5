//! `[http_api.<name>]`
//!
//! - [`route`]: what it answers to, who may call that, and what is called.
//! - [`authorizer`]: who judges callers.

use std::collections::BTreeMap;

use toml_edit::{Table, Value};

use crate::aws::apigatewayv2::{Cors, HttpApi, Stage, Throttle};
use crate::aws::{Id, Kind, State};
use crate::import::lines::{Lines, inline, list};
use crate::import::section::domain;
use crate::import::{Scene, secret};
use crate::manifest::http_api::{DEFAULT_STAGE, default_format};
use crate::manifest::names::own_part;
use crate::name::tag;

pub mod authorizer;
mod route;

/// What ends the names of its role and its log group.
const PART: &str = "http";

/// The section of an HTTP API.
pub fn write(id: &Id, api: &HttpApi, scene: &Scene) -> Table {
    let mut lines = scene.start(id);
    let none = Stage::default();
    let (name, stage) = stage(id, &api.stages, scene).unwrap_or((DEFAULT_STAGE, &none));
    lines.set_unless("description", scene.string(&api.description), String::new());
    lines.set_unless("stage", name, DEFAULT_STAGE);
    lines.set_list(
        "routes",
        api.routes.iter().filter_map(|(key, route)| route::write(id, key, route, (api, stage), scene)),
    );
    lines.set_some("cors", api.cors_configuration.as_ref().map(cors));
    lines.set_some("throttle", stage.default_route_settings.throttling.map(limits));
    lines.set_unless("metrics", stage.default_route_settings.detailed_metrics_enabled, false);
    let logs = stage.access_log_settings.as_ref();
    let logs = logs.and_then(|log| access_logs(id, &log.destination_arn, &log.format, &default_format(), scene));
    let (logs, on_delete) = logs.unzip();
    lines.set_some("access_logs", logs);
    lines.set_some("domain", domain::write(id, name, scene));
    let variable = |(name, value): (&String, &String)| {
        (name.clone(), secret::of_stage(id, name, value, scene.string(value), scene))
    };
    let variables: BTreeMap<String, Value> = stage.stage_variables.iter().map(variable).collect();
    if !variables.is_empty() {
        lines.set("variables", inline(variables));
    }
    lines.set_some("permissions_boundary", boundary(id, PART, scene));
    if api.disable_execute_api_endpoint {
        scene.unsaid(
            id,
            "disable_execute_api_endpoint",
            "a section cannot set it: the API will also answer at the address that AWS gave it",
        );
    }
    let named = authorizer::names(api.authorizers.keys()).into_iter();
    let authorizers =
        named.filter_map(|(called, name)| authorizer::write(id, (called, name), api.authorizers.get(called)?, scene));
    lines.set_tables("authorizer", authorizers);
    let mut tags = api.tags.clone();
    tags.extend(on_delete.flatten());
    scene.end(id, &tags, lines)
}

/// The stage of the section, which has one; the others are reported.
fn stage<'s>(id: &Id, stages: &'s BTreeMap<String, Stage>, scene: &Scene) -> Option<(&'s str, &'s Stage)> {
    let (name, stage) = stages.get_key_value(DEFAULT_STAGE).or_else(|| stages.first_key_value())?;
    for other in stages.keys().filter(|other| *other != name) {
        scene.unsaid(id, &format!("the stage {other}"), "a section has only one stage: it will be deleted");
    }
    Some((name, stage))
}

fn cors(cors: &Cors) -> Value {
    let mut lines = Lines::new();
    lines.set("origins", list(&cors.allow_origins));
    if !cors.allow_methods.iter().eq(["*"]) {
        lines.set("methods", list(&cors.allow_methods));
    }
    if !cors.allow_headers.iter().eq(["authorization", "content-type", "x-amz-date", "x-amz-security-token"]) {
        lines.set("headers", list(&cors.allow_headers));
    }
    lines.set_list("expose_headers", &cors.expose_headers);
    lines.set_unless("credentials", cors.allow_credentials, false);
    lines.set_some("max_age", cors.max_age.map(i64::from));
    lines.inline()
}

fn limits(throttle: Throttle) -> Value {
    let mut lines = Lines::new();
    lines.set("rate", throttle.throttling_rate_limit);
    lines.set("burst", i64::from(throttle.throttling_burst_limit));
    lines.inline()
}

/// A tag, as its key and its value.
type Tag = (String, String);

/// The access logs of an API, which are in a log group of its own, and the tag that says what becomes of that group.
pub fn access_logs(
    id: &Id,
    destination: &str,
    format: &str,
    default: &str,
    scene: &Scene,
) -> Option<(Value, Option<Tag>)> {
    let group = destination.split_once(":log-group:").and_then(|(_, name)| scene.part(Kind::LogGroup, name));
    let group = group.filter(|live| scene.section_of(Kind::LogGroup, &live.id.name).is_none());
    let Some(State::LogGroup(group)) = group.map(|live| &live.observed.state) else {
        let why =
            format!("they go to {destination}, but a section's logs go to a log group of its own: they are left out");
        scene.unsaid(id, "access_logs", &why);
        return None;
    };
    let mut lines = Lines::new();
    lines.set_unless("format", format, default);
    lines.set_unless("retention_days", i64::from(group.retention_in_days.unwrap_or(0)), 14);
    let on_delete = group.tags.get(tag::ON_DELETE).map(|value| (tag::ON_DELETE.to_owned(), value.clone()));
    Some((lines.inline(), on_delete))
}

/// What bounds the role that a section has for itself.
pub fn boundary(id: &Id, part: &str, scene: &Scene) -> Option<String> {
    let own = own_part(&id.address.name, part)?;
    let live = scene.all(Kind::Role).find(|live| live.id.address.name == own)?;
    match &live.observed.state {
        State::Role(role) => role.permissions_boundary.clone(),
        _ => None,
    }
}
