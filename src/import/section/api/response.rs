//! `[api.<name>.response.<TYPE>]`

use std::collections::BTreeMap;

use super::cors::{Cors, ORIGIN};
use crate::aws::apigateway::{GatewayResponse, RestApi};
use crate::import::lines::{Lines, inline};

/// The responses of an API that are more than what its `cors` brings.
pub fn write(api: &RestApi, cors: Option<&Cors>) -> Vec<(String, Lines)> {
    let cors = cors.filter(|cors| cors.of_errors(api));
    let all = api.parts.gateway_responses.iter().chain(&api.parts.by_hand.responses);
    let all = all.map(|(of, response)| (of.clone(), one(response, cors)));
    all.filter(|(_, lines)| !lines.is_empty()).collect()
}

fn one(response: &GatewayResponse, cors: Option<&Cors>) -> Lines {
    let mut lines = Lines::new();
    let status = response.status_code.as_ref().and_then(|status| status.parse::<i64>().ok());
    lines.set_some("status", status);
    let brought = |name: &str| name == ORIGIN && cors.is_some_and(|cors| cors.is_named_by(response));
    let headers = response.response_parameters.iter().filter(|(name, _)| !brought(name));
    let headers: BTreeMap<&str, &str> = headers.map(|(name, value)| (header(name), plain(value))).collect();
    if !headers.is_empty() {
        lines.set("headers", inline(headers));
    }
    if !response.response_templates.is_empty() {
        lines.set("templates", inline(&response.response_templates));
    }
    lines
}

fn header(name: &str) -> &str {
    name.strip_prefix("gatewayresponse.header.").unwrap_or(name)
}

/// A value as a section has it: text is in single quotes in API Gateway's own language.
fn plain(value: &str) -> &str {
    value.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).unwrap_or(value)
}
