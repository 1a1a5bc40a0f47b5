//! Destroying, by the manual apply's workflow.

use std::time::Duration;

use super::Shop;
use crate::support::proxy::Proxy;

#[tokio::test(flavor = "multi_thread")]
async fn destroying_stops_in_the_plan_job_where_nobody_would_be_asked() {
    let mut shop = Shop::new().await;
    let proxy = Proxy::start(&shop.endpoint, Duration::ZERO);
    shop.endpoint = proxy.endpoint();
    shop.github.state().environments.insert("production-destroy".into(), None);
    let ran = shop.manual_apply("destroy", 80);
    ran.assert_jobs(&[("plan", "failure")]);
    assert_eq!(ran.output("plan", "failure-reason"), "no-reviewers", "{}", ran.text);
    assert!(ran.text.contains("`destroy-without-reviewers: true`"), "{}", ran.text);
    assert!(proxy.log().is_empty(), "AWS was asked");
    // The control: with reviewers there is a plan, if only of nothing.
    shop.github.state().environments.clear();
    shop.manual_apply("destroy", 81).assert_jobs(&[("plan", "success")]);
}
