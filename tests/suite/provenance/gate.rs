//! What a plan is for, what it takes over and what it deletes: each plan here is made without our guards by somebody who may
//! push to a branch, and published by the real program, so that artifact, digest, check run, comment and envelope agree.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{assert_nothing_written, attacks, watched};
use crate::pull_request::{AFTER, ARTIFACT, BEFORE, RUN, World, git, pushed, zipped};
use crate::support::command::Ran;
use crate::support::emulator;
use crate::support::emulator::Make;
use crate::support::forge;
use crate::support::github::answers::repository;
use crate::support::github::{NAME, REPOSITORY};
use crate::support::proxy::Proxy;

/// The envelope of the bundle in a folder, with the plan's id and one more field.
fn reseal(world: &World, mut envelope: Value, name: &str, value: &str) {
    envelope["plan_id"] = json!(world.project.plan_id());
    envelope["github"][name] = json!(value);
    std::fs::write(world.bundle().join("envelope.json"), envelope.to_string()).expect("an envelope");
}

fn envelope(world: &World) -> Value {
    serde_json::from_slice(&std::fs::read(world.bundle().join("envelope.json")).expect("a file")).expect("an envelope")
}

/// Lays the bundle in the place of the honest one and publishes it as the plan job would.
fn publish(world: &World) {
    {
        let mut state = world.github.state();
        state.artifacts.clear();
        state.upload(RUN, ARTIFACT, zipped(&world.bundle()));
    }
    let event = json!({"pull_request": world.github.state().pulls[&7]});
    world.job("pull_request", &event, &world.merge, &["publish", "serverless-app-plan"], 0);
    world.merged(&world.merge.clone());
}

/// Replaces the honest plan by one of these arguments, which no plan job would make.
fn forge(world: &World, arguments: &[&str]) {
    let honest = envelope(world);
    world.project.plan(arguments);
    reseal(world, honest, "base_ref", "main");
    publish(world);
}

/// That `verify` and `apply --source` refuse what is published with this reason, and write nothing.
fn refused(world: &World, proxy: &Proxy, reason: &str, code: i32) -> Ran {
    proxy.clear();
    let ran = world.verify(code);
    assert_eq!(world.output("failure-reason"), reason, "{}", ran.stderr);
    assert_eq!(world.output("plan-id"), "");
    let id = world.project.plan_id();
    let apply = ["apply", "serverless-app-plan", "--expect", &id, "--source", ".", "--allow-emulator"];
    let applied = world.push(&world.merge, &apply, code);
    assert_eq!(world.output("failure-reason"), reason, "{}", applied.stderr);
    if !proxy.log().is_empty() {
        assert_nothing_written(proxy);
    }
    ran
}

/// A step of a run that somebody started by hand.
fn by_hand(world: &World, arguments: &[&str], code: i32) -> String {
    {
        let mut state = world.github.state();
        if !state.history.contains(&world.merge) {
            state.advance(&world.merge);
        }
    }
    let event =
        json!({"inputs": {"mode": "apply"}, "ref": "refs/heads/main", "repository": repository(REPOSITORY, NAME)});
    world.job("workflow_dispatch", &event, &world.merge, arguments, code);
    world.output("failure-reason")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_destroys_nothing_whatever_the_plan_is_for() {
    let (world, proxy) = watched(AFTER).await;
    world.project.deploy(&[]);
    world.plan_job(0);
    for mode in [&["--destroy"][..], &["--destroy", "--delete-data"]] {
        forge(&world, mode);
        let ran = refused(&world, &proxy, "other-mode", 4);
        assert!(
            ran.stderr.contains("but the run is to apply") && ran.stderr.contains("manual apply"),
            "{}",
            ran.stderr
        );
        assert_eq!(proxy.log().len(), 0, "AWS is not even asked");
    }
    let ran = world.verify_with(&["--mode", "destroy-data"], 64);
    assert!(ran.stderr.contains("a push only applies what was merged"), "{}", ran.stderr);
    // The same chain with the plan that the source asks for.
    forge(&world, &[]);
    world.verify(0);
    let event = json!({"pull_request": world.github.state().pulls[&7]});
    let ran = world.job("pull_request", &event, &world.merge, &["plan", "--destroy"], 64);
    assert!(ran.stderr.contains("not for pull request #7"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_by_hand_applies_the_mode_that_it_asks_for() {
    let (world, proxy) = watched(AFTER).await;
    world.project.deploy(&[]);
    by_hand(&world, &["plan", "--destroy"], 0);
    let id = world.project.plan_id();
    world.github.state().upload(RUN, ARTIFACT, zipped(&world.bundle()));
    proxy.clear();
    let verify = ["verify", "--expect", &id, "--source", ".", "--out", "approved"];
    let apply = ["apply", "serverless-app-plan", "--expect", &id, "--source", ".", "--allow-emulator"];
    for command in [&verify[..], &apply] {
        for mode in [&[][..], &["--mode", "apply"], &["--mode", "destroy-data"]] {
            assert_eq!(by_hand(&world, &[command, mode].concat(), 4), "other-mode", "{command:?} {mode:?}");
        }
        assert_eq!(by_hand(&world, &[command, &["--mode", "remove"]].concat(), 64), "usage");
    }
    assert_eq!(proxy.log().len(), 0, "AWS is not even asked");
    by_hand(&world, &[&verify[..], &["--mode", "destroy"]].concat(), 0);
    by_hand(&world, &[&apply[..], &["--mode", "destroy"]].concat(), 0);
    assert!(!proxy.log().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_artifact_takes_nothing_over() {
    let (world, proxy) = watched(BEFORE).await;
    let sns = world.project.aws().await.write.sns;
    let news = sns.create_topic().name("shop--production-news").send().await.expect("a topic");
    world.plan_job(0);
    world.project.write(AFTER);
    let adopt = ["--adopt", "sns.topic/news"];
    forge(&world, &adopt);
    let ran = refused(&world, &proxy, "adoption", 4);
    assert!(ran.stderr.contains("sns.topic/news") && ran.stderr.contains("`adopt = true`"), "{}", ran.stderr);
    let ran = world.verify_with(&adopt, 64);
    assert!(ran.stderr.contains("on a push write `adopt = true`"), "{}", ran.stderr);
    let event = json!({"pull_request": world.github.state().pulls[&7]});
    let ran = world.job("pull_request", &event, &world.merge, &[&["plan"][..], &adopt].concat(), 64);
    assert!(ran.stderr.contains("write `adopt = true` in the section of sns.topic/news"), "{}", ran.stderr);
    // By hand it is asked for at each step.
    by_hand(&world, &[&["plan"][..], &adopt].concat(), 0);
    let id = world.project.plan_id();
    let apply = ["apply", "serverless-app-plan", "--expect", &id, "--source", ".", "--allow-emulator"];
    assert_eq!(by_hand(&world, &apply, 4), "adoption");
    let tags = || sns.list_tags_for_resource().resource_arn(news.topic_arn().expect("an ARN")).send();
    assert_eq!(tags().await.expect("tags").tags().len(), 0, "it is still not ours");
    by_hand(&world, &[&apply[..], &adopt].concat(), 0);
    assert_ne!(tags().await.expect("tags").tags().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_merged_source_takes_over_what_it_names() {
    let (world, _proxy) = watched(&format!("{AFTER}adopt = true\n")).await;
    let sns = world.project.aws().await.write.sns;
    sns.create_topic().name("shop--production-news").send().await.expect("a topic");
    world.plan_job(0);
    world.merged(&world.merge.clone());
    world.verify(0);
    assert_eq!(world.output("has-changes"), "true");
}

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n";
const DENY: &str = "\n[deny]\ndelete = [\"sns.topic\"]\n";

/// The pull request deletes a topic, and with it the rule that would forbid that; its plan was made without the rule.
async fn deleting(before: &str) -> (World, Proxy) {
    let (world, proxy) = deployed(before).await;
    world.plan_job(0);
    world.merged(&world.merge.clone());
    (world, proxy)
}

/// The same before it is planned.
async fn deployed(before: &str) -> (World, Proxy) {
    let mut world = World::of(before, APP).await;
    let proxy = Proxy::start(&emulator::endpoint(Make::Moto).await, std::time::Duration::ZERO);
    world.project.reach(&proxy.endpoint());
    world.project.write(BEFORE);
    world.project.deploy(&[]);
    world.project.write(APP);
    (world, proxy)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_denied_before_the_merge_is_not_deleted_by_it() {
    let stage = "\n[stage.production.deny]\ndelete = [\"sns.topic\"]\n";
    let padding = format!("# {}\n", "x".repeat(1100)).repeat(1000);
    for before in [format!("{BEFORE}{DENY}"), format!("{BEFORE}{stage}"), format!("{padding}{BEFORE}{DENY}")] {
        let (world, proxy) = deleting(&before).await;
        let ran = refused(&world, &proxy, "denied", 1);
        let says = format!("[deny] forbids: sns.topic/alerts (delete), says serverless-app.toml at {}", world.base());
        assert!(ran.stderr.contains(&says), "{}", ran.stderr);
        assert_eq!(proxy.log().len(), 0, "AWS is not even asked");
    }
    let lifted = format!("{BEFORE}{DENY}\n[stage.production.deny]\ndelete = []\n");
    let others = format!("{BEFORE}\n[deny]\nreplace = [\"sns.topic\"]\ndelete = [\"dynamodb.table\"]\n");
    for before in [BEFORE, &lifted, &others] {
        let (world, _proxy) = deleting(before).await;
        world.verify(0);
        let id = world.project.plan_id();
        let apply = ["apply", "approved", "--expect", &id, "--source", ".", "--allow-emulator"];
        world.push(&world.merge, &apply, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_what_it_does_and_not_what_the_plan_calls_it() {
    let (world, proxy) = deleting(&format!("{BEFORE}{DENY}")).await;
    forge::forge(&world.github, |bundle| bundle.change("sns.topic/alerts")["action"] = json!("update"));
    proxy.clear();
    let verify = ["verify", "--source", ".", "--out", "approved"];
    let ran = world.in_job("push", &pushed(&world.merge), &world.merge, &verify).run();
    assert_ne!(ran.code, Some(0), "{}", ran.stderr);
    // Each field has to be the fresh plan's, and that is found first.
    assert_eq!(world.output("failure-reason"), "plan-differs", "{}", ran.stderr);
    assert_nothing_written(&proxy);
}

/// A commit of a tree with these entries, each as `git mktree` takes it.
fn commit(folder: &Path, entries: &str) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["mktree"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut git_tree = command.spawn().expect("git");
    git_tree.stdin.take().expect("a pipe").write_all(entries.as_bytes()).expect("entries");
    let output = git_tree.wait_with_output().expect("git");
    let tree = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    git(folder, &["commit-tree", &tree, "-m", "A tree"])
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_cannot_be_read_are_not_taken_for_none() {
    let (world, proxy) = deleting(BEFORE).await;
    let folder = world.project.folder().to_owned();
    let empty = commit(&folder, "");
    let tree = git(&folder, &["rev-parse", &format!("{empty}^{{tree}}")]);
    let a_folder = commit(&folder, &format!("040000 tree {tree}\tserverless-app.toml\n"));
    let broken = |text: &str| {
        std::fs::write(folder.join("other.toml"), text).expect("a file");
        let blob = git(&folder, &["hash-object", "-w", "other.toml"]);
        commit(&folder, &format!("100644 blob {blob}\tserverless-app.toml\n"))
    };
    let misspelt = broken(&format!("{BEFORE}\n[deny]\ndelete = [\"sns.topc\"]\n"));
    let (syntax, cut) = (broken("[deny\n"), broken("[app]\nname = \"\u{fffd}\n"));
    for (before, code, reason, says) in [
        ("0".repeat(40), 4, "deny-unknown", "refs/heads/main is a new branch"),
        ("e".repeat(40), 1, "github", "/git/commits/eee"),
        (a_folder, 4, "deny-unknown", "it is not a file"),
        (misspelt, 4, "deny-unknown", "did you mean \"sns.topic\"?"),
        (syntax, 4, "deny-unknown", "serverless-app.toml at"),
        (cut, 4, "deny-unknown", "serverless-app.toml at"),
        (empty.clone(), 0, "", "nothing is denied"),
    ] {
        let mut event = pushed(&world.merge);
        event["before"] = json!(before);
        proxy.clear();
        let ran = world.job("push", &event, &world.merge, &["verify", "--source", ".", "--out", "approved"], code);
        assert_eq!(world.output("failure-reason"), reason, "{before}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{before}: {}", ran.stderr);
        assert!(code == 0 || proxy.log().is_empty(), "AWS is not even asked");
    }
    // A path that the merged commit does not have either is taken wrongly.
    world.merged(&empty);
    let mut event = pushed(&empty);
    event["before"] = json!(empty);
    let ran = world.job("push", &event, &empty, &["verify", "--source", ".", "--out", "approved"], 4);
    assert!(ran.stderr.contains("is not in the repository, neither at"), "{}", ran.stderr);
    assert_eq!(world.output("failure-reason"), "deny-unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_by_hand_asks_the_rules_of_the_manifest_that_it_plans() {
    let (world, proxy) = deleting(BEFORE).await;
    by_hand(&world, &["plan"], 0);
    let id = world.project.plan_id();
    world.project.write(&format!("{APP}{DENY}"));
    proxy.clear();
    let apply = ["apply", "serverless-app-plan", "--expect", &id, "--source", ".", "--allow-emulator"];
    assert_eq!(by_hand(&world, &apply, 1), "denied");
    assert_eq!(proxy.log().len(), 0, "AWS is not even asked");
    world.project.write(APP);
    by_hand(&world, &apply, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_merge_queue_asks_the_rules_of_what_the_group_is_built_on() {
    for (before, code, reason) in [(format!("{BEFORE}{DENY}"), 1, "denied"), (BEFORE.to_owned(), 0, "")] {
        let (world, _proxy) = deleting(&before).await;
        let group = json!({"merge_group": {"head_sha": world.merge, "base_sha": world.base(),
            "base_ref": "refs/heads/main", "head_ref": format!("refs/heads/gh-readonly-queue/main/pr-7-{}", world.base())}});
        world.job("merge_group", &group, &world.merge, &["check"], code);
        assert_eq!(world.output("failure-reason"), reason);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_for_another_base_branch_is_not_applied_after_the_base_was_changed() {
    let (world, proxy) = deployed(&format!("{BEFORE}{DENY}")).await;
    {
        let mut state = world.github.state();
        let base = state.branches["main"].clone();
        state.branches.insert("lax".into(), base);
        state.pulls.get_mut(&7).expect("the pull request")["base"]["ref"] = json!("lax");
    }
    world.plan_job(0);
    world.github.state().pulls.get_mut(&7).expect("the pull request")["base"]["ref"] = json!("main");
    world.merged(&world.merge.clone());
    proxy.clear();
    let ran = world.verify(4);
    assert!(ran.stderr.contains("for a merge into \"lax\", not into \"main\""), "{}", ran.stderr);
    assert_eq!(world.output("failure-reason"), "other-base");
    assert_eq!(proxy.log().len(), 0);
    // The envelope can say anything. The rule holds all the same.
    attacks::envelope(&world, "base_ref", "main");
    refused(&world, &proxy, "denied", 1);
}
