//! `[api.<name>].routes`: one method of one path each.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Auth, ExecutionLogs, Limits, Put, Respond, RouteCache, RouteResponse, answer};
use crate::name::Name;

/// One method of one path. It calls one of `function`, `respond`, `send`, `publish`, `put`, `start`, `stream` and `url`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The HTTP method.
    pub method: HttpMethod,
    /// The path, such as `/items/{id}`, or `/files/{path+}` for everything below it.
    pub path: String,
    /// The `[function.<name>]` that answers.
    pub function: Option<Name>,
    /// The response that API Gateway gives by itself: `{ status = 200, body = "…", headers = { … } }`.
    pub respond: Option<Respond>,
    /// The `[queue.<name>]` that gets the request's body as a message.
    pub send: Option<Name>,
    /// The `[topic.<name>]` that gets the request's body as a message.
    pub publish: Option<Name>,
    /// The `[bus.<name>]`, or `default`, that gets the request's body as an event with `source` and `detail_type`; or a
    /// table that gets an item: `{ table = "orders", item = { id = "$context.requestId" } }`.
    pub put: Option<Put>,
    /// The `[workflow.<name>]` that is started with the request's body.
    pub start: Option<Name>,
    /// The ARN of a Kinesis stream that gets the request's body as a record.
    pub stream: Option<String>,
    /// A URL to which requests are passed on; `{id}` in it stands for a path variable.
    pub url: Option<String>,
    /// The id of the VPC link through which the URL is reached.
    pub vpc_link: Option<String>,
    /// Parameters of the request to a service, by AWS's names: `DelaySeconds = "10"`; for a URL, `"header.x" =
    /// "$context.requestId"`.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// A file in the repository with a mapping template for the request. Default: one that suits the service; for a
    /// URL, the request is passed on unchanged.
    pub request: Option<String>,
    /// Content types of the bodies that it accepts: others get a 415. Default: `application/json`, which also applies
    /// to a request without a content type.
    #[serde(default)]
    pub types: BTreeSet<String>,
    /// How the response of a service or a URL is mapped, by the status that callers get.
    #[serde(default)]
    pub responses: BTreeMap<String, RouteResponse>,
    /// The group within which messages to a FIFO queue or topic keep their order, or where to take it from:
    /// `$request.path.customer`.
    pub message_group_id: Option<String>,
    /// The event's source, or where to take it from; it must not begin with `aws.`.
    pub source: Option<String>,
    /// The event's detail type, or where to take it from.
    pub detail_type: Option<String>,
    /// True: callers wait until an express workflow has ended, and get its output.
    #[serde(default)]
    pub sync: bool,
    /// Who may call it: `none`, `iam`, or the name of one of the API's authorizers.
    #[serde(default)]
    pub auth: Auth,
    /// Scopes, of which a token must have one, if `auth` names a `cognito` authorizer.
    #[serde(default)]
    pub scopes: BTreeSet<String>,
    /// A file in the repository with the JSON schema that bodies have to match, such as `schemas/order.json`. Other
    /// requests get a 400, and the function is not called.
    pub body: Option<String>,
    /// What requests must contain: `querystring.<name>`, `header.<name>`. Requests without it get a 400, and the
    /// function is not called.
    #[serde(default)]
    pub require: Vec<String>,
    /// True: callers need an API key.
    #[serde(default)]
    pub api_key: bool,
    /// Limits on requests to this route, in place of the API's `throttle`.
    pub throttle: Option<Limits>,
    /// Caches its responses in the API's `cache`.
    pub cache: Option<RouteCache>,
    /// What is logged about its execution, in place of the API's `execution_logs`.
    pub execution_logs: Option<ExecutionLogs>,
    /// How many milliseconds the integration has to respond. More than 29000 requires AWS to have raised the account's
    /// quota.
    #[serde(default = "default_timeout")]
    pub timeout_ms: i32,
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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

fn default_timeout() -> i32 {
    29000
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
    /// True if anybody can call it as it is: it requires no credentials, no key, no variables in its path and nothing
    /// else; and if it leads to nothing outside the app.
    pub fn is_open(&self) -> bool {
        let takes_json = self.types.is_empty() || self.types.contains(answer::JSON);
        let leads_outside = self.url.is_some() || self.stream.is_some();
        let asks = self.api_key || self.body.is_some() || !self.require.is_empty() || !takes_json || leads_outside;
        self.auth == Auth::None && !asks && !self.path.contains('{')
    }

    /// `POST /items`
    pub(in crate::manifest) fn key(&self) -> String {
        format!("{} {}", self.method.as_str(), self.path)
    }

    /// The files that hold its templates.
    pub(super) fn templates(&self) -> impl Iterator<Item = &String> {
        let answers = self.responses.values().filter_map(|one| one.file.as_ref());
        self.request.iter().chain(self.respond.iter().filter_map(|one| one.file.as_ref())).chain(answers)
    }
}
