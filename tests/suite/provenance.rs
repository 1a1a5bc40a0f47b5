//! Attacks and accidents between review and apply: each is refused with a reason of its own, before any call to AWS.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use serverless_app::bundle::{Bundle, BundleError};

use crate::pull_request::{AFTER, ARTIFACT, BEFORE, RUN, World, git, pushed, zipped};
use crate::support::command::Ran;
use crate::support::emulator;
use crate::support::emulator::Make;
use crate::support::github::answers::repository;
use crate::support::github::{Fault, NAME, REPOSITORY};
use crate::support::project::Project;
use crate::support::proxy::Proxy;

mod approval;
mod attacks;
mod builds;
mod gate;
mod replay;
mod shown;
mod workflow;

/// A pull request with a published plan, merged.
async fn merged() -> World {
    let world = World::new().await;
    world.plan_job(0);
    world.merged(&world.merge.clone());
    world
}

/// The same with a proxy before the emulator, which sees everything that is asked of AWS.
async fn watched(manifest: &str) -> (World, Proxy) {
    let mut world = World::new().await;
    let proxy = Proxy::start(&emulator::endpoint(Make::Moto).await, Duration::ZERO);
    world.project.reach(&proxy.endpoint());
    world.project.write(manifest);
    (world, proxy)
}

/// That nothing was asked of AWS but to read.
fn assert_nothing_written(proxy: &Proxy) {
    let log = proxy.log();
    assert!(!log.is_empty(), "AWS was asked");
    for exchange in log {
        let is_read = ["Get", "List", "Describe"].iter().any(|verb| exchange.operation.starts_with(verb));
        assert!(is_read, "{} {}", exchange.service, exchange.operation);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn merge_squash_and_rebase_all_lead_back_to_the_plan() {
    let world = merged().await;
    world.verify(0);
    // A squash or a rebase makes a commit that knows nothing of the pull request's own.
    let squashed = "5".repeat(40);
    world.merged(&squashed);
    world.verify_as(&squashed, 0);
    assert_eq!(world.output("plan-id"), world.project.plan_id());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_was_fine_counts_after_other_jobs_were_run_again() {
    let world = merged().await;
    {
        let mut state = world.github.state();
        state.runs[0]["run_attempt"] = json!(2);
        state.runs[0]["run_started_at"] = json!("2026-03-01T12:30:00Z");
    }
    world.verify(0);
    assert_eq!(world.output("plan-id"), world.project.plan_id());
}

#[tokio::test(flavor = "multi_thread")]
async fn github_is_given_time_to_know_the_pull_request() {
    let world = merged().await;
    let numbers = std::mem::take(&mut world.github.state().pulls_of);
    let asked = || world.github.state().log.iter().filter(|line| line.contains("/pulls?")).count();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while asked() == 0 && !over.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(20));
            }
            world.github.state().pulls_of = numbers;
        });
        world.verify_with(&["--pull-request-timeout", "30"], 0);
        over.store(true, Ordering::SeqCst);
    });
    assert!(asked() > 1, "{} questions", asked());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_default_branch_is_verified() {
    let world = merged().await;
    let mut event = pushed(&world.merge);
    event["ref"] = json!("refs/heads/topic");
    let id = world.project.plan_id();
    for (name, arguments) in [("push", vec!["verify"]), ("workflow_dispatch", vec!["verify", "--expect", &id])] {
        let ran = world.in_job(name, &event, &world.merge, &arguments).env("GITHUB_REF", "refs/heads/topic").run();
        assert_eq!((ran.code, world.output("failure-reason").as_str()), (Some(4), "other-branch"), "{}", ran.stderr);
        assert!(ran.stderr.contains("manual apply"), "{}", ran.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_asks_for_more_is_refused() {
    let world = merged().await;
    world.project.write(&format!("{AFTER}\n[topic.more]\n"));
    let ran = world.verify(4);
    assert!(ran.stderr.contains("sns.topic/more") && ran.stderr.contains("manual apply"), "{}", ran.stderr);
    assert_eq!(world.output("failure-reason"), "beyond-approval");
    // The source is where --source says, in the repository too.
    let elsewhere = world.project.folder().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    std::fs::write(elsewhere.join("serverless-app.toml"), AFTER).unwrap();
    git(world.project.folder(), &["add", "elsewhere"]);
    git(world.project.folder(), &["commit", "--quiet", "--message", "Elsewhere"]);
    let merge = git(world.project.folder(), &["rev-parse", "HEAD"]);
    world.merged(&merge);
    world.push(&merge, &["verify", "--source", "elsewhere", "--out", "approved"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn live_state_that_moved_is_told_attribute_by_attribute() {
    let (world, proxy) = watched(AFTER).await;
    world.project.deploy(&[]);
    world.project.write(&AFTER.replace("@octocat", "somebody"));
    world.plan_job(0);
    world.merged(&world.merge.clone());
    let sns = world.project.aws().await.write.sns;
    let arn = format!("arn:aws:sns:us-west-2:{}:shop--production-news", world.project.account());
    let edit = sns.set_topic_attributes().topic_arn(arn).attribute_name("DisplayName").attribute_value("Theirs");
    edit.send().await.expect("an edit");
    proxy.clear();
    let ran = world.verify(3);
    assert!(ran.stderr.contains("sns.topic/news") && ran.stderr.contains("DisplayName"), "{}", ran.stderr);
    assert!(ran.stderr.contains("manual apply") && world.summary().contains("DisplayName"), "{}", world.summary());
    assert_eq!(world.output("failure-reason"), "drifted");
    assert_nothing_written(&proxy);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_made_since_the_plan_is_drift_too() {
    let (world, proxy) = watched(BEFORE).await;
    world.project.write(AFTER);
    world.plan_job(0);
    world.merged(&world.merge.clone());
    let sns = world.project.aws().await.write.sns;
    sns.create_topic().name("shop--production-news").send().await.expect("a topic");
    proxy.clear();
    let ran = world.verify(3);
    assert!(ran.stderr.contains("sns.topic/news") && ran.stderr.contains("it exists now"), "{}", ran.stderr);
    assert_eq!(world.output("failure-reason"), "drifted");
    assert_nothing_written(&proxy);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_another_stage_account_or_endpoint_is_refused() {
    let world = merged().await;
    let ran = world.verify_with(&["--stage", "staging"], 4);
    assert!(ran.stderr.contains("serverless-app plan (shop/staging)"), "{}", ran.stderr);
    assert_eq!(world.output("failure-reason"), "no-plan-check");
    world.verify(0);
    let id = world.project.plan_id();
    let verify = vec!["verify", "--source", ".", "--out", "approved"];
    let apply = vec!["apply", "approved", "--expect", &id, "--allow-emulator"];
    let staging = [apply.as_slice(), &["--stage", "staging"]].concat();
    let proxy = Proxy::start(&emulator::endpoint(Make::Moto).await, Duration::ZERO);
    let refused = |arguments: &[&str], variable: &str, value: &str| {
        let ran = world.in_job("push", &pushed(&world.merge), &world.merge, arguments).env(variable, value).run();
        let reason = world.output("failure-reason");
        assert_eq!((ran.code, reason.as_str()), (Some(4), "other-site"), "{arguments:?} {variable}: {}", ran.stderr);
        assert!(ran.stderr.contains("manual apply"), "{}", ran.stderr);
    };
    for arguments in [verify, apply] {
        // The same emulator, and so the same app, behind another address; then another account.
        refused(&arguments, "AWS_ENDPOINT_URL", &proxy.endpoint());
        refused(&arguments, "AWS_ACCESS_KEY_ID", "999999999999");
    }
    let asked: Vec<String> = proxy.log().into_iter().map(|exchange| exchange.operation).collect();
    assert!(asked.iter().all(|operation| operation == "GetCallerIdentity"), "only whose credentials: {asked:?}");
    refused(&staging, "AWS_ENDPOINT_URL", "http://127.0.0.1:9");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_fails_is_asked_again_and_says_nothing_about_the_plan() {
    let world = merged().await;
    {
        let mut state = world.github.state();
        state.faults.push(("GET /store/".into(), Fault::Status(503)));
        state.faults.push(("GET /store/".into(), Fault::Lost));
    }
    world.verify(0);
    let asked = world.github.state().log.iter().filter(|line| line.starts_with("GET /store/")).count();
    assert_eq!(asked, 3);
    world.github.state().faults = vec![("GET /store/".into(), Fault::Status(503)); 10];
    world.verify(1);
    assert_eq!(world.output("failure-reason"), "github");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_a_bundle_is_replaced() {
    let world = merged().await;
    let manifest = world.project.folder().join("serverless-app.toml");
    let ran = world.push(&world.merge, &["verify", "--out", "."], 1);
    assert!(ran.stderr.contains("is not a bundle"), "{}", ran.stderr);
    assert_eq!(world.output("failure-reason"), "bundle");
    assert_eq!(std::fs::read_to_string(manifest).unwrap(), AFTER, "everything is still there");
}

/// A step of the manual apply's run, without anybody at AWS's end.
fn manual_apply(world: &World, arguments: &[&str]) -> Ran {
    world.github.state().advance(&world.merge);
    let event =
        json!({"inputs": {"mode": "apply"}, "ref": "refs/heads/main", "repository": repository(REPOSITORY, NAME)});
    let cli = world.in_job("workflow_dispatch", &event, &world.merge, arguments);
    if arguments[0] == "plan" { cli.run() } else { cli.env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").run() }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_manual_apply_applies_the_plan_of_its_own_run_alone() {
    type Attack = (&'static str, i32, fn(&World));
    const ATTACKS: &[Attack] = &[
        ("", 0, |_| {}),
        ("no-artifact", 4, |world| {
            let mut state = world.github.state();
            let all = state.artifacts.remove(&RUN).unwrap();
            state.artifacts.insert(78, all);
        }),
        ("several-artifacts", 4, |world| {
            let zip = zipped(&world.bundle());
            world.github.state().upload(RUN, ARTIFACT, zip);
        }),
        ("other-plan", 4, |world| {
            attacks::swap(world, |bundle| std::fs::write(bundle.join("plan.json"), "another").unwrap());
        }),
        ("envelope", 4, |world| attacks::envelope(world, "github_run_id", "76")),
        ("envelope", 4, |world| attacks::envelope(world, "github_sha", "e")),
    ];
    for (reason, code, attack) in ATTACKS {
        let world = World::new().await;
        let ran = manual_apply(&world, &["plan"]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let id = world.project.plan_id();
        world.github.state().upload(RUN, ARTIFACT, zipped(&world.bundle()));
        attack(&world);
        let ran = manual_apply(&world, &["verify", "--expect", &id, "--out", "approved"]);
        assert_eq!((ran.code, world.output("failure-reason").as_str()), (Some(*code), *reason), "{}", ran.stderr);
        assert_eq!(world.output("plan-id"), if *code == 0 { id } else { String::new() });
    }
    let world = World::new().await;
    let ran = manual_apply(&world, &["verify", "--out", "approved"]);
    assert_eq!(ran.code, Some(64), "nobody approved anything: {}", ran.stderr);
    assert!(ran.stderr.contains("--expect"), "{}", ran.stderr);
}

/// Whatever is in a file, with one byte after another changed, up to about `samples` of them.
fn changed(path: &Path, samples: usize, mut look: impl FnMut(usize)) {
    let bytes = std::fs::read(path).unwrap();
    for at in (0..bytes.len()).step_by((bytes.len() / samples).max(1)) {
        let mut other = bytes.clone();
        other[at] ^= 1;
        std::fs::write(path, other).unwrap();
        look(at);
    }
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_byte_of_plan_and_blob_counts() {
    let manifest = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[function.hello]\nsource = \"hello\"\nruntime = \"nodejs22.x\"\nhandler = \"index.handler\"\n";
    let project = Project::new(Make::Moto, manifest).await;
    std::fs::create_dir(project.folder().join("hello")).unwrap();
    std::fs::write(project.folder().join("hello/index.js"), "exports.handler = async () => 1\n").unwrap();
    let plan: Value = project.plan(&[]);
    let hex = plan["blobs"].as_object().unwrap().keys().next().expect("a blob").clone();
    let (folder, id) = (project.folder().join("serverless-app-plan"), project.plan_id());
    let (plan, blob) = (folder.join("plan.json"), folder.join(format!("blobs/{hex}.zip")));
    let expect = id.parse().unwrap();
    let open = || Bundle::open(&folder, Some(expect)).map(|_| ());
    changed(&plan, usize::MAX, |at| assert!(matches!(open(), Err(BundleError::Mismatch { .. })), "{at}"));
    changed(&blob, usize::MAX, |at| assert!(matches!(open(), Err(BundleError::Blob { .. })), "{at}"));
    assert!(open().is_ok(), "all is as it was");
    // Nobody answers at AWS's end: what is refused is refused before.
    let apply = |at: usize, reason: &str| {
        let arguments = ["apply", "serverless-app-plan", "--expect", &id];
        let ran = project.cli(&arguments).env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").run();
        assert_eq!(ran.code, Some(4), "{reason} {at}: {}", ran.stderr);
    };
    changed(&plan, 100, |at| apply(at, "plan"));
    changed(&blob, 100, |at| apply(at, "blob"));
}
