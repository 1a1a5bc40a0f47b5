//! Runs that are started again after something else has been applied.

use serde_json::json;

use super::{assert_nothing_written, watched};
use crate::pull_request::{AFTER, BEFORE, World};
use crate::support::github::later::{job, run};
use crate::support::github::{Fault, State};
use crate::support::proxy::Proxy;

const APPLY: &str = "serverless-app-apply.yml";
const MANUAL_APPLY: &str = "serverless-app-manual-apply.yml";
/// The runs of a later commit.
const LATER: u64 = 900;

fn commit(letter: &str) -> String {
    letter.repeat(40)
}

/// The merge, and a later commit `b` on the default branch.
async fn overtaken() -> (World, Proxy) {
    let (world, proxy) = watched(AFTER).await;
    world.plan_job(0);
    world.merged(&world.merge.clone());
    world.github.state().advance(&commit("b"));
    proxy.clear();
    (world, proxy)
}

/// What has become of the later commit.
type Since = fn(&mut State);

const APPLIED: &[(&str, Since)] = &[
    ("it was applied", |state| {
        state.runs.push(run(LATER, APPLY, "push", &commit("b"), Some("success")));
        state.deploy("production", &commit("b"), LATER, &["success", "in_progress", "queued"]);
    }),
    ("its apply failed half-way", |state| {
        state.runs.push(run(LATER, APPLY, "push", &commit("b"), Some("failure")));
        state.deploy("production", &commit("b"), LATER, &["failure", "in_progress", "queued"]);
    }),
    ("another deployment has made it inactive", |state| {
        state.runs.push(run(LATER, APPLY, "push", &commit("b"), Some("success")));
        state.deploy("production", &commit("b"), LATER, &["inactive"]);
    }),
    ("it was applied by the manual apply", |state| {
        state.runs.push(run(LATER, MANUAL_APPLY, "workflow_dispatch", &commit("b"), Some("success")));
        state.deploy("production", &commit("b"), LATER, &["success", "in_progress"]);
    }),
    ("it was applied, and its run deleted", |state| {
        state.deploy("production", &commit("b"), LATER, &["success", "in_progress"]);
    }),
    ("it was applied, and its deployment deleted", |state| {
        state.runs.push(run(LATER, APPLY, "push", &commit("b"), Some("success")));
    }),
    ("it was verified, and there was nothing to do", |state| {
        state.runs.push(run(LATER, APPLY, "push", &commit("b"), Some("success")));
        state.jobs.insert(LATER, vec![job("verify (production)", "success"), job("apply (production)", "skipped")]);
    }),
    ("nothing was to do here, and the run failed elsewhere", |state| {
        state.runs.push(run(LATER, APPLY, "push", &commit("b"), Some("failure")));
        state.jobs.insert(LATER, vec![job("verify (production)", "success"), job("apply (other)", "failure")]);
    }),
    ("its first attempt found nothing to do, and its second waits", |state| {
        let mut again = run(LATER, APPLY, "push", &commit("b"), None);
        again["run_attempt"] = json!(2);
        state.runs.push(again);
        state.jobs.insert(LATER, vec![job("verify (production)", "success")]);
    }),
    ("the manual apply found nothing to do", |state| {
        state.runs.push(run(LATER, MANUAL_APPLY, "workflow_dispatch", &commit("b"), Some("success")));
        state.upload(LATER, "serverless-app-plan-shop-production-1", b"zip".to_vec());
    }),
    ("the stage was destroyed", |state| {
        state.runs.push(run(LATER, MANUAL_APPLY, "workflow_dispatch", &commit("b"), Some("success")));
        state.deploy("production-destroy", &commit("b"), LATER, &["success", "in_progress"]);
    }),
    ("it was applied and another one waits", |state| {
        state.runs.push(run(LATER, APPLY, "push", &commit("b"), Some("success")));
        state.deploy("production", &commit("b"), LATER, &["success", "in_progress"]);
        state.advance(&commit("c"));
        state.runs.push(run(LATER + 1, APPLY, "push", &commit("c"), None));
    }),
    ("it is one of three hundred", |state| {
        (0..300).for_each(|number| state.advance(&format!("{number:040x}")));
        let last = format!("{:040x}", 299);
        state.runs.push(run(LATER, APPLY, "push", &last, Some("success")));
        state.deploy("production", &last, LATER, &["success", "in_progress"]);
    }),
];

const WAITS: &[(&str, Since)] = &[
    ("nothing has run for it", |_| {}),
    ("it waits in the queue", |state| state.runs.push(run(LATER, APPLY, "push", &commit("b"), None))),
    ("it waits for its reviewers", |state| {
        let mut waits = run(LATER, APPLY, "push", &commit("b"), None);
        waits["status"] = json!("waiting");
        state.runs.push(waits);
        state.jobs.insert(LATER, vec![job("verify (production)", "success")]);
        state.deploy("production", &commit("b"), LATER, &["queued"]);
    }),
    ("its reviewers have turned it down", |state| {
        state.runs.push(run(LATER, APPLY, "push", &commit("b"), Some("failure")));
        state.jobs.insert(LATER, vec![job("verify (production)", "success"), job("apply (production)", "failure")]);
        state.deploy("production", &commit("b"), LATER, &["failure", "queued"]);
    }),
    ("it was refused", |state| {
        state.runs.push(run(LATER, APPLY, "push", &commit("b"), Some("failure")));
        state.jobs.insert(LATER, vec![job("verify (production)", "failure"), job("apply (production)", "skipped")]);
    }),
    ("another stage has it", |state| {
        state.runs.push(run(LATER, MANUAL_APPLY, "workflow_dispatch", &commit("b"), Some("success")));
        state.deploy("staging", &commit("b"), LATER, &["success", "in_progress"]);
        state.upload(LATER, "serverless-app-plan-shop-staging-1", b"zip".to_vec());
    }),
    ("another app's workflow has applied it", |state| {
        state.runs.push(run(LATER, "till-apply.yml", "push", &commit("b"), Some("success")));
        state.deploy("production", &commit("b"), LATER, &["success", "in_progress"]);
    }),
    ("another tool deploys it", |state| {
        let id = state.deploy("production", &commit("b"), LATER, &["success", "in_progress"]);
        for status in state.statuses.get_mut(&id).unwrap() {
            status["log_url"] = json!("https://example.org/deployments/1");
            status["target_url"] = json!("https://example.org/deployments/1");
        }
    }),
    ("an earlier commit was applied", |state| {
        let first = state.history[0].clone();
        state.runs.push(run(5, APPLY, "push", &first, Some("success")));
        state.deploy("production", &first, 5, &["success", "in_progress"]);
    }),
    ("this very run has been applied before, in part", |state| {
        let merge = state.history[1].clone();
        state.runs.push(run(77, APPLY, "push", &merge, Some("failure")));
        state.deploy("production", &merge, 77, &["failure", "in_progress"]);
    }),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_is_not_applied_again_once_a_later_commit_has_been() {
    for (what, since) in APPLIED {
        let (world, proxy) = overtaken().await;
        since(&mut world.github.state());
        let id = world.project.plan_id();
        for arguments in [vec!["verify", "--source", "."], vec!["verify", "--expect", &id]] {
            let ran = in_its_job(&world, &[arguments.as_slice(), &["--out", "approved"]].concat(), 4);
            assert_eq!(world.output("failure-reason"), "replayed", "{what}: {}", ran.stderr);
            assert!(ran.stderr.contains("manual apply"), "{what}: {}", ran.stderr);
            assert_eq!(world.output("plan-id"), "", "{what}");
        }
        assert!(proxy.log().is_empty(), "{what}: AWS was asked");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_pass_in_their_order_while_nothing_later_has_been_applied() {
    for (what, since) in WAITS {
        let (world, proxy) = overtaken().await;
        since(&mut world.github.state());
        let ran = in_its_job(&world, &["verify", "--source", ".", "--out", "approved"], 0);
        assert_eq!(world.output("has-changes"), "true", "{what}: {}", ran.stderr);
        assert_nothing_written(&proxy);
    }
}

/// Runs a step of the job that verifies, which GitHub knows by its name.
fn in_its_job(world: &World, arguments: &[&str], code: i32) -> crate::support::command::Ran {
    let here =
        json!({"name": "verify (production)", "status": "in_progress", "conclusion": null, "runner_name": "runner-1"});
    world.github.state().jobs.entry(77).or_default().push(here);
    let event = crate::pull_request::pushed(&world.merge);
    let ran = world.in_job("push", &event, &world.merge, arguments).env("RUNNER_NAME", "runner-1").run();
    world.github.state().jobs.remove(&77);
    assert_eq!(ran.code, Some(code), "{arguments:?}\n{}\n{}", ran.stdout, ran.stderr);
    ran
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_run_of_the_manual_apply_is_not_applied_again_either() {
    let world = World::new().await;
    let started = json!({"inputs": {"mode": "apply"}, "ref": "refs/heads/main",
        "repository": crate::support::github::answers::repository(crate::support::github::REPOSITORY, crate::support::github::NAME)});
    world.github.state().advance(&world.merge);
    world.job("workflow_dispatch", &started, &world.merge, &["plan"], 0);
    let (id, zip) = (world.project.plan_id(), crate::pull_request::zipped(&world.bundle()));
    world.github.state().upload(77, crate::pull_request::ARTIFACT, zip);
    let verify = ["verify", "--expect", &id, "--out", "approved"];
    let in_door = |code: i32| {
        let cli = world.in_job("workflow_dispatch", &started, &world.merge, &verify);
        let of = format!("octo/shop/.github/workflows/{MANUAL_APPLY}@refs/heads/main");
        let ran = cli.env("GITHUB_WORKFLOW_REF", &of).run();
        assert_eq!(ran.code, Some(code), "{}", ran.stderr);
    };
    in_door(0);
    {
        let mut state = world.github.state();
        state.advance(&commit("b"));
        state.runs.push(run(LATER, APPLY, "push", &commit("b"), Some("success")));
    }
    in_door(4);
    assert_eq!(world.output("failure-reason"), "replayed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_that_was_destroyed_at_the_same_commit_is_not_made_again_by_an_old_run() {
    let (world, _proxy) = watched(AFTER).await;
    world.plan_job(0);
    world.merged(&world.merge.clone());
    world.verify(0);
    let destroyed = |run: u64| {
        let mut state = world.github.state();
        state.deployments.clear();
        let merge = world.merge.clone();
        state.deploy("production-destroy", &merge, run, &["success", "in_progress"]);
    };
    destroyed(LATER);
    let ran = world.verify(4);
    assert!(ran.stderr.contains("the stage production has been destroyed since"), "{}", ran.stderr);
    assert_eq!(world.output("failure-reason"), "replayed");
    destroyed(5);
    world.verify(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_the_default_branch_has_no_longer_is_refused() {
    let (world, proxy) = overtaken().await;
    world.github.state().history.retain(|known| *known != world.merge);
    let ran = world.verify(4);
    assert!(ran.stderr.contains("no longer on the branch main"), "{}", ran.stderr);
    assert_eq!(world.output("failure-reason"), "off-branch");
    assert!(proxy.log().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_an_error_that_names_the_permission() {
    let (world, _proxy) = overtaken().await;
    for (path, permission) in [("/deployments?", "deployments: read"), ("/actions/workflows/", "actions: read")] {
        world.github.state().faults.push((format!("GET /repos/octo/shop{path}"), Fault::Forbidden));
        let ran = world.verify(1);
        assert!(ran.stderr.contains(&format!("`permissions: {permission}`")), "{}", ran.stderr);
        assert_eq!(world.output("failure-reason"), "github-permission");
    }
    world.verify(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_apply_that_went_before_a_revert_does_not_come_back() {
    // The whole story: the merge is applied, the next one takes it back and is applied, the first is started again.
    let (world, proxy) = watched(BEFORE).await;
    world.project.deploy(&[]);
    world.project.write(AFTER);
    world.plan_job(0);
    world.merged(&world.merge.clone());
    let id = world.project.plan_id();
    world.verify(0);
    let apply = ["apply", "approved", "--expect", &id, "--source", ".", "--allow-emulator"];
    world.push(&world.merge, &apply, 0);
    world.verify(0);
    assert_eq!(world.output("has-changes"), "false", "the newest can be started again");
    // The revert, as the manual apply applies it; then GitHub is told to run the first merge's job again.
    world.project.write(BEFORE);
    world.project.deploy(&[]);
    {
        let mut state = world.github.state();
        state.advance(&commit("b"));
        state.runs.push(run(LATER, APPLY, "push", &commit("b"), Some("success")));
        state.deploy("production", &commit("b"), LATER, &["success", "in_progress"]);
    }
    world.project.write(AFTER);
    proxy.clear();
    world.verify(4);
    assert_eq!(world.output("failure-reason"), "replayed");
    assert!(proxy.log().is_empty(), "nothing is written, and nothing read");
}
