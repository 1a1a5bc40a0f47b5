//! `check` in GitHub Actions: in the merge queue, and every night.

use serde_json::{Value, json};

use crate::pull_request::{AFTER, World};
use crate::support::github::answers::{self, repository};
use crate::support::github::{NAME, REPOSITORY};

fn group(world: &World) -> Value {
    json!({"merge_group": {"head_sha": world.merge, "base_sha": "b".repeat(40), "base_ref": "refs/heads/main",
        "head_ref": "refs/heads/gh-readonly-queue/main/pr-7-b"}})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_plan_holds_alone_and_not_with_another_pull_request_mixed_in() {
    let world = World::new().await;
    world.plan_job(0);
    world.job("merge_group", &group(&world), &world.merge, &["check"], 0);
    let last = || world.github.state().check_runs.last().cloned().expect("a check run");
    assert_eq!((&last()["conclusion"], &last()["head_sha"]), (&json!("success"), &json!(world.merge)));
    assert_eq!(last()["name"], "serverless-app plan (shop/production)");
    world.project.write(&format!("{AFTER}\n[topic.theirs]\n"));
    {
        let mut state = world.github.state();
        state.pulls.insert(6, answers::pull(6, "6", "b"));
        state.pulls_of.insert("b".repeat(40), vec![6]);
    }
    let ran = world.job("merge_group", &group(&world), &world.merge, &["check"], 4);
    assert!(ran.stderr.contains("#6 wait in the queue") && ran.stderr.contains("sns.topic/theirs"), "{}", ran.stderr);
    assert_eq!((last()["conclusion"].clone(), world.output("failure-reason")), (json!("failure"), "mixed".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_opens_an_issue_that_closes_itself() {
    let world = World::new().await;
    world.project.deploy(&[]);
    let nightly = |code: i32| {
        let payload = json!({"schedule": "17 5 * * *", "repository": repository(REPOSITORY, NAME)});
        world.job("schedule", &payload, &world.merge, &["check"], code)
    };
    nightly(0);
    assert_eq!(world.github.state().issues, Vec::<Value>::new());
    let sns = world.project.aws().await.write.sns;
    let topic = format!("arn:aws:sns:us-west-2:{}:shop-production-news", world.project.account());
    let name = |value: &'static str| {
        let edit = sns.set_topic_attributes().topic_arn(&topic).attribute_name("DisplayName");
        edit.attribute_value(value).send()
    };
    let issue = || world.github.state().issues[0].clone();
    name("Theirs").await.expect("an edit");
    nightly(3);
    assert_eq!(issue()["title"], "shop, stage production: live AWS has drifted");
    assert!(issue()["body"].as_str().unwrap().contains("Theirs"));
    nightly(3);
    assert_eq!(world.github.state().issues.len(), 1, "one issue a stage");
    name("@octocat <b>").await.expect("an edit");
    nightly(0);
    assert_eq!(issue()["state"], "closed");
    name("Again").await.expect("an edit");
    nightly(3);
    assert_eq!((issue()["state"].clone(), world.github.state().issues.len()), (json!("open"), 1));
    let check = world.github.state().check_runs.last().cloned().expect("a check run");
    assert_eq!(
        (&check["conclusion"], &check["name"]),
        (&json!("neutral"), &json!("serverless-app check (shop/production)"))
    );
}
