//! HTTP APIs.

use super::*;
use crate::aws::apigatewayv2::{
    AccessLog, Authorizer, Cors, HttpApi, Integration, Jwt, Route, RouteSettings, Stage, Throttle,
};

const ROUTES: [&str; 3] = ["GET /a.b", "POST /a.b", "$default"];

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Auth {
    Anybody,
    Iam,
    Token,
    /// A token with a scope.
    Scope,
}

#[derive(Debug, Clone)]
struct Parts {
    routes: [Option<Auth>; 3],
    any_origin: bool,
    logged: bool,
    audience: bool,
    ttl: i32,
    rate: Option<u8>,
    description: bool,
}

fn parts() -> impl Strategy<Value = Parts> + Clone {
    let auth = prop::sample::select(vec![Auth::Anybody, Auth::Iam, Auth::Token, Auth::Scope]);
    let routes = prop::array::uniform3(prop::option::of(auth));
    (routes, any::<[bool; 4]>(), 0..2, prop::option::of(1u8..4)).prop_map(
        |(routes, [any_origin, logged, audience, description], ttl, rate)| Parts {
            routes,
            any_origin,
            logged,
            audience,
            ttl,
            rate,
            description,
        },
    )
}

fn route(auth: Auth) -> Route {
    let of = |authorization_type: &str, authorizer: Option<&str>| Route {
        authorization_type: authorization_type.into(),
        authorizer: authorizer.map(str::to_owned),
        ..Route::default()
    };
    match auth {
        Auth::Anybody => of("NONE", None),
        Auth::Iam => of("AWS_IAM", None),
        Auth::Token => of("JWT", Some("users")),
        Auth::Scope => Route { authorization_scopes: ["read".to_owned()].into(), ..of("JWT", Some("users")) },
    }
}

fn authorizer(authorizer_type: &str) -> Authorizer {
    Authorizer {
        authorizer_type: authorizer_type.into(),
        identity_source: vec!["$request.header.Authorization".into()],
        jwt_configuration: None,
        authorizer_uri: None,
        authorizer_credentials_arn: None,
        authorizer_payload_format_version: None,
        authorizer_result_ttl_in_seconds: 0,
        enable_simple_responses: false,
    }
}

fn api(parts: &Parts) -> State {
    let audience = if parts.audience { vec!["web", "mobile"] } else { vec!["web"] };
    let jwt =
        Jwt { issuer: "https://issuer.example".into(), audience: audience.into_iter().map(str::to_owned).collect() };
    let users = Authorizer { jwt_configuration: Some(jwt), ..authorizer("JWT") };
    let own = Authorizer {
        authorizer_uri: Some("arn".into()),
        authorizer_payload_format_version: Some("2.0".into()),
        authorizer_result_ttl_in_seconds: parts.ttl * 60,
        ..authorizer("REQUEST")
    };
    let mut api = HttpApi {
        description: if parts.description { "d".into() } else { String::new() },
        cors_configuration: parts
            .any_origin
            .then(|| Cors { allow_origins: ["*".to_owned()].into(), ..Cors::default() }),
        authorizers: [("users".to_owned(), users), ("own".to_owned(), own)].into(),
        ..HttpApi::default()
    };
    for (key, auth) in ROUTES.iter().zip(parts.routes).filter_map(|(key, auth)| Some((key, auth?))) {
        api.route(key, route(auth), Integration::function("arn:aws:lambda:us-west-2:123456789012:function:f"));
    }
    let throttling = parts
        .rate
        .map(|rate| Throttle { throttling_rate_limit: f64::from(rate), throttling_burst_limit: i32::from(rate) });
    let logs = AccessLog { destination_arn: "arn:logs".into(), format: "$context.requestId".into() };
    let stage = Stage {
        default_route_settings: RouteSettings { throttling, ..RouteSettings::default() },
        access_log_settings: parts.logged.then_some(logs),
        ..Stage::default()
    };
    api.deployed("$default", stage).into()
}

/// True if callers of the route are judged by somebody else, or need less.
fn is_weaker(old: Auth, new: Auth) -> bool {
    match (old, new) {
        (Auth::Anybody, _) | (_, Auth::Anybody) => false,
        (Auth::Iam, new) => new != Auth::Iam,
        (_, Auth::Iam) => true,
        (old, new) => (old, new) == (Auth::Scope, Auth::Token),
    }
}

fn risks_of(old: &Parts, new: &Parts) -> Vec<(RiskKind, bool)> {
    let pairs = || old.routes.iter().zip(&new.routes);
    let any = |of: &dyn Fn(Option<Auth>, Option<Auth>) -> bool| pairs().any(|(old, new)| of(*old, *new));
    let definition = |parts: &Parts| (parts.routes, parts.any_origin, parts.audience, parts.ttl);
    vec![
        (RiskKind::OpenRoute, any(&|old, new| old.is_some_and(|o| o != Auth::Anybody) && new == Some(Auth::Anybody))),
        (RiskKind::OpenApi, any(&|old, new| old.is_none() && new == Some(Auth::Anybody))),
        (
            RiskKind::WeakerAuthorization,
            any(&|old, new| old.zip(new).is_some_and(|(old, new)| is_weaker(old, new)))
                || (new.audience && !old.audience)
                || new.ttl > old.ttl,
        ),
        (RiskKind::AnyOrigin, new.any_origin && !old.any_origin),
        (RiskKind::Gone, any(&|old, new| old.is_some() && new.is_none())),
        (RiskKind::Logs, old.logged && !new.logged),
        (RiskKind::Throttle, old.rate.is_some_and(|had| new.rate.is_none_or(|has| has > had))),
        (RiskKind::Downtime, definition(old) != definition(new)),
    ]
}

fn risks_of_new(new: &Parts) -> Vec<(RiskKind, bool)> {
    vec![(RiskKind::OpenApi, new.routes.contains(&Some(Auth::Anybody))), (RiskKind::AnyOrigin, new.any_origin)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_http_apis_risks_are_those_that_its_states_say((old, new) in maybe(parts())) {
        let all = match (&old, &new) {
            (Some(old), Some(new)) => risks_of(old, new),
            (None, Some(new)) => risks_of_new(new),
            _ => vec![(RiskKind::Gone, true)],
        };
        let plan = planned(vec![case(Kind::HttpApi, "thing", old.as_ref().map(api), new.as_ref().map(api))]);
        prop_assert_eq!(kinds(&plan), expected(&all), "{:#?}", lines(&plan));
    }
}

#[test]
fn routes_that_open_and_authorizers_that_weaken_are_lines_that_say_from_what_to_what() {
    let parts = |routes: [Option<Auth>; 3], audience, ttl| Parts {
        routes,
        any_origin: false,
        logged: false,
        audience,
        ttl,
        rate: None,
        description: false,
    };
    let of = |old, new| lines(&planned(vec![case(Kind::HttpApi, "web", Some(api(&old)), Some(api(&new)))]));
    let old = parts([Some(Auth::Scope), Some(Auth::Token), None], false, 0);
    let new = parts([Some(Auth::Token), Some(Auth::Anybody), Some(Auth::Anybody)], true, 5);
    assert_eq!(
        of(old, new),
        [
            "Open to the internet: <POST /a.b> of HTTP API <web> loses authorization <users>: anybody may call it",
            "Public API: <$default> of HTTP API <web> is new and needs no authorization: anybody may call it",
            "Weaker authorization: <GET /a.b> of HTTP API <web>: scopes <read> → any token",
            "Weaker authorization: authorizer <own> of HTTP API <web>: an answer holds <0> → <300> seconds",
            "Weaker authorization: authorizer <users> of HTTP API <web>: tokens for <mobile> will do too",
            "Downtime: HTTP API <web>: callers get its new definition all at once",
        ]
    );
}

#[test]
fn an_address_of_aws_that_was_switched_off_and_answers_again_is_a_line_of_its_own() {
    let of = |disable_execute_api_endpoint| {
        State::from(
            HttpApi { disable_execute_api_endpoint, ..HttpApi::default() }.deployed("$default", Stage::default()),
        )
    };
    let on = lines(&planned(vec![case(Kind::HttpApi, "web", Some(of(true)), Some(of(false)))]));
    let said =
        "Open to the internet: HTTP API <web>: the address that AWS gave it, which was switched off, answers again";
    assert_eq!(on, [said]);
    assert_eq!(lines(&planned(vec![case(Kind::HttpApi, "web", Some(of(false)), Some(of(true)))])), [""; 0]);
}

#[test]
fn limits_of_routes_are_held_against_what_holds_for_them_so_far_and_an_authorizer_by_what_it_looks_at() {
    let limited = |all: Option<(f64, i32)>, own: &[(&str, f64, i32)], routes: &[&str], sources: &[&str]| {
        let settings = |limits: Option<(f64, i32)>| RouteSettings {
            throttling: limits.map(|(rate, burst)| Throttle::of(rate, burst)),
            ..RouteSettings::default()
        };
        let identity_source = sources.iter().map(|source| (*source).to_owned()).collect();
        let own_judge = Authorizer { identity_source, authorizer_uri: Some("arn".into()), ..authorizer("REQUEST") };
        let mut api = HttpApi { authorizers: [("own".to_owned(), own_judge)].into(), ..HttpApi::default() };
        for key in routes {
            api.route(key, route(Auth::Iam), Integration::function("arn:aws:lambda:us-west-2:123456789012:function:f"));
        }
        let stage = Stage {
            default_route_settings: settings(all),
            route_settings: own.iter().map(|(key, r, b)| ((*key).to_owned(), settings(Some((*r, *b))))).collect(),
            ..Stage::default()
        };
        State::from(api.deployed("$default", stage))
    };
    let of = |old: State, new: State| {
        let all = lines(&planned(vec![case(Kind::HttpApi, "web", Some(old), Some(new))]));
        all.into_iter().filter(|line| !line.starts_with("Downtime")).collect::<Vec<_>>()
    };
    let (one, all) = (["GET /a.b"], Some((10.0, 10)));
    let plain = || limited(all, &[], &one, &["$request.header.A"]);
    let with = |own: &[(&str, f64, i32)]| limited(all, own, &one, &["$request.header.A"]);
    let higher = |route: &str, what: &str| format!("Higher limits: route <{route}> of HTTP API <web>: {what}");
    assert_eq!(of(plain(), with(&[("GET /a.b", 20.0, 10)])), [higher("GET /a.b", "<10> → <20> requests a second")]);
    assert_eq!(of(plain(), with(&[("GET /a.b", 5.0, 5)])), [""; 0]);
    assert_eq!(of(with(&[("GET /a.b", 20.0, 20)]), plain()), [""; 0], "those of all are lower");
    assert_eq!(of(with(&[("GET /a.b", 5.0, 10)]), plain()), [higher("GET /a.b", "<5> → <10> requests a second")]);
    let two = limited(all, &[("$default", 9.0, 30)], &["GET /a.b", "$default"], &["$request.header.A"]);
    assert_eq!(of(plain(), two), [higher("$default", "<10> → <30> at once")]);

    let weaker = |new: &[&str]| of(plain(), limited(all, &[], &one, new));
    let says = |what: &str| {
        format!("Weaker authorization: authorizer <own> of HTTP API <web>: looks at <$request.header.A> → {what}")
    };
    assert_eq!(weaker(&["$request.header.B"]), [says("<$request.header.B>")]);
    assert_eq!(weaker(&[]), [says("nothing")]);
    assert_eq!(weaker(&["$request.header.A", "$request.header.B"]), [""; 0], "more has to be there");
}
