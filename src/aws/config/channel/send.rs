//! One request for each call on the delivery channel.

use super::*;

pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
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
