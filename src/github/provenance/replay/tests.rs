use serde_json::{Value, json};

use super::*;
use crate::github::artifact::Artifact;

fn statuses(states: &[&str], url: &str) -> Vec<Status> {
    let all = states.iter().map(|state| json!({"state": state, "log_url": url}));
    serde_json::from_value(Value::Array(all.collect())).unwrap()
}

fn run(change: Value) -> WorkflowRun {
    let mut run = json!({"id": 9, "run_attempt": 1, "event": "push", "head_sha": "cc", "status": "completed",
        "conclusion": "failure", "path": ".github/workflows/apply.yml", "head_repository": {"id": 1}});
    change.as_object().into_iter().flatten().for_each(|(name, value)| run[name] = value.clone());
    serde_json::from_value(run).unwrap()
}

fn jobs(all: &[(&str, &str, &str)]) -> Vec<Job> {
    let job = |(name, status, of): &(&str, &str, &str)| match *status {
        "completed" => json!({"name": name, "status": status, "conclusion": of, "runner_name": "r0"}),
        _ => json!({"name": name, "status": status, "conclusion": null, "runner_name": of}),
    };
    serde_json::from_value(all.iter().map(job).collect()).unwrap()
}

fn scope() -> AppliedStage<'static> {
    AppliedStage {
        app: "shop",
        stage: "production",
        branch: "main",
        workflows: BTreeSet::from(["apply.yml", "manual.yml"]),
        environment: "production",
        destroying: "production-destroy",
    }
}

#[test]
fn a_deployment_has_begun_once_its_job_has_run_whatever_was_said_later() {
    let begun = |states: &[&str]| decide::has_begun(&statuses(states, "x"));
    for states in [vec!["failure", "in_progress", "waiting"], vec!["success"], vec!["inactive"], vec!["in_progress"]] {
        assert!(begun(&states), "{states:?}");
    }
    for states in
        [vec![], vec!["waiting"], vec!["queued", "waiting"], vec!["failure", "waiting"], vec!["error"], vec!["pending"]]
    {
        assert!(!begun(&states), "{states:?}");
    }
}

#[test]
fn a_deployment_names_its_run_or_is_none_of_a_job() {
    let of = |url: &str| decide::run_of(&statuses(&["success"], url));
    assert_eq!(of("https://github.com/o/r/actions/runs/123/job/456"), Some(123));
    assert_eq!(of("https://github.com/o/r/actions/runs/123"), Some(123));
    assert_eq!(of("https://example.org/deployments/123"), None);
    assert_eq!(of("https://github.com/o/r/actions/runs/x"), None);
    assert_eq!(decide::run_of(&[]), None);
    let old: Vec<Status> = serde_json::from_value(
        json!([{"state": "success", "log_url": "", "target_url": "https://x/actions/runs/7/job/1"}]),
    )
    .unwrap();
    assert_eq!(decide::run_of(&old), Some(7));
}

#[test]
fn only_workflows_that_apply_the_stage_count() {
    let applies = |path: &str| decide::applies(&run(json!({"path": path})), &scope());
    assert!(applies(".github/workflows/apply.yml") && applies(".github/workflows/manual.yml@refs/heads/main"));
    for other in [
        ".github/workflows/other.yml",
        "apply.yml",
        ".github/workflows/apply.yml.yml",
        "o/r/.github/workflows/apply.yml",
    ] {
        assert!(!applies(other), "{other}");
    }
}

#[test]
fn a_successful_run_has_applied_or_found_everything_done_and_one_that_waits_has_not() {
    let settled = |change: Value| decide::settled(&run(change), &[], &scope());
    assert_eq!(settled(json!({"conclusion": "success"})), Some(true));
    for status in ["queued", "pending", "requested"] {
        assert_eq!(settled(json!({"status": status, "conclusion": null})), Some(false), "{status}");
        let again = json!({"status": status, "conclusion": null, "run_attempt": 2});
        assert_eq!(settled(again), None, "its first attempt may have done something: {status}");
    }
    for conclusion in [json!("failure"), json!("cancelled"), json!("timed_out"), json!(null)] {
        assert_eq!(settled(json!({"conclusion": conclusion})), None, "its jobs say more: {conclusion}");
    }
}

#[test]
fn a_run_by_hand_counts_for_the_stage_that_it_has_planned() {
    let plan = |name: &str| -> Vec<Artifact> {
        serde_json::from_value(
            json!([{"id": 1, "name": name, "size_in_bytes": 1, "expired": true, "created_at": null}]),
        )
        .unwrap()
    };
    let settled = |conclusion: &str, name: &str| {
        decide::settled(&run(json!({"event": "workflow_dispatch", "conclusion": conclusion})), &plan(name), &scope())
    };
    assert_eq!(settled("success", "serverless-app-plan-shop-production-1"), Some(true));
    assert_eq!(settled("failure", "serverless-app-plan-shop-production-1"), Some(false));
    for other in ["serverless-app-plan-shop-staging-1", "serverless-app-plan-shop-production-x", "other"] {
        assert_eq!(settled("success", other), Some(false), "{other}");
    }
}

#[test]
fn another_runs_job_counts_that_does_what_this_one_does() {
    let ours = jobs(&[("verify (production)", "in_progress", "r1"), ("verify (staging)", "completed", "success")]);
    let own = decide::own_name(&ours, "r1");
    assert_eq!(own, Some("verify (production)"));
    assert_eq!(decide::own_name(&ours, "r2"), None);
    assert_eq!(decide::own_name(&ours, ""), None);
    let two = jobs(&[("a", "in_progress", "r1"), ("b", "in_progress", "r1")]);
    assert_eq!(decide::own_name(&two, "r1"), None, "which one cannot be told");
    let done = |all: &[(&str, &str, &str)]| decide::was_verified(&jobs(all), own);
    assert!(done(&[("verify (production)", "completed", "success"), ("apply (production)", "completed", "skipped")]));
    assert!(done(&[("verify (production)", "completed", "failure"), ("verify (production)", "completed", "success")]));
    assert!(!done(&[("verify (production)", "completed", "failure"), ("verify (staging)", "completed", "success")]));
    assert!(!done(&[("verify (production)", "completed", "skipped")]) && !done(&[]));
    assert!(done(&[("check", "completed", "success")]), "of a workflow that was written otherwise");
    assert!(decide::was_verified(&jobs(&[("x", "completed", "success")]), None));
}
