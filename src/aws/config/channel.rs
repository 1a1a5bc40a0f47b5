//! The delivery channel: where the recorder's findings go, and whether it records.

use aws_sdk_config::types;
use serde::{Deserialize, Serialize};

use crate::aws::config::{LANE, recorder_name};
use crate::aws::error::{Answer, AwsError};
use crate::aws::{Aws, Found, Id, Kind, Observed, Resource, Unmodelled};
use crate::name::Owner;

/// A delivery channel. It has no tags: ours is told by its name.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryChannel {
    /// The bucket.
    pub s3_bucket_name: String,
    /// True while our recorder records.
    pub recording: bool,
}

/// The calls on a delivery channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "api", content = "input")]
pub enum Call {
    /// Makes or changes it.
    #[serde(rename = "config:PutDeliveryChannel")]
    Put(PutDeliveryChannel),
    /// Lets the recorder record.
    #[serde(rename = "config:StartConfigurationRecorder")]
    Start(RecorderName),
    /// Stops the recorder.
    #[serde(rename = "config:StopConfigurationRecorder")]
    Stop(RecorderName),
    /// Deletes it.
    #[serde(rename = "config:DeleteDeliveryChannel")]
    Delete(DeleteDeliveryChannel),
}

/// Input of `PutDeliveryChannel`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutDeliveryChannel {
    /// The channel.
    pub delivery_channel: Channel,
}

/// `DeliveryChannel`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Channel {
    /// The physical name.
    pub name: String,
    /// The bucket.
    pub s3_bucket_name: String,
}

/// Input of `StartConfigurationRecorder` and `StopConfigurationRecorder`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RecorderName {
    /// The recorder's physical name.
    pub configuration_recorder_name: String,
}

/// Input of `DeleteDeliveryChannel`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteDeliveryChannel {
    /// The physical name.
    pub delivery_channel_name: String,
}

impl Resource for DeliveryChannel {
    type Call = Call;
    type Seed = types::DeliveryChannel;
    const USED_BY: &'static [Kind] = &[Kind::Rule];

    fn lane(_: &Id) -> String {
        LANE.into()
    }

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        let recorder = || RecorderName { configuration_recorder_name: recorder_name(&id.owner) };
        let bucket = |channel: Option<&Self>| channel.map(|channel| channel.s3_bucket_name.clone());
        match (want, live) {
            (None, None) => None,
            (None, Some(live)) if live.recording => Some(Call::Stop(recorder())),
            (None, Some(_)) => Some(Call::Delete(DeleteDeliveryChannel { delivery_channel_name: id.name.clone() })),
            (Some(want), live) if bucket(live).as_ref() != Some(&want.s3_bucket_name) => {
                let delivery_channel = Channel { name: id.name.clone(), s3_bucket_name: want.s3_bucket_name.clone() };
                Some(Call::Put(PutDeliveryChannel { delivery_channel }))
            }
            (Some(want), Some(live)) if want.recording != live.recording => {
                Some(if want.recording { Call::Start(recorder()) } else { Call::Stop(recorder()) })
            }
            _ => None,
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

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<Self::Seed>>, AwsError> {
        let all = aws.read.config.describe_delivery_channels().send().await;
        let all = all.answer("config:DescribeDeliveryChannels")?.delivery_channels.unwrap_or_default();
        let ours = all.into_iter().filter(|channel| channel.name() == Some(&physical(owner)));
        Ok(ours.filter_map(|channel| Some(Found { name: channel.name.clone()?, seed: channel })).collect())
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&Self::Seed>) -> Result<Option<Observed<Self>>, AwsError> {
        let listed = async {
            match seed {
                Some(seed) => Ok(Some(seed.clone())),
                None => Ok::<_, AwsError>(Self::list(aws, &id.owner).await?.into_iter().next().map(|found| found.seed)),
            }
        };
        let (listed, status) = tokio::join!(listed, aws.read.config.describe_configuration_recorder_status().send());
        let Some(channel) = listed? else { return Ok(None) };
        let status = status.answer("config:DescribeConfigurationRecorderStatus")?;
        let recorder = recorder_name(&id.owner);
        let ours = status.configuration_recorders_status().iter().find(|status| status.name() == Some(&recorder));
        let state = Self {
            s3_bucket_name: channel.s3_bucket_name().unwrap_or_default().to_owned(),
            recording: ours.is_some_and(|status| status.recording()),
        };
        Ok(Some(Observed { unmodelled: unmodelled(&channel), ..Observed::of(state) }))
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        let config = &aws.write.config;
        match call {
            Call::Put(input) => {
                let wanted = &input.delivery_channel;
                let channel =
                    types::DeliveryChannel::builder().name(&wanted.name).s3_bucket_name(&wanted.s3_bucket_name);
                let request = config.put_delivery_channel().delivery_channel(channel.build());
                request.send().await.answer("config:PutDeliveryChannel").map(drop)
            }
            Call::Start(input) => {
                let request = config.start_configuration_recorder();
                let request = request.configuration_recorder_name(&input.configuration_recorder_name);
                request.send().await.answer("config:StartConfigurationRecorder").map(drop)
            }
            Call::Stop(input) => {
                let request = config.stop_configuration_recorder();
                let request = request.configuration_recorder_name(&input.configuration_recorder_name);
                request.send().await.answer("config:StopConfigurationRecorder").map(drop)
            }
            Call::Delete(input) => {
                let request = config.delete_delivery_channel().delivery_channel_name(&input.delivery_channel_name);
                request.send().await.answer("config:DeleteDeliveryChannel").map(drop)
            }
        }
    }
}

/// The physical name of our channel.
pub fn physical(owner: &Owner) -> String {
    owner.physical("channel", 256)
}

fn unmodelled(channel: &types::DeliveryChannel) -> Vec<Unmodelled> {
    let set = [
        ("s3KeyPrefix", channel.s3_key_prefix().is_some()),
        ("s3KmsKeyArn", channel.s3_kms_key_arn().is_some()),
        ("snsTopicARN", channel.sns_topic_arn().is_some()),
        ("configSnapshotDeliveryProperties", channel.config_snapshot_delivery_properties().is_some()),
    ];
    let named = set.into_iter().filter(|(_, set)| *set);
    named.map(|(name, _)| Unmodelled { attribute: name.into(), erased_by: Some("config:PutDeliveryChannel") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::State;
    use crate::plan::steps::{assert_properties, test_id};
    use proptest::prelude::*;

    prop_compose! {
        fn channel()(s3_bucket_name in "[a-b]", recording in any::<bool>()) -> State {
            DeliveryChannel { s3_bucket_name, recording }.into()
        }
    }

    proptest! {
        #[test]
        fn the_three_properties_hold(want in proptest::option::of(channel()), live in proptest::option::of(channel())) {
            assert_properties(&test_id(Kind::DeliveryChannel, "shop-test-channel"), want.as_ref(), live.as_ref());
        }
    }
}
