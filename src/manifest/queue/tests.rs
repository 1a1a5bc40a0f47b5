use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::aws::test_support::test_id;
use crate::manifest::function::tests::{lowered as all, needs};
use crate::manifest::lower::Lowered;
use crate::manifest::problem::Problems;
use crate::manifest::read::read;

const JOBS: &str = "arn:aws:sqs:us-west-2:123456789012:shop--test-jobs";

fn lowered(text: &str) -> Result<Lowered, Problems> {
    all(&format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{text}"), &[])
}

fn state(text: &str) -> Value {
    let lowered = lowered(text).expect("no problems");
    serde_json::to_value(&lowered.wanted[&"sqs.queue/jobs".parse().unwrap()].state).unwrap()
}

fn problems(text: &str) -> Vec<String> {
    let problems = lowered(text).expect_err("problems").0;
    problems.iter().map(|p| format!("{}:{} {}", p.line, p.column, p.message)).collect()
}

#[test]
fn an_empty_section_is_an_encrypted_queue_that_receives_wait_for() {
    let lowered = lowered("[queue.jobs]").expect("no problems");
    let wanted = &lowered.wanted[&"sqs.queue/jobs".parse().unwrap()];
    assert_eq!(wanted.id.name, "shop--test-jobs");
    let tags = json!({"serverless-app:app": "shop", "serverless-app:stage": "test",
        "serverless-app:address": "sqs.queue/jobs"});
    let expected = json!({"FifoQueue": false, "ContentBasedDeduplication": false, "DeduplicationScope": "queue",
        "FifoThroughputLimit": "perQueue", "VisibilityTimeout": 30, "MessageRetentionPeriod": 345_600,
        "DelaySeconds": 0, "ReceiveMessageWaitTimeSeconds": 20, "MaximumMessageSize": 1_048_576,
        "SqsManagedSseEnabled": true, "KmsMasterKeyId": null, "KmsDataKeyReusePeriodSeconds": 300, "Policy": null,
        "RedrivePolicy": null, "RedriveAllowPolicy": null, "Tags": tags});
    assert_eq!(serde_json::to_value(&wanted.state).unwrap(), expected);
}

#[test]
fn a_queue_waits_for_its_dead_letter_queue_and_is_known_by_name_arn_and_url() {
    let text = r#"[queue.jobs]
        fifo = true
        content_based_deduplication = true
        deduplication_scope = "message-group"
        throughput_limit = "message-group"
        visibility_timeout = 60
        retention_seconds = 61
        delay = 1
        receive_wait_time = 0
        max_message_size = 2048
        encryption = { kms_key = "alias/own" }
        data_key_reuse = 600
        dead_letter = { queue = "failed", after = 3 }
        on_delete = "delete"
        [queue.failed]
        fifo = true
        encryption = "none"
        redrive_allow = ["jobs"]
        [outputs]
        jobs = "${queue.jobs.name} ${queue.jobs.arn} ${queue.jobs.url}"
"#;
    let lowered = lowered(text).expect("no problems");
    let wanted = &lowered.wanted[&"sqs.queue/jobs".parse().unwrap()];
    assert_eq!(wanted.needs, BTreeSet::from(["sqs.queue/failed".parse().unwrap()]));
    let state = serde_json::to_value(&wanted.state).unwrap();
    let target = "arn:aws:sqs:us-west-2:123456789012:shop--test-failed.fifo";
    assert_eq!(state["RedrivePolicy"], json!({"deadLetterTargetArn": target, "maxReceiveCount": 3}));
    assert_eq!((&state["MessageRetentionPeriod"], &state["DelaySeconds"]), (&json!(61), &json!(1)));
    let key = (&state["KmsMasterKeyId"], &state["KmsDataKeyReusePeriodSeconds"], &state["SqsManagedSseEnabled"]);
    assert_eq!(key, (&json!("alias/own"), &json!(600), &json!(false)));
    let order = (&state["ContentBasedDeduplication"], &state["DeduplicationScope"], &state["FifoThroughputLimit"]);
    assert_eq!(order, (&json!(true), &json!("messageGroup"), &json!("perMessageGroupId")));
    assert_eq!(state["Tags"]["serverless-app:on-delete"], "delete");
    let failed = serde_json::to_value(&lowered.wanted[&"sqs.queue/failed".parse().unwrap()].state).unwrap();
    let allowed = json!({"redrivePermission": "byQueue", "sourceQueueArns": [format!("{JOBS}.fifo")]});
    assert_eq!((&failed["RedriveAllowPolicy"], &failed["SqsManagedSseEnabled"]), (&allowed, &json!(false)));
    let shown = format!(
        "shop--test-jobs.fifo {JOBS}.fifo https://sqs.us-west-2.amazonaws.com/123456789012/shop--test-jobs.fifo"
    );
    assert_eq!(lowered.outputs["jobs"].literal(), Some(shown.as_str()));
}

#[test]
fn days_are_seconds_and_a_fifo_name_ends_so_within_eighty_characters() {
    assert_eq!(state("[queue.jobs]\nretention_days = 14\n")["MessageRetentionPeriod"], 1_209_600);
    let owner = test_id(crate::aws::Kind::Queue, "any").owner;
    let long = "q".repeat(63).parse().unwrap();
    let fifo =
        crate::manifest::names::queue::physical(&crate::manifest::names::Names::plain(owner.clone()), &long, true);
    assert!(fifo.len() <= 80 && fifo.ends_with(".fifo"), "{fifo}");
}

#[test]
fn the_policy_has_a_statement_for_each_topic_that_sends_behind_those_of_the_file() {
    let text = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[queue.jobs]\npolicy = \"p.json\"\n\
        [topic.alerts]\nsubscriptions = [{ queue = \"jobs\" }]\n\
        [topic.news]\nsubscriptions = [{ email = \"a@example.com\" }, { queue = \"other\", dead_letter = { queue = \"jobs\" } }]\n\
        [queue.other]\n";
    let own = json!({"Version": "2012-10-17", "Statement": {"Sid": "Own", "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sqs:ReceiveMessage",
        "Resource": "${queue.jobs.arn}", "Condition": {"ArnLike": {"aws:PrincipalArn": "${topic.alerts.arn}"}}}});
    let lowered = all(text, &[("p.json", &own.to_string())]).expect("no problems");
    let policy = crate::manifest::function::tests::state(&lowered, "sqs.queue/jobs")["Policy"].clone();
    let topic = |name: &str| format!("arn:aws:sns:us-west-2:123456789012:shop--test-{name}");
    let sends = |name: &str| {
        json!({"Sid": format!("topic-{name}"), "Effect": "Allow", "Principal": {"Service": ["sns.amazonaws.com"]},
            "Action": ["sqs:SendMessage"], "Resource": [JOBS],
            "Condition": {"ArnEquals": {"aws:SourceArn": [topic(name)]}}})
    };
    assert_eq!(policy["Statement"][0]["Sid"], "Own");
    assert_eq!(policy["Statement"][0]["Condition"]["ArnLike"]["aws:PrincipalArn"], json!([topic("alerts")]));
    assert_eq!(policy["Statement"].as_array().unwrap()[1..], [sends("alerts"), sends("news")]);
    // The topic's subscription comes after the policy that lets it send, although the policy names the topic.
    assert_eq!(needs(&lowered, "sns.topic/alerts"), ["sqs.queue/jobs"]);
    assert_eq!(needs(&lowered, "sqs.queue/jobs"), [""; 0]);
}

#[test]
fn a_key_that_services_cannot_use_is_a_problem_and_one_of_ones_own_is_remarked_on() {
    let with = |key: &str| {
        format!(
            "[queue.jobs]\nencryption = {{ kms_key = \"{key}\" }}\n[topic.t]\nsubscriptions = [{{ queue = \"jobs\" }}]\n"
        )
    };
    let told = problems(&with("alias/aws/sqs"));
    assert_eq!(told, ["5:26 sns.amazonaws.com delivers to it, and cannot use the key alias/aws/sqs"]);
    let notes = lowered(&with("alias/own")).expect("no problems").notes;
    let notes: Vec<_> = notes.iter().map(|note| note.message.as_str()).collect();
    assert!(notes[0].starts_with("the policy of its key must allow sns.amazonaws.com to use it"), "{notes:?}");
    let alone = lowered("[queue.jobs]\nencryption = { kms_key = \"alias/aws/sqs\" }\n").expect("no problems");
    assert!(alone.notes.is_empty(), "nothing delivers to it");
}

#[test]
fn every_problem_is_told_with_its_place() {
    let text = r#"[queue.jobs]
visibility_timeout = 43201
retention_days = 15
retention_seconds = 59
delay = -1
receive_wait_time = 21
max_message_size = 1023
dead_letter = { queue = "failde", after = 0 }
content_based_deduplication = true
throughput_limit = "message-group"
data_key_reuse = 300
redrive_allow = []
[queue.failed]
fifo = true
dead_letter = { queue = "jobs", after = 1001 }
encryption = { kms_key = "no key" }
data_key_reuse = 59
redrive_allow = ["failed", "nobody"]
[queue.source]
fifo = true
dead_letter = { queue = "failed", after = 1 }
"#;
    let expected = [
        "5:22 43201 is out of range",
        "6:18 15 is out of range",
        "7:21 59 is out of range",
        "7:21 retention_days and retention_seconds both set the retention",
        "8:9 -1 is out of range",
        "9:21 21 is out of range",
        "10:20 1023 is out of range",
        "11:25 there is no queue section \"failde\"; did you mean \"failed\"?",
        "11:43 0 is out of range",
        "12:31 content_based_deduplication is only for FIFO queues",
        "13:20 SQS can limit message groups separately only if it detects duplicates within each group",
        "13:20 throughput_limit is only for FIFO queues",
        "14:18 data keys are reused only with a KMS key",
        "15:17 it names no queue",
        "18:25 jobs is of another type: the dead-letter queue of a FIFO queue must be FIFO too, and of a standard \
         queue standard",
        "18:25 the redrive_allow of jobs does not name failed",
        "18:41 1001 is out of range",
        "19:26 \"no key\" is not the id or ARN of a KMS key",
        "20:18 59 is out of range",
        "21:28 there is no queue section \"nobody\"; known: failed, jobs, source",
        "24:25 the redrive_allow of failed does not name source",
    ];
    assert_eq!(problems(text), expected);
}

#[test]
fn a_key_of_another_spelling_is_answered_with_the_one_that_there_is() {
    let stage = test_id(crate::aws::Kind::Queue, "any").owner.stage;
    let text = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[queue.jobs]\nmessage_retention = 60\n\
        dead_letter = { queue = \"dead\", max_receives = 5 }\n";
    let broken = read("m.toml", text, &stage).expect_err("other spellings");
    let told: Vec<_> = broken.0.iter().map(|p| (p.line, p.message.as_str())).collect();
    let retention = "there is no key \"message_retention\"; it is \"retention_days\"";
    assert_eq!(told, [(5, retention), (6, "there is no key \"max_receives\"; it is \"after\"")]);
}
