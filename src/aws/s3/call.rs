//! The calls on a bucket, and their inputs.
//!
//! Every call but the first names the bucket's expected owner, so that a bucket that now belongs to somebody else is
//! neither read nor written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::notification::call::PutBucketNotificationConfiguration;
use super::{Bucket, CorsRule, Encryption, LifecycleRule, PublicAccessBlock, Versioning, WireFilter};
use crate::aws::Id;
use crate::aws::document::Document;
use crate::aws::kit::calls::calls;
use crate::aws::tags::{self, Tags};

calls! {
    /// The calls on a bucket.
    pub enum Call {
        /// Makes the bucket.
        "s3:CreateBucket" => Create(CreateBucket),
        /// Sets all tags.
        "s3:PutBucketTagging" => PutTagging(PutBucketTagging),
        /// Removes all tags.
        "s3:DeleteBucketTagging" => DeleteTagging(OfBucket),
        /// Sets the four blocks against public access.
        "s3:PutPublicAccessBlock" => PutPublicAccessBlock(PutPublicAccessBlock),
        /// Sets who owns objects.
        "s3:PutBucketOwnershipControls" => PutOwnershipControls(PutBucketOwnershipControls),
        /// Sets how new objects are encrypted.
        "s3:PutBucketEncryption" => PutEncryption(PutBucketEncryption),
        /// Switches versioning on, or suspends it.
        "s3:PutBucketVersioning" => PutVersioning(PutBucketVersioning),
        /// Sets all lifecycle rules.
        "s3:PutBucketLifecycleConfiguration" => PutLifecycle(PutBucketLifecycleConfiguration),
        /// Removes all lifecycle rules.
        "s3:DeleteBucketLifecycle" => DeleteLifecycle(OfBucket),
        /// Sets all cross-origin rules.
        "s3:PutBucketCors" => PutCors(PutBucketCors),
        /// Removes all cross-origin rules.
        "s3:DeleteBucketCors" => DeleteCors(OfBucket),
        /// Sets the bucket policy.
        "s3:PutBucketPolicy" => PutPolicy(PutBucketPolicy),
        /// Sets all notifications.
        "s3:PutBucketNotificationConfiguration" => PutNotifications(PutBucketNotificationConfiguration),
        /// Removes the bucket policy.
        "s3:DeleteBucketPolicy" => DeletePolicy(OfBucket),
        /// Deletes everything in the bucket.
        "s3:DeleteObjects" => DeleteObjects(DeleteObjects),
        /// Deletes the bucket, which must be empty.
        "s3:DeleteBucket" => Delete(OfBucket),
    }
}

/// Input of `CreateBucket`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateBucket {
    pub(super) bucket: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) create_bucket_configuration: Option<CreateBucketConfiguration>,
    pub(super) object_ownership: String,
}

/// Where the bucket shall be, and its tags.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateBucketConfiguration {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) location_constraint: Option<String>,
    #[serde(with = "tags::listed", default, skip_serializing_if = "Tags::is_empty")]
    pub(super) tags: Tags,
}

/// Input of the calls that need nothing but the bucket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct OfBucket {
    pub(super) bucket: String,
    pub(super) expected_bucket_owner: String,
}

/// Input of `PutBucketTagging`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutBucketTagging {
    pub(super) bucket: String,
    pub(super) expected_bucket_owner: String,
    pub(super) tagging: Tagging,
}

/// A set of tags.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Tagging {
    #[serde(with = "tags::listed")]
    pub(super) tag_set: Tags,
}

/// Input of `PutPublicAccessBlock`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutPublicAccessBlock {
    pub(super) bucket: String,
    pub(super) expected_bucket_owner: String,
    pub(super) public_access_block_configuration: PublicAccessBlock,
}

/// Input of `PutBucketOwnershipControls`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutBucketOwnershipControls {
    pub(super) bucket: String,
    pub(super) expected_bucket_owner: String,
    pub(super) ownership_controls: OwnershipControls,
}

/// Who owns objects: one rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct OwnershipControls {
    pub(super) rules: Vec<OwnershipRule>,
}

/// Who owns objects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct OwnershipRule {
    pub(super) object_ownership: String,
}

/// Input of `PutBucketEncryption`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutBucketEncryption {
    pub(super) bucket: String,
    pub(super) expected_bucket_owner: String,
    pub(super) server_side_encryption_configuration: EncryptionConfiguration,
}

/// How new objects are encrypted: one rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct EncryptionConfiguration {
    pub(super) rules: Vec<EncryptionRule>,
}

/// How new objects are encrypted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct EncryptionRule {
    pub(super) apply_server_side_encryption_by_default: EncryptionDefault,
    pub(super) bucket_key_enabled: bool,
}

/// Algorithm and key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EncryptionDefault {
    #[serde(rename = "SSEAlgorithm")]
    pub(super) sse_algorithm: String,
    #[serde(rename = "KMSMasterKeyID", default, skip_serializing_if = "Option::is_none")]
    pub(super) kms_master_key_id: Option<String>,
}

/// Input of `PutBucketVersioning`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutBucketVersioning {
    pub(super) bucket: String,
    pub(super) expected_bucket_owner: String,
    pub(super) versioning_configuration: VersioningConfiguration,
}

/// Versioning on or suspended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct VersioningConfiguration {
    pub(super) status: Versioning,
}

/// Input of `PutBucketLifecycleConfiguration`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutBucketLifecycleConfiguration {
    pub(super) bucket: String,
    pub(super) expected_bucket_owner: String,
    pub(super) lifecycle_configuration: LifecycleConfiguration,
}

/// All lifecycle rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct LifecycleConfiguration {
    pub(super) rules: Vec<LifecycleRule<WireFilter>>,
}

/// Input of `PutBucketCors`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutBucketCors {
    pub(super) bucket: String,
    pub(super) expected_bucket_owner: String,
    #[serde(rename = "CORSConfiguration")]
    pub(super) cors_configuration: CorsConfiguration,
}

/// All cross-origin rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorsConfiguration {
    #[serde(rename = "CORSRules")]
    pub(super) cors_rules: Vec<CorsRule>,
}

/// Input of `PutBucketPolicy`. The policy is sent as text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutBucketPolicy {
    pub(super) bucket: String,
    pub(super) expected_bucket_owner: String,
    pub(super) policy: Document,
}

/// Input of the sweep: everything in one bucket, whatever it is by the time of the call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteObjects {
    pub(super) bucket: String,
    pub(super) expected_bucket_owner: String,
    pub(super) every: Every,
}

/// What a sweep deletes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Every {
    /// Every version, delete marker and unfinished upload.
    #[serde(rename = "version")]
    Version,
}

impl CreateBucket {
    /// The bucket that this makes.
    pub(super) fn bucket(&self) -> Bucket {
        let tags = self.create_bucket_configuration.as_ref().map(|c| c.tags.clone()).unwrap_or_default();
        Bucket { object_ownership: self.object_ownership.clone(), ..Bucket::private(tags) }
    }
}

impl OfBucket {
    pub(super) fn new(id: &Id) -> Self {
        Self { bucket: id.name.clone(), expected_bucket_owner: id.site.account.to_string() }
    }
}

impl PutBucketOwnershipControls {
    pub(super) fn new(OfBucket { bucket, expected_bucket_owner }: OfBucket, ownership: &str) -> Self {
        let rules = vec![OwnershipRule { object_ownership: ownership.to_owned() }];
        Self { bucket, expected_bucket_owner, ownership_controls: OwnershipControls { rules } }
    }

    /// Who owns objects.
    pub(super) fn ownership(&self) -> Option<String> {
        self.ownership_controls.rules.first().map(|rule| rule.object_ownership.clone())
    }
}

impl PutBucketEncryption {
    pub(super) fn new(OfBucket { bucket, expected_bucket_owner }: OfBucket, encryption: &Encryption) -> Self {
        let default = EncryptionDefault {
            sse_algorithm: encryption.sse_algorithm.clone(),
            kms_master_key_id: encryption.kms_master_key_id.clone(),
        };
        let bucket_key_enabled = encryption.bucket_key_enabled;
        let rules = vec![EncryptionRule { apply_server_side_encryption_by_default: default, bucket_key_enabled }];
        let server_side_encryption_configuration = EncryptionConfiguration { rules };
        Self { bucket, expected_bucket_owner, server_side_encryption_configuration }
    }

    /// How new objects are encrypted.
    pub(super) fn encryption(&self) -> Option<Encryption> {
        self.server_side_encryption_configuration.rules.first().map(|rule| Encryption {
            sse_algorithm: rule.apply_server_side_encryption_by_default.sse_algorithm.clone(),
            kms_master_key_id: rule.apply_server_side_encryption_by_default.kms_master_key_id.clone(),
            bucket_key_enabled: rule.bucket_key_enabled,
        })
    }
}

impl PutBucketLifecycleConfiguration {
    /// The rules by id.
    pub(super) fn rules(&self) -> BTreeMap<String, LifecycleRule> {
        self.lifecycle_configuration.rules.iter().map(|rule| (rule.id.clone(), rule.clone().into_form())).collect()
    }
}
