//! `[http_api.<name>]`: API Gateway HTTP APIs.
//!
//! Routes call functions, services and URLs. Functions admit the API in their own policies, with a single statement
//! however many routes call them; services are called with a role of the API's own, which may do nothing else.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::aws::apigatewayv2::{AccessLog, HttpApi as State, RouteSettings, Stage, Throttle};
use crate::aws::{Kind, Tags, logs};
use crate::manifest::domain::{self, Domain};
use crate::manifest::names::own_part;
use crate::manifest::service_role::{Said, ServiceRole};
use crate::manifest::{Cursor, Delivery, OnDelete, Section, names};
use crate::name::{Address, Name, Site};
use crate::text::{OutputRef, Text};

mod authorizer;
mod check;
mod cors;
pub mod integration;
pub mod key;
pub mod mapping;
mod route;
#[cfg(test)]
mod tests;

pub use authorizer::Authorizer;
pub use cors::Cors;
pub use route::Route;

/// What ends the names of an API's role and log group.
const PART: &str = "http";
/// The stage whose URL has no path of its own.
pub const DEFAULT_STAGE: &str = "$default";

/// An HTTP API: simpler and cheaper than a REST API, with JSON Web Tokens and CORS of its own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HttpApi {
    /// The API's name in AWS. Default: made of the app, the stage and the section's name.
    pub name: Option<String>,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// The stage that it is deployed to. `$default` does not appear in its URL.
    #[serde(default = "default_stage")]
    pub stage: String,
    /// Its routes.
    #[serde(default)]
    pub routes: Vec<Route>,
    /// A file in the repository with an OpenAPI 3 document, whose operations are routes in addition to these.
    pub openapi: Option<String>,
    /// Authorizers by name, which decide who may call its routes.
    #[serde(default)]
    pub authorizer: BTreeMap<Name, Authorizer>,
    /// Which pages of other sites may call it. Default: none.
    pub cors: Option<Cors>,
    /// Limits on the requests to each route. Default: the account's.
    pub throttle: Option<Limits>,
    /// Publishes metrics of each route, which cost.
    #[serde(default)]
    pub metrics: bool,
    /// Writes one line for each request.
    pub access_logs: Option<AccessLogs>,
    /// A custom domain name.
    pub domain: Option<Domain>,
    /// Stage variables.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
    /// An error: no policy can limit who may call an HTTP API. `[api.<name>]` can have one.
    #[serde(default)]
    pub allow_ips: Vec<String>,
    /// The ARN of the permissions boundary of the role with which it calls services.
    pub permissions_boundary: Option<String>,
    /// Tags in addition to the app's.
    #[serde(default)]
    pub tags: Tags,
    /// What happens to its logs when it is no longer in the manifest.
    #[serde(default)]
    pub on_delete: OnDelete,
    /// Takes over an existing API of this name.
    #[serde(default)]
    pub adopt: bool,
}

/// Limits on the requests to a route.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "HttpLimits")]
pub struct Limits {
    /// Requests a second.
    pub rate: f64,
    /// Requests at once.
    pub burst: i32,
}

/// Access logging.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "HttpAccessLogs")]
pub struct AccessLogs {
    /// What a line contains; `$context.requestId` is required.
    #[serde(default = "default_format")]
    pub format: String,
    /// Days for which the lines are kept; 0: for ever.
    #[serde(default = "default_retention")]
    pub retention_days: i32,
}

fn default_stage() -> String {
    DEFAULT_STAGE.into()
}

fn default_retention() -> i32 {
    14
}

/// The default format of the access log.
pub fn default_format() -> String {
    let fields =
        ["requestId", "identity.sourceIp", "requestTime", "httpMethod", "routeKey", "status", "responseLatency"];
    let fields: Vec<String> = fields.iter().map(|field| format!("\"{field}\":\"$context.{field}\"")).collect();
    format!("{{{}}}", fields.join(","))
}

impl Section for HttpApi {
    const SECTION: &'static str = "http_api";
    const ATTRIBUTES: &'static [&'static str] = &["name", "id", "arn", "execution_arn", "url"];

    fn address(name: &Name) -> Address {
        names::http_api::address(name)
    }

    fn own_name(&self) -> Option<String> {
        self.name.clone()
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        let id = || Text::output(OutputRef::new(&Self::address(name), "id"));
        let arn = format!("arn:{}:apigateway:{}::/apis/", here.site.partition, here.site.region);
        match attribute {
            "name" => names::http_api::physical(here.owner, name).into(),
            "id" => id(),
            "arn" => Text::from(arn).then(id()),
            "execution_arn" => Text::from(here.site.arn("execute-api", "")).then(id()),
            _ => url_text(here.site, id(), &self.stage),
        }
    }

    fn files(&self) -> Vec<String> {
        self.openapi.iter().cloned().collect()
    }

    fn deliveries(&self, name: &Name, here: &Cursor) -> Vec<Delivery> {
        let start = Text::from(here.site.arn("execute-api", "")).then(OutputRef::new(&Self::address(name), "id"));
        let delivery = |function: &Name, sid: String, source: &str| Delivery {
            to: names::function::address(function),
            sid,
            service: "apigateway.amazonaws.com",
            source_arn: start.clone().then(source),
            source_account: false,
        };
        let answers: BTreeSet<&Name> = self.routes.iter().filter_map(|route| route.function.as_ref()).collect();
        let judges: BTreeSet<&Name> = self.authorizer.values().filter_map(|one| one.function.as_ref()).collect();
        let answers = answers.into_iter().map(|function| delivery(function, format!("http-api-{name}"), "/*/*"));
        let judges = judges
            .into_iter()
            .map(|function| delivery(function, format!("http-api-{name}_authorizers"), "/authorizers/*"));
        answers.chain(judges).collect()
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        check::check(self, here);
        domain::lower(false, name, here);
        let id = here.id(Kind::HttpApi, name, names::http_api::physical(here.owner, name));
        let tags = here.tags(&id.address, &self.tags, OnDelete::Retain);
        let mut state = State {
            description: here.at("description").literal(&self.description),
            cors_configuration: self.cors.as_ref().map(|cors| cors.lower(&here.at("cors"))),
            authorizers: self.lower_authorizers(&here.at("authorizer")),
            tags,
            ..State::default()
        };
        let mut role = ServiceRole::of(name, PART, "http-api", here);
        for (here, route) in here.at("routes").each(&self.routes) {
            if let Some((lowered, integration)) = route.lower(self, &mut role, &here) {
                state.route(&route.route, lowered, integration);
            }
        }
        let (tags, permissions_boundary) = (&self.tags, self.permissions_boundary.as_ref());
        role.lower(&Said { tags, permissions_boundary, adopt: self.adopt }, here);
        let stage = self.lower_stage(name, here);
        here.add(id, state.deployed(&self.stage, stage), self.adopt);
    }
}

impl HttpApi {
    fn lower_authorizers(&self, here: &Cursor) -> BTreeMap<String, crate::aws::apigatewayv2::Authorizer> {
        let all = self.authorizer.iter();
        all.filter_map(|(name, one)| Some((name.to_string(), one.lower(name, &here.at(name))?))).collect()
    }

    fn lower_stage(&self, name: &Name, here: &Cursor) -> Stage {
        let settings = |limits: Option<&Limits>| RouteSettings {
            throttling: limits.map(|limits| Throttle::of(limits.rate, limits.burst)),
            detailed_metrics_enabled: self.metrics,
        };
        let limited = self.routes.iter().filter(|route| route.throttle.is_some());
        Stage {
            default_route_settings: settings(self.throttle.as_ref()),
            route_settings: limited.map(|route| (route.route.clone(), settings(route.throttle.as_ref()))).collect(),
            access_log_settings: self.access_logs.as_ref().map(|logs| self.lower_logs(logs, name, here)),
            stage_variables: self.lower_variables(&here.at("variables")),
            ..Stage::default()
        }
    }

    fn lower_variables(&self, here: &Cursor) -> BTreeMap<String, String> {
        self.variables.iter().map(|(name, value)| (name.clone(), here.at(name).literal(value))).collect()
    }

    /// A group of this name needs no policy of its own: what delivers logs has one for all of them.
    fn lower_logs(&self, wanted: &AccessLogs, name: &Name, here: &Cursor) -> AccessLog {
        let own = own_part(name, PART).unwrap_or_else(|| name.clone());
        let group = format!("/aws/vendedlogs/apigateway/{}", here.owner.physical(name.as_str(), 128));
        let destination_arn = here.site.arn("logs", &format!("log-group:{group}"));
        let id = here.id(Kind::LogGroup, &own, group);
        here.need(id.address.clone());
        let tags = here.tags(&id.address, &self.tags, self.on_delete);
        let retention_in_days = Some(wanted.retention_days).filter(|days| *days != 0);
        here.apart().add(id, logs::LogGroup { retention_in_days, tags, ..Default::default() }, self.adopt);
        AccessLog { destination_arn, format: wanted.format.clone() }
    }

    /// How each of its routes can be tried from outside, without credentials: a method and a path.
    pub fn open_calls(&self) -> Vec<(String, String)> {
        self.routes.iter().filter_map(|route| route.open_call(&self.routes)).collect()
    }
}

/// True for an HTTP API in place of a REST API's name; reports that AWS WAF cannot protect it.
pub fn cannot_be_protected(name: &Name, here: &Cursor) -> bool {
    let is_one = here.manifest.http_api.contains_key(name) && !here.manifest.api.contains_key(name);
    if is_one {
        let message = format!("{name} is an HTTP API, which AWS WAF cannot protect");
        let help = "make it an [api.<name>], or put a CloudFront distribution with a web ACL in front of it; \
                    authorizers and throttle restrict who calls it and how often";
        here.problem(message, Some(help));
    }
    is_one
}

fn url_text(site: &Site, id: Text, stage: &str) -> Text {
    let path = if stage == DEFAULT_STAGE { String::new() } else { format!("/{stage}") };
    if site.is_aws() {
        let rest = format!(".execute-api.{}.{}{path}", site.region, site.dns_suffix());
        return Text::from("https://").then(id).then(rest);
    }
    Text::from(format!("{}/_aws/execute-api/", site.endpoint)).then(id).then(path)
}

/// Where callers reach a stage.
pub fn url(site: &Site, id: &str, stage: &str) -> String {
    url_text(site, id.into(), stage).to_string()
}
