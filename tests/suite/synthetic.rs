//! The apps that benchmarks are made on.

use std::collections::BTreeMap;
use std::time::Duration;

use serverless_app::manifest::read::read;

use crate::support::emulator::{Make, endpoint};
use crate::support::project::changes;
use crate::support::proxy::Proxy;
use crate::support::synthetic::{ROUTES, SHARING, manifest, project};

/// So few that the limits leave the test some seconds.
const FUNCTIONS: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn a_synthetic_app_deploys_without_a_throttle_and_then_there_is_nothing_left_to_do() {
    let proxy = Proxy::limiting(&endpoint(Make::Ministack).await, Duration::ZERO);
    let unthrottled = |what: &str| assert_eq!(proxy.take_throttled(), BTreeMap::new(), "{what}");
    let project = project(&proxy.endpoint(), FUNCTIONS);
    let plan = project.plan(&[]);
    unthrottled("the plan");
    project.apply(0);
    unthrottled("the apply");
    assert_eq!(changes(&project.plan(&[])), Vec::<String>::new(), "planning again");
    unthrottled("the second plan");
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for change in plan["changes"].as_array().expect("changes") {
        let (kind, _) = change["address"].as_str().expect("an address").split_once('/').expect("a kind");
        *kinds.entry(kind).or_default() += 1;
    }
    let expected = [
        ("apigateway.rest-api", 1),
        ("cloudwatch.alarm", FUNCTIONS),
        ("dynamodb.table", 1),
        ("iam.policy", 1),
        ("iam.role", 1),
        ("lambda.function", FUNCTIONS),
        ("lambda.permission", FUNCTIONS),
        ("logs.log-group", FUNCTIONS),
        ("sns.topic", 1),
    ];
    assert_eq!(kinds, expected.into());
}

#[test]
fn a_synthetic_app_of_a_thousand_functions_keeps_to_aws_s_quotas() {
    let source = read("serverless-app.toml", &manifest(1000), &"production".parse().unwrap()).unwrap();
    let manifest = source.manifest;
    assert_eq!((manifest.function.len(), manifest.alarm.len()), (1000, 1000));
    assert_eq!((manifest.role.len(), manifest.table.len()), (1000 / SHARING, 1000 / SHARING));
    let routes: Vec<usize> = manifest.api.values().map(|api| api.routes.len()).collect();
    assert_eq!(routes, [ROUTES; 4]);
}
