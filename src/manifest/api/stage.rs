//! A stage's settings: its cache, its execution logs, its limits, and the settings of single routes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Api, Auth, HttpMethod, Limits, Route, auth, parameter};
use crate::aws::apigateway::{DEFAULT_LIMITS, Throttle, setting_key};
use crate::manifest::{Cursor, Section};
use crate::name::Name;

/// A cache of the stage. Only routes with a `cache` of their own use it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cache {
    /// Its size in gigabytes. It costs by the hour, used or not.
    #[serde(default)]
    pub size: CacheSize,
    /// Seconds for which a response is cached, from 0 to 3600.
    #[serde(default = "default_ttl")]
    pub ttl: i32,
    /// False: responses are cached unencrypted.
    #[serde(default = "yes")]
    pub encrypted: bool,
}

/// The size of a cache in gigabytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "each variant is the size that it is written as")]
pub enum CacheSize {
    #[default]
    #[serde(rename = "0.5")]
    Half,
    #[serde(rename = "1.6")]
    Two,
    #[serde(rename = "6.1")]
    Six,
    #[serde(rename = "13.5")]
    Fourteen,
    #[serde(rename = "28.4")]
    TwentyEight,
    #[serde(rename = "58.2")]
    FiftyEight,
    #[serde(rename = "118")]
    Hundred,
    #[serde(rename = "237")]
    TwoHundred,
}

impl CacheSize {
    fn as_str(self) -> &'static str {
        match self {
            Self::Half => "0.5",
            Self::Two => "1.6",
            Self::Six => "6.1",
            Self::Fourteen => "13.5",
            Self::TwentyEight => "28.4",
            Self::FiftyEight => "58.2",
            Self::Hundred => "118",
            Self::TwoHundred => "237",
        }
    }
}

/// How the responses of a route are cached, and for whom.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteCache {
    /// Seconds for which a response is cached, in place of the `ttl` of the API's `cache`.
    pub ttl: Option<i32>,
    /// What responses depend on besides the path: `querystring.<name>`, `header.<name>`.
    #[serde(default)]
    pub keys: Vec<String>,
    /// True if everybody who may call the route may get the same response.
    #[serde(default)]
    pub shared: bool,
}

/// What API Gateway logs about the execution of requests, in a log group that it creates itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExecutionLogs {
    /// Which requests are logged.
    #[serde(default)]
    pub level: LogLevel,
    /// True: also logs headers and bodies of requests and responses, with any secrets that they contain.
    #[serde(default)]
    pub data: bool,
    /// True: publishes metrics of each method, which cost.
    #[serde(default)]
    pub metrics: bool,
}

/// Of which requests something is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum LogLevel {
    /// None.
    Off,
    /// Those that fail.
    #[default]
    Error,
    /// All of them.
    Info,
}

impl LogLevel {
    fn as_str(self) -> &'static str {
        match self {
            Self::Off => "OFF",
            Self::Error => "ERROR",
            Self::Info => "INFO",
        }
    }
}

fn yes() -> bool {
    true
}

fn default_ttl() -> i32 {
    TTL
}

const TTL: i32 = 300;
const LONGEST: i32 = 3600;
/// The key of the settings that hold for all methods.
const ALL: &str = "*/*";

/// Settings by AWS's names.
type Settings = BTreeMap<String, String>;

impl ExecutionLogs {
    /// True if the account needs a role to write them with.
    fn needs_role(self) -> bool {
        self.level != LogLevel::Off
    }

    fn settings(self) -> Settings {
        let set = [
            ("loggingLevel", self.level.as_str(), self.level != LogLevel::Off),
            ("dataTraceEnabled", "true", self.data),
            ("metricsEnabled", "true", self.metrics),
        ];
        set.into_iter()
            .filter(|(_, _, is_set)| *is_set)
            .map(|(name, value, _)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

impl Api {
    /// True if API Gateway writes logs for it, which requires the account's role.
    pub fn writes_logs(&self) -> bool {
        let of_routes = self.routes.iter().filter_map(|route| route.execution_logs);
        self.access_logs.is_some() || of_routes.chain(self.execution_logs).any(ExecutionLogs::needs_role)
    }

    /// The size of the stage's cache.
    pub(super) fn cache_size(&self) -> Option<String> {
        self.cache.as_ref().map(|cache| cache.size.as_str().to_owned())
    }

    /// The limits of all methods: those of AWS where other settings of all methods bring some.
    pub(super) fn throttling(&self) -> Option<Throttle> {
        let own = self.throttle.map(Limits::lower);
        own.or_else(|| (!self.of_all().is_empty()).then_some(DEFAULT_LIMITS))
    }

    /// Settings by method, all of them: AWS begins a method's with those of all methods.
    pub(super) fn settings(&self) -> BTreeMap<String, Settings> {
        let all = self.of_all();
        let own = self.routes.iter().filter_map(|route| self.settings_of(route, &all));
        let all = (!all.is_empty()).then(|| (ALL.to_owned(), all.clone()));
        all.into_iter().chain(own).collect()
    }

    fn of_all(&self) -> Settings {
        self.execution_logs.map(ExecutionLogs::settings).unwrap_or_default()
    }

    fn settings_of(&self, route: &Route, all: &Settings) -> Option<(String, Settings)> {
        if route.throttle.is_none() && route.execution_logs.is_none() && route.cache.is_none() {
            return None;
        }
        let limits = route.throttle.or(self.throttle).map_or(DEFAULT_LIMITS, Limits::lower);
        let mut settings = limits.of_method();
        settings.extend(route.execution_logs.map_or_else(|| all.clone(), ExecutionLogs::settings));
        if let (Some(cache), Some(own)) = (&self.cache, &route.cache) {
            settings.insert("cachingEnabled".into(), "true".into());
            let ttl = own.ttl.unwrap_or(cache.ttl);
            settings.extend((ttl != TTL).then(|| ("cacheTtlInSeconds".to_owned(), ttl.to_string())));
            settings.extend(cache.encrypted.then(|| ("cacheDataEncrypted".to_owned(), "true".to_owned())));
        }
        Some((setting_key(route.method.as_str(), &route.path), settings))
    }
}

impl Route {
    /// The parameters that its cached answers depend on: variables of its path are always among them, since AWS takes the path
    /// as it is written for the same.
    pub(super) fn cache_keys(&self) -> Vec<String> {
        let Some(cache) = &self.cache else { return Vec::new() };
        let variables = self.route_key().variables().map(|name| format!("method.request.path.{name}"));
        variables.chain(cache.keys.iter().filter_map(|key| parameter::required(key))).collect()
    }
}

/// Reports what API Gateway would refuse of how a stage serves, and what costs.
pub(super) fn check(api: &Api, name: &Name, here: &Cursor) {
    if let Some(cache) = &api.cache {
        let at = here.at("cache");
        at.check_range("ttl", cache.ttl, 0..=LONGEST);
        let help = "remove cache if responses need not be cached";
        let size = cache.size.as_str();
        at.warn(&Api::address(name), format!("a cache of {size} GB costs by the hour, used or not"), help);
        if api.routes.iter().all(|route| route.cache.is_none()) {
            let help = "write cache = { keys = [...] } in a route, or remove this cache";
            at.problem("no route uses the cache", Some(help));
        }
    }
    for (here, route) in here.at("routes").each(&api.routes) {
        check_route(api, route, &here);
    }
    check_logs(api, here);
}

fn check_route(api: &Api, route: &Route, here: &Cursor) {
    if let Some(cache) = &route.cache {
        let here = here.at("cache");
        here.check_range("ttl", cache.ttl, 0..=LONGEST);
        if api.cache.is_none() {
            let help = "write cache = { size = \"0.5\" } in the API's section";
            here.problem("the API has no cache", Some(help));
        }
        if route.method != HttpMethod::Get {
            here.problem("only responses to GET are cached", Some("remove cache, or make it a route for GET"));
        }
        for (here, key) in here.at("keys").each(&cache.keys) {
            if parameter::required(key).is_none() {
                let help = Some("write querystring.<name> or header.<name>");
                here.problem(format!("{key:?} is not a header or parameter that responses can depend on"), help);
            }
        }
        let callers = auth::callers(api, route);
        let has = |one: &&str| cache.keys.iter().any(|key| parameter::is_same(key, one));
        if route.auth != Auth::None && !cache.shared && (callers.is_empty() || !callers.iter().all(has)) {
            let help = match callers.as_slice() {
                [] => "no header or parameter identifies the caller: if all callers may get the same response, write \
                       shared = true"
                    .to_owned(),
                callers => {
                    format!("add {} to keys, which identify the caller, or write shared = true", callers.join(" and "))
                }
            };
            here.problem("one caller would get the cached response of another", Some(&help));
        }
    }
    if route.execution_logs.is_some() && route.method == HttpMethod::Any {
        let help = Some("write a route for each method");
        here.at("execution_logs")
            .problem("execution logs are set for a single method, and this route is for all methods", help);
    }
}

fn check_logs(api: &Api, here: &Cursor) {
    let places = api.routes.iter().enumerate().map(|(at, route)| (here.at("routes").nth(at), route.execution_logs));
    for (here, logs) in std::iter::once((here.clone(), api.execution_logs)).chain(places) {
        let Some(logs) = logs else { continue };
        let here = here.at("execution_logs");
        if logs.data && logs.level == LogLevel::Off {
            let help = Some("write level = \"INFO\", or remove data");
            here.at("data")
                .problem("headers and bodies are logged only together with the rest, and logging is off", help);
        }
        if logs.needs_role() && here.sources.api_logging == Some(false) {
            here.problem("API Gateway has no role for writing logs in this account and region", Some(NO_ROLE));
        }
    }
}

/// What to do where API Gateway has no role to write logs with.
pub(super) const NO_ROLE: &str = "create one for the account: serverless-app bootstrap --api-logging";
