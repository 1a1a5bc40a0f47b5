//! `[http_api.<name>.authorizer.<name>]`

use std::collections::BTreeMap;

use crate::aws::apigatewayv2::Authorizer;
use crate::aws::{Id, Kind};
use crate::import::Scene;
use crate::import::lines::{Lines, list};
use crate::import::naming::as_words;
use crate::name::Name;

/// Where tokens are unless something else is said.
const TOKEN: &str = "$request.header.Authorization";

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
pub fn auth(of: &str, authorizer: Option<String>, unsaid: &dyn Fn(&str)) -> Option<String> {
    match (of, authorizer) {
        ("AWS_IAM", _) => Some("iam".into()),
        (_, Some(name)) => Some(name),
        ("" | "NONE", None) => None,
        (_, None) => {
            unsaid("its authorizer is not known: `auth` names one that does not exist, until somebody decides");
            Some("undecided".into())
        }
    }
}

/// The names that a manifest has for the authorizers of an API: their own where that will do, and no two the same.
pub fn names<'n>(all: impl IntoIterator<Item = &'n String>) -> BTreeMap<&'n str, String> {
    let (own, others): (Vec<&str>, Vec<&str>) =
        all.into_iter().map(String::as_str).partition(|called| called.parse::<Name>().is_ok());
    let mut names: BTreeMap<&str, String> = own.into_iter().map(|called| (called, called.to_owned())).collect();
    for called in others {
        let name = name(called);
        let mut all = std::iter::once(name.clone()).chain((2..).map(|number| format!("{name}-{number}")));
        let free = all.find(|name| names.values().all(|taken| taken != name));
        names.insert(called, free.unwrap_or(name));
    }
    names
}

/// The same of one of them.
pub fn name_of<'n>(called: &str, all: impl IntoIterator<Item = &'n String>) -> String {
    names(all).remove(called).unwrap_or_else(|| name(called))
}

/// Words that a section can be called.
fn name(called: &str) -> String {
    let words: String = as_words(called).chars().take(48).collect();
    let words = words.trim_end_matches('-');
    if words.parse::<Name>().is_ok() { words.to_owned() } else { format!("a-{words}").trim_end_matches('-').to_owned() }
}

/// The section of a function in the form in which API Gateway invokes it, or by its ARN.
pub fn function<'s>(uri: &str, scene: &'s Scene) -> Option<&'s Name> {
    let arn = uri.split_once("/functions/").map_or(uri, |(_, arn)| arn);
    scene.section_of(Kind::Function, arn.strip_suffix("/invocations").unwrap_or(arn))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{from_value, json};

    use super::{auth, names};
    use crate::aws::apigatewayv2::{Authorizer, HttpApi, Integration, Route};
    use crate::aws::test_support::test_id;
    use crate::aws::{Kind, Live, Observed};
    use crate::import::document::one;
    use crate::import::section::write;
    use crate::import::{Named, Scene};

    #[test]
    fn a_route_whose_authorizer_is_not_known_is_not_opened() {
        let said = std::cell::Cell::new(false);
        let of = |of: &str, authorizer: Option<&str>| auth(of, authorizer.map(str::to_owned), &|_| said.set(true));
        assert_eq!((of("NONE", None), of("AWS_IAM", None).as_deref()), (None, Some("iam")));
        assert_eq!((of("JWT", Some("staff")).as_deref(), said.get()), (Some("staff"), false));
        assert_eq!((of("CUSTOM", None).as_deref(), said.get()), (Some("undecided"), true));
    }

    fn named(all: &[&str]) -> Vec<String> {
        let owned: Vec<String> = all.iter().map(|called| called.to_string()).collect();
        let names = names(&owned);
        all.iter().map(|called| names[called].clone()).collect()
    }

    #[test]
    fn a_name_that_sections_cannot_have_becomes_one() {
        let long = "Long".repeat(30);
        for (called, expected) in [
            ("staff", "staff"),
            ("MyAuth_v2", "my-auth-v2"),
            ("1st", "a-1st"),
            ("", "a"),
            (long.as_str(), "long-long-long-long-long-long-long-long-long-lon"),
        ] {
            assert_eq!(named(&[called]), [expected], "{called}");
        }
    }

    #[test]
    fn two_names_that_become_one_are_told_apart_and_none_takes_another_s_own() {
        assert_eq!(named(&["Staff", "STAFF", "staff", "staff-2"]), ["staff-3", "staff-4", "staff", "staff-2"]);
    }

    #[test]
    fn each_authorizer_has_a_table_of_its_own_and_its_routes_name_it() {
        let mut api = HttpApi::default();
        for (called, path) in [("Staff", "/a"), ("STAFF", "/b")] {
            let authorizer = json!({ "authorizerType": "JWT", "identitySource": ["$request.header.Authorization"],
                "jwtConfiguration": { "issuer": format!("https://{called}.example"), "audience": ["shop"] } });
            api.authorizers.insert(called.to_owned(), from_value::<Authorizer>(authorizer).unwrap());
            let route = json!({ "authorizationType": "JWT", "authorizer": called });
            let integration = json!({ "integrationType": "HTTP_PROXY", "integrationUri": "https://x.example/",
                "integrationMethod": "GET", "payloadFormatVersion": "1.0", "timeoutInMillis": 30000 });
            let integration: Integration = from_value(integration).unwrap();
            api.route(&format!("GET {path}"), from_value::<Route>(route).unwrap(), integration);
        }
        let id = test_id(Kind::HttpApi, "api");
        let scene = Scene::new(&id.site, &id.owner, BTreeMap::new(), BTreeMap::new());
        let live = Live { id, observed: Observed::of(api.into()) };
        let named = Named { section: "http_api", name: "gate".parse().unwrap() };
        let written = one(&named, write(&live, &scene).unwrap());
        for (path, name, issuer) in [("/a", "staff-2", "Staff"), ("/b", "staff", "STAFF")] {
            assert!(
                written.contains(&format!("route = \"GET {path}\", url = \"https://x.example/\", auth = \"{name}\""))
            );
            assert!(
                written.contains(&format!("[http_api.gate.authorizer.{name}]\nissuer = \"https://{issuer}.example\"")),
                "{written}"
            );
        }
    }
}
