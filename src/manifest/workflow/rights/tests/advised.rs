//! For every integration that is known: what is advised is taken, and nothing is lacking afterwards.

use proptest::prelude::*;

use super::*;

/// Parameters that name something for every integration.
fn literal(name: &str) -> Value {
    let arn = |service: &str, resource: &str| format!("arn:aws:{service}:{ACCOUNT}:{resource}");
    json!({
        "ApiEndpoint": "abc.execute-api.us-west-2.amazonaws.com", "Method": "GET", "AuthType": "IAM_ROLE",
        "ApplicationId": name, "Authentication": {"ConnectionArn": arn("events", "connection/c/1")}, "Bucket": name,
        "ClusterId": name, "ClusterName": name, "EndpointConfigName": name, "EndpointName": name,
        "Entries": [{"EventBusName": name}, {}], "ExecutionRoleArn": "arn:aws:iam::123456789012:role/r",
        "FunctionName": name, "GuardrailIdentifier": name, "HyperParameterTuningJobName": name, "Id": name,
        "Input": {"S3Uri": format!("s3://{name}/in")}, "JobDefinition": name, "JobFlowRole": name, "JobName": name,
        "JobQueue": name, "Key": "k", "LabelingJobName": name, "ModelId": format!("us.amazon.{name}"), "ModelName": name,
        "Name": name, "NodeRole": "arn:aws:iam::123456789012:role/r", "Output": {"S3Uri": format!("s3://{name}/out")},
        "Overrides": {"TaskRoleArn": "arn:aws:iam::123456789012:role/r", "ExecutionRoleArn": "arn:aws:iam::123456789012:role/e"},
        "PodExecutionRoleArn": "arn:aws:iam::123456789012:role/r", "ProcessingJobName": name, "ProjectName": name,
        "QueueUrl": format!("https://sqs.us-west-2.amazonaws.com/123456789012/{name}"),
        "Role": "arn:aws:iam::123456789012:role/r", "RoleArn": "arn:aws:iam::123456789012:role/r", "ServiceRole": name,
        "StateMachineArn": arn("states", &format!("stateMachine:{name}")), "TableName": name, "TaskDefinition": name,
        "TopicArn": arn("sns", name), "TrainingJobDefinition": {"RoleArn": "arn:aws:iam::123456789012:role/r"},
        "TrainingJobName": name, "TransformJobName": name, "VirtualClusterId": name, "WorkGroup": name,
    })
}

/// The same, of the app's own.
fn own() -> Value {
    json!({
        "Bucket": "${bucket.files.name}", "Key": "k", "TableName": "${table.items.name}", "QueueUrl": "${queue.jobs.url}",
        "TopicArn": "${topic.alerts.arn}", "FunctionName": "${function.api.name}", "StateMachineArn": "${workflow.child.arn}",
        "Input": {"S3Uri": "s3://${bucket.files.name}/in"}, "Output": {"S3Uri": "s3://${bucket.files.name}/out"},
    })
}

/// The section with what one problem's help says.
fn with(section: &str, help: &str) -> String {
    if let Some(line) = help.strip_prefix("write in its section: ") {
        let field = line.split(" =").next().unwrap();
        let kept: Vec<&str> = section.lines().filter(|old| !old.starts_with(field)).collect();
        return format!("{}\n{line}", kept.join("\n"));
    }
    let entry = help.strip_prefix("add to its access: ").unwrap_or_else(|| panic!("{help}"));
    match section.split_once("access = [") {
        Some((before, after)) => format!("{before}access = [{entry}, {after}"),
        None => format!("{section}\naccess = [{entry}]"),
    }
}

/// What is lacking, after each advice alone and after all of them.
fn follow(resource: &str, parameters: &Value) {
    let definition = task(resource, parameters);
    let found = wrong("", &definition);
    let mut section = String::new();
    for problem in &found {
        let help = problem.help.as_deref().unwrap();
        assert!(problem.message.contains("it needs"), "{resource}: {problem}");
        let after = wrong(&with("", help), &definition);
        assert!(after.iter().all(|left| left.message.contains("it needs")), "{resource}: {}", lines(&after).join("\n"));
        assert!(after.iter().all(|left| left.message != problem.message), "{resource}: {problem}");
        section = with(&section, help);
    }
    let left = wrong(&section, &definition);
    assert!(left.is_empty(), "{resource} {section}: {}", lines(&left).join("\n"));
}

#[test]
fn each_integration_works_once_its_advice_is_taken() {
    let (mut needed, mut count) = (0, 0);
    for integration in integrations() {
        for pattern in ["", ".sync"] {
            let resource = format!("arn:aws:states:::{}{pattern}", integration.name);
            for parameters in [literal("x"), own(), json!({}), json!({"TableName.$": "$.t"})] {
                count += 1;
                needed += usize::from(!of_call(&resource, &parameters).rights.is_empty());
                follow(&resource, &parameters);
            }
        }
    }
    assert!(needed > count * 9 / 10, "{needed} of {count}");
}

#[test]
fn each_operation_of_the_sdk_works_once_its_advice_is_taken() {
    let operations = [
        "athena:getQueryExecution",
        "autoscaling:describeAutoScalingInstances",
        "apigateway:getRestApis",
        "bedrockruntime:converse",
        "cloudformation:createStack",
        "cloudwatch:putMetricData",
        "cloudwatchlogs:putLogEvents",
        "cognitoidentityprovider:adminCreateUser",
        "dynamodb:batchWriteItem",
        "dynamodb:executeStatement",
        "dynamodb:query",
        "dynamodb:transactWriteItems",
        "ec2:describeInstances",
        "ec2:runInstances",
        "ec2:createTags",
        "ecs:updateService",
        "eventbridge:putEvents",
        "glue:startCrawler",
        "iam:createRole",
        "lambda:invoke",
        "organizations:createAccount",
        "rdsdata:executeStatement",
        "redshiftdata:executeStatement",
        "rekognition:detectLabels",
        "s3:copyObject",
        "s3:deleteObjects",
        "s3:headObject",
        "s3:listBuckets",
        "s3:listObjectsV2",
        "s3:putObject",
        "scheduler:createSchedule",
        "secretsmanager:getSecretValue",
        "sesv2:sendEmail",
        "sfn:sendTaskSuccess",
        "sfn:startExecution",
        "sfn:startSyncExecution",
        "sns:publishBatch",
        "sqs:receiveMessage",
        "ssm:getParameter",
        "sts:getCallerIdentity",
        "textract:startDocumentTextDetection",
        "transcribe:startTranscriptionJob",
    ];
    for operation in operations {
        let resource = format!("arn:aws:states:::aws-sdk:{operation}");
        for parameters in [literal("x"), own(), json!({}), json!({"SecretId": "a/b", "Name": "/a/b"})] {
            assert!(operation == "sns:publish" || !of_call(&resource, &parameters).rights.is_empty(), "{operation}");
            follow(&resource, &parameters);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_a_parameter_says_its_advice_can_be_taken(name in "[a-zA-Z0-9:/.*?$\"\\\\{}_-]{1,24}", at in any::<prop::sample::Index>()) {
        let all: Vec<_> = integrations().collect();
        let resource = format!("arn:aws:states:::{}", at.get(&all).name);
        let definition = task(&resource, &literal(&name));
        for problem in wrong("", &definition).iter().filter(|problem| problem.message.contains("it needs")) {
            let section = with("", problem.help.as_deref().unwrap());
            let source = crate::manifest::read::read("m.toml", &manifest(&section), &"test".parse().unwrap());
            prop_assert!(source.is_ok(), "{section}");
        }
    }
}
