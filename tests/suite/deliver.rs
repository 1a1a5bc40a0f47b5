//! Events that really arrive, on the emulator that runs functions: a message of a queue, an item by its table's stream, and
//! what failed of an asynchronous invocation.

use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_lambda::types::InvocationType;
use serverless_app::aws::Aws;

use crate::support::emulator::Make;
use crate::support::project::Project;

const MANIFEST: &str = r#"[app]
name = "deliver"
region = "us-west-2"

[queue.jobs]
visibility_timeout = 60

[queue.failed]

[table.items]
hash_key = { name = "id", type = "S" }
stream = "new-image"
on_delete = "delete"

[table.seen]
hash_key = { name = "id", type = "S" }
on_delete = "delete"

[function.worker]
source = "code"
runtime = "python3.11"
handler = "main.handler"
environment = { SEEN = "${table.seen.name}" }
access = [{ table = "seen", actions = "write" }]
on_queue = [{ queue = "jobs", filter = [{ body = { kind = ["wanted"] } }] }]
on_stream = [{ table = "items", starting_position = "trim-horizon" }]
on_failure = { queue = "failed" }
max_retries = 0
"#;

const CODE: &str = r#"
import os
import boto3

seen = boto3.resource("dynamodb").Table(os.environ["SEEN"])

def handler(event, context):
    if "Records" not in event:
        raise ValueError("no records")
    for record in event["Records"]:
        what = record["body"] if record["eventSource"] == "aws:sqs" else record["dynamodb"]["Keys"]["id"]["S"]
        seen.put_item(Item={"id": what})
"#;

/// Asks until there is an answer, for half a minute.
async fn eventually<T>(what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = ask().await {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "{what} did not arrive");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn seen(aws: &Aws, what: &str) {
    eventually(what, async || {
        let key = AttributeValue::S(what.to_owned());
        let got = aws.read.dynamodb.get_item().table_name("deliver--production-seen").key("id", key).send().await;
        got.expect("an answer").item
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_items_and_failures_arrive_where_the_manifest_says() {
    let project = Project::new(Make::Ministack, MANIFEST).await;
    let code = project.folder().join("code");
    std::fs::create_dir(&code).expect("a folder");
    std::fs::write(code.join("main.py"), CODE).expect("code");
    project.deploy(&[]);
    let aws = project.aws().await;
    let site = aws.site().await.expect("the account");
    let url = |name: &str| serverless_app::aws::sqs::url(&site, &format!("deliver--production-{name}"));
    let (wanted, other) = (r#"{"kind": "wanted"}"#, r#"{"kind": "other"}"#);
    for body in [other, wanted] {
        aws.write.sqs.send_message().queue_url(url("jobs")).message_body(body).send().await.expect("a message");
    }
    seen(&aws, wanted).await;
    let item = aws.write.dynamodb.put_item().table_name("deliver--production-items");
    item.item("id", AttributeValue::S("one".into())).send().await.expect("an item");
    seen(&aws, "one").await;
    let all = aws.read.dynamodb.scan().table_name("deliver--production-seen").send().await.expect("a scan");
    assert_eq!(all.count(), 2, "what fits no pattern is passed over: {all:?}");
    let call = aws.write.lambda.invoke().function_name("deliver--production-worker");
    call.invocation_type(InvocationType::Event).send().await.expect("an invocation");
    let failed = eventually("what failed", async || {
        let got = aws
            .write
            .sqs
            .receive_message()
            .queue_url(url("failed"))
            .wait_time_seconds(1)
            .send()
            .await
            .expect("an answer");
        got.messages.and_then(|messages| messages.into_iter().next())
    });
    let failed = failed.await.body.expect("a body");
    assert!(failed.contains("no records"), "{failed}");
}
