//! `[api.<name>.response.<TYPE>]`: what callers get if no function has answered.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Api, parameter};
use crate::aws::apigateway::{GatewayResponse, TYPES};
use crate::manifest::Cursor;
use crate::manifest::problem::unknown;

/// A gateway response: what callers get from API Gateway itself if a token is missing, a limit is reached, a function
/// fails and so on. `DEFAULT_4XX` and `DEFAULT_5XX` apply to all types of their class that have no section of their
/// own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// The status, from 400 to 599. Default: that of the type.
    pub status: Option<u16>,
    /// Headers and their values: a text, or something from the request (`method.request.header.Origin`,
    /// `context.requestId`, `stageVariables.one`).
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Bodies by content type, in which `$context.error.messageString` is the message as a JSON string. Default: the
    /// message as JSON.
    #[serde(default)]
    pub templates: BTreeMap<String, String>,
}

/// The two that hold for all others.
const DEFAULTS: [&str; 2] = ["DEFAULT_4XX", "DEFAULT_5XX"];
const ORIGIN: &str = "Access-Control-Allow-Origin";
/// How a value begins that stands for something of the request.
const MAPPED: [&str; 3] = ["method.request.", "context.", "stageVariables."];

/// The responses of an API, by type. Where browsers on another site may call it, they may also read why they were refused.
pub(super) fn lower(api: &Api) -> BTreeMap<String, GatewayResponse> {
    let origin = api.cors.as_ref().filter(|cors| cors.errors).map(|cors| cors.origin.as_str());
    let defaults = DEFAULTS.iter().filter(|of| origin.is_some() && !api.response.contains_key(**of));
    let nothing = Response { status: None, headers: BTreeMap::new(), templates: BTreeMap::new() };
    let defaults = defaults.map(|of| ((*of).to_owned(), nothing.lower(of, origin)));
    let given = api.response.iter().map(|(of, response)| (of.clone(), response.lower(of, origin)));
    defaults.collect::<Vec<_>>().into_iter().chain(given).collect()
}

impl Response {
    fn lower(&self, of: &str, origin: Option<&str>) -> GatewayResponse {
        let named = |name: &str| format!("gatewayresponse.header.{name}");
        let mut headers: BTreeMap<String, String> =
            self.headers.iter().map(|(name, value)| (named(name), written(value))).collect();
        let has_origin = self.headers.keys().any(|name| name.eq_ignore_ascii_case(ORIGIN));
        if let Some(origin) = origin.filter(|_| !has_origin) {
            headers.insert(named(ORIGIN), format!("'{origin}'"));
        }
        GatewayResponse::of(of, self.status.map(|status| status.to_string()), headers, self.templates.clone())
    }
}

/// A value as API Gateway writes it: text is in single quotes.
fn written(value: &str) -> String {
    if MAPPED.iter().any(|start| value.starts_with(start)) { value.to_owned() } else { format!("'{value}'") }
}

/// Reports what API Gateway would refuse of an API's responses.
pub(super) fn check(api: &Api, here: &Cursor) {
    for (of, response) in &api.response {
        let here = here.at("response").at(of);
        if !TYPES.iter().any(|(known, _)| known == of) {
            here.problem(unknown("type of gateway response", of, TYPES.iter().map(|(known, _)| *known)), None);
        }
        response.check(&here);
    }
}

impl Response {
    fn check(&self, here: &Cursor) {
        if self.status.is_none() && self.headers.is_empty() && self.templates.is_empty() {
            here.problem("the response changes nothing", Some("write status, headers or templates"));
        }
        if let Some(status) = self.status.filter(|status| !(400..=599).contains(status)) {
            let help = Some("write 400 to 599: these are responses without an answer from the app");
            here.at("status").problem(format!("{status} is not the status of an error"), help);
        }
        for (name, value) in &self.headers {
            let here = here.at("headers").at(name);
            if !parameter::is_word(name, b"-_") {
                here.problem(format!("{name:?} is not the name of a header"), Some("write a name such as Retry-After"));
            }
            check_value(value, &here);
        }
        for (of, template) in &self.templates {
            let here = here.at("templates").at(of);
            if !of
                .split_once('/')
                .is_some_and(|(of, sub)| parameter::is_word(of, b".+-") && parameter::is_word(sub, b".+-_"))
            {
                here.problem(format!("{of:?} is not a content type"), Some("write a type such as application/json"));
            }
            if template.is_empty() {
                here.problem("a template cannot be empty", Some("write the body, or remove the template"));
            }
        }
    }
}

/// Text stands between single quotes in API Gateway's own language, so nothing else may get in.
fn check_value(value: &str, here: &Cursor) {
    let is_mapped = MAPPED.iter().any(|start| value.starts_with(start));
    let good = match is_mapped {
        true => parameter::is_word(value, b"._-"),
        false => !value.is_empty() && value.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'\''),
    };
    if !good {
        let help =
            "write a text without quotes, or method.request.header.<name>, context.<name>, stageVariables.<name>";
        here.problem(format!("{value:?} is not a value for a header here"), Some(help));
    }
}
