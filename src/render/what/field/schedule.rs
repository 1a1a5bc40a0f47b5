//! Schedules and their group.

use super::*;

pub(super) const SCHEDULE: &[Field] = &[
    main("ScheduleExpression", "expression", PLAIN),
    unless("UTC", "ScheduleExpressionTimezone", "timezone", PLAIN),
    main("Target.Arn", "target", PLAIN),
    unless("true", "State", "enabled", Form::Value(&[("ENABLED", "true"), ("DISABLED", "false")])),
    main("StartDate", "start", PLAIN),
    main("EndDate", "end", PLAIN),
    main("FlexibleTimeWindow.MaximumWindowInMinutes", "window", PLAIN),
    implied("FlexibleTimeWindow.Mode"),
    later("Target.Input", "input", Form::Changed),
    unless("185", "Target.RetryPolicy.MaximumRetryAttempts", "retries", PLAIN),
    unless("86400", "Target.RetryPolicy.MaximumEventAgeInSeconds", "max_age", PLAIN),
    main("Target.DeadLetterConfig.Arn", "dead_letter", PLAIN),
    main("Target.SqsParameters.MessageGroupId", "message_group_id", PLAIN),
    main("Target.EventBridgeParameters.Source", "source", PLAIN),
    main("Target.EventBridgeParameters.DetailType", "detail_type", PLAIN),
    later("Description", "description", PLAIN),
    main("KmsKeyArn", "kms_key", PLAIN),
];

pub(super) const GROUP: &[Field] = &[later("Tags.*", "tags", Form::Names)];
