//! The tagging index of a region, which names what carries our ownership tags.

use std::collections::BTreeMap;

use crate::aws::required_actions::anywhere;
use crate::aws::{Answer, Aws, AwsError, PlanReader, RequiredAction, Tags};
use crate::name::{Owner, tag};

/// What the index says of resources with our ownership tags, by ARN, AWS's own tags included. It lags, and still names what
/// has been deleted: it proves nothing by itself.
pub async fn tag_index(reader: &PlanReader, owner: &Owner) -> Result<BTreeMap<String, Tags>, AwsError> {
    let filter = |key: &str, value: &str| {
        aws_sdk_resourcegroupstagging::types::TagFilter::builder().key(key).values(value).build()
    };
    let request = reader.aws().read.tagging.get_resources().resources_per_page(100);
    let request =
        request.tag_filters(filter(tag::APP, owner.app.as_str())).tag_filters(filter(tag::STAGE, owner.stage.as_str()));
    let (mut index, mut pages) = (BTreeMap::new(), request.into_paginator().items().send());
    while let Some(mapping) = pages.next().await {
        let mapping = mapping.answer("tag:GetResources")?;
        let tags = mapping.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect();
        index.extend(mapping.resource_arn.map(|arn| (arn, tags)));
    }
    Ok(index)
}

/// What the index says of the resources with these ARNs, asked now.
pub async fn tags_in_index(aws: &Aws, arns: &[String]) -> Result<BTreeMap<String, Tags>, AwsError> {
    let mut index = BTreeMap::new();
    for some in arns.chunks(100) {
        let request = aws.read.tagging.get_resources().set_resource_arn_list(Some(some.to_vec()));
        let answer = request.send().await.answer("tag:GetResources")?;
        for mapping in answer.resource_tag_mapping_list.unwrap_or_default() {
            let tags = mapping.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect();
            index.extend(mapping.resource_arn.map(|arn| (arn, tags)));
        }
    }
    Ok(index)
}

/// What it takes to ask [`tag_index`].
pub fn required_actions() -> Vec<RequiredAction> {
    anywhere(&["tag:GetResources"])
}
