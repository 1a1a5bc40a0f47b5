//! Properties of web ACLs, and AWS's answers in forms that emulators do not give.

use aws_sdk_wafv2::types;
use proptest::collection::{btree_map, btree_set};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::aws::State;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use crate::aws::wafv2::json::Object;

fn action() -> impl Strategy<Value = Json> {
    let actions = [
        json!({"Allow": {}}),
        json!({"Block": {}}),
        json!({"Count": {}}),
        json!({"Block": {"CustomResponse": {"ResponseCode": 429, "CustomResponseBodyKey": "a"}}}),
    ];
    prop::sample::select(actions.map(|action| Json::of(&action)).to_vec())
}

fn default_action() -> impl Strategy<Value = Json> {
    prop::sample::select([json!({"Allow": {}}), json!({"Block": {}})].map(|action| Json::of(&action)).to_vec())
}

fn visibility() -> impl Strategy<Value = VisibilityConfig> {
    ("[a-b]", any::<bool>(), any::<bool>()).prop_map(|(name, samples, metrics)| VisibilityConfig {
        sampled_requests_enabled: samples,
        cloud_watch_metrics_enabled: metrics,
        ..VisibilityConfig::full(name)
    })
}

fn rate() -> impl Strategy<Value = Json> {
    (10..12i64, prop_oneof![Just(60i64), Just(300)], any::<bool>()).prop_map(|(limit, window, by_header)| {
        let transformations = json!([{"Priority": 0, "Type": "NONE"}]);
        let keys = json!([{"IP": {}}, {"Header": {"Name": "x-api-key", "TextTransformations": transformations}}]);
        let mut rate = json!({"Limit": limit, "EvaluationWindowSec": window, "AggregateKeyType": "IP"});
        if by_header {
            rate["AggregateKeyType"] = json!("CUSTOM_KEYS");
            rate["CustomKeys"] = keys;
        }
        Json::of(&json!({"RateBasedStatement": rate}))
    })
}

fn group() -> impl Strategy<Value = Json> {
    ("[A-B]", btree_set("[a-c]", 0..3), option::of("[1-2]")).prop_map(|(name, counted, version)| {
        let counted: Vec<Value> = counted.into_iter().map(|name| json!({"Name": name})).collect();
        let group = json!({"VendorName": "AWS", "Name": name, "ExcludedRules": counted, "Version": version});
        Json::of(&json!({"ManagedRuleGroupStatement": group}))
    })
}

fn statement() -> impl Strategy<Value = Json> {
    let set = "[a-b]".prop_map(|name| {
        let id = test_id(Kind::IpSet, &name);
        let arn = arn(&id.site, "ipset", &id.address, &id.name);
        Json::one("IPSetReferenceStatement", Json::one("ARN", arn.into()))
    });
    let geo = prop_oneof![Just("AQ"), Just("BV")].prop_map(|country| {
        Json::of(&json!({"NotStatement": {"Statement": {"GeoMatchStatement": {"CountryCodes": [country]}}}}))
    });
    prop_oneof![rate(), group(), set, geo]
}

/// The name is what a normalised rule takes its metric from.
fn rule() -> impl Strategy<Value = Rule> {
    (0..3i32, statement(), option::of(action()), any::<bool>()).prop_map(|(priority, statement, action, overrides)| {
        let mut rule = Object::from([
            ("Name".to_owned(), Text::from("a").into()),
            ("Priority".to_owned(), Json::of(&json!(priority))),
            ("Statement".to_owned(), statement),
        ]);
        rule.extend(action.map(|action| ("Action".to_owned(), action)));
        rule.extend(overrides.then(|| ("OverrideAction".to_owned(), Json::of(&json!({"None": {}})))));
        Rule::of(Json::Object(rule)).expect("a rule").1
    })
}

fn log() -> impl Strategy<Value = LoggingConfiguration> {
    ("[a-b]", any::<bool>(), any::<bool>()).prop_map(|(group, redacts, filters)| LoggingConfiguration {
        log_destination_configs: vec![group.into()],
        redacted_fields: redacts.then(|| Json::of(&json!({"Method": {}}))).into_iter().collect(),
        logging_filter: filters.then(|| Json::of(&json!({"DefaultBehavior": "DROP", "Filters": []}))),
    })
}

fn acl() -> impl Strategy<Value = WebAcl> {
    let rules = btree_map("[a-c]", rule(), 0..3);
    let bodies = btree_map("[a-b]", "[x-z]", 0..2);
    let tags = btree_map("[a-c]", "[x-z]", 0..3);
    let parts = (option::of("[a-b]{3}"), default_action(), rules, visibility(), bodies, option::of(log()), tags);
    parts.prop_map(
        |(description, default_action, rules, visibility_config, bodies, logging_configuration, mut tags)| {
            parts::mark(&mut tags, logging_configuration.iter().map(|_| parts::LOGGING).collect());
            let body = |(key, content)| (key, Json::of(&json!({"ContentType": "TEXT_PLAIN", "Content": content})));
            WebAcl {
                description,
                default_action,
                rules,
                visibility_config,
                custom_response_bodies: bodies.into_iter().map(body).collect(),
                logging_configuration,
                tags,
            }
        },
    )
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in option::of(acl()), live in option::of(acl())) {
        let (want, live) = (want.map(State::from), live.map(State::from));
        assert_properties(&test_id(Kind::WebAcl, "shop--test-thing"), want.as_ref(), live.as_ref());
    }
}

fn shown(name: &str) -> Value {
    json!({"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": name})
}

fn live_rule(name: &str, statement: &Value) -> Value {
    json!({"Name": name, "Priority": 1, "Statement": statement, "Action": {"Block": {}}, "VisibilityConfig": shown(name)})
}

fn geo() -> Value {
    json!({"GeoMatchStatement": {"CountryCodes": ["AQ"]}})
}

fn described(rules: &[Value]) -> Value {
    json!({
        "Name": "w", "Id": "i", "ARN": "a", "Description": "", "DefaultAction": {"Allow": {}}, "Rules": rules,
        "VisibilityConfig": shown("w"), "Capacity": 2, "LabelNamespace": "awswaf:1:webacl:w:",
    })
}

fn wanted(rules: Vec<(&str, Rule)>) -> WebAcl {
    WebAcl {
        description: None,
        default_action: Json::of(&json!({"Allow": {}})),
        rules: rules.into_iter().map(|(name, rule)| (name.to_owned(), rule)).collect(),
        visibility_config: VisibilityConfig::full("w"),
        custom_response_bodies: BTreeMap::new(),
        logging_configuration: None,
        tags: Tags::new(),
    }
}

fn block() -> Value {
    json!({"Block": {}})
}

fn live(names: &[&str]) -> types::builders::WebAclBuilder {
    let allow = types::AllowAction::builder().build();
    let default = types::DefaultAction::builder().allow(allow).build();
    let rules = names.iter().map(|name| {
        let shown = types::VisibilityConfig::builder().sampled_requests_enabled(true).cloud_watch_metrics_enabled(true);
        let rule = types::Rule::builder().name(*name).priority(1).statement(types::Statement::builder().build());
        rule.visibility_config(shown.metric_name("m").build().unwrap()).build().unwrap()
    });
    types::WebAcl::builder().name("w").id("i").arn("a").default_action(default).set_rules(Some(rules.collect()))
}

#[test]
fn what_aws_fills_in_by_itself_is_no_difference() {
    let rate = json!({"RateBasedStatement": {"Limit": 100, "AggregateKeyType": "IP"}});
    let (state, strangers) = observe::state(described(&[live_rule("rate", &rate)]), Tags::new());
    let full = json!({"RateBasedStatement": {"Limit": 100, "EvaluationWindowSec": 300, "AggregateKeyType": "IP"}});
    assert_eq!(state, wanted(vec![("rate", Rule::plain("rate", 1, &full, &block()))]));
    assert_eq!(strangers, []);
    let active = types::OnSourceDDoSProtectionConfig::builder();
    let active = active.alb_low_reputation_mode(types::LowReputationMode::ActiveUnderDdos).build().unwrap();
    let acl = live(&["rate"]).on_source_d_do_s_protection_config(active).build().unwrap();
    assert_eq!(observe::others(&acl), []);
}

#[test]
fn a_rule_of_somebody_else_is_drift_and_one_of_shield_is_kept_out() {
    let names = ["odd", "ShieldMitigationRuleGroup_1_2"];
    let (state, _) = observe::state(described(&names.map(|name| live_rule(name, &geo()))), Tags::new());
    assert_eq!(state.rules.keys().collect::<Vec<_>>(), ["odd"]);
    assert_eq!(state.rules["odd"], Rule::plain("odd", 1, &geo(), &block()));
    let acl = live(&names).token_domains("example.com").build().unwrap();
    let named: Vec<_> = observe::others(&acl).into_iter().map(|u| (u.attribute, u.erased_by)).collect();
    let erased_by = Some("wafv2:UpdateWebACL");
    let rule = "Rules.ShieldMitigationRuleGroup_1_2";
    assert_eq!(named, [("TokenDomains".to_owned(), erased_by), (rule.to_owned(), erased_by)]);
}

#[test]
fn what_no_release_knows_of_a_rule_is_named_and_no_difference() {
    let mut rule = live_rule("geo", &geo());
    rule["Statement"]["GeoMatchStatement"]["Altitude"] = json!(3);
    let mut answer = described(&[rule]);
    answer["DefaultAction"]["Allow"]["Log"] = json!("all");
    let (state, strangers) = observe::state(answer, Tags::new());
    assert_eq!(state, wanted(vec![("geo", Rule::plain("geo", 1, &geo(), &block()))]));
    let named: Vec<_> = strangers.into_iter().map(|u| (u.attribute, u.erased_by)).collect();
    let erased_by = Some("wafv2:UpdateWebACL");
    let paths = ["DefaultAction.Allow.Log", "Rules.geo.Statement.GeoMatchStatement.Altitude"];
    assert_eq!(named, paths.map(|path| (path.to_owned(), erased_by)));
    assert_eq!(observe::state(json!([]), Tags::new()).0.rules, BTreeMap::new(), "no answer panics");
}

#[test]
fn a_log_is_read_as_it_is_wanted() {
    let described = json!({
        "ResourceArn": "a", "LogDestinationConfigs": ["arn:aws:logs:us-west-2:123456789012:log-group:aws-waf-logs-x:*"],
        "RedactedFields": [{"SingleHeader": {"Name": "Authorization"}}], "ManagedByFirewallManager": false,
        "LogType": "WAF_LOGS", "LogScope": "CUSTOMER", "LoggingFilter": {}, "New": [1],
    });
    let found = logging::found(described);
    let named: Vec<_> = found.unmodelled.into_iter().map(|u| (u.attribute, u.erased_by)).collect();
    assert_eq!(named, [("LoggingConfiguration.New".to_owned(), Some("wafv2:PutLoggingConfiguration"))]);
    let want = LoggingConfiguration {
        log_destination_configs: vec!["arn:aws:logs:us-west-2:123456789012:log-group:aws-waf-logs-x".into()],
        redacted_fields: vec![Json::of(&json!({"SingleHeader": {"Name": "authorization"}}))],
        logging_filter: None,
    };
    assert_eq!(found.logging, Some(want));
}

fn apis(want: Option<WebAcl>, live: Option<WebAcl>) -> Vec<&'static str> {
    let (want, live) = (want.map(State::from), live.map(State::from));
    let planned = steps(&test_id(Kind::WebAcl, "w"), want.as_ref(), live.as_ref()).unwrap();
    planned.iter().map(|step| step.call.api()).collect()
}

#[test]
fn a_tag_says_that_there_is_a_log_before_it_is_there_and_until_it_has_gone() {
    let logging = |group: &str| {
        let mut acl = wanted(vec![]);
        parts::mark(&mut acl.tags, vec![parts::LOGGING]);
        let log_destination_configs = vec![group.into()];
        let log = LoggingConfiguration { log_destination_configs, redacted_fields: vec![], logging_filter: None };
        WebAcl { logging_configuration: Some(log), ..acl }
    };
    let (put, end) = ("wafv2:PutLoggingConfiguration", "wafv2:DeleteLoggingConfiguration");
    assert_eq!(apis(Some(logging("a")), None), ["wafv2:CreateWebACL", put]);
    assert_eq!(apis(Some(logging("a")), Some(wanted(vec![]))), ["wafv2:TagResource", put]);
    assert_eq!(apis(Some(logging("b")), Some(logging("a"))), [put]);
    assert_eq!(apis(Some(wanted(vec![])), Some(logging("a"))), [end, "wafv2:UntagResource"]);
    assert_eq!(apis(None, Some(logging("a"))), [end, "wafv2:DeleteWebACL"]);
}

#[test]
fn a_call_is_in_the_spelling_of_aws_and_holds_nothing_that_no_rule_has() {
    let statement = json!({"RateBasedStatement": {"Limit": 100, "EvaluationWindowSec": 60, "AggregateKeyType": "IP"}});
    let want = wanted(vec![("rate", Rule::plain("rate", 0, &statement, &block()))]);
    let planned = steps(&test_id(Kind::WebAcl, "w"), Some(&want.into()), None).unwrap();
    let call = planned[0].call.json();
    let rule = json!({
        "Name": "rate", "Priority": 0, "Action": {"Block": {}}, "VisibilityConfig": shown("rate"),
        "Statement": statement,
    });
    assert_eq!(call["input"]["Rules"], json!([rule]));
    assert_eq!(call["input"]["DefaultAction"], json!({"Allow": {}}));
    let spoilt = |pointer: &str, value: Value| {
        let mut call = call.clone();
        *call.pointer_mut(pointer).expect("a place") = value;
        Kind::WebAcl.parse_call(&call.to_string()).is_err()
    };
    assert!(Kind::WebAcl.parse_call(&call.to_string()).is_ok());
    assert!(spoilt("/input/Rules/0/Statement", json!({"NewStatement": {"A": 1}})));
    assert!(spoilt("/input/Rules/0/Statement", json!({})));
    assert!(spoilt("/input/Rules/0/Priority", json!("first")));
    assert!(spoilt("/input/Rules/0/Statement/RateBasedStatement/Limit", Value::Null));
    assert!(spoilt("/input/DefaultAction", json!({"Count": {}})));
    assert!(spoilt("/input/DefaultAction", json!({"Allow": {}, "Block": {}})));
}
