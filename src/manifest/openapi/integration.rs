//! Reads API Gateway's own integration extension, if it is clear what it stands for here.

use super::document::Document;
use super::node::{Member, Node, Place};
use super::report::Wrong;
use super::words;

/// Members that say nothing which a route here does not do anyway, and those that are read.
const USUAL: &[&str] =
    &["httpMethod", "passthroughBehavior", "payloadFormatVersion", "responses", "timeoutInMillis", "type", "uri"];

/// An integration, where an operation says it: itself, or by a reference to one that several share.
#[derive(Debug, Clone)]
pub(super) struct Integration<'d> {
    /// Where the operation says it.
    pub place: Place,
    node: &'d Node,
    /// Its type in lower-case letters.
    of: String,
}

/// What a route calls.
#[derive(Debug, Clone)]
pub(super) enum Target<'d> {
    /// A function, by its name in AWS.
    Function(&'d str),
    /// What answers at a URL.
    Url(&'d str),
}

impl<'d> Integration<'d> {
    /// The integration that a member of an operation says.
    pub fn of(member: &'d Member, document: &'d Document) -> Result<Self, Wrong> {
        let node = words::referred(&member.node, document, &[])?;
        let wrong = |message: String| Err(Wrong::at(member.place, message).help("write { type: aws_proxy, uri: ... }"));
        if !node.is_table() {
            return wrong(format!("an integration must be a table, but this is {}", node.noun()));
        }
        let Some(of) = node.text_of("type") else { return wrong("the integration has no type".into()) };
        Ok(Self { place: member.place, node, of: of.to_ascii_lowercase() })
    }

    /// What a route with this method calls by it. A REST API calls URLs in its own way.
    pub fn target(&self, method: &str, is_rest: bool) -> Result<Target<'d>, Wrong> {
        let wrong = |message: String, help: &str| Err(Wrong::at(self.place, message).help(help));
        match self.of.as_str() {
            "aws_proxy" => self.function().map(Target::Function).ok_or_else(|| self.no_function()),
            "http_proxy" if !is_rest && is_whole_request(self.node, method) => {
                Ok(Target::Url(self.node.text_of("uri").unwrap_or_default()))
            }
            "http" | "http_proxy" => {
                let help = "write x-route: { url: \"https://...\" } instead, with any other settings in it";
                wrong("integrations with a URL are written in the manifest's terms here".into(), help)
            }
            "mock" => {
                let help = "write x-route: { respond: { status: 200, body: \"{}\" } } instead, or security, cors and \
                            response in the API's section";
                wrong("responses of API Gateway itself are written in the manifest's terms here".into(), help)
            }
            other => {
                let message = format!("integrations of the type {other:?} are written in the manifest's terms here");
                let help = "write x-function: <name> or x-route: { ... } instead, as for a route of the manifest";
                wrong(message, help)
            }
        }
    }

    /// True for an integration that passes requests to a function; which function may be named beside it.
    pub fn is_of_function(&self) -> bool {
        self.of == "aws_proxy"
    }

    /// The function that it names, by its name in AWS.
    pub fn function(&self) -> Option<&'d str> {
        self.node.text_of("uri").and_then(in_arn)
    }

    /// The version of what a function gets.
    pub fn payload(&self) -> Option<&'d Node> {
        self.node.get("payloadFormatVersion")
    }

    /// How long it waits.
    pub fn timeout(&self) -> Option<&'d Node> {
        self.node.get("timeoutInMillis")
    }

    /// Refuses what is not read of it.
    pub fn check(&self) -> Result<(), Wrong> {
        let is_internet = |node: &Node| node.text().is_some_and(|of| of.eq_ignore_ascii_case("INTERNET"));
        let is_usual = |member: &&Member| {
            USUAL.contains(&member.name.as_str()) || (member.name == "connectionType" && is_internet(&member.node))
        };
        let Some(other) = self.node.members().iter().find(|member| !is_usual(member)) else { return Ok(()) };
        let message = format!("{:?} of an integration is not supported", other.name);
        let help = "write x-function: <name> instead of the integration, and any other settings under x-route, as for \
                    a route of the manifest";
        Err(Wrong::at(other.place, message).help(help))
    }

    /// It names no function of the manifest.
    pub fn no_function(&self) -> Wrong {
        let message = "the integration does not contain the ARN of a function of the manifest";
        Wrong::at(self.place, message).help("add x-function: <name of a [function.<name>]>")
    }
}

/// True for a request that is handed on as it is, over the internet, to a URL in which nothing is to be filled in.
fn is_whole_request(integration: &Node, method: &str) -> bool {
    let is = |name: &str, value: &str| {
        integration.get(name).is_none_or(|given| given.text().is_some_and(|given| given.eq_ignore_ascii_case(value)))
    };
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
