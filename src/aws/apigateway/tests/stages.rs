//! Stages: settings of methods, caches.

use super::*;

/// Settings that are ours: of all methods, and of two of them, each with what all have, or with something else.
fn settings() -> impl Strategy<Value = (Option<Throttle>, BTreeMap<String, BTreeMap<String, String>>)> {
    let some: Vec<BTreeMap<String, String>> = vec![
        BTreeMap::new(),
        set(&[("loggingLevel", "INFO")]),
        set(&[("dataTraceEnabled", "true"), ("loggingLevel", "ERROR"), ("metricsEnabled", "true")]),
        set(&[("cacheDataEncrypted", "true"), ("cacheTtlInSeconds", "60"), ("cachingEnabled", "true")]),
    ];
    let throttle =
        (1..3_i32, 1..3).prop_map(|(rate, burst_limit)| Throttle { rate_limit: f64::from(rate) / 4.0, burst_limit });
    let keys = select(vec!["~1a/GET", "~1/POST"]).prop_map(String::from);
    let method = (throttle.clone(), select(some.clone())).prop_map(|(throttle, mut settings)| {
        settings.extend(throttle.of_method());
        settings
    });
    (of(throttle), select(some), btree_map(keys, method, 0..3)).prop_map(|(throttling, all, methods)| {
        let throttling = throttling.or_else(|| (!all.is_empty()).then_some(DEFAULT_LIMITS));
        let all = (!all.is_empty()).then(|| ("*/*".to_owned(), all));
        (throttling, all.into_iter().chain(methods).collect())
    })
}

pub fn stage(live: bool) -> impl Strategy<Value = Stage> {
    let log = ("arn-[1-2]", "format-[1-2]").prop_map(|(destination_arn, format)| AccessLog { destination_arn, format });
    let others = btree_map(select(vec!["*/*", "~1a/GET"]).prop_map(String::from), maps("[m-n]"), 0..3);
    let size = of(select(vec!["0.5", "1.6"]).prop_map(String::from));
    let settings = (of(others), settings(), size);
    let parts = (select(vec!["one", "two #2"]), any::<bool>(), of(log), maps("[v-w]"), maps("[t-u]"), settings);
    parts.prop_map(move |(deployment, tracing_enabled, access_log_settings, variables, tags, settings)| {
        let (others, (throttling, ours), cache_cluster_size) = settings;
        Stage {
            deployment: Some(deployment.into()),
            tracing_enabled,
            throttling,
            other_settings: others.filter(|_| live).unwrap_or(ours),
            cache_cluster_size,
            access_log_settings,
            variables,
            tags,
        }
    })
}

/// The patches from one stage to another.
fn patches(want: &Stage, live: &Stage) -> Vec<serde_json::Value> {
    let state = |stage: &Stage| State::from(bare().deployed("v1", stage.clone()));
    let planned = steps(&id(), Some(&state(want)), Some(&state(live))).expect("a plan");
    planned.iter().map(|step| step.call.json()["input"]["patchOperations"].clone()).collect()
}

fn put(path: &str, value: &str) -> serde_json::Value {
    json!({"op": "replace", "path": path, "value": value})
}

fn set(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn with(all: &[(&str, &str)], of_route: &[(&str, &str)]) -> Stage {
    let mut route = DEFAULT_LIMITS.of_method();
    route.extend(set(of_route));
    let other_settings = [("*/*".to_owned(), set(all)), (setting_key("GET", "/items"), route)];
    Stage { throttling: Some(DEFAULT_LIMITS), other_settings: other_settings.into(), ..Stage::default() }
}

#[test]
fn settings_of_all_methods_come_first_and_what_a_method_shall_not_have_of_them_is_set_back() {
    let want = with(&[("loggingLevel", "INFO"), ("metricsEnabled", "true")], &[("metricsEnabled", "true")]);
    let expected = json!([
        put("/*/*/throttling/rateLimit", "10000"),
        put("/*/*/throttling/burstLimit", "5000"),
        put("/*/*/logging/loglevel", "INFO"),
        put("/*/*/metrics/enabled", "true"),
        put("/~1items/GET/logging/loglevel", "OFF"),
        put("/~1items/GET/metrics/enabled", "true"),
        put("/~1items/GET/throttling/burstLimit", "5000"),
        put("/~1items/GET/throttling/rateLimit", "10000"),
    ]);
    assert_eq!(patches(&want, &Stage::default()), [expected]);
}

#[test]
fn a_setting_of_all_methods_changes_alone_and_goes_with_all_others() {
    let of = |level: &str| with(&[("loggingLevel", level), ("metricsEnabled", "true")], &[]);
    assert_eq!(patches(&of("ERROR"), &of("INFO")), [json!([put("/*/*/logging/loglevel", "ERROR")])]);
    let fewer = with(&[("loggingLevel", "INFO")], &[]);
    let expected = json!([
        {"op": "remove", "path": "/*/*"},
        put("/*/*/throttling/rateLimit", "10000"),
        put("/*/*/throttling/burstLimit", "5000"),
        put("/*/*/logging/loglevel", "INFO"),
    ]);
    assert_eq!(patches(&fewer, &of("INFO")), [expected]);
}

#[test]
fn a_cache_comes_with_its_stage_changes_its_size_and_goes() {
    let of = |size: Option<&str>| Stage { cache_cluster_size: size.map(String::from), ..Stage::default() };
    let made = steps(&id(), Some(&bare().deployed("v1", of(Some("0.5"))).into()), None).expect("a plan");
    let input = &made.last().expect("a stage").call.json()["input"];
    assert_eq!((&input["cacheClusterEnabled"], &input["cacheClusterSize"]), (&json!(true), &json!("0.5")));
    let on = json!([put("/cacheClusterEnabled", "true"), put("/cacheClusterSize", "1.6")]);
    assert_eq!(patches(&of(Some("1.6")), &of(None)), [on]);
    assert_eq!(patches(&of(Some("1.6")), &of(Some("0.5"))), [json!([put("/cacheClusterSize", "1.6")])]);
    assert_eq!(patches(&of(None), &of(Some("0.5"))), [json!([put("/cacheClusterEnabled", "false")])]);
    let input = made.last().expect("a stage").call.json();
    assert!(input.to_string().contains("cacheCluster"));
    let plain = steps(&id(), Some(&bare().into()), None).expect("a plan");
    assert!(
        !plain.iter().any(|step| step.call.json().to_string().contains("cacheCluster")),
        "as before there were any"
    );
}

#[test]
fn settings_of_methods_that_are_not_ours_go_as_a_whole_and_the_limits_come_back_in_the_same_call() {
    let throttling = Some(Throttle { rate_limit: 2.5, burst_limit: 4 });
    let (want, mut live) = (Stage { throttling, ..Stage::default() }, Stage { throttling, ..Stage::default() });
    live.other_settings.insert("*/*".into(), [("dataTraceEnabled".into(), "true".into())].into());
    let want = State::from(bare().deployed("v1", want));
    let planned = steps(&id(), Some(&want), Some(&bare().deployed("v1", live).into())).expect("a plan");
    let patches: Vec<_> = planned.iter().map(|step| step.call.json()["input"]["patchOperations"].clone()).collect();
    let expected = json!([
        {"op": "remove", "path": "/*/*"},
        {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "2.5"},
        {"op": "replace", "path": "/*/*/throttling/burstLimit", "value": "4"},
    ]);
    assert_eq!(patches, [expected]);
}

#[test]
fn limits_of_a_route_come_both_and_replace_whatever_else_its_settings_held() {
    let throttle = Throttle { rate_limit: 2.5, burst_limit: 4 };
    let key = setting_key("POST", "/items/{id}");
    let settings = BTreeMap::from([(key.clone(), throttle.of_method())]);
    let want = Stage { other_settings: settings, ..Stage::default() };
    let patches = |live: Stage| {
        let (want, live) = (State::from(bare().deployed("v1", want.clone())), State::from(bare().deployed("v1", live)));
        let planned = steps(&id(), Some(&want), Some(&live)).expect("a plan");
        planned.iter().map(|step| step.call.json()["input"]["patchOperations"].clone()).collect::<Vec<_>>()
    };
    let limits = [
        json!({"op": "replace", "path": "/~1items~1{id}/POST/throttling/burstLimit", "value": "4"}),
        json!({"op": "replace", "path": "/~1items~1{id}/POST/throttling/rateLimit", "value": "2.5"}),
    ];
    assert_eq!(patches(Stage::default()), [json!(limits)]);
    let mut live = want.clone();
    live.other_settings.get_mut(&key).unwrap().insert("loggingLevel".into(), "INFO".into());
    let remove = json!({"op": "remove", "path": "/~1items~1{id}/POST"});
    assert_eq!(patches(live), [json!([remove, limits[0], limits[1]])]);
}
