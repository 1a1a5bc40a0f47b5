//! `[api.<name>.authorizer.<name>]`

use crate::aws::Id;
use crate::aws::apigateway::{Authorizer, COGNITO, TTL};
use crate::import::Scene;
use crate::import::lines::{Lines, list};
use crate::import::section::http_api::authorizer::function;

/// Where callers say who they are unless something else is said.
const AUTHORIZATION: &str = "header.Authorization";

/// An authorizer by the name that its section has, if a section can have it.
pub fn write(id: &Id, (called, name): (&str, String), one: &Authorizer, scene: &Scene) -> Option<(String, Lines)> {
    let what = format!("the authorizer {called}");
    if name != called {
        scene.unsaid(
            id,
            &what,
            &format!("a section's authorizer is named after the section: {name} will be created in its place"),
        );
    }
    let mut lines = Lines::new();
    let sources: Vec<String> = one.identity_source.iter().flat_map(|all| all.split(',')).map(short).collect();
    let is_cognito = one.authorizer_type == COGNITO;
    if one.authorizer_type == "REQUEST" && sources.is_empty() {
        lines.set("type", "request");
    }
    if !is_cognito {
        let Some(function) = one.authorizer_uri.as_deref().and_then(|uri| function(uri, scene)) else {
            let why = "its function has no section, so routes name an authorizer that does not exist: write one, or \
                remove `auth` from them";
            scene.unsaid(id, &what, why);
            return None;
        };
        lines.set("function", function.as_str());
    }
    match one.authorizer_type.as_str() {
        "REQUEST" => lines.set_list("identity_sources", &sources),
        _ => lines.set_some("identity_source", sources.first().filter(|source| *source != AUTHORIZATION)),
    }
    lines.set_some("validation", one.identity_validation_expression.as_deref());
    if !is_cognito {
        lines.set_unless("ttl", i64::from(one.authorizer_result_ttl_in_seconds), i64::from(TTL));
    }
    if !one.provider_arns.is_empty() {
        lines.set("user_pools", list(one.provider_arns.iter().map(|arn| scene.string(arn))));
    }
    Some((name, lines))
}

/// What a request has, in short.
pub fn short(mapped: impl AsRef<str>) -> String {
    let mapped = mapped.as_ref().trim();
    match (mapped.strip_prefix("method.request."), mapped.strip_prefix("stageVariables.")) {
        (Some(rest), _) => rest.to_owned(),
        (None, Some(name)) => format!("variable.{name}"),
        (None, None) => mapped.to_owned(),
    }
}
