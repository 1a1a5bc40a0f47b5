//! What AWS reports of the delivery channel.

use super::*;

const ERASED_BY: &str = "config:PutDeliveryChannel";

const SHAPE: Shape = Shape {
    at: &["DeliveryChannels"],
    named_by: "name",
    members: members! {
        name, s3BucketName,
        // Judged by `others`.
        s3KeyPrefix, s3KmsKeyArn, snsTopicARN, configSnapshotDeliveryProperties { deliveryFrequency },
    },
    erased_by: ERASED_BY,
};

pub(super) async fn list(aws: &Aws) -> Result<Vec<Found<Described<types::DeliveryChannel>>>, AwsError> {
    let channels = describe(aws).await?.into_iter();
    Ok(channels.filter_map(|seed| Some(Found { name: seed.known.name.clone()?, seed })).collect())
}

pub(super) async fn observe(
    aws: &Aws,
    id: &Id,
    seed: Option<&Described<types::DeliveryChannel>>,
) -> Result<Option<Observed<DeliveryChannel>>, AwsError> {
    // It has no tags: only the exact name makes it ours.
    if id.name != channel_name(&id.owner) {
        return Ok(None);
    }
    let channel = async {
        match seed {
            Some(seed) => Ok(Some(seed.clone())),
            None => Ok(describe(aws).await?.into_iter().find(|channel| channel.known.name() == Some(&id.name))),
        }
    };
    let (channel, recording) = tokio::try_join!(channel, is_recording(aws, &id.owner))?;
    Ok(channel.map(|channel| {
        let mut observed = assemble(&channel.known, recording);
        observed.unmodelled.extend(channel.unread);
        observed
    }))
}

/// All channels, since asking for one that is absent is an error.
async fn describe(aws: &Aws) -> Result<Vec<Described<types::DeliveryChannel>>, AwsError> {
    let (answer, unread) = unread(&SHAPE, aws.read.config.describe_delivery_channels().send()).await;
    let channels = answer.answer("config:DescribeDeliveryChannels")?.delivery_channels.unwrap_or_default();
    let described = |known: types::DeliveryChannel| {
        let unread = unread.of(known.name().unwrap_or_default());
        Described { known, unread }
    };
    Ok(channels.into_iter().map(described).collect())
}

/// True while our recorder is there and records.
async fn is_recording(aws: &Aws, owner: &Owner) -> Result<bool, AwsError> {
    let (api, ours) = ("config:DescribeConfigurationRecorderStatus", recorder_name(owner));
    let answer = aws.read.config.describe_configuration_recorder_status().send().await.answer(api)?;
    let mut recorders = answer.configuration_recorders_status.unwrap_or_default().into_iter();
    Ok(recorders.any(|status| status.name() == Some(&ours) && status.recording()))
}

pub(super) fn assemble(channel: &types::DeliveryChannel, recording: bool) -> Observed<DeliveryChannel> {
    let s3_bucket_name = channel.s3_bucket_name().unwrap_or_default().to_owned();
    Observed { unmodelled: others(channel), ..Observed::of(DeliveryChannel { s3_bucket_name, recording }) }
}

fn others(channel: &types::DeliveryChannel) -> Vec<Unmodelled> {
    let is_set = |text: Option<&str>| text.is_some_and(|text| !text.is_empty());
    let snapshots = channel.config_snapshot_delivery_properties();
    unmodelled::erased(
        ERASED_BY,
        [
            ("s3KeyPrefix", is_set(channel.s3_key_prefix())),
            ("s3KmsKeyArn", is_set(channel.s3_kms_key_arn())),
            ("snsTopicARN", is_set(channel.sns_topic_arn())),
            ("configSnapshotDeliveryProperties", snapshots.is_some_and(|s| s.delivery_frequency().is_some())),
        ],
    )
}
