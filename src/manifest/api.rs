//! `[api.<name>]`: API Gateway REST APIs.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::aws::apigateway::{
    AccessLog, Checks, EDGE, Integration, Method, PRIVATE, Parts, REGIONAL, RestApi, Stage, Throttle, setting_key,
};
use crate::aws::document::Document;
use crate::aws::{Kind, logs};
use crate::manifest::names::own_part;
use crate::manifest::{Cursor, Delivery, OnDelete, Section, names, resource_policy};
use crate::name::{Address, Name, Site};
use crate::text::{OutputRef, Text};

mod auth;
mod authorizer;
mod check;
mod cors;
mod parameter;
mod permission;
mod response;
mod validation;

pub use auth::Auth;
pub use authorizer::{Authorizer, AuthorizerType};
pub use cors::Cors;
pub use response::Response;

/// A REST API, regional, whose routes are functions.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// The stage that it is deployed to, the first part of its path.
    #[serde(default = "default_stage")]
    pub stage: String,
    /// Its routes.
    #[serde(default)]
    pub routes: Vec<Route>,
    /// Who decides whether requests may pass: a route names one in `auth`.
    #[serde(default)]
    pub authorizer: BTreeMap<Name, Authorizer>,
    /// What callers get where no function has answered, by type, such as `UNAUTHORIZED` or `DEFAULT_5XX`.
    #[serde(default)]
    pub response: BTreeMap<String, Response>,
    /// The address ranges that may call it; anybody where it is left out.
    #[serde(default)]
    pub allow_ips: Vec<String>,
    /// A file of the repository with a resource policy of one's own, in place of `allow_ips`; resources of the API in the short form
    /// `execute-api:/*`.
    pub policy: Option<String>,
    /// Where it answers: `regional`; `edge`, at CloudFront's edges; or `private`, in VPCs that the `policy` lets in.
    #[serde(default)]
    pub endpoint: Endpoint,
    /// Content types whose bodies are bytes and not text, such as `image/png` or `*/*`.
    #[serde(default)]
    pub binary_media_types: BTreeSet<String>,
    /// Bytes from which on answers are compressed for callers that accept it; never where it is left out.
    pub minimum_compression_size: Option<i32>,
    /// Lets browsers on other sites call it.
    pub cors: Option<Cors>,
    /// Limits on all requests together.
    pub throttle: Option<Limits>,
    /// X-Ray tracing.
    #[serde(default)]
    pub tracing: bool,
    /// A line a request. The account needs a CloudWatch role in its API Gateway settings, which this tool never
    /// touches, because all APIs of the account and region share it.
    pub access_logs: Option<AccessLogs>,
    /// Stage variables.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
    /// Tags beside the app's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// What becomes of its logs when it leaves the manifest.
    #[serde(default)]
    pub on_delete: OnDelete,
    /// Take over an existing API of this name.
    #[serde(default)]
    pub adopt: bool,
}

/// One method of one path.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The HTTP method.
    pub method: HttpMethod,
    /// Such as `/items/{id}`, or `/files/{path+}` for everything below.
    pub path: String,
    /// The `[function.<name>]` that answers.
    pub function: Name,
    /// Who may call it: `none`, `iam`, or the name of one of the API's authorizers.
    #[serde(default)]
    pub auth: Auth,
    /// Scopes of which a token must have one, where `auth` names a `cognito` authorizer.
    #[serde(default)]
    pub scopes: BTreeSet<String>,
    /// A file of the repository with the JSON schema that bodies have to match, such as `schemas/order.json`. Others are answered
    /// 400, and the function is not asked.
    pub body: Option<String>,
    /// What has to be there: `querystring.<name>`, `header.<name>`. Requests without it are answered 400, and the function is
    /// not asked.
    #[serde(default)]
    pub require: Vec<String>,
    /// True if callers need an API key.
    #[serde(default)]
    pub api_key: bool,
    /// Limits on requests to this route, in place of those on all together.
    pub throttle: Option<Limits>,
    /// Milliseconds that the function has to answer. More than 29000 needs a quota that AWS has raised.
    #[serde(default = "default_timeout")]
    pub timeout_ms: i32,
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "each variant is the method of its name")]
pub enum HttpMethod {
    Get,
    Post,
    Put,
    Patch,
    Delete,
    Head,
    Options,
    /// All of them.
    Any,
}

/// Where an API answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Endpoint {
    /// In its region.
    #[default]
    Regional,
    /// At CloudFront's edges.
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
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
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
    /// What a line holds; `$context.requestId` must be in it.
    #[serde(default = "default_format")]
    pub format: String,
    /// Days that the lines are kept; 0: for ever.
    #[serde(default = "default_retention")]
    pub retention_days: i32,
}

fn default_stage() -> String {
    "v1".into()
}

fn default_timeout() -> i32 {
    29000
}

fn default_retention() -> i32 {
    14
}

fn default_format() -> String {
    let fields =
        ["requestId", "identity.sourceIp", "requestTime", "httpMethod", "resourcePath", "status", "responseLatency"];
    let fields: Vec<String> = fields.iter().map(|field| format!("\"{field}\":\"$context.{field}\"")).collect();
    format!("{{{}}}", fields.join(","))
}

impl HttpMethod {
    /// The method as API Gateway writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Any => "ANY",
        }
    }

    /// A method to try it with.
    pub fn example(self) -> &'static str {
        if self == Self::Any { "POST" } else { self.as_str() }
    }
}

impl Route {
    /// True if anybody can call it as it stands: no credentials, no key, no variables in its path, nothing that it asks for.
    pub fn is_open(&self) -> bool {
        let asks = self.api_key || self.body.is_some() || !self.require.is_empty();
        self.auth == Auth::None && !asks && !self.path.contains('{')
    }

    /// `POST /items`
    fn key(&self) -> String {
        format!("{} {}", self.method.as_str(), self.path)
    }

    /// What the stage sets for it, if anything.
    fn settings(&self) -> Option<(String, BTreeMap<String, String>)> {
        Some((setting_key(self.method.as_str(), &self.path), self.throttle?.lower().of_method()))
    }

    fn lower(&self, api: &Api, here: &Cursor) -> Method {
        let uri = invocation(&self.function, here);
        let integration = Integration {
            integration_type: "AWS_PROXY".into(),
            uri: Some(uri),
            integration_http_method: Some("POST".into()),
            timeout_in_millis: self.timeout_ms,
            request_templates: BTreeMap::new(),
            content_handling: None,
        };
        let (authorization_type, authorizer) = match &self.auth {
            Auth::None => ("NONE", None),
            Auth::Iam => ("AWS_IAM", None),
            Auth::Authorizer(name) => {
                let named = api.authorizer.get(name);
                (named.map_or("CUSTOM", Authorizer::authorization_type), Some(name.to_string()))
            }
        };
        Method {
            authorization_type: authorization_type.into(),
            api_key_required: self.api_key,
            checks: Checks { authorizer, authorization_scopes: self.scopes.clone(), ..validation::checks(self) },
            integration: Some(integration),
            method_responses: BTreeMap::new(),
            integration_responses: BTreeMap::new(),
            other: BTreeMap::new(),
        }
    }
}

impl Section for Api {
    const SECTION: &'static str = "api";
    const ATTRIBUTES: &'static [&'static str] = &["name", "id", "arn", "execution_arn", "url"];

    fn address(name: &Name) -> Address {
        names::api::address(name)
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
        validation::files(self).into_iter().map(str::to_owned).chain(self.policy.clone()).collect()
    }

    fn deliveries(&self, name: &Name, here: &Cursor) -> Vec<Delivery> {
        permission::deliveries(self, name, here)
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        check::check(self, name, here);
        for (place, route) in here.at("routes").each(&self.routes) {
            if here.manifest.function.contains_key(&route.function) {
                place.at("function").need(names::function::address(&route.function));
            }
        }
        authorizer::need_functions(self, here);
        let access_log_settings = self.access_logs.as_ref().map(|logs| self.lower_logs(logs, name, here));
        let id = here.id(Kind::RestApi, name, names::api::physical(here.owner, name));
        let tags = here.tags(&id.address, &self.tags, OnDelete::Retain);
        let mut methods: BTreeMap<String, Method> =
            self.routes.iter().map(|route| (route.key(), route.lower(self, here))).collect();
        if let Some(cors) = &self.cors {
            methods.extend(cors.preflights(&self.routes, &self.binary_media_types));
        }
        let stage = Stage {
            tracing_enabled: self.tracing,
            throttling: self.throttle.map(Limits::lower),
            other_settings: self.routes.iter().filter_map(Route::settings).collect(),
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
        }
    }

    fn lower_logs(&self, wanted: &AccessLogs, name: &Name, here: &Cursor) -> AccessLog {
        let own = own_part(name, "api").unwrap_or_else(|| name.clone());
        let group = format!("/aws/apigateway/{}", names::api::physical(here.owner, name));
        let destination_arn = here.site.arn("logs", &format!("log-group:{group}"));
        let id = here.id(Kind::LogGroup, &own, group);
        here.need(id.address.clone());
        let tags = here.tags(&id.address, &self.tags, self.on_delete);
        let retention_in_days = Some(wanted.retention_days).filter(|days| *days != 0);
        here.apart().add(id, logs::LogGroup { retention_in_days, tags }, self.adopt);
        AccessLog { destination_arn, format: wanted.format.clone() }
    }
}

/// A function in the form that API Gateway wants.
fn invocation(function: &Name, here: &Cursor) -> String {
    let function = names::function::arn(here.site, here.owner, function);
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
