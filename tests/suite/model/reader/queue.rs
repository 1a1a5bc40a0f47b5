//! Queues.

use std::collections::HashMap;

use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::Value;
use serverless_app::aws::client::Clients;

use super::{Tags, document, last, or_none, owned, sorted, strings};

pub async fn queues(read: &Clients) -> Vec<String> {
    let (client, mut all) = (&read.sqs, Vec::new());
    for url in client.list_queues().send().await.unwrap().queue_urls() {
        let got = client.get_queue_attributes().queue_url(url).attribute_names(QueueAttributeName::All);
        let got = got.send().await.unwrap().attributes.unwrap_or_default();
        let got: HashMap<String, String> =
            got.into_iter().map(|(name, text)| (name.as_str().to_owned(), text)).collect();
        let tags = client.list_queue_tags().queue_url(url).send().await.unwrap().tags.unwrap_or_default();
        let tags: Tags = tags.into_iter().collect();
        let json =
            |name: &str| got.get(name).filter(|text| !text.is_empty()).map_or(Value::Null, |text| document(text));
        let key = match (got.get("KmsMasterKeyId").filter(|key| !key.is_empty()), &got["SqsManagedSseEnabled"][..]) {
            (Some(key), "false") => key,
            (None, "true") => "sqs",
            (None, "false") => "none",
            both => panic!("{both:?}"),
        };
        let policy = json("Policy");
        let statements = policy["Statement"].as_array().into_iter().flatten();
        let sources = statements.flat_map(|one| strings(&one["Condition"]["ArnEquals"]["aws:SourceArn"]));
        let more = format!(
            "visibility={} retention={} key={key} dead={} closed={} lets-in={}",
            got["VisibilityTimeout"],
            got["MessageRetentionPeriod"],
            or_none(json("RedrivePolicy")["deadLetterTargetArn"].as_str()),
            json("RedriveAllowPolicy")["redrivePermission"] == "denyAll",
            sorted(sources),
        );
        all.push(owned(format!("queue {}", last(url)), &more, &tags));
    }
    all
}
