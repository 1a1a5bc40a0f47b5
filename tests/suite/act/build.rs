//! The job that builds, as the documentation shows it, before the jobs that plan, verify and apply.

use std::fs;

use serde_json::json;

use super::Shop;
use crate::support::act::Ran;
use crate::support::github::answers::repository;
use crate::support::github::{NAME, REPOSITORY};

const MANIFEST: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[function.made]\nsource = \"made\"\nruntime = \"nodejs22.x\"\nhandler = \"index.handler\"\n\
                        build = { command = \"sh build.sh\", output = \"dist\" }\n";
const SCRIPT: &str =
    "mkdir dist\necho 'exports.handler = async () => \"built\"' >dist/index.js\necho made in \"$PWD\"\n";

/// The job as the documentation has it.
fn job() -> String {
    let text = include_str!("../../../docs/functions.md");
    let (_, rest) = text.split_once("<!-- the job build: run by a test -->\n```yaml\n").expect("the job");
    rest.split_once("```").expect("its end").0.to_owned()
}

/// In these tests credentials are variables of every job; so the job is given none.
const NONE: &str = "        env: { AWS_ACCESS_KEY_ID: \"\", AWS_SECRET_ACCESS_KEY: \"\" }\n";

/// A workflow of `init` with that job, which ends with these lines.
fn with_build(shop: &Shop, name: &str, end: &str) -> (String, String) {
    let path = format!(".github/workflows/{name}");
    let text = fs::read_to_string(shop.act.path("repository").join(&path)).expect("the workflow");
    let job = job() + end;
    let (before, jobs) = text.split_once("\njobs:\n").expect("jobs");
    let (first, rest) = jobs.split_once('\n').expect("a job");
    let edited = "(github.event.action != 'edited' || github.event.changes.base) }}\n";
    // As the documentation says: a plan that is skipped counts as a success.
    let rest = rest.replace(
        "    if: ${{ github.event.action != 'edited' || github.event.changes.base }}\n",
        &format!("    if: ${{{{ !cancelled() && {edited}"),
    );
    let jobs = format!("{first}\n    needs: build\n{rest}");
    let jobs = jobs.replace("          stage: production\n", "          stage: production\n          builds: true\n");
    (path, format!("{before}\njobs:\n{job}\n{jobs}"))
}

/// The app on `main` with these workflows, and a pull request that changes what is built.
async fn shop(end: &str) -> Shop {
    let mut shop = Shop::new().await;
    shop.act.git(&["checkout", "--quiet", "main"]);
    let workflows = ["serverless-app-plan.yml", "serverless-app-apply.yml"].map(|name| with_build(&shop, name, end));
    let files: Vec<(&str, &str)> = workflows.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    shop.act.commit(&[&files[..], &[("made/build.sh", SCRIPT)]].concat());
    shop.commits(MANIFEST, &MANIFEST.replace("[function.made]", "[function.made]\nmemory = 256"));
    shop
}

fn plan(shop: &Shop) -> Ran {
    let pull = shop.github.state().pulls[&7].clone();
    let payload = json!({"pull_request": pull, "repository": repository(REPOSITORY, NAME)});
    shop.run("serverless-app-plan.yml", "pull_request", &payload, 77)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_job_without_rights_has_built_is_planned_and_built_again_before_the_apply() {
    let shop = shop(NONE).await;
    let ran = plan(&shop);
    ran.assert_jobs(&[("build", "success"), ("plan", "success")]);
    assert!(ran.text.contains("made in "), "{}", ran.text);
    let comments = shop.comments();
    assert!(comments.len() == 1 && comments[0].contains("to create"), "{comments:?}");
    shop.merged();
    // What the plan's run has built is of no use here.
    fs::remove_file(shop.act.path("artifacts/serverless-app-builds-production.zip")).expect("what was built");
    let ran = shop.push();
    ran.assert_jobs(&[("apply", "success"), ("build", "success"), ("verify", "success")]);
    assert!(ran.text.contains("made in "), "{}", ran.text);
    let comments = shop.comments();
    assert!(comments.len() == 2 && comments[1].contains("done"), "{comments:?}\n{}", ran.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_has_credentials_builds_nothing_and_nothing_is_planned() {
    let shop = shop("").await;
    let ran = plan(&shop);
    ran.assert_jobs(&[("build", "failure"), ("plan", "failure")]);
    assert!(ran.text.contains("this job must not build, for it has AWS_ACCESS_KEY_ID"), "{}", ran.text);
    assert!(!ran.text.contains("made in ") && shop.comments().is_empty(), "{}", ran.text);
}
