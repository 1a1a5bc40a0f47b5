//! What has a tag: the tagging index of the region, and the listings of APIs, which report tags and lag less.

use std::collections::{BTreeSet, HashMap};

use crate::aws::kit::pages::pages;
use crate::aws::{Answer, Aws, AwsError};

/// The ARNs of everything in the region that has this tag. Roles are in no region's index, and neither is what has no tags.
pub async fn tagged(aws: &Aws, key: &str, value: &str) -> Result<BTreeSet<String>, AwsError> {
    let (index, rest, http) =
        tokio::try_join!(in_index(aws, key, value), rest_apis(aws, key, value), http_apis(aws, key, value))?;
    Ok(index.into_iter().chain(rest).chain(http).collect())
}

async fn in_index(aws: &Aws, key: &str, value: &str) -> Result<Vec<String>, AwsError> {
    let filter = aws_sdk_resourcegroupstagging::types::TagFilter::builder().key(key).values(value).build();
    let request = aws.read.tagging.get_resources().resources_per_page(100).tag_filters(filter);
    let (mut arns, mut pages) = (Vec::new(), request.into_paginator().items().send());
    while let Some(mapping) = pages.next().await {
        arns.extend(mapping.answer("tag:GetResources")?.resource_arn);
    }
    Ok(arns)
}

fn has(tags: Option<&HashMap<String, String>>, key: &str, value: &str) -> bool {
    tags.and_then(|tags| tags.get(key)).is_some_and(|found| found == value)
}

/// The ARN of an API, which names no account.
fn api(aws: &Aws, resource: &str) -> String {
    let partition = crate::name::Site::partition_of(aws.region());
    format!("arn:{partition}:apigateway:{}::{resource}", aws.region())
}

async fn rest_apis(aws: &Aws, key: &str, value: &str) -> Result<Vec<String>, AwsError> {
    let request = aws.read.apigateway.get_rest_apis().limit(500);
    let (mut arns, mut pages) = (Vec::new(), request.into_paginator().items().send());
    while let Some(one) = pages.next().await {
        let one = one.answer("apigateway:GetRestApis")?;
        let id = one.id().filter(|_| has(one.tags(), key, value));
        arns.extend(id.map(|id| api(aws, &format!("/restapis/{id}"))));
    }
    Ok(arns)
}

const APIS: &str = "apigatewayv2:GetApis";

async fn http_apis(aws: &Aws, key: &str, value: &str) -> Result<Vec<String>, AwsError> {
    let apis = pages!(APIS, token => {
        let page = aws.read.apigatewayv2.get_apis().set_next_token(token).send().await.answer(APIS)?;
        Some((page.items.unwrap_or_default(), page.next_token))
    });
    let tagged = apis.await?.unwrap_or_default().into_iter().filter(|one| has(one.tags(), key, value));
    Ok(tagged.filter_map(|one| Some(api(aws, &format!("/apis/{}", one.api_id?)))).collect())
}
