//! An HTTP API.

use std::collections::BTreeMap;

use serverless_app::aws::apigatewayv2;

use super::{map, named, set, tags, text};

pub fn http_api() -> apigatewayv2::HttpApi {
    let route = apigatewayv2::Route {
        authorization_type: text(),
        authorizer: Some(text()),
        authorization_scopes: set(),
        operation_name: text(),
        integration: Some(text()),
        other: map(),
    };
    let integration = apigatewayv2::Integration {
        integration_type: text(),
        integration_subtype: Some(text()),
        integration_uri: Some(text()),
        integration_method: Some(text()),
        connection_id: Some(text()),
        credentials_arn: Some(text()),
        payload_format_version: text(),
        timeout_in_millis: 1,
        request_parameters: map(),
        response_parameters: named(map()),
        server_name_to_verify: Some(text()),
        other: map(),
    };
    let authorizer = apigatewayv2::Authorizer {
        authorizer_type: text(),
        identity_source: vec![text()],
        jwt_configuration: Some(apigatewayv2::Jwt { issuer: text(), audience: set() }),
        authorizer_uri: Some(text()),
        authorizer_credentials_arn: Some(text()),
        authorizer_payload_format_version: Some(text()),
        authorizer_result_ttl_in_seconds: 1,
        enable_simple_responses: true,
    };
    let throttle = apigatewayv2::Throttle { throttling_rate_limit: 1.5, throttling_burst_limit: 1 };
    let settings = apigatewayv2::RouteSettings { throttling: Some(throttle), detailed_metrics_enabled: true };
    let stage = apigatewayv2::Stage {
        deployment: Some(text()),
        auto_deploy: true,
        default_route_settings: settings,
        route_settings: named(settings),
        access_log_settings: Some(apigatewayv2::AccessLog { destination_arn: text(), format: text() }),
        stage_variables: map(),
    };
    apigatewayv2::HttpApi {
        description: text(),
        cors_configuration: Some(apigatewayv2::Cors {
            allow_credentials: true,
            allow_headers: set(),
            allow_methods: set(),
            allow_origins: set(),
            expose_headers: set(),
            max_age: Some(1),
        }),
        disable_execute_api_endpoint: true,
        routes: BTreeMap::from([("GET /key".to_owned(), route)]),
        integrations: named(integration),
        authorizers: named(authorizer),
        deployments: set(),
        stages: named(stage),
        tags: tags(),
    }
}
