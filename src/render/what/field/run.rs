//! Functions, their layers and logs, workflows, alarms and rules.

use super::*;

/// The least that is logged.
const LEVEL: Form = Form::Value(&[
    ("TRACE", "trace"),
    ("DEBUG", "debug"),
    ("INFO", "info"),
    ("WARN", "warn"),
    ("ERROR", "error"),
    ("FATAL", "fatal"),
]);

pub(super) const FUNCTION: &[Field] = &[
    main("Runtime", "runtime", PLAIN),
    main("Handler", "handler", PLAIN),
    main("CodeSha256", "code", Form::Code),
    main("Tags.serverless-app:image", "image", PLAIN),
    implied("PackageType"),
    main("ImageConfig.Command", "image_config.command", Form::List),
    main("ImageConfig.EntryPoint", "image_config.entry_point", Form::List),
    main("ImageConfig.WorkingDirectory", "image_config.working_directory", PLAIN),
    main("MemorySize", "memory", PLAIN),
    main("Timeout", "timeout", PLAIN),
    unless("x86_64", "Architecture", "architecture", PLAIN),
    later("Description", "description", PLAIN),
    main("Environment.*", "environment", Form::Names),
    unless("512", "EphemeralStorageSize", "ephemeral_storage", PLAIN),
    later("Role", "role", PLAIN),
    unless(
        "pass-through",
        "TracingMode",
        "tracing",
        Form::Value(&[("Active", "active"), ("PassThrough", "pass-through")]),
    ),
    main("Layers", "layers", Form::List),
    main("DeadLetterTargetArn", "dead_letter", PLAIN),
    main("ReservedConcurrentExecutions", "reserved_concurrency", PLAIN),
    unless(
        "text",
        "LoggingConfig.LogFormat",
        "logging.format",
        Form::Value(&[("", "text"), ("Text", "text"), ("JSON", "json")]),
    ),
    unless("info", "LoggingConfig.ApplicationLogLevel", "logging.application_level", LEVEL),
    unless("info", "LoggingConfig.SystemLogLevel", "logging.system_level", LEVEL),
    main("LoggingConfig.LogGroup", "logging.group", PLAIN),
    main("KMSKeyArn", "kms_key", PLAIN),
    main("VpcConfig.SubnetIds", "vpc.subnets", Form::List),
    main("VpcConfig.SecurityGroupIds", "vpc.security_groups", Form::List),
    unless("false", "VpcConfig.Ipv6AllowedForDualStack", "vpc.ipv6", PLAIN),
    main("FileSystemConfig.Arn", "file_system.access_point", PLAIN),
    main("FileSystemConfig.LocalMountPath", "file_system.path", PLAIN),
    unless(
        "auto",
        "RuntimeManagementConfig.UpdateRuntimeOn",
        "runtime_updates",
        Form::Value(&[("", "auto"), ("FunctionUpdate", "function-update"), ("Manual", "manual")]),
    ),
    main("RuntimeManagementConfig.RuntimeVersionArn", "runtime_updates.manual", PLAIN),
    unless("terminate", "RecursiveLoop", "recursive_loops", Form::Value(&[("", "terminate"), ("Allow", "allow")])),
    later("Release.Live", "version", Form::Changed),
    implied("Release.Newest"),
    implied("Release.OldVersions"),
    implied("Release.AdditionalVersionWeights.**"),
    main("Release.ProvisionedConcurrentExecutions", "release.provisioned", PLAIN),
    unless("false", "SnapStart", "release.snap_start", Form::Value(&[("", "false"), ("PublishedVersions", "true")])),
    implied("Url.Qualifier"),
    main("Url.AuthType", "url.auth", Form::Value(&[("AWS_IAM", "iam"), ("NONE", "none")])),
    unless(
        "false",
        "Url.InvokeMode",
        "url.streaming",
        Form::Value(&[("BUFFERED", "false"), ("RESPONSE_STREAM", "true")]),
    ),
    main("Url.Cors.AllowOrigins", "url.cors.origins", Form::List),
    later("Url.Cors.AllowMethods", "url.cors.methods", Form::List),
    later("Url.Cors.AllowHeaders", "url.cors.headers", Form::List),
    later("Url.Cors.ExposeHeaders", "url.cors.expose_headers", Form::List),
    main("Url.Cors.AllowCredentials", "url.cors.credentials", PLAIN),
    later("Url.Cors.MaxAge", "url.cors.max_age", PLAIN),
    unless("2", "InvokeConfig.MaximumRetryAttempts", "max_retries", PLAIN),
    unless("21600", "InvokeConfig.MaximumEventAgeInSeconds", "max_event_age", PLAIN),
    implied("InvokeConfig.Qualifier"),
    main("InvokeConfig.OnFailure", "on_failure", PLAIN),
    main("InvokeConfig.OnSuccess", "on_success", PLAIN),
    later("Tags.*", "tags", Form::Names),
];

pub(super) const LAYER_VERSION: &[Field] = &[
    main("CodeSha256", "code", Form::Code),
    main("CompatibleRuntimes", "runtimes", Form::List),
    main("CompatibleArchitectures", "architectures", Form::List),
    later("Description", "description", PLAIN),
    later("LicenseInfo", "license", PLAIN),
];

const RETENTION: Form = Form::Value(&[("", "for ever")]);

pub(super) const FUNCTION_LOGS: &[Field] = &[
    main("retentionInDays", "log_retention_days", RETENTION),
    later("tags.serverless-app:on-delete", "on_delete", ON_DELETE),
    later("tags.*", "tags", Form::Names),
];

pub(super) const LOG_GROUP: &[Field] = &[
    main(
        "logGroupClass",
        "class",
        Form::Value(&[("", "standard"), ("INFREQUENT_ACCESS", "infrequent-access"), ("DELIVERY", "delivery")]),
    ),
    main("retentionInDays", "retention_days", RETENTION),
    later("tags.serverless-app:on-delete", "on_delete", ON_DELETE),
    later("tags.*", "tags", Form::Names),
];

pub(super) const API_LOGS: &[Field] = &[
    main("retentionInDays", "access_logs.retention_days", RETENTION),
    later("tags.serverless-app:on-delete", "on_delete", ON_DELETE),
    later("tags.*", "tags", Form::Names),
];

pub(super) const WORKFLOW_LOGS: &[Field] = &[
    main("retentionInDays", "logging.retention_days", RETENTION),
    later("tags.serverless-app:on-delete", "on_delete", ON_DELETE),
    later("tags.*", "tags", Form::Names),
];

pub(super) const FIREWALL_LOGS: &[Field] = &[
    main("retentionInDays", "logging.retention_days", RETENTION),
    later("tags.serverless-app:on-delete", "logging.on_delete", ON_DELETE),
    later("tags.*", "tags", Form::Names),
];

pub(super) const STATE_MACHINE: &[Field] = &[
    main("definition", "definition", Form::Definition),
    unless("STANDARD", "type", "type", PLAIN),
    main("logging.level", "logging.level", PLAIN),
    unless("false", "logging.includeExecutionData", "logging.include_execution_data", PLAIN),
    implied("logging.logGroupArn"),
    unless("false", "tracing", "tracing", PLAIN),
    later("tags.*", "tags", Form::Names),
];

pub(super) const ALARM: &[Field] = &[
    later("AlarmDescription", "description", PLAIN),
    main("Namespace", "metric.namespace", PLAIN),
    main("MetricName", "metric.name", PLAIN),
    later("Dimensions.*", "metric.dimensions", Form::Names),
    main("Unit", "metric.unit", PLAIN),
    main("Statistic", "statistic", PLAIN),
    main("ExtendedStatistic", "statistic", PLAIN),
    main(
        "ComparisonOperator",
        "comparison",
        Form::Value(&[
            ("GreaterThanOrEqualToThreshold", ">="),
            ("GreaterThanThreshold", ">"),
            ("LessThanOrEqualToThreshold", "<="),
            ("LessThanThreshold", "<"),
        ]),
    ),
    main("Threshold", "threshold", PLAIN),
    later("Period", "period", PLAIN),
    unless("1", "EvaluationPeriods", "evaluation_periods", PLAIN),
    main("DatapointsToAlarm", "datapoints_to_alarm", PLAIN),
    unless("missing", "TreatMissingData", "missing", Form::Value(&[("notBreaching", "not-breaching")])),
    main("AlarmActions", "notify", Form::List),
    main("OKActions", "notify_ok", Form::List),
    main("InsufficientDataActions", "notify_insufficient_data", Form::List),
    unless("true", "ActionsEnabled", "actions_enabled", PLAIN),
    later("Tags.*", "tags", Form::Names),
];

pub(super) const RULE: &[Field] = &[
    main("SourceIdentifier", "managed_rule", PLAIN),
    main("InputParameters.*", "parameters", Form::Names),
    main("Scope.ComplianceResourceTypes", "scope.resource_types", Form::List),
    main("Scope.TagKey", "scope.tag_key", PLAIN),
    main("Scope.TagValue", "scope.tag_value", PLAIN),
    main("Scope.ComplianceResourceId", "scope.resource_id", PLAIN),
    main(
        "MaximumExecutionFrequency",
        "frequency",
        Form::Value(&[
            ("One_Hour", "1h"),
            ("Three_Hours", "3h"),
            ("Six_Hours", "6h"),
            ("Twelve_Hours", "12h"),
            ("TwentyFour_Hours", "24h"),
        ]),
    ),
    later("Description", "description", PLAIN),
    later("Tags.*", "tags", Form::Names),
];

pub(super) const RECORDER: &[Field] = &[later("Tags.*", "tags", Form::Names)];
