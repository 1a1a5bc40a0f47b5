//! SageMaker.

use super::entry::{Integration, PASS, ROLE, plain, ruled};
use crate::manifest::workflow::rights::target::Target::{Like, Named};

const SAGEMAKER_RULE: &str = "StepFunctionsGetEventsForSageMaker*JobsRule";

/// Each by its name.
pub const INTEGRATIONS: &[Integration] = &[
    plain(
        "sagemaker:createEndpoint",
        &[(&["sagemaker:CreateEndpoint"], Named("EndpointName", "sagemaker:endpoint/{}"))],
    ),
    plain(
        "sagemaker:createEndpointConfig",
        &[(&["sagemaker:CreateEndpointConfig"], Named("EndpointConfigName", "sagemaker:endpoint-config/{}"))],
    ),
    ruled(
        "sagemaker:createHyperParameterTuningJob",
        &[
            (
                &["sagemaker:CreateHyperParameterTuningJob"],
                Named("HyperParameterTuningJobName", "sagemaker:hyper-parameter-tuning-job/{}"),
            ),
            (PASS, Named("TrainingJobDefinition/RoleArn", ROLE)),
        ],
        &[
            (
                &["sagemaker:DescribeHyperParameterTuningJob", "sagemaker:StopHyperParameterTuningJob"],
                Named("HyperParameterTuningJobName", "sagemaker:hyper-parameter-tuning-job/{}"),
            ),
            (&["sagemaker:ListTags"], Like("sagemaker:{}")),
        ],
        SAGEMAKER_RULE,
    ),
    ruled(
        "sagemaker:createLabelingJob",
        &[
            (&["sagemaker:CreateLabelingJob"], Named("LabelingJobName", "sagemaker:labeling-job/{}")),
            (PASS, Named("RoleArn", ROLE)),
        ],
        &[
            (
                &["sagemaker:DescribeLabelingJob", "sagemaker:StopLabelingJob"],
                Named("LabelingJobName", "sagemaker:labeling-job/{}"),
            ),
            (&["sagemaker:ListTags"], Like("sagemaker:{}")),
        ],
        SAGEMAKER_RULE,
    ),
    plain(
        "sagemaker:createModel",
        &[
            (&["sagemaker:CreateModel"], Named("ModelName", "sagemaker:model/{}")),
            (PASS, Named("ExecutionRoleArn", ROLE)),
        ],
    ),
    ruled(
        "sagemaker:createProcessingJob",
        &[
            (&["sagemaker:CreateProcessingJob"], Named("ProcessingJobName", "sagemaker:processing-job/{}")),
            (PASS, Named("RoleArn", ROLE)),
        ],
        &[
            (
                &["sagemaker:DescribeProcessingJob", "sagemaker:StopProcessingJob"],
                Named("ProcessingJobName", "sagemaker:processing-job/{}"),
            ),
            (&["sagemaker:ListTags"], Like("sagemaker:{}")),
        ],
        SAGEMAKER_RULE,
    ),
    ruled(
        "sagemaker:createTrainingJob",
        &[
            (&["sagemaker:CreateTrainingJob"], Named("TrainingJobName", "sagemaker:training-job/{}")),
            (PASS, Named("RoleArn", ROLE)),
        ],
        &[
            (
                &["sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"],
                Named("TrainingJobName", "sagemaker:training-job/{}"),
            ),
            (&["sagemaker:ListTags"], Like("sagemaker:{}")),
        ],
        SAGEMAKER_RULE,
    ),
    ruled(
        "sagemaker:createTransformJob",
        &[(&["sagemaker:CreateTransformJob"], Named("TransformJobName", "sagemaker:transform-job/{}"))],
        &[
            (
                &["sagemaker:DescribeTransformJob", "sagemaker:StopTransformJob"],
                Named("TransformJobName", "sagemaker:transform-job/{}"),
            ),
            (&["sagemaker:ListTags"], Like("sagemaker:{}")),
        ],
        SAGEMAKER_RULE,
    ),
    plain(
        "sagemaker:updateEndpoint",
        &[(&["sagemaker:UpdateEndpoint"], Named("EndpointName", "sagemaker:endpoint/{}"))],
    ),
];
