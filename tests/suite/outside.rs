//! Files that a manifest names lie in its folder.

use std::fs;

use crate::support::emulator::Make;
use crate::support::project::Project;

/// A bucket's policy at `policy`, a state machine's definition at `definition`.
fn manifest(policy: &str, definition: &str) -> String {
    format!(
        "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[bucket.files]\npolicy = {policy:?}\n\n[workflow.flow]\n\
         definition = {definition:?}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_outside_of_the_manifests_folder_is_a_problem_at_its_place() {
    let project = Project::new(Make::Moto, &manifest("policy.json", "flow.json")).await;
    let beside = project.folder().with_extension("beside");
    fs::create_dir(&beside).expect("a folder");
    fs::write(beside.join("flow.json"), r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#).expect("a file");
    fs::copy(beside.join("flow.json"), project.folder().join("flow.json")).expect("a copy");
    let statement = r#"{"Version": "2012-10-17", "Statement": []}"#;
    fs::write(project.folder().join("policy.json"), statement).expect("a file");
    std::os::unix::fs::symlink(beside.join("flow.json"), project.folder().join("link.json")).expect("a link");
    std::os::unix::fs::symlink(&beside, project.folder().join("linked")).expect("a link");
    let up = format!("../{}/flow.json", beside.file_name().and_then(|name| name.to_str()).expect("a name"));
    let absolute = beside.join("flow.json").display().to_string();
    for outside in [up.as_str(), absolute.as_str(), "link.json", "linked/flow.json"] {
        project.write(&manifest("policy.json", outside));
        let ran = project.run(&["check", "--offline"], 64);
        assert!(ran.stderr.contains("serverless-app.toml:9:14: "), "{outside}: {}", ran.stderr);
        assert!(ran.stderr.contains("outside the manifest's folder"), "{outside}: {}", ran.stderr);
        project.write(&manifest(outside, "flow.json"));
        let ran = project.run(&["check", "--offline"], 64);
        assert!(ran.stderr.contains("serverless-app.toml:6:10: "), "{outside}: {}", ran.stderr);
        assert!(ran.stderr.contains("outside the manifest's folder"), "{outside}: {}", ran.stderr);
    }
    project.write(&manifest("absent.json", "flow.json"));
    assert!(project.run(&["check", "--offline"], 64).stderr.contains("absent.json: it does not exist"));
    fs::remove_dir_all(&beside).expect("a folder less");
}
