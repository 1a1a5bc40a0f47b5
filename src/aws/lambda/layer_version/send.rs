//! Sending the calls on versions of a layer.

use aws_sdk_lambda::primitives::Blob as Bytes;
use aws_sdk_lambda::types;

use super::*;
use crate::aws::error::Answer;
use crate::aws::kit::calls::Calls;
use crate::aws::literal;

/// Sends one call.
pub(super) async fn send(aws: &Aws, id: &Id, call: &Call) -> Result<(), AwsError> {
    match call {
        Call::Publish(input) => publish(aws, call.api(), input).await,
        Call::Delete(input) => delete(aws, call.api(), id, input).await,
    }
}

async fn publish(aws: &Aws, api: &'static str, input: &PublishLayerVersion) -> Result<(), AwsError> {
    let content = types::LayerVersionContentInput::builder();
    let content = match &input.content {
        Code::Zip(zip) => content.zip_file(Bytes::new(aws.blob(api, &zip.digest).await?)),
        Code::Object(object) => {
            object.put_unless_there(aws, api).await?;
            content.s3_bucket(&object.s3_bucket).s3_key(&object.s3_key)
        }
        Code::Image(_) => return Err(AwsError::not_sent(api, "a layer is made from a zip")),
    };
    let (architectures, runtimes) = (&input.compatible_architectures, &input.compatible_runtimes);
    let request = aws.write.lambda.publish_layer_version().layer_name(&input.layer_name).content(content.build());
    let request = request
        .description(&input.description)
        .set_compatible_architectures(some(architectures.iter().map(|name| name.as_str().into()).collect()))
        .set_compatible_runtimes(some(runtimes.iter().map(|name| name.as_str().into()).collect()))
        .set_license_info(Some(input.license_info.clone()).filter(|text| !text.is_empty()));
    request.send().await.answer(api).map(drop)
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    Some(list).filter(|list| !list.is_empty())
}

/// AWS does not ask who uses it, so that is asked right before.
async fn delete(aws: &Aws, api: &'static str, id: &Id, input: &DeleteLayerVersion) -> Result<(), AwsError> {
    let number = literal(api, &input.version_number)?;
    let number: i64 = number.parse().map_err(|_| AwsError::not_sent(api, format!("{number:?} is not a version")))?;
    let arn = id.site.arn("lambda", &format!("layer:{}:{number}", input.layer_name));
    if let Some(users) = users::shown(&users::foreign(&users::all(aws).await?, &id.owner, &arn)) {
        let message = format!("{arn} is now used by {users}; plan again, and it will be kept");
        return Err(AwsError::not_sent(api, message));
    }
    let request = aws.write.lambda.delete_layer_version().layer_name(&input.layer_name).version_number(number);
    request.send().await.answer(api).map(drop)
}
