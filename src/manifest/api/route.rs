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
    /// Such as `/items/{id}`, or `/files/{path+}` for everything below.
    pub path: String,
    /// The `[function.<name>]` that answers.
    pub function: Option<Name>,
    /// What API Gateway answers by itself: `{ status = 200, body = "…", headers = { … } }`.
    pub respond: Option<Respond>,
    /// The `[queue.<name>]` that gets the request's body as a message.
    pub send: Option<Name>,
    /// The `[topic.<name>]` that gets the request's body as a message.
    pub publish: Option<Name>,
    /// The `[bus.<name>]` that gets the request's body as an event, or `default`, with `source` and `detail_type`; or a table
    /// that gets an item: `{ table = "orders", item = { id = "$context.requestId" } }`.
    pub put: Option<Put>,
    /// The `[workflow.<name>]` that is started with the request's body.
    pub start: Option<Name>,
    /// The ARN of a Kinesis stream that gets the request's body as a record.
    pub stream: Option<String>,
    /// Whatever answers at a URL, in which `{id}` stands for a variable of the path.
    pub url: Option<String>,
    /// The id of a VPC link by which the URL is reached.
    pub vpc_link: Option<String>,
    /// What a service is asked with, by AWS's names: `DelaySeconds = "10"`; of a URL `"header.x" = "$context.requestId"`.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// A file of the repository with a template of the request that is made. Left out: the one that its service needs; of a URL the
    /// request as it came.
    pub request: Option<String>,
    /// Content types of bodies that it takes: others are answered 415. Left out: `application/json`, which is also what a request
    /// without any has.
    #[serde(default)]
    pub types: BTreeSet<String>,
    /// What becomes of the answer of a service or a URL, by the status that callers get.
    #[serde(default)]
    pub responses: BTreeMap<String, RouteResponse>,
    /// The group in which messages to a FIFO queue or topic keep their order, or where it comes from: `$request.path.customer`.
    pub message_group_id: Option<String>,
    /// The event's source, or where it comes from; not one that begins with `aws.`.
    pub source: Option<String>,
    /// The event's detail type, or where it comes from.
    pub detail_type: Option<String>,
    /// True: callers wait for the end of an express workflow, and get its output.
    #[serde(default)]
    pub sync: bool,
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
    /// Keeps its answers in the API's `cache`.
    pub cache: Option<RouteCache>,
    /// What is logged of its execution, in place of the API's `execution_logs`.
    pub execution_logs: Option<ExecutionLogs>,
    /// Milliseconds that what is called has to answer. More than 29000 needs a quota that AWS has raised.
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
    /// True if anybody can call it as it stands: no credentials, no key, no variables in its path, nothing that it asks for; and if
    /// it leads to nothing outside the app.
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
