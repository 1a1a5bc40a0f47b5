//! Stages of APIs that are mapped, and mappings by hand.

use serde_json::json;

use super::*;

/// Mapped by hand below the domain name, until it is taken away again.
async fn map(aws: &Aws, path: &str, api: &str, stage: &str) {
    let request = aws.write.apigateway.create_base_path_mapping().domain_name("api.example.org").base_path(path);
    request.rest_api_id(api).stage(stage).send().await.expect("a mapping");
}

async fn unmap(aws: &Aws, path: &str) {
    let request = aws.write.apigateway.delete_base_path_mapping().domain_name("api.example.org").base_path(path);
    request.send().await.expect("a removal");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_by_hand_at_the_root_rules_out_any_other() {
    for make in MAKES {
        let project = Project::new(make, &app(&[rest("orders", "v1", &in_domain("path = \"orders\""))])).await;
        let aws = project.aws().await;
        project.deploy(&[]);
        let theirs = rest_api(&aws, Tags::new()).await;
        unmap(&aws, "orders").await;
        map(&aws, "(none)", &theirs, "v1").await;
        let said = refused(&project);
        assert!(said.contains("at its root a mapping to a REST API of another owner"), "{make:?} {said}");
        assert!(said.contains("give the API a domain name of its own"), "{make:?} {said}");
        unmap(&aws, "(none)").await;
        map(&aws, "theirs", &theirs, "v1").await;
        project.write(&app(&[rest("orders", "v1", &in_domain("ipv6 = false"))]));
        let said = refused(&project);
        assert!(said.contains("or give the API a path"), "{make:?} {said}");
        unmap(&aws, "theirs").await;
        project.deploy(&[]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_to_a_stage_by_hand_is_to_be_taken_away_and_no_stage_is_renamed() {
    for make in MAKES {
        let project = Project::new(make, &app(&[rest("orders", "v1", &in_domain("path = \"orders\""))])).await;
        let aws = project.aws().await;
        project.deploy(&[]);
        let apis = aws.read.apigateway.get_rest_apis().send().await.expect("APIs");
        let api = apis.items()[0].id().expect("an id").to_owned();
        let stages = aws.read.apigateway.get_stages().rest_api_id(&api).send().await.expect("stages");
        let deployment = stages.item()[0].deployment_id().expect("a deployment");
        let stage = aws.write.apigateway.create_stage().rest_api_id(&api).stage_name("test");
        stage.deployment_id(deployment).send().await.expect("a stage");
        map(&aws, "try", &api, "test").await;
        let said = refused(&project);
        let expected = "/try leads to the stage test of the API, which will be deleted: delete that mapping by hand";
        assert!(said.contains(expected), "{make:?} {said}");
        unmap(&aws, "try").await;
        project.deploy(&[]);
    }
}

/// The API that leaves the domain name deletes its stage once that no longer leads there.
#[tokio::test(flavor = "multi_thread")]
async fn an_api_that_leaves_a_shared_domain_name_renames_its_stage_after_it() {
    for make in MAKES {
        let with = |path: &str| in_domain(&format!("path = \"{path}\""));
        let both = app(&[rest("a", "v1", &with("a")), rest("b", "v1", &with("b"))]);
        let project = Project::new(make, &both).await;
        project.deploy(&[]);
        let other = with("b").replace("certificate/one", "certificate/two");
        project.write(&app(&[rest("a", "v2", ""), rest("b", "v1", &other)]));
        let plan = project.deploy(&[]);
        let all = plan["changes"].as_array().expect("changes");
        let change = all.iter().find(|change| change["address"] == "apigateway.rest-api/a").expect("the API's");
        let waits = change["waits_for"].as_array().expect("addresses");
        assert!(waits.contains(&json!("apigateway.domain-name/api-example-org")), "{make:?} {waits:?}");
    }
}
