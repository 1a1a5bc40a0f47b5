//! `plan --base`: a folder that is not the base branch denies nothing, so it is never taken for one.

use tempfile::TempDir;

use crate::pull_request::World;
use crate::support::command::Ran;
use crate::support::emulator::Make;
use crate::support::project::Project;

const MANIFEST: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[topic.alerts]\n";

fn plan(project: &Project, arguments: &[&str]) -> Ran {
    project.cli(&[&["plan"], arguments].concat()).run()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_that_cannot_be_the_base_branch_is_refused() {
    let project = Project::new(Make::Moto, MANIFEST).await;
    let missing = plan(&project, &["--base", "no-such-folder"]);
    assert_eq!(missing.code, Some(64), "{}", missing.stderr);
    assert!(
        missing.stderr.contains("no-such-folder is not a folder; check out the base branch there"),
        "{}",
        missing.stderr
    );
    // An absolute path would name the pull request's own manifest twice, and so its own [deny].
    let (base, own) = (TempDir::new().unwrap(), project.folder().join("serverless-app.toml"));
    let absolute = ["--base", base.path().to_str().unwrap(), "--manifest", own.to_str().unwrap()];
    let ran = plan(&project, &absolute);
    assert_eq!(ran.code, Some(64), "{}", ran.stderr);
    assert!(ran.stderr.contains("with --base, --manifest is relative"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_without_an_app_denies_nothing_and_that_is_told() {
    let project = Project::new(Make::Moto, MANIFEST).await;
    let base = TempDir::new().unwrap();
    let ran = plan(&project, &["--base", base.path().to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("has no serverless-app.toml: nothing is denied."), "{}", ran.stderr);
    assert!(ran.stdout.contains("create topic alerts (this pull request)"), "{}", ran.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_that_cannot_be_left_for_publish_does_not_hide_the_plans_own() {
    let world = World::new().await;
    world.project.write("[app]\nnome = \"shop\"\n");
    std::fs::create_dir(world.bundle()).unwrap();
    std::fs::write(world.bundle().join("theirs.txt"), "precious").unwrap();
    let event = serde_json::json!({"pull_request": world.github.state().pulls[&7]});
    let ran = world.job("pull_request", &event, &world.merge, &["plan"], 64);
    assert!(ran.stderr.contains("the failure could not be saved for publish"), "{}", ran.stderr);
    assert_eq!(world.output("failure-reason"), "manifest");
    assert_eq!(std::fs::read_to_string(world.bundle().join("theirs.txt")).unwrap(), "precious");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_request_may_mend_the_base_branch_or_bring_a_stage_and_is_still_denied() {
    let project = Project::new(Make::Moto, MANIFEST).await;
    project.deploy(&[]);
    project.write("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n");
    let base = TempDir::new().unwrap();
    let deny = "[deny]\ndelete = [\"sns.topic\"]\n";
    for broken in ["[topic.alerts]\nnome = 1\n", "[topic.alerts]\n[stage.other]\n", "[stage.production.topic]\nx = 1\n"]
    {
        let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{broken}{deny}");
        std::fs::write(base.path().join("serverless-app.toml"), text).unwrap();
        let ran = plan(&project, &["--base", base.path().to_str().unwrap()]);
        assert_eq!(ran.code, Some(1), "{broken}: {}", ran.stderr);
        assert!(ran.stderr.contains("[deny] forbids: sns.topic/alerts"), "{broken}: {}", ran.stderr);
        assert!(ran.stderr.contains("What comes from drift is not known"), "{broken}: {}", ran.stderr);
        assert!(ran.stdout.contains("Cannot be applied\n"), "{broken}: {}", ran.stdout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_cannot_be_read_deny_everything() {
    let project = Project::new(Make::Moto, MANIFEST).await;
    let base = TempDir::new().unwrap();
    for (rules, told) in
        [("[deny\n", "serverless-app.toml:"), ("[deny]\ndelete = [\"sns.topc\"]\n", "did you mean \"sns.topic\"?")]
    {
        std::fs::write(base.path().join("serverless-app.toml"), format!("{MANIFEST}{rules}")).unwrap();
        let ran = plan(&project, &["--base", base.path().to_str().unwrap()]);
        assert_eq!(ran.code, Some(64), "{rules}: {}", ran.stderr);
        assert!(ran.stderr.contains(told) && !project.folder().join("serverless-app-plan").exists(), "{}", ran.stderr);
    }
}
