//! Empties a bucket: the one call that stands for many requests, because nobody knows beforehand what is in the bucket.
//! Sent again, it continues with what is left.

use aws_sdk_s3::error::BuildError;
use aws_sdk_s3::types::{Delete, Error, MultipartUpload, ObjectIdentifier};

use super::DeleteObjects;
use crate::aws::error::{Answer, AwsError, Reach};
use crate::aws::{Aws, Id, request_id};

const API: &str = "s3:DeleteObjects";

/// Rounds of a thousand each after which something else must be writing into the bucket.
const ROUNDS: usize = 100_000;

/// Deletes every version and delete marker, then every unfinished upload.
pub(super) async fn sweep(aws: &Aws, input: &DeleteObjects) -> Result<(), AwsError> {
    for _ in 0..ROUNDS {
        let versions = versions(aws, input).await?;
        if !versions.is_empty() {
            delete(aws, (&input.bucket, &input.expected_bucket_owner), versions).await?;
            continue;
        }
        let uploads = uploads(aws, input).await?;
        if uploads.is_empty() {
            return Ok(());
        }
        abort(aws, input, uploads).await?;
    }
    Err(AwsError::malformed(API, format!("{} is not empty after {ROUNDS} rounds", input.bucket)))
}

/// Counts what a sweep would delete, page by page. A bucket that is not there holds nothing.
pub(super) async fn count(aws: &Aws, id: &Id) -> Result<u64, AwsError> {
    let request = aws.read.s3.list_object_versions().bucket(&id.name);
    let request = request.expected_bucket_owner(id.site.account.as_str());
    let (mut count, mut key, mut version) = (0, None, None);
    loop {
        let page = request.clone().set_key_marker(key).set_version_id_marker(version).send().await;
        let Some(page) = page.found("s3:ListObjectVersions", &["NoSuchBucket"])? else { return Ok(count) };
        count += (page.versions().len() + page.delete_markers().len()) as u64;
        (key, version) = (page.next_key_marker, page.next_version_id_marker);
        if page.is_truncated != Some(true) || key.is_none() {
            return Ok(count);
        }
    }
}

async fn versions(aws: &Aws, input: &DeleteObjects) -> Result<Vec<ObjectIdentifier>, AwsError> {
    let request = aws.read.s3.list_object_versions().bucket(&input.bucket);
    let page = request.expected_bucket_owner(&input.expected_bucket_owner).send().await;
    let page = page.answer("s3:ListObjectVersions")?;
    let versions = page.versions().iter().map(|v| (v.key(), v.version_id()));
    let markers = page.delete_markers().iter().map(|m| (m.key(), m.version_id()));
    let identifiers: Result<Vec<_>, BuildError> = versions
        .chain(markers)
        .map(|(key, version)| {
            ObjectIdentifier::builder()
                .set_key(key.map(str::to_owned))
                .set_version_id(version.map(str::to_owned))
                .build()
        })
        .collect();
    identifiers.map_err(|e| AwsError::malformed("s3:ListObjectVersions", e.to_string()))
}

/// Deletes these of a bucket, by its name and its owner: a thousand at most.
pub(super) async fn delete(
    aws: &Aws,
    (bucket, owner): (&str, &str),
    objects: Vec<ObjectIdentifier>,
) -> Result<(), AwsError> {
    let asked = objects.len();
    let delete = Delete::builder().set_objects(Some(objects)).quiet(true).build();
    let delete = delete.map_err(|e| AwsError::not_sent(API, e.to_string()))?;
    let request = aws.write.s3.delete_objects().bucket(bucket).delete(delete);
    let answer = request.expected_bucket_owner(owner).send().await.answer(API)?;
    request_id::deleted(asked.saturating_sub(answer.errors().len()));
    answer.errors().first().map_or(Ok(()), |error| Err(refused(error)))
}

/// An error inside an answer that says 200. What S3 could not do just now has the status that it would have by itself, so that it
/// is tried again.
fn refused(error: &Error) -> AwsError {
    let message = format!("{}: {}", error.key().unwrap_or_default(), error.message().unwrap_or_default());
    let status = match error.code() {
        Some("InternalError") => Some(500),
        Some("ServiceUnavailable" | "SlowDown") => Some(503),
        _ => None,
    };
    let code = error.code().map(str::to_owned);
    AwsError { code, status, reach: Reach::Refused, ..AwsError::malformed(API, message) }
}

async fn uploads(aws: &Aws, input: &DeleteObjects) -> Result<Vec<MultipartUpload>, AwsError> {
    let request = aws.read.s3.list_multipart_uploads().bucket(&input.bucket);
    let page = request.expected_bucket_owner(&input.expected_bucket_owner).send().await;
    Ok(page.answer("s3:ListMultipartUploads")?.uploads.unwrap_or_default())
}

async fn abort(aws: &Aws, input: &DeleteObjects, uploads: Vec<MultipartUpload>) -> Result<(), AwsError> {
    for upload in uploads {
        let request = aws.write.s3.abort_multipart_upload().bucket(&input.bucket);
        let request = request.expected_bucket_owner(&input.expected_bucket_owner);
        let answer = request.set_key(upload.key).set_upload_id(upload.upload_id).send().await;
        answer.found("s3:AbortMultipartUpload", &["NoSuchUpload"])?;
    }
    Ok(())
}
