//! Events that really arrive, on the emulator that runs functions: a message of a queue, an item by its table's stream, what came
//! of an asynchronous invocation, and a request to a function's URL. What a bucket reports arrives on both.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_lambda::types::InvocationType;
use serde_json::Value;
use serverless_app::aws::Aws;
use serverless_app::name::Site;

use crate::support::emulator::{MAKES, Make, endpoint};
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

/// The body of the next message of a queue, within half a minute.
async fn received(aws: &Aws, url: &str) -> String {
    let message = eventually(url, async || {
        let got = aws.read.sqs.receive_message().queue_url(url).wait_time_seconds(1).send().await.expect("an answer");
        let message = got.messages.and_then(|messages| messages.into_iter().next())?;
        let handle = message.receipt_handle.as_deref().expect("a handle");
        aws.write.sqs.delete_message().queue_url(url).receipt_handle(handle).send().await.expect("a removal");
        Some(message)
    });
    message.await.body.expect("a body")
}

fn queue_url(site: &Site, name: &str) -> String {
    serverless_app::aws::sqs::url(site, &format!("deliver--production-{name}"))
}

const SUCCEEDS: &str = r#"[app]
name = "deliver"
region = "us-west-2"

[queue.done]
[queue.told]
[queue.seen]

[bus.results]

[rule.results]
bus = "results"
pattern = { source = ["lambda"] }
targets = [{ queue = "seen" }]

[function.worker]
source = "code"
runtime = "python3.11"
handler = "main.handler"
on_success = { queue = "done" }
on_failure = { bus = "results" }
max_retries = 0
url = { auth = "none" }

[function.teller]
source = "code"
runtime = "python3.11"
handler = "main.handler"
on_success = { topic = "told" }

[topic.told]
subscriptions = [{ queue = "told", raw = true }]

[outputs]
url = "${function.worker.url}"
"#;

const ANSWERS: &str = r#"
def handler(event, context):
    if event.get("fail"):
        raise ValueError("as asked")
    return {"statusCode": 201, "body": "at " + event.get("rawPath", "no path")}
"#;

#[tokio::test(flavor = "multi_thread")]
async fn what_an_asynchronous_invocation_gave_and_a_request_to_a_url_arrive() {
    let project = Project::new(Make::Ministack, SUCCEEDS).await;
    let code = project.folder().join("code");
    std::fs::create_dir(&code).expect("a folder");
    std::fs::write(code.join("main.py"), ANSWERS).expect("code");
    project.deploy(&[]);
    let aws = project.aws().await;
    let site = aws.site().await.expect("the account");
    let invoke = async |function: &str, payload: &str| {
        let call = aws.write.lambda.invoke().function_name(format!("deliver--production-{function}"));
        let call = call.invocation_type(InvocationType::Event).payload(payload.as_bytes().to_vec().into());
        call.send().await.expect("an invocation");
    };
    for (function, queue) in [("worker", "done"), ("teller", "told")] {
        invoke(function, r#"{"rawPath": "/async"}"#).await;
        let sent: Value = serde_json::from_str(&received(&aws, &queue_url(&site, queue)).await).expect("JSON");
        assert_eq!(sent["requestContext"]["condition"], "Success", "{sent}");
        assert_eq!(sent["requestPayload"]["rawPath"], "/async", "{sent}");
        assert_eq!(sent["responsePayload"]["body"], "at /async", "{sent}");
    }
    invoke("worker", r#"{"fail": true}"#).await;
    let event: Value = serde_json::from_str(&received(&aws, &queue_url(&site, "seen")).await).expect("JSON");
    assert_eq!(event["detail"]["requestContext"]["condition"], "RetriesExhausted", "{event}");
    let outputs: Value =
        serde_json::from_str(&project.run(&["outputs", "--format", "json"], 0).stdout).expect("outputs");
    let url = outputs["url"].as_str().expect("a URL");
    let id = url.strip_prefix("https://").and_then(|rest| rest.split('.').next()).expect("an id");
    let answer = get(&endpoint(Make::Ministack).await, &format!("/_aws/lambda-url/{id}/greet"));
    assert!(answer.starts_with("HTTP/1.1 201 ") && answer.ends_with("at /greet"), "{answer}");
}

/// What a server answers to a request without credentials.
fn get(endpoint: &str, path: &str) -> String {
    let host = endpoint.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(host).expect("a connection");
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// moto keeps to the policy that asks for TLS, and has none.
const REPORTS: &str = r#"[app]
name = "deliver"
region = "us-west-2"

[queue.files]
[queue.told]

[topic.files]
subscriptions = [{ queue = "told", raw = true }]

[bucket.inbox]
on_delete = "delete"
enforce_tls = false
notify = [
    { events = ["object-created"], prefix = "queue/", queue = "files" },
    { events = ["object-created"], prefix = "topic/", topic = "files" },
]
"#;

/// The first thing that S3 sends is a test of the notification.
async fn reported(aws: &Aws, url: &str) -> Value {
    loop {
        let message: Value = serde_json::from_str(&received(aws, url).await).expect("JSON");
        if message["Event"] != "s3:TestEvent" {
            return message;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_bucket_reports_arrives_in_a_queue_and_by_a_topic() {
    for make in MAKES {
        let project = Project::new(make, REPORTS).await;
        project.deploy(&[]);
        let aws = project.aws().await;
        let site = aws.site().await.expect("the account");
        let bucket = format!("deliver--production-inbox-{}-us-west-2", project.account());
        for key in ["queue/a.txt", "topic/b.txt", "other/c.txt"] {
            let body = aws_sdk_s3::primitives::ByteStream::from_static(b"text");
            aws.write.s3.put_object().bucket(&bucket).key(key).body(body).send().await.expect("an object");
        }
        for (queue, key) in [("files", "queue/a.txt"), ("told", "topic/b.txt")] {
            let url = queue_url(&site, queue);
            let report = reported(&aws, &url).await;
            let object = report["Records"][0]["s3"]["object"]["key"].as_str().expect("a key");
            assert_eq!(object.replace("%2F", "/"), key, "{make:?} {report}");
            let more = aws.read.sqs.receive_message().queue_url(&url).send().await.expect("an answer");
            assert!(more.messages().is_empty(), "{make:?}: one object has this prefix");
        }
    }
}
