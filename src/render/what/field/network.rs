//! APIs and firewalls.

use super::*;

pub(super) const API: &[Field] = &[
    later("description", "description", PLAIN),
    main("policy.Statement", "allow_ips", Form::AllowIps),
    implied("policy.Version"),
    main("binaryMediaTypes", "binary_media_types", Form::List),
    main("minimumCompressionSize", "minimum_compression_size", PLAIN),
    implied("resources"),
    implied("deployments"),
    main("methods.*.authorizationType", "routes.*.auth", Form::Value(&[("NONE", "none"), ("AWS_IAM", "iam")])),
    main("methods.*.apiKeyRequired", "routes.*.api_key", PLAIN),
    main("methods.*.integration.uri", "routes.*.function", PLAIN),
    main("methods.*.integration.timeoutInMillis", "routes.*.timeout_ms", PLAIN),
    main("methods.*.integration.type", "routes.*.integration", PLAIN),
    implied("methods.*.integration.integrationHttpMethod"),
    main("methods.*.integration.requestTemplates.**", "routes.*.requestTemplates", Form::Changed),
    main("methods.*.integration.contentHandling", "routes.*.contentHandling", PLAIN),
    main("methods.*.methodResponses.**", "routes.*.methodResponses", Form::Changed),
    main("methods.*.integrationResponses.**", "routes.*.integrationResponses", Form::Changed),
    main("methods.*.other.**", "routes.*.other settings", Form::Changed),
    unless("v1", "stages.*.deployment", "stage", Form::Stage),
    unless("false", "stages.*.tracingEnabled", "tracing", PLAIN),
    main("stages.*.throttling.rateLimit", "throttle.rate", PLAIN),
    main("stages.*.throttling.burstLimit", "throttle.burst", PLAIN),
    main("stages.*.accessLogSettings.destinationArn", "access_logs", PLAIN),
    later("stages.*.accessLogSettings.format", "access_logs.format", Form::Changed),
    main("stages.*.variables.**", "variables", Form::Names),
    implied("stages.*.tags.**"),
    later("tags.*", "tags", Form::Names),
];

pub(super) const WEB_ACL: &[Field] = &[
    unless("allow", "DefaultAction", "default", Form::Value(&[("Allow", "allow"), ("Block", "block")])),
    later("Description", "description", PLAIN),
    main("Rules.*.Statement.RateBasedStatement.Limit", "rate_limit", PLAIN),
    unless("300", "Rules.*.Statement.RateBasedStatement.EvaluationWindowSec", "rate_window", PLAIN),
    implied("Rules.*.Statement.RateBasedStatement.AggregateKeyType"),
    main("Rules.*.Statement.ManagedRuleGroupStatement.Name", "managed_rules", Form::List),
    implied("Rules.*.Statement.ManagedRuleGroupStatement.VendorName"),
    main("Rules.*.Statement.ManagedRuleGroupStatement.RuleActionOverrides", "managed_rules", Form::Excluded),
    implied("Rules.*.Statement.IPSetReferenceStatement.ARN"),
    implied("Rules.*.Priority"),
    implied("Rules.*.VisibilityConfig.**"),
    main("Rules.*.Action", "rules' actions", Form::Altered),
    main("Rules.*.OverrideAction", "rule groups' actions", Form::Altered),
    later("Tags.*", "tags", Form::Names),
];

pub(super) const ALLOWED: &[Field] =
    &[main("Addresses", "allow_ips", Form::List), later("Tags.*", "tags", Form::Names)];

pub(super) const BLOCKED: &[Field] =
    &[main("Addresses", "block_ips", Form::List), later("Tags.*", "tags", Form::Names)];

pub(super) const ASSOCIATION: &[Field] =
    &[later("ResourceArn", "protects", PLAIN), later("WebACLArn", "protects", PLAIN)];
