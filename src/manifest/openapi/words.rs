//! The keys that a document may use.
//!
//! OpenAPI's keys are a closed list, and so are those of AWS that are supported here: a misspelt or unsupported key
//! would be silently ignored, along with whatever its author relies on.

use super::document::Document;
use super::node::{Member, Node};
use super::report::{Report, Wrong};
use crate::manifest::problem::unknown;

/// The word that names the function which answers.
pub(super) const FUNCTION: &str = "x-function";
/// The word for everything else that a route of the manifest can say.
pub(super) const ROUTE: &str = "x-route";
/// AWS's word for who may call, beside OpenAPI's `security`.
pub(super) const AUTH: &str = "x-amazon-apigateway-auth";
/// AWS's word for what an operation calls.
pub(super) const INTEGRATION: &str = "x-amazon-apigateway-integration";
/// What AWS's words begin with.
const PREFIX: &str = "x-amazon-apigateway-";

/// AWS's own words at the top of a document for what the section says, and what to do about each.
const OF_SECTIONS: &[(&str, &str)] = &[
    ("x-amazon-apigateway-api-key-source", "remove it: keys are read from the header x-api-key"),
    ("x-amazon-apigateway-binary-media-types", "write binary_media_types = [\"...\"] there, and remove it here"),
    ("x-amazon-apigateway-cors", "write cors = { ... } there, and remove it here"),
    ("x-amazon-apigateway-endpoint-configuration", "write endpoint = \"...\" there, and remove it here"),
    ("x-amazon-apigateway-gateway-responses", "write [api.<name>.response.<type>] there, and remove it here"),
    ("x-amazon-apigateway-minimum-compression-size", "write minimum_compression_size = ... there, and remove it here"),
    ("x-amazon-apigateway-policy", "write policy = \"policy.json\" or allow_ips = [\"...\"] there, and remove it here"),
];

/// The words of one part of a document. Those that begin with `x-` and are not AWS's are anybody's.
pub(super) struct Words {
    /// The part, for people.
    of: &'static str,
    /// OpenAPI's words.
    pub own: &'static [&'static str],
    /// AWS's words that are read.
    aws: &'static [&'static str],
}

const ROOT: Words = Words {
    of: "the top",
    own: &[
        "components",
        "externalDocs",
        "info",
        "jsonSchemaDialect",
        "openapi",
        "paths",
        "security",
        "servers",
        "tags",
        "webhooks",
    ],
    aws: &[
        AUTH,
        "x-amazon-apigateway-documentation",
        "x-amazon-apigateway-importexport-version",
        "x-amazon-apigateway-request-validator",
        "x-amazon-apigateway-request-validators",
    ],
};
/// Words of what stands around paths.
pub(super) const PATHS: Words = Words { of: "paths", own: &[], aws: &[] };
/// Words of a path, beside its methods.
pub(super) const PATH: Words = Words {
    of: "a path",
    own: &["$ref", "description", "parameters", "servers", "summary"],
    aws: &[AUTH, "x-amazon-apigateway-request-validator"],
};
/// Words of an operation.
pub(super) const OPERATION: Words = Words {
    of: "an operation",
    own: &[
        "callbacks",
        "deprecated",
        "description",
        "externalDocs",
        "operationId",
        "parameters",
        "requestBody",
        "responses",
        "security",
        "servers",
        "summary",
        "tags",
    ],
    aws: &[AUTH, INTEGRATION, "x-amazon-apigateway-request-validator"],
};
/// Words of [`AUTH`].
pub(super) const AUTHORIZATION: Words = Words { of: "an authorization", own: &["type"], aws: &[] };
/// Words of a parameter.
pub(super) const PARAMETER: Words = Words {
    of: "a parameter",
    own: &[
        "allowEmptyValue",
        "allowReserved",
        "content",
        "deprecated",
        "description",
        "example",
        "examples",
        "explode",
        "in",
        "name",
        "required",
        "schema",
        "style",
    ],
    aws: &[],
};
const BODY: Words = Words { of: "a body", own: &["content", "description", "required"], aws: &[] };
const MEDIA: Words = Words { of: "a content type", own: &["encoding", "example", "examples", "schema"], aws: &[] };

impl Words {
    /// Reports what is none of the words.
    pub fn check(&self, node: &Node, report: &Report) {
        node.members().iter().filter_map(|member| self.wrong(member)).for_each(|wrong| report.add(wrong));
    }

    /// What is wrong with a word, if it is none of these.
    pub fn wrong(&self, member: &Member) -> Option<Wrong> {
        let name = member.name.as_str();
        if name.starts_with("x-") {
            return self.of_aws(member);
        }
        if self.own.contains(&name) {
            return None;
        }
        let help = match name {
            "$ref" => format!("write out what it refers to: {} cannot be a reference", self.of),
            _ => "correct or remove it; keys that do not belong to OpenAPI begin with x-".to_owned(),
        };
        Some(Wrong::at(member.place, unknown("key", name, self.own.iter().copied())).help(help))
    }

    /// What is wrong with one of AWS's words, if it is not read here.
    pub fn of_aws(&self, member: &Member) -> Option<Wrong> {
        let name = member.name.as_str();
        if !name.starts_with(PREFIX) || self.aws.contains(&name) {
            return None;
        }
        let known = if self.aws.is_empty() { "none of AWS's keys".to_owned() } else { self.aws.join(", ") };
        let message = format!("{name} of {} is not supported; supported there: {known}", self.of);
        let help = format!("set it in the manifest, in the API's section or with {ROUTE}, and remove it here");
        Some(Wrong::at(member.place, message).help(help))
    }
}

/// Reports what is none of the words at the top: the document asks for it, and would not get it. An endpoint is said with servers,
/// of which nothing else counts.
pub(super) fn check_root(document: &Document, report: &Report) {
    let root = document.root.members().iter().filter_map(|member| of_section(member).or_else(|| ROOT.wrong(member)));
    let servers = document.root.get("servers").map(Node::items).unwrap_or_default();
    let servers = servers.iter().flat_map(Node::members).filter_map(of_section);
    root.chain(servers).for_each(|wrong| report.add(wrong));
}

/// What is wrong with one of AWS's words for what the section says.
fn of_section(member: &Member) -> Option<Wrong> {
    let (word, help) = OF_SECTIONS.iter().find(|(word, _)| *word == member.name)?;
    Some(Wrong::at(member.place, format!("{word} is set in the API's section")).help(*help))
}

/// Reports what is none of the words of a body and of its content types.
pub(super) fn check_body(body: &Node, report: &Report) {
    BODY.check(body, report);
    for media in body.get("content").map(Node::members).unwrap_or_default() {
        MEDIA.check(&media.node, report);
    }
}

/// What a value stands for, where OpenAPI lets something stand beside `$ref`: that would be left out, so it is an error, but
/// for what `says_nothing`.
pub(super) fn referred<'d>(node: &'d Node, document: &'d Document, says_nothing: &[&str]) -> Result<&'d Node, Wrong> {
    // It ends somewhere, and so does what follows.
    document.resolved(node)?;
    let is_read = |name: &str| name == FUNCTION || name == ROUTE || name.starts_with(PREFIX);
    let counts =
        |name: &str| name != "$ref" && !says_nothing.contains(&name) && (!name.starts_with("x-") || is_read(name));
    let mut at = node;
    while let Some(reference) = at.get("$ref") {
        if let Some(beside) = at.members().iter().find(|member| counts(&member.name)) {
            let message = format!("{:?} beside $ref would have no effect", beside.name);
            let help = "move it to what is referred to, or write that here instead of $ref";
            return Err(Wrong::at(beside.place, message).help(help));
        }
        at = document.referred(reference)?;
    }
    Ok(at)
}
