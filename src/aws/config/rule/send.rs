//! One request for each call on a rule.

use super::*;

pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    match call {
        Call::Put(input) => input.send(aws).await,
        Call::Tag(input) => input.send(aws).await,
        Call::Untag(input) => input.send(aws).await,
        Call::Delete(input) => {
            let request = aws.write.config.delete_config_rule().config_rule_name(&input.config_rule_name);
            request.send().await.answer("config:DeleteConfigRule").map(drop)
        }
    }
}
