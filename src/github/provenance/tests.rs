use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::answer::Review;
use super::*;
use crate::bundle::Envelope;

const WANTED: Wanted<'static> = Wanted {
    app: "shop",
    stage: "production",
    mode: Mode::Deploy,
    base: "main",
    workflow: "serverless-app-plan.yml",
    refuse_late: false,
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

fn run(change: Value) -> Run {
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

fn review(change: Value) -> Review {
    let review = json!({"state": "APPROVED", "submitted_at": "2026-03-01T12:30:00Z", "author_association": "MEMBER"});
    of(review, &change)
}

fn reason<T: std::fmt::Debug>(decided: Result<T, Refusal>) -> &'static str {
    let refusal = decided.unwrap_err();
    assert!(refusal.to_string().contains("second door"), "every refusal names the way on: {refusal}");
    refusal.reason()
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
    let find = |runs: Vec<Run>| decide::run(runs, "aa", WANTED.workflow, HERE);
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

/// Whether a plan that came so late is pointed out.
fn late(checked: Value, packed: Value, reviews: &[Review], refuse: bool) -> Result<bool, Refusal> {
    let late = decide::in_time(&pull(json!({})), &check(checked), &artifact(packed), reviews, refuse)?;
    Ok(late.is_some())
}

#[test]
fn a_plan_of_after_the_merge_is_refused_however_it_is_dated() {
    let none = || json!({});
    assert_eq!(late(none(), none(), &[], true), Ok(false));
    assert_eq!(late(json!({"completed_at": "2026-03-01T13:00:00Z"}), none(), &[], true), Ok(false));
    let artifact = json!({"created_at": "2026-03-01T13:00:01Z"});
    assert_eq!(reason(late(none(), artifact, &[], false)), "plan-after-merge", "whatever the job says");
    // As text the last two are earlier than the merge: a dot comes before a Z, and 12 before 13.
    for later in ["2026-03-01T13:00:01Z", "2026-03-01T13:00:00.500Z", "2026-03-01T12:30:00-01:00"] {
        let decided = late(json!({"completed_at": later}), none(), &[], false);
        assert_eq!(reason(decided), "plan-after-merge", "{later}");
    }
    for undated in [json!(null), json!(""), json!("yesterday")] {
        assert_eq!(reason(late(json!({"completed_at": undated}), none(), &[], false)), "undated", "{undated}");
    }
}

#[test]
fn a_plan_of_after_the_last_approval_is_told_or_refused() {
    let decide = |reviews: &[Review], refuse| late(json!({}), json!({}), reviews, refuse);
    let early = || review(json!({"submitted_at": "2026-03-01T11:00:00Z"}));
    assert_eq!(decide(&[early(), review(json!({}))], true), Ok(false));
    assert_eq!(decide(&[early()], false), Ok(true));
    assert_eq!(reason(decide(&[early()], true)), "plan-after-review");
    for no_approval in [
        json!({"state": "COMMENTED"}),
        json!({"state": "DISMISSED"}),
        json!({"author_association": "NONE"}),
        json!({"author_association": "CONTRIBUTOR"}),
        json!({"author_association": null}),
    ] {
        let later = review(no_approval.clone());
        assert_eq!(reason(decide(&[early(), later], true)), "plan-after-review", "{no_approval}");
    }
    assert_eq!(reason(decide(&[review(json!({"submitted_at": null}))], false)), "undated");
}

#[test]
fn a_comment_is_as_posted_or_gone_or_changed() {
    let comment = |body: &str, login: &str| -> Comment {
        let user = json!({"login": login, "type": "Bot"});
        of(json!({"id": 3, "body": body, "html_url": "https://github.com/x", "user": user}), &json!({}))
    };
    let posted = Sha::of(b"the plan");
    assert_eq!(decide::comment(posted, Some(&comment("the plan", "github-actions[bot]"))), Ok(None));
    assert_eq!(reason(decide::comment(posted, Some(&comment("another", "github-actions[bot]")))), "comment-changed");
    assert_eq!(reason(decide::comment(posted, Some(&comment("the plan", "mallory[bot]")))), "comment-changed");
    assert!(decide::comment(posted, None).unwrap().is_some());
}
