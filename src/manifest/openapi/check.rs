//! What requests have to contain: a REST API checks it before the function is called.

use super::document::Document;
use super::form;
use super::node::{Member, Node, Place};
use super::operation::Operation;
use super::report::{Report, Wrong};
use crate::manifest::api::required_parameter;
use crate::manifest::problem::unknown;

/// AWS's word for the validator of an operation.
pub(super) const VALIDATOR: &str = "x-amazon-apigateway-request-validator";
/// AWS's word for the validators that there are.
pub(super) const VALIDATORS: &str = "x-amazon-apigateway-request-validators";
/// Headers that OpenAPI describes by other means: a parameter of such a name counts for nothing.
pub(super) const NO_PARAMETERS: &[&str] = &["accept", "authorization", "content-type"];
const CHECKS_BODY: &str = "validateRequestBody";
const CHECKS_PARAMETERS: &str = "validateRequestParameters";
/// Schemas that are of each other, as far as it is looked whether a parameter is an object.
const DEPTH: usize = 32;

/// What is checked of a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Checked {
    pub body: bool,
    pub parameters: bool,
}

/// What is checked of an operation's requests: everything, unless a validator in AWS's words says otherwise.
pub(super) fn checked(operation: &Operation, document: &Document) -> Result<Checked, Wrong> {
    let Some(named) = operation.word(VALIDATOR, document) else { return Ok(Checked { body: true, parameters: true }) };
    let name = form::text(&named.node, VALIDATOR)?;
    let all = match document.root.get(VALIDATORS) {
        Some(all) => form::table(all, VALIDATORS)?,
        None => &[],
    };
    let Some(validator) = all.iter().find(|validator| validator.name == name).map(|validator| &validator.node) else {
        let message = format!("there is no such validator in {VALIDATORS}");
        return Err(Wrong::at(named.node.place, message)
            .help("declare it there, or remove the key: everything is validated then"));
    };
    let words = [CHECKS_BODY, CHECKS_PARAMETERS];
    let members = form::table(validator, "a validator")?;
    if let Some(other) = members.iter().find(|member| !words.contains(&member.name.as_str())) {
        let message = unknown("key", &other.name, words.into_iter());
        return Err(Wrong::at(other.place, message).help("correct or remove it"));
    }
    Ok(Checked { body: form::is_set(validator, CHECKS_BODY)?, parameters: form::is_set(validator, CHECKS_PARAMETERS)? })
}

/// The parameters that every request has to have, in the manifest's words.
pub(super) fn required(parameters: &[&Node], document: &Document, report: &Report) -> Vec<(String, Place)> {
    parameters.iter().filter_map(|one| report.ok(asked(one, document, report)).flatten()).collect()
}

/// The word for a parameter, if every request has to have it and can be asked for it.
fn asked(parameter: &Node, document: &Document, report: &Report) -> Result<Option<(String, Place)>, Wrong> {
    form::table(parameter, "a parameter")?;
    let (Some(name), Some(stands)) = (parameter.get("name"), parameter.get("in")) else {
        let message = "a parameter needs a name, and the part of a request that it is in";
        return Err(Wrong::at(parameter.place, message).help("write name:, and in: query, header, path or cookie"));
    };
    let (name, is_required) = (form::text(name, "name")?, form::is_set(parameter, "required")?);
    let short = match form::text(stands, "in")? {
        "query" => format!("querystring.{name}"),
        "header" if NO_PARAMETERS.contains(&name.to_ascii_lowercase().as_str()) => return Ok(None),
        "header" => format!("header.{name}"),
        "cookie" | "path" => return Ok(None),
        other => {
            let message = unknown("place", other, ["query", "header", "path", "cookie"].into_iter());
            return Err(Wrong::at(stands.place, message).help("describe a body under requestBody"));
        }
    };
    if !is_required {
        return Ok(None);
    }
    if short.starts_with("querystring.") && comes_apart(parameter, document)? {
        let message = format!(
            "requests are not required to contain the parameter {name:?}: its properties are sent as separate \
             parameters"
        );
        let help = "check them in the function, or write explode: false if they are sent as one parameter";
        report.warn(Wrong::at(parameter.place, message).help(help));
        return Ok(None);
    }
    if required_parameter(&short).is_none() {
        let message = format!("{short:?} is not something that requests can be required to contain");
        let help = format!("rename it, write required: false, or name an {VALIDATOR} that validates no parameters");
        return Err(Wrong::at(parameter.place, message).help(help));
    }
    Ok(Some((short, parameter.place)))
}

/// True for an object that comes as a parameter for each of its properties: `filter[a]=1`, or `a=1&b=2`. That is how a `form` comes
/// if nothing else is said.
fn comes_apart(parameter: &Node, document: &Document) -> Result<bool, Wrong> {
    let style = parameter.get("style").map_or(Ok("form"), |style| form::text(style, "style"))?;
    if style == "deepObject" {
        return Ok(true);
    }
    let explodes =
        if parameter.get("explode").is_some() { form::is_set(parameter, "explode")? } else { style == "form" };
    match parameter.get("schema") {
        Some(schema) if explodes => may_be_object(schema, document, 0),
        _ => Ok(false),
    }
}

fn may_be_object(schema: &Node, document: &Document, depth: usize) -> Result<bool, Wrong> {
    let schema = document.resolved(schema)?;
    document.look(1, schema.place)?;
    if let Some(of) = schema.get("type") {
        return Ok(of.text() == Some("object") || of.items().iter().any(|of| of.text() == Some("object")));
    }
    if schema.get("properties").is_some() {
        return Ok(true);
    }
    let parts = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|word| schema.get(word)).flat_map(Node::items);
    for part in parts.filter(|_| depth < DEPTH) {
        if may_be_object(part, document, depth + 1)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The schema that every body has to match. A model is for bodies of every type, so there is none where other types than JSON
/// are described, or several schemas; that is warned of.
pub(super) fn body<'d>(operation: &Operation<'d>, document: &'d Document, report: &Report) -> Option<&'d Node> {
    let body = report.ok(document.resolved(operation.node.get("requestBody")?))?;
    report.ok(form::table(body, "requestBody"))?;
    let Some(content) = body.get("content") else {
        let message = "the body has no content";
        report.add(Wrong::at(body.place, message).help("write content: { application/json: { schema: ... } }"));
        return None;
    };
    let content = report.ok(form::table(content, "content"))?;
    for media in content {
        report.ok(form::table(&media.node, &media.name))?;
    }
    let (json, other): (Vec<&Member>, Vec<&Member>) = content.iter().partition(|member| is_json(&member.name));
    let mut schemas = json.iter().filter_map(|member| member.node.get("schema"));
    let first = schemas.next()?;
    let differs = schemas.any(|schema| schema.json() != first.json());
    if differs || !other.is_empty() {
        let message = "bodies of this operation are not validated: a single schema applies to all of them, and they \
                       are of several types";
        let help = format!("describe only JSON bodies, with one schema, or name an {VALIDATOR} that validates none");
        report.warn(Wrong::at(first.place, message).help(help));
        return None;
    }
    Some(first)
}

fn is_json(media: &str) -> bool {
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media == "application/json" || media == "*/*" || (media.starts_with("application/") && media.ends_with("+json"))
}
