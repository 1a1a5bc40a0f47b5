//! What requests have to bring: a REST API asks for it before the function does.

use super::document::Document;
use super::node::{Member, Node, Place};
use super::operation::Operation;
use super::report::{Report, Wrong};

/// AWS's word for the validator of an operation.
pub(super) const VALIDATOR: &str = "x-amazon-apigateway-request-validator";
/// AWS's word for the validators that there are.
pub(super) const VALIDATORS: &str = "x-amazon-apigateway-request-validators";
/// Headers that OpenAPI describes by other means: a parameter of such a name counts for nothing.
pub(super) const NO_PARAMETERS: &[&str] = &["accept", "authorization", "content-type"];

/// What is checked of a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Checked {
    pub body: bool,
    pub parameters: bool,
}

/// What is checked of an operation's requests: everything, unless a validator in AWS's words says otherwise.
pub(super) fn checked(operation: &Operation, document: &Document) -> Result<Checked, Wrong> {
    let Some(named) = operation.word(VALIDATOR, document) else { return Ok(Checked { body: true, parameters: true }) };
    let validator = named.node.text().and_then(|name| document.root.get(VALIDATORS)?.get(name));
    let Some(validator) = validator else {
        let message = format!("there is no such validator under {VALIDATORS}");
        return Err(Wrong::at(named.node.place, message)
            .help("declare it there, or remove the word: everything is checked then"));
    };
    let is = |name: &str| validator.get(name).is_some_and(Node::is_true);
    Ok(Checked { body: is("validateRequestBody"), parameters: is("validateRequestParameters") })
}

/// The parameters that every request has to have, in the manifest's words.
pub(super) fn required(parameters: &[&Node]) -> Vec<(String, Place)> {
    let required = parameters.iter().filter(|one| one.get("required").is_some_and(Node::is_true));
    let word = |one: &&Node| {
        let name = one.text_of("name")?;
        let short = match one.text_of("in")? {
            "query" => format!("querystring.{name}"),
            "header" if !NO_PARAMETERS.contains(&name.to_ascii_lowercase().as_str()) => format!("header.{name}"),
            _ => return None,
        };
        Some((short, one.place))
    };
    required.filter_map(word).collect()
}

/// The schema that every body has to match. A model is for bodies of every type, so there is none where other types than JSON
/// are described, or several schemas; that is warned of.
pub(super) fn body<'d>(operation: &Operation<'d>, document: &'d Document, report: &Report) -> Option<&'d Node> {
    let body = report.ok(document.resolved(operation.node.get("requestBody")?))?;
    let content = body.get("content").map(Node::members).unwrap_or_default();
    let (json, other): (Vec<&Member>, Vec<&Member>) = content.iter().partition(|member| is_json(&member.name));
    let mut schemas = json.iter().filter_map(|member| member.node.get("schema"));
    let first = schemas.next()?;
    let differs = schemas.any(|schema| schema.json() != first.json());
    if differs || !other.is_empty() {
        let message =
            "bodies of this operation are not checked: one schema is for all of them, and they are of several kinds";
        let help = format!("describe JSON bodies with one schema alone, or name a {VALIDATOR} that checks none");
        report.warn(Wrong::at(first.place, message).help(help));
        return None;
    }
    Some(first)
}

fn is_json(media: &str) -> bool {
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media == "application/json" || media == "*/*" || (media.starts_with("application/") && media.ends_with("+json"))
}
