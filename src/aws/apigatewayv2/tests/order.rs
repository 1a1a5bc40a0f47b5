//! In which order a stage changes, what goes first where not everything fits, and which limits are sent.

use super::*;

#[test]
fn a_route_keeps_its_limit_until_the_stage_no_longer_serves_it() {
    let limited = |key: &str| {
        let settings = RouteSettings { throttling: Some(Throttle::of(1.0, 1)), detailed_metrics_enabled: false };
        Stage { route_settings: [(key.to_owned(), settings)].into(), ..Stage::default() }
    };
    let with = |key: &str| {
        let mut api = open();
        api.route(key, Route::default(), function("items"));
        api.deployed("$default", limited(key))
    };
    let expected = ["DeleteRoute", "CreateDeployment", "UpdateStage", "DeleteRouteSettings", "DeleteDeployment"];
    assert_eq!(calls(&bare(), Some(&with("GET /old"))), expected);
    // AWS takes no settings of others as long as those of a route are left that is not there any more.
    let all = planned(&with("GET /new"), Some(&with("GET /old")));
    let names: Vec<&str> = all.iter().filter_map(|call| call["api"].as_str()).collect();
    let moved = names.iter().position(|name| *name == "apigatewayv2:UpdateStage").expect("an update");
    assert_eq!(names[moved + 1..moved + 3], ["apigatewayv2:DeleteRouteSettings", "apigatewayv2:UpdateStage"]);
    assert_eq!(all[moved]["input"].get("routeSettings"), None);
    assert!(all[moved]["input"].get("deploymentId").is_some());
    assert!(all[moved + 2]["input"]["routeSettings"].get("GET /new").is_some());
    // One that is made again is the same to its stage.
    let mut edited = with("GET /old");
    edited.routes.get_mut("GET /old").unwrap().other.insert("apiKeyRequired".into(), "true".into());
    assert_eq!(calls(&with("GET /old"), Some(&edited)), ["DeleteRoute", "CreateRoute"]);
}

#[test]
fn what_could_not_be_deployed_goes_before_anything_else() {
    let mut live = bare();
    live.deployments.extend(["x FAILED #1", "x FAILED #2"].map(String::from));
    let mut want = open();
    want.route("GET /new", Route::default(), function("items"));
    let want = HttpApi { tags: [("a".into(), "1".into())].into(), ..want.deployed("$default", Stage::default()) };
    let all = planned(&want, Some(&live));
    let names: Vec<&str> = all.iter().filter_map(|call| call["api"].as_str()).collect();
    let start = ["apigatewayv2:DeleteDeployment", "apigatewayv2:DeleteDeployment", "apigatewayv2:TagResource"];
    assert_eq!(names[..3], start);
    assert_eq!(all[0]["input"]["description"], "x FAILED #2", "the youngest first: the others keep their numbers");
    let call = |at: usize| Kind::HttpApi.parse_call(&all[at].to_string()).expect("a call");
    assert!(call(0).flows_into(&call(1)) && !call(1).flows_into(&call(2)), "a look between them would find the other");
    // One that a stage serves is AWS's to keep until the stage has another.
    live.stages.get_mut("$default").unwrap().deployment = Some("x FAILED #1".into());
    assert_eq!(calls(&want, Some(&live))[..2], ["DeleteDeployment", "TagResource"]);
}

/// So many routes, each with an integration and, as far as there are some, an authorizer of its own.
fn many(count: usize, authorizers: usize, version: &str) -> HttpApi {
    let mut api = HttpApi::default();
    for n in 0..authorizers {
        api.authorizers.insert(format!("{version}{n}"), jwt_authorizer(Jwt::default()));
    }
    for n in 0..count {
        let authorizer = (n < authorizers).then(|| format!("{version}{n}"));
        let authorization_type = if authorizer.is_some() { "JWT" } else { "NONE" }.into();
        let route = Route { authorization_type, authorizer, ..Route::default() };
        api.route(&format!("GET /r{n}"), route, function(&format!("{version}{n}")));
    }
    api.deployed("$default", Stage::default())
}

/// The most authorizers, integrations and routes that there are on the way.
fn most(want: &HttpApi, live: &HttpApi) -> [usize; 3] {
    let (mut state, mut most) = (Some(live.clone()), [0; 3]);
    while let Some(call) = HttpApi::next_call(&id(), Some(want), state.as_ref()) {
        state = HttpApi::effect(&call, state);
        let api = state.as_ref().expect("an API");
        for (most, is) in most.iter_mut().zip([api.authorizers.len(), api.integrations.len(), api.routes.len()]) {
            *most = (*most).max(is);
        }
    }
    assert_eq!(state.as_ref(), Some(want));
    most
}

#[test]
fn nothing_on_the_way_is_more_than_aws_takes_of_one_api() {
    let (old, new) = (many(300, 10, "a"), many(300, 10, "b"));
    assert_eq!(most(&new, &old), [10, 300, 300]);
    // Where there is room, what is new comes first, and routes are not made again.
    let (old, new) = (many(20, 5, "a"), many(20, 5, "b"));
    assert_eq!(most(&new, &old)[0], 10);
    assert!(!calls(&new, Some(&old)).contains(&"DeleteRoute".to_owned()));
    let stages = |names: std::ops::Range<usize>| {
        let stage = bare().stages["$default"].clone();
        HttpApi { stages: names.map(|n| (format!("s{n}"), stage.clone())).collect(), ..bare() }
    };
    assert_eq!(calls(&stages(10..11), Some(&stages(0..10)))[..2], ["DeleteStage", "CreateStage"]);
    assert_eq!(calls(&stages(10..11), Some(&stages(1..10)))[0], "CreateStage");
}

#[test]
fn limits_that_go_become_those_of_a_new_account_and_variables_that_go_are_sent_empty() {
    let limited = RouteSettings { throttling: Some(Throttle::of(1.0, 1)), detailed_metrics_enabled: false };
    let variables: BTreeMap<String, String> = [("a".into(), "1".into()), ("b".into(), "2".into())].into();
    let stage = Stage { default_route_settings: limited, stage_variables: variables, ..Stage::default() };
    let live = open().deployed("$default", stage);
    let kept: BTreeMap<String, String> = [("a".into(), "1".into())].into();
    let mut want = open().deployed("$default", Stage { stage_variables: kept, ..Stage::default() });
    want.keep(&live);
    let [call]: [Value; 1] = planned(&want, Some(&live)).try_into().expect("one call");
    let account =
        json!({"detailedMetricsEnabled": false, "throttlingRateLimit": 10000.0, "throttlingBurstLimit": 5000});
    assert_eq!(call["input"]["defaultRouteSettings"], account);
    assert_eq!(call["input"]["stageVariables"], json!({"a": "1", "b": ""}));
}

#[test]
fn limits_that_are_those_of_a_new_account_are_asked_for_like_any_other() {
    let with = |throttling, detailed_metrics_enabled| {
        let settings = RouteSettings { throttling, detailed_metrics_enabled };
        open().deployed("$default", Stage { default_route_settings: settings, ..Stage::default() })
    };
    let limits = Some(Throttle::OF_A_NEW_ACCOUNT);
    let settings = |want: &HttpApi, live: Option<&HttpApi>| {
        let mut want = want.clone();
        live.iter().for_each(|live| want.keep(live));
        let all = planned(&want, live);
        all.last().map(|call| call["input"]["defaultRouteSettings"].clone()).unwrap_or_default()
    };
    let account =
        json!({"detailedMetricsEnabled": false, "throttlingRateLimit": 10000.0, "throttlingBurstLimit": 5000});
    assert_eq!(settings(&with(limits, false), Some(&with(None, false))), account, "the account's may be others");
    assert_eq!(settings(&with(limits, false), None), account);
    assert_eq!(settings(&with(limits, false), Some(&with(limits, false))), Value::Null);
    assert_eq!(settings(&with(None, false), Some(&with(limits, false))), Value::Null, "AWS takes none away");
    // A stage that never had limits gets none by another setting.
    assert_eq!(settings(&with(None, true), Some(&with(None, false))), json!({"detailedMetricsEnabled": true}));
}
