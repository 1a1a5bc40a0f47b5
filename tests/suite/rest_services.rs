//! An app whose REST API answers by itself, asks services and URLs, and keeps answers: its whole life on both emulators, and what
//! services get of its routes.

use std::path::Path;
use std::time::Duration;

use serverless_app::emulator::cache_folder;

use crate::support::command::Cli;
use crate::support::emulator::Make;
use crate::support::project::{Project, changes};

const BEFORE: &str = include_str!("../../fixtures/plan/rest-services/before.toml");
const AFTER: &str = include_str!("../../fixtures/plan/rest-services/after.toml");
const FLOW: &str = include_str!("../../fixtures/plan/rest-services/order.asl.json");
const TEMPLATE: &str = include_str!("../../fixtures/plan/rest-services/templates/order.vtl");
/// An account has a role to write logs with only where somebody has made it.
const LOGS: &str = "execution_logs = { level = \"INFO\", data = true, metrics = true }\n";

fn files(folder: &Path) {
    std::fs::write(folder.join("order.asl.json"), FLOW).expect("a definition");
    std::fs::create_dir(folder.join("templates")).expect("a folder");
    std::fs::write(folder.join("templates/order.vtl"), TEMPLATE).expect("a template");
}

async fn whole_life(make: Make) {
    let project = Project::new(make, BEFORE).await;
    files(project.folder());
    let made = changes(&project.deploy(&[]));
    assert!(made.iter().all(|line| line.starts_with("create ")), "{make:?}: {made:#?}");
    let after = AFTER.replace(LOGS, "");
    project.write(&after);
    let changed = changes(&project.deploy(&[]));
    assert!(changed.iter().any(|line| line.contains("cacheClusterSize")), "{make:?}: {changed:#?}");
    std::fs::write(project.folder().join("templates/order.vtl"), TEMPLATE.replace("stage", "level"))
        .expect("a template");
    let changed = changes(&project.deploy(&[]));
    let template = |line: &&String| line.contains("methods.PUT /items.integration.requestTemplates");
    assert!(changed.iter().any(|line| template(&line)), "{make:?}: {changed:#?}");
    project.write(
        &after.replace("DelaySeconds = \"1\"", "DelaySeconds = \"2\"").replace("size = \"0.5\"", "size = \"1.6\""),
    );
    project.deploy(&[]);
    project.write(BEFORE);
    project.deploy(&[]);
    project.deploy(&["--destroy", "--delete-data"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn apis_that_ask_services_are_made_changed_and_removed_on_ministack() {
    whole_life(Make::Ministack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn apis_that_ask_services_are_made_changed_and_removed_on_moto() {
    whole_life(Make::Moto).await;
}

const REHEARSED: &str = r##"[app]
name = "asked"
region = "us-west-2"
[queue.jobs]
[queue.news]
[topic.news]
subscriptions = [{ queue = "news" }]
[bus.events]
[table.orders]
hash_key = { name = "id", type = "S" }
[workflow.order]
definition = "order.asl.json"
type = "EXPRESS"
[api.shop]
cors = { origin = "https://shop.example.org" }
routes = [
    { method = "GET", path = "/ping", respond = { status = 203, body = '{"from": "nobody"}', headers = { X-Own = "1" } } },
    { method = "POST", path = "/jobs", send = "jobs", parameters = { MessageBody = "it's ${request.body.id} & #1 \\ $" } },
    { method = "POST", path = "/all", send = "jobs", responses = { 202 = { body = "{\"id\": \"$input.path('$.SendMessageResponse.SendMessageResult.MessageId')\"}" } } },
    { method = "POST", path = "/news", publish = "news" },
    { method = "POST", path = "/events", put = "events", source = "shop", detail_type = "$request.body.id" },
    { method = "POST", path = "/start", start = "order" },
    { method = "POST", path = "/sync", start = "order", sync = true },
    { method = "POST", path = "/items", put = { table = "orders", item = { id = "$request.body.id", all = "$request.body", from = "$context.stage" } } },
    { method = "PUT", path = "/items", put = { table = "orders" }, request = "templates/order.vtl" },
    { method = "PATCH", path = "/items", put = { table = "orders", item = { id = "$request.body.nothing" } } },
    { method = "GET", path = "/away", url = "https://example.invalid" },
]
"##;

#[test]
fn a_rehearsal_asks_services_in_the_name_of_a_rest_api_and_shows_what_they_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("serverless-app.toml"), REHEARSED).expect("a manifest");
    files(folder.path());
    let cache = cache_folder().expect("a cache folder");
    let ran = Cli::new(&["rehearse"]).folder(folder.path()).env("SERVERLESS_APP_CACHE", cache);
    let ran = ran.timeout(Duration::from_secs(300)).run();
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    let answer = |method: &str, path: &str| {
        let of = |line: &&str| line.starts_with(&format!("{method} ")) && line.ends_with(path);
        let at = lines.iter().position(of).unwrap_or_else(|| panic!("{method} {path} in {}", ran.stdout));
        lines[at + 1].trim().to_owned()
    };
    assert_eq!(answer("GET", "/ping"), r#"203 {"from": "nobody"}"#);
    assert!(answer("POST", "/jobs").starts_with(r#"200 {"SendMessageResponse":"#), "{}", answer("POST", "/jobs"));
    assert!(answer("POST", "/all").starts_with(r#"202 {"id": ""#), "{}", answer("POST", "/all"));
    assert!(answer("POST", "/news").contains("MessageId"), "{}", answer("POST", "/news"));
    assert!(answer("POST", "/events").contains(r#""FailedEntryCount":0"#), "{}", answer("POST", "/events"));
    assert!(answer("POST", "/start").contains("executionArn"), "{}", answer("POST", "/start"));
    let input = r#"{"id":"rehearsal","data":"written by serverless-app rehearse"}"#;
    let output = input.replace(":", ": ").replace(",", ", ");
    assert_eq!(answer("POST", "/sync"), format!("200 {output}"), "the output of the workflow, which is its input");
    assert_eq!(answer("POST", "/items"), "200 {}");
    assert_eq!(answer("PUT", "/items"), "200 {}");
    assert_eq!(answer("PATCH", "/items"), r#"400 {"message":"Bad Request"}"#, "an empty key is the caller's fault");
    assert!(!ran.stdout.contains("example.invalid"), "what is outside is not called");
    assert!(ran.stdout.contains("asked--production-orders: 2 item(s)"), "{}", ran.stdout);
    let whole = input.replace('"', "\\\"");
    assert!(ran.stdout.contains(&format!("all = \"{whole}\", from = \"v1\", id = \"rehearsal\"")), "{}", ran.stdout);
}
