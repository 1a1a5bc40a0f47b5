//! An old run of the apply workflow, started again.

use std::time::Duration;

use serde_json::json;

use super::Shop;
use crate::support::github::later::run;
use crate::support::proxy::Proxy;

#[tokio::test(flavor = "multi_thread")]
async fn an_old_run_that_is_started_again_stops_before_aws_once_a_later_merge_was_applied() {
    let mut shop = Shop::new().await;
    let proxy = Proxy::start(&shop.endpoint, Duration::ZERO);
    shop.endpoint = proxy.endpoint();
    shop.plan();
    shop.merged();
    let later = "b".repeat(40);
    {
        let mut state = shop.github.state();
        state.advance(&later);
        state.runs.push(run(900, "serverless-app-apply.yml", "push", &later, Some("success")));
        state.deploy("production", &later, 900, &["success", "in_progress", "queued"]);
    }
    proxy.clear();
    let ran = shop.push();
    ran.assert_jobs(&[("verify", "failure")]);
    assert_eq!(ran.output("verify", "failure-reason"), "replayed", "{}", ran.text);
    assert!(ran.text.contains(&format!("the later commit {later} has been applied")), "{}", ran.text);
    assert!(proxy.log().is_empty(), "AWS was asked");
    // The control: the later one waits in the queue, so this one is applied first.
    {
        let mut state = shop.github.state();
        state.deployments.clear();
        let waits = state.runs.iter_mut().find(|run| run["id"] == 900).expect("the later run");
        waits["status"] = json!("queued");
        waits["conclusion"] = json!(null);
    }
    shop.push().assert_jobs(&[("apply", "success"), ("verify", "success")]);
}
