//! `[api.<name>]`
//!
//! - [`route`]: a method of a path; `called` says what it calls, `asked` what of a service, `answer` what callers get.
//! - [`cors`]: preflights are no routes.
//! - [`authorizer`], [`response`]: who judges callers, and what they get where nothing has answered.
//! - [`stage`]: how it serves.

use std::collections::{BTreeMap, BTreeSet};

use toml_edit::{Table, Value};

use crate::aws::apigateway::{EDGE, PRIVATE, RestApi, Stage, Throttle};
use crate::aws::document::Document;
use crate::aws::{Id, Tags};
use crate::import::lines::{Lines, inline, list};
use crate::import::section::http_api::{access_logs, boundary};
use crate::import::section::{domain, http_api, resource_policy};
use crate::import::{Scene, secret};
use crate::manifest::api::default_format;

mod answer;
mod asked;
mod authorizer;
mod called;
mod cors;
mod response;
mod route;
mod slug;
mod stage;
mod velocity;

/// What ends the names of its role and its log group.
const PART: &str = "api";
/// The stage where none is named.
const STAGE: &str = "v1";

/// What routes of an API are written with.
struct Around<'s> {
    id: &'s Id,
    api: &'s RestApi,
    stage: &'s Stage,
    /// The other site whose pages may call it.
    origin: Option<String>,
    scene: &'s Scene,
}

impl Around<'_> {
    /// Reports what a section cannot say of a method.
    fn unsaid(&self, method: &str, why: &str) {
        self.scene.unsaid(self.id, &format!("the method {method}"), why);
    }
}

/// The section of a REST API.
pub fn write(id: &Id, api: &RestApi, scene: &Scene) -> Table {
    let mut lines = scene.start(id);
    let none = Stage::default();
    let (name, of_stage) = one_stage(id, &api.stages, scene).unwrap_or((STAGE, &none));
    let cors = cors::of(api);
    let origin = cors.as_ref().map(|cors| cors.origin.clone());
    let around = Around { id, api, stage: of_stage, origin, scene };
    lines.set_unless("description", api.description.as_str(), "");
    lines.set_unless("stage", name, STAGE);
    let preflights = cors.as_ref().map(|cors| cors.preflights.clone()).unwrap_or_default();
    let routes = api.methods.iter().filter(|(key, _)| !preflights.contains(*key));
    lines.set_list("routes", routes.filter_map(|(key, method)| route::write(key, method, &around)));
    who(id, api, scene, &mut lines);
    lines.set_list("binary_media_types", &api.binary_media_types);
    lines.set_some("minimum_compression_size", api.minimum_compression_size.map(i64::from));
    lines.set_some("cors", cors.as_ref().map(|cors| cors.lines(api).inline()));
    let on_delete = stage::write(&around, &mut lines);
    lines.set_some("domain", domain::write(id, name, scene));
    let variable =
        |(name, value): (&String, &String)| (name.clone(), secret::of_stage(id, name, value, value.clone(), scene));
    if !of_stage.variables.is_empty() {
        lines.set("variables", inline(of_stage.variables.iter().map(variable)));
    }
    lines.set_some("permissions_boundary", boundary(id, PART, scene));
    let all = &api.parts.authorizers;
    let named = http_api::authorizer::names(all.keys()).into_iter();
    let authorizers = named.filter_map(|(called, name)| authorizer::write(id, (called, name), all.get(called)?, scene));
    lines.set_tables("authorizer", authorizers);
    lines.set_tables("response", response::write(api, cors.as_ref()));
    for (sort, names) in &api.parts.by_hand.others {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        scene.unsaid(id, sort, &format!("{} prevent a plan: remove them by hand", names.join(", ")));
    }
    let mut tags: Tags = api.tags.clone();
    tags.extend(on_delete);
    scene.end(id, &tags, lines)
}

/// The stage of the section, which has one; the others are reported.
fn one_stage<'s>(id: &Id, stages: &'s BTreeMap<String, Stage>, scene: &Scene) -> Option<(&'s str, &'s Stage)> {
    let (name, stage) = stages.first_key_value()?;
    for other in stages.keys().skip(1) {
        scene.unsaid(id, &format!("the stage {other}"), "a section has only one stage: it will be deleted");
    }
    Some((name, stage))
}

/// `allow_ips` or `policy`, and `endpoint`.
fn who(id: &Id, api: &RestApi, scene: &Scene, lines: &mut Lines) {
    if let Some(document) = &api.policy {
        match allowed_addresses(document) {
            Some(addresses) => lines.set("allow_ips", list(addresses)),
            None => lines.set("policy", resource_policy::file(id, "api", document, scene)),
        }
    }
    match api.endpoint_type.as_str() {
        EDGE => lines.set("endpoint", "edge"),
        PRIVATE => lines.set("endpoint", "private"),
        _ => {}
    }
}

/// The addresses of a policy that lets everybody in but who comes from elsewhere.
fn allowed_addresses(document: &Document) -> Option<BTreeSet<String>> {
    let [all, others] = document.statements() else { return None };
    let is_ours = all["Sid"] == "AllowAll" && others["Sid"] == "DenyOtherAddresses";
    let addresses = others["Condition"]["NotIpAddress"]["aws:SourceIp"].as_array().filter(|_| is_ours)?;
    addresses.iter().map(|one| one.as_str().map(str::to_owned)).collect()
}

fn limits(throttle: Throttle) -> Value {
    let mut lines = Lines::new();
    lines.set("rate", throttle.rate_limit);
    lines.set("burst", i64::from(throttle.burst_limit));
    lines.inline()
}

/// The access logs, and the tag that says what becomes of them.
fn logs(around: &Around) -> Option<(Value, Option<(String, String)>)> {
    let log = around.stage.access_log_settings.as_ref()?;
    access_logs(around.id, &log.destination_arn, &log.format, &default_format(), around.scene)
}
