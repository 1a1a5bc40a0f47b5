use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::aws::test_support::test_id;
use crate::manifest::lower::{Lowered, Sources, lower};
use crate::manifest::problem::Problems;
use crate::manifest::read::read;

fn lowered(text: &str) -> Result<Lowered, Problems> {
    let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{text}");
    let id = test_id(Kind::Topic, "any");
    let source = read("m.toml", &text, &id.owner.stage).expect("a manifest");
    let package = crate::package::Package { zip: Vec::new().into(), sha256: "0".repeat(64), requirements: Vec::new() };
    let packages = BTreeMap::from([("api".parse().unwrap(), package)]);
    lower(&source, &id.owner, &id.site, &Sources { packages, ..Sources::default() })
}

fn state(text: &str) -> Value {
    let lowered = lowered(text).expect("no problems");
    let wanted = &lowered.wanted[&"sns.topic/alerts".parse().unwrap()];
    assert_eq!(wanted.id.name, "shop--test-alerts");
    serde_json::to_value(&wanted.state).unwrap()
}

/// The problems as `line:column message`.
fn problems(text: &str) -> Vec<String> {
    let problems = lowered(text).expect_err("problems").0;
    problems.iter().map(|p| format!("{}:{} {}", p.line, p.column, p.message)).collect()
}

#[test]
fn an_empty_section_is_a_topic_with_our_tags_alone() {
    let tags = json!({"serverless-app:app": "shop", "serverless-app:stage": "test",
        "serverless-app:address": "sns.topic/alerts"});
    let expected = json!({"FifoTopic": false, "ContentBasedDeduplication": false, "FifoThroughputScope": "Topic",
        "DisplayName": null, "KmsMasterKeyId": null, "Policy": null, "DeliveryStatus": {}, "Subscriptions": {},
        "Tags": tags});
    assert_eq!(state("[topic.alerts]"), expected);
}

#[test]
fn subscriptions_are_known_by_protocol_and_endpoint() {
    let topic = state(
        r#"[topic.alerts]
        display_name = "${app} alerts"
        kms_key = "alias/own"
        subscriptions = [
          { email = "ops@example.com" },
          { https = "https://example.com/hook" },
          { lambda = "api" },
          { sqs = "arn:aws:sqs:us-west-2:123456789012:q", raw = true, filter = { level = ["error", 1.0], n = [{ numeric = [">", 1] }] } },
        ]
        [function.api]
        source = "api"
        runtime = "python3.11"
        handler = "main.handler"
"#,
    );
    assert_eq!(topic["DisplayName"], "shop alerts");
    assert_eq!(topic["KmsMasterKeyId"], "alias/own");
    let plain = json!({"RawMessageDelivery": false, "FilterPolicy": null,
    "FilterPolicyScope": "MessageAttributes", "RedrivePolicy": null});
    let filter = json!({"level": ["error", 1], "n": [{"numeric": [">", 1]}]});
    let expected = json!({
        "email:ops@example.com": plain,
        "https:https://example.com/hook": plain,
        "lambda:arn:aws:lambda:us-west-2:123456789012:function:shop--test-api": plain,
        "sqs:arn:aws:sqs:us-west-2:123456789012:q": {"RawMessageDelivery": true, "FilterPolicy": filter,
        "FilterPolicyScope": "MessageAttributes", "RedrivePolicy": null},
    });
    assert_eq!(topic["Subscriptions"], expected);
}

#[test]
fn without_an_account_no_queue_is_taken_for_another_account_s() {
    let queue = "arn:aws:sqs:us-west-2:210987654321:q";
    let text = format!(
        "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[topic.alerts]\n\
         subscriptions = [{{ sqs = \"{queue}\", raw = true, filter = {{ kind = [\"a\"] }} }}]\n"
    );
    let id = test_id(Kind::Topic, "any");
    let source = read("m.toml", &text, &id.owner.stage).expect("a manifest");
    let lowered = |without_account| {
        let sources = Sources { without_account, ..Sources::default() };
        lower(&source, &id.owner, &id.site, &sources)
    };
    assert!(lowered(true).is_ok());
    assert_eq!(lowered(false).expect_err("problems").0.len(), 2, "another account's");
}

#[test]
fn every_problem_is_told_with_its_place() {
    let found = problems(
        r#"[topic.alerts]
display_name = "a\tb"
kms_key = "no key"
subscriptions = [
  { email = "nobody" },
  { https = "https://user:password@example.com" },
  { https = "http://example.com" },
  { lambda = "apo" },
  { sqs = "q" },
  { email = "a@example.com", sqs = "q" },
  { email = "a@example.com", raw = true, filter = { a = ["b"] } },
  { email = "a@example.com" },
  { sqs = "arn:aws:sqs:us-west-2:123456789012:q", filter = { a = "b", c = [["d"]], e = [{ prefx = "f" }] } },
]
[function.api]
source = "api"
runtime = "python3.11"
handler = "main.handler"
"#,
    );
    let expected = [
        "5:16 a display name can have at most 100 printable characters",
        "6:11 \"no key\" is not the id or ARN of a KMS key",
        "8:13 \"nobody\" is not an e-mail address",
        "9:13 \"https://user:password@example.com\" is not a URL that SNS can post to",
        "10:13 \"http://example.com\" is not a URL that SNS can post to",
        "11:14 there is no function \"apo\"; did you mean \"api\"?",
        "12:11 \"q\" is not the ARN of a queue",
        "13:3 a subscription has exactly one endpoint",
        "14:36 raw is only for queues of this account",
        "14:42 filter is only for functions, and for queues of this account",
        "15:3 a@example.com is subscribed twice",
        "16:66 a must be a list of accepted values",
        "16:76 a list contains another list",
        "16:89 there is no filter operator \"prefx\"; did you mean \"prefix\"?",
    ];
    assert_eq!(found, expected);
}

const FAILED: &str = "arn:aws:sqs:us-west-2:123456789012:shop--test-failed";

#[test]
fn a_queue_of_the_manifest_subscribes_by_name_with_a_filter_of_bodies_and_a_queue_for_what_fails() {
    let topic = state(
        r#"[topic.alerts]
        subscriptions = [
          { queue = "jobs", raw = true, filter_body = { kind = ["order"], of = { size = [{ numeric = [">", 1.0] }] } }, dead_letter = { queue = "failed" } },
        ]
        [queue.jobs]
        [queue.failed]
"#,
    );
    let filter = json!({"kind": ["order"], "of": {"size": [{"numeric": [">", 1]}]}});
    let expected = json!({"RawMessageDelivery": true, "FilterPolicy": filter, "FilterPolicyScope": "MessageBody",
        "RedrivePolicy": {"deadLetterTargetArn": FAILED}});
    let all = json!({"sqs:arn:aws:sqs:us-west-2:123456789012:shop--test-jobs": expected});
    assert_eq!(topic["Subscriptions"], all);
    assert_eq!(topic["Policy"], Value::Null, "AWS's default");
}

#[test]
fn a_fifo_topic_is_named_so_and_delivers_to_queues_of_either_type() {
    let text = r#"[topic.alerts]
        fifo = true
        content_based_deduplication = true
        throughput_scope = "message-group"
        delivery_status.sqs = { role = "arn:aws:iam::123456789012:role/feedback", success_percent = 5 }
        delivery_status.http = { role = "arn:aws:iam::123456789012:role/feedback" }
        subscriptions = [{ queue = "order", dead_letter = { queue = "dead" } }, { queue = "jobs" }]
        [queue.order]
        fifo = true
        [queue.dead]
        fifo = true
        [queue.jobs]
        [outputs]
        arn = "${topic.alerts.arn} ${topic.alerts.name}"
"#;
    let lowered = lowered(text).expect("no problems");
    let wanted = &lowered.wanted[&"sns.topic/alerts".parse().unwrap()];
    let arn = "arn:aws:sns:us-west-2:123456789012:shop--test-alerts.fifo";
    assert_eq!(wanted.id.name, "shop--test-alerts.fifo");
    let shown = format!("{arn} shop--test-alerts.fifo");
    assert_eq!(lowered.outputs["arn"].literal(), Some(shown.as_str()));
    let topic = serde_json::to_value(&wanted.state).unwrap();
    let order = (&topic["FifoTopic"], &topic["ContentBasedDeduplication"], &topic["FifoThroughputScope"]);
    assert_eq!(order, (&json!(true), &json!(true), &json!("MessageGroup")));
    let role = "arn:aws:iam::123456789012:role/feedback";
    let log = |success: Option<&str>, rate: i32| json!({"FailureFeedbackRoleArn": role, "SuccessFeedbackRoleArn": success, "SuccessFeedbackSampleRate": rate});
    assert_eq!(topic["DeliveryStatus"], json!({"HTTP": log(None, 0), "SQS": log(Some(role), 5)}));
    let queue = serde_json::to_value(&lowered.wanted[&"sqs.queue/dead".parse().unwrap()].state).unwrap();
    let source = &queue["Policy"]["Statement"][0]["Condition"]["ArnEquals"]["aws:SourceArn"];
    assert_eq!(source, &json!([arn]));
}

#[test]
fn a_policy_of_ones_own_stands_before_what_the_app_lets_in_and_names_the_topic_alone() {
    let manifest = |alarm: &str| {
        format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[topic.alerts]\npolicy = \"p.json\"\n{alarm}")
    };
    let file = |resource: &str| {
        json!({"Version": "2012-10-17", "Statement": [{"Sid": "Own", "Effect": "Allow", "Action": "sns:Publish",
            "Principal": {"AWS": "123456789012"}, "Resource": resource}]})
        .to_string()
    };
    let all = crate::manifest::function::tests::lowered;
    let alarm = "[alarm.slow]\nmetric = { namespace = \"Own\", name = \"M\" }\nstatistic = \"Sum\"\nthreshold = 1\n\
        comparison = \">=\"\nnotify = [\"alerts\"]\n";
    let sids = |alarm: &str| {
        let lowered = all(&manifest(alarm), &[("p.json", &file("${topic.alerts.arn}"))]).expect("no problems");
        let topic = crate::manifest::function::tests::state(&lowered, "sns.topic/alerts");
        let statements = topic["Policy"]["Statement"].as_array().unwrap().clone();
        statements.iter().map(|one| one["Sid"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((sids(""), sids(alarm)), (vec!["Own".into()], vec!["Own".into(), "Alarms".into()]));
    let told = crate::manifest::function::tests::problems(&manifest(""), &[("p.json", &file("*"))]);
    assert_eq!(told, ["5:10: the topic policy has the resource \"*\""]);
}

#[test]
fn what_sns_would_refuse_of_order_filters_and_logs_is_told_with_its_place() {
    let found = problems(
        r#"[topic.alerts]
content_based_deduplication = true
throughput_scope = "message-group"
delivery_status.sqs = { role = "feedback", success_percent = 101 }
subscriptions = [
  { queue = "order" },
  { queue = "jobz" },
  { queue = "jobs", filter = { a = ["b"] }, filter_body = { a = ["b"] }, dead_letter = { queue = "order" } },
  { email = "a@example.com", filter_body = { a = ["b"] }, dead_letter = { queue = "jobs" } },
]
[topic.fifo]
fifo = true
subscriptions = [{ email = "a@example.com" }, { queue = "order", dead_letter = { queue = "jobs" } }]
[alarm.slow]
metric = { namespace = "Own", name = "M" }
statistic = "Sum"
threshold = 1
comparison = ">="
notify = ["fifo"]
[queue.jobs]
[queue.order]
fifo = true
"#,
    );
    let expected = [
        "5:31 content_based_deduplication is only for FIFO topics",
        "6:20 throughput_scope is only for FIFO topics",
        "7:32 \"feedback\" is not the ARN of a role",
        "7:62 101 is out of range",
        "9:3 a standard topic keeps no order, and cannot deliver to a FIFO queue",
        "10:13 there is no queue section \"jobz\"; did you mean \"jobs\"?",
        "11:45 the subscription already has a filter",
        "11:98 a standard topic needs a standard queue for messages that cannot be delivered",
        "12:30 filter_body is only for functions, and for queues of this account",
        "12:59 dead_letter is only for functions, and for queues of this account",
        "16:18 a FIFO topic can deliver only to queues",
        "16:90 a FIFO topic needs a FIFO queue for messages that cannot be delivered",
        "22:11 fifo is a FIFO topic, and an alarm sends messages without a message group",
    ];
    assert_eq!(found, expected);
}
