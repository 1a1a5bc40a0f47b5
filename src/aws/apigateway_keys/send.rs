//! What requests of plans and of keys share.

use aws_sdk_apigateway::types;

use crate::aws::error::{Answer, AwsError};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, literal};
use crate::text::Text;

/// A patch as the SDK wants it: operation, path and value of each.
pub(super) fn patches<'a>(
    api: &'static str,
    all: impl Iterator<Item = (&'a str, Text, &'a Option<Text>)>,
) -> Result<Vec<types::PatchOperation>, AwsError> {
    let one = |(op, path, value): (&str, Text, &Option<Text>)| {
        let value = value.as_ref().map(|value| literal(api, value)).transpose()?;
        let builder = types::PatchOperation::builder().op(op.into()).path(literal(api, &path)?);
        Ok(builder.set_value(value.map(str::to_owned)).build())
    };
    all.map(one).collect()
}

/// Adds tags.
pub(super) async fn tag(aws: &Aws, arn: &Text, all: &Tags) -> Result<(), AwsError> {
    let api = "apigateway:TagResource";
    let request = aws.write.apigateway.tag_resource().resource_arn(literal(api, arn)?);
    request.set_tags(Some(tags::map(all))).send().await.answer(api).map(drop)
}

/// Removes tags.
pub(super) async fn untag(aws: &Aws, arn: &Text, keys: &[String]) -> Result<(), AwsError> {
    let api = "apigateway:UntagResource";
    let request = aws.write.apigateway.untag_resource().resource_arn(literal(api, arn)?);
    request.set_tag_keys(Some(keys.to_vec())).send().await.answer(api).map(drop)
}
