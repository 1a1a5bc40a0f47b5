//! A forged plan between the plan workflow and the merge: the apply workflow stops in `verify`, and nothing is written.

use serde_json::{Value, json};

use super::Shop;
use crate::support::forge::{self, Forgery};

/// One more topic than the source asks for, made by the same calls as one that it asks for.
fn more(forgery: &mut Forgery) {
    let text = forgery.change("sns.topic/critical-alerts").to_string().replace("critical-alerts", "evil-alerts");
    let more: Value = serde_json::from_str(&text).expect("JSON");
    forgery.plan["changes"].as_array_mut().expect("changes").push(more);
}

/// An id of somebody else's.
fn other_id(forgery: &mut Forgery) {
    forgery.plan["known"] = json!({"apigateway.rest-api/other.id": "evil12345"});
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_plan_stops_before_anybody_is_asked_and_the_honest_one_is_applied() {
    let shop = Shop::new().await;
    shop.plan();
    shop.merged();
    let honest = tempfile::TempDir::new().expect("a folder");
    forge::lay(&forge::forge(&shop.github, |_| {}), honest.path());
    for (forgery, reason) in [(more as fn(&mut Forgery), "the merged source does not ask for"), (other_id, "evil12345")]
    {
        forge::forge(&shop.github, forgery);
        let ran = shop.push();
        ran.assert_jobs(&[("verify", "failure")]);
        assert!(ran.text.contains(reason), "{}", ran.text);
        assert_eq!(shop.comments().len(), 1, "nothing was applied");
        forge::forge(&shop.github, |forgery| forgery.take(honest.path()));
    }
    let ran = shop.push();
    ran.assert_jobs(&[("apply", "success"), ("verify", "success")]);
    assert!(shop.comments()[1].contains("19 done"), "nothing had been made before: {}", ran.text);
}
