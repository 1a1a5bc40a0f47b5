//! The members of AWS's answer that are read, judged or AWS's own: an update erases any other.

use crate::aws::kit::members::{Shape, members};

/// The call that would erase what is not modelled.
pub(super) const ERASED_BY: &str = "scheduler:UpdateSchedule";

pub(super) const SHAPE: Shape = Shape {
    at: &[],
    named_by: "",
    members: members! {
        Name, GroupName, ScheduleExpression, ScheduleExpressionTimezone, StartDate, EndDate,
        FlexibleTimeWindow { Mode, MaximumWindowInMinutes },
        Target {
            Arn, RoleArn, Input,
            RetryPolicy { MaximumEventAgeInSeconds, MaximumRetryAttempts },
            DeadLetterConfig { Arn },
            SqsParameters { MessageGroupId },
            EventBridgeParameters { DetailType, Source },
            // Judged by `others`.
            EcsParameters, KinesisParameters, SageMakerPipelineParameters,
        },
        State, Description, KmsKeyArn, ActionAfterCompletion,
        // AWS's own.
        Arn, CreationDate, LastModificationDate,
    },
    erased_by: ERASED_BY,
};
