//! The jobs that build, as the documentation shows them, before the jobs that plan, verify, check and apply.

use std::fs;

use aws_sdk_lambda::primitives::Blob;
use serde_json::json;

use super::Shop;
use crate::support::act::Ran;
use crate::support::files::zip;
use crate::support::github::answers::repository;
use crate::support::github::{NAME, REPOSITORY};

const MANIFEST: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[function.made]\nsource = \"made\"\nruntime = \"nodejs22.x\"\nhandler = \"index.handler\"\n\
                        build = { command = \"sh build.sh\", output = \"dist\" }\n";
const SCRIPT: &str =
    "mkdir dist\necho 'exports.handler = async () => \"built\"' >dist/index.js\necho made in \"$PWD\"\n";

const PLAN: &str = "serverless-app-plan.yml";
const APPLY: &str = "serverless-app-apply.yml";
const CHECK: &str = "serverless-app-check.yml";
const MANUAL_APPLY: &str = "serverless-app-manual-apply.yml";

/// A job as the documentation has it, by what stands above it there.
fn job(called: &str) -> String {
    let text = include_str!("../../../docs/functions.md");
    let (_, rest) = text.split_once(&format!("<!-- {called}: run by a test -->\n```yaml\n")).expect("the job");
    rest.split_once("```").expect("its end").0.to_owned()
}

/// In these tests credentials are variables of every job; so the job is given none.
const NONE: &str = "        env: { AWS_ACCESS_KEY_ID: \"\", AWS_SECRET_ACCESS_KEY: \"\" }\n";

/// A workflow of `init` with that job, which ends with these lines; as the documentation says.
fn with_build(shop: &Shop, name: &str, job: &str) -> (String, String) {
    let path = format!(".github/workflows/{name}");
    let text = fs::read_to_string(shop.act.path("repository").join(&path)).expect("the workflow");
    let (before, jobs) = text.split_once("\njobs:\n").expect("jobs");
    let (first, rest) = jobs.split_once('\n').expect("a job");
    // A plan that is skipped counts as a success.
    let edited = "(github.event.action != 'edited' || github.event.changes.base) }}\n";
    let rest = rest.replace(
        "    if: ${{ github.event.action != 'edited' || github.event.changes.base }}\n",
        &format!("    if: ${{{{ !cancelled() && {edited}"),
    );
    let takes = |line: &str| match line.starts_with("          stage: ") {
        true => format!("{line}\n          builds: true\n"),
        false => format!("{line}\n"),
    };
    let rest: String = rest.lines().map(takes).collect();
    (path, format!("{before}\njobs:\n{job}\n{first}\n    needs: build\n{rest}"))
}

/// The app on `main` with these workflows, each with its job, and a pull request that changes what is built.
async fn shop(init: &[&str], jobs: &[(&str, &str)], end: &str) -> Shop {
    let mut shop = Shop::of(init, &[("serverless-app.toml", MANIFEST)]).await;
    shop.act.git(&["checkout", "--quiet", "main"]);
    let workflows = jobs.iter().map(|(name, called)| with_build(&shop, name, &(job(called) + end)));
    let workflows: Vec<(String, String)> = workflows.collect();
    let files: Vec<(&str, &str)> = workflows.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    shop.act.commit(&[&files[..], &[("made/build.sh", SCRIPT)]].concat());
    shop.commits(MANIFEST, &MANIFEST.replace("[function.made]", "[function.made]\nmemory = 256"));
    shop
}

/// The workflows of one stage.
async fn of_one_stage(end: &str) -> Shop {
    let jobs = [(PLAN, "the job build"), (APPLY, "the job build"), (CHECK, "the job build")];
    shop(&[], &[&jobs[..], &[(MANUAL_APPLY, "the job build of the manual apply")]].concat(), end).await
}

fn plan(shop: &Shop) -> Ran {
    let pull = shop.github.state().pulls[&7].clone();
    let payload = json!({"pull_request": pull, "repository": repository(REPOSITORY, NAME)});
    shop.run(PLAN, "pull_request", &payload, 77)
}

fn check(shop: &Shop, run: u64) -> Ran {
    let payload = json!({"schedule": "17 5 * * *", "repository": repository(REPOSITORY, NAME)});
    shop.run(CHECK, "schedule", &payload, run)
}

/// What one run has built is of no use to another.
fn forget(shop: &Shop) {
    for entry in fs::read_dir(shop.act.path("artifacts")).expect("a folder").map(|entry| entry.expect("an entry")) {
        fs::remove_file(entry.path()).expect("an artifact less");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_job_without_rights_has_built_is_planned_and_built_again_before_the_apply() {
    let shop = of_one_stage(NONE).await;
    let ran = plan(&shop);
    ran.assert_jobs(&[("build", "success"), ("plan", "success")]);
    assert!(ran.text.contains("made in "), "{}", ran.text);
    let comments = shop.comments();
    assert!(comments.len() == 1 && comments[0].contains("to create"), "{comments:?}");
    shop.merged();
    forget(&shop);
    let ran = shop.push();
    ran.assert_jobs(&[("apply", "success"), ("build", "success"), ("verify", "success")]);
    assert!(ran.text.contains("made in "), "{}", ran.text);
    let comments = shop.comments();
    assert!(comments.len() == 2 && comments[1].contains("done"), "{comments:?}\n{}", ran.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_manual_apply_builds_what_it_applies_and_the_nightly_check_what_it_compares() {
    let shop = of_one_stage(NONE).await;
    plan(&shop).assert_jobs(&[("build", "success"), ("plan", "success")]);
    shop.merged();
    forget(&shop);
    let ran = shop.manual_apply("apply", 79);
    ran.assert_jobs(&[("apply", "success"), ("build", "success"), ("plan", "success")]);
    assert!(ran.text.contains("made in "), "{}", ran.text);
    forget(&shop);
    let ran = check(&shop, 80);
    ran.assert_jobs(&[("build", "success"), ("check", "success")]);
    assert!(ran.text.contains("made in ") && shop.github.state().issues.is_empty(), "{}", ran.text);
    // Somebody else's code is drift, found by what the check has built.
    let lambda = shop.aws().await.write.lambda;
    let code = Blob::new(zip("index.js", "exports.handler = async () => \"theirs\"\n"));
    let code = lambda.update_function_code().function_name("shop--production-made").zip_file(code);
    code.send().await.expect("other code");
    check(&shop, 81).assert_jobs(&[("build", "success"), ("check", "failure")]);
    assert_eq!(shop.github.state().issues.len(), 1);
    let ran = shop.manual_apply("destroy", 82);
    ran.assert_jobs(&[("apply", "success"), ("build", "success"), ("plan", "success")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_two_stages_takes_what_was_built_for_it() {
    let called = "the job build of two stages";
    let stages = ["--stage", "staging", "--stage", "production"];
    let shop = shop(&stages, &[(PLAN, called), (APPLY, called), (CHECK, called)], NONE).await;
    let ran = plan(&shop);
    ran.assert_jobs(&[("build", "success"), ("plan", "success")]);
    assert_eq!((ran.text.matches("made in ").count(), shop.comments().len()), (2, 2), "{}", ran.text);
    shop.merged();
    forget(&shop);
    let ran = shop.push();
    let stages = ["staging", "production"].map(|stage| (format!("apply-{stage}"), format!("verify-{stage}")));
    for (apply, verify) in &stages {
        assert_eq!((ran.jobs[apply].as_str(), ran.jobs[verify].as_str()), ("success", "success"), "{}", ran.text);
    }
    assert_eq!((ran.jobs["build"].as_str(), ran.text.matches("made in ").count()), ("success", 2), "{}", ran.text);
    assert_eq!(shop.comments().len(), 4, "{}", ran.text);
    forget(&shop);
    let ran = check(&shop, 80);
    ran.assert_jobs(&[("build", "success"), ("check", "success")]);
    assert!(shop.github.state().issues.is_empty(), "{}", ran.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_has_credentials_builds_nothing_and_nothing_is_planned() {
    let shop = of_one_stage("").await;
    let ran = plan(&shop);
    ran.assert_jobs(&[("build", "failure"), ("plan", "failure")]);
    assert!(ran.text.contains("this job must not build, because it has AWS_ACCESS_KEY_ID"), "{}", ran.text);
    assert!(!ran.text.contains("made in ") && shop.comments().is_empty(), "{}", ran.text);
}
