use super::*;
use crate::aws::State;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use aws_sdk_sns::types;
use proptest::collection::btree_map;
use proptest::option;
use proptest::prelude::*;
use serde_json::json;
use std::collections::HashMap;

const ARN: &str = "arn:aws:sns:us-west-2:123456789012:shop--test-thing";

fn policy() -> impl Strategy<Value = Document> {
    "[a-b]".prop_map(|action| Document::new(vec![json!({"Effect": "Allow", "Action": action, "Resource": ARN})]))
}

fn subscription(unconfirmed: bool) -> impl Strategy<Value = Subscription> {
    let filter = option::of(("[a-b]", 0..3, any::<bool>(), any::<bool>()));
    (any::<bool>(), filter, option::of("[a-b]"), any::<bool>()).prop_map(move |(raw, filter, dead, pending)| {
        if pending && unconfirmed {
            return Subscription { unconfirmed: true, ..Subscription::default() };
        }
        let of_body = filter.as_ref().is_some_and(|(_, _, of_body, _)| *of_body);
        let filter_policy = filter.map(|(key, value, of_body, nested)| match of_body && nested {
            true => json!({ key: {"below": [value]} }),
            false => json!({ key: [value] }),
        });
        Subscription {
            raw_message_delivery: raw,
            filter_policy,
            filter_policy_scope: if of_body { MESSAGE_BODY } else { MESSAGE_ATTRIBUTES }.into(),
            redrive_policy: dead.map(|dead_letter_target_arn| RedrivePolicy { dead_letter_target_arn }),
            unconfirmed: false,
        }
    })
}

fn feedback() -> impl Strategy<Value = Feedback> {
    (option::of("[a-b]"), option::of("[a-b]"), 0..3).prop_map(|(failure, success, rate)| Feedback {
        failure_feedback_role_arn: failure,
        success_feedback_role_arn: success,
        success_feedback_sample_rate: rate,
    })
}

prop_compose! {
    fn topic(unconfirmed: bool)(
        (fifo_topic, content, grouped) in any::<(bool, bool, bool)>(),
        (display_name, kms_master_key_id) in (option::of("[a-b]"), option::of("[a-b]")),
        policy in option::of(policy()),
        logs in btree_map("HTTP|Lambda|SQS", feedback(), 0..3),
        subscriptions in btree_map("(email|sqs):[a-c]:x", subscription(unconfirmed), 0..4),
        tags in btree_map("[a-c]", "[x-z]", 0..3),
    ) -> Topic {
        Topic {
            fifo_topic,
            content_based_deduplication: fifo_topic && content,
            fifo_throughput_scope: if fifo_topic && grouped { "MessageGroup" } else { "Topic" }.into(),
            display_name,
            kms_master_key_id,
            policy,
            delivery_status: logs.into_iter().filter(|(_, log)| *log != Feedback::default()).collect(),
            subscriptions,
            tags,
        }
    }
}

fn id() -> Id {
    test_id(Kind::Topic, "shop--test-thing")
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in option::of(topic(false)), live in option::of(topic(true))) {
        let (mut want, live) = (want.map(State::from), live.map(State::from));
        if let (Some(want), Some(live)) = (&mut want, &live) {
            want.keep(live);
        }
        assert_properties(&id(), want.as_ref(), live.as_ref());
    }
}

fn apis(want: &Topic, live: &Topic) -> Vec<&'static str> {
    let (mut want, live) = (State::from(want.clone()), State::from(live.clone()));
    want.keep(&live);
    steps(&id(), Some(&want), Some(&live)).unwrap().iter().map(|step| step.call.api()).collect()
}

fn listed(endpoint: &str, arn: &str) -> types::Subscription {
    types::Subscription::builder().protocol("email").endpoint(endpoint).subscription_arn(arn).build()
}

fn attributes(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

fn observed(topic: &[(&str, &str)], subscriptions: Vec<types::Subscription>) -> Observed<Topic> {
    let known = observe::known_subscriptions(subscriptions);
    let read = |arn: &String| (arn.clone(), Some(attributes(&[("RawMessageDelivery", "false")])));
    let read = known.values().flatten().map(read).collect();
    observe::assemble(ARN, &attributes(topic), Tags::new(), known, &read).unwrap()
}

#[test]
fn what_aws_fills_in_by_itself_is_no_difference() {
    let default = policy::default(ARN).to_string();
    let live = observed(
        &[("TopicArn", ARN), ("DisplayName", ""), ("Policy", &default), ("TracingConfig", "PassThrough")],
        Vec::new(),
    );
    assert_eq!(live, Observed::of(Topic::default()));
    let set = [("TracingConfig", "Active"), ("DeliveryPolicy", "{}"), ("ArchivePolicy", "{}")];
    let names: Vec<_> = observed(&set, Vec::new()).unmodelled.into_iter().map(|u| u.attribute).collect();
    assert_eq!(names, ["ArchivePolicy", "DeliveryPolicy", "TracingConfig"]);
}

#[test]
fn an_unconfirmed_subscription_counts_but_is_not_touched() {
    let subscriptions = vec![
        listed("a@example.com", "PendingConfirmation"),
        listed("b@example.com", "arn:aws:sns:us-west-2:123456789012:shop--test-thing:1"),
        listed("c@example.com", "Deleted"),
    ];
    let live = observed(&[], subscriptions);
    let keys: Vec<_> = live.state.subscriptions.keys().map(String::as_str).collect();
    assert_eq!(keys, ["email:a@example.com", "email:b@example.com"]);
    assert_eq!(live.unmodelled[0].attribute, "Subscriptions.email:a@example.com.PendingConfirmation");
    assert_eq!(live.outputs.keys().collect::<Vec<_>>(), ["subscription:email:b@example.com"]);
    assert_eq!(apis(&Topic::default(), &live.state), ["sns:Unsubscribe"]);
    let mut want = live.state.clone();
    want.subscriptions.values_mut().for_each(|subscription| subscription.unconfirmed = false);
    assert_eq!(apis(&want, &live.state), [""; 0]);
}

#[test]
fn a_confirmation_does_not_change_the_fingerprint() {
    let (pending, confirmed) = (Subscription { unconfirmed: true, ..Subscription::default() }, Subscription::default());
    assert_eq!(pending, confirmed);
    assert_eq!(serde_json::to_value(&pending).unwrap(), serde_json::to_value(&confirmed).unwrap());
}

#[test]
fn an_answer_that_cannot_be_read_is_an_error() {
    let of_topic = |name: &str, text: &str| {
        let read = observe::assemble(ARN, &attributes(&[(name, text)]), Tags::new(), BTreeMap::new(), &HashMap::new());
        read.unwrap_err().message
    };
    assert!(of_topic("Policy", "{").contains("Policy cannot be read"));
    assert!(of_topic("SQSSuccessFeedbackSampleRate", "many").contains("SQSSuccessFeedbackSampleRate cannot be read"));
    let arn = format!("{ARN}:1");
    let of_subscription = |name: &str, text: &str| {
        let known = BTreeMap::from([("sqs:q".to_owned(), Some(arn.clone()))]);
        let read = HashMap::from([(arn.clone(), Some(attributes(&[(name, text)])))]);
        observe::assemble(ARN, &attributes(&[]), Tags::new(), known, &read).unwrap_err().message
    };
    assert!(of_subscription("FilterPolicy", "{").contains("FilterPolicy cannot be read"));
    assert!(of_subscription("RedrivePolicy", "[1]").contains("RedrivePolicy cannot be read"));
}

#[test]
fn filters_that_mean_the_same_are_equal() {
    assert_eq!(filter(json!({})), None);
    assert_eq!(filter(json!({"a": [1.0]})), filter(json!({"a": [1]})));
}

#[test]
fn a_fifo_topic_and_how_its_deliveries_are_logged_are_read() {
    let set = [
        ("FifoTopic", "true"),
        ("ContentBasedDeduplication", "false"),
        ("FifoThroughputScope", "MessageGroup"),
        ("SQSSuccessFeedbackRoleArn", "arn:r"),
        ("SQSSuccessFeedbackSampleRate", "10"),
        ("HTTPFailureFeedbackRoleArn", ""),
    ];
    let log = Feedback {
        success_feedback_role_arn: Some("arn:r".into()),
        success_feedback_sample_rate: 10,
        ..Feedback::default()
    };
    let expected = Topic {
        fifo_topic: true,
        fifo_throughput_scope: "MessageGroup".into(),
        delivery_status: [("SQS".to_owned(), log)].into(),
        ..Topic::default()
    };
    assert_eq!(observed(&set, Vec::new()), Observed::of(expected));
}

/// The attributes of one subscription that are set on the way, with their values.
fn set(want: Subscription, live: Subscription) -> Vec<(String, Option<String>)> {
    let topic = |subscription| Topic { subscriptions: [("sqs:q".to_owned(), subscription)].into(), ..Topic::default() };
    let planned = steps(&id(), Some(&topic(want).into()), Some(&topic(live).into())).unwrap();
    let each = planned.iter().map(|step| {
        let json = step.call.json();
        assert_eq!(json["api"], "sns:SetSubscriptionAttributes");
        let text = |name: &str| json["input"].get(name).map(|text| text.as_str().unwrap().to_owned());
        (text("AttributeName").unwrap(), text("AttributeValue"))
    });
    each.collect()
}

fn filtered(scope: &str, filter: Value) -> Subscription {
    Subscription { filter_policy: Some(filter), filter_policy_scope: scope.into(), ..Subscription::default() }
}

#[test]
fn between_two_scopes_stands_a_filter_that_everything_passes_so_that_each_call_shows() {
    let nested = || filtered(MESSAGE_BODY, json!({"of": {"kind": ["order"]}}));
    let flat = || filtered(MESSAGE_ATTRIBUTES, json!({"kind": ["order"]}));
    let everything = r#"{"serverless-app-everything":[{"exists":false}]}"#;
    let pair = |name: &str, value: &str| (name.to_owned(), Some(value.to_owned()));
    let to_body = [
        pair("FilterPolicy", everything),
        pair("FilterPolicyScope", "MessageBody"),
        pair("FilterPolicy", r#"{"of":{"kind":["order"]}}"#),
    ];
    assert_eq!(set(nested(), flat()), to_body);
    assert_eq!(set(nested(), Subscription::default()), to_body, "a scope without a filter does not show");
    let back = [pair("FilterPolicy", everything), pair("FilterPolicyScope", "MessageAttributes")];
    assert_eq!(set(flat(), nested()), [&back[..], &[pair("FilterPolicy", r#"{"kind":["order"]}"#)]].concat());
    assert_eq!(set(Subscription::default(), nested()), [&back[..], &[pair("FilterPolicy", "{}")]].concat());
    let other = filtered(MESSAGE_BODY, json!({"kind": ["x"]}));
    assert_eq!(set(other, nested()), [pair("FilterPolicy", r#"{"kind":["x"]}"#)]);
}

#[test]
fn a_redrive_policy_goes_by_a_call_without_a_value() {
    let redriven = || Subscription {
        redrive_policy: Some(RedrivePolicy { dead_letter_target_arn: "arn:d".into() }),
        ..Subscription::default()
    };
    let comes = r#"{"deadLetterTargetArn":"arn:d"}"#;
    let pair = |value: Option<&str>| [("RedrivePolicy".to_owned(), value.map(str::to_owned))];
    assert_eq!(set(redriven(), Subscription::default()), pair(Some(comes)));
    assert_eq!(set(Subscription::default(), redriven()), pair(None));
}

#[test]
fn roles_that_log_deliveries_are_set_when_the_topic_is_there_and_have_to_be_passed() {
    use crate::aws::required_actions::RequiredActions;
    let log = Feedback { failure_feedback_role_arn: Some("arn:r".into()), ..Feedback::default() };
    let want = Topic { delivery_status: [("Lambda".to_owned(), log)].into(), ..Topic::default() };
    assert_eq!(apis(&want, &Topic::default()), ["sns:SetTopicAttributes"]);
    let planned = steps(&id(), Some(&State::from(want.clone())), None).unwrap();
    let apis: Vec<_> = planned.iter().map(|step| step.call.api()).collect();
    assert_eq!(apis, ["sns:CreateTopic", "sns:SetTopicAttributes"]);
    let call = next_call::next_call(&id(), Some(&want), Some(&Topic::default())).unwrap();
    let actions: Vec<_> = Topic::required_actions(&id(), &call).iter().map(|one| one.action).collect();
    assert_eq!(actions, ["sns:SetTopicAttributes", "iam:PassRole"]);
    let call = next_call::next_call(&id(), Some(&Topic::default()), Some(&want)).unwrap();
    assert_eq!(Topic::required_actions(&id(), &call).len(), 1, "a role that goes is not passed");
}
