//! Authorizers of REST APIs.

use super::*;
use crate::aws::apigateway::{Authorizer, Checks, Method, Parts, RestApi};

fn api(change: impl FnOnce(&mut Authorizer, &mut Method)) -> State {
    let mut authorizer = Authorizer {
        authorizer_type: "TOKEN".into(),
        provider_arns: BTreeSet::new(),
        authorizer_uri: Some("uri".into()),
        authorizer_credentials: None,
        identity_source: Some("method.request.header.Authorization".into()),
        identity_validation_expression: Some("^Bearer".into()),
        authorizer_result_ttl_in_seconds: 60,
    };
    let mut method = Method {
        authorization_type: "CUSTOM".into(),
        api_key_required: false,
        checks: Checks {
            authorizer: Some("users".into()),
            authorization_scopes: ["read".into()].into(),
            ..Checks::default()
        },
        integration: None,
        method_responses: BTreeMap::new(),
        integration_responses: BTreeMap::new(),
        other: BTreeMap::new(),
    };
    change(&mut authorizer, &mut method);
    let api = RestApi {
        description: String::new(),
        endpoint_type: "REGIONAL".into(),
        policy: None,
        binary_media_types: BTreeSet::new(),
        minimum_compression_size: None,
        resources: BTreeSet::new(),
        methods: [("GET /".to_owned(), method)].into(),
        parts: Parts { authorizers: [("users".into(), authorizer)].into(), ..Parts::default() },
        deployments: BTreeSet::new(),
        stages: BTreeMap::new(),
        tags: Tags::new(),
    };
    api.into()
}

/// What is said of a change.
fn of(change: impl FnOnce(&mut Authorizer, &mut Method)) -> Vec<String> {
    lines(&planned(vec![case(Kind::RestApi, "api", Some(api(|_, _| {})), Some(api(change)))]))
}

#[test]
fn whoever_judges_otherwise_or_is_satisfied_with_less_is_named() {
    let weaker = |said: &str| vec![format!("Weaker authorization: {said}")];
    let judge = "API <api>: authorizer <users> ";
    assert_eq!(of(|_, _| {}), [""; 0]);
    let function = weaker(&format!("{judge}asks another function: <uri> → <other>"));
    assert_eq!(of(|one, _| one.authorizer_uri = Some("other".into())), function);
    let pattern = weaker(&format!("{judge}lets other tokens through to be judged: <^Bearer> → none"));
    assert_eq!(of(|one, _| one.identity_validation_expression = None), pattern);
    let longer = weaker(&format!("{judge}keeps answers longer: <60> → <61> seconds"));
    assert_eq!(of(|one, _| one.authorizer_result_ttl_in_seconds = 61), longer);
    assert_eq!(of(|one, _| one.authorizer_result_ttl_in_seconds = 0), [""; 0], "shorter is stricter");
    let scope = weaker("<GET /> of API <api> also takes a token with scope <write>");
    let more = of(|_, route| {
        route.checks.authorization_scopes.insert("write".into());
    });
    assert_eq!(more, scope);
    let none = weaker("<GET /> of API <api> needs a token with any scope, or none: <read> no longer");
    assert_eq!(of(|_, route| route.checks.authorization_scopes.clear()), none);
    let other = weaker("<GET /> of API <api> is judged by <admins> and no longer by <users>");
    assert_eq!(of(|_, route| route.checks.authorizer = Some("admins".into())), other);
}

#[test]
fn a_route_that_needs_no_authorizer_any_more_is_open() {
    let said = of(|_, route| {
        route.authorization_type = "NONE".into();
        route.checks = Checks::default();
    });
    let expected = "Open to the internet: <GET /> of API <api> loses authorization <CUSTOM>: anybody may call it";
    assert_eq!(said, [expected]);
}
