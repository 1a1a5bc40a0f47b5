//! Static files from the folder to the bucket: planned, applied, drifted, disturbed.

use std::time::Duration;

use serde_json::Value;
use serverless_app::aws::Answer;

use crate::support::emulator::{MAKES, Make, endpoint};
use crate::support::files::plan as plan_in;
use crate::support::permissions;
use crate::support::project::{Project, changes};
use crate::support::proxy::fault::Fault;
use crate::support::proxy::{Proxy, is_change};

mod headers;
mod many;

const APP: &str = "[app]\nname = \"web\"\nregion = \"us-west-2\"\n\n[bucket.site]\non_delete = \"delete\"\nfiles = { folder = \
                   \"site\", immutable = [\"assets/**\"], cache = [{ match = \"*.html\", control = \"no-cache\" }] }\n";
const INDEX: &str = "Objects.index.html";

/// A project with a site of these files.
fn lay_out(project: &Project, files: &[(&str, &str)]) {
    for (path, text) in files {
        project.file(&format!("site/{path}"), text);
    }
}

const SITE: &[(&str, &str)] =
    &[("index.html", "<p>1"), ("assets/app.1.js", "1"), ("assets/app.css", "p{}"), ("robots.txt", "")];

async fn site(make: Make) -> Project {
    let project = Project::new(make, APP).await;
    lay_out(&project, SITE);
    project
}

fn bucket(project: &Project) -> String {
    format!("web--production-site-{}-us-west-2", project.account())
}

async fn put(project: &Project, key: &str, text: &str) {
    let request = project.aws().await.write.s3.put_object().bucket(bucket(project)).key(key);
    request.body(text.as_bytes().to_vec().into()).send().await.answer("s3:PutObject").expect("an object");
}

async fn get(project: &Project, key: &str) -> (String, Option<String>, Option<String>) {
    let request = project.aws().await.read.s3.get_object().bucket(bucket(project)).key(key);
    let got = request.send().await.answer("s3:GetObject").expect(key);
    let (kind, control) = (got.content_type().map(str::to_owned), got.cache_control().map(str::to_owned));
    let bytes = got.body.collect().await.expect("a body").into_bytes();
    (String::from_utf8(bytes.to_vec()).expect("text"), kind, control)
}

/// The keys that a plan's calls name, in order.
fn keys(plan: &Value) -> Vec<String> {
    let changes = plan["changes"].as_array().expect("changes").iter();
    let files = changes.filter(|change| change["address"] == "s3.files/site");
    let steps = files.flat_map(|change| change["steps"].as_array().expect("steps"));
    let named = steps.flat_map(|step| {
        let input = &step["call"]["input"];
        let keys = input["Objects"].as_array().or(input["Keys"].as_array()).expect("keys");
        keys.iter().map(|one| one["Key"].as_str().or(one.as_str()).expect("a key").to_owned()).collect::<Vec<_>>()
    });
    named.filter(|key| !key.starts_with(".serverless-app/")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_deployed_changed_and_deleted_with_its_bucket() {
    for make in MAKES {
        let project = site(make).await;
        let plan = project.deploy(&[]);
        assert_eq!(changes(&plan), ["create s3.bucket/site", "create s3.files/site"]);
        assert_eq!(keys(&plan), ["assets/app.1.js", "assets/app.css", "robots.txt", "index.html"], "pages last");
        let (text, kind, control) = get(&project, "index.html").await;
        assert_eq!((text.as_str(), control.as_deref()), ("<p>1", Some("no-cache")));
        assert_eq!(kind.as_deref(), Some("text/html; charset=utf-8"));
        let control = get(&project, "assets/app.1.js").await.2;
        assert_eq!(control.as_deref(), Some("public, max-age=31536000, immutable"));

        lay_out(&project, &[("index.html", "<p>2"), ("assets/app.2.js", "2")]);
        std::fs::remove_file(project.folder().join("site/assets/app.1.js")).expect("a file");
        let plan = project.deploy(&[]);
        assert_eq!(keys(&plan), ["assets/app.2.js", "index.html", "assets/app.1.js"], "what goes goes last");
        assert_eq!(get(&project, "index.html").await.0, "<p>2");

        project.plan(&["--destroy"]);
        project.apply(0);
        assert_eq!(project.aws().await.read.s3.list_buckets().prefix("web--").send().await.unwrap().buckets().len(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_changes_below_the_prefix_is_drift_and_repaired() {
    for make in MAKES {
        let project = site(make).await;
        project.deploy(&[]);
        put(&project, "index.html", "by hand").await;
        put(&project, "mine.txt", "by hand").await;
        let plan = project.plan(&[]);
        assert_eq!(
            changes(&plan),
            [format!("update s3.files/site {INDEX}"), "update s3.files/site Objects.mine.txt".into()]
        );
        let shown = project.run(&["show", "serverless-app-plan"], 0).stdout;
        assert!(shown.contains("Files deleted") && shown.contains("mine.txt"), "{shown}");
        // A file that the plan is to replace has another content by now: that was not reviewed.
        put(&project, "index.html", "by another hand").await;
        let refused = project.apply(3);
        assert!(format!("{}{}", refused.stdout, refused.stderr).contains(INDEX), "{}", refused.stderr);
        put(&project, "index.html", "by hand").await;
        project.apply(0);
        assert_eq!(get(&project, "index.html").await.0, "<p>1");
        assert_eq!(changes(&project.plan(&[])), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_that_was_stopped_within_a_call_goes_on_and_its_plan_is_still_what_the_source_asks_for() {
    for make in MAKES {
        let project = site(make).await;
        project.write(&APP.replace("files = ", "# files = "));
        project.deploy(&[]);
        project.write(APP);
        project.plan(&[]);
        // As after a kill: the object that names the rules, and one file of the first call.
        let plan = plan_in(&project.folder().join("serverless-app-plan"));
        let first = &plan["changes"][0]["steps"][0]["call"]["input"]["Objects"][0];
        put(&project, first["Key"].as_str().expect("a key"), "").await;
        put(&project, "assets/app.css", "p{}").await;
        let id = project.plan_id();
        project.run(&["apply", "serverless-app-plan", "--expect", &id, "--source", "."], 0);
        assert_eq!(changes(&project.plan(&[])), [""; 0]);
        assert_eq!(get(&project, "assets/app.1.js").await.0, "1");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_fails_within_a_call_is_sent_again_with_it() {
    for fault in [Fault::Throttled, Fault::AnswerLost, Fault::InternalError, Fault::ResetBefore] {
        let emulator = endpoint(Make::Ministack).await;
        let proxy = Proxy::start(&emulator, Duration::ZERO);
        let mut project = Project::at(&proxy.endpoint(), APP);
        lay_out(&project, SITE);
        project.plan(&[]);
        proxy.clear();
        // The bucket's calls come first, then the object that names the rules, then the first two files together.
        proxy.arm_at("PutObject", fault);
        project.apply(0);
        assert!(proxy.fired(), "{fault:?}");
        project.reach(&emulator);
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{fault:?}");
        lay_out(&project, &[("assets/app.css", "a{}"), ("assets/b.css", "b{}"), ("assets/c.css", "c{}")]);
        project.reach(&proxy.endpoint());
        project.plan(&[]);
        proxy.clear();
        proxy.arm(1, fault);
        project.apply(0);
        assert!(proxy.fired(), "{fault:?}");
        let sent = proxy.log().iter().filter(|exchange| is_change(&exchange.operation)).count();
        // What was done without an answer is seen to be done.
        let least = if fault == Fault::AnswerLost { 3 } else { 4 };
        assert!(sent >= least, "{fault:?}: {sent} requests");
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn planning_files_that_are_there_takes_one_listing() {
    let emulator = endpoint(Make::Ministack).await;
    let mut project = Project::at(&emulator, APP);
    lay_out(&project, SITE);
    project.deploy(&[]);
    let proxy = Proxy::start(&emulator, Duration::ZERO);
    project.reach(&proxy.endpoint());
    project.plan(&[]);
    let asked: Vec<String> = proxy.log().iter().map(|exchange| exchange.operation.clone()).collect();
    assert_eq!(asked.iter().filter(|operation| operation.contains("Object")).count(), 1, "{asked:?}");
    assert!(asked.contains(&"ListObjectsV2".to_owned()), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_bytes_in_the_bundle_are_not_sent() {
    let project = site(Make::Moto).await;
    project.plan(&[]);
    let blobs = project.folder().join("serverless-app-plan/blobs");
    let names: Vec<_> =
        std::fs::read_dir(&blobs).expect("blobs").map(|entry| entry.expect("an entry").path()).collect();
    assert_eq!(names.len(), 3, "an empty file needs none: {names:?}");
    std::fs::write(&names[0], "other").expect("a file");
    let refused = project.apply(4);
    assert!(
        format!("{}{}", refused.stdout, refused.stderr).contains("its SHA-256 or size is not"),
        "{}",
        refused.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_printed_policies_allow_files_and_without_files_nothing_of_them() {
    let project = Project::at(&permissions::endpoint().await, &APP.replace("\"site\",", "\"site\", prefix = \"v1/\","));
    lay_out(&project, SITE);
    let root = project.aws().await;
    let (planner, applier) = permissions::planner_and_applier(&project, &root).await;
    for text in ["<p>1", "<p>2"] {
        lay_out(&project, &[("index.html", text)]);
        let ran = permissions::plan(&project, &planner, &[]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let ran = permissions::apply(&project, &applier);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        std::fs::remove_file(project.folder().join("site/robots.txt")).ok();
    }
    let documents = |role: &str| {
        let all = permissions::policies(&project, role).into_iter();
        all.map(|document| document.to_string()).collect::<String>()
    };
    assert!(!documents("plan").contains("s3:PutObject") && documents("plan").contains("\"s3:ListBucket\""));
    assert!(documents("apply").contains("s3:PutObject"));
    project.write(&APP.replace("files = ", "# files = "));
    for role in ["plan", "apply"] {
        let document = documents(role);
        assert!(!document.contains("s3:PutObject") && !document.contains("\"s3:ListBucket\""), "{role}: {document}");
    }
}
