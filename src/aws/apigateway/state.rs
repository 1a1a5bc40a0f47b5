//! What a REST API is.

use super::*;
use crate::aws::apigateway::parts::Parts;

/// A REST API.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RestApi {
    /// What it is for.
    pub description: String,
    /// `REGIONAL`, `EDGE` or `PRIVATE`.
    pub endpoint_type: String,
    /// Who may call it; resources in the short form `execute-api:/*`.
    pub policy: Option<Document>,
    /// Content types whose bodies are bytes and not text.
    pub binary_media_types: BTreeSet<String>,
    /// Bytes from which on answers are compressed; `None`: never.
    pub minimum_compression_size: Option<i32>,
    /// Every path but the root, each after those that it continues.
    pub resources: BTreeSet<String>,
    /// Methods as `POST /items`.
    pub methods: BTreeMap<String, Method>,
    /// What its methods name, and what callers get where none has answered.
    #[serde(flatten)]
    pub parts: Parts,
    /// The frozen copies, by description.
    pub deployments: BTreeSet<String>,
    /// The stages by name.
    pub stages: BTreeMap<String, Stage>,
    pub tags: Tags,
}

/// One method of one path.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Method {
    /// `NONE`, `AWS_IAM`, or of an authorizer `CUSTOM` or `COGNITO_USER_POOLS`.
    pub authorization_type: String,
    /// True if callers need a key.
    pub api_key_required: bool,
    /// What is looked at before anything is called.
    #[serde(flatten)]
    pub checks: Checks,
    /// What is called.
    pub integration: Option<Integration>,
    /// Headers of its answers, by status.
    pub method_responses: BTreeMap<String, BTreeSet<String>>,
    /// What callers get of its answers, by the status that they get.
    pub integration_responses: BTreeMap<String, IntegrationResponse>,
    /// Settings that no method of ours has, such as `operationName`: none is ever wanted.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub other: BTreeMap<String, String>,
}

/// What API Gateway looks at before it calls anything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Checks {
    /// The name of the authorizer that decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorizer: Option<String>,
    /// Of which a token must have one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub authorization_scopes: BTreeSet<String>,
    /// The name of the validator that says what is checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_validator: Option<String>,
    /// Parameters, such as `method.request.querystring.page`, and whether each is required.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_parameters: BTreeMap<String, bool>,
    /// Models of bodies by content type; `$default` for any other.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_models: BTreeMap<String, String>,
}

/// What becomes of an answer of what a method calls.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationResponse {
    /// The values of headers.
    #[serde(flatten)]
    pub response_parameters: BTreeMap<String, String>,
    /// The statuses of the integration that it applies to, as a regular expression; `None`: all that no other response
    /// matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selection_pattern: Option<String>,
    /// Bodies by content type; none: as it was answered.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub response_templates: BTreeMap<String, String>,
    /// `CONVERT_TO_TEXT` or `CONVERT_TO_BINARY`: how a body is converted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_handling: Option<String>,
}

/// What a method calls.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Integration {
    /// `AWS_PROXY` (a function), `AWS` (a service), `HTTP_PROXY`, `HTTP` or `MOCK`.
    #[serde(rename = "type")]
    pub integration_type: String,
    /// The function or the service, in the form that API Gateway wants, or a URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// `POST` for a function or a service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration_http_method: Option<String>,
    /// The ARN of the role with which a service is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<String>,
    /// `VPC_LINK`; `None`: over the internet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_type: Option<String>,
    /// The id of a VPC link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<String>,
    /// In milliseconds.
    pub timeout_in_millis: i32,
    /// Parameters of the request that is made, such as `integration.request.header.X-Id`, and where they come from.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_parameters: BTreeMap<String, String>,
    /// Bodies of the request that is made, by content type of the one that came.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_templates: BTreeMap<String, String>,
    /// What happens to a body to which no template applies: `NEVER` (415) or `WHEN_NO_TEMPLATES`; `None`: it is passed
    /// on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passthrough_behavior: Option<String>,
    /// Parameters by which cached answers are told apart.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub cache_key_parameters: BTreeSet<String>,
    /// `CONVERT_TO_TEXT` or `CONVERT_TO_BINARY`: how a request's body is converted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_handling: Option<String>,
}

impl RestApi {
    /// The description of the deployment that freezes this definition.
    pub fn definition(&self) -> String {
        let definition = Definition {
            policy: &self.policy,
            resources: &self.resources,
            methods: &self.methods,
            parts: &self.parts,
            binary_media_types: &self.binary_media_types,
            minimum_compression_size: self.minimum_compression_size,
        };
        Sha::of_json(&definition).expect("what a manifest asks for is JSON").to_string()
    }

    /// The same API with one stage that serves its definition, and no other deployment.
    pub fn deployed(mut self, name: &str, stage: Stage) -> Self {
        let definition = self.definition();
        self.deployments = BTreeSet::from([definition.clone()]);
        self.stages = BTreeMap::from([(name.to_owned(), Stage { deployment: Some(definition), ..stage })]);
        self
    }
}

/// What a deployment freezes. Its digest names deployments for as long as they live: a field that is added later
/// must be left out of the JSON where it is not used.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Definition<'a> {
    pub(super) policy: &'a Option<Document>,
    pub(super) resources: &'a BTreeSet<String>,
    pub(super) methods: &'a BTreeMap<String, Method>,
    #[serde(flatten)]
    pub(super) parts: &'a Parts,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) binary_media_types: &'a BTreeSet<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) minimum_compression_size: Option<i32>,
}
