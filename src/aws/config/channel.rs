//! The delivery channel, and whether the recorder records.
//!
//! A recorder can only be started when there is a channel, and a channel can only be deleted when the recorder is
//! stopped; so starting and stopping belong to the channel. It has no tags: it is ours if it bears our name.

use aws_sdk_config::types;
use serde::{Deserialize, Serialize};

use super::{LANE, channel_name, recorder_name};
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::calls;
use crate::aws::kit::unmodelled::{self, Unmodelled};
use crate::aws::settle::{Rule, rule};
use crate::aws::{Aws, Found, Id, Kind, Observed, Resource};
use crate::name::Owner;

mod need;

/// Where the recorder delivers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryChannel {
    /// The bucket's name.
    pub s3_bucket_name: String,
    /// True while our recorder records.
    pub recording: bool,
}

calls! {
    /// The calls on the channel, and on the recorder that uses it.
    pub enum Call {
        /// Makes the channel, or changes it.
        "config:PutDeliveryChannel" => Put(PutDeliveryChannel),
        /// Starts recording.
        "config:StartConfigurationRecorder" => Start(RecorderName),
        /// Stops recording.
        "config:StopConfigurationRecorder" => Stop(RecorderName),
        /// Deletes the channel. What it has delivered stays.
        "config:DeleteDeliveryChannel" => Delete(ChannelName),
    }
}

/// Input of `PutDeliveryChannel`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutDeliveryChannel {
    delivery_channel: Settings,
}

/// What a channel is to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    name: String,
    s3_bucket_name: String,
}

/// Input of the calls that need nothing but the recorder's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RecorderName {
    configuration_recorder_name: String,
}

/// Input of `DeleteDeliveryChannel`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ChannelName {
    delivery_channel_name: String,
}

const HEALS: &[Rule] = &[
    rule("config:PutDeliveryChannel", "InsufficientDeliveryPolicyException", "", 120, "the bucket policy to be known"),
    rule(
        "config:StartConfigurationRecorder",
        "NoAvailableDeliveryChannelException",
        "",
        60,
        "the new delivery channel to be known",
    ),
    rule(
        "config:PutDeliveryChannel",
        "NoAvailableConfigurationRecorderException",
        "",
        60,
        "the new recorder to be known",
    ),
    rule(
        "config:DeleteDeliveryChannel",
        "LastDeliveryChannelDeleteFailedException",
        "running",
        30,
        "the recorder to stop",
    ),
];

impl Resource for DeliveryChannel {
    type Call = Call;
    type Seed = types::DeliveryChannel;
    const HEALS: &'static [Rule] = HEALS;
    const LISTS_ALL: bool = true;
    const USED_BY: &'static [Kind] = &[Kind::Rule];

    fn lane(_: &Id) -> String {
        LANE.into()
    }

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        let recorder = || RecorderName { configuration_recorder_name: recorder_name(&id.owner) };
        match (want, live) {
            (None, None) => None,
            (None, Some(live)) if live.recording => Some(Call::Stop(recorder())),
            (None, Some(_)) => Some(Call::Delete(ChannelName { delivery_channel_name: id.name.clone() })),
            (Some(want), live) if live.map(|l| &l.s3_bucket_name) != Some(&want.s3_bucket_name) => {
                Some(Call::Put(put(id, want)))
            }
            (Some(want), live) => match (want.recording, live.is_some_and(|live| live.recording)) {
                (true, false) => Some(Call::Start(recorder())),
                (false, true) => Some(Call::Stop(recorder())),
                _ => None,
            },
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Put(input) => Some(Self {
                s3_bucket_name: input.delivery_channel.s3_bucket_name.clone(),
                recording: state.is_some_and(|state| state.recording),
            }),
            Call::Start(_) => state.map(|state| Self { recording: true, ..state }),
            Call::Stop(_) => state.map(|state| Self { recording: false, ..state }),
            Call::Delete(_) => None,
        }
    }

    async fn list(aws: &Aws, _: &Owner) -> Result<Vec<Found<types::DeliveryChannel>>, AwsError> {
        let channels = describe(aws).await?.into_iter();
        Ok(channels.filter_map(|seed| Some(Found { name: seed.name.clone()?, seed })).collect())
    }

    async fn observe(
        aws: &Aws,
        id: &Id,
        seed: Option<&types::DeliveryChannel>,
    ) -> Result<Option<Observed<Self>>, AwsError> {
        // It has no tags: only the exact name makes it ours.
        if id.name != channel_name(&id.owner) {
            return Ok(None);
        }
        let channel = async {
            match seed {
                Some(seed) => Ok(Some(seed.clone())),
                None => Ok(describe(aws).await?.into_iter().find(|channel| channel.name() == Some(&id.name))),
            }
        };
        let (channel, recording) = tokio::try_join!(channel, is_recording(aws, &id.owner))?;
        Ok(channel.map(|channel| assemble(&channel, recording)))
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        let config = &aws.write.config;
        match call {
            Call::Put(PutDeliveryChannel { delivery_channel: settings }) => {
                let channel = types::DeliveryChannel::builder().name(&settings.name);
                let channel = channel.s3_bucket_name(&settings.s3_bucket_name).build();
                let request = config.put_delivery_channel().delivery_channel(channel);
                request.send().await.answer("config:PutDeliveryChannel").map(drop)
            }
            Call::Start(RecorderName { configuration_recorder_name: name }) => {
                let request = config.start_configuration_recorder().configuration_recorder_name(name);
                request.send().await.answer("config:StartConfigurationRecorder").map(drop)
            }
            Call::Stop(RecorderName { configuration_recorder_name: name }) => {
                let request = config.stop_configuration_recorder().configuration_recorder_name(name);
                request.send().await.answer("config:StopConfigurationRecorder").map(drop)
            }
            Call::Delete(input) => {
                let request = config.delete_delivery_channel().delivery_channel_name(&input.delivery_channel_name);
                request.send().await.answer("config:DeleteDeliveryChannel").map(drop)
            }
        }
    }
}

fn put(id: &Id, want: &DeliveryChannel) -> PutDeliveryChannel {
    let (name, s3_bucket_name) = (id.name.clone(), want.s3_bucket_name.clone());
    PutDeliveryChannel { delivery_channel: Settings { name, s3_bucket_name } }
}

/// All channels, since asking for one that is absent is an error.
async fn describe(aws: &Aws) -> Result<Vec<types::DeliveryChannel>, AwsError> {
    let answer = aws.read.config.describe_delivery_channels().send().await;
    Ok(answer.answer("config:DescribeDeliveryChannels")?.delivery_channels.unwrap_or_default())
}

/// True while our recorder is there and records.
async fn is_recording(aws: &Aws, owner: &Owner) -> Result<bool, AwsError> {
    let (api, ours) = ("config:DescribeConfigurationRecorderStatus", recorder_name(owner));
    let answer = aws.read.config.describe_configuration_recorder_status().send().await.answer(api)?;
    let mut recorders = answer.configuration_recorders_status.unwrap_or_default().into_iter();
    Ok(recorders.any(|status| status.name() == Some(&ours) && status.recording()))
}

fn assemble(channel: &types::DeliveryChannel, recording: bool) -> Observed<DeliveryChannel> {
    let s3_bucket_name = channel.s3_bucket_name().unwrap_or_default().to_owned();
    Observed { unmodelled: others(channel), ..Observed::of(DeliveryChannel { s3_bucket_name, recording }) }
}

fn others(channel: &types::DeliveryChannel) -> Vec<Unmodelled> {
    let is_set = |text: Option<&str>| text.is_some_and(|text| !text.is_empty());
    let snapshots = channel.config_snapshot_delivery_properties();
    unmodelled::erased(
        "config:PutDeliveryChannel",
        [
            ("s3KeyPrefix", is_set(channel.s3_key_prefix())),
            ("s3KmsKeyArn", is_set(channel.s3_kms_key_arn())),
            ("snsTopicARN", is_set(channel.sns_topic_arn())),
            ("configSnapshotDeliveryProperties", snapshots.is_some_and(|s| s.delivery_frequency().is_some())),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::State;
    use crate::plan::steps::{assert_properties, steps, test_id};
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
        assert_eq!(assemble(&channel.clone().s3_key_prefix("").build(), true).unmodelled, []);
        let daily = types::ConfigSnapshotDeliveryProperties::builder().delivery_frequency("TwentyFour_Hours".into());
        let channel = channel.s3_key_prefix("p").s3_kms_key_arn("k").sns_topic_arn("t");
        let live = assemble(&channel.config_snapshot_delivery_properties(daily.build()).build(), true);
        let names: Vec<_> = live.unmodelled.iter().map(|u| u.attribute.as_str()).collect();
        assert_eq!(names, ["s3KeyPrefix", "s3KmsKeyArn", "snsTopicARN", "configSnapshotDeliveryProperties"]);
        assert!(live.unmodelled.iter().all(|u| u.erased_by == Some("config:PutDeliveryChannel")));
    }
}
