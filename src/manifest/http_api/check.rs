//! What API Gateway would refuse in an HTTP API as a whole.

use std::collections::{BTreeMap, BTreeSet};

use super::key::{RouteKey, is_word, variable};
use super::{AccessLogs, DEFAULT_STAGE, HttpApi, Limits};
use crate::aws::apigatewayv2::{AUTHORIZERS, ROUTES};
use crate::manifest::Cursor;
use crate::manifest::log_group::check_retention;

/// Variables that one stage can have.
const VARIABLES: usize = 100;
/// Characters that a format of access logs can have.
const FORMAT: usize = 3072;

/// Reports everything about an API that API Gateway would refuse, but for what each route is.
pub(super) fn check(api: &HttpApi, here: &Cursor) {
    if api.stage != DEFAULT_STAGE && (api.stage.len() > 128 || !is_word(&api.stage, b"-_")) {
        let help = Some("use $default, or 1 to 128 letters, digits, - and _");
        here.at("stage").problem(format!("{:?} is not the name of a stage", api.stage), help);
    }
    if api.description.chars().count() > 1024 {
        here.at("description").problem("a description can have at most 1024 characters", Some("shorten it"));
    }
    check_routes(api, here);
    check_siblings(api, here);
    if api.authorizer.len() > AUTHORIZERS {
        let message = format!("there are {} authorizers; an API can have {AUTHORIZERS} at most", api.authorizer.len());
        here.at("authorizer").problem(message, Some("share authorizers between routes, or use a second API"));
    }
    if !api.allow_ips.is_empty() {
        let help = "make it an [api.<name>], which supports allow_ips; authorizers and throttle restrict who calls an \
                    HTTP API and how often";
        here.at("allow_ips").problem("an HTTP API has no resource policy that could restrict addresses", Some(help));
    }
    if let Some(limits) = &api.throttle {
        check_limits(limits, &here.at("throttle"));
    }
    if let Some(logs) = &api.access_logs {
        check_logs(logs, &here.at("access_logs"));
    }
    check_variables(api, &here.at("variables"));
}

fn check_routes(api: &HttpApi, here: &Cursor) {
    if api.routes.is_empty() {
        let help = "add routes = [{ route = \"GET /items\", function = \"...\" }]";
        here.problem("an API without routes cannot be deployed", Some(help));
    }
    if api.routes.len() > ROUTES {
        let message = format!("there are {} routes; an API can have {ROUTES} at most", api.routes.len());
        here.at("routes").problem(message, Some("use a greedy path such as ANY /{proxy+}, or a second API"));
    }
    let mut seen = BTreeSet::new();
    for (here, route) in here.at("routes").each(&api.routes) {
        if !seen.insert(&route.route) {
            here.problem(format!("the route {} is listed twice", route.route), Some("remove one of them"));
        }
        if let Some(limits) = &route.throttle {
            check_limits(limits, &here.at("throttle"));
        }
    }
}

/// Two variables in one place have one name, unless one of them stands for all the rest.
fn check_siblings(api: &HttpApi, here: &Cursor) {
    let mut variables: BTreeMap<(String, bool), &str> = BTreeMap::new();
    for (here, route) in here.at("routes").each(&api.routes) {
        let Ok(RouteKey::Of { path, .. }) = RouteKey::parse(&route.route) else { continue };
        let mut parent = String::new();
        for part in path.split('/').skip(1) {
            // Below a variable its name no longer matters.
            let mut step = part;
            if let Some((_, is_greedy)) = variable(part) {
                let first = *variables.entry((parent.clone(), is_greedy)).or_insert(part);
                if first != part {
                    let message = format!("{parent}/{first} and {parent}/{part} are two variables at the same place");
                    here.at("route").problem(message, Some("give them the same name"));
                }
                step = "{}";
            }
            parent = format!("{parent}/{step}");
        }
    }
}

fn check_limits(limits: &Limits, here: &Cursor) {
    if !(limits.rate > 0.0 && limits.rate.is_finite() && limits.burst > 0) {
        here.problem("limits must be above 0", Some("write throttle = { rate = 100, burst = 50 }"));
    }
}

fn check_logs(logs: &AccessLogs, here: &Cursor) {
    if !logs.format.contains("$context.requestId") && !logs.format.contains("$context.extendedRequestId") {
        let help = "add $context.requestId, which API Gateway requires";
        here.at("format").problem("the format does not contain the request's id", Some(help));
    }
    if logs.format.len() > FORMAT || logs.format.contains('\n') {
        let message = format!("a format is a single line of at most {FORMAT} characters");
        here.at("format").problem(message, Some("shorten it"));
    }
    check_retention(logs.retention_days, &here.at("retention_days"));
}

fn check_variables(api: &HttpApi, here: &Cursor) {
    if api.variables.len() > VARIABLES {
        let message = format!("there are {} variables; a stage can have {VARIABLES} at most", api.variables.len());
        here.problem(message, None);
    }
    for (name, value) in &api.variables {
        let here = here.at(name);
        if name.len() > 64 || !is_word(name, b"_") {
            let help = Some("use 1 to 64 letters, digits and `_`");
            here.problem(format!("{name:?} is not the name of a stage variable"), help);
        }
        let value = here.likely(value, "0");
        if value.len() > 512 || !is_word(&value, b"-._~:/?#&=,") {
            let help = Some("use 1 to 512 letters, digits and any of -._~:/?#&=,");
            here.problem(format!("{value:?} is not a value for a stage variable"), help);
        }
    }
}
