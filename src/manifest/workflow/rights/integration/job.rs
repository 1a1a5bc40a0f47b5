//! Jobs and clusters.

use super::entry::{Integration, Need, PASS, ROLE, plain, polled, ruled};
use crate::manifest::workflow::rights::target::Target::{Default, Everything, Like, Named, Optional};

const PROJECT: &str = "codebuild:project/{}";
const BATCHES: &[Need] = &[(&["codebuild:BatchGetBuildBatches", "codebuild:StopBuildBatch"], Like(PROJECT))];
const BATCH_RULE: &str = "StepFunctionsGetEventForCodeBuildStartBuildBatchRule";

/// Each by its name.
pub const INTEGRATIONS: &[Integration] = &[
    plain("athena:getQueryExecution", &[(&["athena:GetQueryExecution"], Like("athena:workgroup/{}"))]),
    plain(
        "athena:getQueryResults",
        &[(&["athena:GetQueryResults"], Like("athena:workgroup/{}")), (&["s3:GetObject"], Like("s3:{}"))],
    ),
    polled(
        "athena:startQueryExecution",
        &[
            (&["athena:StartQueryExecution"], Default("WorkGroup", "athena:workgroup/{}", "primary")),
            (&["athena:GetDataCatalog"], Like("athena:datacatalog/{}")),
        ],
        &[(
            &["athena:GetQueryExecution", "athena:StopQueryExecution"],
            Default("WorkGroup", "athena:workgroup/{}", "primary"),
        )],
    ),
    plain("athena:stopQueryExecution", &[(&["athena:StopQueryExecution"], Like("athena:workgroup/{}"))]),
    ruled(
        "batch:submitJob",
        &[
            (&["batch:SubmitJob"], Named("JobDefinition", "batch:job-definition/{}:*")),
            (&["batch:SubmitJob"], Named("JobQueue", "batch:job-queue/{}")),
        ],
        &[(&["batch:DescribeJobs"], Everything), (&["batch:TerminateJob"], Like("batch:job/{}"))],
        "StepFunctionsGetEventsForBatchJobsRule",
    ),
    plain("codebuild:batchDeleteBuilds", &[(&["codebuild:BatchDeleteBuilds"], Like(PROJECT))]),
    plain("codebuild:batchGetReports", &[(&["codebuild:BatchGetReports"], Like("codebuild:report-group/{}"))]),
    polled("codebuild:deleteBuildBatch", &[(&["codebuild:DeleteBuildBatch"], Like(PROJECT))], BATCHES),
    ruled("codebuild:retryBuildBatch", &[(&["codebuild:RetryBuildBatch"], Like(PROJECT))], BATCHES, BATCH_RULE),
    ruled(
        "codebuild:startBuild",
        &[(&["codebuild:StartBuild"], Named("ProjectName", PROJECT))],
        &[(&["codebuild:BatchGetBuilds", "codebuild:StopBuild"], Named("ProjectName", PROJECT))],
        "StepFunctionsGetEventForCodeBuildStartBuildRule",
    ),
    ruled(
        "codebuild:startBuildBatch",
        &[(&["codebuild:StartBuildBatch"], Named("ProjectName", PROJECT))],
        &[(&["codebuild:BatchGetBuildBatches", "codebuild:StopBuildBatch"], Named("ProjectName", PROJECT))],
        BATCH_RULE,
    ),
    plain("codebuild:stopBuild", &[(&["codebuild:StopBuild"], Like(PROJECT))]),
    plain("codebuild:stopBuildBatch", &[(&["codebuild:StopBuildBatch"], Like(PROJECT))]),
    polled(
        "databrew:startJobRun",
        &[(&["databrew:StartJobRun"], Named("Name", "databrew:job/{}"))],
        &[(&["databrew:ListJobRuns", "databrew:StopJobRun"], Named("Name", "databrew:job/{}"))],
    ),
    ruled(
        "ecs:runTask",
        &[
            (&["ecs:RunTask"], Named("TaskDefinition", "ecs:task-definition/{}:*")),
            (PASS, Optional("Overrides/ExecutionRoleArn", ROLE)),
            (PASS, Optional("Overrides/TaskRoleArn", ROLE)),
        ],
        &[(&["ecs:DescribeTasks", "ecs:StopTask"], Like("ecs:task/{}"))],
        "StepFunctionsGetEventsForECSTaskRule",
    ),
    polled(
        "eks:createCluster",
        &[(&["eks:CreateCluster"], Everything), (PASS, Named("RoleArn", ROLE))],
        &[(&["eks:DeleteCluster", "eks:DescribeCluster"], Named("Name", "eks:cluster/{}"))],
    ),
    polled(
        "eks:createFargateProfile",
        &[
            (&["eks:CreateFargateProfile"], Named("ClusterName", "eks:cluster/{}")),
            (PASS, Named("PodExecutionRoleArn", ROLE)),
        ],
        &[(&["eks:DeleteFargateProfile", "eks:DescribeFargateProfile"], Like("eks:fargateprofile/{}"))],
    ),
    polled(
        "eks:createNodegroup",
        &[
            (&["eks:CreateNodegroup"], Named("ClusterName", "eks:cluster/{}")),
            (&["ec2:DescribeSubnets"], Everything),
            (&["iam:GetRole", "iam:ListAttachedRolePolicies", "iam:PassRole"], Named("NodeRole", ROLE)),
        ],
        &[(&["eks:DeleteNodegroup", "eks:DescribeNodegroup"], Like("eks:nodegroup/{}"))],
    ),
    polled(
        "eks:deleteCluster",
        &[(&["eks:DeleteCluster"], Named("Name", "eks:cluster/{}"))],
        &[(&["eks:DescribeCluster"], Named("Name", "eks:cluster/{}"))],
    ),
    polled(
        "eks:deleteFargateProfile",
        &[(&["eks:DeleteFargateProfile"], Like("eks:fargateprofile/{}"))],
        &[(&["eks:DescribeFargateProfile"], Like("eks:fargateprofile/{}"))],
    ),
    polled(
        "eks:deleteNodegroup",
        &[(&["eks:DeleteNodegroup"], Like("eks:nodegroup/{}"))],
        &[(&["eks:DescribeNodegroup"], Like("eks:nodegroup/{}"))],
    ),
    polled(
        "glue:startJobRun",
        &[(&["glue:StartJobRun"], Named("JobName", "glue:job/{}"))],
        &[(&["glue:BatchStopJobRun", "glue:GetJobRun", "glue:GetJobRuns"], Named("JobName", "glue:job/{}"))],
    ),
    ruled(
        "mediaconvert:createJob",
        &[(&["mediaconvert:CreateJob"], Like("mediaconvert:{}")), (PASS, Named("Role", ROLE))],
        &[(&["mediaconvert:CancelJob", "mediaconvert:GetJob"], Like("mediaconvert:jobs/{}"))],
        "StepFunctionsGetEventsForMediaConvertJobRule",
    ),
];
