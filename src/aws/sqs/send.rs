//! One request for each call on a queue.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;

use super::Call;
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::Calls;
use crate::aws::tags;

/// Sends a call, once.
pub(super) async fn send(sqs: &Client, call: &Call) -> Result<(), AwsError> {
    let api = call.api();
    match call {
        Call::Create(input) => {
            let request = sqs.create_queue().queue_name(&input.queue_name);
            let request = request.set_attributes(Some(attributes(&input.attributes)));
            request.set_tags(Some(tags::map(&input.tags))).send().await.answer(api).map(drop)
        }
        Call::SetAttributes(input) => {
            let request = sqs.set_queue_attributes().queue_url(&input.queue_url);
            request.set_attributes(Some(attributes(&input.attributes))).send().await.answer(api).map(drop)
        }
        Call::Tag(input) => {
            let request = sqs.tag_queue().queue_url(&input.queue_url);
            request.set_tags(Some(tags::map(&input.tags))).send().await.answer(api).map(drop)
        }
        Call::Untag(input) => {
            let request = sqs.untag_queue().queue_url(&input.queue_url);
            request.set_tag_keys(Some(input.tag_keys.clone())).send().await.answer(api).map(drop)
        }
        Call::Delete(input) => sqs.delete_queue().queue_url(&input.queue_url).send().await.answer(api).map(drop),
    }
}

fn attributes(attributes: &BTreeMap<String, String>) -> HashMap<QueueAttributeName, String> {
    attributes.iter().map(|(name, text)| (QueueAttributeName::from(name.as_str()), text.clone())).collect()
}
