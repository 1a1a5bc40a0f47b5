//! What REST APIs call beside functions.

use aws_sdk_apigateway::types::IntegrationType;

use super::refused;
use crate::support::emulator::both;

#[tokio::test]
async fn integrations_are_refused_what_their_methods_do_not_declare() {
    for (make, aws) in both().await {
        let (write, read) = (&aws.write.apigateway, &aws.read.apigateway);
        let api = write.create_rest_api().name("a").send().await.expect("an API").id.expect("its id");
        let paths = read.get_resources().rest_api_id(&api).send().await.expect("paths");
        let root = paths.items()[0].id.clone().expect("an id");
        let method = write.put_method().rest_api_id(&api).resource_id(&root).http_method("GET");
        let method = method.authorization_type("NONE").request_parameters("method.request.header.X-Id", false);
        method.send().await.expect("a method");
        let put = |of: IntegrationType, uri: &str| {
            let put = write.put_integration().rest_api_id(&api).resource_id(&root).http_method("GET").r#type(of);
            put.integration_http_method("GET").uri(uri)
        };
        let mapped = |source: &str| {
            put(IntegrationType::HttpProxy, "https://example.org")
                .request_parameters("integration.request.header.A", source)
        };
        let no_url = refused(put(IntegrationType::Http, "example.org").send().await);
        assert_eq!(no_url, "BadRequestException: Invalid HTTP endpoint specified for URI", "{make}");
        let no_action = refused(put(IntegrationType::Aws, "arn:aws:apigateway:us-west-2:sqs:jobs").send().await);
        assert!(no_action.ends_with("must contain path or action"), "{make}: {no_action}");
        let bare = write.put_integration().rest_api_id(&api).resource_id(&root).http_method("GET");
        let bare = bare.r#type(IntegrationType::HttpProxy).uri("https://example.org");
        assert!(refused(bare.send().await).contains("HttpMethod must be non-empty"), "{make}");
        let unknown = refused(mapped("method.request.header.Other").send().await);
        assert!(
            unknown.contains("Invalid mapping expression parameter specified: method.request.header.Other"),
            "{make}"
        );
        let key = refused(mapped("'a'").cache_key_parameters("method.request.path.id").send().await);
        assert!(key.contains("Invalid mapping expression"), "{make}: {key}");
        let made = mapped("method.request.header.X-Id").send().await.expect("an integration");
        assert_eq!(made.connection_type().map(|of| of.as_str()), Some("INTERNET"), "{make}");

        let answer = |status: &str| {
            let answer = write.put_integration_response().rest_api_id(&api).resource_id(&root).http_method("GET");
            answer.status_code(status).response_parameters("method.response.header.X-Id", "'1'").send()
        };
        assert_eq!(refused(answer("200").await), "NotFoundException: Invalid Response status code specified", "{make}");
        let declare = |header: &str| {
            let response = write.put_method_response().rest_api_id(&api).resource_id(&root).http_method("GET");
            response.status_code("200").response_parameters(header, false).send()
        };
        declare("method.response.header.Other").await.expect("a response");
        assert!(refused(answer("200").await).contains("method.response.header.X-Id"), "{make}");
    }
}
