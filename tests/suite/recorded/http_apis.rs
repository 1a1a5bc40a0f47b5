//! HTTP APIs.

use std::collections::HashMap;

use aws_sdk_apigatewayv2::types::{AuthorizationType, AuthorizerType, IntegrationType, JwtConfiguration, ProtocolType};
use aws_sdk_apigatewayv2::types::{Cors, RouteSettings};
use serverless_app::aws::Aws;

use super::refused;
use crate::support::emulator::both;

const BUSY: &str =
    "ConflictException: Unable to complete operation due to concurrent modification. Please try again later.";

async fn api(aws: &Aws) -> String {
    let made = aws.write.apigatewayv2.create_api().name("a").protocol_type(ProtocolType::Http).send().await;
    made.expect("an API").api_id.expect("its id")
}

async fn service(aws: &Aws, api: &str) -> String {
    let made = aws.write.apigatewayv2.create_integration().api_id(api).integration_type(IntegrationType::AwsProxy);
    let made = made.integration_subtype("SQS-SendMessage").payload_format_version("1.0").credentials_arn("arn:role");
    let made = made.request_parameters("QueueUrl", "q").request_parameters("MessageBody", "b").send().await;
    made.expect("an integration").integration_id.expect("its id")
}

fn jwt() -> JwtConfiguration {
    JwtConfiguration::builder().issuer("https://issuer.example").audience("a").build()
}

#[tokio::test]
async fn an_http_api_refuses_what_is_there_what_is_in_use_and_what_is_not_there() {
    for (make, aws) in both().await {
        let (api, client) = (api(&aws).await, &aws.write.apigatewayv2);
        let text = refused(client.create_deployment().api_id(&api).send().await);
        assert!(text.starts_with("BadRequestException: At least one route"), "{make}: {text}");
        let integration = service(&aws, &api).await;
        let authorizer = || {
            let request = client.create_authorizer().api_id(&api).name("users").authorizer_type(AuthorizerType::Jwt);
            request.identity_source("$request.header.Authorization").jwt_configuration(jwt()).send()
        };
        let users = authorizer().await.expect("an authorizer").authorizer_id.expect("its id");
        let text = refused(authorizer().await);
        assert!(text.starts_with("BadRequestException: Authorizer name must be unique."), "{make}: {text}");
        let route = |key: &str| {
            let request =
                client.create_route().api_id(&api).route_key(key).target(format!("integrations/{integration}"));
            request.authorization_type(AuthorizationType::Jwt).authorizer_id(&users).send()
        };
        assert_eq!(refused(route("GET /a/{b}").await), BUSY, "{make}");
        route("GET /a/{b}").await.expect("a route");
        let text = refused(route("GET /a/{b}").await);
        assert!(text.contains("already exists") && !text.contains("try again later"), "{make}: {text}");
        let text = refused(route("GET /a/{c}").await);
        assert!(text.contains("conflicting variable on the same hierarchical level"), "{make}: {text}");
        let text = refused(client.delete_integration().api_id(&api).integration_id(&integration).send().await);
        assert!(text.contains("referenced by the following Routes"), "{make}: {text}");
        let text = refused(client.delete_authorizer().api_id(&api).authorizer_id(&users).send().await);
        assert!(
            text.contains("Cannot delete authorizer 'users', is referenced in route: GET: /a/{b}"),
            "{make}: {text}"
        );
        let update = client.update_integration().api_id(&api).integration_id(&integration).timeout_in_millis(50);
        let text = refused(update.send().await);
        assert_eq!(text, "BadRequestException: Invalid integration URI specified", "{make}");
        let limits = RouteSettings::builder().throttling_burst_limit(1).build();
        let stage = || client.create_stage().api_id(&api).stage_name("$default");
        let text = refused(stage().route_settings("GET /none", limits).send().await);
        assert!(text.starts_with("NotFoundException"), "{make}: {text}");
        stage().auto_deploy(true).send().await.expect("a stage");
        let text = refused(stage().send().await);
        assert!(text.starts_with("ConflictException") && !text.contains("try again later"), "{make}: {text}");
        let made = client.create_deployment().api_id(&api).send().await.expect("a deployment");
        let update = client.update_stage().api_id(&api).stage_name("$default");
        let text = refused(update.deployment_id(made.deployment_id().expect("its id")).send().await);
        assert!(text.contains("because AutoDeploy is enabled"), "{make}: {text}");
        for text in [
            refused(client.delete_route().api_id(&api).route_id("none").send().await),
            refused(client.delete_stage().api_id(&api).stage_name("none").send().await),
            refused(client.delete_deployment().api_id(&api).deployment_id("none").send().await),
            refused(client.get_routes().api_id("none").send().await),
        ] {
            assert!(text.starts_with("NotFoundException"), "{make}: {text}");
        }
        client.delete_api().api_id(&api).send().await.expect("a deletion");
    }
}

#[tokio::test]
async fn updates_of_an_http_api_keep_what_they_leave_out() {
    for (make, aws) in both().await {
        let (api, client) = (api(&aws).await, &aws.write.apigatewayv2);
        let integration = service(&aws, &api).await;
        let update = client.update_integration().api_id(&api).integration_id(&integration);
        let update = update.integration_type(IntegrationType::AwsProxy).integration_subtype("SQS-SendMessage");
        update.request_parameters("MessageBody", "").send().await.expect("an update");
        let read = client.get_integrations().api_id(&api).send().await.expect("integrations");
        let expected = HashMap::from([("QueueUrl".to_owned(), "q".to_owned())]);
        assert_eq!(read.items()[0].request_parameters(), Some(&expected), "{make}");
        assert_eq!(read.items()[0].credentials_arn(), Some("arn:role"), "{make}");

        let cors = Cors::builder().allow_origins("*").allow_headers("X-A").build();
        client.update_api().api_id(&api).cors_configuration(cors).send().await.expect("an update");
        let empty = client.update_api().api_id(&api).cors_configuration(Cors::builder().build());
        empty.send().await.expect("an update that says nothing");
        let apis = client.get_apis().send().await.expect("APIs");
        let ours = apis.items().iter().find(|one| one.api_id() == Some(&api)).expect("ours");
        assert_eq!(ours.cors_configuration().expect("CORS").allow_headers(), ["x-a"], "{make}");

        let stage = client.create_stage().api_id(&api).stage_name("v1").stage_variables("a", "1");
        stage.stage_variables("b", "2").send().await.expect("a stage");
        let update = client.update_stage().api_id(&api).stage_name("v1").stage_variables("a", "");
        update.send().await.expect("an update");
        let stages = client.get_stages().api_id(&api).send().await.expect("stages");
        let expected = HashMap::from([("b".to_owned(), "2".to_owned())]);
        assert_eq!(stages.items()[0].stage_variables(), Some(&expected), "{make}");
        client.delete_api().api_id(&api).send().await.expect("a deletion");
    }
}
