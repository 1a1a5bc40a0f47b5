//! What a route asks of a service: who gets it, the fields that have a name of their own, and the other parameters.
//!
//! A template that is made of parameters says them; any other is kept in a file, and who gets it is seen by its name in there.

use std::collections::BTreeMap;

use toml_edit::Value;

use super::Around;
use super::velocity::{Place, value};
use crate::aws::apigateway::Integration;
use crate::aws::events::DEFAULT_BUS;
use crate::aws::{Kind, sqs};
use crate::import::lines::{Lines, inline};
use crate::import::section::mapped;

/// All of a request's body.
const BODY: &str = "$request.body";
/// The content type that a route takes where it says nothing.
pub const JSON: &str = "application/json";

/// Parameters by AWS's names.
type Parameters = BTreeMap<String, String>;

/// A request to a service.
struct Request<'i> {
    action: String,
    region: &'i str,
    path: &'i str,
    template: &'i str,
}

impl<'i> Request<'i> {
    fn of(integration: &'i Integration) -> Option<Self> {
        // arn:aws:apigateway:<region>:<service>:<path>
        let parts: Vec<&str> = integration.uri.as_deref()?.splitn(6, ':').collect();
        let &[_, _, _, region, service, path] = parts.as_slice() else { return None };
        let template = one_template(integration)?;
        let action = match service {
            "sqs" => "SendMessage",
            "sns" => "Publish",
            _ => path.strip_prefix("action/")?,
        };
        Some(Self { action: format!("{service}:{action}"), region, path, template })
    }
}

/// The template that all content types have.
pub fn one_template(integration: &Integration) -> Option<&str> {
    let mut all = integration.request_templates.values();
    let first = all.next()?;
    all.all(|other| other == first).then_some(first.as_str())
}

/// The content types that are taken, where they are not those of a route that says none.
pub fn types(integration: &Integration, lines: &mut Lines) {
    if !integration.request_templates.keys().eq([JSON]) {
        lines.set_list("types", integration.request_templates.keys());
    }
}

/// Writes what is asked; gives the action, or why a route cannot ask for it.
pub fn write(key: &str, integration: &Integration, around: &Around, lines: &mut Lines) -> Result<String, String> {
    let request = Request::of(integration).ok_or("it sends a request that a route cannot send")?;
    let parameters = parameters(&request);
    let said = parameters.clone().unwrap_or_default();
    let rest = receiver(&request, said, around, lines)?;
    if parameters.is_none() {
        let name = format!("{}-{}.vtl", around.id.address.name, super::slug::slug(key));
        lines.set("request", around.scene.file(&name, mapped::template(request.template, around.scene)));
    }
    let is_usual = |name: &str, value: &str| value == BODY && body(&request.action) == Some(name);
    let more = rest.iter().filter(|(name, value)| !is_usual(name, value));
    let more: Vec<(&String, String)> = more.map(|(name, value)| (name, mapped::value(value, around.scene))).collect();
    if !more.is_empty() {
        lines.set("parameters", inline(more));
    }
    types(integration, lines);
    Ok(request.action)
}

/// The parameter that is the request's body unless something else is said.
fn body(action: &str) -> Option<&'static str> {
    Some(match action {
        "sqs:SendMessage" => "MessageBody",
        "sns:Publish" => "Message",
        "events:PutEvents" => "Detail",
        "kinesis:PutRecord" => "Data",
        "states:StartExecution" | "states:StartSyncExecution" => "Input",
        _ => return None,
    })
}

/// Writes who gets it, with the fields that have names of their own; gives what is left of the parameters.
fn receiver(request: &Request, mut all: Parameters, around: &Around, lines: &mut Lines) -> Result<Parameters, String> {
    let scene = around.scene;
    let mut take = |name: &str| all.remove(name);
    let section = |field: &str, kind: Kind, called: Option<String>, lines: &mut Lines| {
        let known = called.as_deref().and_then(|called| scene.section_of(kind, called));
        let named = || {
            scene.sections().filter(|(address, _)| address.kind == kind).find_map(|(address, named)| {
                let live = scene.live(address)?;
                request.template.contains(live.id.name.as_str()).then_some(&named.name)
            })
        };
        let name = known.or_else(named).ok_or("what it calls has no section")?;
        lines.set(field, name.as_str());
        Ok::<(), String>(())
    };
    let mut fields: Vec<(&str, Option<String>)> = Vec::new();
    match request.action.as_str() {
        "sqs:SendMessage" => {
            let name = request.path.rsplit('/').next().unwrap_or_default();
            section("send", Kind::Queue, Some(sqs::arn(&scene.site, name)), lines)?;
            fields.push(("message_group_id", take("MessageGroupId")));
        }
        "sns:Publish" => {
            section("publish", Kind::Topic, take("TopicArn"), lines)?;
            fields.push(("message_group_id", take("MessageGroupId")));
        }
        "states:StartExecution" | "states:StartSyncExecution" => {
            section("start", Kind::StateMachine, take("StateMachineArn"), lines)?;
            lines.set_unless("sync", request.action.contains("Sync"), false);
        }
        "events:PutEvents" => {
            match take("EventBusName") {
                None if !request.template.contains("EventBusName") => lines.set("put", DEFAULT_BUS),
                Some(bus) if bus == DEFAULT_BUS => lines.set("put", DEFAULT_BUS),
                bus => section("put", Kind::EventBus, bus, lines)?,
            }
            fields.extend([("source", take("Source")), ("detail_type", take("DetailType"))]);
        }
        "dynamodb:PutItem" => {
            let mut put = Lines::new();
            section("table", Kind::Table, take("TableName"), &mut put)?;
            let items: Vec<String> = all.keys().filter(|name| name.starts_with(ITEM)).cloned().collect();
            let items = items.iter().filter_map(|name| Some((&name[ITEM.len()..], all.remove(name)?)));
            let items: Vec<(&str, Value)> = items.map(|(name, value)| attribute(name, &value, around)).collect();
            if !items.is_empty() {
                put.set("item", inline(items));
            }
            lines.set("put", put.inline());
            return Ok(all);
        }
        "kinesis:PutRecord" => {
            let name = take("StreamName").ok_or("its template does not say which stream gets it")?;
            let site = &scene.site;
            lines.set(
                "stream",
                format!("arn:{}:kinesis:{}:{}:stream/{name}", site.partition, request.region, site.account),
            );
            if all.get("PartitionKey").is_some_and(|key| key == "$context.requestId") {
                all.remove("PartitionKey");
            }
        }
        other => return Err(format!("a route cannot call {other}")),
    }
    for (field, value) in fields {
        lines.set_some(field, value.map(|value| mapped::value(&value, scene)));
    }
    Ok(all)
}

/// How attributes of an item are called among parameters.
const ITEM: &str = "Item.";

/// An attribute of an item: `S:text` or `N:number`, as [`members`] has read it.
fn attribute<'n>(name: &'n str, typed: &str, around: &Around) -> (&'n str, Value) {
    let (of, value) = typed.split_once(':').unwrap_or(("S", typed));
    (name, inline([(of, mapped::value(value, around.scene))]))
}

/// What a template says, if it is made of parameters.
fn parameters(request: &Request) -> Option<Parameters> {
    let (_, action) = request.action.split_once(':')?;
    match request.action.as_str() {
        "sqs:SendMessage" | "sns:Publish" => form(request.template.strip_prefix(&format!("Action={action}"))?),
        "events:PutEvents" => members(request.template.strip_prefix("{\"Entries\":[{")?.strip_suffix("}]}")?, &own),
        "states:StartExecution" | "states:StartSyncExecution" => {
            members(inner(request.template)?, &|name| match name {
                "input" => "Input".into(),
                "name" => "Name".into(),
                "stateMachineArn" => "StateMachineArn".into(),
                other => other.into(),
            })
        }
        "dynamodb:PutItem" => {
            let (plain, item) = inner(request.template)?.split_once(",\"Item\":{")?;
            let mut all = members(plain, &own)?;
            all.extend(item_members(item.strip_suffix('}')?)?);
            Some(all)
        }
        _ => members(inner(request.template)?, &own),
    }
}

fn own(name: &str) -> String {
    name.to_owned()
}

fn inner(template: &str) -> Option<&str> {
    template.strip_prefix('{')?.strip_suffix('}')
}

/// `&MessageBody=…&MessageGroupId=…`
fn form(mut text: &str) -> Option<Parameters> {
    let mut all = Parameters::new();
    while !text.is_empty() {
        let (name, written) = text.strip_prefix('&')?.split_once('=')?;
        let (value, rest) = value(written, Place::Form)?;
        all.insert(name.to_owned(), value);
        text = rest;
    }
    Some(all)
}

/// `"Detail":"…","Source":"…"`
fn members(mut text: &str, named: &dyn Fn(&str) -> String) -> Option<Parameters> {
    let mut all = Parameters::new();
    while !text.is_empty() {
        let (name, written) = text.strip_prefix('"')?.split_once("\":\"")?;
        let place = if name == "Data" { Place::Base64 } else { Place::Json };
        let (value, rest) = value(written, place)?;
        all.insert(named(name), value);
        let rest = rest.strip_prefix('"')?;
        text = rest.strip_prefix(',').unwrap_or(rest);
    }
    Some(all)
}

/// `"id":{"S":"…"},"price":{"N":"…"}`
fn item_members(mut text: &str) -> Option<Parameters> {
    let mut all = Parameters::new();
    while !text.is_empty() {
        let (name, typed) = text.strip_prefix('"')?.split_once("\":{\"")?;
        let (of, written) = typed.split_once("\":\"")?;
        let (value, rest) = value(written, Place::Json)?;
        all.insert(format!("{ITEM}{name}"), format!("{of}:{value}"));
        let rest = rest.strip_prefix("\"}")?;
        text = rest.strip_prefix(',').unwrap_or(rest);
    }
    Some(all)
}
