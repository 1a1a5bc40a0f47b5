//! A state of each kind that has everything that such a state can have. Written out whole, so that a new attribute of a kind does
//! not compile until it stands here.

mod bucket;
mod domain;
mod http_api;
mod rest_api;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use serverless_app::aws::document::Document;
use serverless_app::aws::{
    State, Tags, apigateway_keys, cloudwatch, config, dynamodb, events, iam, lambda, logs, s3, scheduler, sns, sqs,
    stepfunctions, wafv2,
};
use serverless_app::name::Address;
use serverless_app::text::Text;

/// The states, at addresses of every section that has such a resource.
pub fn all() -> Vec<(Address, State)> {
    let mut all: Vec<(&str, State)> = vec![
        ("apigateway.api-key/it", apigateway_keys::ApiKey { description: text(), enabled: true, tags: tags() }.into()),
        ("acm.certificate/it", domain::certificate().into()),
        ("apigateway.domain-name/it", domain::domain_name().into()),
        ("apigateway.rest-api/it", rest_api::api().into()),
        ("apigateway.usage-plan/it", rest_api::usage_plan().into()),
        ("apigatewayv2.api/it", http_api::http_api().into()),
        ("cloudwatch.alarm/it", alarm().into()),
        (
            "config.delivery-channel/compliance",
            config::DeliveryChannel { s3_bucket_name: text(), recording: true }.into(),
        ),
        ("config.recorder/compliance", recorder().into()),
        ("config.rule/it", rule().into()),
        ("dynamodb.table/it", table().into()),
        ("events.archive/it", archive().into()),
        ("events.bus/it", bus().into()),
        ("events.rule/it", event_rule().into()),
        ("iam.oidc-provider/it", iam::OidcProvider { client_id_list: set() }.into()),
        ("apigateway.account/it", rest_api::account().into()),
        ("iam.policy/it", policy().into()),
        ("iam.policy/it-function", policy().into()),
        ("lambda.event-source-mapping/it-queue-it", mapping().into()),
        ("lambda.event-source-mapping/it-table-it", mapping().into()),
        ("lambda.function/it", function().into()),
        ("lambda.layer-version/it-0123456789", layer_version().into()),
        ("lambda.permission/it", permission().into()),
        ("route53.record/it", domain::record().into()),
        ("s3.files/it", bucket::files().into()),
        ("scheduler.schedule/it", schedule().into()),
        ("scheduler.schedule-group/schedules", scheduler::ScheduleGroup { tags: tags(), ..Default::default() }.into()),
        ("sns.topic/it", topic().into()),
        ("sqs.queue/it", queue().into()),
        ("stepfunctions.state-machine/it", state_machine().into()),
        ("wafv2.association/it", wafv2::Association { resource_arn: output(), web_acl_arn: output() }.into()),
        ("wafv2.web-acl/answering", web_acl(&json!({"CustomResponse": {"ResponseCode": 429}})).into()),
        ("wafv2.web-acl/it", web_acl(&json!({})).into()),
    ];
    for role in ["it", "it-function", "it-http", "it-rule", "it-schedule", "it-workflow", "compliance-recorder"] {
        all.push((leak("iam.role", role), self::role().into()));
    }
    for group in ["it", "it-function", "it-api", "it-firewall", "it-http", "it-workflow"] {
        let log_group_class = (group == "it").then(text);
        let state = logs::LogGroup { log_group_class, retention_in_days: Some(14), tags: tags() };
        all.push((leak("logs.log-group", group), state.into()));
    }
    for bucket in ["it", "compliance-records"] {
        all.push((leak("s3.bucket", bucket), self::bucket::bucket().into()));
    }
    for ip_set in ["it-allow-v4", "it-block-v6"] {
        let state =
            wafv2::IpSet { ip_address_version: text(), addresses: set(), description: Some(text()), tags: tags() };
        all.push((leak("wafv2.ip-set", ip_set), state.into()));
    }
    all.into_iter().map(|(address, state)| (address.parse().expect("an address"), state)).collect()
}

fn leak(kind: &str, name: &str) -> &'static str {
    format!("{kind}/{name}").leak()
}

/// A path with `*` for the names that are made up here.
pub fn plain(path: &str) -> String {
    path.split('.')
        .map(|part| if part.starts_with("Key") || part == "GET /key" { "*" } else { part })
        .collect::<Vec<_>>()
        .join(".")
}

fn text() -> String {
    "text".into()
}

fn set() -> BTreeSet<String> {
    BTreeSet::from([text()])
}

fn map() -> BTreeMap<String, String> {
    named(text())
}

fn named<T>(value: T) -> BTreeMap<String, T> {
    BTreeMap::from([("Key".to_owned(), value)])
}

fn tags() -> Tags {
    map()
}

fn output() -> Text {
    Text::from("text")
}

fn document() -> Document {
    Document::new(vec![json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})])
}

fn alarm() -> cloudwatch::Alarm {
    cloudwatch::Alarm {
        alarm_description: Some(text()),
        actions_enabled: true,
        alarm_actions: set(),
        ok_actions: set(),
        insufficient_data_actions: set(),
        namespace: Some(text()),
        metric_name: Some(text()),
        dimensions: map(),
        statistic: Some(text()),
        extended_statistic: Some(text()),
        unit: Some(text()),
        period: Some(1),
        evaluation_periods: 1,
        datapoints_to_alarm: Some(1),
        threshold: Some(1.5),
        comparison_operator: text(),
        treat_missing_data: text(),
        tags: tags(),
    }
}

fn recorder() -> config::Recorder {
    let recording_group = config::RecordingGroup {
        all_supported: true,
        include_global_resource_types: true,
        resource_types: set(),
        exclusion_by_resource_types: set(),
    };
    config::Recorder { role_arn: text(), recording_group, tags: tags() }
}

fn rule() -> config::Rule {
    let scope = config::Scope {
        compliance_resource_types: set(),
        tag_key: Some(text()),
        tag_value: Some(text()),
        compliance_resource_id: Some(text()),
    };
    config::Rule {
        source_identifier: text(),
        input_parameters: map(),
        scope,
        maximum_execution_frequency: Some(text()),
        description: Some(text()),
        tags: tags(),
    }
}

fn table() -> dynamodb::Table {
    let key = dynamodb::Key { attribute_name: text(), attribute_type: "S".into(), key_type: "HASH".into() };
    let throughput = dynamodb::Throughput { read_capacity_units: 1, write_capacity_units: 1 };
    let index = |provisioned_throughput| dynamodb::Index {
        key_schema: vec![key.clone()],
        projection: dynamodb::Projection { projection_type: text(), non_key_attributes: set() },
        provisioned_throughput,
    };
    dynamodb::Table {
        key_schema: vec![key.clone()],
        billing: dynamodb::Billing::Provisioned { throughput },
        global_secondary_indexes: named(index(Some(throughput))),
        local_secondary_indexes: named(index(None)),
        sse: dynamodb::SseSpecification::key(text()),
        stream_view_type: Some(text()),
        time_to_live_attribute: Some(text()),
        point_in_time_recovery_enabled: true,
        deletion_protection_enabled: true,
        tags: tags(),
    }
}

fn policy() -> iam::Policy {
    iam::Policy { policy_document: document(), other_versions: vec![document()], tags: tags() }
}

fn role() -> iam::Role {
    iam::Role {
        path: Some(text()),
        description: Some(text()),
        max_session_duration: 1,
        assume_role_policy_document: document(),
        managed_policy_arns: set(),
        inline_policies: named(document()),
        permissions_boundary: Some(text()),
        tags: tags(),
    }
}

fn layer_version() -> lambda::LayerVersion {
    lambda::LayerVersion {
        code_sha256: text(),
        compatible_architectures: set(),
        compatible_runtimes: set(),
        description: text(),
        license_info: text(),
        way: lambda::Way::default(),
        used_by: BTreeSet::new(),
    }
}

fn function() -> lambda::Function {
    lambda::Function {
        code_sha256: text(),
        runtime: text(),
        handler: text(),
        package_type: lambda::PackageType::Image,
        image_config: Some(lambda::ImageConfig {
            command: vec![text()],
            entry_point: vec![text()],
            working_directory: Some(text()),
        }),
        role: text(),
        description: text(),
        memory_size: 1,
        timeout: 1,
        architecture: text(),
        environment: named(output()),
        tracing_mode: text(),
        layers: vec![output()],
        dead_letter_target_arn: Some(text()),
        ephemeral_storage_size: 1,
        reserved_concurrent_executions: Some(1),
        logging_config: lambda::LoggingConfig {
            log_format: text(),
            application_log_level: Some(text()),
            system_log_level: Some(text()),
            log_group: Some(text()),
        },
        kms_key_arn: Some(text()),
        vpc_config: lambda::VpcConfig {
            subnet_ids: set(),
            security_group_ids: set(),
            ipv6_allowed_for_dual_stack: true,
        },
        file_system_config: Some(lambda::FileSystemConfig { arn: text(), local_mount_path: text() }),
        runtime_management_config: Some(lambda::RuntimeManagementConfig {
            update_runtime_on: text(),
            runtime_version_arn: Some(text()),
        }),
        recursive_loop: Some(text()),
        snap_start: Some(text()),
        release: Some(Box::new(lambda::Release {
            live: Some(lambda::Version::of(&lambda::Function::default())),
            newest: Some(lambda::Version::of(&lambda::Function::default())),
            additional_version_weights: [("newest".to_owned(), 0.1)].into(),
            old_versions: [1].into(),
            provisioned_concurrent_executions: Some(1),
            course: lambda::Course::default(),
        })),
        url: Some(lambda::FunctionUrl {
            qualifier: Some(text()),
            auth_type: text(),
            cors: Some(cors()),
            invoke_mode: text(),
        }),
        invoke_config: Some(lambda::InvokeConfig {
            qualifier: Some(text()),
            maximum_retry_attempts: 1,
            maximum_event_age_in_seconds: 60,
            on_failure: Some(text()),
            on_success: Some(text()),
        }),
        tags: tags().into_iter().chain([("serverless-app:image".to_owned(), text())]).collect(),
        way: lambda::Way::default(),
    }
}

fn cors() -> lambda::Cors {
    lambda::Cors {
        allow_credentials: true,
        allow_headers: set(),
        allow_methods: set(),
        allow_origins: set(),
        expose_headers: set(),
        max_age: 1,
    }
}

fn mapping() -> lambda::EventSourceMapping {
    lambda::EventSourceMapping {
        qualifier: Some(text()),
        event_source_arn: output(),
        starting_position: Some(text()),
        starting_position_timestamp: Some(1),
        enabled: true,
        batch_size: 1,
        maximum_batching_window_in_seconds: 1,
        function_response_types: set(),
        filters: set(),
        maximum_concurrency: Some(2),
        parallelization_factor: 1,
        bisect_batch_on_function_error: true,
        maximum_retry_attempts: 1,
        maximum_record_age_in_seconds: 60,
        tumbling_window_in_seconds: 1,
        on_failure: Some(text()),
        tags: tags(),
    }
}

fn permission() -> lambda::Permission {
    let statement = lambda::Statement {
        principal: text(),
        action: text(),
        source_arn: Some(output()),
        source_account: Some(text()),
        function_url_auth_type: Some(text()),
        invoked_via_function_url: true,
        foreign: Some(json!({"Effect": "Allow"})),
    };
    lambda::Permission { statements: named(statement) }
}

fn topic() -> sns::Topic {
    let subscription = sns::Subscription {
        raw_message_delivery: true,
        filter_policy: Some(json!({"kind": ["a"]})),
        filter_policy_scope: sns::MESSAGE_BODY.into(),
        redrive_policy: Some(sns::RedrivePolicy { dead_letter_target_arn: text() }),
        unconfirmed: false,
    };
    let log = sns::Feedback {
        failure_feedback_role_arn: Some(text()),
        success_feedback_role_arn: Some(text()),
        success_feedback_sample_rate: 1,
    };
    sns::Topic {
        fifo_topic: true,
        content_based_deduplication: true,
        fifo_throughput_scope: text(),
        delivery_status: [("SQS".to_owned(), log)].into(),
        display_name: Some(text()),
        kms_master_key_id: Some(text()),
        policy: Some(document()),
        subscriptions: named(subscription),
        tags: tags(),
    }
}

fn queue() -> sqs::Queue {
    sqs::Queue {
        fifo_queue: true,
        content_based_deduplication: true,
        deduplication_scope: text(),
        fifo_throughput_limit: text(),
        visibility_timeout: 1,
        message_retention_period: 1,
        delay_seconds: 1,
        receive_message_wait_time_seconds: 1,
        maximum_message_size: 1,
        sqs_managed_sse_enabled: true,
        kms_master_key_id: Some(text()),
        kms_data_key_reuse_period_seconds: 1,
        policy: Some(document()),
        redrive_allow_policy: Some(sqs::RedriveAllowPolicy { redrive_permission: text(), source_queue_arns: set() }),
        redrive_policy: Some(sqs::RedrivePolicy { dead_letter_target_arn: text(), max_receive_count: 1 }),
        tags: tags(),
    }
}

fn schedule() -> scheduler::Schedule {
    use scheduler::schedule::*;
    let target = Target {
        arn: text(),
        role_arn: text(),
        input: Some(output()),
        retry_policy: RetryPolicy { maximum_event_age_in_seconds: 60, maximum_retry_attempts: 1 },
        dead_letter_config: Some(DeadLetterConfig { arn: text() }),
        sqs_parameters: Some(SqsParameters { message_group_id: text() }),
        event_bridge_parameters: Some(EventBridgeParameters { detail_type: text(), source: text() }),
    };
    Schedule {
        schedule_expression: text(),
        schedule_expression_timezone: text(),
        start_date: Some(text()),
        end_date: Some(text()),
        flexible_time_window: FlexibleTimeWindow::of(Some(5)),
        target,
        state: text(),
        description: Some(text()),
        kms_key_arn: Some(text()),
        action_after_completion: text(),
    }
}

fn bus() -> events::Bus {
    events::Bus {
        description: Some(text()),
        kms_key_identifier: Some(text()),
        dead_letter_config: Some(events::DeadLetterConfig { arn: text() }),
        policy: Some(document()),
        tags: tags(),
    }
}

fn event_rule() -> events::Rule {
    let target = events::Target {
        arn: text(),
        role_arn: Some(text()),
        input: Some(output()),
        input_path: Some(text()),
        input_transformer: Some(events::InputTransformer { input_paths_map: map(), input_template: output() }),
        sqs_parameters: Some(events::SqsParameters { message_group_id: text() }),
        dead_letter_config: Some(events::DeadLetterConfig { arn: text() }),
        retry_policy: events::RetryPolicy::of(Some(1), Some(60)),
    };
    events::Rule {
        description: Some(text()),
        event_pattern: output(),
        state: text(),
        targets: named(target),
        tags: tags(),
    }
}

fn archive() -> events::Archive {
    events::Archive { event_source_arn: text(), event_pattern: Some(output()), retention_days: 1 }
}

fn state_machine() -> stepfunctions::StateMachine {
    let logging = stepfunctions::Logging { level: text(), include_execution_data: true, log_group_arn: text() };
    stepfunctions::StateMachine {
        definition: output(),
        role_arn: text(),
        machine_type: text(),
        logging: Some(logging),
        tracing: true,
        tags: tags(),
    }
}

/// A web ACL that does one of two things by default: nothing but block, or block with an answer.
fn web_acl(answer: &serde_json::Value) -> wafv2::WebAcl {
    use wafv2::{Json, Rule};
    let block = json!({ "Block": answer });
    let geo = json!({"GeoMatchStatement": {"CountryCodes": ["AQ"]}});
    let rate = json!({"RateBasedStatement": {
        "Limit": 10, "AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [{"IP": {}}, {"HTTPMethod": {}}],
        "ForwardedIPConfig": {"HeaderName": "a", "FallbackBehavior": "MATCH"}, "ScopeDownStatement": geo,
    }});
    let group = json!({
        "VendorName": "AWS", "Name": "group", "Version": "1", "ExcludedRules": [{"Name": "a"}], "ScopeDownStatement": geo,
    });
    let set = |name| {
        let statement = Json::one("IPSetReferenceStatement", Json::one("ARN", output().into()));
        let members = [("Priority", Json::of(&json!(1))), ("Statement", statement), ("Action", Json::of(&block))];
        (name, Rule::named(name, members))
    };
    let labelled = [
        ("Priority", Json::of(&json!(2))),
        ("Statement", Json::of(&geo)),
        ("Action", Json::of(&block)),
        ("RuleLabels", Json::of(&json!([{"Name": "a"}]))),
    ];
    let rules = [
        ("rate-limit", Rule::plain("rate-limit", 0, &rate, &block)),
        ("Key1", Rule::group("Key1", 3, &group)),
        ("Key2", Rule::named("Key2", labelled)),
        set("allow-v4"),
        set("allow-v6"),
        set("block-v4"),
        set("block-v6"),
    ];
    let filter = json!({"DefaultBehavior": "KEEP", "Filters": [{"Behavior": "DROP"}]});
    wafv2::WebAcl {
        description: Some(text()),
        default_action: Json::of(&block),
        rules: rules.into_iter().map(|(name, rule)| (name.to_owned(), rule)).collect(),
        visibility_config: wafv2::VisibilityConfig::full(text()),
        custom_response_bodies: named(Json::of(&json!({"ContentType": "TEXT_PLAIN", "Content": "text"}))),
        logging_configuration: Some(wafv2::LoggingConfiguration {
            log_destination_configs: vec![output()],
            redacted_fields: vec![Json::of(&json!({"Method": {}}))],
            logging_filter: Some(Json::of(&filter)),
        }),
        tags: tags(),
    }
}
