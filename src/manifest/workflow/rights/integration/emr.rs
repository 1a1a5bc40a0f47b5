//! Clusters and applications of EMR.

use super::entry::{Integration, Need, PASS, ROLE, plain, polled, ruled};
use crate::manifest::workflow::rights::target::Target::{Everything, Like, Named};

const EMR: &str = "elasticmapreduce:cluster/{}";
const VIRTUAL: &str = "emr-containers:/virtualclusters/{}";
const SERVERLESS: &str = "emr-serverless:/applications/{}";
const GET_APPLICATION: &[Need] = &[(&["emr-serverless:GetApplication"], Named("ApplicationId", SERVERLESS))];
const APPLICATION_RULE: &str = "StepFunctionsGetEventsForEMRServerlessApplicationRule";
const JOB_RULE: &str = "StepFunctionsGetEventsForEMRServerlessJobRule";

/// Each by its name.
pub const INTEGRATIONS: &[Integration] = &[
    ruled(
        "elasticmapreduce:addStep",
        &[(&["elasticmapreduce:AddJobFlowSteps"], Named("ClusterId", EMR))],
        &[(&["elasticmapreduce:CancelSteps", "elasticmapreduce:DescribeStep"], Named("ClusterId", EMR))],
        "StepFunctionsGetEventForEMRAddJobFlowStepsRule",
    ),
    plain("elasticmapreduce:cancelStep", &[(&["elasticmapreduce:CancelSteps"], Named("ClusterId", EMR))]),
    ruled(
        "elasticmapreduce:createCluster",
        &[
            (&["elasticmapreduce:RunJobFlow"], Everything),
            (PASS, Named("ServiceRole", ROLE)),
            (PASS, Named("JobFlowRole", ROLE)),
        ],
        &[(&["elasticmapreduce:DescribeCluster", "elasticmapreduce:TerminateJobFlows"], Like(EMR))],
        "StepFunctionsGetEventForEMRRunJobFlowRule",
    ),
    plain(
        "elasticmapreduce:modifyInstanceFleetByName",
        &[(&["elasticmapreduce:ListInstanceFleets", "elasticmapreduce:ModifyInstanceFleet"], Named("ClusterId", EMR))],
    ),
    plain(
        "elasticmapreduce:modifyInstanceGroupByName",
        &[(&["elasticmapreduce:ListInstanceGroups", "elasticmapreduce:ModifyInstanceGroups"], Named("ClusterId", EMR))],
    ),
    plain(
        "elasticmapreduce:setClusterTerminationProtection",
        &[(&["elasticmapreduce:SetTerminationProtection"], Named("ClusterId", EMR))],
    ),
    ruled(
        "elasticmapreduce:terminateCluster",
        &[(&["elasticmapreduce:TerminateJobFlows"], Named("ClusterId", EMR))],
        &[(&["elasticmapreduce:DescribeCluster"], Named("ClusterId", EMR))],
        "StepFunctionsGetEventForEMRTerminateJobFlowsRule",
    ),
    plain(
        "emr-containers:createVirtualCluster",
        &[(&["emr-containers:CreateVirtualCluster"], Like("emr-containers:/{}"))],
    ),
    polled(
        "emr-containers:deleteVirtualCluster",
        &[(&["emr-containers:DeleteVirtualCluster"], Named("Id", VIRTUAL))],
        &[(&["emr-containers:DescribeVirtualCluster"], Named("Id", VIRTUAL))],
    ),
    polled(
        "emr-containers:startJobRun",
        &[(&["emr-containers:StartJobRun"], Named("VirtualClusterId", VIRTUAL))],
        &[(
            &["emr-containers:CancelJobRun", "emr-containers:DescribeJobRun"],
            Like("emr-containers:/virtualclusters/{}/jobruns/{}"),
        )],
    ),
    ruled(
        "emr-serverless:cancelJobRun",
        &[(&["emr-serverless:CancelJobRun"], Like("emr-serverless:/applications/{}/jobruns/{}"))],
        &[(&["emr-serverless:GetJobRun"], Like("emr-serverless:/applications/{}/jobruns/{}"))],
        JOB_RULE,
    ),
    ruled(
        "emr-serverless:createApplication",
        &[(&["emr-serverless:CreateApplication"], Like("emr-serverless:/{}"))],
        &[(&["emr-serverless:DeleteApplication", "emr-serverless:GetApplication"], Like(SERVERLESS))],
        APPLICATION_RULE,
    ),
    ruled(
        "emr-serverless:deleteApplication",
        &[(&["emr-serverless:DeleteApplication"], Named("ApplicationId", SERVERLESS))],
        GET_APPLICATION,
        APPLICATION_RULE,
    ),
    ruled(
        "emr-serverless:startApplication",
        &[(&["emr-serverless:StartApplication"], Named("ApplicationId", SERVERLESS))],
        &[(&["emr-serverless:GetApplication", "emr-serverless:StopApplication"], Named("ApplicationId", SERVERLESS))],
        APPLICATION_RULE,
    ),
    ruled(
        "emr-serverless:startJobRun",
        &[
            (&["emr-serverless:StartJobRun"], Named("ApplicationId", SERVERLESS)),
            (PASS, Named("ExecutionRoleArn", ROLE)),
        ],
        &[(
            &["emr-serverless:CancelJobRun", "emr-serverless:GetJobRun"],
            Named("ApplicationId", "emr-serverless:/applications/{}/jobruns/*"),
        )],
        JOB_RULE,
    ),
    ruled(
        "emr-serverless:stopApplication",
        &[(&["emr-serverless:StopApplication"], Named("ApplicationId", SERVERLESS))],
        GET_APPLICATION,
        APPLICATION_RULE,
    ),
];
