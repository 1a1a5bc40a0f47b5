//! What firewalls name by ARN: rules that refer to somebody else's set, and a resource that they no longer stand in front of.

use crate::support::permissions::{apply, assume, endpoint, plan, policies, role};
use crate::support::project::{Project, changes};

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n";

fn firewall(fields: &str) -> String {
    format!("{APP}[firewall.waf]\n{fields}")
}

/// The stage and the app stand in the ARN, as they may.
const PROTECTED: &str =
    "resource_arns = [\"arn:aws:cognito-idp:${region}:${account}:userpool/us-west-2_${app}${stage}\"]\n";

fn planned(ran: &crate::support::command::Ran) -> Vec<String> {
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    changes(&serde_json::from_str(&ran.stdout).expect("a plan"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_arn_that_a_firewall_no_longer_names_is_found_by_a_role_made_without_it() {
    let project = Project::at(&endpoint().await, &firewall(PROTECTED));
    let root = project.aws().await;
    let made = [policies(&project, "plan"), policies(&project, "apply")].concat();
    let full = assume(&root, &role(&root, "full", &made).await, None).await;
    let named = planned(&plan(&project, &full, &[]));
    assert!(named.iter().any(|change| change.starts_with("create wafv2.association/")), "{named:?}");
    let ran = apply(&project, &full);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    // Without the ARN, and without the firewall.
    for (name, manifest) in [("less", firewall("")), ("none", APP.to_owned())] {
        project.write(&manifest);
        let keys = assume(&root, &role(&root, name, &policies(&project, "plan")).await, None).await;
        let found = planned(&plan(&project, &keys, &[]));
        let gone = found.iter().filter(|change| change.starts_with("delete wafv2.association/")).count();
        assert_eq!(gone, 1, "{name}: {found:?}");
    }
    project.write(&firewall(""));
    planned(&plan(&project, &full, &[]));
    let ran = apply(&project, &full);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let keys = assume(&root, &role(&root, "later", &policies(&project, "plan")).await, None).await;
    assert_eq!(planned(&plan(&project, &keys, &[])), [""; 0], "the tag still says what there was");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_refer_to_somebody_s_set_may_be_set_on_a_firewall_that_is_there() {
    let rule = |at: u32, kind: &str, noun: &str, transformed: &str| {
        format!(
            "{{ Name = \"{noun}\", Priority = {at}, Action = {{ Count = {{}} }}, Statement = {{ {kind} = {{ \
             ARN = \"arn:aws:wafv2:${{region}}:${{account}}:regional/{noun}/theirs/0-1\"{transformed} }} }} }}"
        )
    };
    let path = ", FieldToMatch = { UriPath = {} }, TextTransformations = [{ Priority = 0, Type = \"NONE\" }]";
    let group = rule(3, "RuleGroupReferenceStatement", "rulegroup", "");
    let rules = [
        rule(1, "IPSetReferenceStatement", "ipset", ""),
        rule(2, "RegexPatternSetReferenceStatement", "regexpatternset", path),
        group.replace("Action = { Count = {} }", "OverrideAction = { None = {} }"),
    ];
    let project = Project::at(&endpoint().await, &firewall("rate_limit = 100\n"));
    let root = project.aws().await;
    project.plan(&[]);
    project.apply(0);
    project.write(&firewall(&format!("rate_limit = 100\nrules = [{}]\n", rules.join(", "))));
    let keys = assume(&root, &role(&root, "apply", &policies(&project, "apply")).await, None).await;
    let changed = planned(&plan(&project, &keys, &[]));
    let is_update = |change: &String| change.starts_with("update wafv2.web-acl/waf Rules.");
    assert!(!changed.is_empty() && changed.iter().all(is_update), "{changed:?}");
    let ran = apply(&project, &keys);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(planned(&plan(&project, &keys, &[])), [""; 0]);
}
