//! One request for each call on a topic.

use aws_sdk_sns::Client;
use aws_sdk_sns::types::Tag;

use super::*;

/// Sends a call, once.
pub async fn send(sns: &Client, call: &Call) -> Result<(), AwsError> {
    match call {
        Call::Create(input) => {
            let request = sns.create_topic().name(&input.name);
            let request = request.set_attributes(Some(input.attributes.clone().into_iter().collect()));
            let request = request.set_tags(Some(sdk_tags("sns:CreateTopic", &input.tags)?));
            request.send().await.answer("sns:CreateTopic").map(drop)
        }
        Call::SetAttribute(input) => {
            let request = sns.set_topic_attributes().topic_arn(&input.topic_arn);
            let request = request.attribute_name(&input.attribute_name).attribute_value(&input.attribute_value);
            request.send().await.answer("sns:SetTopicAttributes").map(drop)
        }
        Call::Subscribe(input) => {
            let request = sns.subscribe().topic_arn(&input.topic_arn);
            let request = request.protocol(&input.protocol).endpoint(&input.endpoint);
            let request = request.set_attributes(Some(input.attributes.clone().into_iter().collect()));
            let request = request.return_subscription_arn(input.return_subscription_arn);
            request.send().await.answer("sns:Subscribe").map(drop)
        }
        Call::SetSubscriptionAttribute(input) => {
            let api = "sns:SetSubscriptionAttributes";
            let request = sns.set_subscription_attributes().subscription_arn(known(api, &input.subscription_arn)?);
            let request = request.attribute_name(&input.attribute_name).attribute_value(&input.attribute_value);
            request.send().await.answer(api).map(drop)
        }
        Call::Unsubscribe(input) => {
            let api = "sns:Unsubscribe";
            let request = sns.unsubscribe().subscription_arn(known(api, &input.subscription_arn)?);
            request.send().await.answer(api).map(drop)
        }
        Call::Tag(input) => {
            let request = sns.tag_resource().resource_arn(&input.resource_arn);
            let request = request.set_tags(Some(sdk_tags("sns:TagResource", &input.tags)?));
            request.send().await.answer("sns:TagResource").map(drop)
        }
        Call::Untag(input) => {
            let request = sns.untag_resource().resource_arn(&input.resource_arn);
            let request = request.set_tag_keys(Some(input.tag_keys.clone()));
            request.send().await.answer("sns:UntagResource").map(drop)
        }
        Call::Delete(input) => {
            sns.delete_topic().topic_arn(&input.topic_arn).send().await.answer("sns:DeleteTopic").map(drop)
        }
    }
}

fn known<'a>(api: &'static str, arn: &'a Text) -> Result<&'a str, AwsError> {
    arn.literal().ok_or_else(|| AwsError::not_sent(api, format!("{arn} is not known")))
}

fn sdk_tags(api: &'static str, tags: &Tags) -> Result<Vec<Tag>, AwsError> {
    let tags = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
    tags.collect::<Result<_, _>>().map_err(|error| AwsError::not_sent(api, error.to_string()))
}
