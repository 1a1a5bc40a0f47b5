//! What API Gateway would refuse, told before anything is sent.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

use crate::aws::logs::RETENTIONS;
use crate::manifest::api::{Api, Cors, policy, prefixes};
use crate::manifest::{Lowering, problem};
use crate::name::Name;

/// Paths that one API can have.
const RESOURCES: usize = 300;
/// Characters that a resource policy can have.
const POLICY: usize = 8192;
/// Variables that one stage can have.
const VARIABLES: usize = 100;
/// The largest answer that API Gateway can be told to leave as it is.
const COMPRESSION: i32 = 10_485_760;

/// Reports everything about an API that API Gateway would refuse.
pub fn check(api: &Api, path: &str, to: &mut Lowering) {
    let letters = api.stage.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if api.stage.is_empty() || api.stage.len() > 128 || !letters {
        let help = Some("use 1 to 128 letters, digits and `_`");
        to.problem(&format!("{path}.stage"), format!("{:?} is not a stage's name", api.stage), help);
    }
    check_routes(api, path, to);
    check_siblings(api, path, to);
    check_addresses(api, path, to);
    check_bodies(api, path, to);
    check_settings(api, path, to);
    check_variables(api, path, to);
    if let Some(cors) = &api.cors {
        check_cors(cors, &format!("{path}.cors"), to);
    }
}

fn check_routes(api: &Api, path: &str, to: &mut Lowering) {
    let mut seen = BTreeSet::new();
    for (place, route) in api.routes.iter().enumerate() {
        let at = format!("{path}.routes[{place}]");
        if !seen.insert(route.key()) {
            to.problem(&at, format!("the route {} is there twice", route.key()), Some("remove one of them"));
        }
        if !to.manifest.function.contains_key(&route.function) {
            let known = to.manifest.function.keys().map(Name::as_str);
            let message = problem::unknown("function section", route.function.as_str(), known);
            to.problem(&format!("{at}.function"), message, None);
        }
        if let Some(message) = wrong_path(&route.path) {
            let help = Some("write it as /items, /items/{id} or /files/{path+}");
            to.problem(&format!("{at}.path"), format!("{:?} {message}", route.path), help);
        }
        if !(50..=29000).contains(&route.timeout_ms) {
            to.problem(
                &format!("{at}.timeout_ms"),
                format!("{} is out of range", route.timeout_ms),
                Some("write 50 to 29000"),
            );
        }
    }
    if api.routes.is_empty() {
        to.problem(path, "an API without routes cannot be deployed", Some("add routes = [{ method, path, function }]"));
    }
    let resources: BTreeSet<String> = api.routes.iter().flat_map(|route| prefixes(&route.path)).collect();
    if resources.len() > RESOURCES {
        let message = format!("the routes have {} paths, an API has at most {RESOURCES}", resources.len());
        to.problem(&format!("{path}.routes"), message, Some("use a greedy path such as /{proxy+}, or another API"));
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
                    return Some("has a variable without a proper name");
                }
                if greedy && place + 1 != parts.len() {
                    return Some("has something after a variable that takes all the rest");
                }
            }
            None if !word(part, b"._-:") => return Some("has a part with characters that a path cannot have"),
            None => {}
        }
    }
    None
}

/// Two variables under one path cannot be told apart by API Gateway.
fn check_siblings(api: &Api, path: &str, to: &mut Lowering) {
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    for (place, route) in api.routes.iter().enumerate() {
        for prefix in prefixes(&route.path) {
            let Some((parent, part)) = prefix.rsplit_once('/').filter(|(_, part)| part.starts_with('{')) else {
                continue;
            };
            let first = variables.entry(parent.to_owned()).or_insert_with(|| part.to_owned()).clone();
            if first != part {
                let message = format!("{parent}/{first} and {parent}/{part} are two variables in one place");
                to.problem(&format!("{path}.routes[{place}].path"), message, Some("give them one name"));
            }
        }
    }
}

fn check_addresses(api: &Api, path: &str, to: &mut Lowering) {
    for (place, range) in api.allow_ips.iter().enumerate() {
        let valid =
            range.parse::<IpNet>().is_ok_and(|net| net.trunc() == net) || range.parse::<std::net::IpAddr>().is_ok();
        if !valid {
            let help = Some("write a range such as 192.0.2.0/24, with zeros behind the prefix");
            to.problem(&format!("{path}.allow_ips[{place}]"), format!("{range:?} is not an address range"), help);
        }
    }
    let length = policy(&api.allow_ips).map_or(0, |policy| policy.to_string().len());
    if length > POLICY {
        let message = format!("the resource policy has {length} characters, at most {POLICY} are allowed");
        to.problem(&format!("{path}.allow_ips"), message, Some("use fewer, larger ranges"));
    }
}

fn check_settings(api: &Api, path: &str, to: &mut Lowering) {
    if let Some(limits) = &api.throttle
        && !(limits.rate > 0.0 && limits.rate.is_finite() && limits.burst > 0)
    {
        to.problem(
            &format!("{path}.throttle"),
            "limits are above 0",
            Some("write throttle = { rate = 100, burst = 50 }"),
        );
    }
    if let Some(logs) = &api.access_logs {
        if to.sources.api_logging == Some(false) {
            let help = Some(
                "give API Gateway one: aws apigateway update-account --patch-operations op=replace,path=/cloudwatchRoleArn,value=ROLE_ARN",
            );
            let message = "API Gateway has no role to write logs with in this account and region";
            to.problem(&format!("{path}.access_logs"), message, help);
        }
        if !logs.format.contains("$context.requestId") && !logs.format.contains("$context.extendedRequestId") {
            let help = Some("add $context.requestId: API Gateway asks for it");
            to.problem(&format!("{path}.access_logs.format"), "the format lacks the request's id", help);
        }
        if logs.retention_days != 0 && !RETENTIONS.contains(&logs.retention_days) {
            let message = format!("logs cannot be kept {} days", logs.retention_days);
            to.problem(
                &format!("{path}.access_logs.retention_days"),
                message,
                Some("choose 0 (for ever), 1, 3, 5, 7, 14, 30, 60, 90 ..."),
            );
        }
    }
}

fn check_bodies(api: &Api, path: &str, to: &mut Lowering) {
    for of in &api.binary_media_types {
        let of_two = of.split_once('/').is_some_and(|(of, sub)| word(of, b"*.+-") && word(sub, b"*.+-_"));
        if !of_two {
            let help = Some("write a type such as image/png, or */*");
            to.problem(&format!("{path}.binary_media_types"), format!("{of:?} is not a content type"), help);
        }
    }
    if let Some(size) = api.minimum_compression_size.filter(|size| !(0..=COMPRESSION).contains(size)) {
        let help = format!("write 0 to {COMPRESSION}");
        to.problem(&format!("{path}.minimum_compression_size"), format!("{size} is out of range"), Some(&help));
    }
}

fn check_variables(api: &Api, path: &str, to: &mut Lowering) {
    if api.variables.len() > VARIABLES {
        let message = format!("there are {} variables, a stage has at most {VARIABLES}", api.variables.len());
        to.problem(&format!("{path}.variables"), message, None);
    }
    for (name, value) in &api.variables {
        let at = format!("{path}.variables.{name}");
        if name.len() > 64 || !word(name, b"_") {
            let help = Some("use 1 to 64 letters, digits and `_`");
            to.problem(&at, format!("{name:?} is not a stage variable"), help);
        }
        if value.len() > 512 || !word(value, b"-._~:/?#&=,") {
            let help = Some("use 1 to 512 letters, digits and any of -._~:/?#&=,");
            to.problem(&at, format!("{value:?} is not a value that a stage variable can have"), help);
        }
    }
}

/// The values stand between single quotes in API Gateway's own language, so nothing else may get in.
fn check_cors(cors: &Cors, path: &str, to: &mut Lowering) {
    let host = cors.origin.strip_prefix("https://").or_else(|| cors.origin.strip_prefix("http://"));
    if cors.origin != "*" && !host.is_some_and(|host| word(host, b".-:[]")) {
        let help = Some("write it as https://example.org, without a path, or * for any");
        to.problem(&format!("{path}.origin"), format!("{:?} is not an origin", cors.origin), help);
    }
    for (place, header) in cors.headers.iter().enumerate() {
        if header != "*" && !word(header, b"-_") {
            let help = Some("write a name such as Content-Type");
            to.problem(&format!("{path}.headers[{place}]"), format!("{header:?} is not a header"), help);
        }
    }
    if cors.max_age.is_some_and(|seconds| seconds > 86400) {
        to.problem(&format!("{path}.max_age"), "no browser remembers longer than a day", Some("write 0 to 86400"));
    }
}

/// Something, of nothing but letters, digits and `more`.
fn word(text: &str, more: &[u8]) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b))
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
