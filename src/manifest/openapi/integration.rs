//! What API Gateway's own word for what an operation calls stands for here, where it is clear.

use super::node::{Member, Node};
use super::report::Wrong;

/// AWS's word for what an operation calls.
pub(super) const INTEGRATION: &str = "x-amazon-apigateway-integration";
/// Members that say nothing which a route here does not do anyway, and those that are read.
const USUAL: &[&str] =
    &["httpMethod", "passthroughBehavior", "payloadFormatVersion", "responses", "timeoutInMillis", "type", "uri"];

/// What a route calls, and what else the integration says.
#[derive(Debug, Clone)]
pub(super) struct Called<'d> {
    pub target: Target<'d>,
    pub payload: Option<&'d Node>,
    pub timeout: Option<&'d Node>,
}

/// What a route calls.
#[derive(Debug, Clone)]
pub(super) enum Target<'d> {
    /// A function, by its name in AWS.
    Function(&'d str),
    /// What answers at a URL.
    Url(&'d str),
}

/// What an integration of a route with this method calls. A REST API calls URLs in its own way.
pub(super) fn called<'d>(member: &'d Member, method: &str, is_rest: bool) -> Result<Called<'d>, Wrong> {
    let of = member.node.text_of("type").unwrap_or_default().to_ascii_lowercase();
    let wrong = |message: String, help: &str| Err(Wrong::at(member.place, message).help(help));
    let target = match of.as_str() {
        "aws_proxy" => match member.node.text_of("uri").and_then(in_arn) {
            Some(function) => Target::Function(function),
            None => return Err(no_function(member)),
        },
        "http_proxy" if !is_rest && is_whole_request(&member.node, method) => {
            Target::Url(member.node.text_of("uri").unwrap_or_default())
        }
        "http" | "http_proxy" => {
            let help = "write x-route: { url: \"https://...\" } in its place, and what else there is to say beside it";
            return wrong("what answers at a URL is said in the manifest's words".into(), help);
        }
        "mock" => {
            let help = "write x-route: { respond: { status: 200, body: \"{}\" } } in its place, or security, cors and \
                        response in the API's section";
            return wrong("what API Gateway answers itself is said in the manifest's words".into(), help);
        }
        other => {
            let message = format!("an integration of the type {other:?} is said in the manifest's words");
            let help = "write x-function: <name> or x-route: { ... } in its place, as for a route of the manifest";
            return wrong(message, help);
        }
    };
    let is_usual = |name: &str| USUAL.contains(&name) || (name == "connectionType" && of == "http_proxy");
    if let Some(other) = member.node.members().iter().find(|member| !is_usual(&member.name)) {
        let message = format!("{:?} of an integration is not read", other.name);
        let help =
            "write x-function: <name>, and what else there is to say under x-route: as for a route of the manifest";
        return Err(Wrong::at(other.place, message).help(help));
    }
    let get = |name: &str| member.node.get(name);
    Ok(Called { target, payload: get("payloadFormatVersion"), timeout: get("timeoutInMillis") })
}

/// An integration that names no function of the manifest.
pub(super) fn no_function(member: &Member) -> Wrong {
    let message = "the integration does not name a function of the manifest as AWS knows it";
    Wrong::at(member.place, message).help("write x-function: <name of a [function.<name>]> beside it")
}

/// True for a request that is handed on as it is, over the internet, to a URL in which nothing is to be filled in.
fn is_whole_request(integration: &Node, method: &str) -> bool {
    let is = |name: &str, value: &str| integration.text_of(name).is_none_or(|given| given.eq_ignore_ascii_case(value));
    let url = integration.text_of("uri").unwrap_or_default();
    let is_url = url.starts_with("https://") || url.starts_with("http://");
    is_url && !url.contains("${") && is("connectionType", "INTERNET") && is("httpMethod", method)
}

/// `orders` of `...:function:orders/invocations`.
fn in_arn(uri: &str) -> Option<&str> {
    let (_, rest) = uri.rsplit_once(":function:")?;
    let name = rest.strip_suffix("/invocations").unwrap_or(rest);
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))).then_some(name)
}
