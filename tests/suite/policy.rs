//! IAM policies: what is declared compared with AWS's own reference, and what is generated put before an evaluator.
//!
//! `fixtures/iam/actions.json` is the service authorization reference of our actions (`extract.py` beside it says where
//! it is from); `calls.json` holds a call of each variant that no plan of `fixtures/plan` has.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use serverless_app::aws::{Call, Id, Kind, RequiredAction, Wanted};
use serverless_app::manifest::lower::lower;
use serverless_app::manifest::read::read;
use serverless_app::name::{Address, Owner};
use serverless_app::plan::Plan;

use crate::planner::{self, cases, make, site};

mod command;
pub mod evaluator;
mod example;
mod owners;
pub mod recorded;
mod reference;

fn fixture(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/iam").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap()
}

pub fn owner() -> Owner {
    Owner { app: "serverless-app".parse().unwrap(), stage: "test".parse().unwrap() }
}

fn id(address: &str, name: &str) -> Id {
    Id { address: address.parse().unwrap(), name: name.into(), site: site(), owner: owner() }
}

fn plans() -> Vec<Plan> {
    cases().iter().filter_map(|case| make(case).ok()).collect()
}

/// Folders of `fixtures/plan` whose manifests together have something of every kind.
const EVERY_KIND: [&str; 12] = [
    "certificates",
    "domains",
    "events",
    "everything",
    "files",
    "firewall",
    "functions-events",
    "http-api",
    "layers",
    "notified",
    "schedules",
    "usage-plan",
];

/// What those manifests want, for this app and stage; of one address, what the last of them says.
fn wanted_of_every_kind(owner: &Owner) -> BTreeMap<Address, Wanted> {
    let mut wanted = BTreeMap::new();
    for case in cases().into_iter().filter(|case| EVERY_KIND.iter().any(|name| case.ends_with(name))) {
        let text = std::fs::read_to_string(case.join("after.toml")).unwrap();
        let named = format!("name = \"{}\"", planner::owner(&text).app);
        let text = text.replacen(&named, &format!("name = \"{}\"", owner.app), 1);
        let source = read("m.toml", &text, &owner.stage).unwrap_or_else(|e| panic!("{}: {e}", case.display()));
        let sources = planner::sources(&case, &text, owner);
        wanted.extend(
            lower(&source, owner, &site(), &sources).unwrap_or_else(|e| panic!("{}: {e}", case.display())).wanted,
        );
    }
    wanted
}

#[test]
fn the_manifests_of_every_kind_have_every_kind() {
    let has: BTreeSet<Kind> = wanted_of_every_kind(&owner()).keys().map(|address| address.kind).collect();
    let lacks: Vec<&Kind> = Kind::ALL.iter().filter(|kind| !kind.of_the_account() && !has.contains(kind)).collect();
    assert!(lacks.is_empty(), "{lacks:?}");
}

/// A call of each variant and more, with the resource that each is about.
fn all_calls() -> Vec<(Id, Call)> {
    let plans = plans();
    let planned = plans.iter().flat_map(|plan| {
        let steps = |change| (plan.id(change), change);
        plan.changes
            .iter()
            .map(steps)
            .flat_map(|(id, change)| change.steps.iter().map(move |s| (id.clone(), s.call.clone())))
    });
    let samples = fixture("calls.json");
    let sampled = samples.as_array().unwrap().iter().map(|sample| {
        let id = id(sample["address"].as_str().unwrap(), sample["name"].as_str().unwrap());
        let call = id.address.kind.parse_call(&sample["call"].to_string());
        (id, call.unwrap_or_else(|e| panic!("{sample}: {e}")))
    });
    planned.chain(sampled).collect()
}

/// What else a firewall may stand in front of.
const ALB: &str = "elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/a/1";

/// Every need that anything declares, and what declares it.
fn declared() -> BTreeMap<String, Vec<RequiredAction>> {
    let mut declared: BTreeMap<String, Vec<RequiredAction>> = BTreeMap::new();
    for (id, call) in all_calls() {
        declared.entry(format!("{} {}", id.address.kind, call.api())).or_default().extend(call.required_actions(&id));
    }
    for kind in Kind::ALL {
        let id =
            Id { address: Address::new(*kind, "x".parse().unwrap()), ..id("sns.topic/x", "serverless-app--test-x") };
        declared.insert(format!("{kind} ever"), kind.actions_of_all_calls(&id));
        declared.insert(format!("{kind} reads"), kind.actions_to_read(&id));
        declared.insert(format!("{kind} plans"), kind.actions_to_plan(&id));
        declared.insert(format!("{kind} lists"), kind.actions_to_list(&site(), &owner()));
    }
    declared.insert("the tag index".into(), serverless_app::aws::tag_index::required_actions());
    declared.insert(
        "simulation".into(),
        serverless_app::aws::iam::simulate::required_actions("arn:aws:iam::123456789012:role/shop/bootstrap/apply"),
    );
    declared.insert("many roles".into(), serverless_app::aws::iam::account::required_actions());
    declared.insert("capacity".into(), serverless_app::aws::wafv2::actions_to_check_capacity());
    for resource in ["cognito-idp:us-west-2:123456789012:userpool/a", "appsync:us-west-2:123456789012:apis/a", ALB] {
        let id = id("wafv2.association/a", &format!("arn:aws:{resource}"));
        declared.insert(format!("the firewall of {resource}"), Kind::Association.actions_to_plan(&id));
    }
    declared.insert("validation".into(), serverless_app::aws::stepfunctions::needs_to_validate());
    declared.insert("patterns".into(), serverless_app::aws::events::actions_to_test_patterns());
    declared.insert("the logging role".into(), serverless_app::aws::apigateway::actions_for_logging_role(&site()));
    declared
}
