//! What a route calls: a function, a service, what answers at a URL, or nobody.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::slug::slug;
use super::{Around, answer, asked};
use crate::aws::apigateway::{Integration, Method};
use crate::import::lines::{Lines, inline};
use crate::import::section::http_api::authorizer::function;
use crate::import::section::mapped;

/// How a parameter of the request is called that is made.
const MADE: &str = "integration.request.";

/// The fields that say what is called, or why none can.
pub fn write(key: &str, method: &Method, around: &Around, lines: &mut Lines) -> Result<(), String> {
    let integration = method.integration.as_ref().ok_or("it calls nothing")?;
    match integration.integration_type.as_str() {
        "AWS_PROXY" => {
            let uri = integration.uri.as_deref().unwrap_or_default();
            let function = function(uri, around.scene).ok_or_else(|| format!("{uri} has no section"))?;
            lines.set("function", function.as_str());
        }
        "MOCK" => {
            if !is_status(integration) {
                return Err("its template is not that of a mock route".into());
            }
            lines.set("respond", answer::respond(key, method, around)?);
            asked::types(integration, lines);
        }
        "AWS" => {
            let action = asked::write(key, integration, around, lines)?;
            lines.set_some("responses", answer::responses(key, method, Some(&action), around));
        }
        "HTTP" | "HTTP_PROXY" => url(key, method, integration, around, lines)?,
        other => return Err(format!("its integration is of the type {other}")),
    }
    Ok(())
}

/// True for a template that gives the status alone.
fn is_status(integration: &Integration) -> bool {
    let value = asked::one_template(integration).and_then(|text| serde_json::from_str::<Json>(text).ok());
    value.as_ref().and_then(Json::as_object).is_some_and(|fields| fields.keys().eq(["statusCode"]))
}

fn url(
    key: &str,
    method: &Method,
    integration: &Integration,
    around: &Around,
    lines: &mut Lines,
) -> Result<(), String> {
    let (verb, _) = key.split_once(' ').unwrap_or_default();
    if let Some(other) = integration.integration_http_method.as_deref().filter(|other| *other != verb) {
        return Err(format!("it calls a URL with {other}, but a route calls with its own method"));
    }
    lines.set("url", mapped::value(integration.uri.as_deref().unwrap_or_default(), around.scene));
    lines.set_some("vpc_link", integration.connection_id.as_ref().map(|id| around.scene.string(id)));
    let parameters = integration.request_parameters.iter().filter_map(|(name, value)| parameter(name, value, around));
    let parameters: BTreeMap<&str, String> = parameters.collect();
    if !parameters.is_empty() {
        lines.set("parameters", inline(parameters));
    }
    if let Some(template) = asked::one_template(integration) {
        let name = format!("{}-{}.vtl", around.id.address.name, slug(key));
        lines.set("request", around.scene.file(&name, mapped::template(template, around.scene)));
        asked::types(integration, lines);
    }
    if integration.integration_type == "HTTP" {
        lines.set_some("responses", answer::responses(key, method, None, around));
    }
    Ok(())
}

/// A parameter of the request that is made; variables of the URL's path follow from that.
fn parameter<'n>(name: &'n str, value: &str, around: &Around) -> Option<(&'n str, String)> {
    let name = name.strip_prefix(MADE)?;
    if name.strip_prefix("path.").is_some_and(|variable| value == format!("method.request.path.{variable}")) {
        return None;
    }
    let said = match (value.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')), value.strip_prefix("method."))
    {
        (Some(text), _) => mapped::value(text, around.scene),
        (None, Some(source)) => format!("${source}"),
        (None, None) => format!("${value}"),
    };
    Some((name, said))
}
