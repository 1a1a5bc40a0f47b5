//! The apps that benchmarks are made on.

use std::collections::BTreeMap;
use std::time::Duration;

use serverless_app::emulator::Make;
use serverless_app::manifest::read::read;

use crate::support::emulator::endpoint;
use crate::support::project::changes;
use crate::support::proxy::Proxy;
use crate::support::synthetic::{ROUTES, SHARING, manifest, project};

#[tokio::test(flavor = "multi_thread")]
async fn a_synthetic_app_deploys_without_a_throttle_and_then_there_is_nothing_left_to_do() {
    let proxy = Proxy::limiting(&endpoint(Make::Ministack).await, Duration::ZERO);
    let project = project(&proxy.endpoint(), 10);
    let plan = project.plan(&[]);
    proxy.refill();
    project.apply(0);
    proxy.refill();
    assert_eq!(changes(&project.plan(&[])), Vec::<String>::new(), "planning again");
    assert_eq!(proxy.throttled(), BTreeMap::new());
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for change in plan["changes"].as_array().expect("changes") {
        let (kind, _) = change["address"].as_str().expect("an address").split_once('/').expect("a kind");
        *kinds.entry(kind).or_default() += 1;
    }
    let expected = [
        ("apigateway.rest-api", 1),
        ("cloudwatch.alarm", 10),
        ("dynamodb.table", 1),
        ("iam.policy", 1),
        ("iam.role", 1),
        ("lambda.function", 10),
        ("lambda.permission", 10),
        ("logs.log-group", 10),
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
