//! An app whose REST APIs judge callers, check requests and say why they refuse: its whole life on both emulators.

use crate::support::emulator::{MAKES, Make};
use crate::support::project::{Project, changes};

const BEFORE: &str = include_str!("../../fixtures/plan/rest-api/before.toml");
const AFTER: &str = include_str!("../../fixtures/plan/rest-api/after.toml");
const SCHEMA: &str = include_str!("../../fixtures/plan/rest-api/schemas/order.json");

/// With code that is there.
fn manifest(text: &str) -> String {
    text.replace("judge.handler", "main.handler")
}

async fn project(make: Make) -> Project {
    let project = Project::new(make, &manifest(BEFORE)).await;
    std::fs::create_dir(project.folder().join("schemas")).expect("a folder");
    std::fs::write(project.folder().join("schemas/order.json"), SCHEMA).expect("a schema");
    project
}

async fn whole_life(make: Make) {
    let project = project(make).await;
    let made = changes(&project.deploy(&[]));
    assert!(made.iter().all(|line| line.starts_with("create ")), "{make:?}: {made:#?}");
    project.write(&manifest(AFTER));
    let changed = changes(&project.deploy(&[]));
    assert!(changed.iter().all(|line| line.starts_with("update ")), "{make:?}: {changed:#?}");
    let schema = project.folder().join("schemas/order.json");
    std::fs::write(schema, SCHEMA.replace("0.5", "1.5")).expect("a schema");
    let changed = changes(&project.deploy(&[]));
    let models = |line: &&String| line.contains("models.SchemasOrder.schema");
    assert!(changed.iter().any(|line| models(&line)), "{make:?}: {changed:#?}");
    project.write(&manifest(BEFORE));
    project.deploy(&[]);
    project.deploy(&["--destroy", "--delete-data"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn apis_that_judge_and_check_are_made_changed_and_removed_on_ministack() {
    whole_life(Make::Ministack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn apis_that_judge_and_check_are_made_changed_and_removed_on_moto() {
    whole_life(Make::Moto).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_stops_where_somebody_has_made_by_hand_what_the_manifest_asks_for_first_and_says_the_ways_out() {
    for make in MAKES {
        let route = "routes = [{ method = \"GET\", path = \"/\", function = \"orders\" }]\n";
        let (head, _) = BEFORE.split_once("[api.shop]").expect("an API");
        let with = |more: &str| manifest(&format!("{head}[api.shop]\n{route}{more}"));
        let project = Project::new(make, &with("")).await;
        project.deploy(&[]);
        let client = project.aws().await.write.apigateway.clone();
        let apis = client.get_rest_apis().send().await.expect("APIs");
        let api = apis.items().iter().find(|api| api.name() == Some("shop--production-shop")).expect("the API");
        let put = |of: &str| {
            let put = client.put_gateway_response().rest_api_id(api.id().expect("its id"));
            put.response_type(of.into())
        };
        put("DEFAULT_4XX").status_code("418").send().await.expect("a response");
        put("THROTTLED").status_code("503").send().await.expect("a response");
        assert_eq!(changes(&project.plan(&[])), Vec::<String>::new(), "{make:?}: nobody has asked for it");
        project.write(&with("cors = { origin = \"*\" }\n"));
        let stderr = project.run(&["plan"], 1).stderr;
        for part in ["gateway responses DEFAULT_4XX, THROTTLED", "response.DEFAULT_4XX", "errors = false", "by hand"] {
            assert!(stderr.contains(part), "{make:?}: {part}: {stderr}");
        }
        // The first way out.
        project.write(&with("cors = { origin = \"*\", errors = false }\n"));
        project.deploy(&[]);
        // The second: as they are, they count as ours and nothing is put.
        let own = "[api.shop.response.THROTTLED]\nstatus = 503\n[api.shop.response.DEFAULT_4XX]\nstatus = 418\n";
        project.write(&with(&format!("cors = {{ origin = \"*\", errors = false }}\n{own}")));
        project.deploy(&[]);
        project.write(&with("cors = { origin = \"*\", errors = false }\n"));
        project.deploy(&[]);
        let left =
            client.get_gateway_responses().rest_api_id(api.id().expect("its id")).send().await.expect("responses");
        let said = left.items().iter().filter(|one| !one.default_response()).count();
        assert_eq!(said, 0, "{make:?}: they were ours, and have gone");
        project.deploy(&["--destroy", "--delete-data"]);
    }
}
