//! Properties of web ACLs, and AWS's answers in forms that emulators do not give.

use aws_sdk_wafv2::types;
use proptest::collection::{btree_map, btree_set};
use proptest::option;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::aws::State;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![Just(Action::Allow {}), Just(Action::Block {}), Just(Action::Count {})]
}

fn visibility() -> impl Strategy<Value = VisibilityConfig> {
    ("[a-b]", any::<bool>(), any::<bool>()).prop_map(|(name, samples, metrics)| VisibilityConfig {
        sampled_requests_enabled: samples,
        cloud_watch_metrics_enabled: metrics,
        ..VisibilityConfig::full(name)
    })
}

fn statement() -> impl Strategy<Value = Statement> {
    let rate = (10..12i64, prop_oneof![Just(60i64), Just(300)]).prop_map(|(limit, evaluation_window_sec)| {
        let aggregate_key_type = AggregateKey::Ip;
        Statement::RateBasedStatement(RateBased { limit, evaluation_window_sec, aggregate_key_type })
    });
    let overrides = btree_set("[a-c]", 0..3);
    let group = ("[A-B]", overrides)
        .prop_map(|(name, counted)| Statement::ManagedRuleGroupStatement(ManagedRuleGroup::of_aws(&name, counted)));
    let set = "[a-b]".prop_map(|name| {
        let id = test_id(Kind::IpSet, &name);
        Statement::IPSetReferenceStatement(IpSetReference { arn: arn(&id.site, "ipset", &id.address, &id.name) })
    });
    prop_oneof![rate, group, set]
}

fn rule() -> impl Strategy<Value = Rule> {
    let overridden = prop_oneof![Just(OverrideAction::None {}), Just(OverrideAction::Count {})];
    (0..3i32, statement(), option::of(action()), option::of(overridden), visibility()).prop_map(
        |(priority, statement, action, override_action, visibility_config)| Rule {
            priority,
            statement,
            action,
            override_action,
            visibility_config,
        },
    )
}

fn acl() -> impl Strategy<Value = WebAcl> {
    let rules = btree_map("[a-c]", rule(), 0..3);
    let default = prop_oneof![Just(Action::Allow {}), Just(Action::Block {})];
    let tags = btree_map("[a-c]", "[x-z]", 0..3);
    (option::of("[a-b]{3}"), default, rules, visibility(), tags).prop_map(
        |(description, default_action, rules, visibility_config, tags)| WebAcl {
            description,
            default_action,
            rules,
            visibility_config,
            tags,
        },
    )
}

/// A live web ACL, perhaps with somebody else's rule.
fn live_acl() -> impl Strategy<Value = WebAcl> {
    (acl(), any::<bool>()).prop_map(|(mut acl, edited)| {
        if edited {
            let rule = Rule::new("other", 9, Statement::Unmodelled, Action::Allow {});
            acl.rules.insert("other".into(), rule);
        }
        acl
    })
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in option::of(acl()), live in option::of(live_acl())) {
        let (want, live) = (want.map(State::from), live.map(State::from));
        assert_properties(&test_id(Kind::WebAcl, "shop--test-thing"), want.as_ref(), live.as_ref());
    }
}

fn shown(name: &str) -> types::VisibilityConfig {
    let config = types::VisibilityConfig::builder().sampled_requests_enabled(true).cloud_watch_metrics_enabled(true);
    config.metric_name(name).build().unwrap()
}

fn live_rule(name: &str, statement: types::Statement) -> types::builders::RuleBuilder {
    types::Rule::builder().name(name).priority(1).statement(statement).visibility_config(shown(name))
}

fn block() -> types::RuleAction {
    types::RuleAction::builder().block(types::BlockAction::builder().build()).build()
}

fn geo() -> types::Statement {
    let geo = types::GeoMatchStatement::builder().country_codes(types::CountryCode::Aq).build();
    types::Statement::builder().geo_match_statement(geo).build()
}

fn live(rules: Vec<types::Rule>) -> types::builders::WebAclBuilder {
    let allow = types::AllowAction::builder().build();
    let default = types::DefaultAction::builder().allow(allow).build();
    types::WebAcl::builder().name("w").id("i").arn("a").default_action(default).set_rules(Some(rules))
}

#[test]
fn what_aws_fills_in_by_itself_is_no_difference() {
    let rate = types::RateBasedStatement::builder().limit(100);
    let rate = rate.aggregate_key_type(types::RateBasedStatementAggregateKeyType::Ip).build().unwrap();
    let rate = types::Statement::builder().rate_based_statement(rate).build();
    let active = types::OnSourceDDoSProtectionConfig::builder();
    let active = active.alb_low_reputation_mode(types::LowReputationMode::ActiveUnderDdos).build().unwrap();
    let acl = live(vec![live_rule("rate", rate).action(block()).build().unwrap()]).visibility_config(shown("w"));
    let acl = acl.description("").capacity(2).label_namespace("awswaf:1:webacl:w:");
    let acl = acl.on_source_d_do_s_protection_config(active).build().unwrap();
    let limit = RateBased { limit: 100, evaluation_window_sec: 300, aggregate_key_type: AggregateKey::Ip };
    let rule = Rule::new("rate", 1, Statement::RateBasedStatement(limit), Action::Block {});
    let want = WebAcl {
        description: None,
        default_action: Action::Allow {},
        rules: [("rate".to_owned(), rule)].into(),
        visibility_config: VisibilityConfig::full("w"),
        tags: Tags::new(),
    };
    assert_eq!(observe::state(&acl, Tags::new()), want);
    assert_eq!(observe::others(&acl), []);
}

#[test]
fn a_rule_that_cannot_be_expressed_is_drift_and_one_of_shield_is_kept_out() {
    let rules = ["odd", "ShieldMitigationRuleGroup_1_2"].map(|name| live_rule(name, geo()).action(block()));
    let acl = live(rules.into_iter().map(|rule| rule.build().unwrap()).collect());
    let acl = acl.token_domains("example.com").build().unwrap();
    let state = observe::state(&acl, Tags::new());
    assert_eq!(state.rules.keys().collect::<Vec<_>>(), ["odd"]);
    assert_eq!(state.rules["odd"].statement, Statement::Unmodelled);
    let named: Vec<_> = observe::others(&acl).into_iter().map(|u| (u.attribute, u.erased_by)).collect();
    let erased_by = Some("wafv2:UpdateWebACL");
    let rule = "Rules.ShieldMitigationRuleGroup_1_2";
    assert_eq!(named, [("TokenDomains".to_owned(), erased_by), (rule.to_owned(), erased_by)]);
}

#[test]
fn both_ways_to_exclude_a_rule_of_a_group_read_the_same() {
    let group = || types::ManagedRuleGroupStatement::builder().vendor_name("AWS").name("Common");
    let count = types::RuleAction::builder().count(types::CountAction::builder().build()).build();
    let instead = types::RuleActionOverride::builder().name("Size").action_to_use(count).build().unwrap();
    let excluded = types::ExcludedRule::builder().name("Size").build().unwrap();
    let want = Statement::ManagedRuleGroupStatement(ManagedRuleGroup::of_aws("Common", ["Size".to_owned()]));
    for group in [group().rule_action_overrides(instead), group().excluded_rules(excluded)] {
        let statement = types::Statement::builder().managed_rule_group_statement(group.build().unwrap()).build();
        let acl = live(vec![live_rule("group", statement).build().unwrap()]).build().unwrap();
        assert_eq!(observe::state(&acl, Tags::new()).rules["group"].statement, want);
    }
}

#[test]
fn a_call_is_in_the_spelling_of_aws_and_holds_no_rule_that_is_not_modelled() {
    let limit = RateBased { limit: 100, evaluation_window_sec: 60, aggregate_key_type: AggregateKey::Ip };
    let rule = Rule::new("rate", 0, Statement::RateBasedStatement(limit), Action::Block {});
    let want = WebAcl {
        description: None,
        default_action: Action::Allow {},
        rules: [("rate".to_owned(), rule)].into(),
        visibility_config: VisibilityConfig::full("w"),
        tags: Tags::new(),
    };
    let planned = steps(&test_id(Kind::WebAcl, "w"), Some(&want.into()), None).unwrap();
    let call = planned[0].call.json();
    let visible = |name| json!({"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": name});
    let statement = json!({"Limit": 100, "EvaluationWindowSec": 60, "AggregateKeyType": "IP"});
    let rule = json!({
        "Name": "rate", "Priority": 0, "Action": {"Block": {}}, "VisibilityConfig": visible("rate"),
        "Statement": {"RateBasedStatement": statement},
    });
    assert_eq!(call["input"]["Rules"], json!([rule]));
    assert_eq!(call["input"]["DefaultAction"], json!({"Allow": {}}));
    let odd = call.to_string().replace(&json!({"RateBasedStatement": statement}).to_string(), "\"Unmodelled\"");
    assert!(odd.contains("Unmodelled") && Kind::WebAcl.parse_call(&odd).is_err());
}
