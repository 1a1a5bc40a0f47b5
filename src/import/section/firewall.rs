//! `[firewall.<name>]`
//!
//! - [`rules`]: which rules the section makes by itself, and which stand in `rules` as they are.
//! - [`group`], [`rate`]: vendors' rule groups, and the limit.
//! - [`log`]: where its log goes.

use std::collections::BTreeMap;

use toml_edit::{Table, Value};

use crate::aws::wafv2::{Json, VisibilityConfig, WebAcl};
use crate::aws::{Id, Kind, State};
use crate::import::Scene;
use crate::import::lines::{Lines, inline, list};

mod group;
mod log;
mod rate;
mod rules;

/// The section of a web ACL.
pub fn write(id: &Id, acl: &WebAcl, scene: &Scene) -> Table {
    let mut lines = scene.start(id);
    let (apis, resources) = protected(id, scene);
    lines.set_list("protects", apis);
    lines.set_list("resource_arns", resources);
    let is_block = acl.default_action.get("Block").is_some();
    lines.set_some("default", is_block.then_some("block"));
    if acl.default_action.get("Allow").and_then(Json::object).is_some_and(|more| !more.is_empty()) {
        scene.unsaid(id, "DefaultAction", "a section cannot insert headers: they will be removed");
    }
    let answer = answer(acl);
    lines.set_some("custom_response", answer.and_then(response));
    let bodies = acl.custom_response_bodies.iter().filter_map(|(key, body)| Some((key, body_of(body, scene)?)));
    let bodies: BTreeMap<&String, Value> = bodies.collect();
    if !bodies.is_empty() {
        lines.set("custom_response_bodies", inline(bodies));
    }
    let own = rules::Own::of(id, acl, &block(answer), scene);
    own.write(&mut lines);
    lines.set_list("rules", own.rest(acl, scene));
    lines.set_unless("priority", own.priority, 0);
    lines.set_some("logging", log::write(id, acl, scene));
    lines.set_list("allow_ips", &own.allow);
    lines.set_list("block_ips", &own.block);
    lines.set_some("description", acl.description.as_deref());
    if acl.visibility_config != VisibilityConfig::full(&id.name) {
        scene.unsaid(
            id,
            "VisibilityConfig",
            "a section's web ACL has sampled requests and metrics under its name: this one will too",
        );
    }
    scene.end(id, &acl.tags, lines)
}

/// What it stands in front of: sections of APIs, and ARNs.
fn protected(id: &Id, scene: &Scene) -> (Vec<String>, Vec<String>) {
    let (mut apis, mut resources) = (Vec::new(), Vec::new());
    for live in scene.all(Kind::Association) {
        let State::Association(association) = &live.observed.state else { continue };
        if !association.web_acl_arn.references().any(|output| output.address == id.address) {
            continue;
        }
        let api = association.resource_arn.references().find(|output| output.address.kind == Kind::RestApi);
        match api {
            Some(output) => apis.push(output.address.name.to_string()),
            None => resources.push(scene.plain(&association.resource_arn)),
        }
    }
    (apis, resources)
}

/// What blocked requests are answered: by the default, or else by a rule of the section's own.
fn answer(acl: &WebAcl) -> Option<&Json> {
    if let Some(block) = acl.default_action.get("Block") {
        return block.get("CustomResponse");
    }
    let mut own = ["block-v4", "block-v6", rate::RULE].iter().filter_map(|name| acl.rules.get(*name));
    own.find_map(|rule| rule.get("Action")?.get("Block")?.get("CustomResponse"))
}

/// The action that blocks.
fn block(answer: Option<&Json>) -> Json {
    let fields = answer.map(|answer| ("CustomResponse".to_owned(), answer.clone()));
    Json::one("Block", Json::Object(fields.into_iter().collect()))
}

fn response(answer: &Json) -> Option<Value> {
    let mut lines = Lines::new();
    lines.set("code", answer.get("ResponseCode")?.number()?);
    lines.set_some("body", answer.get("CustomResponseBodyKey").and_then(text));
    let Some(Json::List(headers)) = answer.get("ResponseHeaders") else { return Some(lines.inline()) };
    let header = |header: &Json| Some((text(header.get("Name")?)?, text(header.get("Value")?)?));
    lines.set("headers", inline(headers.iter().filter_map(header)));
    Some(lines.inline())
}

fn body_of(body: &Json, scene: &Scene) -> Option<Value> {
    let mut lines = Lines::new();
    let of = text(body.get("ContentType")?)?;
    lines.set("content_type", of.to_lowercase().replacen('_', "/", 1));
    lines.set("content", scene.text(body.get("Content")?.text()?));
    Some(lines.inline())
}

/// A text that holds no reference.
fn text(json: &Json) -> Option<String> {
    json.text()?.literal().map(str::to_owned)
}

/// AWS's own JSON as TOML, with references in it.
fn toml(json: &Json, scene: &Scene) -> Value {
    match json {
        Json::Flag(is) => (*is).into(),
        Json::Number(number) => number.as_i64().map_or_else(|| number.as_f64().unwrap_or_default().into(), Value::from),
        Json::Text(text) => scene.text(text).into(),
        Json::List(items) => list(items.iter().map(|item| toml(item, scene))),
        Json::Object(fields) => inline(fields.iter().map(|(name, field)| (name, toml(field, scene)))),
    }
}
