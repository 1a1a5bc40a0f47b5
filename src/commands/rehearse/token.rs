//! Routes of HTTP APIs that ask for a token, and the tokens that they take.

use serde_json::json;

use super::issuer::Issuer;
use crate::aws::apigatewayv2::{HttpApi, Jwt, Route};
use crate::error::Error;
use crate::manifest::http_api::key::RouteKey;

/// A request with a token.
pub struct Call {
    /// Such as `GET`.
    pub method: String,
    /// With the token, where it is in the query.
    pub path: String,
    /// The header with the token, where it is in one.
    pub header: Option<(String, String)>,
}

/// True if a route of the API that can be tried asks for a token.
pub fn are_asked_for(api: &HttpApi) -> bool {
    tried(api).next().is_some()
}

/// A request to each route without variables that asks for a token, with one that it takes.
pub fn calls(api: &HttpApi, issuer: &Issuer) -> Result<Vec<Call>, Error> {
    tried(api).map(|route| route.call(issuer)).collect()
}

/// A route, and what it asks of tokens.
struct Tried<'a> {
    method: &'a str,
    path: &'a str,
    route: &'a Route,
    jwt: &'a Jwt,
    /// Where the token is to be.
    source: &'a str,
}

/// What leads elsewhere is not tried.
fn tried(api: &HttpApi) -> impl Iterator<Item = Tried<'_>> {
    api.routes.iter().filter_map(|(key, route)| {
        let RouteKey::Of { method, path } = RouteKey::parse(key).ok()? else { return None };
        let integration = api.integrations.get(route.integration.as_ref()?)?;
        let authorizer = api.authorizers.get(route.authorizer.as_ref()?)?;
        let (jwt, source) = (authorizer.jwt_configuration.as_ref()?, authorizer.identity_source.first()?);
        let is_here = integration.integration_type != "HTTP_PROXY" && !path.contains('{');
        let method = if method == "ANY" { "POST" } else { method };
        is_here.then_some(Tried { method, path, route, jwt, source })
    })
}

impl Tried<'_> {
    fn call(&self, issuer: &Issuer) -> Result<Call, Error> {
        let scopes: Vec<&str> = self.route.authorization_scopes.iter().map(String::as_str).collect();
        let token = issuer.token(&json!({
            "iss": self.jwt.issuer,
            "aud": self.jwt.audience.first(),
            "sub": "rehearsal",
            "scope": scopes.join(" "),
        }))?;
        let method = self.method.to_owned();
        Ok(match self.source.strip_prefix("$request.querystring.") {
            Some(name) => Call { method, path: format!("{}?{name}={token}", self.path), header: None },
            None => {
                let name = self.source.strip_prefix("$request.header.").unwrap_or("Authorization").to_owned();
                Call { method, path: self.path.to_owned(), header: Some((name, format!("Bearer {token}"))) }
            }
        })
    }
}
