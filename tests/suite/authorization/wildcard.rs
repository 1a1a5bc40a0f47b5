//! What a wildcard domain name lets an apply role do: everything with that name, and nothing with the names below it.

use aws_sdk_apigateway::error::ProvideErrorMetadata;
use aws_sdk_apigateway::types::{EndpointConfiguration, EndpointType};
use serverless_app::name::tag;

use crate::support::permissions::{apply, clients, endpoint, plan, planner_and_applier};
use crate::support::project::Project;

const APP: &str = r#"[app]
name = "wild"
region = "us-west-2"
tags = { Team = "a" }
[api.web]
domain = { name = "*.example.org", certificate = "arn:aws:acm:us-west-2:${account}:certificate/one", path = "v1", adopt = true }
routes = [{ method = "GET", path = "/", respond = {} }]
"#;

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_role_of_a_wildcard_domain_name_has_its_whole_life_and_takes_over_no_name_below_it() {
    let project = Project::at(&endpoint().await, APP);
    let root = project.aws().await;
    let (planner, applier) = planner_and_applier(&project, &root).await;
    let edited =
        APP.replace("certificate/one", "certificate/two").replace("\"v1\"", "\"v2\"").replace("\"a\"", "\"b\"");
    for (manifest, more) in [(APP, &[][..]), (edited.as_str(), &[][..]), (APP, &["--destroy"][..])] {
        project.write(manifest);
        let planned = plan(&project, &planner, more);
        assert_eq!(planned.code, Some(0), "{}", planned.stderr);
        let ran = apply(&project, &applier);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }

    let regional = EndpointConfiguration::builder().types(EndpointType::Regional).build();
    let nobodys = root.write.apigateway.create_domain_name().domain_name("pay.example.org");
    let nobodys = nobodys.regional_certificate_arn("arn:aws:acm:us-west-2:123456789012:certificate/theirs");
    nobodys.endpoint_configuration(regional).send().await.expect("a domain name");
    let client = clients(&endpoint().await, |_| applier.clone()).await.write.apigateway;
    let arn = "arn:aws:apigateway:us-west-2::/domainnames/pay.example.org";
    let claim = client.tag_resource().resource_arn(arn).tags(tag::APP, "wild").tags(tag::STAGE, "production");
    let said = claim.send().await.expect_err("a name that is not the app's");
    assert_eq!(said.code(), Some("AccessDeniedException"), "{said:?}");
}
