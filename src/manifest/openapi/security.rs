//! Who may call an operation: its `security`, in the manifest's terms.

use super::document::Document;
use super::node::{Member, Node, Place};
use super::operation::Operation;
use super::report::Wrong;
use super::words::{AUTH, AUTHORIZATION};

/// The word by which API Gateway tells schemes apart that OpenAPI has none for.
pub(super) const AUTH_TYPE: &str = "x-amazon-apigateway-authtype";
/// What the manifest calls a signature that IAM judges.
const IAM: &str = "iam";
/// The header that bears an API key.
pub(super) const KEY_HEADER: &str = "x-api-key";

/// What an API can ask of callers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guards<'a> {
    /// Names of its authorizers.
    pub authorizers: &'a [&'a str],
    /// True for a REST API, which can ask for API keys.
    pub has_keys: bool,
}

/// What an operation asks of callers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Security {
    /// `iam`, or the name of an authorizer, and where it is said; `None`: anybody may call.
    pub auth: Option<(String, Place)>,
    /// Scopes of which a token must have one.
    pub scopes: Vec<(String, Place)>,
    /// Where an API key is asked for.
    pub api_key: Option<Place>,
}

/// What one scheme asks for.
enum Asked {
    Auth(String),
    Key,
}

/// What an operation asks of callers. Nothing is left out of what it asks for: a scheme that the API cannot keep is an error, and
/// so is what OpenAPI's word and AWS's say of it where they disagree.
pub(super) fn of(operation: &Operation, document: &Document, guards: Guards) -> Result<Security, Wrong> {
    let security = by_schemes(operation, document, guards)?;
    let Some(word) = operation.word(AUTH, document) else { return Ok(security) };
    let wrong = |message: String, help: &str| Err(Wrong::at(word.place, message).help(help));
    match (is_iam(word)?, &security.auth) {
        (true, None) => Ok(Security { auth: Some((IAM.to_owned(), word.place)), ..security }),
        (false, Some((name, (line, column)))) => {
            let message = format!("this lets anybody call, but {name} at {line}:{column} restricts who may call");
            wrong(message, "remove it, or write security: [] at the operation")
        }
        (true, Some((name, (line, column)))) if name != IAM => {
            let message = format!(
                "this requires IAM in addition to {name} at {line}:{column}; a route of API Gateway can require only \
                 one"
            );
            wrong(message, "remove it, or write security: [] at the operation to require only IAM")
        }
        _ => Ok(security),
    }
}

/// True for `AWS_IAM`, false for `NONE`, in any letters.
fn is_iam(word: &Member) -> Result<bool, Wrong> {
    if let Some(wrong) = word.node.members().iter().find_map(|member| AUTHORIZATION.wrong(member)) {
        return Err(wrong);
    }
    match word.node.text_of("type").map(str::to_ascii_uppercase).as_deref() {
        Some("AWS_IAM") => Ok(true),
        Some("NONE") => Ok(false),
        _ => {
            let message = format!("{AUTH} does not say whether IAM is required");
            Err(Wrong::at(word.place, message).help("write { type: AWS_IAM } or { type: NONE }"))
        }
    }
}

/// What an operation asks of callers by OpenAPI's word.
fn by_schemes(operation: &Operation, document: &Document, guards: Guards) -> Result<Security, Wrong> {
    let Some(said) = operation.node.member("security").or_else(|| document.root.member("security")) else {
        return Ok(Security::default());
    };
    let alternatives = list(said)?;
    let Some((first, others)) = alternatives.split_first() else { return Ok(Security::default()) };
    if let Some(other) = others.first() {
        let message = "there are alternative schemes here, and a route of API Gateway can have only one";
        let help = "keep one, or let a single authorizer check all of them";
        return Err(Wrong::at(other.place, message).help(help));
    }
    if !first.is_table() {
        let message = format!("a requirement must be a table of schemes, but this is {}", first.noun());
        return Err(Wrong::at(first.place, message).help("write - <scheme>: []"));
    }
    let mut security = Security::default();
    for scheme in first.members() {
        match asked(scheme, document, guards)? {
            Asked::Key => security.api_key = Some(scheme.place),
            Asked::Auth(name) => {
                if let Some((other, _)) = &security.auth {
                    let message = format!(
                        "there is another scheme in addition to {other}, and a route of API Gateway can have only one"
                    );
                    return Err(Wrong::at(scheme.place, message).help("let a single authorizer check both"));
                }
                security.auth = Some((name, scheme.place));
                security.scopes = scopes(scheme)?;
            }
        }
    }
    Ok(security)
}

/// What is no list would be taken for one without schemes, which anybody may call.
fn list(member: &Member) -> Result<&[Node], Wrong> {
    match &member.node.value {
        super::node::Value::List(items) => Ok(items),
        _ => {
            let message = format!("{} must be a list, but this is {}", member.name, member.node.noun());
            Err(Wrong::at(member.node.place, message).help("write [] for none"))
        }
    }
}

fn scopes(scheme: &Member) -> Result<Vec<(String, Place)>, Wrong> {
    let scope = |node: &Node| {
        let scope = node.text().map(|text| (text.to_owned(), node.place));
        scope.ok_or_else(|| Wrong::at(node.place, "a scope must be a text").help("write it in quotes"))
    };
    list(scheme)?.iter().map(scope).collect()
}

fn asked(scheme: &Member, document: &Document, guards: Guards) -> Result<Asked, Wrong> {
    let name = scheme.name.as_str();
    let wrong = |message: String, help: String| Err(Wrong::at(scheme.place, message).help(help));
    let Some(declared) = document.component("securitySchemes", name) else {
        let message = format!("there is no scheme {name:?} in components.securitySchemes");
        return wrong(message, "declare it there".into());
    };
    if guards.authorizers.contains(&name) {
        return Ok(Asked::Auth(name.to_owned()));
    }
    let declared = document.resolved(&declared.node)?;
    let auth_type = declared.text_of(AUTH_TYPE).unwrap_or_default();
    if auth_type.eq_ignore_ascii_case("awsSigv4") {
        return Ok(Asked::Auth(IAM.to_owned()));
    }
    let is_key = declared.text_of("type") == Some("apiKey") && auth_type.is_empty();
    let is_in_header = declared.text_of("in") == Some("header")
        && declared.text_of("name").is_some_and(|header| header.eq_ignore_ascii_case(KEY_HEADER));
    if is_key && is_in_header && guards.has_keys {
        return Ok(Asked::Key);
    }
    if is_key && is_in_header {
        let message = format!("{name:?} is an API key, and HTTP APIs do not support API keys");
        let help = "make it an [api.<name>], or give the section an authorizer of this name that checks keys";
        return wrong(message, help.into());
    }
    let known = guards.authorizers.join(", ");
    let known = if known.is_empty() { "none".to_owned() } else { known };
    let message = format!("no authorizer of the manifest has the name {name:?} of this scheme; the API has {known}");
    let help = "add an authorizer of this name to the API's section, or write security: [] if anybody may call";
    wrong(message, help.into())
}
