//! Authorizers as security schemes.

use serde_json::{Value as Json, json};

use super::super::security::AUTH_TYPE;
use crate::aws::apigateway::{Authorizer as RestAuthorizer, COGNITO};
use crate::aws::apigatewayv2::Authorizer as HttpAuthorizer;

/// The scheme of routes that ask for an API key; no authorizer can have such a name.
pub(super) const KEY: &str = "api_key";
/// The scheme of routes that ask for AWS's signature; no authorizer may have this name.
pub(super) const IAM: &str = "iam";

/// What an authorizer is for callers.
pub(super) enum Scheme {
    /// A token in `Authorization` of whoever says there who it is.
    OpenId {
        /// Where that is said.
        url: String,
    },
    /// A value at one place of a request.
    Value {
        /// `header` or `query`.
        place: &'static str,
        name: String,
    },
}

const AUTHORIZATION: &str = "Authorization";

impl Scheme {
    /// What callers bring to an authorizer of a REST API.
    pub fn of_rest(authorizer: &RestAuthorizer) -> Self {
        let source = authorizer.identity_source.as_deref().unwrap_or_default();
        let sources = source.split(',').filter_map(|source| source.trim().strip_prefix("method.request."));
        let value = Self::value(sources);
        let pool = authorizer.provider_arns.first().filter(|_| authorizer.authorizer_type == COGNITO);
        match (pool.and_then(|arn| issuer(arn)), &value) {
            (Some(issuer), Self::Value { place: "header", name }) if name == AUTHORIZATION => Self::discovered(&issuer),
            _ => value,
        }
    }

    /// What callers bring to an authorizer of an HTTP API.
    pub fn of_http(authorizer: &HttpAuthorizer) -> Self {
        let sources = authorizer.identity_source.iter().filter_map(|source| source.strip_prefix("$request."));
        let value = Self::value(sources);
        match (&authorizer.jwt_configuration, &value) {
            (Some(jwt), Self::Value { place: "header", name }) if name == AUTHORIZATION => {
                Self::discovered(&jwt.issuer)
            }
            _ => value,
        }
    }

    fn discovered(issuer: &str) -> Self {
        Self::OpenId { url: format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/')) }
    }

    /// The first place that a request has its words at; the usual one where it has none.
    fn value<'a>(mut sources: impl Iterator<Item = &'a str>) -> Self {
        let place = |source: &'a str| match source.split_once('.')? {
            ("header", name) => Some(("header", name)),
            ("querystring", name) => Some(("query", name)),
            _ => None,
        };
        let (place, name) = sources.find_map(place).unwrap_or(("header", AUTHORIZATION));
        Self::Value { place, name: name.to_owned() }
    }

    /// True for one whose requirements have scopes in OpenAPI 3.0.
    pub fn has_scopes(&self) -> bool {
        matches!(self, Self::OpenId { .. })
    }

    /// The security scheme object.
    pub fn json(&self) -> Json {
        match self {
            Self::OpenId { url } => json!({"type": "openIdConnect", "openIdConnectUrl": url}),
            Self::Value { place, name } => json!({"type": "apiKey", "in": place, "name": name, AUTH_TYPE: "custom"}),
        }
    }
}

/// Who signs the tokens of a user pool.
fn issuer(pool: &str) -> Option<String> {
    let parts: Vec<&str> = pool.split(':').collect();
    let [_, partition, _, region, _, id] = parts.as_slice() else { return None };
    let suffix = if *partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    Some(format!("https://cognito-idp.{region}.{suffix}/{}", id.strip_prefix("userpool/")?))
}
