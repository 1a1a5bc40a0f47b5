//! `[http_api.<name>.authorizer.<name>]`

use crate::aws::apigatewayv2::Authorizer;
use crate::aws::{Id, Kind};
use crate::import::Scene;
use crate::import::lines::{Lines, list};
use crate::name::Name;

/// Where tokens are unless something else is said.
const TOKEN: &str = "$request.header.Authorization";

/// An authorizer by the name that its section has, if a section can have it.
pub fn write(id: &Id, called: &str, one: &Authorizer, scene: &Scene) -> Option<(String, Lines)> {
    let what = format!("the authorizer {called}");
    let name = name(called);
    if name != called {
        scene.unsaid(
            id,
            &what,
            &format!("a section's authorizer is named after the section: {name} will be created in its place"),
        );
    }
    let mut lines = Lines::new();
    match &one.jwt_configuration {
        Some(jwt) => {
            lines.set("issuer", scene.string(&jwt.issuer));
            lines.set("audience", list(jwt.audience.iter().map(|audience| scene.string(audience))));
            let source = one.identity_source.first().map_or(TOKEN, String::as_str);
            lines.set_unless("identity_source", source, TOKEN);
        }
        None => {
            let Some(function) = one.authorizer_uri.as_deref().and_then(|uri| function(uri, scene)) else {
                scene.unsaid(
                    id,
                    &what,
                    "its function has no section, so routes name an authorizer that does not \
                exist: write one, or remove `auth` from them",
                );
                return None;
            };
            lines.set("function", function.as_str());
            if !one.identity_source.iter().eq([TOKEN]) {
                lines.set("identity_sources", list(&one.identity_source));
            }
            lines.set_unless("ttl", i64::from(one.authorizer_result_ttl_in_seconds), 0);
            let payload = one.authorizer_payload_format_version.as_deref().unwrap_or("2.0");
            lines.set_unless("payload", payload, "2.0");
            lines.set_unless("simple", one.enable_simple_responses, false);
        }
    }
    Some((name, lines))
}

/// `auth` of a route. One that is judged by something unknown names what is not there, so that it is not opened unseen.
pub fn auth(of: &str, authorizer: Option<&str>, unsaid: &dyn Fn(&str)) -> Option<String> {
    match (of, authorizer) {
        ("AWS_IAM", _) => Some("iam".into()),
        (_, Some(called)) => Some(name(called)),
        ("" | "NONE", None) => None,
        (_, None) => {
            unsaid("its authorizer is not known: `auth` names one that does not exist, until somebody decides");
            Some("undecided".into())
        }
    }
}

/// The name that a manifest has for an authorizer: its own where that will do.
pub fn name(called: &str) -> String {
    if called.parse::<Name>().is_ok() {
        return called.to_owned();
    }
    let mut words = String::from("a-");
    for c in called.chars() {
        match c {
            'A'..='Z' => words.extend(['-', c.to_ascii_lowercase()]),
            'a'..='z' | '0'..='9' => words.push(c),
            _ => words.push('-'),
        }
    }
    let kebab = words.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    let plain = kebab.strip_prefix("a-").filter(|name| name.parse::<Name>().is_ok());
    plain.unwrap_or(&kebab).to_owned()
}

/// The section of a function in the form in which API Gateway invokes it, or by its ARN.
pub fn function<'s>(uri: &str, scene: &'s Scene) -> Option<&'s Name> {
    let arn = uri.split_once("/functions/").map_or(uri, |(_, arn)| arn);
    scene.section_of(Kind::Function, arn.strip_suffix("/invocations").unwrap_or(arn))
}

#[cfg(test)]
mod tests {
    use super::{auth, name};

    #[test]
    fn a_route_whose_authorizer_is_not_known_is_not_opened() {
        let said = std::cell::Cell::new(false);
        let of = |of: &str, authorizer: Option<&str>| auth(of, authorizer, &|_| said.set(true));
        assert_eq!((of("NONE", None), of("AWS_IAM", None).as_deref()), (None, Some("iam")));
        assert_eq!((of("JWT", Some("Staff")).as_deref(), said.get()), (Some("staff"), false));
        assert_eq!((of("CUSTOM", None).as_deref(), said.get()), (Some("undecided"), true));
    }

    #[test]
    fn a_name_that_sections_cannot_have_becomes_one() {
        for (called, expected) in [("staff", "staff"), ("MyAuth_v2", "my-auth-v2"), ("1st", "a-1st"), ("", "a")] {
            assert_eq!(name(called), expected, "{called}");
        }
    }
}
