//! A route of an HTTP API, and what it calls.

use std::collections::BTreeMap;

use toml_edit::Value;

use super::authorizer::{auth, function, name_of};
use super::limits;
use crate::aws::apigatewayv2::{HttpApi, Integration, Route, Stage, TIMEOUT};
use crate::aws::events::DEFAULT_BUS;
use crate::aws::{Id, Kind};
use crate::import::Scene;
use crate::import::lines::{Lines, inline};
use crate::import::section::mapped;
use crate::manifest::http_api::key::RouteKey;

/// All of a request's body.
const BODY: &str = "$request.body";

/// A route, if its section can say what it calls.
pub fn write(id: &Id, key: &str, route: &Route, (api, stage): (&HttpApi, &Stage), scene: &Scene) -> Option<Value> {
    let what = format!("the route {key}");
    let unsaid = |why: &str| scene.unsaid(id, &what, why);
    let integration = route.integration.as_ref().and_then(|key| api.integrations.get(key));
    let Some(integration) = integration else {
        unsaid("it calls nothing, but a section's routes call something: it will be deleted");
        return None;
    };
    let mut lines = Lines::new();
    lines.set("route", key);
    if let Err(why) = called(integration, key, scene, &mut lines) {
        unsaid(&format!("{why}: it will be deleted"));
        return None;
    }
    let (of, authorizer) = (route.authorization_type.as_str(), route.authorizer.as_deref());
    let authorizer = authorizer.map(|called| name_of(called, api.authorizers.keys()));
    lines.set_some("auth", auth(of, authorizer, &unsaid));
    lines.set_list("scopes", &route.authorization_scopes);
    lines.set_unless("timeout_ms", i64::from(integration.timeout_in_millis), i64::from(TIMEOUT));
    let settings = stage.route_settings.get(key);
    lines.set_some("throttle", settings.and_then(|settings| settings.throttling).map(limits));
    lines.set_some("operation", Some(route.operation_name.as_str()).filter(|name| !name.is_empty()));
    Some(lines.inline())
}

/// The fields that say what is called, or why none can.
fn called(integration: &Integration, key: &str, scene: &Scene, lines: &mut Lines) -> Result<(), String> {
    if integration.connection_id.is_some() {
        return Err("it calls through a VPC link, which a route of an HTTP API cannot".into());
    }
    match (&integration.integration_subtype, integration.integration_type.as_str()) {
        (Some(subtype), _) => service(subtype, &integration.request_parameters, scene, lines),
        (None, "AWS_PROXY") => {
            let uri = integration.integration_uri.as_deref().unwrap_or_default();
            let function = function(uri, scene).ok_or_else(|| format!("{uri} has no section"))?;
            lines.set("function", function.as_str());
            lines.set_unless("payload", integration.payload_format_version.as_str(), "2.0");
            parameters("parameters", &integration.request_parameters, scene, lines);
            Ok(())
        }
        (None, "HTTP_PROXY") => url(integration, key, scene, lines),
        (None, other) => Err(format!("its integration is of the type {other}")),
    }
}

fn url(integration: &Integration, key: &str, scene: &Scene, lines: &mut Lines) -> Result<(), String> {
    let method = integration.integration_method.as_deref().unwrap_or("ANY");
    if RouteKey::parse(key).is_ok_and(|key| key.method() != method) {
        return Err(format!("it calls a URL with {method}, but a route calls with its own method"));
    }
    lines.set("url", mapped::value(integration.integration_uri.as_deref().unwrap_or_default(), scene));
    parameters("parameters", &integration.request_parameters, scene, lines);
    let responses = integration.response_parameters.iter().map(|(status, all)| (status, written(all, scene)));
    let responses: Vec<(&String, Value)> = responses.collect();
    if !responses.is_empty() {
        lines.set("responses", inline(responses));
    }
    Ok(())
}

/// What is asked of a service: who, the fields that have a name of their own, and the other parameters.
fn service(subtype: &str, all: &BTreeMap<String, String>, scene: &Scene, lines: &mut Lines) -> Result<(), String> {
    let mut rest = all.clone();
    let mut kept = BTreeMap::new();
    let mut take = |parameter: &str| rest.remove(parameter);
    let no_section = |what: &str| format!("{what} has no section");
    let section = |kind: Kind, called: &str| scene.section_of(kind, called).ok_or_else(|| no_section(called));
    let mut fields: Vec<(&str, Option<String>)> = Vec::new();
    let body = match subtype {
        "SQS-SendMessage" => {
            let url = take("QueueUrl").unwrap_or_default();
            lines.set("send", section(Kind::Queue, url.rsplit('/').next().unwrap_or_default())?.as_str());
            fields.push(("message_group_id", take("MessageGroupId")));
            "MessageBody"
        }
        "EventBridge-PutEvents" => {
            let bus = take("EventBusName").unwrap_or_else(|| DEFAULT_BUS.to_owned());
            match bus == DEFAULT_BUS {
                true => lines.set("put", DEFAULT_BUS),
                false => lines.set("put", section(Kind::EventBus, &bus)?.as_str()),
            }
            fields.extend([("source", take("Source")), ("detail_type", take("DetailType"))]);
            "Detail"
        }
        "StepFunctions-StartExecution" | "StepFunctions-StartSyncExecution" => {
            let arn = take("StateMachineArn").unwrap_or_default();
            lines.set("start", section(Kind::StateMachine, &arn)?.as_str());
            lines.set_unless("sync", subtype.ends_with("StartSyncExecution"), false);
            "Input"
        }
        "Kinesis-PutRecord" => {
            let (name, region) = (take("StreamName").unwrap_or_default(), take("Region"));
            let region = region.unwrap_or_else(|| scene.site.region.to_string());
            let site = &scene.site;
            lines.set("stream", format!("arn:{}:kinesis:{region}:{}:stream/{name}", site.partition, site.account));
            if let Some(key) = take("PartitionKey").filter(|key| key != "$context.requestId") {
                kept.insert("PartitionKey".to_owned(), key);
            }
            "Data"
        }
        other => return Err(format!("a route cannot call {other}")),
    };
    rest.append(&mut kept);
    if rest.get(body).is_some_and(|value| value == BODY) {
        rest.remove(body);
    }
    for (field, value) in fields {
        lines.set_some(field, value.map(|value| mapped::value(&value, scene)));
    }
    parameters("parameters", &rest, scene, lines);
    Ok(())
}

fn parameters(key: &str, all: &BTreeMap<String, String>, scene: &Scene, lines: &mut Lines) {
    if !all.is_empty() {
        lines.set(key, written(all, scene));
    }
}

/// Parameters by AWS's names; what is removed has no value.
fn written(all: &BTreeMap<String, String>, scene: &Scene) -> Value {
    inline(all.iter().map(|(name, value)| match name.starts_with("remove:") {
        true => (name, String::new()),
        false => (name, mapped::value(value, scene)),
    }))
}
