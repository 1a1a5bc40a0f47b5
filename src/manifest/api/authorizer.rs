//! `[api.<name>.authorizer.<name>]`: what decides whether a request to a route is accepted.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::parameter;
use crate::aws::apigateway::{self, AUTHORIZERS_AT_MOST, COGNITO, TTL};
use crate::manifest::{Cursor, names};
use crate::name::Name;

/// A function or Cognito user pools: whoever they accept may call the routes that name it in `auth`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authorizer {
    /// `token`: a function checks one header. `request`: a function checks the whole request. `cognito`: tokens of user
    /// pools are valid. Default: `cognito` if there are `user_pools`, `request` if there are `identity_sources`,
    /// otherwise `token`.
    #[serde(rename = "type")]
    pub of: Option<AuthorizerType>,
    /// The `[function.<name>]` that decides.
    pub function: Option<Name>,
    /// The header that contains the token, such as `header.X-Token`. Default: `header.Authorization`. A request without
    /// it gets a 401, and the function is not called.
    pub identity_source: Option<String>,
    /// For a `request` authorizer: what a request has to contain before the function is called, and by which its
    /// results are cached: `header.<name>`, `querystring.<name>`, `context.<name>`, `variable.<name>`.
    #[serde(default)]
    pub identity_sources: Vec<String>,
    /// A regular expression that the token has to match before the function is called; with `cognito`, one that the
    /// token's audience has to match.
    pub validation: Option<String>,
    /// Seconds for which a function's result is cached, for every route, at most 3600; 0: never. Default: 300.
    pub ttl: Option<i32>,
    /// ARNs of Cognito user pools.
    #[serde(default)]
    pub user_pools: Vec<String>,
}

/// What an authorizer looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuthorizerType {
    /// One header, by a function.
    Token,
    /// The whole request, by a function.
    Request,
    /// A token of a user pool.
    Cognito,
}

const LONGEST: i32 = 3600;
/// Where callers say who they are unless something else is said.
pub(super) const AUTHORIZATION: &str = "header.Authorization";

impl Authorizer {
    /// What it looks at.
    pub fn kind(&self) -> AuthorizerType {
        let follows = match (self.user_pools.is_empty(), self.identity_sources.is_empty()) {
            (false, _) => AuthorizerType::Cognito,
            (true, false) => AuthorizerType::Request,
            (true, true) => AuthorizerType::Token,
        };
        self.of.unwrap_or(follows)
    }

    /// What methods say that ask it.
    pub(super) fn authorization_type(&self) -> &'static str {
        if self.kind() == AuthorizerType::Cognito { COGNITO } else { "CUSTOM" }
    }

    /// The headers and query parameters by which it tells callers apart.
    pub(super) fn callers(&self) -> Vec<&str> {
        match self.kind() {
            AuthorizerType::Request if self.sources() => {
                let sources = self.identity_sources.iter().map(String::as_str);
                sources.filter(|source| parameter::required(source).is_some()).collect()
            }
            AuthorizerType::Request => vec![AUTHORIZATION],
            AuthorizerType::Token | AuthorizerType::Cognito => vec![self.header()],
        }
    }

    fn header(&self) -> &str {
        self.identity_source.as_deref().unwrap_or(AUTHORIZATION)
    }

    pub(super) fn lower(&self, here: &Cursor) -> apigateway::Authorizer {
        let (kind, pools) = (self.kind(), here.at("user_pools"));
        let of = match kind {
            AuthorizerType::Token => "TOKEN",
            AuthorizerType::Request => "REQUEST",
            AuthorizerType::Cognito => COGNITO,
        };
        let function = self.function.as_ref().filter(|_| kind != AuthorizerType::Cognito);
        let sources = match kind {
            AuthorizerType::Request => self.identity_sources.iter().map(String::as_str).collect(),
            AuthorizerType::Token | AuthorizerType::Cognito => vec![self.header()],
        };
        let sources: Vec<String> = sources.into_iter().filter_map(parameter::mapped).collect();
        apigateway::Authorizer {
            authorizer_type: of.into(),
            provider_arns: pools.each(&self.user_pools).map(|(here, arn)| here.likely(arn, "")).collect(),
            authorizer_uri: function.map(|function| super::invocation(function, here)),
            authorizer_credentials: None,
            identity_source: (!sources.is_empty()).then(|| sources.join(",")),
            identity_validation_expression: self.validation.clone(),
            authorizer_result_ttl_in_seconds: self.ttl.unwrap_or(TTL),
        }
    }

    fn check(&self, here: &Cursor) {
        here.check_range("ttl", self.ttl, 0..=LONGEST);
        match self.kind() {
            AuthorizerType::Cognito => self.check_cognito(here),
            AuthorizerType::Token => self.check_function(here),
            AuthorizerType::Request => self.check_request(here),
        }
        if self.validation.as_ref().is_some_and(String::is_empty) {
            here.at("validation").problem("an empty pattern accepts everything", Some("remove it"));
        }
    }

    fn check_cognito(&self, here: &Cursor) {
        if self.user_pools.is_empty() {
            here.problem(
                "a cognito authorizer needs user pools",
                Some("write user_pools = [\"arn:aws:cognito-idp:...\"]"),
            );
        }
        let mut seen = BTreeSet::new();
        for (here, arn) in here.at("user_pools").each(&self.user_pools) {
            let arn = here.literal(arn);
            if !is_user_pool(&arn) {
                let help = Some("write arn:aws:cognito-idp:<region>:<account>:userpool/<id>");
                here.problem(format!("{arn:?} is not the ARN of a user pool"), help);
            } else if !seen.insert(arn) {
                here.problem("this user pool is listed twice", Some("remove one of them"));
            }
        }
        self.refuse(here, "this type of authorizer uses no function", "function", self.function.is_some());
        self.refuse(here, "results of a cognito authorizer are not cached", "ttl", self.ttl.is_some());
        self.refuse(here, "a cognito authorizer checks a single header", "identity_sources", self.sources());
        self.check_header(here);
    }

    fn check_function(&self, here: &Cursor) {
        self.check_named(here);
        self.refuse(here, "a token authorizer checks a single header", "identity_sources", self.sources());
        self.refuse(here, "user pools are for a cognito authorizer", "user_pools", !self.user_pools.is_empty());
        self.check_header(here);
    }

    fn check_request(&self, here: &Cursor) {
        self.check_named(here);
        let header = self.identity_source.is_some();
        self.refuse(here, "a request authorizer uses identity_sources", "identity_source", header);
        self.refuse(here, "only a token can be matched against a pattern", "validation", self.validation.is_some());
        self.refuse(here, "user pools are for a cognito authorizer", "user_pools", !self.user_pools.is_empty());
        if self.identity_sources.is_empty() && self.ttl != Some(0) {
            let help = "write identity_sources = [\"header.Authorization\"], by which results are cached, or ttl = 0";
            here.problem("results are cached by identity sources, and there are none", Some(help));
        }
        for (here, source) in here.at("identity_sources").each(&self.identity_sources) {
            if parameter::mapped(source).is_none() {
                let help = Some("write header.<name>, querystring.<name>, context.<name> or variable.<name>");
                here.problem(format!("{source:?} is not part of a request"), help);
            }
        }
    }

    fn check_named(&self, here: &Cursor) {
        if let Some(function) = &self.function {
            here.at("function").known("function", function, &here.manifest.function);
        } else {
            here.problem(
                "the authorizer has neither a function nor user pools",
                Some("write function = \"<name>\" or user_pools"),
            );
        }
    }

    fn check_header(&self, here: &Cursor) {
        let Some(source) = &self.identity_source else { return };
        if !source.starts_with("header.") || parameter::mapped(source).is_none() {
            let help = Some("write header.<name>, such as header.Authorization");
            here.at("identity_source").problem(format!("{source:?} is not the name of a header"), help);
        }
    }

    fn sources(&self) -> bool {
        !self.identity_sources.is_empty()
    }

    fn refuse(&self, here: &Cursor, why: &str, field: &str, is_set: bool) {
        if is_set {
            here.at(field).problem(why, Some(&format!("remove {field}, or choose another type")));
        }
    }
}

fn is_user_pool(arn: &str) -> bool {
    let parts: Vec<&str> = arn.split(':').collect();
    let pool = |id: &str| id.strip_prefix("userpool/").is_some_and(|id| parameter::is_word(id, b"_-"));
    matches!(parts.as_slice(), ["arn", _, "cognito-idp", region, account, id]
        if !region.is_empty() && account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()) && pool(id))
}

/// Reports what API Gateway would refuse of an API's authorizers.
pub(super) fn check(api: &super::Api, here: &Cursor) {
    let all = here.at("authorizer");
    if api.authorizer.len() > AUTHORIZERS_AT_MOST {
        let message =
            format!("there are {} authorizers; an API can have {AUTHORIZERS_AT_MOST} at most", api.authorizer.len());
        all.problem(message, Some("use one authorizer for several routes, or a second API"));
    }
    for (name, authorizer) in &api.authorizer {
        let here = all.at(name);
        if matches!(name.as_str(), "none" | "iam") {
            here.problem(
                format!("{name} cannot be an authorizer: auth = \"{name}\" has a meaning of its own"),
                Some("give it another name"),
            );
        }
        authorizer.check(&here);
    }
}

/// The functions that decide.
pub(super) fn functions(api: &super::Api) -> BTreeSet<&Name> {
    api.authorizer.values().filter_map(|one| one.function.as_ref()).collect()
}

/// Needs the functions that decide, where there are such.
pub(super) fn need_functions(api: &super::Api, here: &Cursor) {
    for (name, authorizer) in &api.authorizer {
        let known = authorizer.function.as_ref().filter(|function| here.manifest.function.contains_key(*function));
        if let Some(function) = known {
            here.at("authorizer").at(name).at("function").need(names::function::address(function));
        }
    }
}
