//! Rules of one's own: what becomes of them, and what WAF would refuse, at its line of the file.

use serde_json::{Value, json};

use crate::manifest::firewall::tests::{lowered, lowered_with, said, wanted};

const MANIFEST: &str = "[firewall.waf]\nrules = \"waf.json\"\n";

/// A rule with this statement, in a line of its own.
fn rule(name: &str, priority: u32, statement: &str) -> String {
    format!(
        "{{\"Name\": \"{name}\", \"Priority\": {priority}, \"Action\": {{\"Block\": {{}}}},\n\"Statement\": {statement}}}"
    )
}

/// What is wrong with the second line of a rule with this statement: column and message.
fn of(statement: &str) -> Vec<String> {
    let file = format!("[{}]", rule("a", 1, statement));
    let all = said(MANIFEST, &[("waf.json", &file)]);
    all.into_iter().map(|said| said.strip_prefix("waf.json:2:").unwrap_or(&said).to_owned()).collect()
}

#[test]
fn rules_of_ones_own_are_sent_as_the_file_has_them() {
    let text = "[firewall.waf]\nrate_limit = 100\nmanaged_rules = [\"Common\"]\nrules = \"waf.json\"\n";
    let file = r#"[
        {"Name": "bots", "Priority": 20, "Action": {"Block": {}},
         "Statement": {"ByteMatchStatement": {"SearchString": "YmFkLWJvdA==", "PositionalConstraint": "CONTAINS",
            "FieldToMatch": {"SingleHeader": {"Name": "User-Agent"}},
            "TextTransformations": [{"Priority": 1, "Type": "LOWERCASE"}, {"Priority": 0, "Type": "URL_DECODE"}]}},
         "RuleLabels": [{"Name": "bots:${stage}"}],
         "VisibilityConfig": {"SampledRequestsEnabled": false, "CloudWatchMetricsEnabled": true, "MetricName": "m"}},
        {"Name": "set", "Priority": 10, "Action": {"Count": {}}, "Statement": {"IPSetReferenceStatement":
            {"ARN": "arn:aws:wafv2:${region}:${account}:regional/ipset/theirs/0-1"}}}
    ]"#;
    let lowered = lowered_with(text, &[("waf.json", file)]).unwrap();
    let (acl, ..) = wanted(&lowered, "wafv2.web-acl/waf");
    let priorities = ["Common", "rate-limit", "set", "bots"].map(|rule| acl["Rules"][rule]["Priority"].clone());
    assert_eq!(priorities, [0, 1, 10, 20].map(Value::from));
    let bots = json!({
        "Priority": 20, "Action": {"Block": {}}, "RuleLabels": [{"Name": "bots:test"}],
        "Statement": {"ByteMatchStatement": {
            "SearchString": "YmFkLWJvdA==", "PositionalConstraint": "CONTAINS",
            "FieldToMatch": {"SingleHeader": {"Name": "user-agent"}},
            "TextTransformations": [{"Priority": 0, "Type": "URL_DECODE"}, {"Priority": 1, "Type": "LOWERCASE"}]}},
        "VisibilityConfig": {"SampledRequestsEnabled": false, "CloudWatchMetricsEnabled": true, "MetricName": "m"},
    });
    assert_eq!(acl["Rules"]["bots"], bots);
    let arn = &acl["Rules"]["set"]["Statement"]["IPSetReferenceStatement"]["ARN"];
    assert_eq!(arn, "arn:aws:wafv2:us-west-2:123456789012:regional/ipset/theirs/0-1");
    assert_eq!(acl["Rules"]["set"]["VisibilityConfig"]["MetricName"], "set");
}

#[test]
fn rules_may_stand_in_the_manifest() {
    let text = "[[firewall.waf.rules]]\nName = \"a\"\nPriority = 5\nAction = { Block = {} }\n\
        Statement = { GeoMatchStatement = { CountryCodes = [\"AQ\"] } }\n";
    let (acl, ..) = wanted(&lowered(text).unwrap(), "wafv2.web-acl/waf");
    assert_eq!(acl["Rules"]["a"]["Statement"], json!({"GeoMatchStatement": {"CountryCodes": ["AQ"]}}));
    let wrong = text.replace("AQ", "XX").replace("Block = {}", "Blok = {}");
    let found = said(&wrong, &[]);
    assert_eq!(found.last().map(String::as_str), Some("m.toml:8:53 WAF does not accept \"XX\" here"));
    assert!(found.iter().any(|said| said.ends_with("did you mean \"Block\"?")), "{found:?}");
}

#[test]
fn names_and_priorities_are_the_only_ones_of_theirs() {
    let text = "[firewall.waf]\nrate_limit = 100\nmanaged_rules = [\"Common\"]\nrules = \"waf.json\"\n";
    let geo = r#"{"GeoMatchStatement": {"CountryCodes": ["AQ"]}}"#;
    let rules = [("a", 7), ("a", 8), ("b", 7), ("Common", 9), ("c", 1)];
    let file = rules.map(|(name, priority)| rule(name, priority, geo)).join(",\n");
    let expected = [
        "waf.json:3:10 there is a rule \"a\" already",
        "waf.json:5:27 another rule already has the priority 7",
        "waf.json:7:10 there is a rule \"Common\" already",
        "waf.json:9:27 the section's rule \"rate-limit\" already has the priority 1",
    ];
    let found = said(text, &[("waf.json", &format!("[{file}]"))]);
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(found, expected);
    let problems = lowered_with(text, &[("waf.json", &format!("[{file}]"))]).unwrap_err().to_string();
    assert!(problems.contains("write 2 or more, or set by `priority` where"), "{problems}");
}

#[test]
fn what_no_statement_holds_is_told_at_its_line() {
    for (statement, expected) in [
        (r#"{"GeoMatchStatment": {}}"#, "35: there is no member of Statement \"GeoMatchStatment\""),
        (r#"{}"#, "14: Statement must have exactly one member, not 0"),
        (r#"{"GeoMatchStatement": {}}"#, "36: GeoMatchStatement has no CountryCodes"),
        (r#"{"GeoMatchStatement": {"CountryCodes": "AQ"}}"#, "53: expected a list"),
        (r#"{"LabelMatchStatement": {"Scope": "LABEL"}}"#, "38: LabelMatchStatement has no Key"),
        (r#"{"LabelMatchStatement": {"Scope": "label", "Key": "a b"}}"#, "48: WAF does not accept \"label\" here"),
        (
            r#"{"SizeConstraintStatement": {"FieldToMatch": {"UriPath": {}, "Method": {}}, "ComparisonOperator": "GT",
            "Size": 1, "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}"#,
            "59: FieldToMatch must have exactly one member, not 2",
        ),
        (
            r#"{"NotStatement": {"Statement": {"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP"}}}}"#,
            "45: RateBasedStatement cannot be nested in another statement",
        ),
        (
            r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP", "ScopeDownStatement":
            {"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP"}}}}"#,
            "waf.json:3:13 RateBasedStatement cannot be nested in another statement",
        ),
        (
            r#"{"AndStatement": {"Statements": [{"GeoMatchStatement": {"CountryCodes": ["AQ"]}}]}}"#,
            "31: AndStatement joins two statements or more, and has one",
        ),
        (
            r#"{"ByteMatchStatement": {"SearchString": "bad bot", "PositionalConstraint": "CONTAINS",
            "FieldToMatch": {"UriPath": {}}, "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}"#,
            "54: WAF's API expects the search string in base64",
        ),
        (r#"{"RateBasedStatement": {"Limit": 5, "AggregateKeyType": "IP"}}"#, "47: 5 is out of range"),
        (
            r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP", "EvaluationWindowSec": 90}}"#,
            "100: WAF does not support a window of 90 seconds",
        ),
        (
            r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "FORWARDED_IP"}}"#,
            "37: a forwarded address needs ForwardedIPConfig, which names the header that contains it",
        ),
        (
            r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "CONSTANT"}}"#,
            "37: CONSTANT counts all requests together that a ScopeDownStatement names, and there is none",
        ),
        (
            r#"{"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [{"IP": {}}]}}"#,
            "100: an address cannot be the only custom key",
        ),
        (
            r#"{"XssMatchStatement": {"FieldToMatch": {"UriPath": {}}, "TextTransformations":
            [{"Priority": 0, "Type": "NONE"}, {"Priority": 0, "Type": "LOWERCASE"}]}}"#,
            "waf.json:3:13 two text transformations have the priority 0",
        ),
        (
            r#"{"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "A"}}"#,
            "waf.json:1:2 a rule with a ManagedRuleGroupStatement has an OverrideAction, and no Action",
        ),
    ] {
        let found = of(statement);
        let expected = expected.replacen(": ", " ", usize::from(expected.as_bytes()[0].is_ascii_digit()));
        assert!(found.iter().any(|said| said.starts_with(&expected)), "{statement}\n{expected}\n{found:?}");
    }
}

#[test]
fn a_rule_whose_name_nobody_knows_yet_is_an_error_and_so_is_a_metric_of_waf_s_own() {
    let geo = r#"{"GeoMatchStatement": {"CountryCodes": ["AQ"]}}"#;
    let text = format!("{MANIFEST}[firewall.other]\n[table.t]\nhash_key = {{ name = \"id\", type = \"S\" }}\n");
    let with = |name: &str| said(&text, &[("waf.json", &format!("[{}]", rule(name, 1, geo)))]);
    assert_eq!(with("r-${firewall.other.id}"), ["waf.json:1:11 the name of a rule refers to an id that AWS generates"]);
    for name in ["All", "Default_Action"] {
        assert_eq!(with(name), [format!("waf.json:1:11 {name} is reserved for a metric of WAF")]);
    }
    let shown = rule("All", 1, geo).replacen('{', "{\"VisibilityConfig\": {\"SampledRequestsEnabled\": false, \"CloudWatchMetricsEnabled\": true, \"MetricName\": \"m\"}, ", 1);
    let lowered = lowered_with(MANIFEST, &[("waf.json", &format!("[{shown}]"))]).unwrap();
    let (acl, ..) = wanted(&lowered, "wafv2.web-acl/waf");
    assert_eq!(acl["Rules"]["All"]["VisibilityConfig"]["MetricName"], "m");
    // Its name is a table's, which is known before there is one.
    let known = format!("[{}]", rule("r-${table.t.name}", 1, geo));
    let lowered = lowered_with(&text, &[("waf.json", &known)]).unwrap();
    assert!(wanted(&lowered, "wafv2.web-acl/waf").0["Rules"]["r-shop--test-t"].is_object());
}

#[test]
fn of_two_members_with_one_name_neither_is_taken() {
    let geo = r#"{"GeoMatchStatement": {"CountryCodes": ["AQ"]}}"#;
    let file = format!("[{}]", rule("a", 1, geo).replace(",\n", ",\n\"Action\": {\"Allow\": {}},\n"));
    assert_eq!(said(MANIFEST, &[("waf.json", &file)]), ["waf.json:2:1 \"Action\" is defined twice, first at 1:31"]);
    let scope = "{\"GeoMatchStatement\": {\"CountryCodes\": [\"AQ\"], \"CountryCodes\": [\"DE\"]}}";
    let group = "[firewall.waf]\nmanaged_rules = [{ name = \"Bots\", scope_down = \"scope.json\" }]\n";
    let expected = ["scope.json:1:48 \"CountryCodes\" is defined twice, first at 1:24"];
    assert_eq!(said(group, &[("scope.json", scope)]), expected);
}

#[test]
fn what_a_file_of_rules_is_not_is_told() {
    assert_eq!(
        said(MANIFEST, &[("waf.json", "{")]),
        ["waf.json:1:1 this is not valid JSON: EOF while parsing an object"]
    );
    assert_eq!(said(MANIFEST, &[("waf.json", "{}")]), ["waf.json:1:1 expected a list"]);
    assert_eq!(said(MANIFEST, &[("waf.json", "[1]")]), ["waf.json:1:2 expected an object, Rule"]);
    let open = format!("[{}]", rule("a", 1, r#"{"LabelMatchStatement": {"Scope": "LABEL", "Key": "${stag}"}}"#));
    assert_eq!(said(MANIFEST, &[("waf.json", &open)]), ["waf.json:2:65 ${stag} refers to nothing"]);
    let answer = r#"[{"Name": "a", "Priority": 1, "Action": {"Block": {"CustomResponse": {"ResponseCode": 429,
        "CustomResponseBodyKey": "gone"}}}, "Statement": {"GeoMatchStatement": {"CountryCodes": ["AQ"]}}}]"#;
    assert_eq!(said(MANIFEST, &[("waf.json", answer)]), ["waf.json:1:2 there is no custom response body \"gone\""]);
}

#[test]
fn a_text_that_was_meant_as_it_is_written_is_warned_of() {
    let bytes = |text: &str| {
        let statement = format!(
            "{{\"ByteMatchStatement\": {{\"SearchString\": \"{text}\", \"PositionalConstraint\": \"CONTAINS\", \
             \"FieldToMatch\": {{\"UriPath\": {{}}}}, \"TextTransformations\": [{{\"Priority\": 0, \"Type\": \"NONE\"}}]}}}}"
        );
        let file = format!("[{}]", rule("a", 1, &statement));
        lowered_with(MANIFEST, &[("waf.json", &file)]).unwrap().warnings.len()
    };
    assert_eq!([bytes("admin123"), bytes("YWRtaW4xMjM=")], [1, 0], "both can be read as base64");
}
