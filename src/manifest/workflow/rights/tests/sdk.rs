//! The actions of operations of the SDK.

use super::*;

/// An operation, its parameters, and what it needs.
fn check(operation: &str, parameters: Value, expected: &[&str]) {
    let found = said(&format!("arn:aws:states:::aws-sdk:{operation}"), &parameters);
    let expected: Vec<String> = expected.iter().map(|one| one.replace("ACCOUNT", ACCOUNT)).collect();
    assert_eq!(found, expected, "{operation}");
}

#[test]
fn services_and_operations_have_other_names_in_iam() {
    check(
        "sfn:startExecution",
        json!({"StateMachineArn": "arn:aws:states:ACCOUNT:stateMachine:m"}),
        &["states:StartExecution on arn:aws:states:ACCOUNT:stateMachine:m"],
    );
    check("cloudwatch:putMetricData", json!({}), &["cloudwatch:PutMetricData on *"]);
    check(
        "lambda:invoke",
        json!({"FunctionName": "f"}),
        &["lambda:InvokeFunction on arn:aws:lambda:ACCOUNT:function:f"],
    );
    check(
        "sqs:sendMessageBatch",
        json!({"QueueUrl": "https://sqs.us-west-2.amazonaws.com/123456789012/q"}),
        &["sqs:SendMessage on arn:aws:sqs:ACCOUNT:q"],
    );
    check(
        "eventbridge:putEvents.waitForTaskToken",
        json!({"Entries": [{}]}),
        &["events:PutEvents on arn:aws:events:ACCOUNT:event-bus/default"],
    );
    check(
        "secretsmanager:getSecretValue",
        json!({"SecretId": "a"}),
        &["secretsmanager:GetSecretValue on arn:aws:secretsmanager:ACCOUNT:secret:a-??????"],
    );
    check("ssm:getParameter", json!({"Name": "/a/b"}), &["ssm:GetParameter on arn:aws:ssm:ACCOUNT:parameter/a/b"]);
    check("glue:startCrawler", json!({"Name": "c"}), &["glue:StartCrawler on arn:aws:glue:ACCOUNT:crawler/*"]);
    check("apigateway:getRestApis", json!({}), &["apigateway:GET on arn:aws:apigateway:us-west-2::/*"]);
}

#[test]
fn operations_on_objects_need_the_actions_that_s3_asks_for() {
    let object = json!({"Bucket": "b", "Key": "k"});
    check("s3:getObject", object.clone(), &["s3:GetObject on arn:aws:s3:::b/k"]);
    check("s3:headObject", object.clone(), &["s3:GetObject on arn:aws:s3:::b/k"]);
    check("s3:uploadPart", object.clone(), &["s3:PutObject on arn:aws:s3:::b/k"]);
    check(
        "s3:getObjectAttributes",
        object,
        &["s3:GetObject on arn:aws:s3:::b/k", "s3:GetObjectAttributes on arn:aws:s3:::b/k"],
    );
    check("s3:putObject", json!({"Bucket": "b", "Key.$": "$.k"}), &["s3:PutObject on arn:aws:s3:::b/*"]);
    check("s3:listObjectsV2", json!({"Bucket": "b"}), &["s3:ListBucket on arn:aws:s3:::b"]);
    check("s3:deleteObjects", json!({"Bucket": "b", "Delete": {}}), &["s3:DeleteObject on arn:aws:s3:::b/*"]);
    check(
        "s3:copyObject",
        json!({"Bucket": "b", "Key": "k", "CopySource": "/a/x?versionId=1"}),
        &["s3:PutObject on arn:aws:s3:::b/k", "s3:GetObject on arn:aws:s3:::a/x"],
    );
    check("s3:getBucketEncryption", json!({"Bucket": "b"}), &["s3:GetEncryptionConfiguration on arn:aws:s3:::b"]);
    check("s3:deleteBucketCors", json!({"Bucket": "b"}), &["s3:PutBucketCORS on arn:aws:s3:::b"]);
    check("s3:listBuckets", json!({}), &["s3:ListAllMyBuckets on *"]);
}

#[test]
fn items_are_read_and_written_one_by_one_in_batches_and_in_transactions() {
    let table = "arn:aws:dynamodb:ACCOUNT:table";
    let on = |action: &str, rest: &str| format!("dynamodb:{action} on {table}/{rest}");
    check("dynamodb:query", json!({"TableName": "t", "IndexName": "i"}), &[&on("Query", "t/index/i")]);
    check("dynamodb:query", json!({"TableName": "t", "IndexName.$": "$.i"}), &[&on("Query", "t*")]);
    check("dynamodb:scan", json!({"TableName.$": "$.t"}), &[&on("Scan", "*")]);
    check(
        "dynamodb:batchGetItem",
        json!({"RequestItems": {"t": {}, "u": {}}}),
        &[&on("BatchGetItem", "t"), &on("BatchGetItem", "u")],
    );
    check("dynamodb:batchWriteItem", json!({"RequestItems.$": "$.r"}), &[&on("BatchWriteItem", "*")]);
    let entries = json!([{"Put": {"TableName": "t"}}, {"ConditionCheck": {"TableName": "u"}}]);
    check(
        "dynamodb:transactWriteItems",
        json!({"TransactItems": entries}),
        &[&on("PutItem", "t"), &on("ConditionCheckItem", "u")],
    );
    check(
        "dynamodb:transactWriteItems",
        json!({"TransactItems.$": "$.e"}),
        &[&on("ConditionCheckItem+dynamodb:DeleteItem+dynamodb:PutItem+dynamodb:UpdateItem", "*")],
    );
    check("dynamodb:executeStatement", json!({"Statement": "select * from t"}), &[&on("PartiQLSelect", "*")]);
}

#[test]
fn an_operation_that_iam_has_no_action_for_needs_nothing_that_could_be_given() {
    for operation in ["nothing:atAll", "s3:writeGetObjectResponses", "dynamodb", "", "x:", ":y", "sqs:sendMessages"] {
        check(operation, json!({}), &[]);
    }
}

#[test]
fn every_service_of_the_list_is_one_of_iam() {
    for line in include_str!("../services.txt").lines() {
        let (service, prefix) = line.split_once(' ').unwrap();
        assert!(crate::aws::iam::reference::service(prefix).is_some(), "{line}");
        assert_ne!(service, prefix);
    }
}
