//! Topics on both emulators.

use serde_json::{Value, json};
use serverless_app::aws::sns::{Subscription, Topic, key, policy};
use serverless_app::aws::{Aws, Id, Kind, PlanReader, State, Tags};
use serverless_app::text::Outputs;

use crate::lifecycle::{emulators, id, lead};

const LAMBDA: &str = "arn:aws:lambda:us-west-2:123456789012:function:suite--test-none";
const QUEUE: &str = "arn:aws:sqs:us-west-2:123456789012:suite--test-none";

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn subscription(protocol: &str, endpoint: &str, raw: bool, filter: Option<Value>) -> (String, Subscription) {
    let subscription = Subscription { raw_message_delivery: raw, filter_policy: filter, unconfirmed: false };
    (key(protocol, endpoint), subscription)
}

fn first(id: &Id) -> Topic {
    Topic {
        display_name: Some("Alerts".into()),
        kms_master_key_id: Some("alias/aws/sns".into()),
        policy: Some(policy::for_alarms(&id.site, &arn(id))),
        subscriptions: [
            subscription("email", "ops@example.com", false, None),
            subscription("lambda", LAMBDA, false, Some(json!({"level": ["error"]}))),
            subscription("sqs", QUEUE, true, None),
        ]
        .into(),
        tags: tags(&[("a", "1")]),
    }
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
