//! A REST API, and a usage plan.

use std::collections::BTreeMap;

use serde_json::json;
use serverless_app::aws::{apigateway, apigateway_account, apigateway_keys};

use super::{document, map, named, output, set, tags, text};

pub fn usage_plan() -> apigateway_keys::UsagePlan {
    let stage = apigateway_keys::ApiStage { api_id: output(), stage: text() };
    let method = apigateway_keys::Method { of: stage.clone(), path: text() };
    let limits = apigateway_keys::Limits { rate_limit: 1.5, burst_limit: 1 };
    apigateway_keys::UsagePlan {
        description: text(),
        api_stages: [stage].into(),
        method_throttle: [(method, limits)].into(),
        throttle: Some(limits),
        quota: Some(apigateway_keys::Quota { limit: 1, offset: 1, period: text() }),
        keys: [output()].into(),
        tags: tags(),
    }
}

pub fn account() -> apigateway_account::Account {
    apigateway_account::Account {
        cloudwatch_role_arn: Some(text()),
        assume_role_policy_document: Some(document()),
        managed_policy_arns: set(),
    }
}

pub fn api() -> apigateway::RestApi {
    let integration = apigateway::Integration {
        integration_type: text(),
        uri: Some(text()),
        integration_http_method: Some(text()),
        credentials: Some(text()),
        connection_type: Some(text()),
        connection_id: Some(text()),
        timeout_in_millis: 1,
        request_parameters: map(),
        request_templates: map(),
        passthrough_behavior: Some(text()),
        content_handling: Some(text()),
        cache_key_parameters: set(),
    };
    let response = apigateway::IntegrationResponse {
        response_parameters: map(),
        selection_pattern: Some(text()),
        response_templates: map(),
        content_handling: Some(text()),
    };
    let method = apigateway::Method {
        authorization_type: text(),
        api_key_required: true,
        checks: apigateway::Checks {
            authorizer: Some(text()),
            authorization_scopes: set(),
            request_validator: Some(text()),
            request_parameters: named(true),
            request_models: map(),
        },
        integration: Some(integration),
        method_responses: named(set()),
        integration_responses: named(response),
        other: map(),
    };
    let stage = apigateway::Stage {
        deployment: Some(text()),
        tracing_enabled: true,
        throttling: Some(apigateway::Throttle { rate_limit: 1.5, burst_limit: 1 }),
        other_settings: [
            (
                "*/*".to_owned(),
                ["dataTraceEnabled", "loggingLevel", "metricsEnabled"].map(|of| (of.into(), text())).into(),
            ),
            ("~1/GET".to_owned(), map()),
        ]
        .into(),
        cache_cluster_size: Some(text()),
        access_log_settings: Some(apigateway::AccessLog { destination_arn: text(), format: text() }),
        variables: map(),
        tags: tags(),
    };
    apigateway::RestApi {
        description: text(),
        endpoint_type: text(),
        policy: Some(document()),
        binary_media_types: set(),
        minimum_compression_size: Some(1),
        resources: set(),
        methods: BTreeMap::from([("GET /key".to_owned(), method)]),
        parts: parts(),
        deployments: set(),
        stages: named(stage),
        tags: tags(),
    }
}

fn parts() -> apigateway::Parts {
    let authorizer = apigateway::Authorizer {
        authorizer_type: text(),
        provider_arns: set(),
        authorizer_uri: Some(text()),
        authorizer_credentials: Some(text()),
        identity_source: Some(text()),
        identity_validation_expression: Some(text()),
        authorizer_result_ttl_in_seconds: 1,
    };
    let model = |schema| apigateway::Model { content_type: text(), schema };
    let models = [("Key1", json!("text")), ("Key2", json!({"type": "text"}))];
    let validator = apigateway::RequestValidator { validate_request_body: true, validate_request_parameters: true };
    let response = apigateway::GatewayResponse {
        status_code: Some(text()),
        response_parameters: map(),
        response_templates: map(),
    };
    apigateway::Parts {
        authorizers: named(authorizer),
        models: models.map(|(name, schema)| (name.to_owned(), model(schema))).into(),
        request_validators: named(validator),
        gateway_responses: named(response),
        vpc_endpoint_ids: set(),
        by_hand: apigateway::ByHand::default(),
    }
}
