//! One request for each call on the recorder.

use super::*;

pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    match call {
        Call::Put(input) => input.send(aws).await,
        Call::Tag(input) => input.send(aws).await,
        Call::Untag(input) => input.send(aws).await,
        Call::Delete(input) => {
            let request = aws.write.config.delete_configuration_recorder();
            let request = request.configuration_recorder_name(&input.configuration_recorder_name);
            request.send().await.answer("config:DeleteConfigurationRecorder").map(drop)
        }
    }
}
