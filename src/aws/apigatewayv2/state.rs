//! What an HTTP API is.
//!
//! To build a wanted state: [`HttpApi::route`] adds a route with what it calls, [`HttpApi::deployed`] comes last. What
//! has AWS's default is left out: [`Integration::function`] and `Default` define that.
//!
//! An integration has no name in AWS, so its key here is made from its contents ([`Integration::key`]): two routes that
//! call the same in the same way share one, and an integration that somebody has edited has another key.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::aws::tags::Tags;
use crate::canonical::Sha;

/// Milliseconds that AWS waits for an integration by default, which is also the most.
pub const TIMEOUT: i32 = 30000;

/// What the description of a deployment that AWS could not make ends in, before its number.
pub const FAILED: &str = " FAILED";

/// True for the description of a deployment that AWS could not make.
pub(super) fn has_failed(description: &str) -> bool {
    description.rsplit_once(" #").is_some_and(|(of, _)| of.ends_with(FAILED))
}

/// An HTTP API.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpApi {
    /// What it is for; up to 1024 characters.
    pub description: String,
    /// Which other sites' pages may call it; `None`: AWS answers no preflight.
    pub cors_configuration: Option<Cors>,
    /// True if it answers under domain names of its own alone; nothing of ours asks for that yet.
    pub disable_execute_api_endpoint: bool,
    /// Routes by their route keys: `GET /items/{id}`, `ANY /files/{path+}`, `$default`.
    pub routes: BTreeMap<String, Route>,
    /// What routes call, by [`Integration::key`].
    pub integrations: BTreeMap<String, Integration>,
    /// What decides who may call a route, by name.
    pub authorizers: BTreeMap<String, Authorizer>,
    /// The frozen copies, by description.
    pub deployments: BTreeSet<String>,
    /// The stages by name; `$default` is the one without a path of its own.
    pub stages: BTreeMap<String, Stage>,
    pub tags: Tags,
}

/// Which other sites' pages may call it. Names of headers in lower case, as AWS reports them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cors {
    /// True if they may send cookies; not with the origin `*`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_credentials: bool,
    /// In lower case.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub allow_headers: BTreeSet<String>,
    /// Such as `GET`, or `*`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub allow_methods: BTreeSet<String>,
    /// Such as `https://example.org`, or `*`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub allow_origins: BTreeSet<String>,
    /// In lower case.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub expose_headers: BTreeSet<String>,
    /// Seconds for which a browser keeps the answer, -1 to 86400; `None` where it is 0, which AWS reports of what was never
    /// set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<i32>,
}

/// One route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Route {
    /// `NONE`, `AWS_IAM`, `JWT`, or `CUSTOM` for a function.
    pub authorization_type: String,
    /// The name of the authorizer of a `JWT` or `CUSTOM` route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer: Option<String>,
    /// Of which a caller's token has to bear one; `JWT` alone.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub authorization_scopes: BTreeSet<String>,
    /// AWS's name of it, for SDKs and logs.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub operation_name: String,
    /// The key of what it calls, which [`HttpApi::route`] fills in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration: Option<String>,
    /// Settings that no route of ours has, such as `apiKeyRequired`: none is ever wanted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub other: BTreeMap<String, String>,
}

impl Default for Route {
    /// A route that anybody may call.
    fn default() -> Self {
        Self {
            authorization_type: "NONE".into(),
            authorizer: None,
            authorization_scopes: BTreeSet::new(),
            operation_name: String::new(),
            integration: None,
            other: BTreeMap::new(),
        }
    }
}

/// What routes call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Integration {
    /// `AWS_PROXY` for functions and services, `HTTP_PROXY` for what is elsewhere or behind a VPC link.
    pub integration_type: String,
    /// What a service is asked to do: `SQS-SendMessage`, `EventBridge-PutEvents`, `StepFunctions-StartExecution`,
    /// `Kinesis-PutRecord`, and the others that AWS knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration_subtype: Option<String>,
    /// A function's ARN, a URL, or the ARN of a listener or of a Cloud Map service; a service has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration_uri: Option<String>,
    /// `HTTP_PROXY` alone: `GET`, or `ANY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration_method: Option<String>,
    /// The id of the VPC link that leads to it; `None`: the internet, or AWS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<String>,
    /// The role with which API Gateway asks a service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials_arn: Option<String>,
    /// `1.0` or `2.0`; only functions have `2.0`.
    pub payload_format_version: String,
    /// 50 to [`TIMEOUT`].
    pub timeout_in_millis: i32,
    /// A service's parameters (`QueueUrl`), or what becomes of a request (`append:header.x`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_parameters: BTreeMap<String, String>,
    /// What becomes of answers (`overwrite:statuscode`), by status; `HTTP_PROXY` alone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub response_parameters: BTreeMap<String, BTreeMap<String, String>>,
    /// The name that the certificate behind a VPC link has to bear.
    #[serde(default, rename = "tlsConfig", with = "tls", skip_serializing_if = "Option::is_none")]
    pub server_name_to_verify: Option<String>,
    /// Settings that no integration of ours has: none is ever wanted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub other: BTreeMap<String, String>,
}

impl Integration {
    /// A function, by its ARN, with AWS's defaults.
    pub fn function(arn: &str) -> Self {
        Self {
            integration_type: "AWS_PROXY".into(),
            integration_subtype: None,
            integration_uri: Some(arn.to_owned()),
            integration_method: None,
            connection_id: None,
            credentials_arn: None,
            payload_format_version: "2.0".into(),
            timeout_in_millis: TIMEOUT,
            request_parameters: BTreeMap::new(),
            response_parameters: BTreeMap::new(),
            server_name_to_verify: None,
            other: BTreeMap::new(),
        }
    }

    /// A service that is asked with a role: `SQS-SendMessage` with its parameters.
    pub fn service(subtype: &str, credentials_arn: &str, request_parameters: BTreeMap<String, String>) -> Self {
        Self {
            integration_subtype: Some(subtype.to_owned()),
            integration_uri: None,
            credentials_arn: Some(credentials_arn.to_owned()),
            payload_format_version: "1.0".into(),
            request_parameters,
            ..Self::function("")
        }
    }

    /// Whatever answers at a URL.
    pub fn http(method: &str, url: &str) -> Self {
        Self {
            integration_type: "HTTP_PROXY".into(),
            integration_method: Some(method.to_owned()),
            payload_format_version: "1.0".into(),
            ..Self::function(url)
        }
    }

    /// What it is called in the state: a word for people, and sixteen digits of the digest of all that it is.
    pub fn key(&self) -> String {
        let digest = Sha::of_json(self).expect("text and whole numbers under keys of text are JSON").to_string();
        let digest = digest.trim_start_matches("sha256:");
        format!("{} {}", self.word(), digest.get(..16).unwrap_or(digest))
    }

    /// What a service is asked to do; a function's name; or where else it leads.
    fn word(&self) -> String {
        let uri = self.integration_uri.as_deref().unwrap_or_default();
        let method = self.integration_method.as_deref();
        match (&self.integration_subtype, uri.split_once(":function:"), method) {
            (Some(subtype), ..) => subtype.clone(),
            (None, Some((_, name)), _) => name.trim_end_matches("/invocations").to_owned(),
            (None, None, Some(method)) => format!("{method} {uri}"),
            (None, None, None) => format!("{} {uri}", self.integration_type),
        }
    }
}

/// `tlsConfig`: an object with a name in it.
mod tls {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct TlsConfig {
        server_name_to_verify: String,
    }

    pub fn serialize<S: Serializer>(name: &Option<String>, to: S) -> Result<S::Ok, S::Error> {
        name.clone().map(|server_name_to_verify| TlsConfig { server_name_to_verify }).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
        Ok(Option::<TlsConfig>::deserialize(from)?.map(|config| config.server_name_to_verify))
    }
}

/// What decides who may call a route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Authorizer {
    /// `JWT`, or `REQUEST` for a function.
    pub authorizer_type: String,
    /// Where in a request its words are, such as `$request.header.Authorization`; in this order. `JWT` has exactly one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identity_source: Vec<String>,
    /// `JWT` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwt_configuration: Option<Jwt>,
    /// `REQUEST` alone: the function as API Gateway invokes it,
    /// `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<its ARN>/invocations`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer_uri: Option<String>,
    /// `REQUEST` alone: the role that invokes it; `None`: the function's policy lets API Gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer_credentials_arn: Option<String>,
    /// `REQUEST` alone: `1.0` or `2.0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer_payload_format_version: Option<String>,
    /// `REQUEST` alone: seconds for which an answer holds, 0 to 3600; more than 0 needs an identity source.
    #[serde(default)]
    pub authorizer_result_ttl_in_seconds: i32,
    /// `REQUEST` with `2.0` alone: true if it answers yes or no, and not with a policy.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub enable_simple_responses: bool,
}

/// Whose tokens count.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Jwt {
    /// Who makes them: an `https` URL at which AWS finds its discovery document.
    pub issuer: String,
    /// For whom they are; up to 50.
    #[serde(default)]
    pub audience: BTreeSet<String>,
}

/// A stage. It has no tags of its own: to tag one AWS asks for `apigateway:TagResource`, an action that its own reference
/// does not list and its policy checks refuse. The tags of the API say whose it is.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stage {
    /// The description of the deployment that it serves. A wanted stage has one: see [`HttpApi::deployed`].
    pub deployment: Option<String>,
    /// True if AWS deploys every change of a route by itself, so that calls that nobody has reviewed would take effect:
    /// never wanted.
    pub auto_deploy: bool,
    /// What holds for every route.
    pub default_route_settings: RouteSettings,
    /// What holds for one route in its place, by route key.
    pub route_settings: BTreeMap<String, RouteSettings>,
    /// Where a line a request goes.
    pub access_log_settings: Option<AccessLog>,
    /// Stage variables.
    pub stage_variables: BTreeMap<String, String>,
}

/// What holds for routes.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouteSettings {
    /// The limits on requests; `None`: the account's. AWS takes none away from a stage: see [`Throttle::OF_A_NEW_ACCOUNT`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttling: Option<Throttle>,
    /// Metrics by route.
    pub detailed_metrics_enabled: bool,
}

/// Limits on requests.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Throttle {
    /// Requests a second.
    pub throttling_rate_limit: f64,
    /// Requests at once.
    pub throttling_burst_limit: i32,
}

impl Throttle {
    /// An account's default limits. They replace limits of a stage that are no longer wanted; if somebody asks for just
    /// these, they are limits like any other, since an account's may be higher.
    pub const OF_A_NEW_ACCOUNT: Self = Self { throttling_rate_limit: 10000.0, throttling_burst_limit: 5000 };

    /// These limits.
    pub const fn of(throttling_rate_limit: f64, throttling_burst_limit: i32) -> Self {
        Self { throttling_rate_limit, throttling_burst_limit }
    }
}

/// Access logging.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessLog {
    /// The log group's ARN, without `:*`.
    pub destination_arn: String,
    /// What a line holds.
    pub format: String,
}

impl HttpApi {
    /// Adds a route that calls this.
    pub fn route(&mut self, route_key: &str, route: Route, integration: Integration) {
        let key = integration.key();
        self.routes.insert(route_key.to_owned(), Route { integration: Some(key.clone()), ..route });
        self.integrations.insert(key, integration);
    }

    /// The description of the deployment that freezes this definition.
    pub fn definition(&self) -> String {
        let definition = Definition {
            cors_configuration: &self.cors_configuration,
            routes: &self.routes,
            integrations: &self.integrations,
            authorizers: &self.authorizers,
        };
        Sha::of_json(&definition).expect("text and whole numbers under keys of text are JSON").to_string()
    }

    /// The same API with one stage that serves its definition, and no other deployment.
    pub fn deployed(mut self, name: &str, stage: Stage) -> Self {
        let definition = self.definition();
        self.deployments = BTreeSet::from([definition.clone()]);
        self.stages = BTreeMap::from([(name.to_owned(), Stage { deployment: Some(definition), ..stage })]);
        self
    }
}

/// What a deployment freezes. Its digest names deployments for as long as they live: a field that is added later, here or
/// in what stands here, must be left out of the JSON where it is not used.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Definition<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cors_configuration: &'a Option<Cors>,
    routes: &'a BTreeMap<String, Route>,
    integrations: &'a BTreeMap<String, Integration>,
    authorizers: &'a BTreeMap<String, Authorizer>,
}
