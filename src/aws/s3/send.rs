//! Calls to the SDK's requests.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::BuildError;
use aws_sdk_s3::types;

use super::call::{
    Call, CreateBucket, EncryptionRule, PutBucketCors, PutBucketEncryption, PutBucketLifecycleConfiguration,
    PutBucketOwnershipControls, PutBucketPolicy, PutBucketTagging, PutBucketVersioning, PutPublicAccessBlock,
};
use super::{CorsRule, lifecycle, notification, sweep};
use crate::aws::Aws;
use crate::aws::error::{Answer, AwsError};
use crate::aws::tags;

/// Sends one call, once; the sweep alone is many requests.
pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let s3 = &aws.write.s3;
    macro_rules! delete {
        ($operation:ident, $input:expr, $api:literal) => {{
            let request = s3.$operation().bucket(&$input.bucket).expected_bucket_owner(&$input.expected_bucket_owner);
            request.send().await.answer($api).map(drop)
        }};
    }
    match call {
        Call::Create(input) => create(s3, input).await,
        Call::PutTagging(input) => put_tagging(s3, input).await,
        Call::DeleteTagging(input) => delete!(delete_bucket_tagging, input, "s3:DeleteBucketTagging"),
        Call::PutPublicAccessBlock(input) => put_public_access_block(s3, input).await,
        Call::PutOwnershipControls(input) => put_ownership_controls(s3, input).await,
        Call::PutEncryption(input) => put_encryption(s3, input).await,
        Call::PutVersioning(input) => put_versioning(s3, input).await,
        Call::PutLifecycle(input) => put_lifecycle(s3, input).await,
        Call::DeleteLifecycle(input) => delete!(delete_bucket_lifecycle, input, "s3:DeleteBucketLifecycle"),
        Call::PutCors(input) => put_cors(s3, input).await,
        Call::DeleteCors(input) => delete!(delete_bucket_cors, input, "s3:DeleteBucketCors"),
        Call::PutNotifications(input) => notification::send::put(s3, input).await,
        Call::PutPolicy(input) => put_policy(s3, input).await,
        Call::DeletePolicy(input) => delete!(delete_bucket_policy, input, "s3:DeleteBucketPolicy"),
        Call::DeleteObjects(input) => sweep::sweep(aws, input).await,
        Call::Delete(input) => delete!(delete_bucket, input, "s3:DeleteBucket"),
    }
}

async fn create(s3: &Client, input: &CreateBucket) -> Result<(), AwsError> {
    let api = "s3:CreateBucket";
    let configuration = input.create_bucket_configuration.as_ref().map(|configuration| {
        let region = configuration.location_constraint.as_deref().map(Into::into);
        let tags = (!configuration.tags.is_empty()).then(|| tags::sdk(api, &configuration.tags)).transpose()?;
        Ok::<_, AwsError>(
            types::CreateBucketConfiguration::builder().set_location_constraint(region).set_tags(tags).build(),
        )
    });
    let configuration = configuration.transpose()?;
    let request = s3.create_bucket().bucket(&input.bucket).set_create_bucket_configuration(configuration);
    request.object_ownership(input.object_ownership.as_str().into()).send().await.answer(api).map(drop)
}

async fn put_tagging(s3: &Client, input: &PutBucketTagging) -> Result<(), AwsError> {
    let api = "s3:PutBucketTagging";
    let tagging = types::Tagging::builder().set_tag_set(Some(tags::sdk(api, &input.tagging.tag_set)?)).build();
    let tagging = tagging.map_err(unfit(api))?;
    let request = s3.put_bucket_tagging().bucket(&input.bucket).expected_bucket_owner(&input.expected_bucket_owner);
    request.tagging(tagging).send().await.answer(api).map(drop)
}

async fn put_public_access_block(s3: &Client, input: &PutPublicAccessBlock) -> Result<(), AwsError> {
    let block = &input.public_access_block_configuration;
    let configuration = types::PublicAccessBlockConfiguration::builder()
        .block_public_acls(block.block_public_acls)
        .ignore_public_acls(block.ignore_public_acls)
        .block_public_policy(block.block_public_policy)
        .restrict_public_buckets(block.restrict_public_buckets)
        .build();
    let request = s3.put_public_access_block().bucket(&input.bucket);
    let request = request.expected_bucket_owner(&input.expected_bucket_owner);
    let request = request.public_access_block_configuration(configuration);
    request.send().await.answer("s3:PutPublicAccessBlock").map(drop)
}

async fn put_ownership_controls(s3: &Client, input: &PutBucketOwnershipControls) -> Result<(), AwsError> {
    let api = "s3:PutBucketOwnershipControls";
    let rules = input.ownership_controls.rules.iter();
    let rules: Result<Vec<_>, _> = rules
        .map(|rule| {
            types::OwnershipControlsRule::builder().object_ownership(rule.object_ownership.as_str().into()).build()
        })
        .collect();
    let controls = rules.and_then(|rules| types::OwnershipControls::builder().set_rules(Some(rules)).build());
    let controls = controls.map_err(unfit(api))?;
    let request = s3.put_bucket_ownership_controls().bucket(&input.bucket);
    let request = request.expected_bucket_owner(&input.expected_bucket_owner).ownership_controls(controls);
    request.send().await.answer(api).map(drop)
}

async fn put_encryption(s3: &Client, input: &PutBucketEncryption) -> Result<(), AwsError> {
    let api = "s3:PutBucketEncryption";
    let rules = input.server_side_encryption_configuration.rules.iter();
    let rules: Result<Vec<_>, _> = rules.map(encryption_rule).collect();
    let configuration =
        rules.and_then(|rules| types::ServerSideEncryptionConfiguration::builder().set_rules(Some(rules)).build());
    let configuration = configuration.map_err(unfit(api))?;
    let request = s3.put_bucket_encryption().bucket(&input.bucket);
    let request = request.expected_bucket_owner(&input.expected_bucket_owner);
    request.server_side_encryption_configuration(configuration).send().await.answer(api).map(drop)
}

fn encryption_rule(rule: &EncryptionRule) -> Result<types::ServerSideEncryptionRule, BuildError> {
    let from = &rule.apply_server_side_encryption_by_default;
    let default = types::ServerSideEncryptionByDefault::builder()
        .sse_algorithm(from.sse_algorithm.as_str().into())
        .set_kms_master_key_id(from.kms_master_key_id.clone())
        .build()?;
    Ok(types::ServerSideEncryptionRule::builder()
        .apply_server_side_encryption_by_default(default)
        .bucket_key_enabled(rule.bucket_key_enabled)
        .build())
}

async fn put_versioning(s3: &Client, input: &PutBucketVersioning) -> Result<(), AwsError> {
    let status = match input.versioning_configuration.status {
        super::Versioning::Enabled => types::BucketVersioningStatus::Enabled,
        super::Versioning::Suspended => types::BucketVersioningStatus::Suspended,
    };
    let configuration = types::VersioningConfiguration::builder().status(status).build();
    let request = s3.put_bucket_versioning().bucket(&input.bucket);
    let request = request.expected_bucket_owner(&input.expected_bucket_owner).versioning_configuration(configuration);
    request.send().await.answer("s3:PutBucketVersioning").map(drop)
}

async fn put_lifecycle(s3: &Client, input: &PutBucketLifecycleConfiguration) -> Result<(), AwsError> {
    let api = "s3:PutBucketLifecycleConfiguration";
    let rules: Result<Vec<_>, _> = input.lifecycle_configuration.rules.iter().map(lifecycle::send::rule).collect();
    let configuration =
        rules.and_then(|rules| types::BucketLifecycleConfiguration::builder().set_rules(Some(rules)).build());
    let configuration = configuration.map_err(unfit(api))?;
    let request = s3.put_bucket_lifecycle_configuration().bucket(&input.bucket);
    let request = request.expected_bucket_owner(&input.expected_bucket_owner).lifecycle_configuration(configuration);
    request.send().await.answer(api).map(drop)
}

async fn put_cors(s3: &Client, input: &PutBucketCors) -> Result<(), AwsError> {
    let api = "s3:PutBucketCors";
    let rules: Result<Vec<_>, _> = input.cors_configuration.cors_rules.iter().map(cors_rule).collect();
    let configuration = rules.and_then(|rules| types::CorsConfiguration::builder().set_cors_rules(Some(rules)).build());
    let configuration = configuration.map_err(unfit(api))?;
    let request = s3.put_bucket_cors().bucket(&input.bucket).expected_bucket_owner(&input.expected_bucket_owner);
    request.cors_configuration(configuration).send().await.answer(api).map(drop)
}

fn cors_rule(rule: &CorsRule) -> Result<types::CorsRule, BuildError> {
    let list = |items: &std::collections::BTreeSet<String>| -> Option<Vec<String>> {
        (!items.is_empty()).then(|| items.iter().cloned().collect())
    };
    types::CorsRule::builder()
        .set_id(rule.id.clone())
        .set_allowed_origins(list(&rule.allowed_origins))
        .set_allowed_methods(list(&rule.allowed_methods))
        .set_allowed_headers(list(&rule.allowed_headers))
        .set_expose_headers(list(&rule.expose_headers))
        .set_max_age_seconds(rule.max_age_seconds)
        .build()
}

async fn put_policy(s3: &Client, input: &PutBucketPolicy) -> Result<(), AwsError> {
    let request = s3.put_bucket_policy().bucket(&input.bucket).expected_bucket_owner(&input.expected_bucket_owner);
    request.policy(input.policy.to_string()).send().await.answer("s3:PutBucketPolicy").map(drop)
}

/// An input that the SDK cannot make a request of.
fn unfit(api: &'static str) -> impl Fn(BuildError) -> AwsError {
    move |error| AwsError::not_sent(api, error.to_string())
}
