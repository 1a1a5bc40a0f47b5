//! What API Gateway would refuse in a usage plan, and what would give access to nothing.

use std::collections::BTreeSet;

use super::{LimitedApi, Period, PlanApi, Quota, UsagePlan, route_key};
use crate::manifest::Cursor;
use crate::manifest::api::{Api, Limits};
use crate::name::Name;

/// Reports everything that is wrong with a plan.
pub(super) fn check(plan: &UsagePlan, name: &Name, here: &Cursor) {
    check_apis(plan, here);
    if let Some(limits) = &plan.throttle {
        check_limits(limits, &here.at("throttle"));
    }
    if let Some(quota) = &plan.quota {
        check_quota(quota, &here.at("quota"));
    }
    check_keys(plan, name, here);
}

fn check_apis(plan: &UsagePlan, here: &Cursor) {
    let (apis, mut seen) = (here.at("apis"), BTreeSet::new());
    if plan.apis.is_empty() {
        apis.problem(
            "a usage plan without APIs gives access to nothing",
            Some("write apis = [\"<name of an api section>\"]"),
        );
    }
    for (here, api) in apis.each(&plan.apis) {
        let (name, at) = match api {
            PlanApi::Named(name) => (name, here.clone()),
            PlanApi::Limited(limited) => (&limited.api, here.at("api")),
        };
        if here.manifest.http_api.contains_key(name) && !here.manifest.api.contains_key(name) {
            let help = "usage plans are only for REST APIs: make it an [api.<name>], or remove it here";
            at.problem(format!("{name} is an HTTP API, which does not support API keys"), Some(help));
            continue;
        }
        let Some(section) = at.known("api", name, &here.manifest.api) else { continue };
        if !seen.insert(name) {
            at.problem(format!("the API {name} is listed twice"), Some("remove one of them"));
        }
        if !section.routes.iter().any(|route| route.api_key) {
            let help = "write api_key = true in the routes that need a key";
            at.advise(format!("no route of {name} requires a key: its callers are not counted"), help);
        }
        if let PlanApi::Limited(limited) = api {
            check_limited(limited, plan, section, &here);
        }
    }
}

fn check_limited(limited: &LimitedApi, plan: &UsagePlan, api: &Api, here: &Cursor) {
    if plan.throttle.is_none() && (limited.throttle.is_some() || !limited.routes.is_empty()) {
        let help = "add throttle = { rate, burst } to the plan";
        here.problem("AWS accepts limits on routes only in a usage plan that has limits itself", Some(help));
    }
    if let Some(limits) = &limited.throttle {
        check_limits(limits, &here.at("throttle"));
    }
    for (route, limits) in &limited.routes {
        let here = here.at("routes").at(route);
        check_limits(limits, &here);
        match api.routes.iter().find(|known| route_key(known) == *route) {
            None => {
                let known: Vec<String> = api.routes.iter().map(route_key).collect();
                let help = format!("write one of {}", known.join(", "));
                here.problem(format!("{} has no route {route:?}", limited.api), Some(&help));
            }
            Some(known) if !known.api_key => {
                let help = "write api_key = true in the route, or remove the limit";
                here.problem(format!("{route} requires no key, so its callers are not counted"), Some(help));
            }
            Some(_) => {}
        }
    }
}

fn check_limits(limits: &Limits, here: &Cursor) {
    if !(limits.rate > 0.0 && limits.rate.is_finite() && limits.burst > 0) {
        here.problem("limits must be above 0", Some("write { rate = 10, burst = 20 }"));
    }
}

fn check_quota(quota: &Quota, here: &Cursor) {
    here.check_range("limit", quota.limit, 1..=i32::MAX);
    match quota.period {
        Period::Day if quota.offset != 0 => {
            here.at("offset").problem("an offset is not possible within a day", Some("remove it, or write offset = 0"));
        }
        Period::Day => {}
        Period::Week => here.check_range("offset", quota.offset, 0..=6),
        Period::Month => here.check_range("offset", quota.offset, 0..=27),
    }
}

fn check_keys(plan: &UsagePlan, name: &Name, here: &Cursor) {
    let mut seen = BTreeSet::new();
    for (here, key) in here.at("keys").each(&plan.keys) {
        if !seen.insert(key) {
            here.problem(format!("the key {key} is listed twice"), Some("remove one of them"));
        }
    }
    for name in plan.key.iter().filter(|(_, key)| key.value.is_some()).map(|(name, _)| name) {
        let help = "remove it, and regard the value that was here as compromised; docs/usage-plans.md says how to \
                    read a key's value";
        here.at("key").at(name).at("value").problem_with_secret("AWS generates the value of an API key", help);
    }
    for key in plan.key_names() {
        let Some(other) = other_plan(name, key, here) else { continue };
        let at = match plan.keys.iter().position(|named| named == key) {
            Some(at) => here.at("keys").nth(at),
            None => here.at("key").at(key),
        };
        let help = format!("remove it from one of them, or give {other} the APIs of both");
        at.problem(format!("the key {key} is also in the usage plan {other}"), Some(&help));
    }
}

/// The plan before this one that a key is in as well.
pub(super) fn other_plan<'a>(plan: &Name, key: &Name, here: &Cursor<'a>) -> Option<&'a Name> {
    let others = here.manifest.usage_plan.iter().take_while(|(name, _)| *name < plan);
    let mut with_it = others.filter(|(_, other)| other.key_names().contains(key));
    with_it.next().map(|(name, _)| name)
}

/// Reports every API whose routes require keys but that no plan names, so that no key gives access to them.
pub fn advise_of_apis(top: &Cursor) {
    let is_opened = |name: &Name| top.manifest.usage_plan.values().any(|plan| plan.opens(name));
    for (name, api) in top.manifest.api.iter().filter(|(name, _)| !is_opened(name)) {
        let routes = top.at("api").at(name).at("routes");
        if let Some((route, _)) = routes.each(&api.routes).find(|(_, route)| route.api_key) {
            let help = format!("add [usage_plan.<name>] with apis = [\"{name}\"] and keys = [\"<name>\"]");
            let message = "the route requires an API key, and no usage plan names its API: no key gives access to it";
            route.at("api_key").advise(message, &help);
        }
    }
}
