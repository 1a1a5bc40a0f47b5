//! Declarations against the service authorization reference.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serverless_app::aws::{Kind, RequiredAction};
use serverless_app::policy::scope::matches;

use super::{all_calls, declared, fixture};
use crate::planner::site;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reference {
    resources: Vec<String>,
    conditions: Vec<String>,
    depends_on: Vec<String>,
}

fn reference() -> BTreeMap<String, Reference> {
    serde_json::from_value(fixture("actions.json")).unwrap()
}

/// What the reference says that an action depends on and none of our calls needs, and why.
const NOT_NEEDED: &[(&str, &str, &str)] = &[
    ("lambda:CreateFunction", "lambda:PassCapacityProvider", "no function of ours runs on a capacity provider"),
    ("sns:CreateTopic", "iam:PassRole", "roles that log deliveries are set when the topic is there"),
    ("sns:SetTopicAttributes", "iam:PassRole", "only a role that logs deliveries is passed, and then it is declared"),
    ("states:CreateStateMachine", "states:PublishStateMachineVersion", "no version is published"),
    ("states:UpdateStateMachine", "states:PublishStateMachineVersion", "no version is published"),
    ("wafv2:AssociateWebACL", "wafv2:GetPermissionPolicy", "no rule group is shared between accounts"),
    ("wafv2:AssociateWebACL", "wafv2:PutPermissionPolicy", "no rule group is shared between accounts"),
    ("wafv2:DisassociateWebACL", "wafv2:PutPermissionPolicy", "no rule group is shared between accounts"),
];

/// Actions that can be scoped, and are asked for in a way that cannot.
const ABOUT_ALL: &[(&str, &str)] = &[
    ("config:DescribeConfigurationRecorders", "which recorders there are is asked without naming any"),
    (
        "config:DescribeConfigurationRecorderStatus",
        "the status of a recorder that may be absent is asked without its name",
    ),
];

/// What else web ACLs can be put before: each asks for what is its own.
const OTHER_PROTECTED: [&str; 6] =
    ["amplify:", "apprunner:", "appsync:", "cognito-idp:", "ec2:", "elasticloadbalancing:"];

#[test]
fn every_variant_of_a_call_declares_its_needs() {
    let mut seen: BTreeMap<Kind, BTreeSet<&str>> = BTreeMap::new();
    for (id, call) in all_calls() {
        assert!(!call.required_actions(&id).is_empty(), "{} {}", id.address, call.api());
        seen.entry(id.address.kind).or_default().insert(call.api());
    }
    for kind in Kind::ALL {
        let missing: Vec<_> = kind.apis().iter().filter(|api| !seen[kind].contains(*api)).collect();
        assert!(missing.is_empty(), "{kind}: fixtures/iam/calls.json lacks {missing:?}");
    }
}

#[test]
fn every_declared_action_is_in_the_reference_and_nothing_else_is() {
    let reference = reference();
    let declared: BTreeSet<&str> = declared().values().flatten().map(|required| required.action).collect();
    let listed: BTreeSet<&str> = reference.keys().map(String::as_str).collect();
    assert_eq!(declared, listed, "fixtures/iam/extract.py lists the declared actions");
    assert!(declared.iter().all(|action| !action.contains('*') && !action.contains('?')));
}

#[test]
fn a_resource_is_of_a_type_that_the_action_knows_and_never_any_where_it_can_be_scoped() {
    let reference = reference();
    for (by, required) in declared().iter().flat_map(|(by, actions)| actions.iter().map(move |required| (by, required)))
    {
        let types = &reference[required.action].resources;
        if types.is_empty() || ABOUT_ALL.iter().any(|(action, _)| *action == required.action) {
            assert_eq!(required.resource, "*", "{by}: {} is scoped by nothing", required.action);
            continue;
        }
        assert!(required.resource != "*", "{by}: {} can be scoped by {types:?}", required.action);
        let start: Vec<&str> = required.resource.splitn(6, ':').take(5).collect();
        assert!(!start.concat().contains('*'), "{by}: {} in any account or region", required.resource);
        // A pattern may say less than the type does: `configuration-recorder/*`.
        let fits = types
            .iter()
            .any(|arn| matches(&pattern(arn), &required.resource) || matches(&required.resource, &pattern(&here(arn))));
        assert!(fits, "{by}: {} knows no {}, but {types:?}", required.action, required.resource);
    }
}

#[test]
fn a_condition_is_one_that_the_action_knows() {
    let reference = reference();
    for (by, required) in declared().iter().flat_map(|(by, actions)| actions.iter().map(move |required| (by, required)))
    {
        for (operator, key) in required.conditions.keys() {
            let known = &reference[required.action].conditions;
            let is_known = known.iter().any(|known| matches(&pattern(known), key));
            assert!(is_known, "{by}: {} knows no {key}, but {known:?}", required.action);
            let of_all = ["ForAllValues:StringEquals", "ForAllValues:StringLike"];
            let of_one = ["Null", "StringEquals", "StringLike", "ArnLike"];
            assert!(of_all.contains(operator) || of_one.contains(operator), "{by}: {operator}");
        }
    }
}

#[test]
fn what_an_action_depends_on_is_declared_or_known_not_to_be_needed() {
    let reference = reference();
    let mut unused: BTreeSet<(&str, &str)> = NOT_NEEDED.iter().map(|(action, other, _)| (*action, *other)).collect();
    for (id, call) in all_calls() {
        let actions: Vec<RequiredAction> = call.required_actions(&id);
        for required in &actions {
            for other in &reference[required.action].depends_on {
                let known = unused.remove(&(required.action, other.as_str()))
                    || NOT_NEEDED.iter().any(|(action, not, _)| *action == required.action && not == other)
                    || OTHER_PROTECTED.iter().any(|service| other.starts_with(service))
                    || other == "apigateway:SetWebACL" && !required.resource.contains(":apigateway:");
                let declared = actions.iter().any(|required| required.action == other);
                assert!(declared || known, "{}: {} depends on {other}", call.api(), required.action);
            }
        }
    }
    assert_eq!(unused, BTreeSet::new(), "no action depends on these");
}

/// The ARN of a resource type at the fixtures' site.
fn here(arn: &str) -> String {
    let site = site();
    let arn = arn.replace("${Partition}", &site.partition).replace("${Region}", site.region.as_str());
    arn.replace("${Account}", site.account.as_str())
}

/// The ARN of a resource type as a pattern.
fn pattern(arn: &str) -> String {
    let mut parts = arn.split("${");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| format!("{text}*{}", part.split_once('}').expect("a closed variable").1))
}
