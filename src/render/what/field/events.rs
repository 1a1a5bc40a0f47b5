//! Buses, rules, archives.

use super::*;

pub(super) const BUS: &[Field] = &[
    later("Description", "description", PLAIN),
    main("KmsKeyIdentifier", "kms_key", PLAIN),
    main("DeadLetterConfig.Arn", "dead_letter", PLAIN),
    main("Policy.Statement", "rights", Form::Rights),
    implied("Policy.Version"),
    later("Tags.*", "tags", Form::Names),
];

pub(super) const RULE: &[Field] = &[
    later("Description", "description", PLAIN),
    later("EventPattern", "pattern", PLAIN),
    unless("true", "State", "enabled", Form::Value(&[("ENABLED", "true"), ("DISABLED", "false")])),
    // Before the receiver's, whose pattern fits it too.
    main("Targets.*.DeadLetterConfig.Arn", "targets.*.dead_letter", PLAIN),
    main("Targets.*.Arn", "targets.*", PLAIN),
    implied("Targets.*.RoleArn"),
    later("Targets.*.Input", "targets.*.input", PLAIN),
    main("Targets.*.InputPath", "targets.*.input_path", PLAIN),
    later("Targets.*.InputTransformer.InputTemplate", "targets.*.input_template", PLAIN),
    later("Targets.*.InputTransformer.InputPathsMap.**", "targets.*.input_template.paths", Form::Changed),
    main("Targets.*.SqsParameters.MessageGroupId", "targets.*.message_group_id", PLAIN),
    main("Targets.*.RetryPolicy.MaximumRetryAttempts", "targets.*.retries", PLAIN),
    main("Targets.*.RetryPolicy.MaximumEventAgeInSeconds", "targets.*.max_age", PLAIN),
    later("Tags.*", "tags", Form::Names),
];

pub(super) const ARCHIVE: &[Field] = &[
    implied("EventSourceArn"),
    main("EventPattern", "archive.pattern", PLAIN),
    main("RetentionDays", "archive.days", PLAIN),
];
