//! The account of an apply: every call is in it, it fits the plan and no other, and it is there however the apply ends.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::support::emulator::{MAKES, Make, endpoint};
use crate::support::project::{EXAMPLE, Project, changes};
use crate::support::proxy::fault::Fault;
use crate::support::proxy::{Proxy, is_change};

/// A small app: quick to apply.
const SMALL: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[table.orders]\nhash_key = { name = \"id\", type = \"S\" }\n\n[topic.alerts]\n";

const BUNDLE: &str = "serverless-app-plan";

fn receipt(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("receipt.json")).expect("a receipt")).expect("JSON")
}

/// The receipt in a bundle, which has to fit its plan.
fn verified(project: &Project, bundle: &Path) -> Value {
    let (folder, path) = (bundle.to_str().unwrap(), bundle.join("receipt.json"));
    let ran = project.run(&["show", folder, "--receipt", path.to_str().unwrap()], 0);
    assert!(ran.stdout.contains("no other") || ran.stdout.contains("No call was sent"), "{}", ran.stdout);
    receipt(bundle)
}

fn sent(receipt: &Value) -> Vec<(String, String)> {
    let calls = receipt["calls"].as_array().expect("calls");
    let word = |value: &Value| value.as_str().expect("a word").to_owned();
    calls.iter().map(|call| (word(&call["api"]), word(&call["answer"]))).collect()
}

fn outcomes(receipt: &Value) -> Vec<String> {
    let results = receipt["results"].as_array().expect("results");
    results.iter().map(|result| result["outcome"].as_str().unwrap_or("with a reason").to_owned()).collect()
}

/// A project behind a proxy whose answers take so long, planned there.
async fn slow(manifest: &str, latency: u64) -> (Project, Proxy) {
    let mut project = Project::new(Make::Ministack, manifest).await;
    let proxy = Proxy::start(&endpoint(Make::Ministack).await, Duration::from_millis(latency));
    project.reach(&proxy.endpoint());
    project.plan(&[]);
    proxy.clear();
    (project, proxy)
}

fn changed(proxy: &Proxy) -> usize {
    proxy.log().iter().filter(|exchange| is_change(&exchange.operation)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_is_told_with_its_request_and_no_other_fits_the_plan() {
    for make in MAKES {
        let project = Project::new(make, SMALL).await;
        project.plan(&[]);
        let id = project.plan_id();
        project.run(&["apply", BUNDLE, "--expect", &id, "--receipt", "receipt.json", "--journal", "j.jsonl"], 0);
        let path = project.folder().join("receipt.json");
        let receipt = receipt(project.folder());
        let calls = receipt["calls"].as_array().unwrap();
        assert!(!calls.is_empty() && receipt["ending"]["reason"] == "done", "{receipt}");
        for call in calls {
            assert!(call["request_id"].as_str().is_some_and(|id| id.len() > 8), "{make:?}: {call}");
            assert_eq!((&call["error"], &call["attempt"]), (&Value::Null, &1.into()), "{call}");
            assert_eq!(call["answer"], "accepted", "{call}");
        }
        let journal = std::fs::read_to_string(project.folder().join("j.jsonl")).unwrap();
        assert_eq!(journal.matches("\"event\":\"answered\"").count(), calls.len(), "{journal}");
        let show = ["show", BUNDLE, "--receipt", "receipt.json"];
        let shown = project.run(&show, 0).stdout;
        assert!(shown.contains("of the plan, and no other") && shown.contains("sns:CreateTopic"), "{shown}");
        assert!(project.run(&[&show[..], &["--format", "markdown"]].concat(), 0).stdout.contains("### Calls of the"));
        project.run(&[&show[..], &["--format", "mermaid"]].concat(), 64);
        for (field, value) in
            [("api", "iam:CreateUser".into()), ("step", 99.into()), ("address", "sns.topic/other".into())]
        {
            let mut changed = receipt.clone();
            changed["calls"][0][field] = value;
            std::fs::write(&path, changed.to_string()).unwrap();
            assert!(project.run(&show, 4).stderr.contains("does not fit the plan"), "{field}");
        }
        std::fs::write(&path, receipt.to_string().replace(&id, &format!("sha256:{}", "0".repeat(64)))).unwrap();
        project.run(&show, 4);
        std::fs::write(&path, "{").unwrap();
        assert!(project.run(&show, 1).stderr.contains("is not a receipt"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_life_of_the_example_leaves_receipts_that_fit() {
    let project = Project::new(Make::Ministack, EXAMPLE).await;
    let bundle = project.folder().join(BUNDLE);
    let plan = project.plan(&[]);
    project.apply(0);
    let made = verified(&project, &bundle);
    let steps = plan["changes"].as_array().unwrap().iter().map(|change| change["steps"].as_array().unwrap().len());
    // What is new is refused at first, and the receipt says that too.
    let accepted = sent(&made).iter().filter(|(_, answer)| answer == "accepted").count();
    assert_eq!(accepted, steps.sum::<usize>());
    assert!(sent(&made).iter().all(|(_, answer)| ["accepted", "refused"].contains(&answer.as_str())), "{made:#}");
    assert_eq!(made["outputs"].as_object().unwrap().len(), 6);
    assert!(made["calls"].as_array().unwrap().iter().all(|call| call["request_id"].is_string()), "{made:#}");
    let s3 = project.aws().await.write.s3;
    let name = made["outputs"]["s3_bucket_name"].as_str().unwrap();
    for key in ["a", "b", "c"] {
        s3.put_object().bucket(name).key(key).send().await.unwrap();
    }
    project.plan(&["--destroy", "--delete-data"]);
    project.apply(0);
    let gone = verified(&project, &bundle);
    let calls = gone["calls"].as_array().unwrap();
    let of_assets = |call: &&Value| call["api"] == "s3:DeleteObjects" && call["address"] == "s3.bucket/static-assets";
    let sweep = calls.iter().find(of_assets).unwrap();
    assert_eq!(sweep["sweep"]["objects"], 3, "{sweep}");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_a_call_another_machine_finishes_with_the_bundle_alone() {
    let (project, proxy) = slow(EXAMPLE, 0).await;
    let (id, bundle) = (project.plan_id(), project.folder().join(BUNDLE));
    proxy.arm(7, Fault::Killed);
    let killed = project.cli(&["apply", BUNDLE, "--expect", &id]).run_until(|| proxy.fired());
    assert_eq!(killed.code, None, "{}", killed.stderr);
    assert!(!bundle.join("receipt.json").exists());
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::create_dir(elsewhere.path().join("blobs")).unwrap();
    for file in std::fs::read_dir(bundle.join("blobs")).unwrap().map(|file| file.unwrap()) {
        std::fs::copy(file.path(), elsewhere.path().join("blobs").join(file.file_name())).unwrap();
    }
    std::fs::copy(bundle.join("plan.json"), elsewhere.path().join("plan.json")).unwrap();
    let place = elsewhere.path().to_str().unwrap();
    let ran = project.cli(&["apply", place, "--expect", &id]).folder(elsewhere.path()).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let finished = verified(&project, elsewhere.path());
    assert!(finished.get("earlier").is_none() && finished["ending"]["reason"] == "done", "{finished}");
    // Where the first try's journal is, the receipt knows what that had sent, the unanswered call included.
    project.apply(0);
    let whole = verified(&project, &bundle);
    assert_eq!(sent(&whole), [], "nothing was left to do");
    let earlier = whole["earlier"][0]["calls"].as_array().unwrap();
    assert!(earlier.len() >= 8 && earlier.iter().any(|call| call["answer"] == "unknown"), "{earlier:#?}");
    assert_eq!(changes(&project.plan(&[])), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_ends_between_two_calls_and_the_next_apply_goes_on() {
    let (project, proxy) = slow(EXAMPLE, 150).await;
    let (id, bundle) = (project.plan_id(), project.folder().join(BUNDLE));
    let apply = project.cli(&["apply", BUNDLE, "--expect", &id]);
    let ran = apply.run_and_terminate(|times| times == 0 && changed(&proxy) >= 4);
    assert_eq!(ran.code, Some(143), "{}", ran.stderr);
    assert!(ran.stderr.contains("Stopping") && ran.stderr.contains("\nNext: "), "{}", ran.stderr);
    let stopped = verified(&project, &bundle);
    assert_eq!((&stopped["ending"]["reason"], &stopped["ending"]["exit_code"]), (&"stopped".into(), &143.into()));
    assert!(outcomes(&stopped).contains(&"not-started".to_owned()), "{:?}", outcomes(&stopped));
    assert!(sent(&stopped).iter().all(|(_, answer)| answer == "accepted"), "what was in flight was waited for");
    assert_eq!(sent(&stopped).len(), changed(&proxy), "every call that the proxy has seen is in the receipt");
    project.apply(0);
    let whole = verified(&project, &bundle);
    assert_eq!(whole["earlier"][0]["calls"], stopped["calls"]);
    assert_eq!(changes(&project.plan(&[])), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_at_once_and_the_receipt_says_what_is_not_known() {
    let (project, proxy) = slow(SMALL, 0).await;
    let (id, bundle) = (project.plan_id(), project.folder().join(BUNDLE));
    proxy.arm(0, Fault::Stalled);
    let apply = project.cli(&["apply", BUNDLE, "--expect", &id]);
    let ran = apply.run_and_terminate(|times| {
        std::thread::sleep(Duration::from_millis(if times == 1 { 500 } else { 0 }));
        times < 2 && proxy.fired()
    });
    assert_eq!(ran.code, Some(143), "{}", ran.stderr);
    assert!(ran.took < Fault::STALL, "{:?}", ran.took);
    let stopped = verified(&project, &bundle);
    assert!(sent(&stopped).iter().any(|(_, answer)| answer == "unknown"), "{stopped}");
    assert!(outcomes(&stopped).contains(&"stopped".to_owned()), "{:?}", outcomes(&stopped));
    tokio::time::sleep(Fault::STALL).await;
    project.apply(0);
    verified(&project, &bundle);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_before_the_first_call_has_a_receipt_too() {
    let project = Project::new(Make::Moto, SMALL).await;
    project.plan(&[]);
    let (id, bundle) = (project.plan_id(), project.folder().join(BUNDLE));
    let arguments = ["apply", BUNDLE, "--expect", id.as_str()];
    project.cli(&arguments).env("AWS_ACCESS_KEY_ID", "999999999999").run();
    let refused = verified(&project, &bundle);
    assert_eq!((&refused["ending"]["reason"], sent(&refused).len()), (&"other-site".into(), 0));
    let ran = project.run(&[&arguments[..], &["--journal", "none/j.jsonl"]].concat(), 1);
    assert!(ran.stderr.contains("none/j.jsonl") && ran.stderr.contains("--journal"), "{}", ran.stderr);
    project.run(&[&arguments[..], &["--timeout-factor", "0"]].concat(), 64);
    assert_eq!(changes(&project.plan(&[])).len(), 2, "nothing was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_nobody_understands_is_told_and_changes_nothing() {
    let project = Project::new(Make::Moto, SMALL).await;
    project.plan(&[]);
    let bundle = project.folder().join(BUNDLE);
    std::fs::write(bundle.join("journal.jsonl"), "nonsense\n{}\n\u{0}\n").unwrap();
    let ran = project.apply(0);
    assert!(ran.stderr.contains("warning: the journal's line 1"), "{}", ran.stderr);
    assert!(verified(&project, &bundle)["damage"].as_str().unwrap().contains("line 1"));
}
