//! `[api.<name>]`: API Gateway REST APIs.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::aws::apigateway::{AccessLog, EDGE, Method, PRIVATE, Parts, REGIONAL, RestApi, Stage, Throttle};
use crate::aws::document::Document;
use crate::aws::{Kind, logs};
use crate::manifest::domain::{self, Domain};
use crate::manifest::names::own_part;
use crate::manifest::service_role::{Said, ServiceRole};
use crate::manifest::{Cursor, Delivery, OnDelete, Section, names, resource_policy};
use crate::name::{Address, Name, Site};
use crate::text::{OutputRef, Text};

mod answer;
mod auth;
mod authorizer;
mod check;
mod cors;
pub(super) mod draft4;
mod integration;
mod item;
mod parameter;
mod permission;
mod request;
mod response;
mod route;
mod service;
mod stage;
mod template;
mod validation;

pub use answer::{Respond, RouteResponse, usual};
pub use auth::Auth;
pub use authorizer::{Authorizer, AuthorizerType};
pub use cors::Cors;
pub use item::{Attribute, NumberValue, Put, PutItem, TextValue};
pub(super) use parameter::required as required_parameter;
pub use permission::together;
pub use response::Response;
pub use route::{HttpMethod, Route};
pub use stage::{Cache, CacheSize, ExecutionLogs, LogLevel, RouteCache};
pub(super) use validation::{MODELS_OF, by_name as models_of, model as model_name};

/// What ends the names of an API's role and log group.
const PART: &str = "api";

/// A REST API, regional, whose routes call functions, services and URLs.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// The API's name in AWS. Default: made of the app, the stage and the section's name.
    pub name: Option<String>,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// The stage that it is deployed to, which is the first part of its path.
    #[serde(default = "default_stage")]
    pub stage: String,
    /// Its routes.
    #[serde(default)]
    pub routes: Vec<Route>,
    /// A file in the repository with an OpenAPI 3 document, whose operations are routes in addition to these.
    pub openapi: Option<String>,
    /// Authorizers, which decide whether requests are accepted: a route names one in `auth`.
    #[serde(default)]
    pub authorizer: BTreeMap<Name, Authorizer>,
    /// What callers get if no function has answered, by type, such as `UNAUTHORIZED` or `DEFAULT_5XX`.
    #[serde(default)]
    pub response: BTreeMap<String, Response>,
    /// The address ranges that may call it. Default: anybody may.
    #[serde(default)]
    pub allow_ips: Vec<String>,
    /// A file in the repository with a resource policy of your own, instead of `allow_ips`; write resources of the API
    /// in the short form `execute-api:/*`.
    pub policy: Option<String>,
    /// Where it answers: `regional`; `edge`, at CloudFront's edge locations; or `private`, in VPCs that the `policy`
    /// admits.
    #[serde(default)]
    pub endpoint: Endpoint,
    /// Content types whose bodies are binary, such as `image/png` or `*/*`.
    #[serde(default)]
    pub binary_media_types: BTreeSet<String>,
    /// The size in bytes from which responses are compressed for callers that accept it. Default: never.
    pub minimum_compression_size: Option<i32>,
    /// Allows browsers on other sites to call it.
    pub cors: Option<Cors>,
    /// Limits on all requests together.
    pub throttle: Option<Limits>,
    /// X-Ray tracing.
    #[serde(default)]
    pub tracing: bool,
    /// Writes one line for each request. The account needs a CloudWatch role in its API Gateway settings. No apply of
    /// an app touches these, because all APIs of the account and region share them; `bootstrap --api-logging` creates
    /// the role.
    pub access_logs: Option<AccessLogs>,
    /// Logs what happens to each request, for troubleshooting. The account needs the same role.
    pub execution_logs: Option<ExecutionLogs>,
    /// Caches responses of routes with a `cache`.
    pub cache: Option<Cache>,
    /// A custom domain name.
    pub domain: Option<Domain>,
    /// Stage variables.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
    /// The ARN of the permissions boundary of the role with which it calls services.
    pub permissions_boundary: Option<String>,
    /// Tags in addition to the app's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// What happens to its logs when it is no longer in the manifest.
    #[serde(default)]
    pub on_delete: OnDelete,
    /// Takes over an existing API of this name.
    #[serde(default)]
    pub adopt: bool,
}

/// Where an API answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Endpoint {
    /// In its region.
    #[default]
    Regional,
    /// At CloudFront's edge locations.
    Edge,
    /// In VPCs.
    Private,
}

impl Endpoint {
    fn as_str(self) -> &'static str {
        match self {
            Self::Regional => REGIONAL,
            Self::Edge => EDGE,
            Self::Private => PRIVATE,
        }
    }
}

/// Limits on requests.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Requests a second.
    pub rate: f64,
    /// Requests at once.
    pub burst: i32,
}

/// Access logging.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessLogs {
    /// What a line contains; `$context.requestId` is required.
    #[serde(default = "default_format")]
    pub format: String,
    /// Days for which the lines are kept; 0: for ever.
    #[serde(default = "default_retention")]
    pub retention_days: i32,
}

fn default_stage() -> String {
    "v1".into()
}

fn default_retention() -> i32 {
    14
}

/// The default format of the access log.
pub fn default_format() -> String {
    let fields =
        ["requestId", "identity.sourceIp", "requestTime", "httpMethod", "resourcePath", "status", "responseLatency"];
    let fields: Vec<String> = fields.iter().map(|field| format!("\"{field}\":\"$context.{field}\"")).collect();
    format!("{{{}}}", fields.join(","))
}

impl Section for Api {
    const SECTION: &'static str = "api";
    const ATTRIBUTES: &'static [&'static str] = &["name", "id", "arn", "execution_arn", "url"];

    fn address(name: &Name) -> Address {
        names::api::address(name)
    }

    fn own_name(&self) -> Option<String> {
        self.name.clone()
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        let id = || Text::output(OutputRef::new(&Self::address(name), "id"));
        let arn = format!("arn:{}:apigateway:{}::/restapis/", here.site.partition, here.site.region);
        match attribute {
            "name" => names::api::physical(here.owner, name).into(),
            "id" => id(),
            "arn" => Text::from(arn).then(id()),
            "execution_arn" => Text::from(here.site.arn("execute-api", "")).then(id()),
            _ => url_text(here.site, id(), &self.stage),
        }
    }

    fn files(&self) -> Vec<String> {
        let templates = self.routes.iter().flat_map(Route::templates).cloned();
        let named = self.policy.iter().chain(&self.openapi).cloned();
        validation::files(self).into_iter().map(str::to_owned).chain(named).chain(templates).collect()
    }

    fn deliveries(&self, name: &Name, here: &Cursor) -> Vec<Delivery> {
        permission::deliveries(self, name, here)
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        check::check(self, name, here);
        domain::lower(true, name, here);
        authorizer::need_functions(self, here);
        let access_log_settings = self.access_logs.as_ref().map(|logs| self.lower_logs(logs, name, here));
        let id = here.id(Kind::RestApi, name, names::api::physical(here.owner, name));
        let tags = here.tags(&id.address, &self.tags, OnDelete::Retain);
        let mut role = ServiceRole::of(name, PART, "api", here);
        let routes = here.at("routes");
        let mut methods: BTreeMap<String, Method> =
            routes.each(&self.routes).map(|(here, route)| (route.key(), route.lower(self, &mut role, &here))).collect();
        let permissions_boundary = self.permissions_boundary.as_ref();
        role.lower(&Said { tags: &self.tags, permissions_boundary, adopt: self.adopt }, here);
        if let Some(cors) = &self.cors {
            methods.extend(cors.preflights(&self.routes, &self.binary_media_types));
        }
        let stage = Stage {
            tracing_enabled: self.tracing,
            throttling: self.throttling(),
            other_settings: self.settings(),
            cache_cluster_size: self.cache_size(),
            access_log_settings,
            variables: self.variables.clone(),
            tags: tags.clone(),
            ..Stage::default()
        };
        let state = RestApi {
            description: self.description.clone(),
            endpoint_type: self.endpoint.as_str().into(),
            policy: self.lower_policy(name, here),
            binary_media_types: self.binary_media_types.clone(),
            minimum_compression_size: self.minimum_compression_size,
            resources: self.routes.iter().flat_map(|route| prefixes(&route.path)).collect(),
            methods,
            parts: self.parts(here),
            deployments: BTreeSet::new(),
            stages: BTreeMap::new(),
            tags,
        };
        let state = state.deployed(&self.stage, stage).marked();
        check::parts_tag(&state.tags, here);
        here.add(id, state, self.adopt);
    }
}

impl Limits {
    fn lower(self) -> Throttle {
        Throttle { rate_limit: self.rate, burst_limit: self.burst }
    }
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const POLICY: resource_policy::Limits = resource_policy::Limits {
    noun: "API policy",
    service: "execute-api:",
    bytes: check::POLICY,
    statements: usize::MAX,
    actions: usize::MAX,
    principals: usize::MAX,
};

impl Api {
    /// True for one that is reached from VPCs alone.
    pub fn is_private(&self) -> bool {
        self.endpoint == Endpoint::Private
    }

    /// The file's policy, or the one that lets addresses in.
    fn lower_policy(&self, name: &Name, here: &Cursor) -> Option<Document> {
        if self.policy.is_none() {
            return policy(&self.allow_ips);
        }
        let own = resource_policy::own(self.policy.as_ref(), &Self::address(name), here)?;
        resource_policy::check(&own, &POLICY, &here.at("policy"));
        Some(own)
    }

    fn parts(&self, here: &Cursor) -> Parts {
        let authorizers = self.authorizer.iter().map(|(name, one)| {
            let here = here.at("authorizer").at(name);
            (name.to_string(), one.lower(&here))
        });
        Parts {
            authorizers: authorizers.collect(),
            models: validation::models(self, here),
            request_validators: validation::validators(self),
            gateway_responses: response::lower(self),
            ..Parts::default()
        }
    }

    fn lower_logs(&self, wanted: &AccessLogs, name: &Name, here: &Cursor) -> AccessLog {
        let own = own_part(name, PART).unwrap_or_else(|| name.clone());
        let group = format!("/aws/apigateway/{}", here.owner.physical(name.as_str(), 128));
        let destination_arn = here.site.arn("logs", &format!("log-group:{group}"));
        let id = here.id(Kind::LogGroup, &own, group);
        here.need(id.address.clone());
        let tags = here.tags(&id.address, &self.tags, self.on_delete);
        let retention_in_days = Some(wanted.retention_days).filter(|days| *days != 0);
        here.apart().add(id, logs::LogGroup { retention_in_days, tags, ..Default::default() }, self.adopt);
        AccessLog { destination_arn, format: wanted.format.clone() }
    }
}

/// A function in the form that API Gateway wants.
fn invocation(function: &Name, here: &Cursor) -> String {
    let function = here.invoked(function);
    let (partition, region) = (&here.site.partition, &here.site.region);
    format!("arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations")
}

/// `/a/b/c` as `/a`, `/a/b` and `/a/b/c`.
fn prefixes(path: &str) -> Vec<String> {
    let parts = path.split('/').filter(|part| !part.is_empty());
    let mut prefix = String::new();
    let grow = parts.map(|part| {
        prefix = format!("{prefix}/{part}");
        prefix.clone()
    });
    grow.collect()
}

/// Everybody may call, whoever comes from elsewhere may not.
fn policy(allow_ips: &[String]) -> Option<Document> {
    let statement = |sid: &str, effect: &str| json!({"Sid": sid, "Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"});
    let mut deny = statement("DenyOtherAddresses", "Deny");
    deny["Condition"] = json!({"NotIpAddress": {"aws:SourceIp": allow_ips}});
    (!allow_ips.is_empty()).then(|| Document::new(vec![statement("AllowAll", "Allow"), deny]))
}

fn url_text(site: &Site, id: Text, stage: &str) -> Text {
    if site.is_aws() {
        let rest = format!(".execute-api.{}.{}/{stage}", site.region, site.dns_suffix());
        return Text::from("https://").then(id).then(rest);
    }
    Text::from(format!("{}/_aws/execute-api/", site.endpoint)).then(id).then(format!("/{stage}"))
}

/// Where callers reach a stage.
pub fn url(site: &Site, id: &str, stage: &str) -> String {
    url_text(site, id.into(), stage).to_string()
}

#[cfg(test)]
mod tests;
