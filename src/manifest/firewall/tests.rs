//! Firewalls from manifest to states, and what WAF would refuse.

use serde_json::{Value, json};

use super::*;
use crate::aws::test_support::test_id;
use crate::canonical::Sha;
use crate::manifest::lower::{Lowered, Sources, lower};
use crate::manifest::problem::Problems;
use crate::manifest::read::read;
use crate::package::Package;

fn lowered(text: &str) -> Result<Lowered, Problems> {
    let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{text}");
    let id = test_id(Kind::WebAcl, "any");
    let source = read("m.toml", &text, &id.owner.stage).expect("a manifest");
    let package =
        Package { zip: b"zip".to_vec().into(), sha256: Sha::of(b"zip").hex().to_owned(), requirements: Vec::new() };
    let packages = source.manifest.function.keys().map(|name| (name.clone(), package.clone())).collect();
    lower(&source, &id.owner, &id.site, &Sources { packages, ..Sources::default() })
}

fn wanted(lowered: &Lowered, address: &str) -> (Value, Vec<String>, String) {
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
        (6, 15, "WAF has no window of 90 seconds"),
        (7, 15, "WAF takes no such description"),
        (8, 14, "\"x\" is not an address range"),
        (8, 19, "10.0.0.1/8 has digits behind its prefix; did you mean 10.0.0.0/8?"),
        (8, 33, "WAF takes no range of all addresses, 0.0.0.0/0"),
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
    assert!(problems.contains("the firewall one protects the API api already"), "{problems}");
    let twice = lowered(&format!("[firewall.one]\nprotects = [\"api\", \"api\"]\n{APIS}")).unwrap_err().to_string();
    assert!(twice.contains("the firewall one protects the API api already"), "{twice}");
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
    let message = "5:18 there is no rule group of AWS \"AWSManagedRulesComonRuleSet\"; \
                   did you mean \"AWSManagedRulesCommonRuleSet\"?";
    assert_eq!(warned("AWSManagedRulesComonRuleSet"), (vec![message.to_owned()], 0));
    let nobody_has_looked = lowered("[firewall.waf]\nmanaged_rules = [\"Any\"]\n").unwrap();
    assert_eq!(nobody_has_looked.warnings, []);
}

#[test]
fn a_rule_group_that_needs_a_configuration_is_warned_of() {
    let message =
        "5:18 the rule group AWSManagedRulesATPRuleSet needs a configuration, which no section has a place for";
    assert_eq!(warned("AWSManagedRulesATPRuleSet"), (vec![message.to_owned()], 1));
}
