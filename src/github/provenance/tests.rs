use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::*;
use crate::bundle::Envelope;

const WANTED: PlanSought<'static> = PlanSought {
    app: "shop",
    stage: "production",
    mode: Mode::Deploy,
    base: "main",
    workflow: "serverless-app-plan.yml",
    terms: approval::Terms { late: approval::Late::Warn, required: false },
    no_comment: false,
};
const HERE: u64 = 42;

/// An answer of GitHub's, with some of its fields changed.
fn of<T: DeserializeOwned>(mut value: Value, change: &Value) -> T {
    for (name, new) in change.as_object().into_iter().flatten() {
        value[name] = new.clone();
    }
    serde_json::from_value(value).unwrap()
}

fn repository(id: u64) -> Value {
    json!({"id": id, "full_name": "octo/shop", "default_branch": "main"})
}

fn pull(change: Value) -> PullRequest {
    let side = |branch: &str, sha: &str| json!({"ref": branch, "sha": sha, "repo": repository(HERE)});
    let pull = json!({"number": 7, "head": side("topic", "aa"), "base": side("main", "bb"),
        "merged_at": "2026-03-01T13:00:00Z", "merge_commit_sha": "cc"});
    of(pull, &change)
}

fn run(change: Value) -> WorkflowRun {
    let run = json!({"id": 77, "run_attempt": 2, "event": "pull_request", "head_sha": "aa",
        "path": ".github/workflows/serverless-app-plan.yml@refs/pull/7/merge",
        "run_started_at": "2026-03-01T11:50:00Z", "head_repository": {"id": HERE}});
    of(run, &change)
}

fn check(change: Value) -> CheckRun {
    let check = json!({"id": 5, "name": "serverless-app plan (shop/production)", "head_sha": "aa",
        "conclusion": "success", "completed_at": "2026-03-01T12:00:00Z", "app": {"slug": "github-actions"},
        "external_id": Sha::of(b"plan").to_string(), "output": {"title": "2 to create"}});
    of(check, &change)
}

fn artifact(change: Value) -> Artifact {
    let artifact = json!({"id": 9, "name": "serverless-app-plan-shop-production-2", "size_in_bytes": 10,
        "expired": false, "created_at": "2026-03-01T11:55:00Z"});
    of(artifact, &change)
}

fn reason<T: std::fmt::Debug>(decided: Result<T, Refusal>) -> &'static str {
    let refusal = decided.unwrap_err();
    assert!(refusal.to_string().contains("manual apply"), "every refusal says how to continue: {refusal}");
    refusal.reason().word()
}

#[test]
fn only_the_default_branch_is_applied() {
    let repository = |branch: Value| of(repository(HERE), &json!({"default_branch": branch}));
    assert_eq!(decide::branch("refs/heads/main", &repository(json!("main"))), Ok(()));
    for (git_ref, default) in [
        ("refs/heads/topic", json!("main")),
        ("refs/tags/main", json!("main")),
        ("main", json!("main")),
        ("refs/heads/", json!("")),
        ("refs/heads/main", json!(null)),
    ] {
        assert_eq!(reason(decide::branch(git_ref, &repository(default))), "other-branch", "{git_ref}");
    }
}

#[test]
fn a_commit_is_the_merge_of_exactly_one_pull_request_to_the_default_branch() {
    assert!(decide::became(&pull(json!({})), "cc", HERE));
    let to = |branch: &str, id: u64| json!({"base": {"ref": branch, "sha": "bb", "repo": repository(id)}});
    for other in [
        json!({"merged_at": null}),
        json!({"merge_commit_sha": "dd"}),
        json!({"merge_commit_sha": null}),
        json!({"base": {"ref": "main", "sha": "bb", "repo": null}}),
        to("release", HERE),
        to("main", 43),
    ] {
        assert!(!decide::became(&pull(other.clone()), "cc", HERE), "{other}");
    }
    assert_eq!(decide::only(Vec::new()), Ok(None));
    assert_eq!(decide::only(vec![pull(json!({}))]).unwrap().map(|pull| pull.number), Some(7));
    let two = vec![pull(json!({})), pull(json!({"number": 8}))];
    assert_eq!(decide::only(two.clone()), Err(Refusal::SeveralPullRequests(vec![7, 8])));
    assert_eq!(reason(decide::only(two)), "several-pull-requests");
}

#[test]
fn the_run_is_the_latest_of_the_plans_workflow_for_the_head_in_this_repository() {
    let find = |runs: Vec<WorkflowRun>| decide::run(runs, "aa", WANTED.workflow, HERE);
    let latest = find(vec![run(json!({})), run(json!({"id": 80})), run(json!({"id": 90, "event": "push"}))]);
    assert_eq!(latest.unwrap().id, 80);
    let edited = run(json!({"id": 81, "conclusion": "skipped"}));
    let latest = find(vec![run(json!({"conclusion": "success"})), edited]);
    assert_eq!(latest.unwrap().id, 77, "what had nothing to plan is passed over");
    assert!(find(vec![run(json!({"path": ".github/workflows/serverless-app-plan.yml"}))]).is_ok());
    for other in [
        json!({"event": "workflow_dispatch"}),
        json!({"event": "pull_request_target"}),
        json!({"head_sha": "bb"}),
        json!({"path": ".github/workflows/other.yml@refs/pull/7/merge"}),
        json!({"path": "serverless-app-plan.yml"}),
        json!({"path": ".github/workflows/x/serverless-app-plan.yml"}),
        json!({"head_repository": {"id": 43}}),
        json!({"head_repository": null}),
    ] {
        assert_eq!(reason(find(vec![run(other.clone())])), "no-plan-run", "{other}");
    }
    assert_eq!(reason(find(Vec::new())), "no-plan-run");
}

#[test]
fn a_workflow_of_a_fixed_ref_is_accepted_by_exactly_the_path_that_is_configured() {
    let path = "octo/ci/.github/workflows/plan.yml@refs/heads/main";
    let find = |found: &str, configured: &str| decide::run(vec![run(json!({"path": found}))], "aa", configured, HERE);
    assert!(find(path, path).is_ok());
    let of_here = ".github/workflows/plan.yml@refs/heads/main";
    assert!(find(of_here, of_here).is_ok());
    for other in [
        "octo/ci/.github/workflows/plan.yml",
        "octo/ci/.github/workflows/plan.yml@refs/heads/topic",
        "octo/ci/.github/workflows/plan.yml@refs/heads/main2",
        "mallory/ci/.github/workflows/plan.yml@refs/heads/main",
        of_here,
        ".github/workflows/plan.yml",
    ] {
        assert_eq!(reason(find(other, path)), "no-plan-run", "{other}");
    }
    assert_eq!(reason(find(path, "plan.yml")), "no-plan-run", "a file's name is one of this repository");
    assert_eq!(
        reason(find(".github/workflows/plan.yml@refs/pull/7/merge", of_here)),
        "no-plan-run",
        "the pull request's own"
    );
}

#[test]
fn a_run_without_its_attempt_is_at_the_first() {
    let mut answer = json!({"id": 77, "event": "push", "head_sha": "aa", "path": "x", "head_repository": null});
    assert_eq!(serde_json::from_value::<WorkflowRun>(answer.clone()).unwrap().run_attempt, 1);
    answer["run_attempt"] = json!(3);
    assert_eq!(serde_json::from_value::<WorkflowRun>(answer).unwrap().run_attempt, 3);
}

#[test]
fn the_check_run_is_the_latest_of_the_actions_app_and_successful() {
    let find = |checks| decide::check(checks, "aa", WANTED);
    assert_eq!(find(vec![check(json!({"id": 6})), check(json!({}))]).unwrap().id, 6);
    let theirs = check(json!({"id": 9, "app": {"slug": "mallory"}, "conclusion": "failure"}));
    assert_eq!(find(vec![check(json!({})), theirs]).unwrap().id, 5, "others' check runs do not count");
    for other in [
        json!({"app": {"slug": "mallory"}}),
        json!({"app": null}),
        json!({"name": "serverless-app plan (shop/staging)"}),
        json!({"head_sha": "bb"}),
    ] {
        assert_eq!(reason(find(vec![check(other.clone())])), "no-plan-check", "{other}");
    }
    for conclusion in [json!("failure"), json!("action_required"), json!("neutral"), json!("skipped"), json!(null)] {
        let later = check(json!({"id": 6, "conclusion": conclusion}));
        assert_eq!(reason(find(vec![check(json!({})), later])), "plan-check-failed", "{conclusion}");
    }
}

#[test]
fn the_artifact_is_the_only_one_of_the_latest_attempt_that_planned() {
    let find = |all: &[Artifact]| decide::artifact(all, &run(json!({})), WANTED);
    let of_first = |at: &str| artifact(json!({"name": "serverless-app-plan-shop-production-1", "created_at": at}));
    let first = of_first("2026-03-01T11:40:00Z");
    let found = |all: &[Artifact]| find(all).map(|(found, attempt)| (found.name.ends_with("-1"), attempt));
    assert_eq!(found(&[first.clone(), artifact(json!({}))]), Ok((false, 2)));
    assert_eq!(found(&[first]), Ok((true, 1)), "only other jobs were run again");
    assert_eq!(reason(find(&[of_first("2026-03-01T11:55:00Z")])), "older-attempt", "of the second, under an old name");
    assert_eq!(reason(find(&[artifact(json!({"created_at": "2026-03-01T11:49:59Z"}))])), "older-attempt");
    assert_eq!(reason(find(&[artifact(json!({"name": "serverless-app-plan-shop-staging-2"}))])), "no-artifact");
    assert_eq!(reason(find(&[artifact(json!({"name": "serverless-app-plan-shop-production-3"}))])), "no-artifact");
    assert_eq!(reason(find(&[artifact(json!({})), artifact(json!({"id": 10}))])), "several-artifacts");
    let older = of_first("2026-03-01T11:40:00Z");
    let expired = artifact(json!({"expired": true}));
    assert_eq!(reason(find(&[older, expired])), "artifact-expired", "an older one is no substitute");
    assert_eq!(reason(find(&[artifact(json!({"created_at": null}))])), "undated");
    let undated = decide::artifact(&[artifact(json!({}))], &run(json!({"run_started_at": null})), WANTED);
    assert_eq!(reason(undated), "undated");
}

#[test]
fn the_posted_id_is_that_of_the_bytes() {
    let found = Sha::of(b"plan");
    assert_eq!(decide::posted(&check(json!({})), found), Ok(found));
    for other in [json!(null), json!(""), json!("failed"), json!(found.hex()), json!(Sha::of(b"other").to_string())] {
        let check = check(json!({"external_id": other}));
        assert_eq!(reason(decide::posted(&check, found)), "other-plan", "{other}");
    }
}

#[test]
fn an_envelope_may_claim_nothing_else_than_what_is_so() {
    let id = Sha::of(b"plan");
    let envelope = |github: &[(&str, &str)]| Envelope {
        plan_id: id.to_string(),
        github: github
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect::<BTreeMap<_, _>>(),
        ..Envelope::default()
    };
    let decide = |envelope: &Envelope, id| decide::claims(envelope, id, &[("github_run_id", "77".to_owned())]);
    assert_eq!(decide(&envelope(&[("github_run_id", "77"), ("github_ref", "x")]), id), Ok(()));
    assert_eq!(reason(decide(&envelope(&[("github_run_id", "78")]), id)), "envelope");
    assert_eq!(reason(decide(&envelope(&[]), id)), "envelope", "what is not claimed is not so");
    assert_eq!(reason(decide(&envelope(&[("github_run_id", "77")]), Sha::of(b"other"))), "envelope");
}

#[test]
fn a_plan_of_after_the_merge_is_refused_however_it_is_dated() {
    let decide = |checked: Value, packed: Value| {
        decide::made_before_merge(&pull(json!({})), &check(checked), &artifact(packed)).map(|_| ())
    };
    let none = || json!({});
    assert_eq!(decide(none(), none()), Ok(()));
    assert_eq!(decide(json!({"completed_at": "2026-03-01T13:00:00Z"}), none()), Ok(()));
    let artifact = json!({"created_at": "2026-03-01T13:00:01Z"});
    assert_eq!(reason(decide(none(), artifact)), "plan-after-merge", "whatever the job says");
    // As text the last two are earlier than the merge: a dot comes before a Z, and 12 before 13.
    for later in ["2026-03-01T13:00:01Z", "2026-03-01T13:00:00.500Z", "2026-03-01T12:30:00-01:00"] {
        assert_eq!(reason(decide(json!({"completed_at": later}), none())), "plan-after-merge", "{later}");
    }
    for undated in [json!(null), json!(""), json!("yesterday")] {
        assert_eq!(reason(decide(json!({"completed_at": undated}), none())), "undated", "{undated}");
    }
}
