//! One request for each call on a topic.

use aws_sdk_sns::Client;

use super::*;
use crate::aws::kit::calls::Calls;
use crate::aws::literal;

/// Sends a call, once.
pub async fn send(sns: &Client, call: &Call) -> Result<(), AwsError> {
    let api = call.api();
    match call {
        Call::Create(input) => {
            let request = sns.create_topic().name(&input.name);
            let request = request.set_attributes(Some(input.attributes.clone().into_iter().collect()));
            let request = request.set_tags(Some(tags::sdk(api, &input.tags)?));
            request.send().await.answer(api).map(drop)
        }
        Call::SetAttribute(input) => {
            let request = sns.set_topic_attributes().topic_arn(&input.topic_arn);
            let request = request.attribute_name(&input.attribute_name).attribute_value(&input.attribute_value);
            request.send().await.answer(api).map(drop)
        }
        Call::Subscribe(input) => {
            let request = sns.subscribe().topic_arn(&input.topic_arn);
            let request = request.protocol(&input.protocol).endpoint(&input.endpoint);
            let request = request.set_attributes(Some(input.attributes.clone().into_iter().collect()));
            let request = request.return_subscription_arn(input.return_subscription_arn);
            request.send().await.answer(api).map(drop)
        }
        Call::SetSubscriptionAttribute(input) => {
            let request = sns.set_subscription_attributes().subscription_arn(literal(api, &input.subscription_arn)?);
            let request = request.attribute_name(&input.attribute_name);
            let request = request.set_attribute_value(input.attribute_value.clone());
            request.send().await.answer(api).map(drop)
        }
        Call::Unsubscribe(input) => {
            let request = sns.unsubscribe().subscription_arn(literal(api, &input.subscription_arn)?);
            request.send().await.answer(api).map(drop)
        }
        Call::Tag(input) => {
            let request = sns.tag_resource().resource_arn(&input.resource_arn);
            let request = request.set_tags(Some(tags::sdk(api, &input.tags)?));
            request.send().await.answer(api).map(drop)
        }
        Call::Untag(input) => {
            let request = sns.untag_resource().resource_arn(&input.resource_arn);
            let request = request.set_tag_keys(Some(input.tag_keys.clone()));
            request.send().await.answer(api).map(drop)
        }
        Call::Delete(input) => sns.delete_topic().topic_arn(&input.topic_arn).send().await.answer(api).map(drop),
    }
}
