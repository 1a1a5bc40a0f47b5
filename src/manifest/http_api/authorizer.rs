//! `[http_api.<name>.authorizer.<name>]`: what decides who may call a route.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::key::is_word;
use super::route::Payload;
use crate::aws::apigatewayv2::{self, Jwt};
use crate::manifest::{Cursor, names};
use crate::name::Name;

/// Decides whether a request is accepted: by the issuer of its token, or by a function.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "HttpAuthorizer")]
pub struct Authorizer {
    /// The issuer of JSON Web Tokens: an `https` URL, exactly as in their `iss`.
    pub issuer: Option<String>,
    /// The audiences: a token's `aud` must contain one of these, or its `client_id` must be one of them. 50 at most.
    #[serde(default)]
    pub audience: BTreeSet<String>,
    /// Where a request contains its token. Default: `$request.header.Authorization`.
    pub identity_source: Option<String>,
    /// The `[function.<name>]` that checks requests.
    pub function: Option<Name>,
    /// What a request must contain before the function is called, and by which its result is cached. Default:
    /// `$request.header.Authorization`.
    pub identity_sources: Option<Vec<String>>,
    /// Seconds for which the function's result is cached, for all routes, from 0 to 3600. 0: the function checks each
    /// request.
    pub ttl: Option<i32>,
    /// The format in which the function gets requests. Default: `2.0`.
    pub payload: Option<Payload>,
    /// True if the function returns `{ "isAuthorized": true }` instead of a policy.
    #[serde(default)]
    pub simple: bool,
}

/// Where a request has its token where nothing else is said.
const TOKEN: &str = "$request.header.Authorization";
/// As many as AWS takes.
const AUDIENCES: usize = 50;

impl Authorizer {
    /// True if it judges tokens, which have scopes.
    pub fn is_jwt(&self) -> bool {
        self.issuer.is_some()
    }

    /// The state; reports what AWS would refuse.
    pub(super) fn lower(&self, name: &Name, here: &Cursor) -> Option<apigatewayv2::Authorizer> {
        if matches!(name.as_str(), super::route::NONE | super::route::IAM) {
            here.problem(
                format!("{name} cannot be an authorizer: auth = \"{name}\" has a meaning of its own"),
                Some("give it another name"),
            );
        }
        match (&self.issuer, &self.function) {
            (Some(issuer), None) => Some(self.lower_jwt(issuer, here)),
            (None, Some(function)) => self.lower_request(function, here),
            _ => {
                let help = "set issuer, for JSON Web Tokens, or function";
                here.problem("an authorizer has either an issuer or a function", Some(help));
                None
            }
        }
    }

    fn lower_jwt(&self, issuer: &str, here: &Cursor) -> apigatewayv2::Authorizer {
        let issuer = here.at("issuer").literal(issuer);
        let host = issuer.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
        if !is_word(host, b".-:") || issuer.contains(char::is_whitespace) {
            let help = "write it as https://issuer.example.org/, exactly as in the tokens";
            here.at("issuer").problem(format!("{issuer:?} is not the https URL of an issuer"), Some(help));
        }
        let audience: BTreeSet<String> = self.lower_audience(&here.at("audience"));
        let source = self.identity_source.as_deref().unwrap_or(TOKEN);
        check_source(source, &["$request.header.", "$request.querystring."], &here.at("identity_source"));
        self.report_others(
            here,
            "a function",
            &[
                ("identity_sources", self.identity_sources.is_some()),
                ("ttl", self.ttl.is_some()),
                ("payload", self.payload.is_some()),
                ("simple", self.simple),
            ],
        );
        apigatewayv2::Authorizer {
            authorizer_type: "JWT".into(),
            identity_source: vec![source.to_owned()],
            jwt_configuration: Some(Jwt { issuer, audience }),
            authorizer_uri: None,
            authorizer_credentials_arn: None,
            authorizer_payload_format_version: None,
            authorizer_result_ttl_in_seconds: 0,
            enable_simple_responses: false,
        }
    }

    fn lower_audience(&self, here: &Cursor) -> BTreeSet<String> {
        if self.audience.is_empty() {
            let help = "name the aud or client_id that tokens for this API contain";
            here.problem("without an audience, tokens for any app would be accepted", Some(help));
        }
        if self.audience.len() > AUDIENCES {
            let message =
                format!("there are {} audiences; an authorizer can have {AUDIENCES} at most", self.audience.len());
            here.problem(message, Some("use several authorizers"));
        }
        here.each(&self.audience).map(|(here, one)| here.literal(one)).collect()
    }

    fn lower_request(&self, function: &Name, here: &Cursor) -> Option<apigatewayv2::Authorizer> {
        self.report_others(
            here,
            "an issuer",
            &[("audience", !self.audience.is_empty()), ("identity_source", self.identity_source.is_some())],
        );
        let sources = self.identity_sources.clone().unwrap_or_else(|| vec![TOKEN.to_owned()]);
        let starts = ["$request.header.", "$request.querystring.", "$context.", "$stageVariables."];
        for (here, source) in here.at("identity_sources").each(&sources) {
            check_source(source, &starts, &here);
        }
        here.check_range("ttl", self.ttl, 0..=3600);
        let payload = self.payload.unwrap_or_default();
        if self.simple && payload == Payload::One {
            let help = "use payload = \"2.0\", or let the function return a policy";
            here.at("simple").problem("a function that gets payload 1.0 has to return a policy", Some(help));
        }
        if sources.is_empty() && self.ttl.is_some_and(|ttl| ttl > 0) {
            let help = "set identity_sources, or remove ttl";
            here.at("ttl").problem("results are cached by identity sources, and there are none", Some(help));
        }
        here.at("function").known("function", function, &here.manifest.function)?;
        here.at("function").need(names::function::address(function));
        Some(apigatewayv2::Authorizer {
            authorizer_type: "REQUEST".into(),
            identity_source: sources,
            jwt_configuration: None,
            authorizer_uri: Some(uri(function, here)),
            authorizer_credentials_arn: None,
            authorizer_payload_format_version: Some(payload.as_str().into()),
            authorizer_result_ttl_in_seconds: self.ttl.unwrap_or(0),
            enable_simple_responses: self.simple,
        })
    }

    /// Reports fields of the other way to judge.
    fn report_others(&self, here: &Cursor, of: &str, fields: &[(&str, bool)]) {
        for (field, _) in fields.iter().filter(|(_, is_given)| *is_given) {
            here.at(field).problem(format!("{field} is for {of}"), Some("remove it"));
        }
    }
}

/// A function as API Gateway invokes it.
fn uri(function: &Name, here: &Cursor) -> String {
    let arn = here.invoked(function);
    let (partition, region) = (&here.site.partition, &here.site.region);
    format!("arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations")
}

fn check_source(source: &str, starts: &[&str], here: &Cursor) {
    let name = starts.iter().find_map(|start| source.strip_prefix(start));
    if !name.is_some_and(|name| is_word(name, b"-_.")) {
        let forms: Vec<String> = starts.iter().map(|start| format!("{start}<name>")).collect();
        let help = format!("write {}", forms.join(", "));
        here.problem(format!("{source:?} is not an identity source"), Some(&help));
    }
}
