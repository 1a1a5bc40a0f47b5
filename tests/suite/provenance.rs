//! Attacks and accidents between review and apply: each is refused with a reason of its own, before any call to AWS.

use serde_json::{Value, json};

use crate::pull_request::{AFTER, ARTIFACT, RUN, World, zipped};
use crate::support::github::Fault;
use crate::support::github::answers::{self, repository};

/// A pull request with a published plan, merged.
async fn merged() -> World {
    let world = World::new().await;
    world.plan_job(0);
    world.merged(&world.merge.clone());
    world
}

/// What is done to GitHub or to the plan's artifact, and the reason of the refusal.
type Attack = (&'static str, fn(&World));

fn check(world: &World, change: impl FnOnce(&mut Value)) {
    change(&mut world.github.state().check_runs[0]);
}

fn run(world: &World, change: impl FnOnce(&mut Value)) {
    change(&mut world.github.state().runs[0]);
}

fn pull(world: &World, change: impl FnOnce(&mut Value)) {
    change(world.github.state().pulls.get_mut(&7).expect("the pull request"));
}

/// Puts a changed bundle in the artifact's place; GitHub itself says that this is what was uploaded.
fn swap(world: &World, change: impl FnOnce(&std::path::Path)) {
    change(&world.bundle());
    let zip = zipped(&world.bundle());
    let mut state = world.github.state();
    state.artifacts.clear();
    state.upload(RUN, ARTIFACT, zip);
}

fn edit(path: &std::path::Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).expect("a text");
    assert!(text.contains(from), "{from:?} is in {text}");
    std::fs::write(path, text.replace(from, to)).expect("a text");
}

fn envelope(world: &World, name: &str, value: &str) {
    swap(world, |bundle| {
        let path = bundle.join("envelope.json");
        let mut envelope: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        envelope["github"][name] = json!(value);
        std::fs::write(path, envelope.to_string()).unwrap();
    });
}

const ATTACKS: &[Attack] = &[
    ("comment-changed", |world| {
        let mut state = world.github.state();
        let comment = &mut state.comments.get_mut(&7).unwrap()[0];
        comment["body"] = json!(comment["body"].as_str().unwrap().replace("2 to create", "nothing to see"));
    }),
    ("comment-changed", |world| {
        let id = world.project.plan_id();
        let mut state = world.github.state();
        let comment = &mut state.comments.get_mut(&7).unwrap()[0];
        comment["body"] = json!(comment["body"].as_str().unwrap().replace(&id, &id.replace('a', "b")));
    }),
    ("comment-changed", |world| {
        world.github.state().comments.get_mut(&7).unwrap()[0]["user"] = json!({"login": "mallory", "type": "User"});
    }),
    ("artifact", |world| {
        let zip = b"PK other bytes".to_vec();
        world.github.state().zips.values_mut().for_each(|old| *old = zip.clone());
    }),
    ("other-plan", |world| {
        swap(world, |bundle| edit(&bundle.join("plan.json"), "octocat", "0ctocat"));
    }),
    ("no-artifact", |world| {
        world.github.state().artifacts.values_mut().flatten().for_each(|artifact| artifact["name"] = json!("other"));
    }),
    ("no-artifact", |world| {
        let mut state = world.github.state();
        let all = state.artifacts.remove(&RUN).unwrap();
        state.artifacts.insert(78, all);
    }),
    ("other-plan", |world| {
        // A second attempt planned something else; its artifact is gone, and the first one's stands in its place.
        run(world, |run| run["run_attempt"] = json!(2));
        check(world, |check| check["external_id"] = json!(format!("sha256:{}", "1".repeat(64))));
    }),
    ("older-attempt", |world| run(world, |run| run["run_started_at"] = json!("2026-03-01T12:30:00Z"))),
    ("artifact-expired", |world| {
        world.github.state().artifacts.values_mut().flatten().for_each(|artifact| artifact["expired"] = json!(true));
    }),
    ("no-plan-run", |world| run(world, |run| run["path"] = json!(".github/workflows/other.yml"))),
    ("no-plan-run", |world| run(world, |run| run["event"] = json!("push"))),
    ("no-plan-run", |world| run(world, |run| run["head_sha"] = json!("e".repeat(40)))),
    ("no-plan-run", |world| run(world, |run| run["head_repository"] = repository(9, "mallory/shop"))),
    ("fork", |world| pull(world, |pull| pull["head"]["repo"] = repository(9, "mallory/shop"))),
    ("no-plan-check", |world| check(world, |check| check["app"]["slug"] = json!("mallory-app"))),
    ("no-plan-check", |world| check(world, |check| check["head_sha"] = json!("e".repeat(40)))),
    ("plan-check-failed", |world| check(world, |check| check["conclusion"] = json!("action_required"))),
    ("other-plan", |world| check(world, |check| check["external_id"] = json!("sha256:00"))),
    ("plan-after-merge", |world| pull(world, |pull| pull["merged_at"] = json!("2026-03-01T11:59:59Z"))),
    ("several-pull-requests", |world| {
        let mut state = world.github.state();
        let mut other = state.pulls[&7].clone();
        other["number"] = json!(8);
        state.pulls.insert(8, other);
        state.pulls_of.values_mut().for_each(|numbers| numbers.push(8));
    }),
    ("envelope", |world| envelope(world, "github_run_id", "76")),
    ("envelope", |world| envelope(world, "github_run_attempt", "2")),
    ("envelope", |world| envelope(world, "pull_request", "8")),
    ("envelope", |world| envelope(world, "github_repository_id", "9")),
    ("envelope", |world| envelope(world, "head_sha", "e")),
    ("artifact", |world| {
        let mut zip = zipped(&world.bundle());
        // The same length, so that the zip stays whole: a path out of the folder.
        let at = |zip: &[u8]| zip.windows(9).position(|nine| nine == b"plan.json");
        while let Some(at) = at(&zip) {
            zip[at..at + 9].copy_from_slice(b"../x.json");
        }
        let mut state = world.github.state();
        state.artifacts.clear();
        state.upload(RUN, ARTIFACT, zip);
    }),
];

#[tokio::test(flavor = "multi_thread")]
async fn whatever_does_not_verify_stops_before_aws_with_its_own_reason() {
    for (number, (reason, attack)) in ATTACKS.iter().enumerate() {
        let world = merged().await;
        attack(&world);
        // Nobody answers there: a call to AWS would fail with another reason.
        let ran = world.verify_without_aws(4);
        assert_eq!(world.output("failure-reason"), *reason, "attack {number}: {}", ran.stderr);
        assert!(ran.stderr.contains("second door") || ran.stderr.contains("artifact"), "{number}: {}", ran.stderr);
        assert_eq!(world.output("plan-id"), "", "{number}");
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
    run(&world, |run| {
        run["run_attempt"] = json!(2);
        run["run_started_at"] = json!("2026-03-01T12:30:00Z");
    });
    world.verify(0);
    assert_eq!(world.output("plan-id"), world.project.plan_id());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_comment_warns_and_a_late_plan_is_told_or_refused() {
    let world = merged().await;
    world.github.state().comments.clear();
    let review = json!({"id": 1, "state": "APPROVED", "submitted_at": "2026-03-01T11:00:00Z", "user": answers::bot()});
    world.github.state().reviews.insert(7, vec![review]);
    let ran = world.verify(0);
    assert!(ran.stderr.contains("::warning") && ran.stderr.contains("the comment with the plan was deleted"));
    assert!(ran.stderr.contains("after the last approving review"), "{}", ran.stderr);
    let ran = world.verify_with(&["--refuse-late-plans"], 4);
    assert!(ran.stderr.contains("late plans are refused"), "{}", ran.stderr);
    assert_eq!(world.output("failure-reason"), "plan-after-review");
}

#[tokio::test(flavor = "multi_thread")]
async fn source_or_live_state_that_moved_asks_for_more_than_was_approved() {
    let world = merged().await;
    world.project.write(&format!("{AFTER}\n[topic.more]\n"));
    let ran = world.verify(4);
    assert!(ran.stderr.contains("sns.topic/more"), "{}", ran.stderr);
    assert_eq!(world.output("failure-reason"), "beyond-approval");
    world.project.write(AFTER);
    let sns = world.project.aws().await.write.sns;
    let arn = sns.create_topic().name("shop-production-news").send().await.expect("a topic");
    assert!(arn.topic_arn().is_some());
    let ran = world.verify(1);
    assert!(ran.stderr.contains("sns.topic/news"), "{}", ran.stderr);
    assert_eq!(world.output("failure-reason"), "refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_another_stage_or_place_is_refused() {
    let world = merged().await;
    let ran = world.verify_with(&["--stage", "staging"], 4);
    assert!(ran.stderr.contains("serverless-app plan (shop/staging)"), "{}", ran.stderr);
    assert_eq!(world.output("failure-reason"), "no-plan-check");
    let id = world.project.plan_id();
    world.verify(0);
    for (endpoint, account) in [("http://127.0.0.1:9", None), ("", Some("999999999999"))] {
        let ran = world.apply_elsewhere(endpoint, account, &id);
        assert_ne!(ran.code, Some(0), "{}", ran.stderr);
        assert!(["other-site", "credentials"].contains(&world.output("failure-reason").as_str()), "{}", ran.stderr);
    }
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
