//! What somebody does to GitHub or to the plan's artifact, one thing at a time.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};
use std::path::Path;

use serde_json::{Value, json};
use serverless_app::canonical::Sha;
use serverless_app::github::artifact::ArtifactError;
use serverless_app::github::provenance::Refusal;
use zip::write::SimpleFileOptions;

use super::merged;
use crate::pull_request::{ARTIFACT, RUN, World, zipped};
use crate::support::github::answers::repository;

/// The reason of the refusal, and what is done.
type Attack = (&'static str, fn(&World));

fn check(world: &World, name: &str, value: Value) {
    world.github.state().check_runs[0][name] = value;
}

fn run(world: &World, name: &str, value: Value) {
    world.github.state().runs[0][name] = value;
}

fn pull(world: &World, change: impl FnOnce(&mut Value)) {
    change(world.github.state().pulls.get_mut(&7).expect("the pull request"));
}

fn artifact(world: &World, name: &str, value: Value) {
    world.github.state().artifacts.get_mut(&RUN).expect("artifacts")[0][name] = value;
}

fn comment(world: &World, from: &str, to: &str) {
    let mut state = world.github.state();
    let comment = &mut state.comments.get_mut(&7).expect("comments")[0];
    let body = comment["body"].as_str().expect("a text");
    assert!(body.contains(from), "{from:?} is in {body}");
    comment["body"] = json!(body.replace(from, to));
}

/// Puts a zip in the artifact's place; GitHub itself says that this is what was uploaded.
fn upload(world: &World, zip: Vec<u8>) {
    let mut state = world.github.state();
    state.artifacts.clear();
    state.upload(RUN, ARTIFACT, zip);
}

/// The same with a changed bundle.
pub fn swap(world: &World, change: impl FnOnce(&Path)) {
    change(&world.bundle());
    upload(world, zipped(&world.bundle()));
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).expect("a text");
    assert!(text.contains(from), "{from:?} is in {text}");
    std::fs::write(path, text.replace(from, to)).expect("a text");
}

pub fn envelope(world: &World, name: &str, value: &str) {
    swap(world, |bundle| {
        let path = bundle.join("envelope.json");
        let mut envelope: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        envelope["github"][name] = json!(value);
        std::fs::write(path, envelope.to_string()).unwrap();
    });
}

/// A bundle with one more file.
fn with(world: &World, add: impl FnOnce(&mut zip::ZipWriter<Cursor<Vec<u8>>>)) {
    let mut zip = zip::ZipWriter::new_append(Cursor::new(zipped(&world.bundle()))).expect("a zip");
    add(&mut zip);
    upload(world, zip.finish().expect("a zip").into_inner());
}

/// One name in the place of another of its length, in headers and directory alike.
fn renamed(mut zip: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    while let Some(at) = zip.windows(from.len()).position(|window| window == from.as_bytes()) {
        zip[at..at + from.len()].copy_from_slice(to.as_bytes());
    }
    zip
}

const ATTACKS: &[Attack] = &[
    // What reviewers read.
    ("comment-changed", |world| comment(world, "2 to create", "nothing to see")),
    ("comment-changed", |world| {
        let id = world.project.plan_id();
        comment(world, &id, &Sha::of(b"another").to_string());
    }),
    ("no-comment", |world| {
        world.github.state().comments.get_mut(&7).unwrap()[0]["user"] = json!({"login": "mallory", "type": "User"});
    }),
    ("no-comment", |world| comment(world, "<!-- serverless-app plan shop/production -->\n", "")),
    ("no-comment", |world| world.github.state().comments.clear()),
    ("comment-changed", |world| comment(world, "<!-- serverless-app: what", "<details>\n\n<!-- serverless-app: what")),
    ("other-version", |world| {
        comment(world, " version=", " version=99.0.");
        comment(world, "sns.topic/news", "sns.topic/old");
    }),
    ("several-comments", |world| {
        let mut state = world.github.state();
        let comments = state.comments.get_mut(&7).unwrap();
        comments.push(comments[0].clone());
    }),
    ("plan-md-changed", |world| swap(world, |bundle| edit(&bundle.join("plan.md"), "sns.topic/news", "sns.topic/old"))),
    ("plan-md-changed", |world| swap(world, |bundle| std::fs::remove_file(bundle.join("plan.md")).unwrap())),
    ("other-version", |world| {
        swap(world, |bundle| {
            edit(&bundle.join("plan.md"), " version=", "1 version=");
            edit(&bundle.join("plan.md"), "sns.topic/news", "sns.topic/old");
        });
    }),
    // The artifact: swapped, renamed, of another run, twice, gone, of another attempt.
    ("artifact-changed", |world| {
        world.github.state().zips.values_mut().for_each(|old| *old = b"PK other bytes".to_vec());
    }),
    ("other-plan", |world| swap(world, |bundle| edit(&bundle.join("plan.json"), "octocat", "0ctocat"))),
    ("other-plan", |world| swap(world, |bundle| std::fs::write(bundle.join("plan.json"), "no plan").unwrap())),
    ("no-artifact", |world| artifact(world, "name", json!("serverless-app-plan-shop-staging-1"))),
    ("no-artifact", |world| artifact(world, "name", json!("serverless-app-plan-shop-production-2"))),
    ("no-artifact", |world| {
        let mut state = world.github.state();
        let all = state.artifacts.remove(&RUN).unwrap();
        state.artifacts.insert(78, all);
    }),
    ("several-artifacts", |world| {
        let zip = zipped(&world.bundle());
        world.github.state().upload(RUN, ARTIFACT, zip);
    }),
    ("artifact-expired", |world| artifact(world, "expired", json!(true))),
    ("older-attempt", |world| run(world, "run_started_at", json!("2026-03-01T12:30:00Z"))),
    ("older-attempt", |world| run(world, "run_attempt", json!(2))),
    ("other-plan", |world| {
        // A second attempt planned something else; its artifact is gone, and the first one's stands in its place.
        run(world, "run_attempt", json!(2));
        run(world, "run_started_at", json!("2026-03-01T12:30:00Z"));
        check(world, "external_id", json!(Sha::of(b"another").to_string()));
    }),
    // The artifact: what must not be unpacked.
    ("artifact-unsafe", |world| upload(world, renamed(zipped(&world.bundle()), "plan.json", "../x.json"))),
    ("artifact-unsafe", |world| upload(world, renamed(zipped(&world.bundle()), "plan.json", "/tmp/x.js"))),
    ("artifact-unsafe", |world| with(world, |zip| zip.start_file("other", SimpleFileOptions::default()).unwrap())),
    ("artifact-unsafe", |world| {
        let name = format!("blobs/{}.zip", "a".repeat(64));
        with(world, |zip| zip.add_symlink(name, "/etc/passwd", SimpleFileOptions::default()).unwrap());
    }),
    ("artifact-unsafe", |world| {
        with(world, |zip| zip.start_file("qlan.json", SimpleFileOptions::default()).unwrap());
        let zip = world.github.state().zips.values().next_back().unwrap().clone();
        upload(world, renamed(zip, "qlan.json", "plan.json"));
    }),
    ("artifact-unsafe", |world| {
        // A bomb: 257 MiB of nothing.
        with(world, |zip| {
            zip.start_file(format!("blobs/{}.zip", "b".repeat(64)), SimpleFileOptions::default()).unwrap();
            (0..257).for_each(|_| zip.write_all(&vec![0; 1024 * 1024]).unwrap());
        });
    }),
    ("artifact-too-large", |world| artifact(world, "size_in_bytes", json!(3_000_000_000_u64))),
    // The run: of another workflow, event, commit, repository.
    ("no-plan-run", |world| run(world, "path", json!(".github/workflows/other.yml"))),
    ("no-plan-run", |world| run(world, "event", json!("push"))),
    ("no-plan-run", |world| run(world, "head_sha", json!("e".repeat(40)))),
    ("no-plan-run", |world| run(world, "head_repository", repository(9, "mallory/shop"))),
    ("fork", |world| pull(world, |pull| pull["head"]["repo"] = repository(9, "mallory/shop"))),
    // The check run: by another app, on another commit, not successful, of another plan.
    ("no-plan-check", |world| world.github.state().check_runs[0]["app"]["slug"] = json!("mallory-app")),
    ("no-plan-check", |world| check(world, "head_sha", json!("e".repeat(40)))),
    ("plan-check-failed", |world| check(world, "conclusion", json!("action_required"))),
    ("plan-check-failed", |world| check(world, "conclusion", json!("neutral"))),
    ("other-plan", |world| check(world, "external_id", json!("sha256:00"))),
    // The pull request: none, not merged as this commit, not to the default branch, several.
    ("no-pull-request", |world| world.github.state().pulls_of.clear()),
    ("no-pull-request", |world| pull(world, |pull| pull["merged_at"] = json!(null))),
    ("no-pull-request", |world| pull(world, |pull| pull["merge_commit_sha"] = json!("e".repeat(40)))),
    ("no-pull-request", |world| pull(world, |pull| pull["base"]["ref"] = json!("release"))),
    ("no-pull-request", |world| pull(world, |pull| pull["base"]["repo"] = repository(9, "mallory/shop"))),
    ("several-pull-requests", |world| {
        let mut state = world.github.state();
        let mut other = state.pulls[&7].clone();
        other["number"] = json!(8);
        state.pulls.insert(8, other);
        state.pulls_of.values_mut().for_each(|numbers| numbers.push(8));
    }),
    // The time: made again after the merge, by the check run's word or by the artifact's date; no date at all.
    ("plan-after-merge", |world| pull(world, |pull| pull["merged_at"] = json!("2026-03-01T11:59:59Z"))),
    ("plan-after-merge", |world| artifact(world, "created_at", json!("2026-03-01T13:00:01Z"))),
    ("undated", |world| check(world, "completed_at", json!(null))),
    // The envelope claims another run, pull request, repository.
    ("envelope", |world| envelope(world, "github_run_id", "76")),
    ("envelope", |world| envelope(world, "github_run_attempt", "2")),
    ("envelope", |world| envelope(world, "pull_request", "8")),
    ("envelope", |world| envelope(world, "github_repository_id", "9")),
    ("envelope", |world| envelope(world, "head_sha", "e")),
    // The plan was made for a merge into another branch.
    ("other-base", |world| envelope(world, "base_ref", "lax")),
    // The plan is of another stage or app, and everything else says that this is the approved one.
    ("other-stage", |world| {
        swap(world, |bundle| edit(&bundle.join("plan.json"), "\"stage\":\"production\"", "\"stage\":\"staging\""));
        check(world, "external_id", json!(world.project.plan_id()));
    }),
    ("other-stage", |world| {
        swap(world, |bundle| edit(&bundle.join("plan.json"), "\"app\":\"shop\"", "\"app\":\"till\""));
        check(world, "external_id", json!(world.project.plan_id()));
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
        assert!(ran.stderr.contains("manual apply"), "attack {number} is told the way on: {}", ran.stderr);
        assert_eq!(world.output("plan-id"), "", "attack {number}");
        assert!(!world.project.folder().join("approved").exists(), "attack {number} leaves no bundle");
        let left = std::fs::read_dir(world.project.folder()).unwrap().map(|entry| entry.unwrap().file_name());
        let drafts = left.filter(|name| name.to_str().is_some_and(|name| name.starts_with(".bundle-"))).count();
        assert_eq!(drafts, 0, "attack {number} leaves no draft");
    }
}

/// Their lines on the page about errors are held against the list that they are made of, beside that list.
#[test]
fn every_reason_has_its_attack_or_a_test_of_its_own() {
    let reasons: BTreeSet<_> =
        Refusal::failures().into_iter().chain(ArtifactError::failures()).map(|(reason, _)| reason.word()).collect();
    assert!(reasons.len() > 20, "{reasons:?}");
    // These have tests of their own, or are no refusals.
    let elsewhere = [
        "other-branch",
        "other-mode",
        "plan-after-review",
        "late-without-reviewers",
        "not-approved",
        "replayed",
        "off-branch",
        "github",
        "github-permission",
        "file",
        "bundle",
    ];
    for reason in reasons {
        let attacked = ATTACKS.iter().any(|(of, _)| *of == reason) || elsewhere.contains(&reason);
        assert!(attacked, "nobody tries `{reason}`");
    }
}
