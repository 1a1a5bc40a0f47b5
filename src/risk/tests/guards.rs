//! What protects and watches: firewalls, alarms, AWS Config, traces, logs, ceilings.

use super::*;
use crate::aws::cloudwatch::Alarm;
use crate::aws::config::{DeliveryChannel, Recorder, RecordingGroup, Rule as ConfigRule};
use crate::aws::lambda::{Function, LoggingConfig};
use crate::aws::stepfunctions::{Logging, StateMachine};
use crate::aws::wafv2::{Association, IpSet, Json, LoggingConfiguration, Rule, VisibilityConfig, WebAcl};

fn alarm((enabled, recipients): &(bool, [bool; 3])) -> State {
    let topic =
        |there: bool| there.then(|| "arn:aws:sns:us-west-2:123456789012:alerts".to_owned()).into_iter().collect();
    Alarm {
        alarm_description: None,
        actions_enabled: *enabled,
        alarm_actions: topic(recipients[0]),
        ok_actions: topic(recipients[1]),
        insufficient_data_actions: topic(recipients[2]),
        namespace: Some("AWS/Lambda".into()),
        metric_name: Some("Errors".into()),
        dimensions: BTreeMap::new(),
        statistic: Some("Sum".into()),
        extended_statistic: None,
        unit: None,
        period: Some(60),
        evaluation_periods: 1,
        datapoints_to_alarm: None,
        threshold: Some(1.0),
        comparison_operator: "GreaterThanThreshold".into(),
        treat_missing_data: "missing".into(),
        tags: Tags::new(),
    }
    .into()
}

/// A firewall: what it does by default, a rule with an action of three, a group that may only count, and with exceptions,
/// and a limit.
#[derive(Debug, Clone)]
struct Acl {
    blocks: bool,
    own: Option<u8>,
    group: Option<[bool; 2]>,
    limit: Option<(i64, bool)>,
}

fn acls() -> impl Strategy<Value = Acl> + Clone {
    let limit = prop::option::of((100i64..103, any::<bool>()));
    (any::<bool>(), prop::option::of(0u8..3), prop::option::of(any::<[bool; 2]>()), limit)
        .prop_map(|(blocks, own, group, limit)| Acl { blocks, own, group, limit })
}

fn acl(parts: &Acl) -> State {
    let actions = ["Allow", "Count", "Block"];
    let action = |name: &str| json!({ name: {} });
    let rate = |limit: i64, window: i64| json!({"RateBasedStatement": {"Limit": limit, "EvaluationWindowSec": window, "AggregateKeyType": "IP"}});
    let mut rules = BTreeMap::new();
    if let Some(own) = parts.own {
        let rule = Rule::plain("own", 0, &rate(1_000, 300), &action(actions[usize::from(own)]));
        rules.insert("own".to_owned(), rule);
    }
    if let Some([counts, excludes]) = parts.group {
        let excluded: Vec<_> = excludes.then(|| json!({"Name": "NoUserAgent_HEADER"})).into_iter().collect();
        let group = json!({"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet", "ExcludedRules": excluded});
        let members = [
            ("Priority", Json::of(&json!(1))),
            ("Statement", Json::one("ManagedRuleGroupStatement", Json::of(&group))),
            ("OverrideAction", Json::of(&action(if counts { "Count" } else { "None" }))),
        ];
        rules.insert("group".to_owned(), Rule::named("group", members));
    }
    if let Some((limit, short)) = parts.limit {
        let window = if short { 60 } else { 300 };
        rules.insert("limit".to_owned(), Rule::plain("limit", 2, &rate(limit, window), &action("Block")));
    }
    WebAcl {
        description: None,
        default_action: Json::of(&action(if parts.blocks { "Block" } else { "Allow" })),
        rules,
        visibility_config: VisibilityConfig::full("m"),
        custom_response_bodies: BTreeMap::new(),
        logging_configuration: None,
        tags: Tags::new(),
    }
    .into()
}

/// Whether a firewall stops less, part by part.
fn stops_less(old: &Acl, new: &Acl) -> bool {
    let own = match (old.own, new.own) {
        (Some(old), Some(new)) => new < old,
        (Some(old), None) => old > 0,
        (None, new) => new == Some(0),
    };
    let group = old.group.is_some_and(|old| new.group.is_none_or(|new| (0..2).any(|at| new[at] && !old[at])));
    let limit = old.limit.is_some_and(|(limit, short)| {
        new.limit.is_none_or(|(new_limit, new_short)| new_limit > limit || new_short && !short)
    });
    old.blocks && !new.blocks || own || group || limit
}

fn recorder(types: &Option<BTreeSet<&'static str>>) -> State {
    let recording_group = match types {
        None => RecordingGroup::everything(),
        Some(types) => RecordingGroup {
            resource_types: types.iter().map(|one| (*one).to_owned()).collect(),
            ..RecordingGroup::default()
        },
    };
    Recorder { role_arn: "arn:aws:iam::123456789012:role/r".into(), recording_group, tags: Tags::new() }.into()
}

proptest! {
    #[test]
    fn an_alarm_has_exactly_the_risks_of_its_change((old, new) in maybe(any::<(bool, [bool; 3])>())) {
        let fewer = match (&old, &new) {
            (_, None) => true,
            (None, Some(new)) => !new.0,
            (Some(old), Some(new)) => old.0 && !new.0 || (0..3).any(|at| old.1[at] && !new.1[at]),
        };
        assert_kinds(Kind::Alarm, old.as_ref().map(alarm), new.as_ref().map(alarm), &[(RiskKind::Alarms, fewer)]);
    }

    #[test]
    fn a_firewall_has_exactly_the_risks_of_its_change((old, new) in maybe(acls())) {
        let weaker = match (&old, &new) {
            (Some(old), Some(new)) => stops_less(old, new),
            (_, new) => new.is_none(),
        };
        let all = [(RiskKind::Firewall, weaker), (RiskKind::Cost, old.is_none())];
        assert_kinds(Kind::WebAcl, old.as_ref().map(acl), new.as_ref().map(acl), &all);
    }

    #[test]
    fn ranges_that_pass_or_are_no_longer_blocked_are_seen(
        old in prop::sample::subsequence(vec!["10.0.0.0/8", "10.1.0.0/16", "192.0.2.0/24"], 1..3),
        new in prop::sample::subsequence(vec!["10.0.0.0/8", "10.1.0.0/16", "192.0.2.0/24"], 1..3),
        blocks in any::<bool>(),
    ) {
        let set = |ranges: &[&str]| {
            let addresses = ranges.iter().map(|range| (*range).to_owned()).collect();
            Some(State::from(IpSet { ip_address_version: "IPV4".into(), addresses, description: None, tags: Tags::new() }))
        };
        // 10.1.2.3, 10.9.2.3 and 192.0.2.1.
        let has = |ranges: &[&str]| {
            let wide = ranges.contains(&"10.0.0.0/8");
            [wide || ranges.contains(&"10.1.0.0/16"), wide, ranges.contains(&"192.0.2.0/24")]
        };
        let (before, after) = if blocks { (has(&new), has(&old)) } else { (has(&old), has(&new)) };
        let more = (0..3).any(|at| after[at] && !before[at]);
        let kind = if blocks { RiskKind::Firewall } else { RiskKind::Addresses };
        let name = if blocks { "waf-block-v4" } else { "waf-allow-v4" };
        let plan = planned(vec![case(Kind::IpSet, name, set(&old), set(&new))]);
        prop_assert_eq!(kinds(&plan), expected(&[(kind, more)]), "{:#?}", lines(&plan));
    }

    #[test]
    fn a_recorder_has_exactly_the_risks_of_its_change(
        (old, new) in maybe(prop::option::of(prop::sample::subsequence(vec!["AWS::S3::Bucket", "AWS::IAM::Role"], 1..3)
            .prop_map(|all| all.into_iter().collect::<BTreeSet<_>>())))
    ) {
        let less = match (&old, &new) {
            (_, None) => true,
            (Some(None), Some(new)) => new.is_some(),
            (Some(Some(old)), Some(Some(new))) => !old.is_subset(new),
            _ => false,
        };
        assert_kinds(Kind::Recorder, old.as_ref().map(recorder), new.as_ref().map(recorder), &[(RiskKind::Recorder, less)]);
    }

    #[test]
    fn a_function_has_exactly_the_risks_of_its_change(
        (old, new) in maybe((any::<bool>(), prop::option::of(1i32..4), 0u8..2, any::<bool>(), 0usize..4, any::<bool>()))
    ) {
        let function = |(traced, ceiling, role, keyed, level, loops): &(bool, Option<i32>, u8, bool, usize, bool)| {
            let application_log_level = [None, Some("DEBUG"), Some("INFO"), Some("WARN")][*level].map(str::to_owned);
            State::from(Function {
                kms_key_arn: keyed.then(|| "arn:key".to_owned()),
                logging_config: LoggingConfig { application_log_level, ..LoggingConfig::default() },
                recursive_loop: loops.then(|| "Allow".to_owned()),
                role: format!("arn:aws:iam::{ACCOUNT}:role/r{role}"),
                tracing_mode: if *traced { "Active" } else { "PassThrough" }.into(),
                reserved_concurrent_executions: *ceiling,
                ..function()
            })
        };
        let both = old.zip(new);
        // Where no level is said, nothing is left out.
        let least = |level: usize| [0, 1, 2, 3][level];
        let loops = new.is_some_and(|new| new.5) && !old.is_some_and(|old| old.5);
        let raised = both.is_some_and(|(old, new)| old.1.is_some_and(|old| new.1.is_none_or(|new| new > old)));
        let all = [
            (RiskKind::Gone, new.is_none()),
            (RiskKind::Tracing, both.is_some_and(|(old, new)| old.0 && !new.0)),
            (RiskKind::Logs, both.is_some_and(|(old, new)| least(new.4) > least(old.4))),
            (RiskKind::Encryption, both.is_some_and(|(old, new)| old.3 && !new.3)),
            (RiskKind::MoreRights, both.is_some_and(|(old, new)| old.2 != new.2)),
            (RiskKind::Throttle, raised || loops),
        ];
        assert_kinds(Kind::Function, old.as_ref().map(function), new.as_ref().map(function), &all);
    }

    #[test]
    fn a_workflow_has_exactly_the_risks_of_its_change((old, new) in maybe((any::<bool>(), 0usize..4, 0u8..2, any::<bool>()))) {
        let machine = |(tracing, level, role, express): &(bool, usize, u8, bool)| {
            let level = [None, Some("FATAL"), Some("ERROR"), Some("ALL")][*level];
            State::from(StateMachine {
                definition: "{}".into(),
                role_arn: format!("arn:aws:iam::{ACCOUNT}:role/r{role}"),
                machine_type: if *express { "EXPRESS" } else { "STANDARD" }.into(),
                logging: level.map(|level| Logging {
                    level: level.into(),
                    include_execution_data: false,
                    log_group_arn: "arn:*".into(),
                }),
                tracing: *tracing,
                tags: Tags::new(),
            })
        };
        let both = old.zip(new);
        let all = [
            (RiskKind::Gone, new.is_none()),
            (RiskKind::Tracing, both.is_some_and(|(old, new)| old.0 && !new.0)),
            (RiskKind::Logs, both.is_some_and(|(old, new)| new.1 < old.1)),
            (RiskKind::MoreRights, both.is_some_and(|(old, new)| old.2 != new.2)),
            (RiskKind::Downtime, both.is_some_and(|(old, new)| old.3 != new.3)),
        ];
        assert_kinds(Kind::StateMachine, old.as_ref().map(machine), new.as_ref().map(machine), &all);
    }
}

/// A function as Lambda makes one.
pub fn function() -> Function {
    Function {
        code_sha256: "jdGIRr46TSjb2wQVcs6XxP7qk4i8OxonPM+hNWW2ywA=".into(),
        runtime: "python3.11".into(),
        handler: "main.handler".into(),
        role: format!("arn:aws:iam::{ACCOUNT}:role/r0"),
        memory_size: 128,
        timeout: 3,
        architecture: "x86_64".into(),
        tracing_mode: "PassThrough".into(),
        ephemeral_storage_size: 512,
        ..Function::default()
    }
}

#[test]
fn a_channel_that_stops_records_less_and_one_that_starts_costs() {
    let channel = |recording| Some(State::from(DeliveryChannel { s3_bucket_name: "b".into(), recording }));
    let of = |old, new| lines(&planned(vec![case(Kind::DeliveryChannel, "c", old, new)]));
    assert_eq!(of(channel(true), channel(false)), ["Less recorded: delivery channel <c>: recording stops"]);
    let costs = ["Runs up cost: delivery channel <c>: recording starts, and each recorded change is charged"];
    assert_eq!(of(channel(false), channel(true)), costs);
    assert_eq!(of(None, channel(true)), costs);
    assert_eq!(of(channel(true), None), ["Less recorded: delivery channel <c>: deleted"]);
}

#[test]
fn new_rules_cost_and_fewer_judge_less() {
    type Side = fn() -> Option<State>;
    let rule = || Some(State::from(ConfigRule { source_identifier: "X".into(), ..ConfigRule::default() }));
    let of = |old: Side, new: Side| lines(&planned(["a", "b"].map(|name| case(Kind::Rule, name, old(), new())).into()));
    let (there, gone): (Side, Side) = (rule, || None);
    assert_eq!(of(gone, there), ["Runs up cost: AWS Config rules <a>, <b>: each evaluation is charged"]);
    assert_eq!(of(there, gone), ["Less recorded: AWS Config rules <a>, <b>: deleted"]);
}

#[test]
fn a_stage_without_its_firewall_is_weaker_unless_its_api_goes() {
    let association = || {
        let (resource_arn, web_acl_arn) = ("arn:stage".into(), "arn:acl".into());
        let mut case =
            case(Kind::Association, "waf-public", Some(Association { resource_arn, web_acl_arn }.into()), None);
        case.name = "shop--test-public/v1".into();
        case
    };
    assert_eq!(
        lines(&planned(vec![association()])),
        ["Weaker firewall: stage <shop--test-public/v1> has no firewall any more"]
    );
    let api = case(Kind::RestApi, "public", Some(super::api::any_api()), None);
    assert_eq!(lines(&planned(vec![association(), api])), ["Gone: API <public>"]);
}

#[test]
fn a_resource_without_its_firewall_is_weaker() {
    let (resource_arn, web_acl_arn) = ("arn:pool".into(), "arn:acl".into());
    let mut case =
        case(Kind::Association, "waf-userpool", Some(Association { resource_arn, web_acl_arn }.into()), None);
    case.name = "arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_a".into();
    let expected = format!("Weaker firewall: resource <{}> has no firewall any more", case.name);
    assert_eq!(lines(&planned(vec![case])), [expected]);
}

/// What is dangerous where a firewall with this rule, default and log becomes one with others.
fn of_rule(sides: [(serde_json::Value, serde_json::Value, bool); 2]) -> Vec<String> {
    let [old, new] = sides.map(|(statement, action, logs)| {
        let log = LoggingConfiguration {
            log_destination_configs: vec!["arn:aws:logs:us-west-2:123456789012:log-group:g".into()],
            redacted_fields: Vec::new(),
            logging_filter: None,
        };
        State::from(WebAcl {
            description: None,
            default_action: Json::of(&json!({"Block": {}})),
            rules: [("own".to_owned(), Rule::plain("own", 0, &statement, &action))].into(),
            visibility_config: VisibilityConfig::full("m"),
            custom_response_bodies: BTreeMap::new(),
            logging_configuration: logs.then_some(log),
            tags: Tags::new(),
        })
    });
    lines(&planned(vec![case(Kind::WebAcl, "waf", Some(old), Some(new))]))
}

#[test]
fn what_a_rule_of_ones_own_matches_and_answers_is_seen_and_so_is_the_end_of_a_log() {
    let geo = |country: &str| json!({"GeoMatchStatement": {"CountryCodes": [country]}});
    let block = json!({"Block": {}});
    let answer = json!({"Block": {"CustomResponse": {"ResponseCode": 429}}});
    let full = json!({"Block": {"CustomResponse": {"ResponseCode": 429, "CustomResponseBodyKey": "busy"}}});
    let lost = ["Other answers: firewall <waf>: blocked requests lose their own answer, or a part of it: <rule own>"];
    for (old, new) in [(&answer, &block), (&full, &block), (&full, &answer)] {
        assert_eq!(of_rule([(geo("AQ"), old.clone(), true), (geo("AQ"), new.clone(), true)]), lost, "{old} {new}");
    }
    assert_eq!(of_rule([(geo("AQ"), answer.clone(), true), (geo("AQ"), full, true)]), [""; 0]);
    let allow = json!({"Allow": {"CustomRequestHandling": {"InsertHeaders": [{"Name": "a", "Value": "b"}]}}});
    assert_eq!(of_rule([(geo("AQ"), block.clone(), true), (geo("AQ"), answer.clone(), true)]), [""; 0]);
    assert_eq!(
        of_rule([(geo("AQ"), block.clone(), true), (geo("BV"), block.clone(), true)]),
        ["Weaker firewall: firewall <waf>: rule <own>: matches other requests than before"]
    );
    assert_eq!(
        of_rule([(geo("AQ"), answer, true), (geo("AQ"), allow, true)]),
        ["Weaker firewall: firewall <waf>: rule <own>: <Block> → <Allow>"]
    );
    assert_eq!(
        of_rule([(geo("AQ"), block.clone(), true), (geo("AQ"), block, false)]),
        ["Less logging: firewall <waf>: no longer logged"]
    );
}

#[test]
fn what_a_firewall_does_by_default_is_seen_though_it_holds_nothing() {
    let parts = |blocks| Acl { blocks, own: None, group: None, limit: None };
    let plan = planned(vec![case(Kind::WebAcl, "waf", Some(acl(&parts(true))), Some(acl(&parts(false))))]);
    assert_eq!(lines(&plan), ["Weaker firewall: firewall <waf>: requests that no rule matches:  <Block> → <Allow>"]);
    let blocks = |action: Value| {
        let State::WebAcl(acl) = acl(&parts(true)) else { panic!("a web ACL") };
        State::from(WebAcl { default_action: Json::of(&action), ..acl })
    };
    let answers = blocks(json!({"Block": {"CustomResponse": {"ResponseCode": 429}}}));
    let silent = planned(vec![case(Kind::WebAcl, "waf", Some(answers), Some(blocks(json!({"Block": {}}))))]);
    let lost = "Other answers: firewall <waf>: blocked requests lose their own answer, or a part of it: <the default>";
    assert_eq!(lines(&silent), [lost]);
    let paths: Vec<&str> = plan.changes[0].diff.iter().map(|diff| diff.path.as_str()).collect();
    assert_eq!(paths, ["DefaultAction"]);
}
