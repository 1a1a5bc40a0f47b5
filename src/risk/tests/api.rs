//! REST APIs.

use super::*;
use crate::aws::apigateway::{
    AccessLog, DEFAULT_LIMITS, Integration, IntegrationResponse, Method, RestApi, Stage, Throttle,
};

const PATHS: [&str; 3] = ["GET /a.b", "POST /a.b", "DELETE /a.b"];

/// A route: whether it needs credentials, and a key.
type Route = Option<[bool; 2]>;

#[derive(Debug, Clone)]
struct Parts {
    routes: [Route; 3],
    allow: Option<Vec<&'static str>>,
    any_origin: bool,
    traced: bool,
    logged: bool,
    rate: Option<u8>,
    description: bool,
}

fn parts() -> impl Strategy<Value = Parts> + Clone {
    let allow = prop::sample::subsequence(vec!["10.0.0.0/8", "10.1.0.0/16", "192.0.2.0/24"], 1..3);
    let routes = any::<[Route; 3]>();
    (routes, prop::option::of(allow), any::<[bool; 4]>(), prop::option::of(1u8..4)).prop_map(
        |(routes, allow, [any_origin, traced, logged, description], rate)| Parts {
            routes,
            allow,
            any_origin,
            traced,
            logged,
            rate,
            description,
        },
    )
}

fn method([authorized, key]: [bool; 2]) -> Method {
    Method {
        authorization_type: if authorized { "AWS_IAM" } else { "NONE" }.into(),
        api_key_required: key,
        checks: Default::default(),
        integration: Some(Integration {
            integration_type: "AWS_PROXY".into(),
            uri: Some("arn".into()),
            integration_http_method: Some("POST".into()),
            timeout_in_millis: 29_000,
            ..Integration::default()
        }),
        ..Method::default()
    }
}

/// A route that asks a service, for anybody or for whom IAM allows it.
fn asking(authorized: bool, service: &str) -> Method {
    let integration = Integration {
        integration_type: "AWS".into(),
        uri: Some(format!("arn:aws:apigateway:us-west-2:{service}:path/123456789012/jobs")),
        credentials: Some("arn:aws:iam::123456789012:role/shop".into()),
        ..Integration::default()
    };
    Method { integration: Some(integration), ..method([authorized, false]) }
}

fn preflight(origin: &str) -> Method {
    let header = "method.response.header.Access-Control-Allow-Origin".to_owned();
    let mut method = method([false, false]);
    method.integration.as_mut().unwrap().integration_type = "MOCK".into();
    method.method_responses = [("200".to_owned(), [header.clone()].into())].into();
    let response_parameters = [(header, format!("'{origin}'"))].into();
    let response = IntegrationResponse { response_parameters, ..IntegrationResponse::default() };
    method.integration_responses = [("200".to_owned(), response)].into();
    method
}

fn limits(ranges: &[&str]) -> Document {
    let statement = |effect: &str| json!({"Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"});
    let mut deny = statement("Deny");
    deny["Condition"] = json!({"NotIpAddress": {"aws:SourceIp": ranges}});
    document(vec![statement("Allow"), deny])
}

fn bare(parts: &Parts) -> RestApi {
    let mut methods: BTreeMap<String, Method> =
        PATHS.iter().zip(parts.routes).filter_map(|(path, route)| Some(((*path).to_owned(), method(route?)))).collect();
    let origin = if parts.any_origin { "*" } else { "https://shop.example.com" };
    methods.insert("OPTIONS /a.b".into(), preflight(origin));
    RestApi {
        description: if parts.description { "one" } else { "other" }.into(),
        endpoint_type: "REGIONAL".into(),
        policy: parts.allow.as_ref().map(|ranges| limits(ranges)),
        binary_media_types: BTreeSet::new(),
        minimum_compression_size: None,
        resources: ["/a.b".to_owned()].into(),
        methods,
        parts: Default::default(),
        deployments: BTreeSet::new(),
        stages: BTreeMap::new(),
        tags: Tags::new(),
    }
}

fn api(parts: &Parts) -> State {
    let stage = Stage {
        tracing_enabled: parts.traced,
        throttling: parts.rate.map(|rate| Throttle { rate_limit: f64::from(rate), burst_limit: 5 }),
        access_log_settings: parts.logged.then(|| AccessLog { destination_arn: "arn".into(), format: "f".into() }),
        ..Stage::default()
    };
    bare(parts).deployed("v1", stage).into()
}

/// Whether ranges let somebody in whom others do not, by trying addresses.
fn lets_more_in(old: &[&str], new: &[&str]) -> bool {
    // One address in each range that no narrower one has.
    let has = |ranges: &[&str], address: &str| match address {
        "10.1.2.3" => ranges.contains(&"10.1.0.0/16") || ranges.contains(&"10.0.0.0/8"),
        "10.9.2.3" => ranges.contains(&"10.0.0.0/8"),
        _ => ranges.contains(&"192.0.2.0/24"),
    };
    ["10.1.2.3", "10.9.2.3", "192.0.2.1"].iter().any(|address| has(new, address) && !has(old, address))
}

fn of_api(old: Option<&Parts>, new: Option<&Parts>) -> BTreeSet<RiskKind> {
    let Some(new) = new else { return [RiskKind::Gone].into() };
    let pairs =
        |of: &dyn Fn(Route, Route) -> bool| (0..3).any(|at| of(old.and_then(|old| old.routes[at]), new.routes[at]));
    let stays = |of: &dyn Fn(&Parts) -> bool| old.is_some_and(of);
    expected(&[
        (
            RiskKind::OpenRoute,
            pairs(&|old, new| {
                old.zip(new).is_some_and(|([auth, key], [new_auth, new_key])| !new_auth && (auth || key && !new_key))
            }),
        ),
        (RiskKind::OpenApi, new.allow.is_none() && pairs(&|old, new| old.is_none() && new == Some([false, false]))),
        (RiskKind::Gone, pairs(&|old, new| old.is_some() && new.is_none())),
        (
            RiskKind::Addresses,
            stays(&|old| match (&old.allow, &new.allow) {
                (Some(old), Some(new)) => lets_more_in(old, new),
                (old, new) => old.is_some() && new.is_none(),
            }),
        ),
        (RiskKind::AnyOrigin, new.any_origin && !stays(&|old| old.any_origin)),
        (RiskKind::Tracing, stays(&|old| old.traced && !new.traced)),
        (RiskKind::Logs, stays(&|old| old.logged && !new.logged)),
        (RiskKind::Throttle, stays(&|old| old.rate.is_some_and(|rate| new.rate.is_none_or(|new| new > rate)))),
        (RiskKind::Downtime, stays(&|old| bare(old).definition() != bare(new).definition())),
    ])
}

proptest! {
    #[test]
    fn an_api_has_exactly_the_risks_of_its_change((old, new) in maybe(parts())) {
        let plan = planned(vec![case(Kind::RestApi, "thing", old.as_ref().map(api), new.as_ref().map(api))]);
        prop_assert_eq!(kinds(&plan), of_api(old.as_ref(), new.as_ref()), "{:#?}", lines(&plan));
    }
}

#[test]
fn routes_that_open_are_one_line_that_says_what_they_lose_and_who_may_call() {
    let parts = |routes: [Route; 3], allow| Parts {
        routes,
        allow,
        any_origin: false,
        traced: false,
        logged: false,
        rate: None,
        description: false,
    };
    let of = |old, new| lines(&planned(vec![case(Kind::RestApi, "public", Some(api(&old)), Some(api(&new)))]));
    let (closed, open) = (Some([true, false]), Some([false, false]));
    assert_eq!(
        of(parts([closed, closed, None], None), parts([open, open, open], None)),
        [
            "Open to the internet: <GET /a.b>, <POST /a.b> of API <public> lose authorization <AWS_IAM>: anybody may call them",
            "Public API: <DELETE /a.b> of API <public> is new and needs no authorization: anybody may call it",
            "Downtime: API <public>: callers get its new definition all at once",
        ]
    );
    let at = |endpoint: &str, allow| {
        let parts = parts([open, closed, Some([false, true])], allow);
        RestApi { endpoint_type: endpoint.into(), ..bare(&parts) }.deployed("v1", Stage::default()).into()
    };
    let moved = |from, to| lines(&planned(vec![case(Kind::RestApi, "public", Some(from), Some(to))]));
    assert_eq!(
        moved(at("PRIVATE", None), at("REGIONAL", None))[0],
        "Open to the internet: <GET /a.b> of API <public> loses the endpoint <PRIVATE>: anybody may call it"
    );
    let limited = || Some(vec!["10.0.0.0/8"]);
    let still_limited = moved(at("PRIVATE", limited()), at("REGIONAL", limited()));
    assert!(still_limited.iter().all(|line| !line.starts_with("Open")), "{still_limited:?}");
    assert_eq!(
        of(parts([closed, None, None], limited()), parts([open, open, None], limited()))[0],
        "Open to the internet: <GET /a.b> of API <public> loses authorization <AWS_IAM>: whoever may reach the API may call it"
    );
}

#[test]
fn what_anybody_may_have_services_do_is_said_of_new_routes_and_of_those_that_ask_one_from_now_on() {
    let parts = |routes| Parts { routes, ..any_parts() };
    let of = |changes: &[(&str, Method)]| {
        let mut api = bare(&parts([Some([false, false]), None, None]));
        api.methods.extend(changes.iter().map(|(key, method)| ((*key).to_owned(), method.clone())));
        State::from(api.deployed("v1", Stage::default()))
    };
    let said =
        |old: State, new: State| lines(&planned(vec![case(Kind::RestApi, "public", Some(old), Some(new))]))[0].clone();
    assert_eq!(
        said(of(&[]), of(&[("POST /jobs", asking(false, "sqs"))])),
        "Public API: <POST /jobs> of API <public> is new and needs no authorization: anybody may call it, and so call \
         SQS in the API's name"
    );
    assert_eq!(
        said(of(&[]), of(&[("GET /a.b", asking(false, "states"))])),
        "Public API: <GET /a.b> of API <public> calls Step Functions from now on and needs no authorization: anybody \
         can use that"
    );
    let stays = said(
        of(&[("GET /a.b", asking(false, "sqs"))]),
        of(&[("GET /a.b", asking(false, "sqs")), ("X /", method([true, false]))]),
    );
    assert!(stays.starts_with("Downtime"), "{stays}");
    let guarded = said(of(&[]), of(&[("POST /jobs", asking(true, "sqs"))]));
    assert!(guarded.starts_with("Downtime"), "{guarded}");
    let answer = Integration { integration_type: "MOCK".into(), ..Integration::default() };
    let mock = |key| of(&[(key, Method { integration: Some(answer.clone()), ..method([false, false]) })]);
    assert!(
        said(of(&[]), mock("GET /ping")).starts_with("Public API: <GET /ping>"),
        "a route that answers by itself is one"
    );
}

#[test]
fn caches_that_cost_logs_that_hold_secrets_and_those_that_lack_are_said() {
    let with = |size: Option<&str>, settings: &[(&str, &str, &str)]| {
        let mut other_settings: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for (key, name, value) in settings {
            let limits = || if *key == "*/*" { BTreeMap::new() } else { DEFAULT_LIMITS.of_method() };
            other_settings.entry((*key).into()).or_insert_with(limits).insert((*name).into(), (*value).into());
        }
        let (cache_cluster_size, throttling) = (size.map(String::from), Some(DEFAULT_LIMITS));
        let stage = Stage { cache_cluster_size, throttling, other_settings, ..Stage::default() };
        State::from(bare(&any_parts()).deployed("v1", stage))
    };
    let said = |old: State, new: State| lines(&planned(vec![case(Kind::RestApi, "public", Some(old), Some(new))]));
    let (all, route) = ("*/*", "~1a.b/GET");
    let cached = [(route, "cachingEnabled", "true"), (route, "cacheDataEncrypted", "true")];
    let full = [&cached[..], &[(all, "dataTraceEnabled", "true"), (all, "loggingLevel", "INFO")]].concat();
    assert_eq!(
        said(with(None, &[]), with(Some("0.5"), &full)),
        [
            "Secrets in logs: API <public>: headers and bodies of all requests are logged, with whatever secrets they hold",
            "Runs up cost: API <public>: a cache of <0.5> GB is charged by the hour",
        ]
    );
    let less = with(Some("0.5"), &[(route, "cachingEnabled", "true"), (all, "loggingLevel", "ERROR")]);
    assert_eq!(
        said(with(Some("0.5"), &full), less),
        [
            "Weaker encryption: API <public>: cached answers to <GET /a.b> are no longer encrypted",
            "Less logging: API <public>: execution logs of all requests <INFO> → <ERROR>",
        ]
    );
    assert_eq!(said(with(Some("0.5"), &full), with(Some("0.5"), &full)), [""; 0]);
    assert_eq!(said(with(Some("0.5"), &cached), with(None, &[])), [""; 0]);
}

fn any_parts() -> Parts {
    let routes = [Some([true, false]), None, None];
    let (any_origin, traced, logged, description) = (false, false, false, false);
    Parts { routes, allow: None, any_origin, traced, logged, rate: None, description }
}

/// Any API.
pub fn any_api() -> State {
    api(&any_parts())
}

/// An API with one route, behind a policy.
pub fn behind(endpoint_type: &str, policy: Option<Document>, authorized: bool) -> State {
    let routes = [Some([authorized, false]), None, None];
    let (any_origin, traced, logged, description) = (false, false, false, false);
    let parts = Parts { routes, allow: None, any_origin, traced, logged, rate: None, description };
    let api = RestApi { endpoint_type: endpoint_type.into(), policy, ..bare(&parts) };
    api.deployed("v1", Stage::default()).into()
}

/// An API with two routes, limits on all of them (so many a second, and so many at once), and on some.
fn limited(all: Option<(f64, i32)>, own: &[(&str, &str, f64, i32)], routes: [Route; 3]) -> State {
    let throttle = |rate_limit, burst_limit| Throttle { rate_limit, burst_limit };
    let own = own.iter().map(|(method, path, rate, burst)| {
        (crate::aws::apigateway::setting_key(method, path), throttle(*rate, *burst).of_method())
    });
    let stage = Stage {
        throttling: all.map(|(rate, burst)| throttle(rate, burst)),
        other_settings: own.collect(),
        ..Stage::default()
    };
    let (any_origin, traced, logged, description) = (false, false, false, false);
    bare(&Parts { routes, allow: None, any_origin, traced, logged, rate: None, description })
        .deployed("v1", stage)
        .into()
}

#[test]
fn a_limit_of_a_route_is_held_against_what_holds_for_it_so_far() {
    let closed = Some([true, false]);
    let of = |old: State, new: State| {
        let all = lines(&planned(vec![case(Kind::RestApi, "shop", Some(old), Some(new))]));
        all.into_iter().filter(|line| line.starts_with("Higher limits")).collect::<Vec<_>>()
    };
    let routes = [closed, closed, None];
    let (rate, burst) = ("requests a second", "at once");
    let get = |what: &str| format!("Higher limits: API <shop>: <GET /a.b> {what}");
    let own = |rate, burst| [("GET", "/a.b", rate, burst)];
    // Its own, in either way.
    let (old, new) = (limited(None, &own(5.0, 5), routes), limited(None, &own(5.0, 9), routes));
    assert_eq!(of(old, new), [get(&format!("<5> → <9> {burst}"))]);
    // Above those of all, where it had none.
    let all = Some((10.0, 10));
    let (old, new) = (limited(all, &[], routes), limited(all, &own(20.0, 10), routes));
    assert_eq!(of(old, new), [get(&format!("<10> → <20> {rate}"))]);
    let (old, new) = (limited(all, &[], routes), limited(all, &own(5.0, 5), routes));
    assert_eq!(of(old, new), [""; 0]);
    // What goes leaves those of all.
    let (old, new) = (limited(all, &own(20.0, 20), routes), limited(all, &[], routes));
    assert_eq!(of(old, new), [""; 0]);
    let (old, new) = (limited(None, &own(20.0, 20), routes), limited(None, &[], routes));
    let gone = [rate, burst].map(|unit| get(&format!("<20> → no limit of its own ({unit})")));
    assert_eq!(of(old, new), gone);
    // A new route.
    let delete = [("DELETE", "/a.b", 30.0, 5)];
    let (old, new) = (limited(all, &[], routes), limited(all, &delete, [closed, closed, closed]));
    assert_eq!(of(old, new), [format!("Higher limits: API <shop>: <DELETE /a.b> <10> → <30> {rate}")]);
}
