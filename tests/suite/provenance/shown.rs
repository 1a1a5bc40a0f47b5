//! What people have read is what is applied: the comment on the pull request, `plan.md`, and the summary of `verify`.

use std::path::Path;

use serde_json::json;

use super::attacks::swap;
use super::{assert_nothing_written, merged, watched};
use crate::pull_request::{AFTER, World};
use crate::support::proxy::Proxy;

/// A plan that nobody would approve.
const FORGED: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[topic.alerts]\n\n[topic.theirs]\n";

fn body(world: &World) -> String {
    world.comments()[0]["body"].as_str().expect("a text").to_owned()
}

fn rewrite(world: &World, body: &str) {
    world.github.state().comments.get_mut(&7).expect("comments")[0]["body"] = json!(body);
}

fn refused(world: &World, proxy: &Proxy, reason: &str) {
    let ran = world.verify(4);
    assert_eq!(world.output("failure-reason"), reason, "{}", ran.stderr);
    assert!(ran.stderr.contains("manual apply"), "{}", ran.stderr);
    assert!(!world.project.folder().join("approved").exists(), "nothing is left that could be applied");
    assert!(proxy.log().is_empty(), "AWS is not asked");
}

/// The comment shows the plan of `AFTER`; check run, artifact, envelope and the merged source are of `FORGED`.
async fn forged() -> (World, Proxy, String) {
    let (world, proxy) = watched(AFTER).await;
    world.plan_job(0);
    let shown = body(&world);
    world.project.write(FORGED);
    world.github.state().artifacts.clear();
    world.plan_job(0);
    assert!(world.comments().len() == 1 && body(&world) != shown, "edited in place");
    world.merged(&world.merge.clone());
    proxy.clear();
    (world, proxy, shown)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_shows_one_plan_where_everything_else_is_of_another_is_refused() {
    let (world, proxy, shown) = forged().await;
    let honest = body(&world);
    rewrite(&world, &shown);
    refused(&world, &proxy, "comment-changed");
    // The right id in the wrong plan is the wrong plan all the same.
    let digits = |text: &str| text.get(..64).filter(|id| id.bytes().all(|b| b.is_ascii_hexdigit())).map(str::to_owned);
    let id = |text: &str| text.split("`sha256:").find_map(digits).expect("a whole id");
    rewrite(&world, &shown.replace(&id(&shown), &id(&honest)));
    refused(&world, &proxy, "comment-changed");
    rewrite(&world, &honest);
    world.verify(0);
    assert_nothing_written(&proxy);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_somebody_edited_is_refused_and_what_stands_below_the_plan_is_free() {
    let (world, proxy) = watched(AFTER).await;
    world.plan_job(0);
    world.merged(&world.merge.clone());
    proxy.clear();
    let honest = body(&world);
    let row = honest.lines().find(|line| line.starts_with("| +\u{a0}create")).expect("a row").to_owned() + "\n";
    let (marker, below) = honest.split_once('\n').expect("a marker");
    let lifted = format!("{marker}\n{}\n{below}", "### `shop` → `production` · no changes\n");
    for edited in [
        honest.replace(&row, ""),
        honest.replace("2 to create", "2 to update"),
        honest.replace("<!-- serverless-app: end of what plan.json says -->", ""),
        format!("{marker}\n<details>\n\n{below}"),
        lifted,
    ] {
        assert_ne!(edited, honest);
        rewrite(&world, &edited);
        refused(&world, &proxy, "comment-changed");
    }
    // By a browser: other line ends, and a word below.
    rewrite(&world, &(honest.replace('\n', "\r\n") + "\r\nSeen."));
    world.verify(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_is_gone_is_refused_unless_comments_are_off() {
    let (world, proxy) = watched(AFTER).await;
    world.plan_job(0);
    world.merged(&world.merge.clone());
    proxy.clear();
    let comments = std::mem::take(&mut world.github.state().comments);
    refused(&world, &proxy, "no-comment");
    world.verify_with(&["--no-comment"], 0);
    // Off is no leave to show another plan.
    world.github.state().comments = comments;
    rewrite(&world, &body(&world).replace("sns.topic/news", "sns.topic/old"));
    std::fs::remove_dir_all(world.project.folder().join("approved")).expect("a bundle");
    let ran = world.verify_with(&["--no-comment"], 4);
    assert_eq!(world.output("failure-reason"), "comment-changed", "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_shown_is_verified_again_after_its_result_was_posted() {
    let world = merged().await;
    let id = world.project.plan_id();
    world.verify(0);
    let apply =
        ["apply", "approved", "--expect", &id, "--source", ".", "--receipt", "receipt.json", "--allow-emulator"];
    world.push(&world.merge, &apply, 0);
    world.push(&world.merge, &["publish", "approved", "--result", "receipt.json"], 0);
    assert_eq!(world.comments().len(), 2);
    for _ in 0..2 {
        world.verify(0);
        assert_eq!((world.output("plan-id"), world.output("has-changes")), (id.clone(), "false".into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_merge_queue_refuses_what_verify_would_refuse() {
    let world = World::new().await;
    world.plan_job(0);
    let group = json!({"merge_group": {"head_sha": world.merge, "base_sha": world.base(),
        "base_ref": "refs/heads/main", "head_ref": "refs/heads/gh-readonly-queue/main/pr-7-b"}});
    world.job("merge_group", &group, &world.merge, &["check"], 0);
    let comments = std::mem::take(&mut world.github.state().comments);
    world.job("merge_group", &group, &world.merge, &["check"], 4);
    assert_eq!(world.output("failure-reason"), "no-comment");
    world.job("merge_group", &group, &world.merge, &["check", "--no-comment"], 0);
    world.github.state().comments = comments;
    rewrite(&world, &body(&world).replace("sns.topic/news", "sns.topic/old"));
    world.job("merge_group", &group, &world.merge, &["check"], 4);
    assert_eq!(world.output("failure-reason"), "comment-changed");
}

/// A bucket with three versions in it, whose section goes.
async fn emptied() -> (World, Proxy) {
    let bucket = "\n[bucket.assets]\non_delete = \"delete\"\nenforce_tls = false\n";
    let (world, proxy) = watched(&format!("{AFTER}{bucket}")).await;
    world.project.deploy(&[]);
    let (s3, name) = (world.project.aws().await.write.s3, bucket_name(&world).await);
    for key in ["a", "a", "b"] {
        s3.put_object().bucket(&name).key(key).body(b"x".to_vec().into()).send().await.expect("an object");
    }
    world.project.write(AFTER);
    world.plan_job(0);
    world.merged(&world.merge.clone());
    (world, proxy)
}

async fn bucket_name(world: &World) -> String {
    let all = world.project.aws().await.read.s3.list_buckets().send().await.expect("buckets");
    let names = all.buckets().iter().filter_map(|bucket| bucket.name());
    names.into_iter().find(|name| name.contains("assets")).expect("the bucket").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_extra_json_says_is_repeated_by_verify() {
    let (world, proxy) = emptied().await;
    assert!(body(&world).contains("holds 3 versions of objects"), "{}", body(&world));
    world.verify(0);
    let honest = world.summary();
    assert!(honest.contains("`s3:DeleteObjects`: every version of every object in the bucket "), "{honest}");
    assert!(honest.contains("bucket `assets` holds 3 versions of objects"), "counted again: {honest}");
    let lies = json!({
        "sweeps": {"s3.bucket/assets": 0}, "origins": {"s3.bucket/assets": "drift"}, "denied": [], "base_moved": null,
        "credentials": "nothing at all", "not_allowed": [{"action": "planted:Action", "resource": "*", "by": "nobody"}],
        "code": [{"functions": ["api"], "size": 1, "beside": "nothing"}],
    });
    for forged in [lies.to_string(), "{}".into(), "no JSON".into()] {
        proxy.clear();
        swap(&world, |bundle| std::fs::write(bundle.join("extra.json"), &forged).expect("a file"));
        world.verify(0);
        assert_eq!(world.summary(), honest, "{forged}");
        assert_nothing_written(&proxy);
    }
    swap(&world, |bundle| std::fs::remove_file(bundle.join("extra.json")).expect("a file"));
    world.verify(0);
    assert_eq!(world.summary(), honest);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_check_run_shows_is_repeated_by_nobody() {
    let world = merged().await;
    let says = |field: &str, text: &str| world.github.state().check_runs[0]["output"][field] = json!(text);
    for field in ["title", "summary", "text"] {
        says(field, "planted");
    }
    let ran = world.verify(0);
    assert!(!world.summary().contains("planted") && !ran.stderr.contains("planted"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_finds_out_again_what_the_credentials_of_the_apply_will_allow() {
    let world = merged().await;
    world.verify_with(&["--session-policy"], 0);
    let summary = world.summary();
    assert!(summary.contains("The credentials of the apply will allow, and nothing else: "), "{summary}");
}

#[test]
fn nothing_that_verifies_or_applies_reads_extra_json() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut asking = Vec::new();
    for folder in ["src/commands", "src/github", "src/github/provenance", "src/apply", "src"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            let is_source = path.extension().is_some_and(|ext| ext == "rs");
            if is_source && std::fs::read_to_string(&path).expect("a text").contains(".extra()?") {
                asking.push(path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned());
            }
        }
    }
    asking.sort();
    assert_eq!(asking, ["plan", "publish"], "`show`, and the job that wrote it");
}
