//! Approvals and environments: who has read what before it is applied.

use serde_json::{Value, json};

use super::{assert_nothing_written, merged, watched};
use crate::pull_request::{AFTER, World};
use crate::support::github::answers::{self, repository};
use crate::support::github::{Fault, NAME, REPOSITORY};

const NO_REVIEWERS: &str = "has no required reviewers";

/// A review of a commit by somebody.
fn review(login: &str, commit: &str, at: &str) -> Value {
    let user = json!({"login": login, "id": 7, "type": "User"});
    json!({"id": 1, "state": "APPROVED", "submitted_at": at, "commit_id": commit, "user": user,
        "author_association": "MEMBER"})
}

impl World {
    /// Gives the pull request these reviews.
    fn reviewed(&self, reviews: Vec<Value>) {
        self.github.state().reviews.insert(7, reviews);
    }

    fn allow(&self, login: &str, permission: &str) {
        self.github.state().permissions.insert(login.into(), permission.into());
    }

    /// Takes the reviewers out of the environment.
    fn unguarded(&self, name: &str) {
        let mut environment = answers::protected();
        environment["protection_rules"] = json!([{"type": "branch_policy"}]);
        let made = json!({"environment": environment, "branches": [{"name": "main"}]});
        self.github.state().environments.insert(name.into(), Some(made));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_counts_with_write_access_and_for_the_planned_commit() {
    let world = merged().await;
    let (early, late) = ("2026-03-01T11:00:00Z", "2026-03-01T12:30:00Z");
    let (nobody, late_plan) = ("nobody with write access has approved", "after the last approving review");
    world.allow("ann", "write");
    world.allow("eve", "read");
    let said = |reviews: Vec<Value>| {
        world.reviewed(reviews);
        let ran = world.verify(0);
        let said = [nobody, late_plan].map(|text| ran.stderr.contains(text) && world.summary().contains(text));
        (said[0], said[1])
    };
    assert_eq!(said(vec![review("ann", &world.head, late)]), (false, false), "the control: read after it was made");
    assert_eq!(said(vec![review("ann", &world.head, early)]), (false, true));
    assert_eq!(said(vec![]), (true, false), "never taken for in time");
    assert_eq!(said(vec![review("ann", &"e".repeat(40), late)]), (true, false), "another commit was read");
    assert_eq!(said(vec![review("eve", &world.head, late)]), (true, false), "a member who may only read");
    assert_eq!(said(vec![review("stranger", &world.head, late)]), (true, false), "GitHub knows no such collaborator");
    let both = vec![review("ann", &world.head, early), review("eve", &world.head, late)];
    assert_eq!(said(both), (false, true), "what does not count makes nothing later");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_required_approval_that_is_missing_is_refused_and_one_that_counts_passes() {
    let (world, proxy) = watched(AFTER).await;
    world.plan_job(0);
    world.merged(&world.merge.clone());
    world.reviewed(vec![review("eve", &world.head, "2026-03-01T12:30:00Z")]);
    world.allow("eve", "read");
    let ran = world.verify_with(&["--require-approval"], 4);
    assert!(ran.stderr.contains("nobody with write access") && ran.stderr.contains("manual apply"), "{}", ran.stderr);
    assert_eq!(world.output("failure-reason"), "not-approved");
    assert_nothing_written(&proxy);
    world.allow("eve", "admin");
    world.verify_with(&["--require-approval"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_plan_is_refused_where_nobody_would_read_it_unless_the_workflow_says_otherwise() {
    let (world, proxy) = watched(AFTER).await;
    world.plan_job(0);
    world.merged(&world.merge.clone());
    world.allow("ann", "write");
    world.reviewed(vec![review("ann", &world.head, "2026-03-01T11:00:00Z")]);
    world.verify(0);
    world.verify_with(&["--late-plans", "refuse"], 4);
    assert_eq!(world.output("failure-reason"), "plan-after-review");
    world.unguarded("production");
    let ran = world.verify(4);
    assert!(ran.stderr.contains("`late-plans: warn`"), "{}", ran.stderr);
    assert_eq!(world.output("failure-reason"), "late-without-reviewers");
    assert!(world.verify_with(&["--late-plans", "warn"], 0).stderr.contains("after the last approving review"));
    // What cannot be read asks nobody, as far as is known.
    world.github.state().environments.clear();
    world.github.state().faults.push(("GET /repos/octo/shop/environments".into(), Fault::Forbidden));
    world.verify(4);
    assert_eq!(world.output("failure-reason"), "late-without-reviewers");
    world.unguarded("production");
    world.reviewed(vec![review("ann", &world.head, "2026-03-01T12:30:00Z")]);
    world.verify(0);
    // Approved, and another commit pushed since.
    world.reviewed(vec![review("ann", &"e".repeat(40), "2026-03-01T11:00:00Z")]);
    world.verify(4);
    assert_eq!(world.output("failure-reason"), "late-without-reviewers");
    assert_nothing_written(&proxy);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_environment_lacks_is_said_in_the_summary() {
    let world = merged().await;
    assert!(!world.verify(0).stderr.contains("the environment"));
    let none = "there is no environment `production`";
    let reviewers = "the environment `production` has no required reviewers";
    let branches = "the environment `production` lets branches other than the default branch deploy";
    let protected = "the environment `production` lets every protected branch deploy";
    let own = "the environment `production` lets whoever started a run approve it";
    let bypass = "the environment `production` lets administrators bypass its reviewers";
    let tags = "the environment `production` lets tags deploy";
    let all = [none, reviewers, branches, protected, own, bypass, tags];
    let made = |name: &str, value: Value, policies: Value| {
        let mut environment = answers::protected();
        environment[name] = value;
        Some(json!({"environment": environment, "branches": policies}))
    };
    let main = || json!([{"name": "main", "type": "branch"}]);
    let self_review =
        json!([{"type": "required_reviewers", "prevent_self_review": false, "reviewers": [{"type": "User"}]}]);
    let open = json!({"environment": {"protection_rules": [], "deployment_branch_policy": null}});
    let cases = [
        (None, vec![none]),
        (Some(open), vec![reviewers, branches]),
        (made("x", json!(1), json!([{"name": "main"}, {"name": "release/*"}])), vec![branches]),
        (made("x", json!(1), json!([{"name": "main"}, {"name": "v*", "type": "tag"}])), vec![tags]),
        (
            made(
                "deployment_branch_policy",
                json!({"protected_branches": true, "custom_branch_policies": false}),
                main(),
            ),
            vec![protected],
        ),
        (made("protection_rules", self_review, main()), vec![own]),
        (made("can_admins_bypass", json!(true), main()), vec![bypass]),
    ];
    for (protection, expected) in cases {
        world.github.state().environments.insert("production".into(), protection);
        let ran = world.verify(0);
        let said = all.into_iter().filter(|text| ran.stderr.contains(text));
        assert_eq!(said.collect::<Vec<_>>(), expected, "{}", ran.stderr);
        assert!(expected.iter().all(|text| world.summary().contains(text)), "{}", world.summary());
    }
    world.github.state().faults.push(("GET /repos/octo/shop/environments".into(), Fault::Forbidden));
    assert!(world.verify(0).stderr.contains("the job needs `actions: read`"));
    let broken = ("GET /repos/octo/shop/environments".to_owned(), Fault::Status(422));
    world.github.state().faults.push(broken);
    assert!(world.verify(0).stderr.contains("could not be read from GitHub"), "what only warns stops nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn destroying_is_refused_before_the_gate_where_nobody_would_be_asked() {
    let (world, proxy) = watched(AFTER).await;
    world.project.deploy(&[]);
    let started =
        json!({"inputs": {"mode": "destroy"}, "ref": "refs/heads/main", "repository": repository(REPOSITORY, NAME)});
    let plan = |more: &[&str], code: i32| {
        world.job("workflow_dispatch", &started, &world.merge, &[&["plan", "--destroy"], more].concat(), code)
    };
    world.github.state().advance(&world.merge);
    proxy.clear();
    world.unguarded("production-destroy");
    let ran = plan(&[], 4);
    assert!(
        ran.stderr.contains(NO_REVIEWERS) && ran.stderr.contains("`destroy-without-reviewers: true`"),
        "{}",
        ran.stderr
    );
    assert_eq!(world.output("failure-reason"), "no-reviewers");
    world.github.state().environments.insert("production-destroy".into(), None);
    plan(&[], 4);
    assert_eq!(world.output("failure-reason"), "no-reviewers");
    world.github.state().environments.clear();
    world.github.state().faults.push(("GET /repos/octo/shop/environments/production-destroy".into(), Fault::Forbidden));
    let ran = plan(&[], 1);
    assert!(ran.stderr.contains("`permissions: actions: read`"), "{}", ran.stderr);
    assert_eq!(world.output("failure-reason"), "github-permission");
    assert!(proxy.log().is_empty(), "nobody has asked AWS anything");
    // The controls: reviewers, or a workflow that does without.
    plan(&[], 0);
    world.unguarded("production-destroy");
    plan(&["--destroy-without-reviewers"], 0);
    // A deploy is no matter of that environment.
    world.job("workflow_dispatch", &started, &world.merge, &["plan"], 0);
}
