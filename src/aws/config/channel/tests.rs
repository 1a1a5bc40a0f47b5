use super::*;
use crate::aws::State;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use proptest::option;
use proptest::prelude::*;

fn channel() -> impl Strategy<Value = State> {
    ("[a-b]", any::<bool>())
        .prop_map(|(s3_bucket_name, recording)| DeliveryChannel { s3_bucket_name, recording }.into())
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in option::of(channel()), live in option::of(channel())) {
        assert_properties(&test_id(Kind::DeliveryChannel, "shop--test-channel"), want.as_ref(), live.as_ref());
    }
}

#[test]
fn recording_stops_before_the_channel_goes() {
    let id = test_id(Kind::DeliveryChannel, "shop--test-channel");
    let live = State::from(DeliveryChannel { s3_bucket_name: "b".into(), recording: true });
    let calls: Vec<_> = steps(&id, None, Some(&live)).unwrap().iter().map(|step| step.call.json()).collect();
    assert_eq!(calls[0]["api"], "config:StopConfigurationRecorder");
    assert_eq!(calls[0]["input"]["ConfigurationRecorderName"], "shop--test-recorder");
    assert_eq!(calls[1]["api"], "config:DeleteDeliveryChannel");
    assert_eq!(calls.len(), 2);
}

#[test]
fn what_the_next_put_would_erase_is_named() {
    let channel = types::DeliveryChannel::builder().name("c").s3_bucket_name("b");
    assert_eq!(observe::assemble(&channel.clone().s3_key_prefix("").build(), true).unmodelled, []);
    let daily = types::ConfigSnapshotDeliveryProperties::builder().delivery_frequency("TwentyFour_Hours".into());
    let channel = channel.s3_key_prefix("p").s3_kms_key_arn("k").sns_topic_arn("t");
    let live = observe::assemble(&channel.config_snapshot_delivery_properties(daily.build()).build(), true);
    let names: Vec<_> = live.unmodelled.iter().map(|u| u.attribute.as_str()).collect();
    assert_eq!(names, ["s3KeyPrefix", "s3KmsKeyArn", "snsTopicARN", "configSnapshotDeliveryProperties"]);
    assert!(live.unmodelled.iter().all(|u| u.erased_by == Some("config:PutDeliveryChannel")));
}
