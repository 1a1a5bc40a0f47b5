//! One route: what it is for, who may call it, what it calls.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::key::{self, RouteKey};
use super::{HttpApi, Limits};
use crate::aws::apigatewayv2::{self, Integration, TIMEOUT};
use crate::manifest::service_role::ServiceRole;
use crate::manifest::{Cursor, problem};
use crate::name::Name;

/// Anybody may call.
pub(super) const NONE: &str = "none";
/// Who signs with AWS credentials that allow it may call.
pub(super) const IAM: &str = "iam";
/// As many scopes as AWS takes.
const SCOPES: usize = 10;

/// One route. It calls one of `function`, `send`, `put`, `start`, `stream` and `url`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "HttpRoute")]
pub struct Route {
    /// A method and a path, such as `GET /items/{id}` or `ANY /files/{path+}`; `$default` for all requests that no
    /// other route matches.
    pub route: String,
    /// The `[function.<name>]` that answers.
    pub function: Option<Name>,
    /// The `[queue.<name>]` that gets the request's body as a message.
    pub send: Option<Name>,
    /// The `[bus.<name>]`, or `default`, that gets the request's body as an event; with `source` and `detail_type`.
    pub put: Option<Name>,
    /// The `[workflow.<name>]` that is started with the request's body.
    pub start: Option<Name>,
    /// The ARN of a Kinesis stream that gets the request's body as a record.
    pub stream: Option<String>,
    /// A URL to which requests are passed on; `{id}` in it stands for a path variable.
    pub url: Option<String>,
    /// Who may call it: `none` (anybody), `iam` (callers that sign with AWS credentials that allow it), or the name of
    /// an authorizer of this section. Default: `none`.
    pub auth: Option<Name>,
    /// Scopes, of which a caller's token must have one; 10 at most.
    #[serde(default)]
    pub scopes: BTreeSet<String>,
    /// The format in which a function gets requests. Default: `2.0`.
    pub payload: Option<Payload>,
    /// Milliseconds for which API Gateway waits for a response, from 50 to 30000.
    #[serde(default = "default_timeout")]
    pub timeout_ms: i32,
    /// How requests are mapped, in AWS's syntax: `"append:header.x" = "$context.requestId"`. For a service: parameters
    /// of the request to it, such as `DelaySeconds = "10"`.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// How a URL's responses are mapped, by status, in AWS's syntax: `404 = { "overwrite:statuscode" = "403" }`.
    #[serde(default)]
    pub responses: BTreeMap<String, BTreeMap<String, String>>,
    /// The group within which messages to a FIFO queue keep their order, or where to take it from:
    /// `$request.path.customer`.
    pub message_group_id: Option<String>,
    /// The event's source, or where to take it from; it must not begin with `aws.`.
    pub source: Option<String>,
    /// The event's detail type, or where to take it from.
    pub detail_type: Option<String>,
    /// True: callers wait until an express workflow has ended, and get its output.
    #[serde(default)]
    pub sync: bool,
    /// Limits on requests to this route, in place of the API's `throttle`.
    pub throttle: Option<Limits>,
    /// Its operation name, for SDKs and logs.
    pub operation: Option<String>,
}

/// The form in which a function gets requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum Payload {
    /// As from a REST API.
    #[serde(rename = "1.0")]
    One,
    /// The newer, shorter one.
    #[default]
    #[serde(rename = "2.0")]
    Two,
}

impl Payload {
    /// As AWS writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::One => "1.0",
            Self::Two => "2.0",
        }
    }
}

fn default_timeout() -> i32 {
    TIMEOUT
}

impl Route {
    /// The state, and what it calls; reports what AWS would refuse.
    pub(super) fn lower(
        &self,
        api: &HttpApi,
        role: &mut ServiceRole,
        here: &Cursor,
    ) -> Option<(apigatewayv2::Route, Integration)> {
        let key = RouteKey::parse(&self.route).map_err(|wrong| {
            let help = "write a method and a path, such as GET /items/{id} or ANY /files/{path+}; or $default";
            here.at("route").problem(format!("{:?} {wrong}", self.route), Some(help));
        });
        self.check(here);
        let (authorization_type, authorizer) = self.lower_auth(api, here);
        let integration = self.lower_integration(key.ok()?, role, here)?;
        let route = apigatewayv2::Route {
            authorization_type: authorization_type.into(),
            authorizer,
            authorization_scopes: self.scopes.clone(),
            operation_name: self.operation.clone().unwrap_or_default(),
            ..apigatewayv2::Route::default()
        };
        Some((route, Integration { timeout_in_millis: self.timeout_ms, ..integration }))
    }

    fn lower_auth(&self, api: &HttpApi, here: &Cursor) -> (&'static str, Option<String>) {
        let name = self.auth.as_ref().map_or(NONE, Name::as_str);
        let authorizer = api.authorizer.get(name).filter(|_| ![NONE, IAM].contains(&name));
        let asks_for_no_token = [NONE, IAM].contains(&name) || authorizer.is_some_and(|one| !one.is_jwt());
        if !self.scopes.is_empty() && asks_for_no_token {
            let help = "name an authorizer with an issuer in auth, or remove scopes";
            here.at("scopes").problem("only tokens have scopes, and this route requires no token", Some(help));
        }
        match (name, authorizer) {
            (NONE, _) => ("NONE", None),
            (IAM, _) => ("AWS_IAM", None),
            (_, Some(one)) if one.is_jwt() => ("JWT", Some(name.to_owned())),
            (_, Some(_)) => ("CUSTOM", Some(name.to_owned())),
            (_, None) => {
                let known = [NONE, IAM].into_iter().chain(api.authorizer.keys().map(Name::as_str));
                let help = "write none, iam, or the name of an authorizer of this section";
                here.at("auth").problem(problem::unknown("authorizer", name, known), Some(help));
                ("NONE", None)
            }
        }
    }

    fn check(&self, here: &Cursor) {
        here.check_range("timeout_ms", self.timeout_ms, 50..=TIMEOUT);
        if self.scopes.len() > SCOPES {
            let message = format!("there are {} scopes; a route can have {SCOPES} at most", self.scopes.len());
            here.at("scopes").problem(message, Some("remove some: a token needs only one of them"));
        }
        for (here, scope) in here.at("scopes").each(&self.scopes) {
            if !(1..=64).contains(&scope.len()) || !scope.bytes().all(|b| b.is_ascii_graphic()) {
                here.problem(format!("{scope:?} is not a scope"), Some("use 1 to 64 characters without spaces"));
            }
        }
        if self.operation.as_ref().is_some_and(|name| !(1..=64).contains(&name.chars().count())) {
            here.at("operation").problem("an operation name has 1 to 64 characters", Some("write a shorter one"));
        }
        let others = [
            ("payload", self.payload.is_some(), self.function.is_some(), "function"),
            ("message_group_id", self.message_group_id.is_some(), self.send.is_some(), "send"),
            ("source", self.source.is_some(), self.put.is_some(), "put"),
            ("detail_type", self.detail_type.is_some(), self.put.is_some(), "put"),
            ("sync", self.sync, self.start.is_some(), "start"),
            ("responses", !self.responses.is_empty(), self.url.is_some(), "url"),
        ];
        for (field, _, _, of) in others.into_iter().filter(|(_, is_given, fits, _)| *is_given && !fits) {
            here.at(field).problem(format!("{field} is only for routes with {of}"), Some("remove it"));
        }
    }

    /// What it can be tried with from outside, without credentials: a method and a path. `None` for one that needs
    /// credentials or has variables, and for one that leads elsewhere.
    pub(super) fn open_call(&self, all: &[Route]) -> Option<(String, String)> {
        let is_open = self.auth.as_ref().is_none_or(|auth| auth.as_str() == NONE);
        if !is_open || self.url.is_some() {
            return None;
        }
        let example = |method: &str| if method == "ANY" { "POST" } else { method }.to_owned();
        match RouteKey::parse(&self.route).ok()? {
            RouteKey::Default => free_path(all).map(|path| (example("ANY"), path.to_owned())),
            RouteKey::Of { path, .. } if path.contains('{') => None,
            RouteKey::Of { method, path } => Some((example(method), path.to_owned())),
        }
    }
}

/// A path that no route but `$default` is for.
fn free_path(all: &[Route]) -> Option<&'static str> {
    let is_free = |path: &&str| {
        let first = path.trim_start_matches('/');
        !all.iter().any(|route| match RouteKey::parse(&route.route) {
            Ok(RouteKey::Of { path: other, .. }) => {
                let part = other[1..].split('/').next().unwrap_or_default();
                part == first || (!first.is_empty() && key::variable(part).is_some())
            }
            _ => false,
        })
    };
    ["/", "/rehearsal"].into_iter().find(is_free)
}
