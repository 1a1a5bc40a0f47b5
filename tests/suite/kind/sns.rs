//! Topics on both emulators.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use serverless_app::aws::sns::{Feedback, MESSAGE_BODY, RedrivePolicy, Subscription, Topic, key, policy};
use serverless_app::aws::sqs::url;
use serverless_app::aws::{Aws, Id, Kind, PlanReader, State, Tags};
use serverless_app::text::Outputs;

use crate::lifecycle::{emulators, id, lead};
use crate::support::emulator::Make;
use crate::support::permissions::endpoint;
use crate::support::project::{Project, changes};

const LAMBDA: &str = "arn:aws:lambda:us-west-2:123456789012:function:suite--test-none";
const QUEUE: &str = "arn:aws:sqs:us-west-2:123456789012:suite--test-none";

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn subscription(protocol: &str, endpoint: &str, raw: bool, filter: Option<Value>) -> (String, Subscription) {
    let subscription = Subscription { raw_message_delivery: raw, filter_policy: filter, ..Subscription::default() };
    (key(protocol, endpoint), subscription)
}

fn first(id: &Id) -> Topic {
    Topic {
        display_name: Some("Alerts".into()),
        kms_master_key_id: Some("alias/aws/sns".into()),
        policy: Some(policy::for_alarms(&id.site, &arn(id))),
        delivery_status: logs(Some("arn:aws:iam::123456789012:role/feedback"), 10),
        subscriptions: [
            subscription("email", "ops@example.com", false, None),
            subscription("lambda", LAMBDA, false, Some(json!({"level": ["error"]}))),
            subscription("sqs", QUEUE, true, None),
        ]
        .into(),
        tags: tags(&[("a", "1")]),
        ..Topic::default()
    }
}

fn logs(success: Option<&str>, rate: i32) -> BTreeMap<String, Feedback> {
    let log = Feedback {
        failure_feedback_role_arn: Some("arn:aws:iam::123456789012:role/feedback".into()),
        success_feedback_role_arn: success.map(str::to_owned),
        success_feedback_sample_rate: rate,
    };
    [("SQS".to_owned(), log)].into()
}

fn arn(id: &Id) -> String {
    id.site.arn("sns", &id.name)
}

#[tokio::test]
async fn a_topic_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Topic, "life", "suite--test-life").await;
        let mut known = Outputs::new();
        let second = Topic {
            display_name: Some("Others".into()),
            delivery_status: logs(None, 0),
            subscriptions: [
                subscription("https", "https://example.com/hook", false, None),
                subscription("lambda", LAMBDA, false, None),
                subscription("sqs", QUEUE, false, Some(json!({"level": ["error", {"numeric": [">", 1]}]}))),
            ]
            .into(),
            tags: tags(&[("b", "2")]),
            ..Topic::default()
        };
        for want in [Some(first(&id)), Some(second), Some(Topic::default()), None] {
            let want = want.map(State::from);
            let sent = lead(&aws, &id, want.as_ref(), &mut known).await;
            assert!(!sent.is_empty(), "{emulator}");
        }
    }
}

#[tokio::test]
async fn a_topic_is_repaired_after_edits_by_others() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Topic, "edited", "suite--test-edited").await;
        let mut known = Outputs::new();
        let want = State::from(first(&id));
        lead(&aws, &id, Some(&want), &mut known).await;
        edit(&aws, &arn(&id), &known).await;
        let sent = lead(&aws, &id, Some(&want), &mut known).await;
        let repairs = [
            "sns:SetTopicAttributes",
            "sns:SetTopicAttributes",
            "sns:Subscribe",
            "sns:SetSubscriptionAttributes",
            "sns:Unsubscribe",
            "sns:TagResource",
            "sns:UntagResource",
        ];
        assert_eq!(sent, repairs, "{emulator}");
        lead(&aws, &id, None, &mut known).await;
    }
}

async fn edit(aws: &Aws, arn: &str, known: &Outputs) {
    let sns = &aws.write.sns;
    let default = policy::default(arn).to_string();
    for (name, value) in [("DisplayName", "edited"), ("Policy", &default)] {
        sns.set_topic_attributes().topic_arn(arn).attribute_name(name).attribute_value(value).send().await.unwrap();
    }
    let subscription = |key: &str| {
        let found = known.iter().find(|(output, _)| output.attribute == format!("subscription:{key}"));
        found.expect("a subscription").1.clone()
    };
    sns.unsubscribe().subscription_arn(subscription("email:ops@example.com")).send().await.unwrap();
    let raw = sns.set_subscription_attributes().subscription_arn(subscription(&key("sqs", QUEUE)));
    raw.attribute_name("RawMessageDelivery").attribute_value("false").send().await.unwrap();
    sns.subscribe().topic_arn(arn).protocol("email").endpoint("other@example.com").send().await.unwrap();
    for key in ["a", "x"] {
        let tag = aws_sdk_sns::types::Tag::builder().key(key).value("edited").build().unwrap();
        sns.tag_resource().resource_arn(arn).tags(tag).send().await.unwrap();
    }
}

#[tokio::test]
async fn topics_are_found_by_their_prefix() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Topic, "found", "suite--test-found").await;
        let mut known = Outputs::new();
        lead(&aws, &id, Some(&Topic::default().into()), &mut known).await;
        let found = Kind::Topic.find(&PlanReader::new(&aws), &id.owner).await.unwrap();
        assert!(found.iter().any(|found| found.name == id.name), "{emulator}: {found:?}");
        lead(&aws, &id, None, &mut known).await;
        let found = Kind::Topic.find(&PlanReader::new(&aws), &id.owner).await.unwrap();
        assert!(found.iter().all(|found| found.name != id.name), "{emulator}: {found:?}");
    }
}

/// A topic with one subscription, of a queue that need not exist.
fn subscribed(subscription: Subscription) -> Option<State> {
    Some(Topic { subscriptions: [(key("sqs", QUEUE), subscription)].into(), ..Topic::default() }.into())
}

#[tokio::test]
async fn a_filter_of_bodies_and_a_dead_letter_queue_come_change_and_go_call_by_call() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Topic, "bodies", "suite--test-bodies").await;
        let mut known = Outputs::new();
        let plain = Subscription::default;
        let attributes = || Subscription { filter_policy: Some(json!({"kind": ["order"]})), ..plain() };
        let body = |filter: Value| Subscription {
            filter_policy: Some(filter),
            filter_policy_scope: MESSAGE_BODY.into(),
            ..plain()
        };
        let dead = |name: &str| Subscription {
            redrive_policy: Some(RedrivePolicy {
                dead_letter_target_arn: format!("arn:aws:sqs:us-west-2:123456789012:{name}"),
            }),
            ..body(json!({"of": {"kind": ["order", {"prefix": "or"}]}}))
        };
        let generations = [
            (plain(), 2),
            (body(json!({"of": {"kind": ["order"]}})), 3),
            (body(json!({"kind": ["order"], "of": {"size": [{"numeric": [">", 1]}]}})), 1),
            (attributes(), 3),
            (dead("d"), 4),
            (dead("e"), 1),
            (plain(), 4),
            (dead("d"), 4),
        ];
        for (number, (want, calls)) in generations.into_iter().enumerate() {
            let sent = lead(&aws, &id, subscribed(want).as_ref(), &mut known).await;
            assert_eq!(sent.len(), calls, "{emulator} {number}: {sent:?}");
        }
        lead(&aws, &id, None, &mut known).await;
        // All of it at once, by the call that subscribes.
        let sent = lead(&aws, &id, subscribed(dead("d")).as_ref(), &mut known).await;
        assert_eq!(sent, ["sns:CreateTopic", "sns:Subscribe"], "{emulator}");
        lead(&aws, &id, None, &mut known).await;
    }
}

#[tokio::test]
async fn a_fifo_topic_goes_through_its_whole_life_and_a_standard_one_takes_no_fifo_queue() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Topic, "order", "suite--test-order.fifo").await;
        let mut known = Outputs::new();
        let plain = || Topic { fifo_topic: true, tags: tags(&[("a", "1")]), ..Topic::default() };
        let by_content = || Topic { content_based_deduplication: true, ..plain() };
        let by_group = || Topic { fifo_throughput_scope: "MessageGroup".into(), ..by_content() };
        for want in [Some(plain()), Some(by_content()), Some(by_group()), Some(plain()), None, Some(by_group()), None] {
            let sent = lead(&aws, &id, want.map(State::from).as_ref(), &mut known).await;
            assert!((1..=2).contains(&sent.len()), "{emulator}: {sent:?}");
        }
        let sns = &aws.write.sns;
        let standard = sns.create_topic().name("suite--test-standard").send().await.unwrap().topic_arn.unwrap();
        let subscribe = sns.subscribe().topic_arn(&standard).protocol("sqs").endpoint(format!("{QUEUE}.fifo"));
        let refused = format!("{:?}", subscribe.send().await);
        assert!(refused.contains("FIFO SQS Queues can not be subscribed"), "{emulator}: {refused}");
        sns.delete_topic().topic_arn(&standard).send().await.unwrap();
    }
}

#[tokio::test]
async fn sns_judges_a_filter_by_the_scope_of_that_moment_and_takes_no_empty_redrive_policy() {
    for (emulator, aws) in emulators().await {
        let sns = &aws.write.sns;
        let topic = sns.create_topic().name("suite--test-judged").send().await.unwrap().topic_arn.unwrap();
        let made = sns.subscribe().topic_arn(&topic).protocol("sqs").endpoint(QUEUE).return_subscription_arn(true);
        let arn = made.send().await.unwrap().subscription_arn.unwrap();
        let set = async |name: &str, value: &str| {
            let set = sns.set_subscription_attributes().subscription_arn(&arn).attribute_name(name);
            set.attribute_value(value).send().await.map_or_else(|error| format!("{error:?}"), |_| String::new())
        };
        let nested = r#"{"of":{"kind":["order"]}}"#;
        assert!(set("FilterPolicy", nested).await.contains("does not support nested"), "{emulator}");
        assert_eq!(set("FilterPolicyScope", "MessageBody").await, "", "{emulator}");
        let read = sns.get_subscription_attributes().subscription_arn(&arn).send().await.unwrap();
        let shown = read.attributes.unwrap_or_default();
        assert!(!shown.contains_key("FilterPolicyScope"), "{emulator}: hidden without a filter");
        assert_eq!(set("FilterPolicy", nested).await, "", "{emulator}");
        let back = set("FilterPolicyScope", "MessageAttributes").await;
        assert!(back.contains("does not support nested"), "{emulator}");
        assert!(set("RedrivePolicy", "").await.contains("RedrivePolicy"), "{emulator}");
        sns.delete_topic().topic_arn(&topic).send().await.unwrap();
    }
}

const APP: &str =
    "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[queue.jobs]\nreceive_wait_time = 0\non_delete = \"delete\"\n";

/// The bodies of the messages in a queue, once there are so many.
async fn received(aws: &Aws, name: &str, count: usize) -> Vec<String> {
    let (url, start, mut bodies) = (url(&aws.site().await.unwrap(), name), Instant::now(), Vec::new());
    while bodies.len() < count && start.elapsed() < Duration::from_secs(20) {
        let got = aws.write.sqs.receive_message().queue_url(&url).max_number_of_messages(10).send().await.unwrap();
        bodies.extend(got.messages().iter().filter_map(|message| message.body().map(str::to_owned)));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bodies
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_to_the_topic_arrives_in_the_queue_raw_and_filtered_by_its_body() {
    let subscribed =
        "[topic.alerts]\nsubscriptions = [{ queue = \"jobs\", raw = true, filter_body = { kind = [\"order\"] } }]\n";
    // This emulator asks the queue's policy about each delivery.
    let project = Project::at(&endpoint().await, &format!("{APP}{subscribed}"));
    let plan = project.deploy(&[]);
    assert_eq!(changes(&plan), ["create sns.topic/alerts", "create sqs.queue/jobs"]);
    assert_eq!(plan["changes"][1]["waits_for"], json!(["sqs.queue/jobs"]), "the queue's policy comes first");
    let aws = project.aws().await;
    let topic = format!("arn:aws:sns:us-west-2:{}:shop--production-alerts", project.account());
    let order = r#"{"kind":"order","n":1}"#;
    for body in [r#"{"kind":"other"}"#, "no JSON", order] {
        aws.write.sns.publish().topic_arn(&topic).message(body).send().await.unwrap();
    }
    assert_eq!(received(&aws, "shop--production-jobs", 1).await, [order]);
    let queue = url(&aws.site().await.unwrap(), "shop--production-jobs");
    let closed = aws.write.sqs.set_queue_attributes().queue_url(&queue).attributes("Policy".into(), "");
    closed.send().await.unwrap();
    // It shows a moment later.
    let read = aws.write.sqs.get_queue_attributes().queue_url(&queue).attribute_names("All".into());
    read.send().await.unwrap();
    aws.write.sns.publish().topic_arn(&topic).message(order).send().await.unwrap();
    assert_eq!(project.deploy(&[])["changes"][0]["address"], "sqs.queue/jobs");
    let last = r#"{"kind":"order","n":2}"#;
    aws.write.sns.publish().topic_arn(&topic).message(last).send().await.unwrap();
    assert_eq!(received(&aws, "shop--production-jobs", 1).await, [last], "without its statement nothing was let in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_others_put_into_a_queue_s_policy_is_shown_and_replaced() {
    let subscribed = "[topic.alerts]\nsubscriptions = [{ queue = \"jobs\" }]\n";
    for make in [Make::Ministack, Make::Moto] {
        let project = Project::new(make, &format!("{APP}{subscribed}")).await;
        project.deploy(&[]);
        let aws = project.aws().await;
        let url = url(&aws.site().await.unwrap(), "shop--production-jobs");
        let open = json!({"Version": "2012-10-17", "Statement": [{"Sid": "Open", "Effect": "Allow", "Principal": "*",
            "Action": "sqs:*", "Resource": "*"}]});
        let edit = aws.write.sqs.set_queue_attributes().queue_url(&url);
        edit.attributes("Policy".into(), open.to_string()).send().await.unwrap();
        let read = aws.write.sqs.get_queue_attributes().queue_url(&url).attribute_names("All".into());
        read.send().await.unwrap();
        let repaired = project.deploy(&[]);
        let shown = repaired.to_string();
        assert!(shown.contains("Open") && shown.contains("topic-alerts"), "{make:?}: {shown}");
        assert_eq!(repaired["changes"].as_array().map(Vec::len), Some(1), "{make:?}");
    }
}
