//! Firewalls from manifest to states, and what WAF would refuse.

use serde_json::{Value, json};

use super::*;
use crate::aws::test_support::test_id;
use crate::canonical::Sha;
use crate::manifest::lower::{Lowered, Sources, lower};
use crate::manifest::problem::Problems;
use crate::manifest::read::read;
use crate::package::Package;

pub(super) fn lowered(text: &str) -> Result<Lowered, Problems> {
    lowered_with(text, &[])
}

/// The same with files beside the manifest.
pub(super) fn lowered_with(text: &str, files: &[(&str, &str)]) -> Result<Lowered, Problems> {
    let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{text}");
    let id = test_id(Kind::WebAcl, "any");
    let source = read("m.toml", &text, &id.owner.stage).expect("a manifest");
    let package =
        Package { zip: b"zip".to_vec().into(), sha256: Sha::of(b"zip").hex().to_owned(), requirements: Vec::new() };
    let packages = source.manifest.function.keys().map(|name| (name.clone(), package.clone())).collect();
    let files = files.iter().map(|(file, text)| ((*file).to_owned(), Ok((*text).to_owned()))).collect();
    lower(&source, &id.owner, &id.site, &Sources { packages, files, ..Sources::default() })
}

/// What is wrong, each with its file and place.
pub(super) fn said(text: &str, files: &[(&str, &str)]) -> Vec<String> {
    let problems = lowered_with(text, files).expect_err("there are problems").0;
    problems.iter().map(|p| format!("{}:{}:{} {}", p.file, p.line, p.column, p.message)).collect()
}

pub(super) fn wanted(lowered: &Lowered, address: &str) -> (Value, Vec<String>, String) {
    let wanted = &lowered.wanted[&address.parse().unwrap()];
    let needs = wanted.needs.iter().map(Address::to_string).collect();
    (serde_json::to_value(&wanted.state).unwrap(), needs, wanted.id.name.clone())
}

#[test]
fn a_firewall_becomes_a_web_acl_with_a_set_for_each_list_and_version() {
    let lowered = lowered(
        "[firewall.waf]\nrate_limit = 1000\nallow_ips = [\"192.0.2.0/24\", \"2001:DB8:0::/32\"]\n\
         block_ips = [\"198.51.100.7/32\"]\n\
         managed_rules = [\"Common\", { name = \"Known\", exclude = [\"B\", \"A\"] }]\n",
    )
    .unwrap();
    let sets = ["wafv2.ip-set/waf-allow-v4", "wafv2.ip-set/waf-allow-v6", "wafv2.ip-set/waf-block-v4"];
    let (acl, needs, name) = wanted(&lowered, "wafv2.web-acl/waf");
    assert_eq!((needs.as_slice(), name.as_str()), (&sets.map(String::from)[..], "shop--test-waf"));
    let order = ["allow-v4", "allow-v6", "block-v4", "Common", "Known", "rate-limit"];
    let priorities = order.map(|rule| acl["Rules"][rule]["Priority"].clone());
    assert_eq!(priorities, [0, 1, 2, 3, 4, 5].map(Value::from));
    assert_eq!(acl["Rules"]["allow-v4"]["Action"], json!({"Allow": {}}));
    assert_eq!(acl["Rules"]["Common"]["OverrideAction"], json!({"None": {}}));
    let count = |name: &str| json!({"Name": name, "ActionToUse": {"Count": {}}});
    let known = &acl["Rules"]["Known"]["Statement"]["ManagedRuleGroupStatement"];
    assert_eq!(known["RuleActionOverrides"], json!([count("A"), count("B")]));
    let rate = json!({"RateBasedStatement": {"Limit": 1000, "EvaluationWindowSec": 300, "AggregateKeyType": "IP"}});
    assert_eq!(acl["Rules"]["rate-limit"]["Statement"], rate);
    assert_eq!(acl["DefaultAction"], json!({"Allow": {}}));
    let arn = &acl["Rules"]["block-v4"]["Statement"]["IPSetReferenceStatement"]["ARN"]["$join"];
    assert_eq!(arn[0], "arn:aws:wafv2:us-west-2:123456789012:regional/ipset/shop--test-waf-block-v4/");
    let (set, _, name) = wanted(&lowered, sets[1]);
    assert_eq!(name, "shop--test-waf-allow-v6");
    assert_eq!((&set["IPAddressVersion"], &set["Addresses"]), (&json!("IPV6"), &json!(["2001:db8::/32"])));
}

const APIS: &str = "[function.f]\nruntime = \"provided.al2023\"\nhandler = \"h\"\nsource = \"f\"\n\
    [api.api]\nstage = \"v1\"\nroutes = [{ method = \"GET\", path = \"/\", function = \"f\" }]\n";

#[test]
fn what_waf_would_refuse_is_told_with_its_place() {
    let text = "[firewall.waf]\nrate_limit = 9\nrate_window = 90\ndescription = \"a \"\n\
        allow_ips = [\"x\", \"10.0.0.1/8\", \"0.0.0.0/0\"]\n\
        managed_rules = [\"A\", \"A\", \"a b\", \"rate-limit\", { name = \"B\", exclude = [\"\"] }]\n\
        protects = [\"ap\"]\n";
    let problems = lowered(text).unwrap_err();
    let said: Vec<_> = problems.0.iter().map(|p| (p.line, p.column, p.message.as_str())).collect();
    let expected = [
        (5, 14, "a rate limit of 9 is out of range"),
        (6, 15, "WAF does not support a window of 90 seconds"),
        (7, 15, "WAF does not accept this description"),
        (8, 14, "\"x\" is not an address range"),
        (8, 19, "10.0.0.1/8 has digits after its prefix; did you mean 10.0.0.0/8?"),
        (8, 33, "WAF does not accept 0.0.0.0/0, the range of all addresses"),
        (9, 23, "there is a rule \"A\" already"),
        (9, 28, "\"a b\" is not the name of a rule group"),
        (9, 35, "there is a rule \"rate-limit\" already"),
        (9, 73, "\"\" is not the name of a rule"),
        (10, 13, "there is no api section \"ap\""),
    ];
    assert_eq!(said, expected);
}

#[test]
fn a_protected_api_gets_an_association_that_waits_for_both() {
    let lowered = lowered(&format!("[firewall.waf]\nprotects = [\"api\"]\n{APIS}")).unwrap();
    let (state, needs, name) = wanted(&lowered, "wafv2.association/waf-api");
    assert_eq!(needs, ["apigateway.rest-api/api", "wafv2.web-acl/waf"]);
    assert_eq!(name, "shop--test-api/v1");
    let join = |parts: [Value; 3]| json!({ "$join": parts });
    let stage = [
        json!("arn:aws:apigateway:us-west-2::/restapis/"),
        json!({"$output": "apigateway.rest-api/api.id"}),
        json!("/stages/v1"),
    ];
    assert_eq!(state["ResourceArn"], join(stage));
    let acl = "arn:aws:wafv2:us-west-2:123456789012:regional/webacl/shop--test-waf/";
    assert_eq!(state["WebACLArn"], json!({"$join": [acl, {"$output": "wafv2.web-acl/waf.id"}]}));
}

#[test]
fn a_stage_is_protected_by_one_firewall() {
    let two = format!("[firewall.one]\nprotects = [\"api\"]\n[firewall.two]\nprotects = [\"api\"]\n{APIS}");
    let problems = lowered(&two).unwrap_err().to_string();
    assert!(problems.contains("the firewall one already protects the API api"), "{problems}");
    let twice = lowered(&format!("[firewall.one]\nprotects = [\"api\", \"api\"]\n{APIS}")).unwrap_err().to_string();
    assert!(twice.contains("the firewall one already protects the API api"), "{twice}");
}

#[test]
fn names_that_are_long_together_are_shortened() {
    let firewall = "f".repeat(64);
    let text = format!("[firewall.{firewall}]\nallow_ips = [\"192.0.2.0/24\"]\nblock_ips = [\"192.0.2.0/25\"]\n");
    let lowered = lowered(&text).unwrap();
    let sets: Vec<_> = lowered.wanted.values().filter(|wanted| wanted.id.address.kind == Kind::IpSet).collect();
    assert_eq!(sets.len(), 2);
    assert_ne!(sets[0].id.address, sets[1].id.address);
}

/// The warnings about a rule group, where WAF offers two.
fn warned(group: &str) -> (Vec<String>, usize) {
    let text =
        format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[firewall.waf]\nmanaged_rules = [\"{group}\"]\n");
    let id = test_id(Kind::WebAcl, "any");
    let source = read("m.toml", &text, &id.owner.stage).expect("a manifest");
    let offered = ["AWSManagedRulesATPRuleSet", "AWSManagedRulesCommonRuleSet"].map(str::to_owned).into();
    let sources = Sources { rule_groups: Some(offered), ..Sources::default() };
    let lowered = lower(&source, &id.owner, &id.site, &sources).expect("no problems");
    let warnings =
        lowered.warnings.iter().map(|warning| format!("{}:{} {}", warning.line, warning.column, warning.message));
    (warnings.collect(), lowered.notes.len())
}

#[test]
fn a_rule_group_that_waf_does_not_offer_is_warned_of_and_the_plan_says_nothing_of_it() {
    assert_eq!(warned("AWSManagedRulesCommonRuleSet"), (vec![], 0));
    let message = "5:18 there is no AWS managed rule group \"AWSManagedRulesComonRuleSet\"; \
                   did you mean \"AWSManagedRulesCommonRuleSet\"?";
    assert_eq!(warned("AWSManagedRulesComonRuleSet"), (vec![message.to_owned()], 0));
    let nobody_has_looked = lowered("[firewall.waf]\nmanaged_rules = [\"Any\"]\n").unwrap();
    assert_eq!(nobody_has_looked.warnings, []);
}

#[test]
fn a_rule_group_that_needs_a_configuration_is_warned_of() {
    let message = "5:18 the rule group AWSManagedRulesATPRuleSet needs a configuration";
    assert_eq!(warned("AWSManagedRulesATPRuleSet"), (vec![message.to_owned()], 1));
    let configured = lowered(
        "[firewall.waf]\nmanaged_rules = [{ name = \"AWSManagedRulesATPRuleSet\", configs = [\
         { AWSManagedRulesATPRuleSet = { LoginPath = \"/login\" } }] }]\n",
    );
    assert_eq!(configured.unwrap().warnings, []);
}

#[test]
fn a_group_has_a_version_configurations_and_rules_that_act_otherwise() {
    let text = "[firewall.waf]\npriority = 100\nmanaged_rules = [{ name = \"Bots\", vendor = \"Acme\", version = \"Version_1.0\", \
        exclude = [\"B\"], actions = { A = \"challenge\" }, count = true, scope_down = \"scope.json\", \
        configs = [{ AWSManagedRulesBotControlRuleSet = { InspectionLevel = \"COMMON\" } }] }]\n";
    let scope = r#"{"GeoMatchStatement": {"CountryCodes": ["DE", "AQ"]}}"#;
    let lowered = lowered_with(text, &[("scope.json", scope)]).unwrap();
    let (acl, ..) = wanted(&lowered, "wafv2.web-acl/waf");
    let expected = json!({
        "Priority": 100, "OverrideAction": {"Count": {}},
        "VisibilityConfig": {"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "Bots"},
        "Statement": {"ManagedRuleGroupStatement": {
            "VendorName": "Acme", "Name": "Bots", "Version": "Version_1.0",
            "RuleActionOverrides": [
                {"Name": "A", "ActionToUse": {"Challenge": {}}}, {"Name": "B", "ActionToUse": {"Count": {}}}],
            "ScopeDownStatement": {"GeoMatchStatement": {"CountryCodes": ["AQ", "DE"]}},
            "ManagedRuleGroupConfigs": [
                {"AWSManagedRulesBotControlRuleSet": {"InspectionLevel": "COMMON", "EnableMachineLearning": true}}],
        }},
    });
    assert_eq!(acl["Rules"]["Bots"], expected);
}

#[test]
fn a_limit_counts_by_keys_of_what_a_statement_names() {
    let text = "[firewall.waf]\nrate_limit = 100\nrate_window = 60\nrate_action = \"captcha\"\n\
        rate_keys = [\"forwarded_ip\", \"uri_path\", { header = \"X-Api-Key\", transform = [\"LOWERCASE\"] }, \
        { label_namespace = \"a:\" }]\n\
        rate_scope_down = { LabelMatchStatement = { Scope = \"LABEL\", Key = \"a:b\" } }\n";
    let (acl, ..) = wanted(&lowered(text).unwrap(), "wafv2.web-acl/waf");
    let none = json!([{"Priority": 0, "Type": "NONE"}]);
    let rate = json!({
        "Limit": 100, "EvaluationWindowSec": 60, "AggregateKeyType": "CUSTOM_KEYS",
        "CustomKeys": [
            {"ForwardedIP": {}}, {"UriPath": {"TextTransformations": none}},
            {"Header": {"Name": "x-api-key", "TextTransformations": [{"Priority": 0, "Type": "LOWERCASE"}]}},
            {"LabelNamespace": {"Namespace": "a:"}}],
        "ForwardedIPConfig": {"HeaderName": "X-Forwarded-For", "FallbackBehavior": "NO_MATCH"},
        "ScopeDownStatement": {"LabelMatchStatement": {"Scope": "LABEL", "Key": "a:b"}},
    });
    assert_eq!(acl["Rules"]["rate-limit"]["Statement"]["RateBasedStatement"], rate);
    assert_eq!(acl["Rules"]["rate-limit"]["Action"], json!({"Captcha": {}}));
    let of = |keys: &str| {
        let text = format!(
            "[firewall.waf]\nrate_limit = 100\nrate_keys = [{keys}]\n\
            rate_scope_down = {{ GeoMatchStatement = {{ CountryCodes = [\"AQ\"] }} }}\n"
        );
        let (acl, ..) = wanted(&lowered(&text).unwrap(), "wafv2.web-acl/waf");
        acl["Rules"]["rate-limit"]["Statement"]["RateBasedStatement"]["AggregateKeyType"].clone()
    };
    let of_all = ["\"ip\"", "\"forwarded_ip\"", "\"constant\"", "\"http_method\"", ""].map(of);
    assert_eq!(of_all, ["IP", "FORWARDED_IP", "CONSTANT", "CUSTOM_KEYS", "IP"]);
}

#[test]
fn what_waf_would_refuse_of_a_limit_and_of_groups_is_told_with_its_place() {
    let text = "[firewall.waf]\nrate_limit = 100\nrate_action = \"allow\"\n\
        rate_keys = [\"ip\", \"asn\", \"constant\", { header = \"a\", cookie = \"b\" }, { cookie = \" \" }, {}]\n\
        managed_rules = [{ name = \"A\", version = \"a b\", actions = { \"x y\" = \"allow\" } }, \
        { name = \"B\", configs = [{ PayloadType = \"XML\" }], scope_down = { RateBasedStatement = {} } }]\n\
        scope = \"CLOUDFRONT\"\n[firewall.other]\nrate_keys = [\"asn\"]\nscope = \"edge\"\n";
    let expected = [
        "m.toml:6:15 a rate limit cannot allow requests",
        "m.toml:7:13 constant counts all requests together that rate_scope_down names",
        "m.toml:7:13 there are 6 keys",
        "m.toml:7:27 constant cannot be combined with other keys",
        "m.toml:7:39 RateBasedStatementCustomKey must have exactly one member, not 2",
        "m.toml:7:71 expected a text that is not blank",
        "m.toml:7:89 RateBasedStatementCustomKey must have exactly one member, not 0",
        "m.toml:8:42 WAF does not accept \"a b\" here",
        "m.toml:8:69 \"x y\" is not the name of a rule",
        "m.toml:8:123 WAF does not accept \"XML\" here",
        "m.toml:8:133 RateBasedStatement cannot be nested in another statement",
        "m.toml:8:148 RateBasedStatement has no AggregateKeyType",
        "m.toml:8:148 RateBasedStatement has no Limit",
        "m.toml:9:9 web ACLs for CloudFront are not supported: they exist only in us-east-1, and the manifest has no \
         distributions",
        "m.toml:11:13 rate_keys is about a rate limit, and there is none",
        "m.toml:12:9 this is not a scope of WAF",
    ];
    assert_eq!(said(text, &[]), expected);
}

#[test]
fn what_blocks_answers_as_the_section_says() {
    let text = "[firewall.waf]\ndefault = \"block\"\nrate_limit = 100\nblock_ips = [\"192.0.2.0/24\"]\n\
        allow_ips = [\"198.51.100.0/24\"]\n\
        custom_response = { code = 429, body = \"busy\", headers = { Retry-After = \"60\" } }\n\
        [firewall.waf.custom_response_bodies.busy]\ncontent_type = \"application/json\"\ncontent = '{\"stage\": \"${stage}\"}'\n";
    let (acl, ..) = wanted(&lowered(text).unwrap(), "wafv2.web-acl/waf");
    let answer = json!({"ResponseCode": 429, "CustomResponseBodyKey": "busy",
        "ResponseHeaders": [{"Name": "Retry-After", "Value": "60"}]});
    let block = json!({"Block": {"CustomResponse": answer}});
    assert_eq!(acl["DefaultAction"], block);
    for rule in ["block-v4", "rate-limit"] {
        assert_eq!(acl["Rules"][rule]["Action"], block, "{rule}");
    }
    assert_eq!(acl["Rules"]["allow-v4"]["Action"], json!({"Allow": {}}));
    let body = json!({"busy": {"ContentType": "APPLICATION_JSON", "Content": "{\"stage\": \"test\"}"}});
    assert_eq!(acl["CustomResponseBodies"], body);
    let wrong = "[firewall.waf]\ncustom_response = { code = 99, body = \"gone\" }\n\
        [firewall.waf.custom_response_bodies.\"a b\"]\ncontent_type = \"text/plain\"\ncontent = \"\"\n";
    let expected = [
        "m.toml:5:28 99 is out of range",
        "m.toml:5:39 there is no custom response body \"gone\"",
        "m.toml:6:38 WAF does not accept the key \"a b\"",
        "m.toml:8:11 WAF does not accept a body of this length",
    ];
    assert_eq!(said(wrong, &[]), expected);
}

#[test]
fn a_log_goes_to_a_group_of_its_own_or_to_a_stream() {
    let text = "[firewall.waf.logging]\nretention_days = 30\nredact = [\"query_string\", { header = \"Authorization\" }]\n\
        filter = { DefaultBehavior = \"DROP\", Filters = [{ Behavior = \"KEEP\", Requirement = \"MEETS_ANY\", \
        Conditions = [{ ActionCondition = { Action = \"BLOCK\" } }] }] }\n";
    let lowered_ = lowered(text).unwrap();
    let (acl, needs, _) = wanted(&lowered_, "wafv2.web-acl/waf");
    assert_eq!(needs, ["logs.log-group/waf-firewall"]);
    let group = "aws-waf-logs-firewall/shop--test-waf";
    let log = &acl["LoggingConfiguration"];
    assert_eq!(log["LogDestinationConfigs"], json!([format!("arn:aws:logs:us-west-2:123456789012:log-group:{group}")]));
    assert_eq!(log["RedactedFields"], json!([{"QueryString": {}}, {"SingleHeader": {"Name": "authorization"}}]));
    assert_eq!(log["LoggingFilter"]["DefaultBehavior"], "DROP");
    assert_eq!(acl["Tags"]["serverless-app:parts"], "logging");
    let (state, _, name) = wanted(&lowered_, "logs.log-group/waf-firewall");
    assert_eq!((&state["retentionInDays"], name.as_str()), (&json!(30), group));
    let stream = "arn:aws:firehose:us-west-2:123456789012:deliverystream/aws-waf-logs-s";
    let lowered_ = lowered(&format!("[firewall.waf.logging]\ndestination = \"{stream}\"\n")).unwrap();
    let (acl, needs, _) = wanted(&lowered_, "wafv2.web-acl/waf");
    assert_eq!((&acl["LoggingConfiguration"], needs.len()), (&json!({"LogDestinationConfigs": [stream]}), 0));
    let wrong = "[firewall.a.logging]\nretention_days = 2\nredact = [{ header = \"\" }]\nfilter = { DefaultBehavior = \"SOME\", Filters = [] }\n\
        [firewall.b.logging]\ndestination = \"arn:aws:firehose:eu-west-1:123456789012:deliverystream/logs\"\n\
        [firewall.c.logging]\ndestination = \"arn:aws:s3:::aws-waf-logs-x\"\n";
    let expected = [
        "m.toml:5:18 logs cannot be kept for 2 days",
        "m.toml:6:11 expected a text that is not blank",
        "m.toml:6:11 expected at least 1 character",
        "m.toml:7:30 WAF does not accept \"SOME\" here",
        "m.toml:7:48 expected at least 1 item",
        "m.toml:9:15 WAF logs only to streams whose names begin with aws-waf-logs-",
        "m.toml:9:15 the stream is in eu-west-1",
        "m.toml:11:15 this is not the ARN of a delivery stream",
    ];
    assert_eq!(said(wrong, &[]), expected);
}

#[test]
fn what_is_named_by_arn_is_protected_and_the_tag_says_so() {
    let pool = "arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_AbC";
    let text = format!("[firewall.waf]\nresource_arns = [\"{pool}\"]\n");
    let lowered_ = lowered(&text).unwrap();
    let (state, needs, name) = wanted(&lowered_, "wafv2.association/waf-userpool-us-west-2-abc");
    assert_eq!((needs, name.as_str()), (vec!["wafv2.web-acl/waf".to_owned()], pool));
    assert_eq!(state["ResourceArn"], pool);
    let (acl, ..) = wanted(&lowered_, "wafv2.web-acl/waf");
    assert_eq!(acl["Tags"]["serverless-app:parts"], "cognito");
    let wrong = format!(
        "[firewall.a]\nresource_arns = [\"{pool}\", \"{pool}\", \"web\",\n\
         \"arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/net/a/1\",\n\
         \"arn:aws:appsync:eu-west-1:123456789012:apis/a\",\n\
         \"arn:aws:apigateway:us-west-2::/restapis/a/stages/v1\",\n\
         \"arn:aws:cloudfront::123456789012:distribution/A\",\n\
         \"arn:aws:appsync:us-west-2:210987654321:apis/a\",\n\
         \"arn:aws-cn:appsync:us-west-2:123456789012:apis/a\"]\n\
         [firewall.b]\nresource_arns = [\"arn:aws:cognito-idp:${{region}}:${{account}}:userpool/us-west-2_AbC\"]\n"
    );
    let expected = [
        "m.toml:5:87 the firewall a already protects this",
        "m.toml:5:156 \"web\" is not an ARN",
        "m.toml:6:1 a firewall cannot protect this",
        "m.toml:7:1 this is in eu-west-1, the app in us-west-2",
        "m.toml:8:1 name APIs in `protects`; HTTP APIs cannot have a web ACL",
        "m.toml:9:1 a distribution names its web ACL itself, which needs the scope CLOUDFRONT",
        "m.toml:10:1 this belongs to the account 210987654321, the app to 123456789012",
        "m.toml:11:1 this is in the partition aws-cn, the app in aws",
        "m.toml:13:18 the firewall a already protects this",
    ];
    assert_eq!(said(&wrong, &[]), expected);
}

#[test]
fn what_is_named_by_arn_is_of_any_account_where_nobody_knows_the_app_s() {
    let text = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[firewall.waf]\n\
        resource_arns = [\"arn:aws:appsync:us-west-2:210987654321:apis/a\"]\n\
        logging = { destination = \"arn:aws:firehose:us-west-2:210987654321:deliverystream/aws-waf-logs-s\" }\n";
    let id = test_id(Kind::WebAcl, "any");
    let source = read("m.toml", text, &id.owner.stage).expect("a manifest");
    let of = |without_account| {
        let sources = Sources { without_account, ..Sources::default() };
        match lower(&source, &id.owner, &id.site, &sources) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.0.into_iter().map(|problem| problem.message).collect(),
        }
    };
    assert_eq!(of(true), [""; 0]);
    assert_eq!(of(false), ["this belongs to the account 210987654321, the app to 123456789012"; 2]);
}

#[test]
fn arns_are_filled_in_wherever_they_are_asked_for() {
    let text = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[firewall.waf]\n\
        resource_arns = [\"arn:aws:appsync:${region}:${account}:apis/${app}-${stage}\"]\n";
    let id = test_id(Kind::WebAcl, "any");
    let source = read("m.toml", text, &id.owner.stage).expect("a manifest");
    let filled = source.manifest.firewall.values().next().expect("a firewall").resources(&id.owner, &id.site);
    let arn = "arn:aws:appsync:us-west-2:123456789012:apis/shop-test";
    assert_eq!(filled, [arn]);
    let lowered = lower(&source, &id.owner, &id.site, &Sources::default()).expect("no problems");
    assert_eq!(wanted(&lowered, "wafv2.association/waf-apis-shop-test").2, arn);
}

#[test]
fn no_rule_is_beyond_the_greatest_priority_and_none_has_a_metric_of_waf_s_own() {
    let of = |priority: i64| {
        said_or_none(&format!(
            "[firewall.waf]\npriority = {priority}\nrate_limit = 100\nmanaged_rules = [\"A\", \"B\"]\n"
        ))
    };
    assert_eq!(of(2_147_483_645), [""; 0]);
    let beyond = "m.toml:5:12 the section's 3 rules would reach the priority 2147483648, above 2147483647";
    assert_eq!(of(2_147_483_646), [beyond]);
    let text = "[firewall.waf]\npriority = 2147483646\nrate_limit = 100\nmanaged_rules = [\"A\", \"B\"]\n";
    let help = lowered(text).unwrap_err().0.remove(0).help;
    assert_eq!(help.as_deref(), Some("write 2147483645 or less"));
    let named = said_or_none("[firewall.waf]\nmanaged_rules = [\"All\", { name = \"Default_Action\" }]\n");
    let expected = [
        "m.toml:5:18 All is reserved for a metric of WAF",
        "m.toml:5:25 Default_Action is reserved for a metric of WAF",
    ];
    assert_eq!(named, expected);
}

/// What is wrong, if anything is.
fn said_or_none(text: &str) -> Vec<String> {
    if lowered(text).is_ok() { Vec::new() } else { said(text, &[]) }
}
