//! What a plan is for, what it takes over and what it deletes, through the workflows. Each plan is made by somebody who may
//! push to a branch, and published by the real program: artifact, digest, check run, comment and envelope agree.

use std::io::{Cursor, Read};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::Shop;
use crate::pull_request::zipped;
use crate::support::act::Ran;
use crate::support::command::Cli;
use crate::support::files;
use crate::support::github::answers::repository;
use crate::support::github::{NAME, REPOSITORY};
use crate::support::project::EXAMPLE;
use crate::support::proxy::Proxy;

const ARTIFACT: &str = "serverless-app-plan-serverless-app-production-1";

fn payload(shop: &Shop) -> Value {
    json!({"pull_request": shop.github.state().pulls[&7], "repository": repository(REPOSITORY, NAME)})
}

/// The plan job, which has to end so.
fn plan(shop: &Shop, result: &str) -> Ran {
    let ran = shop.run("serverless-app-plan.yml", "pull_request", &payload(shop), 77);
    ran.assert_jobs(&[("plan", result)]);
    ran
}

/// Runs the program in a checkout of the merge, outside of any job.
fn outside(shop: &Shop, arguments: &[&str]) {
    shop.act.git(&["checkout", "--quiet", "--detach", &shop.merge]);
    let cli = Cli::new(arguments).aws(&shop.endpoint, &shop.account).folder(&shop.act.path("repository"));
    let ran = cli.env("SERVERLESS_APP_CACHE", serverless_app::emulator::cache_folder().expect("a folder")).run();
    assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.stderr);
    shop.act.git(&["checkout", "--quiet", "main"]);
}

/// Publishes a plan with these arguments as the plan job's; `claims` goes into its envelope.
fn forge(shop: &Shop, arguments: &[&str], claims: &Value) {
    let folder = TempDir::new().expect("a folder");
    let bundle = folder.path().join("forged");
    outside(shop, &[&["plan", "--out", bundle.to_str().expect("a path")], arguments].concat());
    let mut envelope = json!({"tool_version": "0.1.0", "created": "2026-03-01T12:00:00Z", "github": claims});
    envelope["plan_id"] = json!(files::plan_id(&bundle));
    std::fs::write(bundle.join("envelope.json"), envelope.to_string()).expect("an envelope");
    {
        let mut state = shop.github.state();
        state.artifacts.clear();
        state.upload(77, ARTIFACT, zipped(&bundle));
    }
    let mut cli = Cli::new(&["publish", bundle.to_str().expect("a path")]);
    for (name, value) in shop.github.environment("pull_request", &payload(shop), &shop.merge, folder.path()) {
        cli = cli.env(&name, value);
    }
    let ran = cli.run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

/// What the plan job's envelope claims.
fn claims(shop: &Shop) -> Value {
    let state = shop.github.state();
    let zip = state.zips.values().next_back().expect("an artifact").clone();
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).expect("a zip");
    let mut text = String::new();
    zip.by_name("envelope.json").expect("an envelope").read_to_string(&mut text).expect("a text");
    serde_json::from_str::<Value>(&text).expect("an envelope")["github"].clone()
}

/// A shop whose requests to AWS are seen.
async fn watched() -> (Shop, Proxy) {
    let mut shop = Shop::new().await;
    let proxy = Proxy::start(&shop.endpoint, Duration::ZERO);
    shop.endpoint = proxy.endpoint();
    (shop, proxy)
}

fn assert_refused(shop: &Shop, proxy: &Proxy, reason: &str) {
    proxy.clear();
    let ran = shop.push();
    ran.assert_jobs(&[("verify", "failure")]);
    assert_eq!(ran.output("verify", "failure-reason"), reason, "{}", ran.text);
    let writes = proxy.log().into_iter().map(|exchange| exchange.operation);
    let writes = writes.filter(|name| !["Get", "List", "Describe"].iter().any(|verb| name.starts_with(verb)));
    assert_eq!(writes.collect::<Vec<_>>(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_destroys_or_takes_over_is_refused_on_a_push() {
    let (shop, proxy) = watched().await;
    plan(&shop, "success");
    let claims = claims(&shop);
    shop.merged();
    forge(&shop, &[], &claims);
    shop.push().assert_jobs(&[("apply", "success"), ("verify", "success")]);
    forge(&shop, &["--destroy", "--delete-data"], &claims);
    assert_refused(&shop, &proxy, "other-mode");
    // Somebody takes the tags away: the topic is not ours any more.
    let sns = shop.aws().await.write.sns;
    let arn = format!("arn:aws:sns:us-west-2:{}:serverless-app--production-critical-alerts", shop.account);
    let keys = ["serverless-app:app", "serverless-app:stage", "serverless-app:address"].map(str::to_owned);
    sns.untag_resource().resource_arn(arn).set_tag_keys(Some(keys.to_vec())).send().await.expect("no tags");
    forge(&shop, &["--adopt", "sns.topic/critical-alerts"], &claims);
    assert_refused(&shop, &proxy, "adoption");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_manual_apply_refuses_a_plan_for_another_mode_than_it_was_started_with() {
    let (shop, proxy) = watched().await;
    shop.merged();
    outside(&shop, &["plan"]);
    let id = files::plan_id(&shop.act.path("repository/serverless-app-plan"));
    outside(&shop, &["apply", "serverless-app-plan", "--expect", &id]);
    std::fs::remove_dir_all(shop.act.path("repository/serverless-app-plan")).expect("no bundle");
    let door = shop.act.path("repository/.github/workflows/serverless-app-manual-apply.yml");
    let text = std::fs::read_to_string(&door).expect("the workflow");
    std::fs::write(&door, text.replace("command: plan\n", "command: plan\n          arguments: --destroy\n")).unwrap();
    proxy.clear();
    let ran = shop.manual_apply("apply", 79);
    ran.assert_jobs(&[("apply", "failure"), ("plan", "success")]);
    assert_eq!(ran.output("apply", "failure-reason"), "other-mode", "{}", ran.text);
    let deleted = proxy.log().into_iter().filter(|exchange| exchange.operation.starts_with("Delete")).count();
    assert_eq!(deleted, 0);
    std::fs::write(&door, text).unwrap();
    shop.manual_apply("destroy", 80).assert_jobs(&[("apply", "success"), ("plan", "success")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_denied_before_the_merge_and_a_plan_for_another_base_are_refused_on_a_push() {
    let (mut shop, proxy) = watched().await;
    // The default branch denies what the pull request does, which takes out the rule and the alarm.
    let denied = format!("{EXAMPLE}\n[deny]\ndelete = [\"cloudwatch.alarm\"]\n");
    let (before, rest) = EXAMPLE.split_once("[alarm.").expect("an alarm");
    let (_, after) = rest.split_once("\n[").expect("another section");
    shop.commits(&denied, &format!("{before}[{after}"));
    // What is there is what `main` says.
    let merge_commit = std::mem::replace(&mut shop.merge, shop.github.state().branches["main"].clone());
    outside(&shop, &["plan"]);
    let id = files::plan_id(&shop.act.path("repository/serverless-app-plan"));
    outside(&shop, &["apply", "serverless-app-plan", "--expect", &id]);
    std::fs::remove_dir_all(shop.act.path("repository/serverless-app-plan")).expect("no bundle");
    shop.merge = merge_commit;
    plan(&shop, "failure");
    let run = json!({"github_repository_id": REPOSITORY.to_string(), "github_run_id": "77", "github_run_attempt": "1",
        "pull_request": "7", "head_sha": shop.github.state().pulls[&7]["head"]["sha"]});
    let with = |base: &str| {
        let mut run = run.clone();
        run["base_ref"] = json!(base);
        run
    };
    forge(&shop, &[], &with("lax"));
    shop.merged();
    assert_refused(&shop, &proxy, "other-base");
    forge(&shop, &[], &with("main"));
    assert_refused(&shop, &proxy, "denied");
}
