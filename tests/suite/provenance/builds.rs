//! What a build makes after the merge: `verify` takes it where it is what was approved, and nothing else.

use serde_json::Value;

use crate::pull_request::{BEFORE, World};
use crate::support::files;

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[function.made]\nsource = \"made\"\nruntime = \"python3.13\"\n\
                   handler = \"main.handler\"\nbuild = { command = \"sh build.sh\", output = \"dist\" }\n";
const SCRIPT: &str = "mkdir dist\ncp main.py dist/main.py\n";
const CODE: &str = "def handler(event, context):\n    return 'approved'\n";

/// A merged pull request whose plan was made of what `first` holds.
async fn merged(script: &str) -> World {
    let world = World::of(BEFORE, APP).await;
    world.project.file("made/build.sh", script);
    world.project.file("made/main.py", CODE);
    world.project.run(&["build", "--out", "first"], 0);
    world.plan_job_with(&["--builds", "first"], 0);
    world.merged(&world.merge.clone());
    world
}

fn reason(world: &World, builds: &str, code: i32) -> (String, String) {
    let ran = world.verify_with(&["--builds", builds], code);
    (world.output("failure-reason"), ran.stderr)
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_takes_what_was_built_again_to_the_same_bytes() {
    let world = merged(SCRIPT).await;
    world.project.run(&["build", "--out", "second"], 0);
    world.verify_with(&["--builds", "second"], 0);
    assert_eq!(world.output("plan-id"), world.project.plan_id());
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_refuses_what_was_built_again_to_other_bytes() {
    let world = merged(&format!("{SCRIPT}od -An -N8 -tx1 /dev/urandom >dist/stamp\n")).await;
    world.project.run(&["build", "--out", "second"], 0);
    let (reason_of_second, said) = reason(&world, "second", 4);
    assert_eq!(reason_of_second, "not-reproducible", "{said}");
    assert!(said.contains("function made: its build is not reproducible") && said.contains("build --twice"), "{said}");
    world.verify_with(&["--builds", "first"], 0);
}

/// Whoever can replace the artifact of the job that builds: zip and index agree, and say that this is the merged source's.
#[tokio::test(flavor = "multi_thread")]
async fn verify_refuses_other_code_that_claims_to_be_built_from_the_merged_source() {
    let world = merged(SCRIPT).await;
    let folder = world.project.folder().join("first");
    let evil = files::zip("main.py", "def handler(event, context):\n    return 'evil'\n");
    let text = std::fs::read_to_string(folder.join("builds.json")).expect("an index");
    let mut index: Value = serde_json::from_str(&text).expect("JSON");
    index["functions"]["made"]["sha256"] = serverless_app::canonical::Sha::of(&evil).hex().into();
    index["functions"]["made"]["size"] = evil.len().into();
    std::fs::write(folder.join("builds.json"), index.to_string()).expect("an index");
    std::fs::write(folder.join("made.zip"), evil).expect("a zip");
    let (reason, said) = reason(&world, "first", 4);
    assert_eq!(reason, "not-reproducible", "{said}");
}
