//! `cors`: what preflights say. They are no routes.

use std::collections::BTreeSet;

use crate::aws::apigateway::{GatewayResponse, IntegrationResponse, Method, RestApi};
use crate::import::lines::{Lines, list};

/// What preflights of an API say.
pub struct Cors {
    /// The other site.
    pub origin: String,
    /// Their methods, such as `OPTIONS /items`.
    pub preflights: BTreeSet<String>,
    headers: Vec<String>,
    max_age: Option<i64>,
}

const HEADERS: [&str; 5] = ["Authorization", "Content-Type", "X-Amz-Date", "X-Amz-Security-Token", "X-Api-Key"];
/// What a gateway response has for browsers.
pub const ORIGIN: &str = "gatewayresponse.header.Access-Control-Allow-Origin";

/// What the first preflight says, and all that say the same.
pub fn of(api: &RestApi) -> Option<Cors> {
    let all = api.methods.iter().filter_map(|(key, method)| Some((key, preflight(key, method)?)));
    let all: Vec<(&String, &IntegrationResponse)> = all.collect();
    let (_, first) = all.first()?;
    let origin = header(first, "Origin")?;
    let same = all.iter().filter(|(_, one)| header(one, "Origin").as_ref() == Some(&origin));
    Some(Cors {
        preflights: same.map(|(key, _)| (*key).clone()).collect(),
        headers: header(first, "Headers")?.split(',').map(|name| name.trim().to_owned()).collect(),
        max_age: first.response_parameters.get(&named("Max-Age")).and_then(|text| text.trim_matches('\'').parse().ok()),
        origin,
    })
}

/// What an `OPTIONS` method answers by itself to browsers.
fn preflight<'m>(key: &str, method: &'m Method) -> Option<&'m IntegrationResponse> {
    let integration = method.integration.as_ref().filter(|_| key.starts_with("OPTIONS "))?;
    let is_ours =
        integration.integration_type == "MOCK" && integration.passthrough_behavior.as_deref() != Some("NEVER");
    let answer = method.integration_responses.values().next()?;
    let says = |what: &str| header(answer, what).is_some();
    (is_ours && says("Origin") && says("Methods") && says("Headers")).then_some(answer)
}

fn named(what: &str) -> String {
    format!("method.response.header.Access-Control-{what}")
}

fn header(answer: &IntegrationResponse, what: &str) -> Option<String> {
    let text = answer.response_parameters.get(&named(&format!("Allow-{what}")))?;
    Some(text.trim_matches('\'').to_owned())
}

impl Cors {
    /// The lines.
    pub fn lines(&self, api: &RestApi) -> Lines {
        let mut lines = Lines::new();
        lines.set("origin", self.origin.as_str());
        if self.headers != HEADERS {
            lines.set("headers", list(&self.headers));
        }
        lines.set_some("max_age", self.max_age);
        lines.set_unless("errors", self.of_errors(api), true);
        lines
    }

    /// True if API Gateway's own answers name the other site.
    pub fn of_errors(&self, api: &RestApi) -> bool {
        let responses = &api.parts.gateway_responses;
        ["DEFAULT_4XX", "DEFAULT_5XX"].iter().all(|of| responses.get(*of).is_some_and(|one| self.is_named_by(one)))
    }

    /// True if this answer names the other site.
    pub fn is_named_by(&self, response: &GatewayResponse) -> bool {
        response.response_parameters.get(ORIGIN) == Some(&format!("'{}'", self.origin))
    }
}
