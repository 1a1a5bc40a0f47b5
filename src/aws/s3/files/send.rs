//! Sending the calls on files: several requests at a time, each once. All are waited for, and the first refusal is the call's.

use aws_sdk_s3::error::BuildError;
use aws_sdk_s3::types::ObjectIdentifier;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream::{self, StreamExt};

use super::call::{Call, DeleteObjects, PutObject, PutObjects};
use super::{Answer, Aws, AwsError};
use crate::aws::s3::sweep;

const PUT: &str = "s3:PutObject";
const DELETE: &str = "s3:DeleteObjects";

/// Files that are sent at a time,
const AT_ONCE: u64 = 32;
/// and bytes of them, which are in memory.
const BYTES: u64 = 128 * 1024 * 1024;
/// What one request deletes at most.
const DELETED: usize = 1000;

/// Sends one call.
pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    match call {
        Call::Put(input) => put_all(aws, input).await,
        Call::Delete(input) => delete_all(aws, input).await,
    }
}

async fn put_all(aws: &Aws, input: &PutObjects) -> Result<(), AwsError> {
    let largest = input.objects.iter().map(|object| object.body.size).max().unwrap_or_default();
    let at_once = (BYTES / largest.max(1)).clamp(1, AT_ONCE);
    let puts: Vec<_> = input.objects.iter().map(|object| put(aws, input, object)).collect();
    let answers: Vec<Result<(), AwsError>> =
        stream::iter(puts).buffer_unordered(usize::try_from(at_once).unwrap_or(1)).collect().await;
    answers.into_iter().collect()
}

async fn put(aws: &Aws, input: &PutObjects, object: &PutObject) -> Result<(), AwsError> {
    let bytes = aws.body(PUT, &object.body.digest).await?;
    let request = aws.write.s3.put_object().bucket(&input.bucket).key(&object.key);
    let request = request
        .expected_bucket_owner(&input.expected_bucket_owner)
        .checksum_sha256(STANDARD.encode(object.body.digest.as_bytes()))
        .content_type(&object.content_type)
        .set_cache_control(object.cache_control.clone())
        .set_content_encoding(object.content_encoding.clone())
        .body(bytes.into());
    request.send().await.answer(PUT).map(drop)
}

async fn delete_all(aws: &Aws, input: &DeleteObjects) -> Result<(), AwsError> {
    for keys in input.keys.chunks(DELETED) {
        let objects: Result<Vec<_>, BuildError> =
            keys.iter().map(|key| ObjectIdentifier::builder().key(key).build()).collect();
        let objects = objects.map_err(|error| AwsError::not_sent(DELETE, error.to_string()))?;
        sweep::delete(aws, (&input.bucket, &input.expected_bucket_owner), objects).await?;
    }
    Ok(())
}
