//! What the workflows themselves decide: which jobs run, with what, and what is posted. act runs them with a script in
//! place of the program, which notes its calls and answers what the test has laid down for it.

use std::fs;

use serde_json::{Value, json};

use crate::support::act::{Act, Ran};

/// Notes command and arguments in `calls/log`; puts out what is in `calls/<command>-<stage>` and ends with the code
/// in `calls/<command>-<stage>.exit`; makes the plan and the receipt that the action uploads.
const PROGRAM: &str = r#"#!/usr/bin/env bash
set -euo pipefail
command="$1" stage="" arguments="$*"
while [ $# -gt 0 ]; do
    case "$1" in
    --stage) stage="$2" ;;
    --out) mkdir -p "$2" && echo '{}' >"$2/plan.json" && echo "plan-path=$2" >>"$GITHUB_OUTPUT" ;;
    --receipt) echo '{}' >"$2" ;;
    esac
    shift
done
printf '%s\n' "${arguments//"$RUNNER_TEMP"/TEMP}" >>"$TEST_CALLS/log"
laid="$TEST_CALLS/$command-$stage"
if [ -f "$laid" ]; then cat "$laid" >>"$GITHUB_OUTPUT"; fi
if [ -f "$laid.exit" ]; then exit "$(cat "$laid.exit")"; fi
"#;

const ID: &str = "sha256:00";
const CHANGES: &str = "plan-id=sha256:00\nhas-changes=true\n";
const NOTHING: &str = "plan-id=sha256:00\nhas-changes=false\n";

struct Workflows(Act);

impl Workflows {
    async fn new(init: &[&str], answers: &[(&str, &str)]) -> Self {
        let act = Act::scripted(init, PROGRAM).await;
        for (name, text) in answers {
            fs::write(act.path("calls").join(name), text).unwrap();
        }
        Self(act)
    }

    fn run(&self, workflow: &str, event: &str, payload: &Value) -> Ran {
        let head = self.0.git(&["rev-parse", "main"]);
        let variables = [
            ("GITHUB_REPOSITORY", "octo/shop"),
            ("GITHUB_RUN_ATTEMPT", "1"),
            ("GITHUB_REF", "refs/heads/main"),
            ("GITHUB_REF_NAME", "main"),
            ("GITHUB_REF_TYPE", "branch"),
            ("GITHUB_BASE_REF", "main"),
            ("SHA_REF", &head),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.0.run(workflow, event, payload, &variables)
    }

    /// The program's calls: command, stage, and what else is asked for.
    fn calls(&self) -> Vec<String> {
        let log = fs::read_to_string(self.0.path("calls/log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    /// Command and stage of each call.
    fn commands(&self) -> Vec<String> {
        let word = |call: &str, after: &str| {
            let mut words = call.split(' ').skip_while(|word| *word != after).skip(1);
            words.next().unwrap_or_default().to_owned()
        };
        let calls = self.calls();
        calls.iter().map(|call| format!("{} {}", call.split(' ').next().unwrap(), word(call, "--stage"))).collect()
    }
}

fn pull_request(from: &str) -> Value {
    json!({
        "pull_request": { "number": 7, "head": { "ref": "topic", "repo": { "full_name": from } }, "base": { "ref": "main" } },
        "repository": { "full_name": "octo/shop", "default_branch": "main" }
    })
}

fn dispatch(mode: &str) -> Value {
    json!({
        "inputs": { "stage": "production", "mode": mode, "adopt": "sns.topic/alerts" },
        "repository": { "full_name": "octo/shop", "default_branch": "main" }
    })
}

#[tokio::test]
async fn a_plan_is_uploaded_and_then_published() {
    let plan = format!("{CHANGES}artifact-name=serverless-app-plan-shop-production-1\n");
    let workflows = Workflows::new(&[], &[("plan-production", &plan)]).await;
    let ran = workflows.run("serverless-app-plan.yml", "pull_request", &pull_request("octo/shop"));
    ran.assert_jobs(&[("plan", "success")]);
    assert_eq!((ran.output("plan", "plan-id"), ran.output("plan", "has-changes")), (ID, "true"));
    let uploaded = "serverless-app-plan-shop-production-1";
    assert!(workflows.0.path("artifacts").join(format!("{uploaded}.zip")).exists());
    let calls = workflows.calls();
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert!(calls[0].starts_with("plan --stage production --manifest serverless-app.toml --base /"), "{calls:?}");
    assert!(calls[0].ends_with("/base --out TEMP/serverless-app/production/plan"), "{calls:?}");
    let published =
        "publish TEMP/serverless-app/production/plan --stage production --manifest serverless-app.toml".to_owned();
    assert!(calls[1].starts_with(&published) && calls[1].ends_with(uploaded), "{calls:?}");
}

#[tokio::test]
async fn a_plan_that_fails_is_published_without_an_artifact_and_fails_the_job() {
    let answers = [("plan-production", "failure-reason=manifest\n"), ("plan-production.exit", "64")];
    let workflows = Workflows::new(&[], &answers).await;
    let ran = workflows.run("serverless-app-plan.yml", "pull_request", &pull_request("octo/shop"));
    ran.assert_jobs(&[("plan", "failure")]);
    assert_eq!(ran.output("plan", "failure-reason"), "manifest");
    assert_eq!(workflows.commands(), ["plan production", "publish production"]);
    assert!(!workflows.calls()[1].contains("--artifact-url"));
    assert_eq!(fs::read_dir(workflows.0.path("artifacts")).unwrap().count(), 0);
}

#[tokio::test]
async fn nothing_is_published_for_a_fork_whose_token_may_not_write() {
    let workflows = Workflows::new(&[], &[]).await;
    let ran = workflows.run("serverless-app-plan.yml", "pull_request", &pull_request("somebody/shop"));
    ran.assert_jobs(&[("plan", "success")]);
    assert_eq!(workflows.commands(), ["plan production"]);
}

#[tokio::test]
async fn an_edited_pull_request_is_planned_again_only_if_its_base_was_changed() {
    let from = json!({ "ref": { "from": "lax" } });
    for (init, stages) in [(&[][..], 1), (&["--two-stages"][..], 2)] {
        for (changes, plans) in [(json!({ "title": { "from": "x" } }), 0), (json!({ "base": from }), stages)] {
            let workflows = Workflows::new(init, &[]).await;
            let mut payload = pull_request("octo/shop");
            (payload["action"], payload["changes"]) = (json!("edited"), changes);
            let ran = workflows.run("serverless-app-plan.yml", "pull_request", &payload);
            assert_eq!(workflows.commands().len(), plans, "{payload}\n{}", ran.text);
            let planned = ran.jobs.get("plan").is_some_and(|result| result == "success");
            assert_eq!(planned, plans > 0, "{:?}", ran.jobs);
        }
    }
}

#[tokio::test]
async fn the_merge_queue_is_answered_by_the_same_job_with_a_check() {
    let workflows = Workflows::new(&[], &[]).await;
    let ran = workflows.run("serverless-app-plan.yml", "merge_group", &json!({}));
    ran.assert_jobs(&[("plan", "success")]);
    assert_eq!(workflows.calls(), ["check --stage production --manifest serverless-app.toml"]);
}

#[tokio::test]
async fn what_was_verified_is_applied_and_only_if_it_changes_anything() {
    let push = json!({ "repository": { "full_name": "octo/shop" } });
    let workflows = Workflows::new(&[], &[("verify-production", CHANGES)]).await;
    let ran = workflows.run("serverless-app-apply.yml", "push", &push);
    ran.assert_jobs(&[("apply", "success"), ("verify", "success")]);
    assert_eq!(
        workflows.commands(),
        ["verify production", "verify production", "apply production", "publish production"]
    );
    let calls = workflows.calls();
    assert!(calls[0].contains("--source .") && !calls[0].contains("--expect"), "{calls:?}");
    assert!(calls[2].starts_with("apply TEMP/serverless-app/production/plan --stage production"), "{calls:?}");
    assert!(calls[2].contains("--expect sha256:00 --source . --receipt TEMP/"), "{calls:?}");
    let receipt = "/artifacts/serverless-app-receipt-production-1 --result TEMP/serverless-app/production/receipt.json";
    assert!(calls[3].contains("--artifact-url ") && calls[3].ends_with(receipt), "{calls:?}");
    assert!(workflows.0.path("artifacts/serverless-app-receipt-production-1.zip").exists());

    let workflows = Workflows::new(&[], &[("verify-production", NOTHING)]).await;
    workflows.run("serverless-app-apply.yml", "push", &push).assert_jobs(&[("verify", "success")]);
    assert_eq!(workflows.commands(), ["verify production"]);
}

#[tokio::test]
async fn an_apply_that_fails_posts_its_result_and_fails_the_job() {
    let answers = [("verify-production", CHANGES), ("apply-production.exit", "3")];
    let workflows = Workflows::new(&[], &answers).await;
    let ran = workflows.run("serverless-app-apply.yml", "push", &json!({}));
    ran.assert_jobs(&[("apply", "failure"), ("verify", "success")]);
    assert_eq!(workflows.commands().last().unwrap(), "publish production");
    assert!(workflows.0.path("artifacts/serverless-app-receipt-production-1.zip").exists());
}

#[tokio::test]
async fn production_follows_staging_and_stops_with_it() {
    let both = [("verify-staging", CHANGES), ("verify-production", CHANGES)];
    let all = [
        ("apply-production", "success"),
        ("apply-staging", "success"),
        ("verify-production", "success"),
        ("verify-staging", "success"),
    ];
    let workflows = Workflows::new(&["--two-stages"], &both).await;
    workflows.run("serverless-app-apply.yml", "push", &json!({})).assert_jobs(&all);

    // Nothing to do for staging: production goes on.
    let workflows = Workflows::new(&["--two-stages"], &[("verify-staging", NOTHING), both[1]]).await;
    let ran = workflows.run("serverless-app-apply.yml", "push", &json!({}));
    ran.assert_jobs(&[all[0], all[2], all[3]]);

    let stopped = [both[0], both[1], ("apply-staging.exit", "1")];
    let workflows = Workflows::new(&["--two-stages"], &stopped).await;
    let ran = workflows.run("serverless-app-apply.yml", "push", &json!({}));
    ran.assert_jobs(&[("apply-staging", "failure"), all[3]]);
}

#[tokio::test]
async fn the_manual_apply_applies_or_destroys_the_plan_that_its_own_run_made() {
    let plan = format!("{CHANGES}artifact-name=serverless-app-plan-shop-production-1\n");
    for (mode, flags) in [("apply", ""), ("destroy", " --destroy"), ("destroy-data", " --destroy --delete-data")] {
        let workflows = Workflows::new(&[], &[("plan-production", &plan)]).await;
        let ran = workflows.run("serverless-app-manual-apply.yml", "workflow_dispatch", &dispatch(mode));
        ran.assert_jobs(&[("apply", "success"), ("plan", "success")]);
        let calls = workflows.calls();
        let commands = ["plan production", "verify production", "apply production", "publish production"];
        assert_eq!(workflows.commands(), commands, "{calls:?}");
        let (adopt, manifest) = ("--adopt sns.topic/alerts", "--manifest serverless-app.toml");
        assert!(calls[0].contains(&format!("{manifest}{flags} {adopt} --out ")), "{calls:?}");
        for call in &calls[1..3] {
            assert!(call.contains(&format!("--mode {mode} {adopt} --expect")), "{calls:?}");
        }
        assert!(calls[1].contains(&format!("--expect {ID}")), "{calls:?}");
    }
}

#[tokio::test]
async fn both_stages_are_planned_and_checked() {
    let workflows = Workflows::new(&["--two-stages"], &[]).await;
    workflows.run("serverless-app-check.yml", "schedule", &json!({})).assert_jobs(&[("check", "success")]);
    let mut commands = workflows.commands();
    commands.sort();
    assert_eq!(commands, ["check production", "check staging"]);
}
