//! What apps are made of: functions, tables, topics, queues, buses, other state machines, APIs and models.

use super::entry::{EXECUTIONS, Integration, PASS, ROLE, plain, polled, ruled};
use crate::manifest::workflow::rights::target::Target::{
    Api, Bucket, Buses, Connection, ConnectionSecret, Everything, Executions, Function, Like, Machine, Model, Named,
    Object, Objects, Optional, Queue, Table, Topic, Uri,
};

/// Each by its name.
pub const INTEGRATIONS: &[Integration] = &[
    plain("apigateway:invoke", &[(&["execute-api:Invoke"], Api)]),
    polled(
        "bedrock:createModelCustomizationJob",
        &[
            (&["bedrock:CreateModelCustomizationJob"], Like("bedrock:model-customization-job/{}")),
            (PASS, Named("RoleArn", ROLE)),
        ],
        &[(
            &["bedrock:GetModelCustomizationJob", "bedrock:StopModelCustomizationJob"],
            Like("bedrock:model-customization-job/{}"),
        )],
    ),
    plain(
        "bedrock:invokeModel",
        &[
            (&["bedrock:InvokeModel"], Model),
            (&["bedrock:ApplyGuardrail"], Optional("GuardrailIdentifier", "bedrock:guardrail/{}")),
            (&["s3:GetObject"], Uri("Input/S3Uri")),
            (&["s3:PutObject"], Uri("Output/S3Uri")),
        ],
    ),
    plain("dynamodb:deleteItem", &[(&["dynamodb:DeleteItem"], Table)]),
    plain("dynamodb:getItem", &[(&["dynamodb:GetItem"], Table)]),
    plain("dynamodb:putItem", &[(&["dynamodb:PutItem"], Table)]),
    plain("dynamodb:updateItem", &[(&["dynamodb:UpdateItem"], Table)]),
    plain("events:putEvents", &[(&["events:PutEvents"], Buses)]),
    plain(
        "http:invoke",
        &[
            (&["states:InvokeHTTPEndpoint"], Everything),
            (&["events:RetrieveConnectionCredentials"], Connection),
            (&["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"], ConnectionSecret),
        ],
    ),
    plain("lambda:invoke", &[(&["lambda:InvokeFunction"], Function)]),
    plain("s3:getObject", &[(&["s3:GetObject"], Object)]),
    plain("s3:listObjectsV2", &[(&["s3:ListBucket"], Bucket)]),
    plain(
        "s3:putObject",
        &[(&["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"], Objects)],
    ),
    plain("sns:publish", &[(&["sns:Publish"], Topic)]),
    plain("sqs:sendMessage", &[(&["sqs:SendMessage"], Queue)]),
    ruled(
        "states:startExecution",
        &[(&["states:StartExecution"], Machine)],
        &[(EXECUTIONS, Executions)],
        "StepFunctionsGetEventsForStepFunctionsExecutionRule",
    ),
];
