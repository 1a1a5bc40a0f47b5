//! For each section a manifest that says all that it can, `fixtures/import/<section>.toml`, and how that is written again,
//! `fixtures/import/<section>.written.toml`.
//!
//! `UPDATE_GOLDEN=1 cargo test golden` writes the latter; its diff is then what to review.

use std::fs;
use std::path::Path;

use super::{App, survives};

const DEFINITION: &str = r#"{
    "StartAt": "Look",
    "States": {
        "Look": {
            "Type": "Task",
            "Resource": "${function.worker.arn}",
            "Next": "Keep"
        },
        "Keep": {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:putItem",
            "Parameters": { "TableName": "${table.orders.name}", "Item": { "id": { "S.$": "$.id" } } },
            "End": true
        }
    }
}"#;

const SCHEMA: &str = r#"{ "type": "object", "required": ["id"] }"#;

const BUS_POLICY: &str = r#"{ "Version": "2012-10-17", "Statement": [
    { "Sid": "Team", "Effect": "Allow", "Principal": { "AWS": "210987654321" }, "Action": "events:PutEvents",
      "Resource": "${bus.orders.arn}", "Condition": { "StringEquals": { "events:source": "${aws:PrincipalTag/team}" } } }
] }"#;

const API_POLICY: &str = r#"{ "Version": "2012-10-17", "Statement": [
    { "Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*",
      "Condition": { "StringEquals": { "aws:SourceVpce": "vpce-0123456789abcdef0" } } }
] }"#;

const TEMPLATE: &str =
    "{\"TableName\": \"${table.orders.name}\", \"Item\": $input.json('$.item'), \"Note\": \"${context.requestId}\"}";

const RULES: &str = r#"[
    { "Name": "no-robots", "Priority": 20, "Action": { "Block": {} },
      "Statement": { "GeoMatchStatement": { "CountryCodes": ["AQ"] } } }
]"#;

const QUEUE_POLICY: &str = r#"{ "Version": "2012-10-17", "Statement": [
    { "Sid": "Team", "Effect": "Allow", "Principal": { "AWS": "210987654321" }, "Action": ["sqs:SendMessage", "sqs:GetQueueUrl"],
      "Resource": "${queue.jobs.arn}" }
] }"#;

const TOPIC_POLICY: &str = r#"{ "Version": "2012-10-17", "Statement": [
    { "Sid": "Team", "Effect": "Allow", "Principal": { "AWS": "210987654321" }, "Action": "sns:Publish",
      "Resource": "${topic.alerts.arn}", "Condition": { "StringEquals": { "aws:PrincipalTag/team": "${aws:username}" } } }
] }"#;

const BUCKET_POLICY: &str = r#"{ "Version": "2012-10-17", "Statement": [
    { "Sid": "Team", "Effect": "Allow", "Principal": { "AWS": "210987654321" }, "Action": "s3:GetObject",
      "Resource": "${bucket.files.arn}/public/*" }
] }"#;

const FILES: [(&str, &str); 9] = [
    ("queue-policy.json", QUEUE_POLICY),
    ("topic-policy.json", TOPIC_POLICY),
    ("bucket-policy.json", BUCKET_POLICY),
    ("machine.json", DEFINITION),
    ("schemas/order.json", SCHEMA),
    ("bus.json", BUS_POLICY),
    ("api.json", API_POLICY),
    ("item.vtl", TEMPLATE),
    ("rules.json", RULES),
];

#[track_caller]
fn golden(section: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/import");
    let manifest = fs::read_to_string(folder.join(format!("{section}.toml"))).unwrap();
    let actual = survives(&App::of(&manifest, &FILES));
    let path = folder.join(format!("{section}.written.toml"));
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        fs::write(&path, &actual).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    for (number, (actual, expected)) in actual.lines().zip(expected.lines()).enumerate() {
        assert_eq!(actual, expected, "line {} of {} (UPDATE_GOLDEN=1 renews it)", number + 1, path.display());
    }
    assert_eq!(actual.lines().count(), expected.lines().count(), "{}", path.display());
}

macro_rules! sections {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            golden(stringify!($name));
        })*
    };
}

sections! { api bus compliance domain firewall function http_api layer rule schedule usage_plan workflow }

sections! { alarm bucket log_group queue role table topic }
