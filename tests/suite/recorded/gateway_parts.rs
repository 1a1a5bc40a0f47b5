//! Authorizers, models, validators and gateway responses of REST APIs.

use aws_sdk_apigateway::types::{AuthorizerType, GatewayResponseType, IntegrationType, Op, PatchOperation};

use super::refused;
use crate::support::emulator::both;

const FUNCTION: &str = "arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/arn:aws:lambda:us-west-2:123456789012:function:f/invocations";

#[tokio::test]
async fn authorizers_and_models_are_named_once_and_stay_while_they_are_in_use() {
    for (make, aws) in both().await {
        let (write, read) = (&aws.write.apigateway, &aws.read.apigateway);
        let api = write.create_rest_api().name("a").send().await.expect("an API").id.expect("its id");
        let create = |api: &str| {
            let token = write.create_authorizer().rest_api_id(api).name("judge").r#type(AuthorizerType::Token);
            token.authorizer_uri(FUNCTION).identity_source("method.request.header.Authorization").send()
        };
        let busy = refused(create("none").await);
        assert!(busy.starts_with("ConflictException") && busy.contains("Please try again later"), "{make}: {busy}");
        let made = create(&api).await.expect("an authorizer");
        assert_eq!((made.authorizer_result_ttl_in_seconds, made.auth_type()), (Some(300), Some("custom")), "{make}");
        let taken = refused(create(&api).await);
        assert!(taken.starts_with("BadRequestException: Authorizer name must be unique"), "{make}: {taken}");
        let schema = |schema: &str| {
            let model = write.create_model().rest_api_id(&api).name("Order").content_type("application/json");
            model.schema(schema).send()
        };
        assert!(refused(schema("{}").await).contains("at least 1 property"), "{make}");
        schema(r#"{"type": "object"}"#).await.expect("a model");
        assert!(refused(schema(r#"{"type": "object"}"#).await).starts_with("ConflictException"), "{make}");
        let models = read.get_models().rest_api_id(&api).send().await.expect("models");
        let mut names: Vec<&str> = models.items().iter().filter_map(|model| model.name()).collect();
        names.sort_unstable();
        assert_eq!(names, ["Empty", "Error", "Order"], "{make}");

        let paths = read.get_resources().rest_api_id(&api).send().await.expect("paths");
        let root = paths.items()[0].id.clone().expect("an id");
        let put = |authorizer: &str| {
            let method = write.put_method().rest_api_id(&api).resource_id(&root).http_method("POST");
            method.authorization_type("CUSTOM").authorizer_id(authorizer).request_models("$default", "Order").send()
        };
        assert!(refused(put("none").await).starts_with("BadRequestException: Invalid authorizer ID"), "{make}");
        let judge = made.id.expect("its id");
        put(&judge).await.expect("a method");
        let mock = write.put_integration().rest_api_id(&api).resource_id(&root).http_method("POST");
        mock.r#type(IntegrationType::Mock).send().await.expect("an integration");
        let delete = || write.delete_authorizer().rest_api_id(&api).authorizer_id(&judge).send();
        assert!(refused(delete().await).contains("is referenced in method"), "{make}");
        let model = || write.delete_model().rest_api_id(&api).model_name("Order").send();
        assert!(refused(model().await).contains("is referenced in method request"), "{make}");
        let method = write.delete_method().rest_api_id(&api).resource_id(&root).http_method("POST");
        method.send().await.expect("a deletion");
        delete().await.expect("a deletion");
        model().await.expect("a deletion");
    }
}

#[tokio::test]
async fn validators_of_one_name_are_two_and_a_patch_of_one_only_replaces() {
    for (make, aws) in both().await {
        let (write, read) = (&aws.write.apigateway, &aws.read.apigateway);
        let api = write.create_rest_api().name("a").send().await.expect("an API").id.expect("its id");
        let create =
            || write.create_request_validator().rest_api_id(&api).name("body").validate_request_body(true).send();
        let one = create().await.expect("a validator").id.expect("its id");
        create().await.expect("another one");
        let all = read.get_request_validators().rest_api_id(&api).send().await.expect("validators");
        assert_eq!(all.items().len(), 2, "{make}");
        let patch = |op, value| PatchOperation::builder().op(op).path("/validateRequestBody").value(value).build();
        let update = |patch| {
            let update = write.update_request_validator().rest_api_id(&api).request_validator_id(&one);
            update.patch_operations(patch).send()
        };
        assert!(refused(update(patch(Op::Add, "false")).await).starts_with("BadRequestException"), "{make}");
        let updated = update(patch(Op::Replace, "false")).await.expect("an update");
        assert!(!updated.validate_request_body(), "{make}");
    }
}

#[tokio::test]
async fn there_is_a_gateway_response_of_every_type_and_the_defaults_change_others() {
    for (make, aws) in both().await {
        let (write, read) = (&aws.write.apigateway, &aws.read.apigateway);
        let api = write.create_rest_api().name("a").send().await.expect("an API").id.expect("its id");
        let put = |of: GatewayResponseType| write.put_gateway_response().rest_api_id(&api).response_type(of);
        let header = "gatewayresponse.header.X";
        put(GatewayResponseType::Default5Xx).response_parameters(header, "'1'").send().await.expect("a response");
        put(GatewayResponseType::Throttled).status_code("503").send().await.expect("a response");
        let put_again = put(GatewayResponseType::Throttled).response_parameters(header, "'2'").send().await;
        assert_eq!(put_again.expect("a response").status_code(), Some("429"), "{make}: a put replaces all");
        let all = read.get_gateway_responses().rest_api_id(&api).send().await.expect("responses");
        assert_eq!(all.items().len(), 21, "{make}");
        let of = |of: GatewayResponseType| {
            all.items().iter().find(|one| one.response_type() == Some(&of)).expect("one of each type")
        };
        let integration = of(GatewayResponseType::IntegrationFailure);
        assert!(
            integration.default_response()
                && integration.response_parameters().is_some_and(|all| all.contains_key(header)),
            "{make}"
        );
        assert_eq!(of(GatewayResponseType::Default5Xx).status_code(), None, "{make}");
        let default = of(GatewayResponseType::AccessDenied).response_templates().expect("a template");
        assert_eq!(default["application/json"], r#"{"message":$context.error.messageString}"#, "{make}");
        let delete =
            || write.delete_gateway_response().rest_api_id(&api).response_type(GatewayResponseType::Throttled).send();
        delete().await.expect("a deletion");
        assert!(refused(delete().await).starts_with("NotFoundException"), "{make}");
    }
}
