//! What API Gateway would refuse, reported before anything is sent.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

use crate::aws::Tags;
use crate::manifest::api::parameter::is_word as word;
use crate::manifest::api::{
    AccessLogs, Api, Cors, Endpoint, HttpMethod, Limits, auth, authorizer, policy, prefixes, response, stage,
    validation,
};
use crate::manifest::log_group::check_retention;
use crate::manifest::{Cursor, Section};
use crate::name::{Name, tag};

/// Paths that one API can have.
const RESOURCES: usize = 300;
/// Characters that a resource policy can have.
pub(super) const POLICY: usize = 8192;
/// Variables that one stage can have.
const VARIABLES: usize = 100;
/// Milliseconds that API Gateway waits for an answer where no quota has been raised.
const TIMEOUT: i32 = 29_000;
/// Milliseconds that a function can take for an answer at all.
const LONGEST: i32 = 900_000;
/// The largest answer that API Gateway can be told to leave as it is.
const COMPRESSION: i32 = 10_485_760;

/// Reports everything about an API that API Gateway would refuse.
pub fn check(api: &Api, name: &Name, here: &Cursor) {
    let letters = api.stage.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if api.stage.is_empty() || api.stage.len() > 128 || !letters {
        let help = Some("use 1 to 128 letters, digits and `_`");
        here.at("stage").problem(format!("{:?} is not the name of a stage", api.stage), help);
    }
    check_routes(api, name, here);
    check_siblings(api, here);
    check_addresses(api, here);
    check_bodies(api, here);
    check_settings(api, here);
    check_variables(api, here);
    authorizer::check(api, here);
    validation::check_number(api, here);
    response::check(api, here);
    stage::check(api, name, here);
    if let Some(cors) = &api.cors {
        check_cors(cors, &here.at("cors"));
    }
}

fn check_routes(api: &Api, name: &Name, here: &Cursor) {
    let mut seen = BTreeSet::new();
    for (here, route) in here.at("routes").each(&api.routes) {
        if !seen.insert(route.key()) {
            here.problem(format!("the route {} is listed twice", route.key()), Some("remove one of them"));
        }
        if let Some(message) = wrong_path(&route.path) {
            let help = Some("write a path such as /items, /items/{id} or /files/{path+}");
            here.at("path").problem(format!("{:?} {message}", route.path), help);
        }
        check_timeout(route.timeout_ms, name, &here.at("timeout_ms"));
        auth::check(api, route, &here);
        if let Some(limits) = &route.throttle {
            check_limits(limits, &here);
            if route.method == HttpMethod::Any {
                let help = Some("write a route for each method");
                here.at("throttle").problem("limits apply to a single method, and this route is for all methods", help);
            }
        }
        validation::check(route, &here);
    }
    if api.routes.is_empty() {
        here.problem("an API without routes cannot be deployed", Some("add routes = [{ method, path, function }]"));
    }
    let resources: BTreeSet<String> = api.routes.iter().flat_map(|route| prefixes(&route.path)).collect();
    if resources.len() > RESOURCES {
        let message = format!("the routes have {} paths; an API can have {RESOURCES} at most", resources.len());
        here.at("routes").problem(message, Some("use a greedy path such as /{proxy+}, or a second API"));
    }
}

/// What every account may ask for is not all: AWS raises the quota of regional APIs.
fn check_timeout(milliseconds: i32, name: &Name, here: &Cursor) {
    if !(50..=LONGEST).contains(&milliseconds) {
        let help = format!("write 50 to {TIMEOUT}");
        here.problem(format!("{milliseconds} is out of range"), Some(&help));
    } else if milliseconds > TIMEOUT {
        let message = format!(
            "{milliseconds} milliseconds are more than API Gateway allows unless AWS has raised the account's quota"
        );
        let help = format!("write {TIMEOUT} at most, unless AWS has raised the quota");
        here.warn(&Api::address(name), message, &help);
    }
}

fn wrong_path(path: &str) -> Option<&'static str> {
    if !path.starts_with('/') {
        return Some("does not begin with /");
    }
    if path == "/" {
        return None;
    }
    let parts: Vec<&str> = path[1..].split('/').collect();
    if parts.iter().any(|part| part.is_empty()) {
        return Some("has an empty part");
    }
    for (place, part) in parts.iter().enumerate() {
        match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(variable) => {
                let (name, greedy) = variable.strip_suffix('+').map_or((variable, false), |name| (name, true));
                if !word(name, b"._-:") {
                    return Some("has a variable without a valid name");
                }
                if greedy && place + 1 != parts.len() {
                    return Some("continues after a variable that matches the rest of the path");
                }
            }
            None if !word(part, b"._-:") => return Some("has a part with invalid characters"),
            None => {}
        }
    }
    None
}

/// Two variables under one path cannot be told apart by API Gateway.
fn check_siblings(api: &Api, here: &Cursor) {
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    for (here, route) in here.at("routes").each(&api.routes) {
        for prefix in prefixes(&route.path) {
            let Some((parent, part)) = prefix.rsplit_once('/').filter(|(_, part)| part.starts_with('{')) else {
                continue;
            };
            let first = variables.entry(parent.to_owned()).or_insert_with(|| part.to_owned()).clone();
            if first != part {
                let message = format!("{parent}/{first} and {parent}/{part} are two variables at the same place");
                here.at("path").problem(message, Some("give them the same name"));
            }
        }
    }
}

fn check_addresses(api: &Api, here: &Cursor) {
    for (here, range) in here.at("allow_ips").each(&api.allow_ips) {
        let valid =
            range.parse::<IpNet>().is_ok_and(|net| net.trunc() == net) || range.parse::<std::net::IpAddr>().is_ok();
        if !valid {
            let help = Some("write a range such as 192.0.2.0/24, with zeros after the prefix");
            here.problem(format!("{range:?} is not an address range"), help);
        }
    }
    let length = policy(&api.allow_ips).map_or(0, |policy| policy.to_string().len());
    if length > POLICY {
        let message = format!("the resource policy has {length} characters; AWS allows {POLICY}");
        here.at("allow_ips").problem(message, Some("use fewer, larger ranges"));
    }
}

fn check_settings(api: &Api, here: &Cursor) {
    if let Some(limits) = &api.throttle {
        check_limits(limits, here);
    }
    check_access(api, here);
    if let Some(logs) = &api.access_logs {
        check_logs(logs, &here.at("access_logs"));
    }
}

fn check_limits(limits: &Limits, here: &Cursor) {
    if !(limits.rate > 0.0 && limits.rate.is_finite() && limits.burst > 0) {
        here.at("throttle").problem("limits must be above 0", Some("write throttle = { rate = 100, burst = 50 }"));
    }
}

/// From where it can be reached, by whom.
fn check_access(api: &Api, here: &Cursor) {
    if api.policy.is_some() && !api.allow_ips.is_empty() {
        let help = "let the policy say which addresses may call the API, and remove allow_ips";
        here.at("allow_ips")
            .problem("an API has a single policy, and the manifest also names a file with one", Some(help));
    }
    if api.endpoint == Endpoint::Private && api.policy.is_none() {
        let help = "write policy = \"policy.json\" with a policy that admits VPC endpoints, by aws:SourceVpce or \
                    aws:SourceVpc";
        here.at("endpoint").problem("a private API without a policy cannot be deployed", Some(help));
    }
}

fn check_logs(logs: &AccessLogs, here: &Cursor) {
    if here.sources.api_logging == Some(false) {
        here.problem("API Gateway has no role for writing logs in this account and region", Some(stage::NO_ROLE));
    }
    if !logs.format.contains("$context.requestId") && !logs.format.contains("$context.extendedRequestId") {
        let help = "add $context.requestId, which API Gateway requires";
        here.at("format").problem("the format does not contain the request's id", Some(help));
    }
    check_retention(logs.retention_days, &here.at("retention_days"));
}

fn check_bodies(api: &Api, here: &Cursor) {
    for of in &api.binary_media_types {
        let of_two = of.split_once('/').is_some_and(|(of, sub)| word(of, b"*.+-") && word(sub, b"*.+-_"));
        if !of_two {
            let help = Some("write a type such as image/png, or */*");
            here.at("binary_media_types").problem(format!("{of:?} is not a content type"), help);
        }
    }
    if let Some(size) = api.minimum_compression_size.filter(|size| !(0..=COMPRESSION).contains(size)) {
        let help = format!("write 0 to {COMPRESSION}");
        here.at("minimum_compression_size").problem(format!("{size} is out of range"), Some(&help));
    }
}

fn check_variables(api: &Api, here: &Cursor) {
    if api.variables.len() > VARIABLES {
        let message = format!("there are {} variables; a stage can have {VARIABLES} at most", api.variables.len());
        here.at("variables").problem(message, None);
    }
    for (name, value) in &api.variables {
        let here = here.at("variables").at(name);
        if name.len() > 64 || !word(name, b"_") {
            let help = Some("use 1 to 64 letters, digits and `_`");
            here.problem(format!("{name:?} is not the name of a stage variable"), help);
        }
        if value.len() > 512 || !word(value, b"-._~:/?#&=,") {
            let help = Some("use 1 to 512 letters, digits and any of -._~:/?#&=,");
            here.problem(format!("{value:?} is not a value for a stage variable"), help);
        }
    }
}

/// The values stand between single quotes in API Gateway's own language, so nothing else may get in.
fn check_cors(cors: &Cors, here: &Cursor) {
    let host = cors.origin.strip_prefix("https://").or_else(|| cors.origin.strip_prefix("http://"));
    if cors.origin != "*" && !host.is_some_and(|host| word(host, b".-:[]")) {
        let help = Some("write an origin such as https://example.org, without a path, or * for any");
        here.at("origin").problem(format!("{:?} is not an origin", cors.origin), help);
    }
    for (here, header) in here.at("headers").each(&cors.headers) {
        if header != "*" && !word(header, b"-_") {
            let help = Some("write a name such as Content-Type");
            here.problem(format!("{header:?} is not the name of a header"), help);
        }
    }
    if cors.max_age.is_some_and(|seconds| seconds > 86400) {
        here.at("max_age").problem("browsers cache a preflight response for a day at most", Some("write 0 to 86400"));
    }
}

/// Reports tags that leave no room for the one that says which parts an API has.
pub fn parts_tag(tags: &Tags, here: &Cursor) {
    if tags.contains_key(tag::PARTS) && tags.len() > 50 {
        let help = Some("use one tag less: authorizers, body, require, cors and responses need one");
        here.at("tags").problem(format!("with the program's own there are {} tags", tags.len()), help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_api_gateway_would_refuse_are_told() {
        for good in ["/", "/items", "/items/{id}", "/{proxy+}", "/a-b/c_d/{x.y}", "/items:batch"] {
            assert_eq!(wrong_path(good), None, "{good}");
        }
        for bad in ["", "items", "//", "/a/", "/a b", "/{}", "/{a+}/b", "/{a", "/ä", "/a?b", "/a@b", "/a{b}"] {
            assert!(wrong_path(bad).is_some(), "{bad}");
        }
    }
}
