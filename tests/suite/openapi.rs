//! APIs whose routes stand in OpenAPI documents: their whole life on both emulators, and the way back.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use serverless_app::emulator::cache_folder;

use crate::support::command::Cli;
use crate::support::emulator::{MAKES, Make};
use crate::support::project::{Project, changes};

const MANIFEST: &str = include_str!("../../fixtures/plan/openapi/after.toml");
const ORDERS: &str = include_str!("../../fixtures/plan/openapi/orders.yaml");
const WEB: &str = include_str!("../../fixtures/plan/openapi/web.json");

async fn project(make: Make) -> Project {
    let project = Project::new(make, &MANIFEST.replace("judge.handler", "main.handler")).await;
    project.file("orders.yaml", ORDERS);
    project.file("web.json", WEB);
    project
}

/// With an edit that is one.
fn edited(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from:?}");
    text.replacen(from, to, 1)
}

async fn whole_life(make: Make) {
    let project = project(make).await;
    let made = changes(&project.deploy(&[]));
    assert!(made.iter().all(|line| line.starts_with("create ")), "{make:?}: {made:#?}");
    project.file("orders.yaml", edited(ORDERS, "description: Orders", "description: All orders"));
    assert_eq!(changes(&project.plan(&[])), Vec::<String>::new(), "{make:?}: nothing that AWS gets");
    project.file("orders.yaml", edited(ORDERS, "maxLength: 200", "maxLength: 300"));
    let changed = changes(&project.deploy(&[]));
    let (models, others): (Vec<&String>, Vec<&String>) =
        changed.iter().partition(|line| line.contains("models.Order.schema"));
    assert_eq!(models.len(), 1, "{make:?}: {changed:#?}");
    assert!(
        others.iter().all(|line| line.contains("apigateway.rest-api/shop") && line.contains("deploy")),
        "{make:?}: {others:#?}"
    );
    project.file("orders.yaml", edited(ORDERS, "  /jobs:\n    post:", "  /tasks:\n    put:"));
    project.file("web.json", edited(WEB, "items/read", "items/all"));
    let changed = changes(&project.deploy(&[]));
    assert!(changed.iter().any(|line| line.contains("PUT /tasks")), "{make:?}: {changed:#?}");
    assert!(changed.iter().any(|line| line.contains("GET /items.authorizationScopes")), "{make:?}: {changed:#?}");
    project.file("orders.yaml", ORDERS);
    project.file("web.json", WEB);
    project.deploy(&[]);
    project.deploy(&["--destroy", "--delete-data"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn apis_of_documents_are_made_changed_and_removed_on_ministack() {
    whole_life(Make::Ministack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn apis_of_documents_are_made_changed_and_removed_on_moto() {
    whole_life(Make::Moto).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_printed_of_an_api_is_a_source_that_plans_the_same_bytes() {
    for make in MAKES {
        let project = project(make).await;
        project.plan(&[]);
        let id = project.plan_id();
        let ambiguous = project.run(&["openapi"], 64);
        assert!(
            ambiguous.stderr.contains("name one of the manifest's APIs: api.shop, http_api.web"),
            "{}",
            ambiguous.stderr
        );
        let rest = project.run(&["openapi", "shop"], 0).stdout;
        let http = project.run(&["openapi", "http_api.web", "--format", "json"], 0).stdout;
        let parsed: Value = serde_json::from_str(&http).expect("JSON");
        assert_eq!(parsed["openapi"], "3.0.3");
        project.file("orders.yaml", &rest);
        project.file("web.json", &http);
        let own = "routes = [{ method = \"GET\", path = \"/health\", function = \"orders\" }]\n";
        project.write(&edited(&MANIFEST.replace("judge.handler", "main.handler"), own, ""));
        project.plan(&[]);
        assert_eq!(project.plan_id(), id, "{rest}\n{http}");
        assert_eq!(project.run(&["openapi", "shop"], 0).stdout, rest);
        assert_eq!(project.run(&["openapi", "web", "--format", "json"], 0).stdout, http);
    }
}

const REHEARSED: &str = r#"[app]
name = "reached"
region = "us-west-2"
[function.worker]
source = "worker"
runtime = "python3.12"
handler = "main.answer"
[api.shop]
openapi = "openapi.yaml"
[http_api.web]
openapi = "openapi.yaml"
"#;
const DOCUMENT: &str =
    "openapi: 3.1.0\nx-function: worker\npaths:\n  /items:\n    get: {}\n  /items/{id}:\n    get: {}\n";

/// Asked without an account: of a document, and of a template that only the document names.
#[test]
fn a_rehearsal_calls_the_routes_of_a_document() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |file: &str, text: &str| std::fs::write(folder.path().join(file), text).expect("a file");
    std::fs::create_dir(folder.path().join("worker")).expect("a folder");
    write("serverless-app.toml", REHEARSED);
    write("worker/main.py", "def answer(event, context):\n    return {\"statusCode\": 200, \"body\": \"here\"}\n");
    write("openapi.yaml", DOCUMENT);
    let cache = cache_folder().expect("a cache folder");
    let cli = |arguments: &[&str], folder: &Path| {
        Cli::new(arguments).folder(folder).env("SERVERLESS_APP_CACHE", &cache).timeout(Duration::from_secs(300)).run()
    };
    let ran = cli(&["rehearse"], folder.path());
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
    assert_eq!(ran.stdout.matches("/items\n  200 here").count(), 2, "{}", ran.stdout);
    let templated = DOCUMENT.replace(
        "    get: {}\n  /items/{id}",
        "    get: { x-route: { respond: { file: answer.json } } }\n  /items/{id}",
    );
    write("serverless-app.toml", REHEARSED.split("[http_api.web]").next().expect("a REST API"));
    write("openapi.yaml", &templated);
    let ran = cli(&["check", "--offline"], folder.path());
    assert!(ran.code == Some(64) && ran.stderr.contains("cannot read answer.json"), "{}\n{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("openapi.yaml:5:"), "{}", ran.stderr);
    write("answer.json", "{}");
    let ran = cli(&["check", "--offline"], folder.path());
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
}
