//! Headers of files, which no listing shows, and what is put compressed.

use std::io::Read;

use aws_sdk_s3::types::MetadataDirective;
use serde_json::{Value, json};
use serverless_app::aws::Answer;
use serverless_app::aws::document::Document;

use super::{APP, bucket, get, keys, lay_out, site};
use crate::pull_request::World;
use crate::support::emulator::{MAKES, Make};
use crate::support::github::answers::repository;
use crate::support::github::{NAME, REPOSITORY};
use crate::support::permissions;
use crate::support::project::{Project, changes};

/// Sets headers of an object by hand, as the console does: a copy of it to where it is.
async fn set_by_hand(project: &Project, key: &str, cache: &str) {
    let bucket = bucket(project);
    let copy = project.aws().await.write.s3.copy_object().copy_source(format!("{bucket}/{key}"));
    let copy = copy.bucket(bucket).key(key).metadata_directive(MetadataDirective::Replace);
    let copy = copy.content_type("text/html; charset=utf-8").cache_control(cache).metadata("owner", "me");
    copy.send().await.answer("s3:CopyObject").expect("a copy");
}

/// The key of the object that names the rules.
async fn marker(project: &Project) -> String {
    let listing = project.aws().await.read.s3.list_objects_v2().bucket(bucket(project)).prefix(".serverless-app/");
    let found = listing.send().await.answer("s3:ListObjectsV2").expect("a listing").contents.unwrap_or_default();
    let [one] = found.as_slice() else { panic!("{found:?}") };
    one.key().expect("a key").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_were_set_by_hand_are_found_by_a_thorough_check_and_put_back() {
    for make in MAKES {
        let project = site(make).await;
        project.deploy(&[]);
        project.run(&["check", "--thorough"], 0);
        set_by_hand(&project, "index.html", "max-age=9").await;
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{make:?}: a listing says nothing of it");
        project.run(&["check"], 0);
        let said = project.run(&["check", "--thorough"], 3).stdout;
        let line = "\"index.html\": Cache-Control is \"max-age=9\"; the manifest: \"no-cache\"\n";
        assert!(said.contains("\nHeaders set by hand:\n") && said.contains(line), "{make:?}: {said}");
        assert!(
            said.contains("\"index.html\": x-amz-meta-owner is \"me\"; the manifest: absent\n"),
            "{make:?}: {said}"
        );
        // What it says to do.
        let marker = marker(&project).await;
        let advice = format!("again: aws s3 rm s3://{}/{marker}\n", bucket(&project));
        assert!(said.contains(&advice), "{make:?}: {advice}{said}");
        let delete = project.aws().await.write.s3.delete_object().bucket(bucket(&project)).key(&marker);
        delete.send().await.answer("s3:DeleteObject").expect("a delete");
        project.deploy(&[]);
        assert_eq!(get(&project, "index.html").await.2.as_deref(), Some("no-cache"), "{make:?}");
        project.run(&["check", "--thorough"], 0);
        // A file with other bytes is the plan's, and so is one that is not there.
        lay_out(&project, &[("index.html", "<p>2"), ("new.html", "<p>")]);
        let said = project.run(&["check", "--thorough"], 3).stdout;
        assert!(!said.contains("Headers set by hand"), "{make:?}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nightly_check_opens_an_issue_about_headers_and_closes_it() {
    let world = World::of(APP, &format!("{APP}# after\n")).await;
    lay_out(&world.project, &[("index.html", "<p>1")]);
    world.project.deploy(&[]);
    let nightly = |code: i32| {
        let payload = json!({"schedule": "17 5 * * *", "repository": repository(REPOSITORY, NAME)});
        world.job("schedule", &payload, &world.merge, &["check", "--thorough"], code)
    };
    nightly(0);
    assert_eq!(world.github.state().issues, Vec::<Value>::new());
    set_by_hand(&world.project, "index.html", "max-age=9").await;
    nightly(3);
    let issue = world.github.state().issues[0].clone();
    assert!(issue["body"].as_str().is_some_and(|text| text.contains("Cache-Control is \"max-age=9\"")), "{issue}");
    let check = world.github.state().check_runs.last().cloned().unwrap_or_default();
    assert_eq!(check["output"]["title"], "Drifted: headers of files");
    lay_out(&world.project, &[("index.html", "<p>2")]);
    world.project.deploy(&[]);
    nightly(0);
    assert_eq!(world.github.state().issues[0]["state"], "closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_printed_policy_of_the_plan_role_lets_it_look_at_headers_below_the_prefix_alone() {
    let manifest = APP.replace("\"site\",", "\"site\", prefix = \"v1/\",");
    let project = Project::at(&permissions::endpoint().await, &manifest);
    lay_out(&project, &[("index.html", "<p>1")]);
    project.deploy(&[]);
    let root = project.aws().await;
    let documents = permissions::policies(&project, "plan");
    let statements = documents.iter().flat_map(Document::statements).cloned();
    let reads: Vec<Value> = statements.filter(|one| one["Action"].to_string().contains("s3:GetObject\"")).collect();
    let [statement] = reads.as_slice() else { panic!("{reads:?}") };
    assert_eq!(statement["Resource"], json!([format!("arn:aws:s3:::{}/v1/*", bucket(&project))]));
    let planner = permissions::assume(&root, &permissions::role(&root, "plan", &documents).await, None).await;
    let check = |more: &[&str]| permissions::with(project.cli(&[&["check"], more].concat()), &planner).run();
    let ran = check(&["--thorough"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    // One that was printed by an earlier release.
    let old: Vec<_> = documents
        .iter()
        .map(|document| {
            let kept = document.statements().iter().filter(|one| *one != statement).cloned();
            Document::new(kept.collect())
        })
        .collect();
    let planner = permissions::assume(&root, &permissions::role(&root, "old", &old).await, None).await;
    let ran = permissions::with(project.cli(&["check", "--thorough"]), &planner).run();
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let told = format!(
        "which needs s3:GetObject on arn:aws:s3:::{}/v1/*: print the policy of the plan role",
        bucket(&project)
    );
    assert!(ran.stderr.contains(&told), "{}", ran.stderr);
    assert_eq!(permissions::with(project.cli(&["check"]), &planner).run().code, Some(0), "which others do not need");
}

/// The bytes of an object, and the encoding that they are served with.
async fn bytes(project: &Project, key: &str) -> (Vec<u8>, Option<String>) {
    let got = project.aws().await.read.s3.get_object().bucket(bucket(project)).key(key);
    let got = got.send().await.answer("s3:GetObject").expect(key);
    let encoding = got.content_encoding().map(str::to_owned);
    (got.body.collect().await.expect("a body").to_vec(), encoding)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_rule_compresses_is_put_compressed_and_the_same_each_time() {
    let ruled = APP.replace("immutable =", "compress = [{ match = \"*.css\", encoding = \"gzip\" }], immutable =");
    let text = "p { color: red }\n".repeat(100);
    for make in MAKES {
        let project = Project::new(make, &ruled).await;
        lay_out(&project, &[("index.html", "<p>1"), ("assets/app.css", &text)]);
        project.plan(&[]);
        let id = project.plan_id();
        project.run(&["apply", "serverless-app-plan", "--expect", &id, "--source", "."], 0);
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{make:?}");
        project.run(&["check", "--thorough"], 0);
        let (compressed, encoding) = bytes(&project, "assets/app.css").await;
        assert_eq!(encoding.as_deref(), Some("gzip"), "{make:?}");
        let mut back = String::new();
        flate2::read::GzDecoder::new(&compressed[..]).read_to_string(&mut back).expect("gzip");
        assert!(back == text && compressed.len() < 200, "{make:?}: {} bytes", compressed.len());
        assert_eq!(bytes(&project, "index.html").await, (b"<p>1".to_vec(), None), "{make:?}");
        // Another rule is other bytes and other headers.
        project.write(APP);
        assert!(keys(&project.deploy(&[])).contains(&"assets/app.css".to_owned()), "{make:?}");
        let (plain, encoding) = bytes(&project, "assets/app.css").await;
        assert!(plain == text.as_bytes() && encoding.as_deref().unwrap_or_default().is_empty(), "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_compresses_its_source_again_and_refuses_what_was_not_planned() {
    let ruled = APP.replace("immutable =", "compress = [{ match = \"*.css\", encoding = \"gzip\" }], immutable =");
    let project = Project::new(Make::Moto, &ruled).await;
    lay_out(&project, &[("assets/app.css", "p{}")]);
    project.plan(&[]);
    lay_out(&project, &[("assets/app.css", "a{}")]);
    let id = project.plan_id();
    let ran = project.run(&["apply", "serverless-app-plan", "--expect", &id, "--source", "."], 4);
    assert!(ran.stderr.contains("s3.files/site"), "{}", ran.stderr);
}
