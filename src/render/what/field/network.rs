//! APIs and firewalls.

use super::*;

const AUTH: &[(&str, &str)] =
    &[("NONE", "none"), ("AWS_IAM", "iam"), ("CUSTOM", "authorizer"), ("COGNITO_USER_POOLS", "cognito")];
const AUTHORIZERS: &[(&str, &str)] = &[("TOKEN", "token"), ("REQUEST", "request"), ("COGNITO_USER_POOLS", "cognito")];

pub(super) const API: &[Field] = &[
    later("description", "description", PLAIN),
    main("policy.Statement", "allow_ips", Form::AllowIps),
    implied("policy.Version"),
    main("vpcEndpointIds", "vpcEndpointIds", Form::List),
    main("binaryMediaTypes", "binary_media_types", Form::List),
    main("minimumCompressionSize", "minimum_compression_size", PLAIN),
    implied("resources"),
    implied("deployments"),
    main("methods.*.authorizationType", "routes.*.auth", Form::Value(AUTH)),
    main("methods.*.authorizer", "routes.*.auth", PLAIN),
    main("methods.*.authorizationScopes", "routes.*.scopes", Form::List),
    main("methods.*.requestModels.**", "routes.*.body", Form::Changed),
    main("methods.*.integration.requestParameters.**", "routes.*.parameters", Form::Changed),
    main("methods.*.requestParameters.**", "routes.*.require", Form::Names),
    implied("methods.*.requestValidator"),
    main("authorizers.*.type", "authorizer.*.type", Form::Value(AUTHORIZERS)),
    main("authorizers.*.authorizerUri", "authorizer.*.function", PLAIN),
    main("authorizers.*.authorizerCredentials", "authorizer.*.authorizerCredentials", PLAIN),
    main("authorizers.*.authorizerResultTtlInSeconds", "authorizer.*.ttl", PLAIN),
    main("authorizers.*.identitySource", "authorizer.*.identity_source", PLAIN),
    main("authorizers.*.identityValidationExpression", "authorizer.*.validation", PLAIN),
    main("authorizers.*.providerARNs", "authorizer.*.user_pools", Form::List),
    later("models.*.contentType", "schemas.*.type", PLAIN),
    later("models.*.schema", "schemas.*.content", Form::Changed),
    later("models.*.schema.**", "schemas.*.content", Form::Changed),
    later("requestValidators.*.validateRequestBody", "validators.*.body", PLAIN),
    later("requestValidators.*.validateRequestParameters", "validators.*.parameters", PLAIN),
    main("gatewayResponses.*.statusCode", "response.*.status", PLAIN),
    main("gatewayResponses.*.responseParameters.**", "response.*.headers", Form::Names),
    main("gatewayResponses.*.responseTemplates.**", "response.*.templates", Form::Changed),
    main("methods.*.apiKeyRequired", "routes.*.api_key", PLAIN),
    main("methods.*.integration.uri", "routes.*.function", PLAIN),
    main("methods.*.integration.timeoutInMillis", "routes.*.timeout_ms", PLAIN),
    main("methods.*.integration.type", "routes.*.integration", PLAIN),
    implied("methods.*.integration.integrationHttpMethod"),
    main("methods.*.integration.credentials", "routes.*.role", PLAIN),
    implied("methods.*.integration.connectionType"),
    main("methods.*.integration.connectionId", "routes.*.vpc_link", PLAIN),
    main("methods.*.integration.requestTemplates.**", "routes.*.request", Form::Changed),
    main("methods.*.integration.passthroughBehavior", "routes.*.passthroughBehavior", PLAIN),
    main("methods.*.integration.cacheKeyParameters", "routes.*.cache.keys", Form::List),
    main("methods.*.integration.contentHandling", "routes.*.contentHandling", PLAIN),
    main("methods.*.methodResponses.**", "routes.*.methodResponses", Form::Changed),
    main("methods.*.integrationResponses.**", "routes.*.responses", Form::Changed),
    main("methods.*.other.**", "routes.*.other settings", Form::Changed),
    unless("v1", "stages.*.deployment", "stage", Form::Stage),
    unless("false", "stages.*.tracingEnabled", "tracing", PLAIN),
    main("stages.*.loggingLevel", "execution_logs.level", PLAIN),
    main("stages.*.dataTraceEnabled", "execution_logs.data", PLAIN),
    main("stages.*.metricsEnabled", "execution_logs.metrics", PLAIN),
    later("stages.*.otherSettings.**", "routes' limits", Form::Names),
    main("stages.*.cacheClusterSize", "cache.size", PLAIN),
    main("stages.*.throttling.rateLimit", "throttle.rate", PLAIN),
    main("stages.*.throttling.burstLimit", "throttle.burst", PLAIN),
    main("stages.*.accessLogSettings.destinationArn", "access_logs", PLAIN),
    later("stages.*.accessLogSettings.format", "access_logs.format", Form::Changed),
    main("stages.*.variables.**", "variables", Form::Names),
    implied("stages.*.tags.**"),
    later("tags.*", "tags", Form::Names),
];

pub(super) const WEB_ACL: &[Field] = &[
    unless(
        "allow",
        "DefaultAction",
        "default",
        Form::Value(&[("Allow", "allow"), ("Block", "block"), ("", "a custom one")]),
    ),
    main("DefaultAction.**", "custom_response", Form::Changed),
    later("Description", "description", PLAIN),
    main("Rules.rate-limit.Statement.RateBasedStatement.Limit", "rate_limit", PLAIN),
    unless("300", "Rules.rate-limit.Statement.RateBasedStatement.EvaluationWindowSec", "rate_window", PLAIN),
    later("Rules.rate-limit.Statement.RateBasedStatement.AggregateKeyType", "rate_keys", Form::Changed),
    later("Rules.rate-limit.Statement.RateBasedStatement.CustomKeys", "rate_keys", Form::Changed),
    later("Rules.rate-limit.Statement.RateBasedStatement.ForwardedIPConfig.**", "forwarded_ip", Form::Changed),
    later("Rules.rate-limit.Statement.RateBasedStatement.ScopeDownStatement.**", "rate_scope_down", Form::Changed),
    main("Rules.*.Statement.ManagedRuleGroupStatement.Name", "managed_rules", Form::List),
    implied("Rules.*.Statement.ManagedRuleGroupStatement.VendorName"),
    main("Rules.*.Statement.ManagedRuleGroupStatement.RuleActionOverrides", "managed_rules", Form::Excluded),
    later("Rules.*.Statement.ManagedRuleGroupStatement.**", "managed_rules", Form::Changed),
    implied("Rules.allow-v4.Statement.IPSetReferenceStatement.ARN"),
    implied("Rules.allow-v6.Statement.IPSetReferenceStatement.ARN"),
    implied("Rules.block-v4.Statement.IPSetReferenceStatement.ARN"),
    implied("Rules.block-v6.Statement.IPSetReferenceStatement.ARN"),
    main("Rules.*.Statement.**", "rules", Form::Parts),
    implied("Rules.*.Priority"),
    implied("Rules.*.VisibilityConfig.**"),
    main("Rules.*.Action", "rules' actions", Form::Altered),
    main("Rules.*.Action.**", "rules' actions", Form::Altered),
    main("Rules.*.OverrideAction", "rule groups' actions", Form::Altered),
    later("Rules.*.**", "rules", Form::Altered),
    later("CustomResponseBodies.*.Content", "custom_response_bodies", Form::Names),
    later("CustomResponseBodies.*.ContentType", "custom_response_bodies", Form::Names),
    main("LoggingConfiguration.LogDestinationConfigs", "logging.destination", Form::List),
    later("LoggingConfiguration.RedactedFields", "logging.redact", Form::Changed),
    later("LoggingConfiguration.LoggingFilter.**", "logging.filter", Form::Changed),
    later("Tags.*", "tags", Form::Names),
];

pub(super) const ALLOWED: &[Field] =
    &[main("Addresses", "allow_ips", Form::List), later("Tags.*", "tags", Form::Names)];

pub(super) const BLOCKED: &[Field] =
    &[main("Addresses", "block_ips", Form::List), later("Tags.*", "tags", Form::Names)];

pub(super) const ASSOCIATION: &[Field] =
    &[later("ResourceArn", "protects", PLAIN), later("WebACLArn", "protects", PLAIN)];
