//! Which workflow has planned.

use serde_json::json;

use super::{assert_nothing_written, watched};
use crate::pull_request::AFTER;

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_workflow_of_a_fixed_ref_is_accepted_by_exactly_its_path() {
    let (world, proxy) = watched(AFTER).await;
    world.plan_job(0);
    world.merged(&world.merge.clone());
    let path = "octo-org/ci/.github/workflows/serverless-app-plan.yml@refs/heads/main";
    world.github.state().runs[0]["path"] = json!(path);
    world.verify_with(&["--plan-workflow", path], 0);
    assert_eq!(world.output("plan-id"), world.project.plan_id());
    for other in [
        "serverless-app-plan.yml",
        "octo-org/ci/.github/workflows/serverless-app-plan.yml",
        "octo-org/ci/.github/workflows/serverless-app-plan.yml@refs/heads/topic",
        "mallory/ci/.github/workflows/serverless-app-plan.yml@refs/heads/main",
        ".github/workflows/serverless-app-plan.yml@refs/heads/main",
    ] {
        world.verify_with(&["--plan-workflow", other], 4);
        assert_eq!(world.output("failure-reason"), "no-plan-run", "{other}");
    }
    // A pull request that brings a file of that name along plans nothing.
    world.github.state().runs[0]["path"] = json!(".github/workflows/serverless-app-plan.yml");
    world.verify_with(&["--plan-workflow", path], 4);
    assert_eq!(world.output("failure-reason"), "no-plan-run");
    assert_nothing_written(&proxy);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_attempt_github_does_not_say_is_at_its_first() {
    let (world, _proxy) = watched(AFTER).await;
    world.plan_job(0);
    world.merged(&world.merge.clone());
    world.github.state().runs[0].as_object_mut().expect("a run").remove("run_attempt");
    world.verify(0);
    assert_eq!(world.output("plan-id"), world.project.plan_id());
}
