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
    let filter = option::of(("[a-b]", 0..3).prop_map(|(key, value)| json!({ key: [value] })));
    (any::<bool>(), filter, any::<bool>()).prop_map(move |(raw_message_delivery, filter_policy, pending)| match pending
        && unconfirmed
    {
        true => Subscription { unconfirmed: true, ..Subscription::default() },
        false => Subscription { raw_message_delivery, filter_policy, unconfirmed: false },
    })
}

fn topic(unconfirmed: bool) -> impl Strategy<Value = Topic> {
    let subscriptions = btree_map("(email|sqs):[a-c]:x", subscription(unconfirmed), 0..4);
    let tags = btree_map("[a-c]", "[x-z]", 0..3);
    (option::of("[a-b]"), option::of("[a-b]"), option::of(policy()), subscriptions, tags).prop_map(
        |(display_name, kms_master_key_id, policy, subscriptions, tags)| Topic {
            display_name,
            kms_master_key_id,
            policy,
            subscriptions,
            tags,
        },
    )
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
    let set = [("TracingConfig", "Active"), ("DeliveryPolicy", "{}"), ("LambdaFailureFeedbackRoleArn", "arn:x")];
    let names: Vec<_> = observed(&set, Vec::new()).unmodelled.into_iter().map(|u| u.attribute).collect();
    assert_eq!(names, ["DeliveryPolicy", "LambdaFailureFeedbackRoleArn", "TracingConfig"]);
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
fn an_answer_that_is_no_json_is_an_error() {
    let attributes = attributes(&[("Policy", "{")]);
    let read = observe::assemble(ARN, &attributes, Tags::new(), BTreeMap::new(), &HashMap::new());
    assert!(read.unwrap_err().message.contains("Policy is no JSON"));
}

#[test]
fn filters_that_mean_the_same_are_equal() {
    assert_eq!(filter(json!({})), None);
    assert_eq!(filter(json!({"a": [1.0]})), filter(json!({"a": [1]})));
}
