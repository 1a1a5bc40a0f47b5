//! What callers get: from a route that answers by itself, and from the service or URL that a route has called.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::parameter::is_word;
use super::request::answer_of;
use super::template;
use crate::aws::apigateway::{Integration, IntegrationResponse, Method};
use crate::manifest::Cursor;

/// A response that API Gateway gives by itself.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Respond {
    /// The status.
    #[serde(default = "ok")]
    pub status: u16,
    /// The body: a template, in which `$context.requestId` is filled in.
    pub body: Option<String>,
    /// A file in the repository with the body.
    pub file: Option<String>,
    /// The body's content type.
    #[serde(default = "json", rename = "type")]
    pub of: String,
    /// Headers and their values: a text, `$context.requestId`, `$stageVariables.one`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
}

/// How a response is mapped.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteResponse {
    /// The statuses of the service or URL that it applies to, as a regular expression: `4\d{2}`. Default: all statuses
    /// that no other pattern matches.
    pub pattern: Option<String>,
    /// The body: a template, such as `{"id": "$input.path('$.MessageId')"}`. Default: the body of the response,
    /// unchanged.
    pub body: Option<String>,
    /// A file in the repository with that template.
    pub file: Option<String>,
    /// The body's content type.
    #[serde(default = "json", rename = "type")]
    pub of: String,
    /// Headers and their values: a text, `$response.header.x`, `$response.body.x`, `$context.requestId`, `$stageVariables.one`.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
}

/// A body that is JSON.
pub(super) const JSON: &str = "application/json";
const CONTENT_TYPE: &str = "Content-Type";
const ORIGIN: &str = "Access-Control-Allow-Origin";
/// The statuses with which a service refuses what it was asked. That the role may not is none: callers cannot help it.
const REFUSED: &str = r"40[0-24-9]|4[1-9]\d";
const FAILED: &str = r"403|5\d{2}";
/// What is not said of another to callers.
const REFUSAL: &str = r#"{"message":"Bad Request"}"#;
const FAILURE: &str = r#"{"message":"Internal Server Error"}"#;

fn ok() -> u16 {
    200
}

fn json() -> String {
    JSON.into()
}

/// Answers by the status that callers get.
pub(super) type Responses = BTreeMap<String, IntegrationResponse>;

/// Gives a method its answers.
pub(super) fn give(method: &mut Method, responses: Responses) {
    let headers = |response: &IntegrationResponse| response.response_parameters.keys().cloned().collect();
    method.method_responses = responses.iter().map(|(status, response)| (status.clone(), headers(response))).collect();
    method.integration_responses = responses;
}

impl Respond {
    /// What API Gateway answers for requests of these content types.
    pub(super) fn lower(
        &self,
        types: &[&str],
        origin: Option<&str>,
        binary: bool,
        here: &Cursor,
    ) -> (Integration, Responses) {
        let template = format!("{{\"statusCode\": {}}}", self.status);
        let integration = Integration {
            integration_type: "MOCK".into(),
            request_templates: types.iter().map(|of| ((*of).to_owned(), template.clone())).collect(),
            passthrough_behavior: Some("NEVER".into()),
            // Where every body is bytes, so is one that is empty, to which no template applies: AWS answers 500.
            content_handling: binary.then(|| "CONVERT_TO_TEXT".into()),
            ..Integration::default()
        };
        check_status(&self.status.to_string(), &here.at("status"));
        let body = Body { text: self.body.as_ref(), file: self.file.as_ref(), of: &self.of, headers: &self.headers };
        (integration, BTreeMap::from([(self.status.to_string(), body.lower(None, origin, false, here))]))
    }
}

/// The responses that callers get by default from a service, by its action (`sqs:SendMessage`), or from a URL if there
/// is no action.
pub fn usual(action: Option<&str>, origin: Option<&str>) -> BTreeMap<String, IntegrationResponse> {
    let body = action.and_then(answer_of);
    let errors = if action.is_some() { OF_SERVICES } else { OF_URLS };
    let errors = errors.map(|(status, pattern, body)| (status.to_owned(), plain(Some(pattern), body, origin)));
    std::iter::once(("200".to_owned(), plain(None, body, origin))).chain(errors).collect()
}

/// Errors of what was asked: the status that callers get, which statuses it is for, and the body.
type Errors = [(&'static str, &'static str, Option<&'static str>); 2];
const OF_SERVICES: Errors = [("400", REFUSED, Some(REFUSAL)), ("500", FAILED, Some(FAILURE))];
const OF_URLS: Errors = [("400", r"4\d{2}", None), ("500", r"5\d{2}", None)];

/// What callers get of a service's answers: `body`, or as it was answered; of errors no more than that there was one. What the
/// route says itself stands for that: of a status without a pattern for the answer, of one with a pattern for the errors.
pub(super) fn of_service(
    said: &BTreeMap<String, RouteResponse>,
    body: Option<&str>,
    origin: Option<&str>,
    here: &Cursor,
) -> Responses {
    together(said, body, OF_SERVICES, origin, here)
}

/// What callers get of what answers at a URL: the same body, with one of three statuses.
pub(super) fn of_url(said: &BTreeMap<String, RouteResponse>, origin: Option<&str>, here: &Cursor) -> Responses {
    together(said, None, OF_URLS, origin, here)
}

fn together(
    said: &BTreeMap<String, RouteResponse>,
    body: Option<&str>,
    errors: Errors,
    origin: Option<&str>,
    here: &Cursor,
) -> Responses {
    let (patterns, others): (Vec<_>, Vec<_>) = said.iter().partition(|(_, one)| one.pattern.is_some());
    let mut responses = Responses::new();
    if others.is_empty() {
        responses.insert("200".into(), plain(None, body, origin));
    }
    if patterns.is_empty() {
        let errors = errors.into_iter().filter(|(status, ..)| !said.contains_key(*status));
        responses.extend(errors.map(|(status, pattern, body)| (status.into(), plain(Some(pattern), body, origin))));
    }
    if let [_, (second, _), ..] = others.as_slice() {
        let help = "give all but one of them a pattern, such as 4\\d{2}";
        here.at(second).problem("two responses have no pattern: only one can apply to all other statuses", Some(help));
    }
    responses.extend(said.iter().map(|(status, one)| (status.clone(), one.lower(status, origin, &here.at(status)))));
    responses
}

fn plain(pattern: Option<&str>, body: Option<&str>, origin: Option<&str>) -> IntegrationResponse {
    let templates = body.map(|body| (JSON.to_owned(), body.to_owned()));
    IntegrationResponse {
        response_parameters: origin.map(|origin| (named(ORIGIN), text(origin))).into_iter().collect(),
        selection_pattern: pattern.map(str::to_owned),
        response_templates: templates.into_iter().collect(),
        content_handling: None,
    }
}

impl RouteResponse {
    fn lower(&self, status: &str, origin: Option<&str>, here: &Cursor) -> IntegrationResponse {
        check_status(status, here);
        if self.pattern.as_ref().is_some_and(|pattern| !is_pattern(pattern)) {
            let help = Some("write a pattern such as 4\\d{2}, or 404|410");
            here.at("pattern").problem("this is not a regular expression for statuses", help);
        }
        let body = Body { text: self.body.as_ref(), file: self.file.as_ref(), of: &self.of, headers: &self.headers };
        body.lower(self.pattern.clone(), origin, true, here)
    }
}

/// What a body is made of.
struct Body<'a> {
    text: Option<&'a String>,
    file: Option<&'a String>,
    of: &'a str,
    headers: &'a BTreeMap<String, String>,
}

impl Body<'_> {
    fn lower(
        &self,
        selection_pattern: Option<String>,
        origin: Option<&str>,
        has_answer: bool,
        here: &Cursor,
    ) -> IntegrationResponse {
        check_type(self.of, &here.at("type"));
        let headers = here.at("headers");
        let mut response_parameters: BTreeMap<String, String> =
            self.headers.iter().map(|(name, raw)| (named(name), header(name, raw, has_answer, &headers))).collect();
        let is_there = |name: &str| self.headers.keys().any(|known| known.eq_ignore_ascii_case(name));
        let template = self.template(here);
        if template.is_some() && self.of != JSON && !is_there(CONTENT_TYPE) {
            response_parameters.insert(named(CONTENT_TYPE), text(self.of));
        }
        if let Some(origin) = origin.filter(|_| !is_there(ORIGIN)) {
            response_parameters.insert(named(ORIGIN), text(origin));
        }
        let response_templates = template.map(|template| (self.of.to_owned(), template)).into_iter().collect();
        IntegrationResponse { response_parameters, selection_pattern, response_templates, content_handling: None }
    }

    fn template(&self, here: &Cursor) -> Option<String> {
        if self.text.is_some() && self.file.is_some() {
            here.at("file").problem("a response has either a body or a file", Some("remove one of body and file"));
        }
        let file =
            self.file.and_then(|file| here.at("file").file(file)).map(|read| template::own(read, &here.at("file")));
        let body = self.text.map(|raw| template::own(raw, &here.at("body")));
        body.or(file).filter(|template| !template.is_empty())
    }
}

fn named(header: &str) -> String {
    format!("method.response.header.{header}")
}

/// Text as API Gateway writes it.
fn text(text: &str) -> String {
    format!("'{text}'")
}

/// The value of a header, in API Gateway's words.
fn header(name: &str, raw: &str, has_answer: bool, here: &Cursor) -> String {
    let here = here.at(name);
    if !is_word(name, b"-_") {
        here.problem(format!("{name:?} is not the name of a header"), Some("write a name such as Retry-After"));
    }
    let value = here.literal(raw);
    let mapped = match value.strip_prefix('$') {
        None => (is_plain(&value) && !value.contains("${")).then(|| text(&value)),
        Some(source) => source_of(source, has_answer),
    };
    mapped.unwrap_or_else(|| {
        let help = match has_answer {
            true => {
                "write a text without quotes, or $response.header.<name>, $response.body.<path>, $context.<name> or \
                 $stageVariables.<name>"
            }
            false => "write a text without quotes, or $context.<name> or $stageVariables.<name>",
        };
        here.problem(format!("{value:?} is not a value for a header here"), Some(help));
        String::new()
    })
}

fn source_of(source: &str, has_answer: bool) -> Option<String> {
    let (start, name) = source.split_once('.')?;
    match start {
        "response" if has_answer => {
            let (of, name) = name.split_once('.').unwrap_or((name, ""));
            let good = match of {
                "header" => is_word(name, b"-_."),
                "body" => name.is_empty() || is_word(name, b"-_.[]"),
                _ => false,
            };
            good.then(|| format!("integration.{source}"))
        }
        "context" | "stageVariables" => is_word(name, b"-_.").then(|| source.to_owned()),
        _ => None,
    }
}

/// Text stands between single quotes in API Gateway's own language, so nothing else may get in.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'\'')
}

/// Of statuses, which are three digits.
fn is_pattern(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"\\|.*+?^$()[]{}-,:!=".contains(&b))
}

fn check_status(status: &str, here: &Cursor) {
    if !status.parse::<u16>().is_ok_and(|status| (200..=599).contains(&status)) {
        here.problem(format!("{status:?} is not a status"), Some("write a number from 200 to 599"));
    }
}

/// Reports what is no content type.
pub(super) fn check_type(of: &str, here: &Cursor) {
    let of_two = of.split_once('/').is_some_and(|(of, sub)| is_word(of, b".+-") && is_word(sub, b".+-_"));
    if !of_two {
        here.problem(format!("{of:?} is not a content type"), Some("write a type such as application/json"));
    }
}
