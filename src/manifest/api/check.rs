//! What API Gateway would refuse, told before anything is sent.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

use crate::aws::logs::RETENTIONS;
use crate::manifest::api::{Api, policy, prefixes};
use crate::manifest::{Lowering, problem};
use crate::name::Name;

/// Paths that one API can have.
const RESOURCES: usize = 300;
/// Characters that a resource policy can have.
const POLICY: usize = 8192;

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
    check_settings(api, path, to);
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
    let word = |text: &str, more: &[u8]| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b))
    };
    for (place, part) in parts.iter().enumerate() {
        match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(variable) => {
                let (name, greedy) = variable.strip_suffix('+').map_or((variable, false), |name| (name, true));
                if !word(name, b"._-$:") {
                    return Some("has a variable without a proper name");
                }
                if greedy && place + 1 != parts.len() {
                    return Some("has something after a variable that takes all the rest");
                }
            }
            None if !word(part, b"._-:@$") => return Some("has a part with characters that a path cannot have"),
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
    for name in api.variables.keys() {
        if name.is_empty() || name.len() > 64 || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            let help = Some("use 1 to 64 letters, digits and `_`");
            to.problem(&format!("{path}.variables.{name}"), format!("{name:?} is not a stage variable"), help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_api_gateway_would_refuse_are_told() {
        for good in ["/", "/items", "/items/{id}", "/{proxy+}", "/a-b/c_d/{x.y}"] {
            assert_eq!(wrong_path(good), None, "{good}");
        }
        for bad in ["", "items", "//", "/a/", "/a b", "/{}", "/{a+}/b", "/{a", "/ä", "/a?b"] {
            assert!(wrong_path(bad).is_some(), "{bad}");
        }
    }
}
