//! `check` in GitHub Actions: in the merge queue, and every night.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::pull_request::{AFTER, World, git};
use crate::support::github::answers::repository;
use crate::support::github::{NAME, REPOSITORY, State};

/// The group of the pull request, built on this commit.
fn group(world: &World, base: &str) -> Value {
    json!({"merge_group": {"head_sha": world.merge, "base_sha": base, "base_ref": "refs/heads/main",
        "head_ref": "refs/heads/gh-readonly-queue/main/pr-7-b"}})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_plan_holds_alone_and_not_with_another_pull_request_mixed_in() {
    let world = World::new().await;
    world.plan_job(0);
    let base = git(world.project.folder(), &["rev-parse", "main"]);
    world.job("merge_group", &group(&world, &base), &world.merge, &["check"], 0);
    let last = || world.github.state().check_runs.last().cloned().expect("a check run");
    assert_eq!((&last()["conclusion"], &last()["head_sha"]), (&json!("success"), &json!(world.merge)));
    assert_eq!(last()["name"], "serverless-app plan (shop/production)");
    world.project.write(&format!("{AFTER}\n[topic.theirs]\n"));
    // As GitHub does it: the group before is a branch of the queue, and no pull request is known of its commit.
    let theirs = git(world.project.folder(), &["commit-tree", "main^{tree}", "-p", "main", "-m", "Theirs"]);
    world.github.state().branches.insert(format!("gh-readonly-queue/main/pr-6-{base}"), theirs.clone());
    let ran = world.job("merge_group", &group(&world, &theirs), &world.merge, &["check"], 4);
    assert!(
        ran.stderr.contains("#6 wait in the merge queue") && ran.stderr.contains("sns.topic/theirs"),
        "{}",
        ran.stderr
    );
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
    let topic = format!("arn:aws:sns:us-west-2:{}:shop--production-news", world.project.account());
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

#[tokio::test(flavor = "multi_thread")]
async fn drift_that_cannot_be_told_fails_the_check_and_leaves_the_issue_alone() {
    let world = World::new().await;
    world.project.write(&AFTER.replace("us-west-2\"", "us-west-2\"\naccount = \"999999999999\""));
    let payload = json!({"schedule": "17 5 * * *", "repository": repository(REPOSITORY, NAME)});
    let ran = world.job("schedule", &payload, &world.merge, &["check"], 64);
    assert!(ran.stderr.contains("999999999999"), "{}", ran.stderr);
    let check = world.github.state().check_runs.last().cloned().unwrap_or_default();
    assert_eq!((&check["conclusion"], &check["external_id"]), (&json!("failure"), &json!("none")));
    assert!(check["output"]["title"].as_str().unwrap().starts_with("Cannot be determined: "), "{check}");
    let issues = world.github.state().issues.clone();
    assert_eq!(issues, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_is_checked_on_the_default_branch_alone() {
    let (world, files) = (World::new().await, TempDir::new().expect("a folder"));
    let payload = json!({"ref": "refs/heads/topic", "inputs": null, "repository": repository(REPOSITORY, NAME)});
    let mut cli = world.project.cli(&["check"]);
    for (name, value) in world.github.environment("workflow_dispatch", &payload, &world.head, files.path()) {
        cli = cli.env(&name, value);
    }
    let ran = cli.env("GITHUB_REF", "refs/heads/topic").run();
    assert_eq!(ran.code, Some(64), "{}", ran.stderr);
    assert!(ran.stderr.contains("refs/heads/topic: drift is checked on the default branch, main"), "{}", ran.stderr);
    let made = |state: &State| (state.issues.len(), state.check_runs.len());
    let made = made(&world.github.state());
    assert_eq!(made, (0, 0));
}
