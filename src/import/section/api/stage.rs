//! How the stage of an API serves: limits, logs, tracing, its cache; and what routes have of their own of that.

use std::collections::BTreeMap;

use toml_edit::Value;

use super::authorizer::short;
use super::{Around, limits, logs};
use crate::aws::apigateway::{DEFAULT_LIMITS, Method, Stage, Throttle, setting_key};
use crate::import::lines::Lines;

/// The key of the settings that hold for all methods.
const ALL: &str = "*/*";
/// Seconds that answers are kept where nothing else is said.
const TTL: i64 = 300;

/// Settings by AWS's names.
type Settings = BTreeMap<String, String>;

/// What the section says of it; gives the tag that says what becomes of its logs.
pub fn write(around: &Around, lines: &mut Lines) -> Option<(String, String)> {
    let stage = around.stage;
    let all = settings(stage, ALL);
    // Other settings bring AWS's limits with them.
    let throttle = stage.throttling.filter(|limits| all.is_none() || *limits != DEFAULT_LIMITS);
    lines.set_some("throttle", throttle.map(limits));
    lines.set_unless("tracing", stage.tracing_enabled, false);
    let (access, on_delete) = logs(around).unzip();
    lines.set_some("access_logs", access);
    lines.set_some("execution_logs", all.map(execution_logs));
    lines.set_some("cache", cache(stage));
    on_delete.flatten()
}

fn settings<'s>(stage: &'s Stage, key: &str) -> Option<&'s Settings> {
    stage.other_settings.get(key)
}

fn is_on(settings: &Settings, name: &str) -> bool {
    settings.get(name).is_some_and(|value| value == "true")
}

fn execution_logs(settings: &Settings) -> Value {
    let mut lines = Lines::new();
    let level = settings.get("loggingLevel").map_or("OFF", String::as_str);
    lines.set_unless("level", level, "ERROR");
    lines.set_unless("data", is_on(settings, "dataTraceEnabled"), false);
    lines.set_unless("metrics", is_on(settings, "metricsEnabled"), false);
    lines.inline()
}

fn cache(stage: &Stage) -> Option<Value> {
    let size = stage.cache_cluster_size.as_deref()?;
    let mut lines = Lines::new();
    lines.set_unless("size", size, "0.5");
    let cached = stage.other_settings.values().find(|settings| is_on(settings, "cachingEnabled"));
    lines.set_unless("encrypted", cached.is_none_or(|settings| is_on(settings, "cacheDataEncrypted")), true);
    Some(lines.inline())
}

/// What a route has of its own.
pub fn of_route(key: &str, method: &Method, around: &Around, lines: &mut Lines) {
    let (verb, path) = key.split_once(' ').unwrap_or((key, ""));
    let Some(own) = settings(around.stage, &setting_key(verb, path)) else { return };
    let throttle = throttle_of(own).filter(|limits| *limits != around.stage.throttling.unwrap_or(DEFAULT_LIMITS));
    let logged = |settings: &Settings| LOGGED.map(|name| settings.get(name).cloned());
    let nothing = Settings::new();
    let of_all = settings(around.stage, ALL).unwrap_or(&nothing);
    let has_logs = logged(own) != logged(of_all);
    let caches = is_on(own, "cachingEnabled");
    // Settings of its own must come from something.
    let throttle = throttle.or_else(|| throttle_of(own).filter(|_| !has_logs && !caches));
    lines.set_some("throttle", throttle.map(limits));
    if caches {
        lines.set("cache", cache_of(own, method));
    }
    if has_logs {
        lines.set("execution_logs", execution_logs(own));
    }
}

const LOGGED: [&str; 3] = ["dataTraceEnabled", "loggingLevel", "metricsEnabled"];

fn throttle_of(settings: &Settings) -> Option<Throttle> {
    let rate_limit = settings.get("throttlingRateLimit")?.parse().ok()?;
    let burst_limit = settings.get("throttlingBurstLimit")?.parse().ok()?;
    Some(Throttle { rate_limit, burst_limit })
}

/// Variables of the path are always among what answers depend on. Whether all who may call it may have the same, nobody but
/// the section says: what is kept already is.
fn cache_of(settings: &Settings, method: &Method) -> Value {
    let mut lines = Lines::new();
    let ttl = settings.get("cacheTtlInSeconds").and_then(|ttl| ttl.parse::<i64>().ok());
    lines.set_unless("ttl", ttl.unwrap_or(TTL), TTL);
    let keys = method.integration.iter().flat_map(|one| &one.cache_key_parameters);
    let keys: Vec<String> = keys.map(short).filter(|key| !key.starts_with("path.")).collect();
    lines.set_list("keys", keys);
    if method.authorization_type != "NONE" {
        lines.set("shared", true);
    }
    lines.inline()
}
