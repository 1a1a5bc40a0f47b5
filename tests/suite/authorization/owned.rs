//! What is told by no name: REST APIs and what is below them, by their tags.

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::error::ProvideErrorMetadata;
use aws_sdk_apigateway::types::{Op, PatchOperation};
use serverless_app::aws::Aws;
use serverless_app::name::tag;

use crate::support::permissions::{apply, assume, clients, endpoint, plan, planner_and_applier, policies, role};
use crate::support::project::{EXAMPLE, Project, changes};

const ADOPTING: (&str, &str) = ("[api.api]\n", "[api.api]\nadopt = true\n");

/// A web ACL with an IP set, for which the apply role has actions then.
const LISTING: (&str, &str) = ("[firewall.api-waf]\n", "[firewall.api-waf]\nallow_ips = [\"192.0.2.0/24\"]\n");

/// The apply role of a manifest of this project.
async fn applier(project: &Project, name: &str, manifest: &str) -> Aws {
    project.write(manifest);
    let root = project.aws().await;
    let arn = role(&root, name, &policies(project, "apply")).await;
    let keys = assume(&root, &arn, None).await;
    clients(&endpoint().await, |_| keys.clone()).await
}

async fn api(root: &Aws, owner: Option<(&str, &str)>) -> String {
    let make = root.write.apigateway.create_rest_api().name("serverless-app--production-api");
    let make = match owner {
        Some((app, stage)) => make.tags(tag::APP, app).tags(tag::STAGE, stage),
        None => make,
    };
    make.send().await.expect("an API").id().expect("an id").to_owned()
}

fn is_denied<T, E: ProvideErrorMetadata + std::fmt::Debug>(answer: &Result<T, E>) -> bool {
    answer.as_ref().err().and_then(ProvideErrorMetadata::code) == Some("AccessDeniedException")
}

/// Which writes to an API, or below it, IAM refuses. Some fail otherwise where they are allowed.
async fn refused(client: &Client, api: &str) -> Vec<&'static str> {
    let arn = format!("arn:aws:apigateway:us-west-2::/restapis/{api}");
    let patch = PatchOperation::builder().op(Op::Replace).path("/description").value("x").build();
    let policy = PatchOperation::builder().op(Op::Replace).path("/policy").value("{}").build();
    let root = "made-up";
    let method = client.put_method().rest_api_id(api).resource_id(root).http_method("GET");
    let mut refused = Vec::new();
    let mut tell = |name, is_denied: bool| refused.extend(is_denied.then_some(name));
    tell("update", is_denied(&client.update_rest_api().rest_api_id(api).patch_operations(patch.clone()).send().await));
    tell("policy", is_denied(&client.update_rest_api().rest_api_id(api).patch_operations(policy).send().await));
    let path = client.create_resource().rest_api_id(api).parent_id(root).path_part("x");
    tell("resource", is_denied(&path.send().await));
    tell("method", is_denied(&method.authorization_type("NONE").send().await));
    tell("deployment", is_denied(&client.create_deployment().rest_api_id(api).send().await));
    let stage = client.update_stage().rest_api_id(api).stage_name("v1").patch_operations(patch);
    tell("stage", is_denied(&stage.send().await));
    let other = client.tag_resource().resource_arn(&arn).tags("Cost", "x");
    tell("tag", is_denied(&other.send().await));
    tell("untag", is_denied(&client.untag_resource().resource_arn(&arn).tag_keys("Cost").send().await));
    tell("claim", is_denied(&claim(client, api).await));
    refused
}

async fn claim(
    client: &Client,
    api: &str,
) -> Result<impl Sized + use<>, impl ProvideErrorMetadata + std::fmt::Debug + use<>> {
    let arn = format!("arn:aws:apigateway:us-west-2::/restapis/{api}");
    let claim = client.tag_resource().resource_arn(arn).tags(tag::APP, "serverless-app").tags(tag::STAGE, "production");
    claim.send().await
}

const ALL: [&str; 9] = ["update", "policy", "resource", "method", "deployment", "stage", "tag", "untag", "claim"];

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_role_changes_the_apis_that_bear_its_apps_and_stages_tags_alone() {
    let project = Project::at(&endpoint().await, EXAMPLE);
    let root = project.aws().await;
    let plain = applier(&project, "apply", EXAMPLE).await.write.apigateway;
    let adopting = applier(&project, "adopting", &EXAMPLE.replacen(ADOPTING.0, ADOPTING.1, 1)).await.write.apigateway;
    let own = api(&root, Some(("serverless-app", "production"))).await;
    assert_eq!(refused(&plain, &own).await, [""; 0]);
    for other in [("other", "production"), ("serverless-app", "staging"), ("serverless-app-production", "x")] {
        let other = api(&root, Some(other)).await;
        assert_eq!(refused(&plain, &other).await, ALL);
        assert_eq!(refused(&adopting, &other).await, ALL, "an API that belongs to another is never taken over");
    }
    let nobodys = api(&root, None).await;
    assert_eq!(refused(&plain, &nobodys).await, ALL);
    assert_eq!(refused(&adopting, &nobodys).await, ALL[..8], "it is claimed before anything of it changes");
    assert_eq!(refused(&plain, &nobodys).await, [""; 0], "it is the app's now");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_role_makes_no_api_that_bears_others_tags_or_none() {
    let project = Project::at(&endpoint().await, EXAMPLE);
    let client = applier(&project, "apply", EXAMPLE).await.write.apigateway;
    let make = || client.create_rest_api().name("serverless-app--production-api");
    assert!(is_denied(&make().send().await));
    assert!(is_denied(&make().tags(tag::APP, "other").tags(tag::STAGE, "production").send().await));
    assert!(!is_denied(&make().tags(tag::APP, "serverless-app").tags(tag::STAGE, "production").send().await));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ip_set_that_bears_others_tags_is_not_changed_whatever_its_name() {
    let project = Project::at(&endpoint().await, EXAMPLE);
    let root = project.aws().await;
    let manifest = EXAMPLE.replacen(LISTING.0, LISTING.1, 1);
    let client = applier(&project, "apply", &manifest).await.write.wafv2;
    for (app, expected) in [("other", true), ("serverless-app", false)] {
        let name = format!("serverless-app--production-{app}");
        let of = |key: &str, value: &str| aws_sdk_wafv2::types::Tag::builder().key(key).value(value).build().unwrap();
        let make =
            root.write.wafv2.create_ip_set().name(&name).scope("REGIONAL".into()).ip_address_version("IPV4".into());
        let make = make.set_addresses(Some(Vec::new())).tags(of(tag::APP, app)).tags(of(tag::STAGE, "production"));
        let made = make.send().await.expect("an IP set").summary.expect("a summary");
        let (id, lock) = (made.id().unwrap(), made.lock_token().unwrap());
        let change = client.update_ip_set().name(&name).scope("REGIONAL".into()).id(id).lock_token(lock);
        let change = change.set_addresses(Some(vec!["192.0.2.0/24".into()])).send().await;
        let denied = change.err().and_then(|error| error.code().map(str::to_owned));
        assert_eq!(denied.as_deref() == Some("AccessDeniedException"), expected, "{app}: {denied:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_without_tags_is_adopted_by_the_role_of_a_manifest_that_says_so() {
    let manifest = EXAMPLE.replacen(ADOPTING.0, ADOPTING.1, 1);
    let project = Project::at(&endpoint().await, &manifest);
    let root = project.aws().await;
    api(&root, None).await;
    let (planner, applier) = planner_and_applier(&project, &root).await;
    let made = plan(&project, &planner, &[]);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let made = changes(&serde_json::from_str(&made.stdout).expect("a plan"));
    assert!(made.iter().any(|change| change.starts_with("adopt apigateway.rest-api/api")), "{made:?}");
    let ran = apply(&project, &applier);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let again = plan(&project, &planner, &[]);
    assert_eq!(changes(&serde_json::from_str(&again.stdout).expect("a plan")), Vec::<String>::new());
}
