use serde_json::{Value, json};

use crate::manifest::function::tests::{lowered, needs, problems, state};

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n";
const WORKER: &str = "[function.worker]\nsource = \"src\"\nruntime = \"python3.12\"\nhandler = \"main.handler\"\n";
const BUCKET_ARN: &str = "arn:aws:s3:::shop--test-uploads-123456789012-us-west-2";

fn manifest(bucket: &str, rest: &str) -> String {
    format!("{APP}[queue.jobs]\n[topic.alerts]\n{WORKER}{rest}[bucket.uploads]\n{bucket}\n")
}

fn notifications(bucket: &str) -> Value {
    let all = lowered(&manifest(bucket, ""), &[]).expect("no problems");
    state(&all, "s3.bucket/uploads")["NotificationConfiguration"].clone()
}

fn found(bucket: &str) -> Vec<String> {
    problems(&manifest(bucket, ""), &[])
}

#[test]
fn each_destination_has_ids_of_its_own() {
    let arn = |service: &str, name: &str| format!("arn:aws:{service}:us-west-2:123456789012:{name}");
    let expected = json!({"EventBridge": true, "Entries": {
        "serverless-app:function:worker": {"LambdaFunctionArn": arn("lambda", "function:shop--test-worker"),
            "Events": ["s3:ObjectCreated:*"], "Prefix": "in/", "Suffix": ".csv"},
        "serverless-app:function:worker:2": {"LambdaFunctionArn": arn("lambda", "function:shop--test-worker"),
            "Events": ["s3:ObjectRemoved:Delete", "s3:ObjectTagging:*"]},
        "serverless-app:queue:jobs": {"QueueArn": arn("sqs", "shop--test-jobs"), "Events": ["s3:LifecycleTransition"]},
        "serverless-app:topic:alerts": {"TopicArn": arn("sns", "shop--test-alerts"), "Events": ["s3:ObjectAcl:Put"]},
    }});
    let bucket = r#"eventbridge = true
        notify = [
            { events = ["object-created"], prefix = "in/", suffix = ".csv", function = "worker" },
            { events = ["lifecycle-transition"], queue = "jobs" },
            { events = ["object-tagging", "object-removed:delete"], function = "worker" },
            { events = ["object-acl:put"], topic = "alerts" },
        ]"#;
    assert_eq!(notifications(bucket), expected);
}

#[test]
fn a_tag_says_that_a_bucket_has_notifications() {
    let tag = |bucket: &str| {
        let all = lowered(&manifest(bucket, ""), &[]).expect("no problems");
        state(&all, "s3.bucket/uploads")["Tags"]["serverless-app:parts"].clone()
    };
    assert_eq!(tag(""), Value::Null);
    assert_eq!(tag("eventbridge = true"), "notifications");
    assert_eq!(tag("notify = [{ events = [\"object-created\"], queue = \"jobs\" }]"), "notifications");
    assert_eq!(notifications(""), Value::Null, "a bucket that reports nothing says nothing of it");
}

#[test]
fn the_function_lets_the_bucket_in_before_the_bucket_names_it() {
    let all =
        lowered(&manifest("notify = [{ events = [\"object-created\"], function = \"worker\" }]", ""), &[]).unwrap();
    let statement = &state(&all, "lambda.permission/worker")["Statements"]["bucket-uploads"];
    assert_eq!(statement["Principal"], "s3.amazonaws.com", "{statement}");
    assert_eq!((&statement["SourceArn"], &statement["SourceAccount"]), (&json!(BUCKET_ARN), &json!("123456789012")));
    assert_eq!(needs(&all, "s3.bucket/uploads"), ["lambda.permission/worker"]);
    assert_eq!(needs(&all, "lambda.permission/worker"), ["lambda.function/worker"]);
}

#[test]
fn a_queue_and_a_topic_come_before_the_bucket_that_reports_to_them() {
    let bucket = "notify = [{ events = [\"object-created\"], queue = \"jobs\" }, { events = [\"object-removed\"], topic = \"alerts\" }]";
    let all = lowered(&manifest(bucket, ""), &[]).unwrap();
    assert_eq!(needs(&all, "s3.bucket/uploads"), ["sns.topic/alerts", "sqs.queue/jobs"]);
}

#[test]
fn a_function_may_read_and_name_the_bucket_that_reports_to_it() {
    let rest = "access = [{ bucket = \"uploads\", actions = \"read\" }]\n\
        environment = { BUCKET = \"${bucket.uploads.name}\", ARN = \"${bucket.uploads.arn}\" }\n";
    let all =
        lowered(&manifest("notify = [{ events = [\"object-created\"], function = \"worker\" }]", rest), &[]).unwrap();
    assert_eq!(needs(&all, "s3.bucket/uploads"), ["lambda.permission/worker"]);
    assert!(!needs(&all, "lambda.function/worker").contains(&"s3.bucket/uploads".to_owned()));
    assert_eq!(state(&all, "lambda.function/worker")["Environment"]["ARN"], BUCKET_ARN);
}

#[test]
fn what_aws_would_refuse_is_said_where_it_stands() {
    let bucket = r#"notify = [
{ events = [], function = "worker" },
{ events = ["object-created"], function = "worker", queue = "jobs" },
{ events = ["object-created"] },
{ events = ["object-removed", "object-removed:delete"], queue = "jbos", prefix = "a b/", suffix = "*.csv" },
{ events = ["object-created:put"], prefix = "in/a", topic = "alerts" },
{ events = ["object-created:copy"], prefix = "in/", suffix = ".csv", topic = "alerts" },
]"#;
    let overlap = "some objects match both this notification and number";
    let expected = [
        "12:12: there is no event".to_owned(),
        "13:1: a notification has exactly one destination".into(),
        "14:1: a notification has exactly one destination".into(),
        format!("14:1: {overlap} 2, for object-created"),
        "15:12: object-removed:delete is already included in object-removed".into(),
        "15:65: there is no queue section \"jbos\"; did you mean \"jobs\"?".into(),
        "15:82: S3 does not accept a space here".into(),
        "15:99: `*` is not a wildcard here".into(),
        format!("16:1: {overlap} 2, for object-created:put"),
        format!("16:1: {overlap} 3, for object-created:put"),
        format!("17:1: {overlap} 2, for object-created:copy"),
        format!("17:1: {overlap} 3, for object-created:copy"),
    ];
    assert_eq!(found(bucket), expected);
    let long = format!(
        "notify = [{{ events = [\"object-created\"], function = \"worker\", prefix = \"{}\" }}]",
        "x".repeat(1025)
    );
    assert_eq!(found(&long), ["11:72: it is longer than 1024 characters"]);
    let many: Vec<String> = (0..101)
        .map(|n| format!("{{ events = [\"object-created\"], prefix = \"{n:03}/\", function = \"worker\" }}"))
        .collect();
    assert_eq!(
        found(&format!("notify = [{}]", many.join(", "))),
        ["11:10: there are 101 notifications; AWS allows 100"]
    );
    assert_eq!(found("notify = [{ events = [\"object-made\"], function = \"worker\" }]").len(), 1);
}

#[test]
fn queues_and_topics_with_fifo_and_keys_that_s3_cannot_use_are_refused() {
    let text = format!(
        "{APP}[queue.jobs]\nfifo = true\n[topic.alerts]\nkms_key = \"alias/aws/sns\"\n[topic.ordered]\nfifo = true\n\
         [bucket.uploads]\nnotify = [\n{{ events = [\"object-created\"], queue = \"jobs\" }},\n\
         {{ events = [\"object-removed\"], topic = \"alerts\" }},\n\
         {{ events = [\"object-acl:put\"], topic = \"ordered\" }},\n]\n"
    );
    let expected = [
        "7:11: s3.amazonaws.com delivers to it, and cannot use the key alias/aws/sns",
        "12:40: S3 cannot send to a FIFO queue",
        "14:40: S3 cannot send to a FIFO topic",
    ];
    assert_eq!(problems(&text, &[]), expected);
}
