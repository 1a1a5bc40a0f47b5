//! Events: what is put on a bus arrives, and what AWS says of a pattern.

use std::time::Duration;

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use serde_json::{Value, json};
use serverless_app::aws::Aws;

use crate::support::emulator::{MAKES, Make};
use crate::support::project::{Project, changes};

/// A function that passes on what it gets.
const CODE: &str = r#"import json
import os

import boto3


def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["SEEN"], MessageBody=json.dumps(event))
"#;

const MANIFEST: &str = r#"[app]
name = "events"
region = "us-west-2"

[bus.orders]
archive = { days = 1 }

[rule.paid]
bus = "orders"
pattern = { source = ["shop"], detail-type = ["OrderPaid"], detail = { sum = [{ numeric = [">", 0] }] } }
targets = [
  { function = "worker", input_template = { paths = { id = "$.detail.id" }, template = '{"order": <id>, "by": "<aws.events.rule-name>"}' } },
  { queue = "jobs", input_path = "$.detail" },
  { bus = "copies" },
]

[bus.copies]

[rule.copied]
bus = "copies"
pattern = { source = ["shop"] }
targets = [{ queue = "copied", input = { kind = "copy" } }]

[rule.off]
bus = "orders"
enabled = false
pattern = { source = ["shop"] }
targets = [{ queue = "off" }]

[queue.jobs]
[queue.copied]
[queue.off]
[queue.seen]

[function.worker]
source = "worker"
runtime = "python3.12"
handler = "main.handler"
environment = { SEEN = "${queue.seen.url}" }
"#;

fn write_code(project: &Project) {
    let folder = project.folder().join("worker");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(folder.join("main.py"), CODE).expect("code");
}

/// The next message in a queue, within a minute.
async fn next(aws: &Aws, name: &str) -> Value {
    let url = aws.read.sqs.get_queue_url().queue_name(format!("events--production-{name}")).send().await.unwrap();
    let url = url.queue_url.expect("a URL");
    for _ in 0..120 {
        let got = aws.read.sqs.receive_message().queue_url(&url).wait_time_seconds(1).send().await.unwrap();
        if let Some(message) = got.messages().first() {
            let handle = message.receipt_handle().unwrap();
            aws.write.sqs.delete_message().queue_url(&url).receipt_handle(handle).send().await.unwrap();
            return serde_json::from_str(message.body().unwrap()).expect("JSON");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nothing arrives in {name}");
}

/// How many messages a queue holds.
async fn count(aws: &Aws, name: &str) -> usize {
    let url = aws.read.sqs.get_queue_url().queue_name(format!("events--production-{name}")).send().await.unwrap();
    let got = aws.read.sqs.receive_message().queue_url(url.queue_url.unwrap()).max_number_of_messages(10).send().await;
    got.unwrap().messages().len()
}

fn event(detail_type: &str, detail: &Value) -> PutEventsRequestEntry {
    let entry = PutEventsRequestEntry::builder().event_bus_name("events--production-orders").source("shop");
    entry.detail_type(detail_type).detail(detail.to_string()).build()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_on_a_bus_reaches_function_queue_and_another_bus_each_with_its_part_of_it() {
    let project = Project::new(Make::Ministack, MANIFEST).await;
    write_code(&project);
    project.deploy(&[]);
    let aws = project.aws().await;
    let paid = json!({"id": "o-1", "sum": 3});
    let put = aws.write.events.put_events().entries(event("OrderOpened", &paid));
    let put = put.entries(event("OrderPaid", &json!({"id": "free", "sum": 0}))).entries(event("OrderPaid", &paid));
    assert_eq!(put.send().await.unwrap().failed_entry_count, 0);
    assert_eq!(next(&aws, "jobs").await, paid);
    assert_eq!(next(&aws, "seen").await, json!({"order": "o-1", "by": "events--production-paid"}));
    assert_eq!(next(&aws, "copied").await, json!({"kind": "copy"}));
    assert_eq!((count(&aws, "jobs").await, count(&aws, "off").await), (0, 0), "one event fits, and one rule is off");
    project.plan(&["--destroy"]);
    project.apply(0);
    let left = project.plan(&["--destroy"]);
    assert!(changes(&left).is_empty(), "{left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_aws_refuses_of_a_pattern_stands_in_the_manifest() {
    let text = r#"[app]
name = "events"
region = "us-west-2"
[queue.jobs]
[bus.orders]
archive = { days = 1, pattern = { source = [{ wildcard = "c\\d" }] } }
[rule.paid]
pattern = { source = [{ wildcard = "a\\b" }] }
targets = [{ queue = "jobs" }]
"#;
    for make in MAKES {
        let project = Project::new(make, text).await;
        let ran = project.run(&["plan"], 64);
        for place in ["serverless-app.toml:8:1", "serverless-app.toml:6:23"] {
            assert!(ran.stderr.contains(place), "{make:?}: {}", ran.stderr);
        }
        assert!(
            ran.stderr.contains("AWS refuses this pattern: Event pattern is not valid."),
            "{make:?}: {}",
            ran.stderr
        );
        project.write(&text.replace("a\\\\b", "a*b").replace("c\\\\d", "c*d"));
        project.deploy(&[]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_moves_to_another_bus_is_told_to_take_another_name() {
    let text = |bus: &str| {
        format!(
            "[app]\nname = \"events\"\nregion = \"us-west-2\"\n[queue.jobs]\n[bus.one]\n[bus.two]\n[rule.paid]\n{bus}\n\
             pattern = {{ source = [\"shop\"] }}\ntargets = [{{ queue = \"jobs\" }}]\n"
        )
    };
    for make in MAKES {
        let project = Project::new(make, &text("bus = \"one\"")).await;
        project.deploy(&[]);
        project.write(&text("bus = \"two\""));
        let ran = project.run(&["plan"], 1);
        assert!(ran.stderr.contains("give the section another name"), "{make:?}: {}", ran.stderr);
        project.write(&text("bus = \"two\"").replace("rule.paid", "rule.paid-two"));
        let found = changes(&project.deploy(&[]));
        let expected =
            ["create events.rule/paid-two", "delete events.rule/paid", "update sqs.queue/jobs Policy.Statement"];
        assert_eq!(found, expected, "{make:?}");
    }
}
